"""Two densities on a line, at distance θ: what the best discriminator of each game would teach the generator.

The data are p = N(0, σ²), the generated points q = N(θ, σ²). With both densities known no network has to be trained:
the optimal discriminator and the gradient -∂L_G/∂x that it hands to a generated point at x have closed forms, and the
divergences of p and q need at most a quadrature. Goodfellow et al. 2014, proposition 1;
Arjovsky, Chintala & Bottou 2017, example 1, whose parallel lines are the limit σ → 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit

__all__ = ["LOSS_NAMES", "Sweep", "TwoLines", "js", "kl", "sweep", "wasserstein"]

Array = NDArray[np.float64]

LOSS_NAMES = ("minimax", "non_saturating", "least_squares", "hinge", "wasserstein")


@dataclass(frozen=True)
class TwoLines:
    """p = N(0, σ²) and q = N(θ, σ²), both in the units of x.

    Every method takes finite positions of any shape and returns an array; `theta` and `sigma` may be arrays too, and
    broadcast against them. Raises ValueError unless θ is finite and σ is finite and above 0: two lines without width
    have no densities to compare (`js`, `kl` and `wasserstein` are still defined). Nor may σ be so small that θ/σ², the
    slope of the logit, or 1/σ, the height of a density, is more than the largest float.
    """

    theta: ArrayLike
    sigma: ArrayLike

    def __post_init__(self) -> None:
        if not np.isfinite(self.theta).all():
            raise ValueError(f"theta is {self.theta}; finite numbers are needed")
        if not (np.isfinite(self.sigma).all() and np.greater(self.sigma, 0).all()):
            raise ValueError(f"sigma is {self.sigma}; finite numbers above 0 are needed")
        with np.errstate(over="ignore"):
            representable = np.isfinite(self._slope) & np.isfinite(1 / np.asarray(self.sigma))
        if not representable.all():
            raise ValueError(
                f"theta is {self.theta} and sigma is {self.sigma}; θ/σ² and 1/σ of at most "
                f"{np.finfo(np.float64).max:g} are needed"
            )

    @property
    def _slope(self) -> Array:
        """-ds*/dx = θ/σ²; by two divisions, for σ² alone may be beyond a float."""
        sigma = np.asarray(self.sigma, dtype=np.float64)
        return np.asarray(self.theta, dtype=np.float64) / sigma / sigma

    def p(self, x: ArrayLike) -> Array:
        """The density of the data, per unit of x."""
        return _normal(np.asarray(x), 0.0, np.asarray(self.sigma))

    def q(self, x: ArrayLike) -> Array:
        """The density of the generated points, per unit of x."""
        return _normal(np.asarray(x), np.asarray(self.theta), np.asarray(self.sigma))

    def logit(self, x: ArrayLike) -> Array:
        """s*(x) = log p(x)/q(x), so that D*(x) = σ(s*(x)): a straight line through 0 half way between the two."""
        # s*(x) = θ (θ/2 - x) / σ²
        with np.errstate(over="ignore"):  # infinite: D is sure
            return self._slope * (np.asarray(self.theta) / 2 - np.asarray(x))

    def probability(self, x: ArrayLike) -> Array:
        """D*(x) = p(x) / (p(x) + q(x)), Goodfellow et al. 2014, proposition 1."""
        return expit(self.logit(x))

    def critic(self, loss: str, x: ArrayLike) -> Array:
        """D's output if D were optimal in the game `loss`, one of `LOSS_NAMES`.

        minimax, non_saturating  the logit s*
        least_squares            D*, for the targets 1 and 0 (Mao et al. 2017)
        hinge                    sign(p - q) (Lim & Ye 2017): two plateaus and a jump half way
        wasserstein              the Kantorovich potential -sign(θ) (x - θ/2), up to a constant; 0 where θ is 0
        """
        theta = np.asarray(self.theta)
        match loss:
            case "minimax" | "non_saturating":
                return self.logit(x)
            case "least_squares":
                return self.probability(x)
            case "hinge":
                return np.sign(self.logit(x))
            case "wasserstein":
                return -np.sign(theta) * (np.asarray(x) - theta / 2)
            case _:
                raise _unknown(loss)

    def gradient(self, loss: str, x: ArrayLike) -> Array:
        """-∂L_G/∂x: where and how hard the optimal discriminator of `loss` sends a generated point at x.

        Per unit of x. Towards the data wherever it is not 0; 0 everywhere at θ = 0, where nothing is left to learn.
        The hinge's optimum is flat on both sides of its jump: 0 everywhere but at x = θ/2, where it has no derivative
        (and 0 is returned). A trained discriminator has a slope there, because it is not yet optimal.
        """
        slope = -self._slope
        real = self.probability(x)
        fake = expit(-self.logit(x))  # 1 - D*, with all its digits
        match loss:
            case "minimax":  # L_G = log(1 - D)
                return real * slope
            case "non_saturating":  # L_G = -log D
                return fake * slope
            case "least_squares":  # L_G = ½ (D - 1)², and dD*/dx = D* (1 - D*) ds*/dx
                return real * np.square(fake) * slope
            case "hinge":
                return np.zeros_like(real * slope)
            case "wasserstein":  # L_G = -s
                return -np.sign(np.asarray(self.theta)) * np.ones_like(real)
            case _:
                raise _unknown(loss)

    def log10_size(self, loss: str, x: ArrayLike) -> Array:
        """log₁₀ |∂L_G/∂x|, for a logarithmic axis: right where the gradient itself is too small for a float.

        -inf where the gradient is exactly 0, or where even its logarithm is too large for a float.
        """
        s = self.logit(x)
        with np.errstate(divide="ignore"):
            slope = np.log(np.abs(self.theta)) - 2 * np.log(self.sigma)
            sign = np.log(np.abs(np.sign(self.theta)))
        match loss:
            case "minimax":
                size = log_expit(s) + slope
            case "non_saturating":
                size = log_expit(-s) + slope
            case "least_squares":
                size = log_expit(s) + 2 * log_expit(-s) + slope
            case "hinge":
                size = np.full_like(s + slope, -np.inf)
            case "wasserstein":
                size = sign + np.zeros_like(s)
            case _:
                raise _unknown(loss)
        return size / np.log(10)


def js(theta: ArrayLike, sigma: ArrayLike) -> Array:
    """The Jensen–Shannon divergence of p and q in nats: what minimax minimises where D is optimal, up to constants.

    From 0 at θ = 0 to log 2, which it reaches to within 1 % at |θ| = 6 σ and for parallel lines (σ = 0) at once. The
    relative error is at most 10⁻¹³, also where θ → 0 and JS → θ²/8σ², down to a JS of 10⁻²⁸⁰.

    Raises ValueError for a θ that is no number, and unless σ is finite and at least 0.
    """
    distance = _in_sigmas(theta, sigma)[..., None]  # δ = |θ|/σ
    # JS = E_p f(s*), by symmetry, with f(s) the nats that D's answer σ(s) is short of log 2, an even coin's; under p
    # the logit is s* = δ²/2 + δ z with z standard normal. No term is below 0, so that nothing cancels, and the
    # trapezoidal rule converges exponentially on this integrand. Beyond δ = 40, log 2 is short by less than 10⁻⁸⁰.
    z = np.arange(-2000, 2001) / 100
    capped = np.minimum(distance, 40.0)
    value = np.sum(_normal(z, 0.0, 1.0) * _certainty(capped * (capped / 2 + z)), -1) / 100
    return np.minimum(value, np.log(2))


def kl(theta: ArrayLike, sigma: ArrayLike) -> Array:
    """KL(p ‖ q) = KL(q ‖ p) in nats, θ²/2σ²; infinite for parallel lines (σ = 0) that are not one.

    Raises ValueError for a θ that is no number, and unless σ is finite and at least 0.
    """
    with np.errstate(over="ignore"):
        return np.square(_in_sigmas(theta, sigma)) / 2


def wasserstein(theta: ArrayLike) -> Array:
    """The Wasserstein-1 distance |θ| in units of x, whatever the σ: every point is carried as far as all the others."""
    return np.abs(np.asarray(theta, dtype=np.float64))


@dataclass(frozen=True)
class Sweep:
    """All that can be seen of p and q while θ is dragged: T distances, at X positions.

    thetas, js, kl, wasserstein  (T,) distances in units of x, divergences in nats, distance in units of x
    lines_js, lines_kl           (T,) the same for parallel lines (σ → 0); their Wasserstein distance is the same
    x, p                         (X,) positions, and the density of the data there
    q, probability               (T, X) the density of the generated points, and D*
    critic, gradient, log10_size loss -> (T, X) as in `TwoLines`
    at_centre, log10_at_centre   loss -> (T,) gradient, and its size, for the generated point in the middle, x = θ
    """

    sigma: float
    thetas: Array
    js: Array
    kl: Array
    wasserstein: Array
    lines_js: Array
    lines_kl: Array
    x: Array
    p: Array
    q: Array
    probability: Array
    critic: dict[str, Array]
    gradient: dict[str, Array]
    log10_size: dict[str, Array]
    at_centre: dict[str, Array]
    log10_at_centre: dict[str, Array]


def sweep(thetas: ArrayLike, sigma: float, points: int = 241) -> Sweep:
    """Everything for distances (T,) and one σ, at `points` positions from 4 σ left of the leftmost density to 4 σ
    right of the rightmost.

    Raises ValueError for a θ or σ as `TwoLines` does, for thetas of another shape and for fewer than 2 points.
    """
    thetas = np.asarray(thetas, dtype=np.float64)
    if thetas.ndim != 1 or not len(thetas):
        raise ValueError(f"thetas has shape {thetas.shape}; (T,) with T of at least 1 is needed")
    if points < 2:
        raise ValueError(f"points is {points}; at least 2 are needed")
    lines = TwoLines(thetas[:, None], sigma)
    x = np.linspace(min(thetas.min(), 0) - 4 * sigma, max(thetas.max(), 0) + 4 * sigma, points)
    centre = thetas[:, None]
    return Sweep(
        sigma=sigma,
        thetas=thetas,
        js=js(thetas, sigma),
        kl=kl(thetas, sigma),
        wasserstein=wasserstein(thetas),
        lines_js=js(thetas, 0.0),
        lines_kl=kl(thetas, 0.0),
        x=x,
        p=lines.p(x),
        q=lines.q(x),
        probability=lines.probability(x),
        critic={loss: lines.critic(loss, x) for loss in LOSS_NAMES},
        gradient={loss: lines.gradient(loss, x) for loss in LOSS_NAMES},
        log10_size={loss: lines.log10_size(loss, x) for loss in LOSS_NAMES},
        at_centre={loss: lines.gradient(loss, centre)[:, 0] for loss in LOSS_NAMES},
        log10_at_centre={loss: lines.log10_size(loss, centre)[:, 0] for loss in LOSS_NAMES},
    )


def _normal(x: Array, mean: Array | float, sigma: Array | float) -> Array:
    with np.errstate(over="ignore"):
        return np.exp(-np.square((x - mean) / sigma) / 2) / (np.sqrt(2 * np.pi) * sigma)


def _certainty(s: Array) -> Array:
    """log 2 less the entropy, in nats, of a coin that falls one way with probability σ(s); relative error about 10⁻¹⁵.

    Near 0 it is s²/8, and the entropy is log 2 to all digits: there the difference is taken in closed form.
    """
    a = np.abs(s)
    # log 2 + log σ(a) - a σ(-a) = a/2 tanh a/2 - log cosh a/2
    far = np.log(2) + log_expit(a) - a * expit(-a)
    small = np.minimum(a, 1.0)
    near = small / 2 * np.tanh(small / 2) - np.log1p(2 * np.square(np.sinh(small / 4)))
    return np.where(a < 1, near, far)


def _in_sigmas(theta: ArrayLike, sigma: ArrayLike) -> Array:
    """|θ|/σ; infinite for lines without width that are not one, 0 where they are."""
    distance, width = np.broadcast_arrays(np.abs(np.asarray(theta, dtype=np.float64)), np.asarray(sigma))
    if np.isnan(distance).any():
        raise ValueError(f"theta is {theta}; numbers are needed")
    if not (np.isfinite(width) & (width >= 0)).all():
        raise ValueError(f"sigma is {sigma}; finite numbers of at least 0 are needed")
    with np.errstate(over="ignore"):
        return np.divide(distance, width, out=np.where(distance > 0, np.inf, 0.0), where=width > 0)


def _unknown(loss: str) -> ValueError:
    return ValueError(f"loss is {loss!r}; allowed are {', '.join(LOSS_NAMES)}")
