"""Every method as a function of (θ, ψ): the losses of both players, and the velocity (θ', ψ') = (-∂L_G/∂θ, -∂L_D/∂ψ).

p = σ(ψ θ) is D's probability that the generated point is real; the real point 0 always gets the logit 0. sp is
softplus. θ and ψ are arrays of any one shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

if TYPE_CHECKING:
    from gancore.theory.dirac.setting import Setting

__all__ = ["BILINEAR", "GAMES", "METHODS", "Method", "losses", "velocity"]

Array = NDArray[np.float64]
Pair = tuple[Array, Array]


def softplus(s: Array) -> Array:
    return np.logaddexp(0.0, s)


# ── The plain games ───────────────────────────────────────────────────────────────────────────────────────────────


def minimax_losses(setting: Setting, theta: Array, psi: Array) -> Pair:
    """Goodfellow et al. 2014, eq. 1: L_D = sp(-0) + sp(ψθ), L_G = -sp(ψθ)."""
    fake = softplus(psi * theta)
    return np.log(2) + fake, -fake


def minimax(setting: Setting, theta: Array, psi: Array) -> Pair:
    # θ' = ψ p,  ψ' = -θ p
    p = expit(psi * theta)
    return psi * p, -theta * p


def non_saturating_losses(setting: Setting, theta: Array, psi: Array) -> Pair:
    """Goodfellow et al. 2014, section 3: L_D as in minimax, L_G = sp(-ψθ)."""
    s = psi * theta
    return np.log(2) + softplus(s), softplus(-s)


def non_saturating(setting: Setting, theta: Array, psi: Array) -> Pair:
    # θ' = ψ (1 - p),  ψ' = -θ p
    p = expit(psi * theta)
    return psi * (1 - p), -theta * p


def wasserstein_losses(setting: Setting, theta: Array, psi: Array) -> Pair:
    """Arjovsky, Chintala & Bottou 2017, eq. 2: L_D = ψθ - 0, L_G = -ψθ. The bilinear game, and WGAN's when clipped."""
    return psi * theta, -psi * theta


def wasserstein(setting: Setting, theta: Array, psi: Array) -> Pair:
    # θ' = ψ,  ψ' = -θ
    return psi, -theta


# ── Remedies ──────────────────────────────────────────────────────────────────────────────────────────────────────


def wasserstein_gp_losses(setting: Setting, theta: Array, psi: Array) -> Pair:
    """Gulrajani et al. 2017, eq. 3: L_D = ψθ + λ (|ψ| - 1)²; the slope of a straight line is ψ everywhere."""
    d, g = wasserstein_losses(setting, theta, psi)
    return d + setting.penalty * np.square(np.abs(psi) - 1), g


def wasserstein_gp(setting: Setting, theta: Array, psi: Array) -> Pair:
    # ψ' = -θ - 2λ (|ψ| - 1) sign ψ: a jump at ψ = 0, where there is no derivative and 0 is taken for the sign
    return psi, -theta - 2 * setting.penalty * (psi - np.sign(psi))


def instance_noise_losses(setting: Setting, theta: Array, psi: Array) -> Pair:
    """Sønderby et al. 2017; Arjovsky & Bottou 2017: both players see x + σε, ε standard normal.

    L_D = E sp(-ψσε) + E sp(ψ(θ + σε)), L_G = E sp(-ψ(θ + σε)).
    """
    epsilon, weight = _normal_rule(setting.sigma, psi)
    real = setting.sigma * epsilon
    fake = theta[..., None] + real
    slope = psi[..., None]
    return (softplus(-slope * real) + softplus(slope * fake)) @ weight, softplus(-slope * fake) @ weight


def instance_noise(setting: Setting, theta: Array, psi: Array) -> Pair:
    epsilon, weight = _normal_rule(setting.sigma, psi)
    real = setting.sigma * epsilon
    fake = theta[..., None] + real
    # p = σ(ψx):  θ' = ψ E (1 - p_f),  ψ' = E x_r (1 - p_r) - E x_f p_f = -E x_r p_r - E x_f p_f, as E x_r = 0
    slope = psi[..., None]
    p = expit(slope * fake)
    return psi * (1 - p @ weight), -(expit(slope * real) @ (real * weight)) - (fake * p) @ weight


