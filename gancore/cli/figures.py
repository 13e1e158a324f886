"""Figures as the tables print them."""

from __future__ import annotations

import statistics

# Whole numbers.
_COUNTS = ("captured", "touched")

# Shares of 1 that are written in per cent.
_SHARES = ("captured_weight", "high_quality", "variety", "memorised", "precision", "recall")


def is_share(name: str) -> bool:
    """True for a figure that is a share, 0 to 1, and printed in per cent."""
    return name in _SHARES or name.startswith(("accuracy_", "seen_"))


def shown(name: str, value: float) -> str:
    """One value of a figure."""
    if name in _COUNTS:
        return f"{value:g}"
    return f"{100 * value:.1f} %" if is_share(name) else f"{value:.3f}"


def mean(name: str, values: list[float]) -> str:
    """Mean ± standard deviation (n - 1)."""
    if len(values) < 2:
        return "–"
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    if is_share(name):
        return f"{100 * mean:.1f} ± {100 * spread:.1f} %"
    return f"{mean:.1f} ± {spread:.1f}" if name in _COUNTS else f"{mean:.3f} ± {spread:.3f}"


def summary(figure: str, values: list[float]) -> str:
    """A figure's mean ± standard deviation; the figure itself where there is but one."""
    return shown(figure, values[0]) if len(values) == 1 else mean(figure, values)
