"""The steps that a computer takes: who moves when, and how each method makes a step of its velocity."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp

from gancore.theory.dirac.methods import GAMES
from gancore.theory.dirac.setting import Setting

__all__ = ["LOST", "GameState", "Sizes", "flow", "schedule", "started", "step", "trajectory"]

Array = NDArray[np.float64]

LOST = 1e6  # a coordinate beyond this has left the plane


class GameState(NamedTuple):
    """θ and ψ, (S,) each, and the velocity of each at the last move: what optimism remembers."""

    theta: Array
    psi: Array
    last_theta: Array
    last_psi: Array


class Sizes(NamedTuple):
    """How far one move carries each player along its velocity: h for those who move, 0 for those who wait."""

    g: float
    d: float


def started(setting: Setting, theta: Array, psi: Array) -> GameState:
    """Before the first step. No velocity came before it; that at the start stands in (v₋₁ = v₀)."""
    return GameState(theta, psi, *GAMES[setting.game][setting.method].velocity(setting, theta, psi))


def schedule(setting: Setting) -> list[Sizes]:
    """The moves of one generator step in their order: k of D's, the last together with G's or before it."""
    g, d, both = Sizes(setting.h, 0), Sizes(0, setting.h), Sizes(setting.h, setting.h)
    if setting.updates == "simultaneous":
        return [d] * (setting.d_steps - 1) + [both]
    return [d] * setting.d_steps + [g]


def gradient_move(setting: Setting, state: GameState, sizes: Sizes) -> GameState:
    # w ← w + h v(w)
    theta, psi, *_ = state
    a, b = GAMES[setting.game][setting.method].velocity(setting, theta, psi)
    # Whoever waits is spared the sum: with k = 20 that is most of the time.
    return GameState(theta + sizes.g * a if sizes.g else theta, psi + sizes.d * b if sizes.d else psi, a, b)


def clipped_move(setting: Setting, state: GameState, sizes: Sizes) -> GameState:
    """Arjovsky, Chintala & Bottou 2017, algorithm 1: after each step of D, |ψ| is cut to the bound."""
    state = gradient_move(setting, state, sizes)
    if not sizes.d:
        return state
    return state._replace(psi=np.minimum(np.maximum(state.psi, -setting.clip), setting.clip))


def optimistic_move(setting: Setting, state: GameState, sizes: Sizes) -> GameState:
    """Daskalakis et al. 2018: each player remembers the velocity of its own last move."""
    # w ← w + h (2 v_t - v_{t-1})
    theta, psi, last_a, last_b = state
    a, b = GAMES[setting.game][setting.method].velocity(setting, theta, psi)
    return GameState(
        theta + sizes.g * (2 * a - last_a),
        psi + sizes.d * (2 * b - last_b),
        a if sizes.g else last_a,
        b if sizes.d else last_b,
    )


def extragradient_move(setting: Setting, state: GameState, sizes: Sizes) -> GameState:
    """Korpelevich 1976; Gidel et al. 2019, section 3.2. The look ahead is both players', whoever moves then."""
    # w' = w + h v(w);  w ← w + h v(w')
    ahead = gradient_move(setting, state, Sizes(setting.h, setting.h))
    a, b = GAMES[setting.game][setting.method].velocity(setting, ahead.theta, ahead.psi)
    return GameState(state.theta + sizes.g * a, state.psi + sizes.d * b, a, b)


Move = Callable[[Setting, GameState, Sizes], GameState]

MOVES: dict[str, Move] = {
    "gradient": gradient_move,
    "clipped": clipped_move,
    "optimistic": optimistic_move,
    "extragradient": extragradient_move,
}


def step(setting: Setting, state: GameState) -> GameState:
    """One step of the generator with the k steps of the discriminator that belong to it."""
    move = MOVES[GAMES[setting.game][setting.method].move]
    for sizes in schedule(setting):
        state = move(setting, state, sizes)
    return state


