"""Data that lie exactly on a curve in the plane: a manifold of measure zero, without a density.

A generator with a one-dimensional latent vector draws a curve too. In general position two curves meet in points at
most and share no mass, so a discriminator can separate them perfectly (Arjovsky & Bottou 2017). Curves that run along
one another for a stretch, as at the end of a successful training, do share mass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gancore.data.view import view_of

Array = NDArray[np.float64]

STRETCHES = 48  # parts of a curve whose coverage is counted
_CORNERS = 20  # straight pieces that a stretch is made of


@dataclass(frozen=True)
class Curve:
    """Points uniformly distributed along a curve. corners: (N, 2), joined by straight lines.

    Coverage needs modes: the curve is cut into `STRETCHES` equal parts. `centres` (M, 2) are their middles, `weights`
    (M,) their shares, and `sigma` is a sixth of their length: a sample is of high quality within 3σ of a middle, that
    is, within half a stretch.
    """

    corners: Array

    def __post_init__(self) -> None:
        if self.corners.ndim != 2 or self.corners.shape[1] != 2 or len(self.corners) < 2:
            raise ValueError(f"corners have shape {self.corners.shape}; (N, 2) with N of at least 2 is needed")
        if not self._lengths[-1] > 0:
            raise ValueError("corners are all the same point; a curve of some length is needed")
        self.corners.setflags(write=False)

    @cached_property
    def _lengths(self) -> Array:
        """(N,) length of the curve up to each corner."""
        return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(self.corners, axis=0), axis=1))])

    def at(self, share: NDArray[np.floating]) -> Array:
        """Points (…, 2) at a share (…,) from 0 to 1 of the curve's length."""
        lengths = self._lengths
        return np.stack([np.interp(share * lengths[-1], lengths, self.corners[:, axis]) for axis in range(2)], -1)

    @cached_property
    def centres(self) -> Array:
        """(M, 2) middles of the stretches."""
        return self.at((np.arange(STRETCHES) + 0.5) / STRETCHES)

    @cached_property
    def weights(self) -> Array:
        """(M,) shares of the stretches: all alike."""
        return np.full(STRETCHES, 1 / STRETCHES)

    @cached_property
    def sigma(self) -> float:
        """A sixth of a stretch: a tolerance for coverage, no width of the data, which have none."""
        return float(self._lengths[-1]) / STRETCHES / 6

    def place(self, uniforms: NDArray[np.floating], normals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Samples made of given noise: uniforms (…,) in [0, 1) choose the place; normals are not used."""
        return self.at(uniforms).astype(np.float32)

    def sample(self, rng: np.random.Generator, n: int) -> NDArray[np.float32]:
        """n fresh points, (n, 2)."""
        return self.at(rng.random(n)).astype(np.float32)

    @property
    def view(self) -> tuple[float, float, float, float]:
        """(xmin, xmax, ymin, ymax) of a square that shows the data and the origin."""
        return view_of(self.corners, 0.0)


def segment(radius: float) -> Curve:
    """An upright segment, 2 × `radius` long, at `radius` to the right of the origin."""
    return Curve(radius * np.array([[1.0, -1.0], [1.0, 1.0]]))


def circle(radius: float) -> Curve:
    """The circle about the origin."""
    angle = np.linspace(0, 2 * np.pi, STRETCHES * _CORNERS + 1)
    return Curve(radius * np.stack([np.cos(angle), np.sin(angle)], -1))
