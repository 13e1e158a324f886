"""The exhibit's setting: what can be chosen, how far each knob reaches, and how strangers' words become one.

In a module of its own: the page's address and the cards need no more than this.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from gancore.spoiling import BOUNDS, DATA, Spoiling

TABS = ("scores", "formula", "classes", "bias", "neighbours")

# What one press makes of real images; what a spoiling does not name is as it is by default.
PRESETS: dict[str, dict[str, float]] = {
    "real": {},
    "one": {"variety": 1},
    "noise": {"noise": 0.3},
    "copies": {"copies": 1.0},
}


@dataclass(frozen=True)
class Measure(Spoiling):
    """How the images are spoiled, with the fields and errors of `Spoiling`, and which tab of TABS is open."""

    tab: str = TABS[0]

    def spoiling(self) -> Spoiling:
        """What the library needs."""
        fields = asdict(self)
        del fields["tab"]
        return Spoiling(**fields)


FIELDS = tuple(Measure.__dataclass_fields__)


def write_measure(measure: Measure, usual: Measure) -> dict[str, str]:
    """The fields in which a setting differs from the usual one, as text; `read_measure` gives the equal setting."""
    base = asdict(usual)
    return {name: _text(value) for name, value in asdict(measure).items() if value != base[name]}


def read_measure(fields: Mapping[str, object], usual: Measure) -> tuple[Measure, list[str]]:
    """The setting that the fields name, or the nearest there is with a sentence for everything that is wrong.

    Values are numbers and names, or their text. What is not named is as usual.
    """
    sentences: list[str] = []

    def choice(name: str, allowed: Iterable[str], otherwise: str) -> str:
        said = fields.get(name, otherwise)
        if said in (allowed := tuple(allowed)):
            return str(said)
        sentences.append(f"{name} is {_short(said)}; allowed are {', '.join(allowed)}. {otherwise} is shown.")
        return otherwise

    if unknown := [name for name in fields if name not in FIELDS]:
        sentences.append(f"Spoiling has no {', '.join(map(_short, unknown))}; it has {', '.join(FIELDS)}.")
    found: dict[str, Any] = {"data": choice("data", DATA, usual.data), "tab": choice("tab", TABS, usual.tab)}
    for name, bound in BOUNDS.items():
        if name in fields:
            found[name] = near = _nearest(fields[name], bound.low, bound.high, bound.whole, getattr(usual, name))
            if near != _number(fields[name]):
                sentences.append(f"{name} is {_short(fields[name])}; allowed is {bound}. {near:g} is shown.")
    return replace(usual, **found), sentences


def _text(value: Any) -> str:
    return value if isinstance(value, str) else np.format_float_positional(value, trim="-")


def _number(value: object) -> float:
    """NaN where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def _nearest(value: object, low: float, high: float, whole: bool, usual: float) -> float:
    number = _number(value)
    if math.isnan(number):
        return usual
    inside = min(max(number, low), high)
    return round(inside) if whole else inside


def _short(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")
