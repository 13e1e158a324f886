"""How far apart are two sets of features, taken for Gaussians?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gancore.metrics.arrays import ArrayLike, feature_pair, numbers
from gancore.metrics.moments import Moments

__all__ = ["Frechet", "frechet_distance", "frechet_from_features", "frechet_from_moments"]

Array = NDArray[np.float64]

# The smallest eigenvalue over the largest above which rounding leaves each root ten digits of the largest.
_WELL_CONDITIONED = 1e-12


class Frechet(NamedTuple):
    """The distance, its two terms, and the sizes of the samples it was estimated from.

    mean_term   ‖μ₁-μ₂‖²
    trace_term  tr(Σ₁ + Σ₂ - 2 (Σ₁Σ₂)^½)
    """

    distance: float
    mean_term: float
    trace_term: float
    n1: int
    n2: int


def frechet_distance(mu1: ArrayLike, sigma1: ArrayLike, mu2: ArrayLike, sigma2: ArrayLike) -> float:
    """Heusel et al. 2017: ‖μ₁-μ₂‖² + tr(Σ₁ + Σ₂ - 2 (Σ₁Σ₂)^½), for means (d,) and covariances (d, d).

    The squared Wasserstein-2 distance of two Gaussians (Dowson & Landau 1982), at least 0. Covariances may be of any
    rank. Takes arrays, tensors and nested lists (`gancore.metrics.arrays.numbers`). Raises ValueError for other shapes,
    for what is not finite and for covariances that are not symmetric or have negative eigenvalues.
    """
    given = {"mu1": mu1, "sigma1": sigma1, "mu2": mu2, "sigma2": sigma2}
    return sum(_terms(*(numbers(name, value).astype(np.float64) for name, value in given.items())))


def frechet_from_moments(a: Moments, b: Moments) -> Frechet:
    """The Fréchet distance of two sets by their moments, so that a reference set's are computed once.

    The estimate is biased upwards, the more the smaller n1 and n2: compare distances at the same n only. Raises
    ValueError for fewer than 2 features on a side and for different dimensions.
    """
    mean_term, trace_term = _terms(a.mean, a.covariance, b.mean, b.covariance)
    return Frechet(mean_term + trace_term, mean_term, trace_term, a.n, b.n)


def frechet_from_features(a: ArrayLike, b: ArrayLike) -> Frechet:
    """The Fréchet distance of two sets of features (n1, d) and (n2, d), whatever their rank.

    Biased in n1 and n2 (`frechet_from_moments`). An FID only with the features of Inception v3; with another network's
    name that beside it. Takes arrays, tensors and nested lists (`gancore.metrics.arrays.numbers`). Raises ValueError
    for other shapes, fewer than 2 features and what is not finite.
    """
    a, b = feature_pair(("a", a), ("b", b), least=2)
    if min(len(a), len(b)) >= a.shape[1]:
        return frechet_from_moments(Moments.of(a), Moments.of(b))
    first, second = a.astype(np.float64), b.astype(np.float64)
    mu1, mu2 = first.mean(0), second.mean(0)
    first -= mu1
    second -= mu2
    first /= np.sqrt(len(first) - 1)
    second /= np.sqrt(len(second) - 1)
    # With Σ₁ = AᵀA and Σ₂ = BᵀB, tr (Σ₁Σ₂)^½ is the sum of the singular values of A Bᵀ: n1 × n2 instead of d × d.
    shared = _nuclear_norm(first.T, second.T)
    mean_term = float(np.square(mu1 - mu2).sum())
    trace_term = _at_least_zero(float(np.square(first).sum() + np.square(second).sum()) - 2 * shared)
    return Frechet(mean_term + trace_term, mean_term, trace_term, len(a), len(b))


def _terms(mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> tuple[float, float]:
    """The mean term and the trace term."""
    _check(mu1, sigma1, mu2, sigma2)
    trace_term = float(np.trace(sigma1) + np.trace(sigma2)) - 2 * _trace_of_root(sigma1, sigma2)
    return float(np.square(mu1 - mu2).sum()), _at_least_zero(trace_term)


def _trace_of_root(sigma1: Array, sigma2: Array) -> float:
    """tr (Σ₁Σ₂)^½, without a matrix root: with Σ = FFᵀ, the sum of the singular values of F₁ᵀF₂.

    Their squares are the eigenvalues of F₁ᵀΣ₂F₁, symmetric as Σ₁Σ₂ is not, in half the time. But those are off by
    rounding of the largest, of which the root of a small one makes 1e-8: they are taken where none is small.
    """
    first, second = _factor("sigma1", sigma1), _factor("sigma2", sigma2)
    eigenvalues = np.linalg.eigvalsh(first.T @ sigma2 @ first)
    if eigenvalues[0] > _WELL_CONDITIONED * eigenvalues[-1]:
        return float(np.sqrt(eigenvalues).sum())
    return _nuclear_norm(first, second)


def _factor(name: str, sigma: Array) -> NDArray[np.floating]:
    """F with FFᵀ = Σ: Cholesky's, or Σ^½ where Σ is singular but for rounding, of which Cholesky makes a 1e-8."""
    try:
        factor = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return _root(name, sigma)
    pivots = np.square(np.diagonal(factor))
    return factor if pivots.min() > _WELL_CONDITIONED * pivots.max() else _root(name, sigma)


def _nuclear_norm(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Sum of the singular values of F₁ᵀF₂."""
    return float(np.linalg.svdvals(first.T @ second).sum())


def _root(name: str, sigma: Array) -> Array:
    """Σ^½ of a positive semi-definite matrix of any rank."""
    eigenvalues, vectors = np.linalg.eigh(sigma)
    if eigenvalues[0] < -1e-6 * max(eigenvalues[-1], 0.0):
        raise ValueError(f"{name} has an eigenvalue of {eigenvalues[0]:.3g}; a covariance has none below 0")
    # What is below the rounding of the largest is 0: the root would make 1e-8 of 1e-16.
    rounding = len(sigma) * np.finfo(np.float64).eps * eigenvalues[-1]
    return (vectors * np.sqrt(np.where(eigenvalues > rounding, eigenvalues, 0))) @ vectors.T


def _at_least_zero(term: float) -> float:
    """The term without the rounding that may take it below its bound."""
    return max(term, 0.0)


def _check(mu1: Array, sigma1: Array, mu2: Array, sigma2: Array) -> None:
    d = len(mu1) if mu1.ndim == 1 else 0
    for name, value, shape in (
        ("mu1", mu1, (d,)),
        ("mu2", mu2, (d,)),
        ("sigma1", sigma1, (d, d)),
        ("sigma2", sigma2, (d, d)),
    ):
        if not d or value.shape != shape:
            raise ValueError(f"{name} has shape {value.shape}; {shape if d else '(d,)'} is needed")
        if not np.isfinite(value).all():
            raise ValueError(f"{name} has values that are not finite")
    for name, sigma in (("sigma1", sigma1), ("sigma2", sigma2)):
        if np.abs(sigma - sigma.T).max() > 1e-6 * np.abs(sigma).max():
            raise ValueError(f"{name} is not symmetric; a covariance is")