def r1_losses(setting: Setting, theta: Array, psi: Array) -> Pair:
    """Mescheder et al. 2018, eq. 9: the non-saturating game with γ/2 ψ² added to L_D.

    Also R2 (eq. 10): the slope of a straight line is the same at real and at generated points.
    """
    d, g = non_saturating_losses(setting, theta, psi)
    return d + setting.gamma / 2 * np.square(psi), g


def r1(setting: Setting, theta: Array, psi: Array) -> Pair:
    # ψ' = -θ p - γ ψ
    p = expit(psi * theta)
    return psi * (1 - p), -theta * p - setting.gamma * psi


def roth_losses(setting: Setting, theta: Array, psi: Array) -> Pair:
    """Roth et al. 2017: γ/2 [(1 - σ(s_r))² ‖∇s_r‖² + σ(s_f)² ‖∇s_f‖²] added to L_D.

    What instance noise of variance γ adds, to first order, where D is at its best: at θ = 0. Elsewhere noise weighs
    the generated point by p (1 - p), and not by p². The weights are functions of ψ and differentiated with the rest.
    """
    d, g = non_saturating_losses(setting, theta, psi)
    return d + setting.gamma / 2 * (1 / 4 + np.square(expit(psi * theta))) * np.square(psi), g


def roth(setting: Setting, theta: Array, psi: Array) -> Pair:
    # ψ' = -θ p - γ ψ (¼ + p²) - γ ψ² θ p² (1 - p),  since dp/dψ = θ p (1 - p)
    s = psi * theta
    p = expit(s)
    return psi * (1 - p), -theta * p - setting.gamma * psi * (1 / 4 + p * p * (1 + s * (1 - p)))


def consensus_losses(setting: Setting, theta: Array, psi: Array) -> Pair:
    """Mescheder et al. 2017: γ/2 ‖v‖² added to both losses, v the non-saturating velocity."""
    d, g = non_saturating_losses(setting, theta, psi)
    a, b = non_saturating(setting, theta, psi)
    both = setting.consensus / 2 * (np.square(a) + np.square(b))
    return d + both, g + both


def consensus(setting: Setting, theta: Array, psi: Array) -> Pair:
    # v = (ψ q, -θ p) with q = 1 - p, and Jᵀ v = ∇ ½‖v‖² = (θ p² + ψ e, ψ q² + θ e) with e = p q (θ² p - ψ² q)
    p = expit(psi * theta)
    q = 1 - p
    a, b = psi * q, theta * p
    e = p * q * (theta * b - psi * a)
    # v - γ Jᵀ v
    return a - setting.consensus * (p * b + psi * e), -b - setting.consensus * (q * a + theta * e)


def bilinear_consensus_losses(setting: Setting, theta: Array, psi: Array) -> Pair:
    """Mescheder et al. 2017, in the bilinear game: γ/2 (θ² + ψ²) added to both losses."""
    d, g = wasserstein_losses(setting, theta, psi)
    both = setting.consensus / 2 * (np.square(theta) + np.square(psi))
    return d + both, g + both


def bilinear_consensus(setting: Setting, theta: Array, psi: Array) -> Pair:
    # θ' = ψ - γ θ,  ψ' = -θ - γ ψ
    return psi - setting.consensus * theta, -theta - setting.consensus * psi


# ── What each method is made of ───────────────────────────────────────────────────────────────────────────────────

Players = Callable[["Setting", Array, Array], Pair]


class Method(NamedTuple):
    """One row of the table.

    label     as it is written on the screen
    velocity  (θ', ψ') of the continuous dynamics
    losses    (L_D, L_G), of which the velocity is minus the gradient
    knob      the field of `Setting` that only this kind of method reads, or None
    move      how a computer makes a step of it, a key of `steps.MOVES`
    """

    label: str
    velocity: Players
    losses: Players
    knob: str | None = None
    move: str = "gradient"

    @property
    def stepwise(self) -> bool:
        """Whether it exists only in steps, so that velocity and losses are the plain game's."""
        return self.move in ("optimistic", "extragradient")


