"""Convergence of every method, and its rate: by simulation, beside the eigenvalues."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gancore.theory.dirac.linear import eigenvalues, rate, step_eigenvalues
from gancore.theory.dirac.methods import GAMES
from gancore.theory.dirac.setting import Setting
from gancore.theory.dirac.steps import LOST, GameState, schedule, started, step, trajectory

__all__ = ["Outcome", "Row", "judged", "near", "outcome", "simulated_rate", "steps_to_see", "survey"]

Array = NDArray[np.float64]

_NEUTRAL = 1e-7  # a rate closer to 0 than this is rounding, |λ| = 1: a double eigenvalue has but half the digits
_CREEPS, _STILL = 0.01, 0.05  # shrinking by that much, as a logarithm, from span to span is seen; is said of a circle


class Outcome(NamedTuple):
    """The outcome of a run, and why, in words.

    verdict  "converges"; "creeps" (shrinks, but slower than at any rate); "circles" (neither settles nor leaves);
             "stalls" (rests elsewhere than at the equilibrium); "diverges"; "undecided" (too few steps to tell)
    """

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
    """Growth of the log of the radius in a step near the equilibrium, by simulation: the largest Lyapunov exponent.

    From eight small starts that are brought back to their radius after each step (Benettin et al. 1980), so that a
    run that grows stays where the field is linear; WGAN-GP, which is linear nowhere near, runs free. The steps are
    averaged under a smooth window, which oscillation does not bias. Within 4/steps of `rate`, and usually far closer:
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
        least = radius * 1e-12  # nearer than that it has landed on the equilibrium
        size = np.maximum(np.hypot(state.theta, state.psi), least)
        # A start that lands there while others do not says nothing of the largest exponent.
        away = size > least
        gained[n] = np.log(size / before)[away if away.any() else slice(None)].mean()
        if rescaled:
            state = GameState(*(np.array(state) * (radius / size)))
        elif size.max() < LOST:
            before = size
        else:
            gained = gained[: n + 1]
            break
    # The first quarter is left out: there smaller eigenvalues still show.
    late = gained[len(gained) // 4 :]
    window = np.square(np.sin(math.pi * (np.arange(len(late)) + 0.5) / len(late)))
    return float(window @ late / window.sum())


def steps_to_see(setting: Setting) -> int:
    """Generator steps after which a class can tell what comes of a run: 100 or more, of 300 to 900 moves.

    Where 900 moves reach so far they last 36 units of time, nearly three of the Dirac-GAN's turns near 0 (4π each).
    """
    moves = min(900, max(300, math.ceil(36 / setting.h)))
    return max(100, moves // setting.d_steps)


def outcome(setting: Setting, start: ArrayLike = (1.0, 1.0), steps: int | None = None) -> Outcome:
    """The outcome that a class sees of a run from `start` (2,) in `steps`, as `judged`; `steps_to_see` by default."""
    steps = steps_to_see(setting) if steps is None else steps
    return judged(setting, trajectory(setting, np.asarray(start)[None], steps)[0])


def judged(setting: Setting, path: Array) -> Outcome:
    """The outcome that a class sees of a run of `trajectory`, (steps+1, 2), and the rate near the equilibrium in words.

    Judged by the widest radius: that of the last turn about the equilibrium (or of the last quarter of the run, if
    that is longer) against that of the same span before. A run too short to turn twice is judged if its radius has
    halved or doubled as its rate says, and undecided otherwise; so is one that grows and has not come to a radius of 1
    yet, where a game with a logistic function is still nearly linear. A start at the equilibrium stays there:
    "converges".
    """
    steps = len(path) - 1
    local, radius = rate(setting), np.hypot(path[:, 0], path[:, 1])
    span = max(_last_turn(path), steps // 4, 1)
    wide = float(radius[-span:].max())
    growth = math.log(wide / radius[-2 * span : -span].max()) if wide > 0 and 2 * span <= steps else None
    if math.isnan(radius[-1]):
        verdict = "diverges"
    elif radius[-(steps // 4 + 1) :].max() <= max(1e-3 * radius[0], 1e-12):
        verdict = "converges"
    elif np.ptp(path[-(steps // 4 + 1) :], axis=0).max() < 1e-3 * radius[-1]:
        verdict = "stalls"
    elif growth is not None:
        verdict = _trend(local, growth, span)
    elif local is not None and local < -_NEUTRAL and radius[-1] < radius[0] / 2:
        verdict = "converges"
    elif local is not None and local > _NEUTRAL and radius[-1] > radius[0] * 2:
        verdict = "diverges"
    else:
        verdict = "undecided"
    if verdict == "diverges" and setting.logistic and wide < 1:
        verdict = "undecided"  # further out, where the logistic function bends, it may yet circle
    if setting.method == "wasserstein_clip" and verdict in ("diverges", "creeps"):
        verdict = "circles"  # it grows until it meets the bound, and shrinks until it fits
    return Outcome(verdict, _reason(local, verdict, _here(verdict, wide, growth, steps)))


def _enough(setting: Setting, moves: int) -> int:
    """Steps made of so many moves, at least 60: the table has to keep up with a slider whatever k is."""
    return max(60, moves // len(schedule(setting)))


def _trend(local: float | None, growth: float, span: int) -> str:
    """The verdict on a run whose widest radius gained `growth`, a logarithm, from one span of steps to the next."""
    clearly = math.log(1.2)
    if local is None or abs(local) <= _NEUTRAL:
        if growth > clearly:
            return "diverges"
        # Where the field is smooth and |λ| = 1, what shrinks does so ever more slowly; WGAN-GP shrinks to its circle.
        return "creeps" if local is not None and growth < -_CREEPS else "circles"
    if local > 0:
        # A circle further out holds what the equilibrium repels. What grows slowly must do so at half the rate.
        return "diverges" if growth > min(clearly, local * span / 2) else "circles"
    if growth < local * span / 10 or -local * span < 0.01:  # or too slow to see
        return "converges"
    return "diverges" if growth > clearly else "circles"


def _last_turn(path: Array) -> int:
    """Steps of the last full turn about the equilibrium; all of them if there was none."""
    # Either way counts: of a step of nearly half a turn nobody can say which way it went.
    turned = np.abs(np.diff(np.unwrap(np.arctan2(path[:, 1], path[:, 0]))))[::-1].cumsum() >= 2 * math.pi
    return int(turned.argmax()) + 1 if turned.any() else len(path) - 1


def near(setting: Setting) -> str:
    """The rate near the equilibrium, in words."""
    return _rate_words(rate(setting), how_long=True)


def _here(verdict: str, wide: float, growth: float | None, steps: int) -> str:
    """The outcome from this start, in words."""
    if verdict == "circles":
        moving = growth is not None and abs(growth) > _STILL
        trend = f", still {'shrinking' if (growth or 0) < 0 else 'growing'}" if moving else ""
        return f"from here it circles within a radius of {wide:.2g}{trend}"
    return {
        "stalls": f"from here it stalls at a radius of {wide:.2g}",
        "converges": "from here it settles",
        "creeps": "from here it creeps in, ever more slowly",
        "diverges": "from here it leaves",
        "undecided": f"{steps:,} steps are too few to tell",
    }[verdict]


def _reason(local: float | None, verdict: str, here: str) -> str:
    usual = None if local is None or abs(local) <= _NEUTRAL else "converges" if local < 0 else "diverges"
    words = _rate_words(local, how_long=verdict == usual)
    return words if verdict == usual else f"{words}; {here}"


def _rate_words(local: float | None, *, how_long: bool) -> str:
    if local is None:
        return "no rate, the field jumps at ψ = 0"
    if abs(local) <= _NEUTRAL:
        return "near 0 neither shrinks nor grows, |λ| = 1"
    does, often = ("shrinks", "halves") if local < 0 else ("grows", "doubles")
    words = f"near 0 {does} {_change(local)} a step"
    return f"{words}, {often} every {_steps(abs(local))}" if how_long else words


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
