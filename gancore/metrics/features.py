"""What the measures on features accept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["check_features", "check_pair"]


def check_features(name: str, features: NDArray[np.generic], least: int) -> None:
    """Raises ValueError unless features are (n, d), finite, with n of at least `least` and d of at least 1."""
    if features.ndim != 2 or len(features) < least or not features.shape[1]:
        raise ValueError(f"{name} have shape {features.shape}; (n, d) with n of at least {least} is needed")
    bad = int((~np.isfinite(features).all(1)).sum())
    if bad:
        raise ValueError(f"{name} have {bad} of {len(features)} rows that are not finite")


def check_pair(name: str, features: NDArray[np.generic], other: str, others: NDArray[np.generic], least: int) -> None:
    """Raises ValueError unless both are features, each at least `least` of them, of the same dimension."""
    check_features(name, features, least)
    check_features(other, others, least)
    if features.shape[1] != others.shape[1]:
        raise ValueError(
            f"{name} have dimension {features.shape[1]} and {other} {others.shape[1]}; they must be the same network's"
        )
