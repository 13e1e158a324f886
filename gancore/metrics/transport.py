"""How far must the generated points be carried to become the data?"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from gancore.metrics.arrays import ArrayLike, numbers


def transport_distance(generated: ArrayLike, real: ArrayLike) -> float:
    """The Wasserstein-1 distance between two samples of n points each, (n, d), in the units of the data.

    Exact for the samples (an optimal assignment), not for the distributions: even two samples of the same
    distribution are some way apart, by about n^(-1/2) in the plane. Takes arrays, tensors and nested lists
    (`gancore.metrics.arrays.numbers`). Non-finite points give infinity. Raises ValueError where the shapes differ.
    """
    generated, real = numbers("generated", generated), numbers("real", real)
    if generated.shape != real.shape or generated.ndim != 2 or not real.size:
        raise ValueError(
            f"generated has shape {generated.shape} and real {real.shape}; "
            "both must be (n, d), the same n and d, each of at least 1"
        )
    # min over permutations π of 1/n Σ_i ‖g_i - r_π(i)‖
    cost = cdist(generated, real)
    if not np.isfinite(cost).all():
        return float("inf")
    rows, columns = linear_sum_assignment(cost)
    return float(cost[rows, columns].mean())