def trajectory(setting: Setting, starts: ArrayLike, steps: int) -> Array:
    """(S, steps+1, 2): from starts (S, 2), themselves first, one point after each generator step.

    NaN from the first point on that is not finite or has a coordinate beyond ±10⁶. Raises ValueError for starts of
    another shape and for steps below 0.
    """
    starts = _checked(starts)
    if steps < 0:
        raise ValueError(f"steps is {steps}; at least 0 are needed")
    path = np.empty((steps + 1, 2, len(starts)))
    path[0] = starts.T
    with np.errstate(over="ignore", invalid="ignore"):
        state = started(setting, starts[:, 0], starts[:, 1])
        for n in range(1, steps + 1):
            state = step(setting, state)
            path[n, 0], path[n, 1] = state.theta, state.psi
        lost = ~(np.abs(path) <= LOST).all(1, keepdims=True)
    path = np.where(np.logical_or.accumulate(lost, axis=0), np.nan, path)
    return np.ascontiguousarray(path.transpose(2, 0, 1))


def flow(setting: Setting, starts: ArrayLike, time: float, samples: int) -> Array:
    """(S, samples, 2): the continuous dynamics from starts (S, 2), at times spread evenly from 0 to `time`.

    The absolute error of θ and ψ is about 10⁻⁶ up to time 60 from starts within ±3 (about 10⁻² for WGAN-GP, whose field
    jumps). The clipped WGAN slides along its bound; what starts beyond it starts on it. Raises ValueError for starts of
    another shape, a time that is not finite and above 0, and fewer than 2 samples.
    """
    starts = _checked(starts)
    if not (np.isfinite(time) and time > 0):
        raise ValueError(f"time is {time}; a finite number above 0 is needed")
    if samples < 2:
        raise ValueError(f"samples is {samples}; at least 2 are needed")
    solve = _kinked_flow if setting.method.startswith("wasserstein") else _smooth_flow
    return np.ascontiguousarray(solve(setting, starts.T, np.linspace(0, time, samples)).transpose(2, 0, 1))


def _smooth_flow(setting: Setting, starts: Array, times: Array) -> Array:
    """(T, 2, S) from (2, S), by a solver that chooses its steps: strong penalties are stiff."""
    field = GAMES[setting.game][setting.method].velocity

    def derivative(_: float, flat: Array) -> Array:
        return np.concatenate(field(setting, *flat.reshape(2, -1)))

    span = (times[0], times[-1])
    found = solve_ivp(derivative, span, starts.ravel(), method="LSODA", t_eval=times, rtol=1e-8, atol=1e-10)
    return found.y.T.reshape(len(times), *starts.shape)


def _kinked_flow(setting: Setting, starts: Array, times: Array) -> Array:
    """(T, 2, S) from (2, S), by small Runge–Kutta steps: a solver that chooses its own gets stuck at a jump."""
    field = GAMES[setting.game][setting.method].velocity
    bound = setting.clip if setting.method == "wasserstein_clip" else np.inf

    def v(w: Array) -> Array:
        return np.array(field(setting, *w))

    inner = math.ceil((times[1] - times[0]) / 0.025)
    dt = (times[1] - times[0]) / inner
    path = np.empty((len(times), *starts.shape))
    path[0] = w = np.stack([starts[0], np.clip(starts[1], -bound, bound)])
    for n in range(1, len(times)):
        for _ in range(inner):
            # the classical method of order 4
            a = v(w)
            b = v(w + dt / 2 * a)
            c = v(w + dt / 2 * b)
            w = w + dt / 6 * (a + 2 * (b + c) + v(w + dt * c))
            w[1] = np.minimum(np.maximum(w[1], -bound), bound)
        path[n] = w
    return path


def _checked(starts: ArrayLike) -> Array:
    starts = np.array(starts, dtype=np.float64)
    if starts.ndim != 2 or starts.shape[1] != 2 or not len(starts):
        raise ValueError(f"starts has shape {starts.shape}; (S, 2) with S of at least 1 is needed")
    return starts
