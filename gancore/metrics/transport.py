"""How far must the generated points be carried to become the data?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist


def transport_distance(generated: NDArray[np.floating], real: NDArray[np.floating]) -> float:
    """The Wasserstein-1 distance between two samples of n points each, (n, d), in the units of the data.

    Exact for the samples (an optimal assignment), not for the distributions: even two samples of the same
    distribution are some way apart, by about n^(-1/2) in the plane. Non-finite points give infinity. Raises ValueError
    where the shapes differ.
    """
    if generated.shape != real.shape or generated.ndim != 2 or not len(real):
        raise ValueError(
            f"generated points have shape {generated.shape} and real ones {real.shape}; "
            "both must be (n, d) with the same n of at least 1"
        )
    # min over permutations π of 1/n Σ_i ‖g_i - r_π(i)‖
    cost = cdist(generated, real)
    if not np.isfinite(cost).all():
        return float("inf")
    rows, columns = linear_sum_assignment(cost)
    return float(cost[rows, columns].mean())
