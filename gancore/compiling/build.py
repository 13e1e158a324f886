"""Compiling step functions, in a process of its own: `python -m gancore.compiling.build`.

Each line of its standard input is a run, {"config": …, "replicas": n}; each line of its standard output says of one of
them, in their order, {"error": null} when all its functions lie in the store, or a sentence that says why they do not.
It steps back behind whatever trains: a lower priority, one thread. What has been compiled is tried before it is kept.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from gancore.compiling.library import load
from gancore.compiling.plan import Plan, plans_of
from gancore.compiling.pytree import as_close
from gancore.compiling.store import Entry, find, publish, scratch
from gancore.compiling.tracing import Traced, trace
from gancore.config import RunConfig
from gancore.training.frozen_generator import games_of

__all__ = ["NICE", "CompileError", "build"]

NICE = 5  # a third of a worker's weight: with two runs on two cores, each gives up about a seventh

_OPTIONS = {
    "cpp.threads": 1,  # as a worker has
    # More, and the wrapper takes longer to compile and is no faster; less, and a step is a sixth slower.
    "aot_inductor.compile_wrapper_opt_level": "O1",
    # They would take longer to make than a game's step functions, 300 MB, and a folder in which others may have put
    # theirs.
    "aot_inductor.precompile_headers": False,
    # What the processor has, the compiler is taken to know: to try it out takes longer than to compile a game's step
    # functions.
    "cpp.vec_isa_ok": True,
}


class CompileError(ValueError):
    """A step function could not be compiled; says why in a sentence."""


def build(plan: Plan) -> Entry:
    """The compiled step function of a plan: found in the store, or made and put there. Raises CompileError."""
    if entry := find(plan.key):
        return entry
    need_compiler()
    with scratch() as place:
        traced = trace(plan)
        try:
            library = compiled(traced, Path(place))
        except Exception as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            raise CompileError(f"The compiler gave up ({type(error).__name__}).") from error
        expected = cast("list[Tensor]", traced.graph(*traced.inputs))
        if not as_close(expected, load(library)(traced.inputs)):
            raise CompileError("The compiled step does not compute what the plain one does.")
        return publish(plan.key, library, traced.takes, traced.gives)


def need_compiler() -> None:
    """Raises CompileError where there is no C++ compiler, before anything is traced for it."""
    from torch._inductor.cpp_builder import get_cpp_compiler
    from torch._inductor.exc import InvalidCxxCompiler

    try:
        get_cpp_compiler()
    except InvalidCxxCompiler as error:
        raise CompileError("No C++ compiler was found.") from error


def compiled(traced: Traced, place: Path) -> Path:
    """The shared library of a traced step function, in a folder that also takes its sources."""
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(place)  # nothing that it would keep for another time stays
    import torch._inductor as inductor

    options = {**_OPTIONS, "aot_inductor.output_path": str(place / "step.so")}
    with torch.no_grad():
        library = inductor.aot_compile(traced.graph, tuple(traced.inputs), options=options)
    return Path(cast(str, library))


def answer(line: str) -> str | None:
    """Compiles what a run needs; why it cannot be done, or None."""
    try:
        config, replicas = _wanted(line)
        for game in games_of(config):
            for plan in plans_of(game, replicas):
                build(plan)
    except ValueError as error:
        return str(error)
    except OSError as error:
        return f"The compiled step could not be kept: {error.strerror or error}."
    return None


def _wanted(line: str) -> tuple[RunConfig, int]:
    """Parses one line of the compiler's input. Raises ValueError."""
    wanted: object = json.loads(line)
    if not isinstance(wanted, dict) or not isinstance(config := wanted.get("config"), str):
        raise ValueError(
            f"The line is {line.strip()!r}; an object with a config, as JSON text, and replicas is needed."
        )
    if type(replicas := wanted.get("replicas")) is not int:
        raise ValueError(f"replicas is {replicas!r}; a whole number of at least 1 is needed")
    return RunConfig.from_json(config), replicas


def main() -> None:
    if hasattr(os, "nice"):
        os.nice(NICE)
    torch.set_num_threads(1)
    # The compiler's own chatter must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps({"error": answer(line)}), file=answers, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
