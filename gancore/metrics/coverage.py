"""Mode coverage on a mixture: the modes that a generator reaches, and the share of its samples that are good."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gancore.data.toy import ToyData
from gancore.metrics.arrays import ArrayLike, Numbers, numbers, whole_numbers

# What a mode must have within 3σ to count as captured: of its fair share of samples, and of those nearest to it.
CAPTURED_SHARE, CLOUD_SHARE = 1 / 4, 1 / 2


@dataclass(frozen=True)
class Coverage:
    """How n samples spread over the M modes of a data; every figure has the leading axes of the samples, (…).

    captured      (…,) modes that hold at least a quarter of their fair share of n in high-quality samples, and of the
                  samples nearest to them have at least half so near: a cloud, and no line that runs through
    captured_weight
                  (…,) share of the data in the captured modes, 0 to 1: where modes weigh alike, captured/M
    touched       (…,) modes that hold at least one high-quality sample: the rule of the papers, with n = 2,500
    high_quality  (…,) share of samples within 3σ of their nearest centre, 0 to 1
    reverse_kl    (…,) KL(q ‖ w) in nats, q the share of samples nearest to each centre, w the mixture's weights; 0 is
                  best
    counts        (…, M) high-quality samples of each mode
    n             samples judged, of each

    `captured` cannot be had without learning where the modes are. A fuzzy ring and a line through all centres touch
    all modes of a ring, uniform noise nearly all of a grid; none of them captures one.
    """

    captured: NDArray[np.integer]
    captured_weight: NDArray[np.float64]
    touched: NDArray[np.integer]
    high_quality: NDArray[np.float64]
    reverse_kl: NDArray[np.float64]
    counts: NDArray[np.int64]
    n: int


def coverage(samples: ArrayLike, data: ToyData) -> Coverage:
    """Mode coverage of samples (…, n, 2): what Srivastava et al. 2017 and Lin et al. 2018 count, and a stricter rule.

    samples: an array, a tensor or nested lists (`gancore.metrics.arrays.numbers`). A non-finite sample is of no quality
    and belongs to no mode; if none is finite, the reverse KL is infinite. Raises ValueError for another shape.
    """
    samples = numbers("samples", samples)
    if samples.ndim < 2 or samples.shape[-1] != 2 or not samples.shape[-2]:
        raise ValueError(f"samples has shape {samples.shape}; (…, n, 2) with n of at least 1 is needed")
    n, modes = samples.shape[-2], len(data.centres)
    leading: tuple[int, ...] = samples.shape[:-2]
    counted = [_counts(each, data) for each in samples.reshape(-1, n, 2)]
    assigned, counts = np.array(counted, np.int64).reshape(-1, 2, modes).swapaxes(0, 1).reshape(2, *leading, modes)
    finite = assigned.sum(-1)
    # Σ_m q_m log(q_m / w_m), with 0 log 0 = 0
    share = assigned / np.maximum(finite, 1)[..., None]
    reverse_kl = np.sum(share * np.log(np.where(share > 0, share / data.weights, 1)), axis=-1)
    captured = (counts >= np.maximum(CAPTURED_SHARE * data.weights * n, 1)) & (counts >= CLOUD_SHARE * assigned)
    return Coverage(
        captured=np.count_nonzero(captured, axis=-1),
        captured_weight=captured @ data.weights,
        touched=np.count_nonzero(counts, axis=-1),
        high_quality=counts.sum(-1) / n,
        reverse_kl=np.where(finite > 0, np.maximum(reverse_kl, 0.0), np.inf),
        counts=counts,
        n=n,
    )


def holdings(samples: ArrayLike, owner: ArrayLike, k: int, data: ToyData) -> NDArray[np.int64]:
    """High-quality samples of each of k generators in each mode, (…, k, M), of samples (…, n, 2) and who made them,
    (…, n).

    Over all generators they add up to the `counts` of `coverage`. Both are arrays, tensors or nested lists, the owners
    whole numbers. Raises ValueError for another shape, and for an owner that is none of 0 to k-1.
    """
    samples, owner = numbers("samples", samples), whole_numbers("owner", owner)
    if samples.ndim < 2 or samples.shape[-1] != 2 or owner.shape != samples.shape[:-1]:
        raise ValueError(f"samples has shape {samples.shape} and owner {owner.shape}; (…, n, 2) and (…, n) are needed")
    if owner.size and not 0 <= owner.min() <= owner.max() < k:
        raise ValueError(f"owner goes from {owner.min()} to {owner.max()}; 0 to {k - 1} are the generators")
    one_of = np.arange(k)[:, None]
    of_each = [
        _whole(owned == one_of) @ _whole(near & good).T
        for owned, (near, good) in zip(
            owner.reshape(-1, owner.shape[-1]),
            (_nearest(each, data) for each in samples.reshape(-1, *samples.shape[-2:])),
            strict=True,
        )
    ]
    return np.array(of_each, np.int64).reshape(*samples.shape[:-2], k, len(data.centres))


def _counts(samples: Numbers, data: ToyData) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Counts of samples (n, 2) nearest to each mode, (M,), and of those among them of high quality, (M,)."""
    near, good = _nearest(samples, data)
    return _whole(near).sum(1), _whole(near) @ _whole(good)


def _nearest(samples: Numbers, data: ToyData) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The mode that each of samples (n, 2) is nearest to, (M, n), and whether it lies within 3σ of it, (n,).

    Of two that are as near it is the first. A sample that is not finite is near to none.
    """
    x, y = samples.astype(np.float32, copy=False).T.copy()
    centres = data.centres.astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        squared = np.square(x - centres[:, :1]) + np.square(y - centres[:, 1:])  # (M, n)
        least = squared.min(0)
        # By comparison: argmin over the modes takes longer than all of this.
        finite = np.isfinite(x) & np.isfinite(y)
        near = (squared == least) & finite
        good = least <= (3 * data.sigma) ** 2
    if np.count_nonzero(near) > np.count_nonzero(finite):
        near[1:] &= ~np.logical_or.accumulate(near[:-1])
    return near, good


def _whole(chosen: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Truth values as float32, for sums by a matrix product, which is exact up to 2²⁴ of them."""
    return chosen.astype(np.float32)
