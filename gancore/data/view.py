"""The part of the plane that shows a data set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def view_of(points: NDArray[np.float64], margin: float) -> tuple[float, float, float, float]:
    """(xmin, xmax, ymin, ymax) of a square that shows points (N, 2) with a margin round them, and the origin.

    An untrained generator is at the origin.
    """
    low = np.minimum(points.min(0) - margin, 0)
    high = np.maximum(points.max(0) + margin, 0)
    half = 0.7 * max(float((high - low).max()), 0.5)
    x, y = (low + high) / 2
    return float(x - half), float(x + half), float(y - half), float(y + half)
