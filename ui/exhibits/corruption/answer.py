"""Answers the exhibit: what every measure says to a corruption that is set by hand."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gancore.demos.corruption import BOUNDS, Corruption
from ui.exhibits.answered import Answered
from ui.exhibits.corruption import words
from ui.exhibits.corruption.codec import PRESETS, CorruptionSetting
from ui.exhibits.slider import dragged

_STEPS = {"n": 50, "noise": 0.02, "blur": 0.1, "classes": 1, "copies": 0.05, "colour": 0.02}  # of the others


def _controls() -> dict[str, Any]:
    clean = asdict(Corruption())
    return {
        "data": [{"name": name, "help": help} for name, help in words.DATA.items()],
        "presets": [
            {"name": name, "label": label, "help": help, "corrupts": {**_knobs_of(clean), **PRESETS[name]}}
            for name, (label, help) in words.PRESETS.items()
        ],
        "knobs": [
            {"name": name, "symbol": symbol, "label": label, "help": help, **dragged(BOUNDS[name])}
            | {"step": _STEPS.get(name)}
            for name, (symbol, label, help) in words.KNOBS.items()
        ],
        "tabs": [{"name": name, "label": label} for name, label in words.TABS.items()],
        "measures": [{"name": name, "label": label, "help": help} for name, (label, help) in words.MEASURES.items()],
    }


def _knobs_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those that spoil: what a sample is made of, and how large it is, a preset leaves as it is."""
    return {name: value for name, value in fields.items() if name not in ("data", "n")}


ANSWERED = Answered[CorruptionSetting](
    name="corruption",
    question=lambda measure: asdict(measure.corruption()),
    controls=lambda measure: _controls(),
)
