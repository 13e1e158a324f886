"""Compiled turns in the place of a trainer's plain ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any

import torch
from torch import Tensor

from gancore.compiling.capture import captured
from gancore.compiling.leaves import leaves
from gancore.compiling.library import load
from gancore.compiling.plan import Plan, essence, generated_shape, plans_of
from gancore.compiling.speed import Speed
from gancore.compiling.store import Entry, find
from gancore.config import RunConfig
from gancore.methods.optimizers import Player
from gancore.step.moves import Knobs, Move
from gancore.step.updates import DDraws, Draws, GDraws, Moves, Turns
from gancore.training.trainer import Trainer, plain_turns

__all__ = ["FastTurn", "captured_turns", "compiled_turns", "quicken", "turn_of"]


class FastTurn:
    """A turn as one call of a function from its arguments' leaves to its result's; called as the plain one is."""

    def __init__(self, plan: Plan, run: Callable[[list[Tensor]], list[Tensor]], device: torch.device) -> None:
        self._run = run
        # Without instance noise the turn is given zeros: a knob that goes to 0 and back compiles nothing.
        self._still = torch.zeros(generated_shape(plan), device=device)

    def __call__(self, knobs: Knobs, g: Player, d: Player, draws: Any) -> Any:
        """As `Turns` says: a Move, or both Moves."""
        found = self._run([*knobs.d, *knobs.g, *knobs[2:], *g, *d, *self._drawn(draws)])
        moves = [Move(Player(*found[i : i + 6]), *found[i + 6 : i + 8]) for i in range(0, len(found), 8)]
        return moves[0] if len(moves) == 1 else Moves(*moves)

    def _drawn(self, draws: DDraws | GDraws | Draws) -> list[Tensor]:
        if isinstance(draws, Draws):
            return [*self._drawn(draws.d), *self._drawn(draws.g)]
        if draws.noise is None:
            draws = draws._replace(noise=self._still)
        return [each.contiguous() for each in leaves(draws)]


@lru_cache(maxsize=64)
def turn_of(plan: Plan, entry: Entry) -> FastTurn:
    """The compiled turn, loaded once a process."""
    library = load(entry.library)
    take, give = itemgetter(*entry.takes), itemgetter(*entry.gives)
    return FastTurn(plan, lambda given: list(give(given + library(list(take(given))))), torch.device("cpu"))


def compiled_turns(trainer: Trainer) -> Turns:
    """Every turn of the trainer's present game that is in the store; the others plain.

    The same numbers go in, and the same come out but for rounding.
    """
    return _with(trainer, _found(trainer.game, len(trainer.seeds)))


def captured_turns(trainer: Trainer) -> Turns:
    """Every turn of the trainer's present game in a CUDA graph, but for those that cannot be captured."""
    found: dict[Plan, FastTurn | None] = {}
    for plan in plans_of(trainer.game, len(trainer.seeds)):
        run = captured(plan, trainer.device)
        found[plan] = run and FastTurn(plan, run, trainer.device)
    return _with(trainer, found)


def _with(trainer: Trainer, found: dict[Plan, FastTurn | None]) -> Turns:
    return plain_turns(trainer)._replace(**{plan.turn: turn for plan, turn in found.items() if turn})


def quicken(trainer: Trainer) -> Speed:
    """From now on the trainer takes compiled turns where it can, whatever game it comes to: between two steps at any
    time. On a GPU they are captured, at once, and nothing is missing; elsewhere it goes on as it is."""
    if trainer.device.type == "cuda" and trainer.turns_of is not captured_turns:
        trainer.turns_of = captured_turns
        trainer.turns = captured_turns(trainer)
    if trainer.device.type != "cpu":
        return Speed(False)
    replicas = len(trainer.seeds)
    now = _found(trainer.game, replicas)
    trainer.turns_of = compiled_turns
    trainer.turns = _with(trainer, now)
    games = [(trainer.game, now)]
    if trainer.config != trainer.game:  # the run comes to it later
        games.append((trainer.config, _found(trainer.config, replicas)))
    missing = tuple((essence(game), replicas) for game, found in games if not all(found.values()))
    return Speed(all(now.values()), missing)


def _found(game: RunConfig, replicas: int) -> dict[Plan, FastTurn | None]:
    entries = {plan: find(plan.key) for plan in plans_of(game, replicas)}
    return {plan: turn_of(plan, entry) if entry else None for plan, entry in entries.items()}
