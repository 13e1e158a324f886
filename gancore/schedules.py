"""How a knob shrinks while a run goes on."""

from __future__ import annotations


def schedule(name: str, progress: float) -> float:
    """The factor at `progress` (0 at the start, 1 at the schedule's end; beyond it the end's value stays).

    constant: 1. linear: from 1 to 0. exponential: from 1 to 0.01, as Roth et al. 2017 anneal (γ₀ · 0.01^(t/T)).
    """
    progress = min(max(progress, 0.0), 1.0)
    match name:
        case "constant":
            return 1.0
        case "linear":
            return 1.0 - progress
        case "exponential":
            return 0.01**progress
        case _:
            raise ValueError(f"schedule is {name!r}; allowed are constant, linear, exponential")
