"""How sure a count of seeds makes one."""

from __future__ import annotations


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval (1927) for a share: (low, high), each in [0, 1].

    Raises ValueError unless 0 <= successes <= n, n is at least 1 and the confidence lies between 0 and 1.
    """
    if not (n >= 1 and 0 <= successes <= n):
        raise ValueError(f"{successes} of {n} is no share; 0 <= successes <= n and n of at least 1 are needed")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; a number between 0 and 1 is needed")
    from scipy.stats import binomtest  # half a second to import, and only verdicts need it

    interval = binomtest(successes, n).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)


def share_sentence(successes: int, n: int, word: str) -> str:
    """For example "14 of 16 collapsed (95 % interval 64–97 %)"."""
    low, high = wilson(successes, n)
    return f"{successes} of {n} {word} (95 % interval {100 * low:.0f}–{100 * high:.0f} %)"
