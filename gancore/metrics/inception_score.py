"""Are images clear and varied, in the eyes of a classifier?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import log_softmax, logsumexp

from gancore.metrics.arrays import ArrayLike, numbers

__all__ = ["InceptionScore", "inception_score"]


class InceptionScore(NamedTuple):
    """Mean and standard deviation (ddof 0) over the splits; from 1, worst, to the number of classes K."""

    mean: float
    std: float


def inception_score(logits: ArrayLike, splits: int = 10) -> InceptionScore:
    """Salimans et al. 2016: exp(E KL(p(y|x) ‖ p(y))), natural logarithm, of a classifier's logits (N, K).

    Split i holds the images i N//S to (i+1) N//S in the order given: shuffle images that are sorted by class. A split
    of m images cannot score above m. An Inception score only with the logits of Inception v3; with another classifier
    name that beside it. It never sees a real image, and one image a class, repeated, is enough for K. Probabilities
    of exactly 0 count as 0 log 0 = 0, a logit of -∞ is allowed. Takes arrays, tensors and nested lists
    (`gancore.metrics.arrays.numbers`). Raises ValueError for another shape, a logit that is NaN or +∞, a row of -∞
    alone, and splits not from 1 to N.
    """
    logits = numbers("logits", logits)
    if logits.ndim != 2 or not logits.size:
        raise ValueError(f"logits has shape {logits.shape}; (N, K) with both of at least 1 is needed")
    n = len(logits)
    if not 1 <= splits <= n:
        raise ValueError(f"splits is {splits}; 1 to {n}, the number of images, are allowed")
    # NaN fails both comparisons.
    bad = n - int(((logits < np.inf).all(1) & (logits > -np.inf).any(1)).sum())
    if bad:
        raise ValueError(f"logits has {bad} of {n} rows that no probabilities can be made of")
    log_given = log_softmax(logits.astype(np.float64), axis=1)  # log p(y|x)
    scores = np.empty(splits)
    for i in range(splits):
        part = log_given[i * n // splits : (i + 1) * n // splits]
        # log p(y) = log 1/m Σ_x p(y|x)
        log_all = logsumexp(part, axis=0) - np.log(len(part))
        # Σ_y p(y|x) (log p(y|x) - log p(y)), with 0 log 0 = 0
        given = np.exp(part)
        terms = np.subtract(part, log_all, out=np.zeros_like(part), where=given > 0)
        scores[i] = np.exp((given * terms).sum(1).mean())
    return InceptionScore(float(scores.mean()), float(scores.std()))
