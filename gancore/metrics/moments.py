"""Mean and covariance of features that come in parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gancore.metrics.arrays import ArrayLike, feature_rows, numbers

__all__ = ["Moments"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """The first two moments of n features of dimension d, in float64, given as arrays, tensors or nested lists.

    mean     (d,) μ
    scatter  (d, d) Σ_i (x_i - μ)(x_i - μ)ᵀ
    """

    n: int
    mean: Array
    scatter: Array

    def __post_init__(self) -> None:
        mean, scatter = numbers("mean", self.mean), numbers("scatter", self.scatter)
        if mean.ndim != 1 or scatter.shape != 2 * mean.shape:
            raise ValueError(f"mean has shape {mean.shape} and scatter {scatter.shape}; (d,) and (d, d) are needed")
        object.__setattr__(self, "mean", mean.astype(np.float64, copy=False))
        object.__setattr__(self, "scatter", scatter.astype(np.float64, copy=False))

    @classmethod
    def of(cls, features: ArrayLike) -> Moments:
        """The moments of features (n, d), n of at least 1: an array, a tensor or nested lists.

        Raises ValueError for another shape and for what is not finite.
        """
        values = feature_rows("features", features, least=1).astype(np.float64)
        mean = values.mean(0)
        values -= mean
        return cls(len(values), mean, values.T @ values)

    @classmethod
    def none(cls, dimension: int) -> Moments:
        """The moments of no features yet."""
        return cls(0, np.zeros(dimension), np.zeros((dimension, dimension)))

    def merged(self, other: Moments) -> Moments:
        """The moments of both sets together, Chan, Golub & LeVeque 1983: no sum of raw squares, so nothing cancels."""
        if self.mean.shape != other.mean.shape:
            raise ValueError(f"moments are of dimension {len(self.mean)} and {len(other.mean)}; they must be the same")
        n = self.n + other.n
        if n == 0:
            return self
        # δ = μ₂ - μ₁,  μ = μ₁ + δ n₂/n,  S = S₁ + S₂ + δ δᵀ n₁ n₂/n
        delta = other.mean - self.mean
        mean = self.mean + delta * (other.n / n)
        scatter = self.scatter + other.scatter
        scatter += np.outer(delta, delta * (self.n * other.n / n))
        return Moments(n, mean, scatter)

    def updated(self, features: ArrayLike) -> Moments:
        """With one more chunk of features (m, d), m of at least 1."""
        return self.merged(Moments.of(features))

    @cached_property
    def covariance(self) -> Array:
        """(d, d), ddof 1. Raises ValueError for fewer than 2 features."""
        if self.n < 2:
            raise ValueError(f"a covariance needs at least 2 features; there are {self.n}")
        return self.scatter / (self.n - 1)
