"""The kinds of trainers that are raced: the same steps, taken plainly, compiled, or on a GPU captured in a graph."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from benchmarks.fairness import Make
from gancore.compiling.build import CompileError
from gancore.compiling.swap import FastStepFunction, use_compiled
from gancore.config import RunConfig
from gancore.training.trainer import Trainer


class Compiling(NamedTuple):
    """Seconds until a trainer takes compiled step functions: from nothing, and where they lie in the store."""

    cold: float
    stored: float


def compiled(config: RunConfig, seeds: Sequence[int], device: str) -> Trainer:
    """A trainer that takes compiled step functions. Raises CompileError where one of them is not in the store."""
    trainer = Trainer(config, seeds, device)
    if not use_compiled(trainer).compiled:
        raise CompileError(
            f"Not all step functions are compiled for {len(seeds)} replicas; did a file of gancore change?"
        )
    return trainer


def captured(config: RunConfig, seeds: Sequence[int], device: str) -> Trainer:
    """A trainer on a GPU whose step functions are captured in CUDA graphs. Raises CompileError where one could not
    be."""
    trainer = Trainer(config, seeds, device)
    use_compiled(trainer)
    if not isinstance(trainer.step_functions.discriminator, FastStepFunction) or not isinstance(
        trainer.step_functions.generator, FastStepFunction
    ):
        raise CompileError("A step function could not be captured.")
    return trainer


def kinds(device: str) -> dict[str, Make]:
    """What makes a trainer of each kind on "cpu" or "cuda", by its name in the tables."""
    return {"eager": Trainer, "compiled": compiled} if device == "cpu" else {"eager": Trainer, "captured": captured}


def compile_turns(config: RunConfig, replicas: int) -> Compiling:
    """Compiles the step functions of a run as the app does, in a process of its own, and takes them from the store.

    Raises CompileError where they cannot be had.
    """
    began = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-m", "gancore.compiling.build"],
        input=json.dumps({"config": config.to_json(), "replicas": replicas}) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if not ran.stdout:
        raise CompileError(f"The compiling process ended with {ran.returncode}: {ran.stderr[-500:]}")
    if error := json.loads(ran.stdout)["error"]:
        raise CompileError(error)
    built = time.perf_counter()
    compiled(config, range(replicas), "cpu")
    taken = time.perf_counter()
    return Compiling(taken - began, taken - built)


class Prepared(NamedTuple):
    """What makes a trainer of each kind that there is for a game, by its name in the tables; what compiling took."""

    makes: dict[str, Make]
    compiling: Compiling | None


def prepare(config: RunConfig, replicas: int, device: str) -> Prepared:
    """Compiles or captures; a kind that cannot be had is left out, and standard error says why."""
    makes, compiling = kinds(device), None
    try:
        if device == "cpu":
            compiling = compile_turns(config, replicas)
        else:
            captured(config, range(replicas), device)
    except CompileError as error:
        print(f"Without compiled or captured steps: {error}", file=sys.stderr)
        makes = {"eager": Trainer}
    return Prepared(makes, compiling)


@contextmanager
def empty_store() -> Iterator[None]:
    """Nothing has been compiled before, and nothing is left of what is compiled meanwhile."""
    before = os.environ.get("GANCORE_CACHE")
    with tempfile.TemporaryDirectory(prefix="gancore-benchmark-") as folder:
        os.environ["GANCORE_CACHE"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["GANCORE_CACHE"]
            else:
                os.environ["GANCORE_CACHE"] = before
