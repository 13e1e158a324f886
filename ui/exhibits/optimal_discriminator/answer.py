"""Answers the two lines: sends every distance and width at once, so that dragging θ asks nothing of the server."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from gancore.theory.optimal_discriminator import LOSS_NAMES, TwoLines, js, kl, wasserstein
from ui.exhibits.exhibit import Answer, Question
from ui.exhibits.optimal_discriminator.codec import SIGMAS, THETAS, Place
from ui.shared.words import value_text

VIEW = (-6.0, 6.0)  # of x; at σ = 1 the outermost tails of q lie beyond it
POSITIONS = 241
# The generated points that carry arrows: the middle one, and four beside it, in σ from q's mean.
SPREAD = (-1.4, -0.7, 0.0, 0.7, 1.4)

# The push -∂L_G/∂x at a point x, where D is the best discriminator of that game and s = log p/q.
FORMULAS = {
    "minimax": "G minimises log(1 − D). With the best D, D*(x) = p/(p+q) = σ(s), the push is −∂L/∂x = D*(x)·s′(x)",
    "non_saturating": "G minimises −log D. With the best D the push is −∂L/∂x = (1 − D*(x))·s′(x)",
    "least_squares": "G minimises ½(D − 1)². With the best D, p/(p+q), the push is −∂L/∂x = D*(1 − D*)²·s′(x)",
    "hinge": "G minimises −D. The best D is sign(p − q): flat on both sides, so the push is 0 (almost everywhere)",
    "wasserstein": "G minimises −D. The best 1-Lipschitz critic has slope ±1: the push is 1, at any distance but 0",
}
DIVERGENCES = {
    "js": "JS(p, q) = ½KL(p‖m) + ½KL(q‖m), m = (p+q)/2, in nats; never more than log 2. Against the best "
    "D minimax minimises 2 JS − log 4",
    "kl": "KL(p‖q) = ∫ p log(p/q) dx = θ²/2σ², in nats; without bound as σ → 0",
    "w": "W(p, q) = how far all the mass has to be carried = |θ|, in units of x. What the Wasserstein GAN "
    "minimises against the best critic",
}


META: Mapping[str, Any] = {
    "thetas": list(THETAS),
    "sigmas": list(SIGMAS),
    "x": [*VIEW, POSITIONS],
    "spread": list(SPREAD),
    "losses": [{"name": name, "label": value_text("loss", name), "formula": FORMULAS[name]} for name in LOSS_NAMES],
    "divergences": DIVERGENCES,
}


def answer(place: Place, asked: Question, client: object = None) -> Answer:
    """Every distance and width at once, so that dragging asks nothing of the server; to a browser that has them, and
    says where its sliders rest, nothing more."""
    return (META, {}) if asked.setting is not None else (META, arrays())


@cache
def arrays() -> dict[str, NDArray[Any]]:
    """With S widths, T distances, X positions, L losses, P points.

    p (S, X) and q (S, T, X) u1: densities, 255 at their maximum; probability (S, T, X) u1: D* from 0 to 255
    sizes (S, T, L, P) f4: log₁₀ of the push on each generated point, -inf where there is none
    js, kl, accuracy (S, T) and w (T,) f4: nats, nats, share of points that the best D judges rightly, units of x
    """
    thetas, sigmas = np.array(THETAS), np.array(SIGMAS)
    x = np.linspace(*VIEW, POSITIONS)
    lines = TwoLines(thetas[:, None], sigmas[:, None, None])  # (S, T, positions)
    highest = TwoLines(0.0, sigmas[:, None]).p(0.0)  # (S, 1)
    points = thetas[:, None] + sigmas[:, None, None] * np.array(SPREAD)  # (S, T, P)
    distance = np.abs(thetas) / sigmas[:, None]
    return {
        "p": _bytes(TwoLines(0.0, sigmas[:, None]).p(x) / highest),
        "q": _bytes(lines.q(x) / highest[..., None]),
        "probability": _bytes(lines.probability(x)),
        "sizes": np.stack([lines.log10_size(loss, points) for loss in LOSS_NAMES], axis=2).astype(np.float32),
        "js": js(thetas, sigmas[:, None]).astype(np.float32),
        "kl": kl(thetas, sigmas[:, None]).astype(np.float32),
        "w": wasserstein(thetas).astype(np.float32),
        # The best D errs where a point lies beyond the middle, θ/2 from its mean: it is right for Φ(|θ|/2σ) of them.
        "accuracy": ndtr(distance / 2).astype(np.float32),
    }


def _bytes(share: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.rint(255 * share).astype(np.uint8)
