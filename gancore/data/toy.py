"""Two-dimensional mixtures of Gaussians with known centres, width and density.

The spiral and the two moons are mixtures too, of many narrow Gaussians along the curve; data that lie exactly on a
curve are in `curves.py`. Every metric means the same on every data set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from gancore.config import RunConfig
from gancore.data.curves import Curve, circle, segment
from gancore.data.view import view_of

Array = NDArray[np.float64]

CURVE_CENTRES = 40


@dataclass(frozen=True)
class Mixture:
    """Σ_m w_m N(c_m, σ²I) in the plane.

    centres: (M, 2); weights: (M,), positive, summing to 1; sigma: one standard deviation for all, above 0.
    """

    centres: Array
    weights: Array
    sigma: float

    def __post_init__(self) -> None:
        if self.centres.ndim != 2 or self.centres.shape[1] != 2 or not len(self.centres):
            raise ValueError(f"centres have shape {self.centres.shape}; (M, 2) with M of at least 1 is needed")
        if self.weights.shape != self.centres.shape[:1] or np.any(self.weights <= 0):
            raise ValueError(f"weights are {self.weights}; {len(self.centres)} positive numbers are needed")
        if not np.isclose(self.weights.sum(), 1):
            raise ValueError(f"weights sum to {self.weights.sum():g}; 1 is needed")
        if self.sigma <= 0:
            raise ValueError(f"sigma is {self.sigma}; a number above 0 is needed")
        self.centres.setflags(write=False)
        self.weights.setflags(write=False)

    def place(self, uniforms: NDArray[np.floating], normals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Samples made of given noise: uniforms (…,) in [0, 1) choose the mode, normals (…, 2) the place in it."""
        mode = np.searchsorted(np.cumsum(self.weights), uniforms, side="right")
        mode = np.minimum(mode, len(self.centres) - 1)
        return (self.centres[mode] + self.sigma * normals).astype(np.float32)

    def sample(self, rng: np.random.Generator, n: int) -> NDArray[np.float32]:
        """n fresh points, (n, 2)."""
        return self.place(rng.random(n), rng.standard_normal((n, 2)))

    def log_density(self, points: NDArray[np.floating]) -> Array:
        """log p at points (…, 2), in nats; shape (…,)."""
        # log Σ_m w_m exp(-‖x - c_m‖² / 2σ²) / 2πσ²
        squared = np.square(points[..., None, :] - self.centres).sum(-1)
        log_terms = np.log(self.weights) - squared / (2 * self.sigma**2) - np.log(2 * np.pi * self.sigma**2)
        return np.asarray(logsumexp(log_terms, axis=-1))

    @property
    def view(self) -> tuple[float, float, float, float]:
        """(xmin, xmax, ymin, ymax) of a square that shows the data and the origin."""
        return view_of(self.centres, 3 * self.sigma)


def ring(modes: int, radius: float) -> Array:
    """`modes` centres at equal angles on a circle, the first at angle 0.

    The first public notebook of unrolled GANs repeats one angle (8 names, 7 modes); these are distinct.
    """
    angle = 2 * np.pi * np.arange(modes) / modes
    return radius * np.stack([np.cos(angle), np.sin(angle)], -1)


def grid(side: int, radius: float) -> Array:
    """side × side centres on a square of half width `radius`."""
    axis = np.linspace(-radius, radius, side) if side > 1 else np.zeros(1)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)


def two_rings(modes: int, radius: float) -> Array:
    """An outer ring and, at half its radius and half a step further round, an inner one: `modes` centres in all."""
    inner = modes // 2
    turn = np.pi / max(inner, 1)
    turned = ring(inner, radius / 2) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.concatenate([ring(modes - inner, radius), turned])


def line(modes: int, radius: float) -> Array:
    """`modes` centres at equal distances on a horizontal line."""
    x = np.linspace(-radius, radius, modes) if modes > 1 else np.zeros(1)
    return np.stack([x, np.zeros(modes)], -1)


def spiral(radius: float) -> Array:
    """Centres at equal distances along two turns of an Archimedean spiral that ends at `radius`."""
    fine = np.linspace(0.5, 4 * np.pi, 4000)
    curve = radius * fine[:, None] / fine[-1] * np.stack([np.cos(fine), np.sin(fine)], -1)
    return _evenly(curve)


def moons(radius: float) -> Array:
    """Centres along two interleaved half circles, 2 × `radius` wide in all."""
    angle = np.linspace(0, np.pi, CURVE_CENTRES // 2)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], -1)
    return radius / 1.5 * np.concatenate([upper, -upper])


def _evenly(curve: Array) -> Array:
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    at = np.linspace(0, length[-1], CURVE_CENTRES)
    return np.stack([np.interp(at, length, curve[:, axis]) for axis in range(2)], -1)


ToyData = Mixture | Curve


def _alike(centres: Array, sigma: float) -> Mixture:
    """A mixture whose modes all weigh the same."""
    return Mixture(centres, np.full(len(centres), 1 / len(centres)), sigma)


def _unbalanced(centres: Array, sigma: float) -> Mixture:
    """A mixture whose weights fall tenfold from the first mode to the last."""
    weights = np.logspace(0, -1, len(centres))
    return Mixture(centres, weights / weights.sum(), sigma)


TOY_DATA: dict[str, Callable[[RunConfig], ToyData]] = {
    "ring": lambda config: _alike(ring(config.modes, config.radius), config.sigma),
    "grid": lambda config: _alike(grid(config.side, config.radius), config.sigma),
    "two_rings": lambda config: _alike(two_rings(config.modes, config.radius), config.sigma),
    "line": lambda config: _alike(line(config.modes, config.radius), config.sigma),
    "unbalanced": lambda config: _unbalanced(ring(config.modes, config.radius), config.sigma),
    "spiral": lambda config: _alike(spiral(config.radius), config.sigma),
    "moons": lambda config: _alike(moons(config.radius), config.sigma),
    "segment": lambda config: segment(config.radius),
    "circle": lambda config: circle(config.radius),
    "points": lambda config: _alike(np.array(config.points, dtype=np.float64), config.sigma),
}


def toy_data(config: RunConfig) -> ToyData:
    """The data of a run on points. Raises ValueError for a run on images."""
    if config.on_images:
        raise ValueError(f"data is {config.data!r}, which are images; of points there are {', '.join(TOY_DATA)}")
    return TOY_DATA[config.data](config)
