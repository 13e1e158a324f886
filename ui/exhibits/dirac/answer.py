"""Answers the laboratory: computes what its setting comes to, fast enough to follow a slider."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gancore.theory.dirac import (
    GAMES,
    UPDATES,
    Outcome,
    Row,
    Setting,
    critical,
    eigenvalues,
    flow,
    judged,
    near,
    rate,
    step_eigenvalues,
    steps_to_see,
    survey,
    trajectory,
    velocity,
)
from ui.exhibits.dirac import words
from ui.exhibits.dirac.codec import FIRST, FURTHEST, KNOBS, MOST_STARTS, Lab, Start
from ui.exhibits.exhibit import Answer, Question
from ui.exhibits.slider import dragged

_FLOW_TIME = 30.0  # of the continuous dynamics: about two turns of the Dirac-GAN
_FLOW_SAMPLES = 201
HALF_HEIGHT = 2.1  # of the plane that is shown, in ψ; as wide as there is room
_GRID = (np.arange(-10, 11) * 0.5, np.arange(-4, 5) * 0.5)  # θ and ψ of the arrows; the widest screen shows no more
_LOCUS = 121  # values of a method's knob along which its eigenvalues are drawn


@dataclass(frozen=True)
class Wants:
    """The optional parts of an answer. Both take longer than a slider can wait.

    flow: the continuous dynamics from every start; table: the verdict on every method of the game.
    """

    flow: bool = True
    table: bool = False


def answer(lab: Lab, asked: Question, client: object = None) -> Answer:
    """Both panels in a setting, and what takes longer, where nobody turns anything."""
    return computed(lab, Wants(flow=asked.rests, table=asked.rests and asked.table))


def computed(lab: Lab, wants: Wants = Wants()) -> Answer:
    """What the laboratory shows in a setting, with P panels (A, B), S starts, T steps, N arrows.

    path (P, S, T+1, 2) f4: (θ, ψ) after each step, NaN from where it was lost
    flow (P, S, ·, 2) f4: the continuous dynamics; S is 0 where it was not wanted
    grid (N, 2) and field (P, N, 2) f4: the arrows' places and velocities
    locus_a, locus_b (·, 2, 2) f4: real and imaginary parts of both eigenvalues while the knob goes from end to end;
        where they meet on the real axis is one of the values

    Args:
        lab: the setting.
        wants: what else the browser shows.
    """
    settings = lab.settings()
    meta: dict[str, Any] = {
        "panels": [_panel(setting, lab.starts) for setting in settings],
        "table": [_row(lab.game, row) for row in _table(lab.survey_setting())] if wants.table else None,
        **_choices(),
    }
    arrays = {
        "path": np.stack([_path(setting, lab.starts) for setting in settings]).astype(np.float32),
        "flow": np.stack([_flow(setting, lab.starts if wants.flow else ()) for setting in settings]),
        "grid": _grid().astype(np.float32),
        "field": np.stack([_field(setting) for setting in settings]),
        "locus_a": _locus(lab.game, lab.a),
        "locus_b": _locus(lab.game, lab.b),
    }
    return meta, arrays


def _choices() -> dict[str, Any]:
    """The controls' choices; the same in every message."""
    return {
        "games": [{"name": name, "label": words.GAMES[name][0], "help": words.GAMES[name][1]} for name in GAMES],
        "methods": {
            game: [
                {"name": name, "label": method.label, "knob": method.knob, "help": words.METHODS[name]}
                for name, method in methods.items()
            ]
            for game, methods in GAMES.items()
        },
        "first": FIRST,
        "updates": [{"name": name, "help": words.UPDATES[name]} for name in UPDATES],
        "knobs": [
            {"name": name, "symbol": symbol, "label": label, "help": help, **dragged(KNOBS[name])}
            for name, (symbol, label, help) in words.KNOBS.items()
        ],
        "furthest": FURTHEST,
        "most": MOST_STARTS,
        "half": HALF_HEIGHT,
    }


def _panel(setting: Setting, starts: tuple[Start, ...]) -> dict[str, Any]:
    method = GAMES[setting.game][setting.method]
    came = _outcome(setting, starts)
    return {
        "method": setting.method,
        "label": method.label,
        "knob": method.knob,
        "critical": _meeting(setting),
        "verdict": came.verdict if came else None,
        "reason": came.reason if came else near(setting),
        "stepwise": method.stepwise,
        "rate": _finite(rate(setting)),
        "eigenvalues": _pairs(eigenvalues(setting)),
        "step_eigenvalues": _pairs(step_eigenvalues(setting)),
    }


def _meeting(setting: Setting) -> dict[str, float] | None:
    """The knob's value at which the continuous eigenvalues meet on the real axis, and where they do."""
    value, knob = critical(setting), GAMES[setting.game][setting.method].knob
    if value is None or knob is None:
        return None
    met = eigenvalues(replace(setting, **{knob: value}))
    return None if met is None else {"value": value, "at": float(met.real.mean())}


def _row(game: str, row: Row) -> dict[str, Any]:
    return {
        "method": row.method,
        "label": row.label,
        "stepwise": GAMES[game][row.method].stepwise,
        "eigenvalues": _pairs(row.eigenvalues),
        "size": None if row.rate is None else math.exp(row.rate),
        "simulated": _finite(math.exp(row.simulated)),
        "halving": _finite(row.halving),
        "verdict": row.outcome.verdict,
        "reason": row.outcome.reason,
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _pairs(values: NDArray[np.complex128] | None) -> list[list[float]] | None:
    return None if values is None else [[float(each.real), float(each.imag)] for each in values]


# ── What dragging one slider leaves as it was is not computed again ───────────────────────────────────────────────────

_remembered = lru_cache(maxsize=256)


@_remembered
def _table(setting: Setting) -> list[Row]:
    return survey(setting)


@_remembered
def _outcome(setting: Setting, starts: tuple[Start, ...]) -> Outcome | None:
    """Outcome of the last start; None where there is none."""
    return judged(setting, _path(setting, starts)[-1]) if starts else None


@_remembered
def _path(setting: Setting, starts: tuple[Start, ...]) -> NDArray[np.float64]:
    steps = steps_to_see(setting)
    return trajectory(setting, starts, steps) if starts else np.empty((0, steps + 1, 2))


@_remembered
def _flow(setting: Setting, starts: tuple[Start, ...]) -> NDArray[np.float32]:
    if not starts:
        return np.empty((0, _FLOW_SAMPLES, 2), np.float32)
    return flow(setting, starts, min(setting.h * steps_to_see(setting), _FLOW_TIME), _FLOW_SAMPLES).astype(np.float32)


@_remembered
def _field(setting: Setting) -> NDArray[np.float32]:
    return velocity(setting, _grid()).astype(np.float32)


@cache
def _grid() -> NDArray[np.float64]:
    return np.stack(np.meshgrid(*_GRID), axis=-1).reshape(-1, 2).astype(np.float64)


@_remembered
def _locus(game: str, method: str) -> NDArray[np.float32]:
    knob = GAMES[game][method].knob
    usual = Setting(game, method)
    if knob is None or knob == "clip" or eigenvalues(usual) is None:
        return np.empty((0, 2, 2), np.float32)
    turned = np.linspace(*KNOBS[knob].reach, _LOCUS)
    if (met := critical(usual)) is not None:  # between two values the pair would part before it has met
        turned = np.union1d(turned, [met])
    found: Sequence[Any] = [eigenvalues(replace(usual, **{knob: float(value)})) for value in turned]
    return np.stack([np.stack([each.real, each.imag], axis=-1) for each in found]).astype(np.float32)
