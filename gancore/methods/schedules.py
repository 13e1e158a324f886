"""How a constant of the game falls while a run goes on: its share of the first value, as a function of progress."""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["SCHEDULES", "constant", "cosine", "exponential", "linear", "schedule"]


def constant(progress: float) -> float:
    """1 throughout."""
    return 1.0


def linear(progress: float) -> float:
    """From 1 to 0 in a straight line."""
    return 1.0 - progress


def cosine(progress: float) -> float:
    """From 1 to 0 along half a cosine: Loshchilov & Hutter 2017, down to 0 and without a restart."""
    # ½ (1 + cos πp)
    return 0.5 * (1.0 + math.cos(math.pi * progress))


def exponential(progress: float) -> float:
    """From 1 to 0.01, as Roth et al. 2017 anneal their γ."""
    # 0.01^p
    return 0.01**progress


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": constant,
    "linear": linear,
    "cosine": cosine,
    "exponential": exponential,
}


def schedule(name: str, progress: float) -> float:
    """The factor at `progress`: 0 at the start, 1 at the schedule's end; beyond it the end's value stays.

    Raises ValueError for a name that is not in `SCHEDULES`.
    """
    if name not in SCHEDULES:
        raise ValueError(f"schedule is {name!r}; allowed are {', '.join(SCHEDULES)}")
    return SCHEDULES[name](min(max(progress, 0.0), 1.0))
