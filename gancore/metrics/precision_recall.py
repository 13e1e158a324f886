"""How many generated samples are realistic, and how much of the real does the generator reach?"""

from __future__ import annotations

from typing import NamedTuple

from gancore.metrics.arrays import ArrayLike, point_pair
from gancore.metrics.neighbours import nearest_neighbours, within_any

__all__ = ["PrecisionRecall", "precision_recall"]


class PrecisionRecall(NamedTuple):
    """Shares from 0 to 1, and the sizes of the samples they depend on.

    precision  of generated samples that lie in the manifold of the real ones
    recall     of real samples that lie in the manifold of the generated ones
    """

    precision: float
    recall: float
    n_generated: int
    n_real: int


def precision_recall(generated: ArrayLike, real: ArrayLike, k: int = 3) -> PrecisionRecall:
    """Kynkäänniemi et al. 2019, eq. 2, on features (n, d); the paper has k = 3 and 50,000 samples a side.

    A manifold is the union of balls round the samples, each as wide as the distance to its k-th nearest neighbour among
    the others of its set. Compare figures at the same n only. Takes arrays, tensors and nested lists
    (`gancore.metrics.arrays.numbers`); images (n, C, H, W) are compared pixel by pixel. Raises ValueError for other
    shapes, for what is not finite, and for a k not from 1 to one less than the smaller sample.
    """
    generated, real = point_pair(("generated", generated), ("real", real), least=2)
    most = min(len(generated), len(real)) - 1
    if not 1 <= k <= most:
        raise ValueError(f"k is {k}; 1 to {most}, one less than the smaller sample, are allowed")
    # Each sample is its own nearest neighbour, at distance 0.
    generated_radii, real_radii = (nearest_neighbours(each, each, k + 1).distances[:, k] for each in (generated, real))
    return PrecisionRecall(
        precision=float(within_any(generated, real, real_radii).mean()),
        recall=float(within_any(real, generated, generated_radii).mean()),
        n_generated=len(generated),
        n_real=len(real),
    )
