"""Which methods converge, and at which rate: what simulation shows, beside what the eigenvalues say."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gancore.dynamics.linear import eigenvalues, rate, step_eigenvalues
from gancore.dynamics.methods import GAMES
from gancore.dynamics.setting import Setting
from gancore.dynamics.steps import LOST, State, schedule, started, step, trajectory

__all__ = ["Outcome", "Row", "outcome", "simulated_rate", "survey"]

Array = NDArray[np.float64]

_NEUTRAL = 1e-7  # a rate closer to 0 than this is rounding, |λ| = 1: a double eigenvalue has but half the digits


class Outcome(NamedTuple):
    """What a run came to: "converges", "circles" (neither settles nor leaves) or "diverges"; and why, in words."""

    verdict: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One method of the table; eigenvalues and rate as in `linear`, None where the field has no derivative.

    simulated  as `simulated_rate`, to be held against `rate`
    halving    generator steps in which the radius halves, by the rate; None where it does not shrink
    """

    method: str
    label: str
    eigenvalues: NDArray[np.complex128] | None
    step_eigenvalues: NDArray[np.complex128] | None
    rate: float | None
    simulated: float
    outcome: Outcome
    halving: float | None


def survey(setting: Setting) -> list[Row]:
    """Every method of the game with the same steps and knobs, in the order of `METHODS` or `BILINEAR`."""
    rows: list[Row] = []
    for name, method in GAMES[setting.game].items():
        this = replace(setting, method=name)
        local = rate(this)
        rows.append(
            Row(
                method=name,
                label=method.label,
                eigenvalues=eigenvalues(this),
                step_eigenvalues=step_eigenvalues(this),
                rate=local,
                simulated=simulated_rate(this),
                outcome=outcome(this),
                halving=-math.log(2) / local if local is not None and local < -_NEUTRAL else None,
            )
        )
    return rows


