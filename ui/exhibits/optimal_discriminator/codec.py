"""Distances and widths that the sliders reach, and where they stand in the page's address."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ui.shared.parsing import number_of, quoted

THETAS: tuple[float, ...] = tuple((step - 80) / 20 for step in range(161))  # -4 to 4, in steps of 0.05
SIGMAS: tuple[float, ...] = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
THETA, SIGMA = 2.0, 0.5  # where they stand at first
STOPS = {"theta": THETAS, "sigma": SIGMAS}


@dataclass(frozen=True)
class Place:
    """Where the two sliders stand."""

    theta: float = THETA
    sigma: float = SIGMA


def nearest(value: float, stops: tuple[float, ...]) -> float:
    """The stop next to a value, which may be infinite."""
    inside = min(max(value, stops[0]), stops[-1])
    return min(stops, key=lambda stop: abs(stop - inside))


def write(place: Place, usual: Place) -> dict[str, str]:
    """The sliders that do not stand where they usually do, as text; `read` gives the equal place."""
    return {name: f"{getattr(place, name):g}" for name in STOPS if getattr(place, name) != getattr(usual, name)}


def read(fields: Mapping[str, object], usual: Place) -> tuple[Place, list[str]]:
    """The place that `fields` names, or the nearest with a sentence for everything that is wrong."""
    sentences: list[str] = []
    if unknown := [name for name in fields if name not in STOPS]:
        sentences.append(f"The two lines have no {', '.join(map(quoted, unknown))}; they have {', '.join(STOPS)}.")
    found: dict[str, float] = {}
    for name, stops in STOPS.items():
        found[name] = getattr(usual, name)
        if name not in fields:
            continue
        value = number_of(fields[name])
        if not math.isnan(value):
            found[name] = nearest(value, stops)
        if found[name] != value:
            allowed = f"{stops[0]:g} to {stops[-1]:g}, in the steps of its slider"
            sentences.append(f"{name} is {quoted(fields[name])}; allowed are {allowed}. {found[name]:g} is shown.")
    return Place(**found), sentences
