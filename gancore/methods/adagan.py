"""AdaGAN's two sets of weights (Tolstikhin et al. 2017): of the generators in the mixture, of the points in the data.

Numpy alone: nothing here trains.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gancore.config import RunConfig

__all__ = ["MIXINGS", "begins", "betas", "data_weights", "mixture_weights"]

Array = NDArray[np.float64]

# Weight with which generator t ≥ 2 joins, by t and β: so that all come to weigh the same, or always β.
MIXINGS: dict[str, Callable[[int, float], float]] = {
    "uniform": lambda t, beta: 1 / t,
    "constant": lambda t, beta: beta,
}


def begins(config: RunConfig) -> list[int]:
    """The generator step at which each of the k parts of a run begins: equal parts; the last takes the rest."""
    return [part * (config.steps // config.generators) for part in range(config.generators)]


def data_weights(ratios: ArrayLike, beta: float) -> tuple[Array, float]:
    """Weights of the N data points for the generator that joins next, (N,), summing to 1; and their threshold λ.

    Tolstikhin et al. 2017: w_i = (λ - (1-β) r_i)₊ / (Nβ), with the λ for which they sum to 1. Points that
    the mixture misses (a small ratio) weigh most, and those that it draws too often weigh nothing.

    Args:
        ratios: (N,) r_i = (1 - D(x_i)) / D(x_i), from 0 to infinity: how much likelier a point is under the mixture
            than under the data. Infinity weighs nothing; where all are infinite no point is missed more than another,
            and all weigh the same (λ is infinite).
        beta: weight with which the next generator joins, above 0 and at most 1. At 1 nothing is left of the mixture,
            and all points weigh the same whatever the ratios.

    Raises ValueError for another shape, a ratio that is negative or NaN, and another beta.
    """
    r = np.asarray(ratios, dtype=np.float64)
    if r.ndim != 1 or not len(r):
        raise ValueError(f"ratios have shape {r.shape}; (N,) with N of at least 1 is needed")
    if np.isnan(r).any() or (r < 0).any():
        raise ValueError(f"ratios go from {r.min():g} to {r.max():g}; numbers from 0 to infinity are needed")
    if not 0 < beta <= 1:
        raise ValueError(f"beta is {beta}; a number above 0 and at most 1 is needed")
    n = len(r)
    if beta == 1 or np.isinf(r).all():
        return np.full(n, 1 / n), 1.0 if beta == 1 else float("inf")
    # Only differences of ratios matter to w; taken from the least of them, large ratios that are alike lose no digits.
    least = (1 - beta) * r.min()
    above = (1 - beta) * r - least
    # λ_k = (Nβ + Σ_{i≤k} (1-β) r_(i)) / k is the λ if the k smallest ratios alone weigh something. It falls with k as
    # long as the next ratio lies below it, and rises from there on: the paper's first k with
    # (1-β) r_(k) ≤ λ_k ≤ (1-β) r_(k+1) is where it is least, and a least one there always is, however λ_k is rounded.
    with np.errstate(over="ignore"):
        total = n * beta + np.cumsum(np.sort(above))
    threshold = float((total / np.arange(1, n + 1)).min())
    # w_i = (λ - (1-β) r_i)₊ / (Nβ)
    w = np.maximum(threshold - above, 0) / (n * beta)
    return w / w.sum(), threshold + least


def betas(config: RunConfig) -> tuple[float, ...]:
    """β_t, the weight with which each of the k generators joins, (k,). The first is the whole mixture: β_1 = 1."""
    weight = MIXINGS[config.mixing]
    return (1.0, *(weight(t, config.beta) for t in range(2, config.generators + 1)))


def mixture_weights(joined: ArrayLike) -> Array:
    """α (t,), the weights of a mixture whose t generators joined with the weights β (t,); they sum to 1.

    Tolstikhin et al. 2017: α ← ((1-β) α, β).
    """
    weights = np.empty(0)
    for beta in np.asarray(joined, dtype=np.float64):
        weights = np.append((1 - beta) * weights, beta)
    return weights