def simulated_rate(setting: Setting, steps: int | None = None) -> float:
    """What simulation adds to the log of the radius in a step, near the equilibrium: the largest Lyapunov exponent.

    From eight small starts that are brought back to their radius after each step (Benettin et al. 1980), so that a
    run that grows stays where the field is linear; WGAN-GP, which is linear nowhere near, runs free. The steps are
    averaged under a smooth window, which oscillation does not bias. Within 2/steps of `rate`, and usually far closer:
    the worst is a pair of eigenvalues that coincides, where the radius is n |λ|ⁿ. `steps` are as many as 200 moves
    make, and at least 60, if not said otherwise.

    Raises ValueError for fewer than 8 steps.
    """
    steps = _enough(setting, 200) if steps is None else steps
    if steps < 8:
        raise ValueError(f"steps is {steps}; at least 8 are needed")
    radius = 1e-3 * min(1.0, setting.clip)
    angle = np.arange(8) * math.pi / 8  # every field is odd: the other half of the circle is the same again
    state = started(setting, radius * np.cos(angle), radius * np.sin(angle))
    rescaled = rate(setting) is not None
    gained = np.empty(steps)
    before = np.full(8, radius)
    for n in range(steps):
        state = step(setting, state)
        size = np.maximum(np.hypot(state.theta, state.psi), radius * 1e-12)  # landed on the equilibrium: no log 0
        gained[n] = np.log(size / before).mean()
        if rescaled:
            state = State(*(np.array(state) * (radius / size)))
        elif size.max() < LOST:
            before = size
        else:
            gained = gained[: n + 1]
            break
    # The first quarter is left out: there smaller eigenvalues still show.
    late = gained[len(gained) // 4 :]
    window = np.square(np.sin(math.pi * (np.arange(len(late)) + 0.5) / len(late)))
    return float(window @ late / window.sum())


def outcome(setting: Setting, start: ArrayLike = (1.0, 1.0), steps: int | None = None) -> Outcome:
    """What a class sees come of a run from `start` (2,) within `steps`, and the rate near the equilibrium in words.

    Judged by the widest radius: that of the last turn about the equilibrium (or of the last quarter of the run, if
    that is longer) against that of the same span before. A run too short to turn twice is judged by its rate, and by
    whether it ends further out than it began. A start at the equilibrium stays there: "converges". `steps` are as many
    as 600 moves make, and at least 60, if not said otherwise.
    """
    steps = _enough(setting, 600) if steps is None else steps
    path = trajectory(setting, np.asarray(start)[None], steps)[0]
    local, radius = rate(setting), np.hypot(path[:, 0], path[:, 1])
    span = max(_last_turn(path), steps // 4, 1)
    wide = float(radius[-span:].max())
    growth = math.log(wide / radius[-2 * span : -span].max()) if wide > 0 and 2 * span <= steps else None
    if math.isnan(radius[-1]):
        verdict = "diverges"
    elif radius[-(steps // 4 + 1) :].max() <= max(1e-3 * radius[0], 1e-12):
        verdict = "converges"
    elif growth is not None:
        verdict = _trend(local, growth, span)
    elif local is None or abs(local) <= _NEUTRAL:
        verdict = "circles"
    elif local < 0:
        verdict = "converges"
    else:
        verdict = "diverges" if radius[-1] > radius[0] else "circles"
    if verdict == "diverges" and setting.method == "wasserstein_clip":
        verdict = "circles"  # it grows until it meets the bound: |ψ| cannot go on, and θ turns back
    return Outcome(verdict, _reason(local, verdict, wide, creeps=growth is not None and growth < -0.01))


def _enough(setting: Setting, moves: int) -> int:
    """Steps made of so many moves, at least 60: the table has to keep up with a slider whatever k is."""
    return max(60, moves // len(schedule(setting)))


def _trend(local: float | None, growth: float, span: int) -> str:
    """The verdict on a run whose widest radius gained `growth`, a logarithm, from one span of steps to the next."""
    clearly = math.log(1.2)
    if local is None or abs(local) <= _NEUTRAL:
        return "diverges" if growth > clearly else "circles"
    if local > 0:
        # A circle further out holds what the equilibrium repels. What grows slowly must do so at half the rate.
        return "diverges" if growth > min(clearly, local * span / 2) else "circles"
    if growth < local * span / 10 or -local * span < 0.01:  # or too slow to see
        return "converges"
    return "diverges" if growth > clearly else "circles"


def _last_turn(path: Array) -> int:
    """Steps of the last full turn about the equilibrium; all of them if there was none."""
    angle = np.unwrap(np.arctan2(path[:, 1], path[:, 0]))
    turned = np.abs(angle - angle[-1])[::-1] >= 2 * math.pi
    return int(turned.argmax()) if turned.any() else len(path) - 1


def _reason(local: float | None, verdict: str, wide: float, *, creeps: bool) -> str:
    here = {
        "converges": "from here it settles",
        "circles": f"from here it ends within a radius of {wide:.2g}",
        "diverges": "from here it leaves",
    }[verdict]
    if local is None:
        return f"no rate, the field jumps at ψ = 0; {here}"
    if abs(local) <= _NEUTRAL:
        near = "neither shrinks nor grows, |λ| = 1"
        if verdict == "circles":
            return f"{near}; creeps inwards, ever more slowly" if creeps else near
        return f"near 0 {near}; {here}"
    if local < 0:
        near, usual, often = "shrinks", "converges", "halves"
    else:
        near, usual, often = "grows", "diverges", "doubles"
    near = f"near 0 {near} {_change(local)} a step"
    return f"{near}, {often} every {_steps(abs(local))}" if verdict == usual else f"{near}; {here}"


def _change(rate: float) -> str:
    """By how much the radius changes in a step, in words."""
    percent = 100 * abs(math.expm1(rate))
    if percent < 0.01:
        return "less than 0.01 %"
    return f"{percent:.2g} %" if percent < 99.5 else f"{math.exp(rate):,.2g}-fold"


def _steps(rate: float) -> str:
    """In how many steps a radius doubles or halves, in words."""
    steps = math.log(2) / rate
    return "step" if round(steps) <= 1 else f"{steps:,.0f} steps"
