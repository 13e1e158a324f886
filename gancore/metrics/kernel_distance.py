"""How far apart are two sets of features, by all their moments up to the third?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gancore.metrics.arrays import ArrayLike, feature_pair

__all__ = ["KernelDistance", "kernel_distance", "polynomial_mmd"]

Array = NDArray[np.float64]


class KernelDistance(NamedTuple):
    """Mean and standard deviation (ddof 0) over subsets, and the sizes of what was compared.

    The mean does not depend on n1, n2 or the subsets' size, its spread does.
    """

    mean: float
    std: float
    n1: int
    n2: int
    subset_size: int


def polynomial_mmd(a: ArrayLike, b: ArrayLike) -> float:
    """The squared maximum mean discrepancy of features (n1, d) and (n2, d) under the kernel (xᵀy/d + 1)³.

    The unbiased estimate, Gretton et al. 2012. It can be negative: for two samples of one distribution it is 0 on
    average, so that some lie below. Takes arrays, tensors and nested lists (`gancore.metrics.arrays.numbers`). Raises
    ValueError for other shapes, fewer than 2 features and what is not finite.
    """
    a, b = feature_pair(("a", a), ("b", b), least=2)
    return _mmd(a.astype(np.float64), b.astype(np.float64))


def kernel_distance(
    a: ArrayLike,
    b: ArrayLike,
    generator: np.random.Generator | None = None,
    *,
    subsets: int = 100,
    subset_size: int = 1000,
) -> KernelDistance:
    """Bińkowski et al. 2018: `polynomial_mmd` over random subsets, drawn without repeats from each side.

    Unbiased whatever the sample size, unlike the Fréchet distance; and so, for a generator that is nearly as good as
    the data, it can be negative. A KID only with the features of Inception v3; with another network's name that beside
    it. Raises ValueError as `polynomial_mmd`, for fewer than one subset, and for subsets of fewer than 2 features or
    more than a side has.

    generator: what the subsets are drawn from. By default a new `np.random.default_rng(0)` at each call, so that the
    same features always have the same distance.
    """
    a, b = feature_pair(("a", a), ("b", b), least=2)
    if subsets < 1:
        raise ValueError(f"subsets is {subsets}; at least 1 is needed")
    if not 2 <= subset_size <= min(len(a), len(b)):
        raise ValueError(f"subset_size is {subset_size}; 2 to {min(len(a), len(b))}, the smaller sample, are allowed")
    if generator is None:
        generator = np.random.default_rng(0)
    if not isinstance(generator, np.random.Generator):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f"generator came as {type(generator).__name__}; a numpy.random.Generator or None is needed")
    first, second = a.astype(np.float64), b.astype(np.float64)
    found = np.empty(subsets)
    for i in range(subsets):
        part = (each[generator.choice(len(each), subset_size, replace=False)] for each in (first, second))
        found[i] = _mmd(*part)
    return KernelDistance(float(found.mean()), float(found.std()), len(a), len(b), subset_size)


def _mmd(a: Array, b: Array) -> float:
    # 1/(m(m-1)) Σ_{i≠j} k(a_i, a_j) + 1/(n(n-1)) Σ_{i≠j} k(b_i, b_j) - 2/(mn) Σ_ij k(a_i, b_j)
    own = sum((kernel.sum() - kernel.trace()) / (len(kernel) * (len(kernel) - 1)) for kernel in map(_gram, (a, b)))
    return float(own - 2 * _kernel(a @ b.T, a.shape[1]).mean())


def _gram(features: Array) -> Array:
    return _kernel(features @ features.T, features.shape[1])


def _kernel(products: Array, dimension: int) -> Array:
    """(p/d + 1)³ of inner products. Multiplied out: a power takes ten times as long."""
    base = products / dimension + 1
    return base * base * base
