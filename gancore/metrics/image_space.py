"""The directions in which real images differ, and how far other images lie from them: no trained network is needed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gancore.metrics.arrays import ArrayLike, point_pair

__all__ = ["ImageSpace", "Placed"]

SHARE = 0.9  # of the variance of the real images, that the space holds
WITHIN = 0.95  # share of held-out images that count as near to it


class Placed(NamedTuple):
    """Where N images lie.

    along  (N, K) deviations from the mean image along each direction, in standard deviations of the training images
    away   (N,) root-mean-square difference of the pixels that no direction explains
    """

    along: NDArray[np.float64]
    away: NDArray[np.float64]


class ImageSpace:
    """The mean of n training images (n, d) and their K principal directions, which hold 90 % of their variance.

    Of faces the directions are the eigenfaces of Turk & Pentland 1991, who tell a face from what is none by its
    distance from the space. `limit` is the distance that 95 % of the held-out images (m, d) stay within. Images that
    are all alike span no space: K is 0. Raises ValueError for other shapes and for what is not finite.
    """

    def __init__(self, train: ArrayLike, held_out: ArrayLike) -> None:
        train, held_out = point_pair(("train", train), ("held_out", held_out), least=1)
        self._mean = train.mean(0, dtype=np.float64)
        _, spread, directions = np.linalg.svd(train - self._mean, full_matrices=False)
        variances = spread**2 / len(train)
        explained = np.cumsum(variances)
        kept = int(np.searchsorted(explained, SHARE * explained[-1])) + 1 if explained[-1] > 0 else 0
        self._directions = directions[:kept]
        self._deviations = np.sqrt(variances[:kept])
        self.limit = float(np.quantile(self.place(held_out).away, WITHIN))

    def place(self, images: ArrayLike) -> Placed:
        """Where images (N, d) lie. Raises ValueError for another shape and for what is not finite."""
        rows, _ = point_pair(("images", images), ("mean", self._mean[None]), least=1)
        rows = rows - self._mean
        along = rows @ self._directions.T
        left = rows - along @ self._directions
        return Placed(along / self._deviations, np.sqrt(np.square(left).mean(1)))

    def variety(self, images: ArrayLike) -> float:
        """How far images (N, d) differ from each other in the ways in which real images do, 0 to 1.

            p · (1/K) Σᵢ min(1, varᵢ)

        with p the share of the images that lie within `limit` of the space and varᵢ the variance of these along
        direction i, over that of the training images. One image again and again, be it a real one or the mean, has 0,
        and so has noise, which lies far away; training images have about 1. New real images have less, the less the
        fewer there are, for the directions are those of the training images: compare with the held-out ones.
        """
        placed = self.place(images)
        near = placed.away <= self.limit
        if not near.any() or not len(self._deviations):
            return 0.0
        return float(near.mean() * np.minimum(1, placed.along[near].var(0)).mean())
