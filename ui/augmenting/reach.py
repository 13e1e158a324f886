"""The exhibit's setting in an address, and how strangers' words become one that can be shown."""

import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from gancore.augmented_gradient import IMAGES, RANGES, Augmenting

FIELDS = tuple(Augmenting.__dataclass_fields__)
_SWITCH = {"on": True, "off": False}


def write_augmenting(chosen: Augmenting, usual: Augmenting) -> dict[str, str]:
    """The fields in which a setting differs from the usual one, as text; `read_augmenting` gives the equal setting."""
    base = asdict(usual)
    return {name: _text(value) for name, value in asdict(chosen).items() if value != base[name]}


def read_augmenting(fields: Mapping[str, object], usual: Augmenting) -> tuple[Augmenting, list[str]]:
    """The setting that the fields name, or the nearest there is with a sentence for everything that is wrong.

    Values are numbers, names and truth values, or their text. What is not named is as usual.
    """
    sentences: list[str] = []
    found: dict[str, Any] = {}
    if unknown := [name for name in fields if name not in FIELDS]:
        sentences.append(f"Augmentation has no {', '.join(map(_short, unknown))}; it has {', '.join(FIELDS)}.")
    if "image" in fields:
        if fields["image"] in IMAGES:
            found["image"] = fields["image"]
        else:
            allowed = ", ".join(IMAGES)
            sentences.append(f"image is {_short(fields['image'])}; allowed are {allowed}. {usual.image} is shown.")
    if "cutout" in fields:
        said = fields["cutout"]
        value = _SWITCH.get(said) if isinstance(said, str) else said
        if isinstance(value, bool):
            found["cutout"] = value
        else:
            sentences.append(f"cutout is {_short(said)}; allowed are on and off. {_text(usual.cutout)} is shown.")
    for name, (low, high) in RANGES.items():
        if name in fields:
            number = _number(fields[name])
            found[name] = getattr(usual, name) if math.isnan(number) else min(max(number, low), high)
            if found[name] != number:
                allowed = f"{low:g} to {high:g}"
                sentences.append(f"{name} is {_short(fields[name])}; allowed are {allowed}. {found[name]:g} is shown.")
    return replace(usual, **found), sentences


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else np.format_float_positional(value, trim="-")


def _number(value: object) -> float:
    """NaN where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def _short(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")
