"""Compiled step functions in the place of a trainer's plain ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any

import torch
from torch import Tensor

from gancore.compiling.capture import captured
from gancore.compiling.library import load
from gancore.compiling.plan import Plan, canonical_config, generated_shape, plans_of
from gancore.compiling.pytree import leaves
from gancore.compiling.speed import Speed
from gancore.compiling.store import Entry, discard, find
from gancore.config import RunConfig
from gancore.methods.optimizers import NetworkState
from gancore.step.moves import Hyperparameters, Move
from gancore.step.updates import DDraws, Draws, GDraws, Moves, StepFunctions
from gancore.training.trainer import Trainer, plain_step_functions

__all__ = ["FastStepFunction", "captured_step_functions", "compiled_step_functions", "step_function_of", "use_compiled"]


class FastStepFunction:
    """A step function as one call of a function from its arguments' leaves to its result's; called as the plain one
    is."""

    def __init__(self, plan: Plan, run: Callable[[list[Tensor]], list[Tensor]], device: torch.device) -> None:
        self._run = run
        # Without instance noise the step function is given zeros: a knob that goes to 0 and back compiles nothing.
        self._still = torch.zeros(generated_shape(plan), device=device)

    def __call__(self, hyper: Hyperparameters, g: NetworkState, d: NetworkState, draws: Any) -> Any:
        """One step, as `StepFunctions` says: a Move, or both Moves."""
        found = self._run([*hyper.d, *hyper.g, *hyper[2:], *g, *d, *self._drawn(draws)])
        moves = [Move(NetworkState(*found[i : i + 6]), *found[i + 6 : i + 8]) for i in range(0, len(found), 8)]
        return moves[0] if len(moves) == 1 else Moves(*moves)

    def _drawn(self, draws: DDraws | GDraws | Draws) -> list[Tensor]:
        if isinstance(draws, Draws):
            return [*self._drawn(draws.d), *self._drawn(draws.g)]
        if draws.noise is None:
            draws = draws._replace(noise=self._still)
        return [each.contiguous() for each in leaves(draws)]


@lru_cache(maxsize=64)
def step_function_of(plan: Plan, entry: Entry) -> FastStepFunction:
    """The compiled step function, loaded once a process."""
    library = load(entry.library)
    take, give = itemgetter(*entry.takes), itemgetter(*entry.gives)
    return FastStepFunction(plan, lambda given: list(give(given + library(list(take(given))))), torch.device("cpu"))


def compiled_step_functions(trainer: Trainer) -> StepFunctions:
    """Every function of the trainer's present game that is in the store; the others plain.

    The same numbers go in, and the same come out but for rounding.
    """
    return _with(trainer, _found(trainer.game, len(trainer.seeds)))


def captured_step_functions(trainer: Trainer) -> StepFunctions:
    """Every function of the trainer's present game in a CUDA graph, but for those that cannot be captured."""
    found: dict[Plan, FastStepFunction | None] = {}
    for plan in plans_of(trainer.game, len(trainer.seeds)):
        run = captured(plan, trainer.device)
        found[plan] = run and FastStepFunction(plan, run, trainer.device)
    return _with(trainer, found)


def _with(trainer: Trainer, found: dict[Plan, FastStepFunction | None]) -> StepFunctions:
    return plain_step_functions(trainer)._replace(
        **{plan.function: function for plan, function in found.items() if function}
    )


def use_compiled(trainer: Trainer) -> Speed:
    """From now on the trainer takes compiled step functions where it can, whatever game it comes to: between two steps
    at any time. On a GPU they are captured, at once, and nothing is missing; elsewhere it goes on as it is."""
    if trainer.device.type == "cuda" and trainer.step_functions_of is not captured_step_functions:
        trainer.step_functions_of = captured_step_functions
        trainer.step_functions = captured_step_functions(trainer)
    if trainer.device.type != "cpu":
        return Speed(False)
    replicas = len(trainer.seeds)
    now = _found(trainer.game, replicas)
    trainer.step_functions_of = compiled_step_functions
    trainer.step_functions = _with(trainer, now)
    games = [(trainer.game, now)]
    if trainer.config != trainer.game:  # the run comes to it later
        games.append((trainer.config, _found(trainer.config, replicas)))
    missing = tuple((canonical_config(game), replicas) for game, found in games if not all(found.values()))
    return Speed(all(now.values()), missing)


def _found(game: RunConfig, replicas: int) -> dict[Plan, FastStepFunction | None]:
    return {plan: _loaded(plan) for plan in plans_of(game, replicas)}


def _loaded(plan: Plan) -> FastStepFunction | None:
    """The step function of a plan; None where the store has none, or one that cannot be loaded: it is made anew."""
    entry = find(plan.key)
    if entry is None:
        return None
    try:
        return step_function_of(plan, entry)
    except (RuntimeError, OSError):
        discard(plan.key)
        return None
