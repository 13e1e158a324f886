"""Exact nearest neighbours among stored points.

Distances between many points are a matrix product, ‖x‖² + ‖y‖² - 2 xᵀy, quick but with an error that grows with the
norms: near-duplicates, which are what memorising is about, come out in the wrong order, or at a distance of 0 or NaN.
So the product only says which pairs cannot matter, by a bound on its error, and the others are taken by their
difference in float64.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gancore.metrics.arrays import ArrayLike, Numbers, numbers, point_pair

__all__ = ["Neighbours", "nearest_neighbours", "within_any"]

_BLOCK = 2**22  # numbers in one block of work
_CROWD = 8  # candidates for each one wanted, above which single precision was too coarse
_MARGIN = 1e-12  # of a squared radius: more than its own rounding


class Neighbours(NamedTuple):
    """For each of N queries its k nearest of the n points in the bank, nearest first; of equals the earlier one.

    indices    (N, k) places in the bank
    distances  (N, k) Euclidean, in the units of the points
    """

    indices: NDArray[np.int64]
    distances: NDArray[np.float64]
    n: int


def nearest_neighbours(query: ArrayLike, bank: ArrayLike, k: int) -> Neighbours:
    """The k nearest neighbours of queries (N, d) in a bank (n, d); images (N, C, H, W) are taken as rows of pixels.

    Exact, also between near-duplicates; a query that is in the bank finds itself at distance 0. Works in blocks: beyond
    its results it needs memory for about one more copy of the bank. Takes arrays, tensors and nested lists
    (`gancore.metrics.arrays.numbers`). Raises ValueError for other shapes, for what is not finite, and for a k not from
    1 to n.
    """
    query, bank = point_pair(("query", query), ("bank", bank), least=1)
    if not 1 <= k <= len(bank):
        raise ValueError(f"k is {k}; 1 to {len(bank)}, the size of the bank, are allowed")
    pairs = _Pairs(query, bank)
    indices = np.empty((len(query), k), dtype=np.int64)
    distances = np.empty((len(query), k))
    for rows in pairs.blocks():
        possible = _possibly_nearest(*pairs.bounds(rows, np.float32), k)
        crowded = possible.sum(1) > _CROWD * k
        if crowded.any():
            possible[crowded] = _possibly_nearest(*pairs.bounds(rows[crowded], np.float64), k)
        which, places = np.nonzero(possible)
        exact = pairs.distances(rows[which], places)
        # By query, then distance, then place: the first k of each query.
        order = np.lexsort((places, exact, which))
        chosen = order[np.searchsorted(which, np.arange(len(rows)))[:, None] + np.arange(k)]
        indices[rows], distances[rows] = places[chosen], exact[chosen]
    return Neighbours(indices, distances, len(bank))


def within_any(query: ArrayLike, bank: ArrayLike, radii: ArrayLike) -> NDArray[np.bool_]:
    """Whether a query (N, d) lies in any of the balls round the points of a bank (n, d) with radii (n,): (N,).

    Exact; a ball's edge belongs to it. Takes what `nearest_neighbours` takes. Raises ValueError for other shapes, for
    what is not finite, and for radii below 0.
    """
    query, bank = point_pair(("query", query), ("bank", bank), least=1)
    radii = numbers("radii", radii).astype(np.float64)
    if radii.shape != bank.shape[:1] or not (radii >= 0).all():
        raise ValueError(f"radii has shape {radii.shape}; ({len(bank)},), none below 0 or NaN, is needed")
    pairs = _Pairs(query, bank)
    squares = np.square(radii / pairs.scale)
    inside = np.zeros(len(query), dtype=np.bool_)
    for rows in pairs.blocks():
        possible = np.empty((0, 0), dtype=np.bool_)
        for precision in (np.float32, np.float64):
            lower, upper = pairs.bounds(rows, precision)
            certain = (upper <= squares * (1 - _MARGIN)).any(1)
            inside[rows[certain]] = True
            possible = lower <= squares * (1 + _MARGIN)
            unsettled = possible.any(1) & ~certain
            rows, possible = rows[unsettled], possible[unsettled]
            if possible.sum() <= _CROWD * len(rows):
                break
        which, places = np.nonzero(possible)
        inside[rows[which[pairs.distances(rows[which], places) <= radii[places]]]] = True
    return inside


Precision = type[np.float32] | type[np.float64]


class _Pairs:
    """Distances between queries and a bank: bounds for all pairs, and exact for some."""

    def __init__(self, query: Numbers, bank: Numbers) -> None:
        self._query, self._bank = query, bank
        # About the middle of the bank norms are small, and errors with them; scaled to 1, no square overflows. A power
        # of 2 scales without rounding.
        self._centre = bank.mean(0, dtype=np.float64)
        reach = max(max(float(np.abs(row - self._centre).max()) for row in _parts(each)) for each in (query, bank))
        self.scale = float(np.exp2(np.ceil(np.log2(reach)))) if reach else 1.0
        self._moved: dict[Precision, tuple[NDArray[np.floating], NDArray[np.floating]]] = {}

    def blocks(self) -> Iterator[NDArray[np.int64]]:
        """The places of the queries, a block of work at a time."""
        size = max(_BLOCK // len(self._bank), 1)
        for start in range(0, len(self._query), size):
            yield np.arange(start, min(start + size, len(self._query)))

    def bounds(
        self, rows: NDArray[np.int64], precision: Precision
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Below and above the squared distances over `scale`² of some queries to all of the bank, (rows, n) each."""
        if precision not in self._moved:
            self._moved[precision] = self._move(self._bank, precision)
        x, x_squares = self._move(self._query[rows], precision)
        y, y_squares = self._moved[precision]
        # ‖x - y‖² = s - 2 xᵀy with s = ‖x‖² + ‖y‖². The product is off by d u ‖x‖ ‖y‖ ≤ d u s/2 at most (Higham
        # 2002), u the unit of rounding; the coordinates, s and the differences are off by a few u s. Twice as
        # much is allowed for, and a little for what underflows.
        s = x_squares[:, None] + y_squares
        error = s * precision(2 * (x.shape[1] + 8) * np.finfo(precision).eps / 2) + precision(1e-30)
        s -= 2 * (x @ y.T)
        return s - error, s + error

    def distances(self, rows: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.float64]:
        """Distance of each pair of a query and a point of the bank, (pairs,), from their difference."""
        found = np.empty(len(rows))
        size = max(_BLOCK // self._query.shape[1], 1)
        for start in range(0, len(rows), size):
            some = slice(start, start + size)
            difference = self._query[rows[some]].astype(np.float64) - self._bank[places[some]].astype(np.float64)
            difference /= self.scale
            found[some] = np.sqrt(np.square(difference, out=difference).sum(1))
        return found * self.scale

    def _move(self, points: Numbers, precision: Precision) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Points about the centre over the scale, (n, d), and their squared norms, (n,)."""
        moved = np.empty(points.shape, dtype=precision)
        squares = np.empty(len(points))
        start = 0
        for part in _parts(points):
            some = slice(start, start := start + len(part))
            exact = (part - self._centre) / self.scale
            moved[some] = exact
            squares[some] = np.square(exact).sum(1)
        return moved, squares.astype(precision)


def _parts(points: Numbers) -> Iterator[Numbers]:
    size = max(_BLOCK // points.shape[1], 1)
    return (points[start : start + size] for start in range(0, len(points), size))


def _possibly_nearest(lower: NDArray[np.floating], upper: NDArray[np.floating], k: int) -> NDArray[np.bool_]:
    """(rows, n): not surely farther away than k others are at most."""
    return lower <= np.partition(upper, k - 1, axis=1)[:, k - 1, None]
