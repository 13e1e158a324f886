"""Compiled turns in the place of a trainer's plain ones."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import Any

import torch
from torch import Tensor

from gancore.compiling.library import load
from gancore.compiling.plan import Plan, arguments, plans_of
from gancore.compiling.store import Entry, find
from gancore.compiling.tracing import leaves
from gancore.game import Knobs, Move
from gancore.optimizers import Player
from gancore.train import Trainer, plain_turns
from gancore.updates import DDraws, Draws, GDraws, Moves, Turns

__all__ = ["CompiledTurn", "compiled_turns", "quicken", "turn_of"]


class CompiledTurn:
    """A turn whose arithmetic is one call of a library; called as the plain one is."""

    def __init__(self, plan: Plan, entry: Entry) -> None:
        self._run = load(entry.library)
        self._take, self._give = itemgetter(*entry.takes), itemgetter(*entry.gives)
        draws = arguments(plan)[3]
        # Without instance noise the turn is given zeros: a knob that goes to 0 and back compiles nothing.
        of_one = draws.d if isinstance(draws, Draws) else draws
        assert of_one.noise is not None
        self._still = torch.zeros_like(of_one.noise)

    def __call__(self, knobs: Knobs, g: Player, d: Player, draws: Any) -> Any:
        """As `Turns` says: a Move, or both Moves."""
        given = [*knobs.d, *knobs.g, *knobs[2:], *g, *d, *self._drawn(draws)]
        found = self._give(given + self._run(list(self._take(given))))
        moves = [Move(Player(*found[i : i + 6]), *found[i + 6 : i + 8]) for i in range(0, len(found), 8)]
        return moves[0] if len(moves) == 1 else Moves(*moves)

    def _drawn(self, draws: DDraws | GDraws | Draws) -> list[Tensor]:
        if isinstance(draws, Draws):
            return [*self._drawn(draws.d), *self._drawn(draws.g)]
        if draws.noise is None:
            draws = draws._replace(noise=self._still)
        return [each.contiguous() for each in leaves(draws)]


@lru_cache(maxsize=64)
def turn_of(plan: Plan, entry: Entry) -> CompiledTurn:
    """The compiled turn, loaded once a process."""
    return CompiledTurn(plan, entry)


def compiled_turns(trainer: Trainer) -> Turns:
    """Every turn of the trainer's present game that is in the store; the others plain.

    The same numbers go in, and the same come out but for rounding.
    """
    return plain_turns(trainer)._replace(**{plan.turn: turn for plan, turn in _found(trainer).items() if turn})


def quicken(trainer: Trainer) -> int:
    """From now on the trainer takes compiled turns where it can, whatever game it comes to: between two steps at any
    time. Returns 0, or, where a turn is not compiled yet, the number of replicas for which it has to be.

    Only on a CPU; on other devices nothing is taken and nothing is missing.
    """
    if trainer.device.type != "cpu":
        return 0
    trainer.turns_of = compiled_turns
    trainer.turns = compiled_turns(trainer)
    return 0 if all(_found(trainer).values()) else len(trainer.seeds)


def _found(trainer: Trainer) -> dict[Plan, CompiledTurn | None]:
    plans = plans_of(trainer.game, len(trainer.seeds))
    entries = {plan: find(plan.key) for plan in plans}
    return {plan: turn_of(plan, entry) if entry else None for plan, entry in entries.items()}
