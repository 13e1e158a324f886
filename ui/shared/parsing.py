"""Parses and clamps values from URLs and cards, one field at a time."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from gancore.bounds import Bound


def number_text(value: float) -> str:
    """A number as an address holds it: no more digits than read back equal, and no exponent."""
    return np.format_float_positional(value, trim="-")


def number_of(value: object) -> float:
    """A number or its text; NaN where it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def nearest(value: object, usual: float, low: float, high: float, *, whole: bool = False) -> float:
    """The number from `low` to `high` that is nearest to what is said; `usual` where that is no number."""
    number = number_of(value)
    if math.isnan(number):
        return usual
    inside = min(max(number, low), high)
    return round(inside) if whole else inside


def choice(name: str, fields: Mapping[str, object], allowed: Iterable[str], usual: str, sentences: list[str]) -> str:
    """The name that a field chooses; `usual` where it says none or, with one more sentence, one that is not allowed."""
    said, names = fields.get(name, usual), tuple(allowed)
    if said in names:
        return str(said)
    sentences.append(f"{name} is {quoted(said)}; allowed are {', '.join(names)}. {usual} is shown.")
    return usual


def quoted(value: object) -> str:
    """Quotes a value as it came, cut where it is long."""
    text = str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")


def numbers(
    fields: Mapping[str, object], usual: object, bounds: Mapping[str, Bound], sentences: list[str]
) -> dict[str, float]:
    """The numbers that the fields name, each within the reach of its slider, with one more sentence for each that was
    not; of `usual` where they say no number."""
    found: dict[str, float] = {}
    for name, bound in bounds.items():
        if name not in fields:
            continue
        low, high = bound.reach
        found[name] = near = nearest(fields[name], getattr(usual, name), low, high, whole=bound.whole)
        if near != number_of(fields[name]):
            allowed = replace(bound, low=low, high=high, open=False)
            sentences.append(f"{name} is {quoted(fields[name])}; allowed is {allowed}. {near:g} is shown.")
    return found
