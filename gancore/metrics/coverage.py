"""Which modes of a mixture does a generator reach, and how many of its samples are any good?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gancore.data.toy import ToyData

# Of its fair share of samples, what a mode must receive to count as captured by the strict rule.
STRICT_SHARE = 0.25


@dataclass(frozen=True)
class Coverage:
    """How n samples spread over the M modes of a data.

    modes         modes that hold at least one high-quality sample: the rule of the papers, with n = 2,500
    modes_strict  modes that hold at least a quarter of their fair share of n in high-quality samples
    high_quality  share of samples within 3σ of their nearest centre, 0 to 1
    reverse_kl    KL(q ‖ w) in nats, q the share of samples nearest to each centre, w the mixture's weights; 0 is best
    counts        (M,) high-quality samples of each mode
    n             samples judged
    """

    modes: int
    modes_strict: int
    high_quality: float
    reverse_kl: float
    counts: NDArray[np.int64]
    n: int


def coverage(samples: NDArray[np.floating], data: ToyData) -> Coverage:
    """Mode coverage of samples (n, 2) as in Srivastava et al. 2017 and Lin et al. 2018.

    A non-finite sample is of no quality and belongs to no mode; if none is finite, the reverse KL is infinite.
    Raises ValueError for another shape.
    """
    if samples.ndim != 2 or samples.shape[1] != 2 or not len(samples):
        raise ValueError(f"samples have shape {samples.shape}; (n, 2) with n of at least 1 is needed")
    n, modes = len(samples), len(data.centres)
    finite = samples[np.isfinite(samples).all(1)]
    nearest, good = _nearest(finite, data)
    counts = np.bincount(nearest[good], minlength=modes)
    assigned = np.bincount(nearest, minlength=modes) / max(len(finite), 1)
    # Σ_m q_m log(q_m / w_m), with 0 log 0 = 0
    held = assigned > 0
    reverse_kl = float(np.sum(assigned[held] * np.log(assigned[held] / data.weights[held])))
    return Coverage(
        modes=int(np.count_nonzero(counts)),
        modes_strict=int(np.count_nonzero(counts >= np.maximum(STRICT_SHARE * data.weights * n, 1))),
        high_quality=float(good.sum() / n),
        reverse_kl=max(reverse_kl, 0.0) if len(finite) else float("inf"),
        counts=counts,
        n=n,
    )


def holdings(samples: NDArray[np.floating], owner: NDArray[np.integer], k: int, data: ToyData) -> NDArray[np.int64]:
    """High-quality samples of each of k generators in each mode, (k, M), for samples (n, 2) and who made them (n,).

    Over all generators they add up to the `counts` of `coverage`. Raises ValueError for another shape, and for an owner
    that is none of 0 to k-1.
    """
    if samples.ndim != 2 or samples.shape[1] != 2 or owner.shape != samples.shape[:1]:
        raise ValueError(f"samples have shape {samples.shape} and owner {owner.shape}; (n, 2) and (n,) are needed")
    if len(owner) and not 0 <= owner.min() <= owner.max() < k:
        raise ValueError(f"owner goes from {owner.min()} to {owner.max()}; 0 to {k - 1} are the generators")
    finite = np.isfinite(samples).all(1)
    nearest, good = _nearest(samples[finite], data)
    modes = len(data.centres)
    cell = owner[finite].astype(np.int64) * modes + nearest
    return np.bincount(cell[good], minlength=k * modes).reshape(k, modes)


def _nearest(finite: NDArray[np.floating], data: ToyData) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The nearest mode of each finite sample, (n,), and whether the sample lies within 3σ of it."""
    points, centres = finite.astype(np.float32, copy=False), data.centres.astype(np.float32)
    with np.errstate(over="ignore"):
        squared = np.square(points[:, None, 0] - centres[:, 0]) + np.square(points[:, None, 1] - centres[:, 1])
    nearest = squared.argmin(1)
    return nearest, squared[np.arange(len(points)), nearest] <= (3 * data.sigma) ** 2