METHODS: dict[str, Method] = {
    "minimax": Method("minimax", minimax, minimax_losses),
    "non_saturating": Method("non-saturating", non_saturating, non_saturating_losses),
    "wasserstein_clip": Method("WGAN, clipped", wasserstein, wasserstein_losses, "clip", "clipped"),
    "wasserstein_gp": Method("WGAN-GP", wasserstein_gp, wasserstein_gp_losses, "penalty"),
    "instance_noise": Method("instance noise", instance_noise, instance_noise_losses, "sigma"),
    "r1": Method("R1", r1, r1_losses, "gamma"),
    "r2": Method("R2", r1, r1_losses, "gamma"),
    "roth": Method("Roth et al.", roth, roth_losses, "gamma"),
    "consensus": Method("consensus", consensus, consensus_losses, "consensus"),
    "optimistic": Method("optimistic", non_saturating, non_saturating_losses, move="optimistic"),
    "extragradient": Method("extra-gradient", non_saturating, non_saturating_losses, move="extragradient"),
}

BILINEAR: dict[str, Method] = {
    "plain": Method("plain", wasserstein, wasserstein_losses),
    "consensus": Method("consensus", bilinear_consensus, bilinear_consensus_losses, "consensus"),
    "optimistic": Method("optimistic", wasserstein, wasserstein_losses, move="optimistic"),
    "extragradient": Method("extra-gradient", wasserstein, wasserstein_losses, move="extragradient"),
}

GAMES: dict[str, dict[str, Method]] = {"dirac": METHODS, "bilinear": BILINEAR}


def velocity(setting: Setting, points: ArrayLike) -> Array:
    """(θ', ψ') at points (…, 2), the same shape: exactly minus the gradient of each player's own loss.

    For methods that exist only in steps (optimistic, extra-gradient) that of the plain game; for the clipped WGAN
    without the bound, which is a projection after each step. Raises ValueError for points of another shape.
    """
    points = _checked(points)
    out = np.empty_like(points)
    out[..., 0], out[..., 1] = GAMES[setting.game][setting.method].velocity(setting, points[..., 0], points[..., 1])
    return out


def losses(setting: Setting, points: ArrayLike) -> Pair:
    """(L_D, L_G) at points (…, 2), each of shape (…). Raises ValueError for points of another shape."""
    points = _checked(points)
    return GAMES[setting.game][setting.method].losses(setting, points[..., 0], points[..., 1])


def _checked(points: ArrayLike) -> Array:
    points = np.asarray(points, dtype=np.float64)
    if points.ndim < 1 or points.shape[-1] != 2:
        raise ValueError(f"points has shape {points.shape}; (…, 2) is needed")
    return points


# ── Expectations under the noise ──────────────────────────────────────────────────────────────────────────────────

_EDGE = 7.5  # standard deviations; beyond them less than 10⁻¹² of the expectations is left
_FINEST = 2048  # spacings


def _normal_rule(sigma: float, psi: Array) -> Pair:
    """Nodes (N,) and weights (N,) for expectations over a standard normal of functions of σ(ψ(x + σε)).

    The trapezoidal rule: it converges exponentially, and unlike Gauss–Hermite it can be made as fine as steep
    sigmoids need. The absolute error of the expectations is about 10⁻¹⁰ for |ψσ| up to 100.
    """
    steepness = sigma * float(np.abs(psi).max())
    # The poles of σ(aε) lie π/a off the real line, so the error is exp(-2π²/(a · spacing)), 10⁻¹¹ at 2π²/26a. In
    # multiples of 32, so that few rules are ever made; a run that has left the plane (or is NaN) gets the finest.
    needed = 26 * 2 * _EDGE / (2 * math.pi**2) * steepness
    return _trapezium(32 * math.ceil(max(needed, 1.0) / 32) if needed < _FINEST else _FINEST)


@cache
def _trapezium(spacings: int) -> Pair:
    epsilon = np.linspace(-_EDGE, _EDGE, spacings + 1)
    weight = np.exp(-np.square(epsilon) / 2)
    return epsilon, weight / weight.sum()
