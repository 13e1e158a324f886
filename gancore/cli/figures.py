"""Figures as the tables print them."""

from __future__ import annotations

import statistics

from gancore.metrics.measures import MEASURES, Form


def form_of(name: str) -> Form:
    """How a figure is written; as any other number, where it is none of a run's."""
    return MEASURES[name].form if name in MEASURES else "number"


def shown(name: str, value: float) -> str:
    """One value of a figure."""
    match form_of(name):
        case "count":
            return f"{value:g}"
        case "share":
            return f"{100 * value:.1f} %"
        case _:
            return f"{value:.3f}"


def mean(name: str, values: list[float]) -> str:
    """Mean ± standard deviation (n - 1)."""
    if len(values) < 2:
        return "–"
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    match form_of(name):
        case "count":
            return f"{mean:.1f} ± {spread:.1f}"
        case "share":
            return f"{100 * mean:.1f} ± {100 * spread:.1f} %"
        case _:
            return f"{mean:.3f} ± {spread:.3f}"


def summary(figure: str, values: list[float]) -> str:
    """A figure's mean ± standard deviation; the figure itself where there is but one."""
    return shown(figure, values[0]) if len(values) == 1 else mean(figure, values)
