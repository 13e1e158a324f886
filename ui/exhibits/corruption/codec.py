"""The exhibit's setting: what can be chosen, how far each knob reaches, and how strangers' words become one.

In a module of its own: the page's address and the cards need no more than this.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from gancore.data.images import EMBEDDED_CLASSES
from gancore.demos.corruption import BOUNDS, Corruption
from ui.shared.parsing import choice, number_text, numbers, quoted

TABS = ("scores", "formula", "classes", "bias", "neighbours")

# What one press makes of real images; what a corruption does not name is as it is by default.
PRESETS: dict[str, dict[str, float]] = {
    "real": {},
    "one": {"variety": 1},
    "noise": {"noise": 0.3},
    "copies": {"copies": 1.0},
}


@dataclass(frozen=True)
class CorruptionSetting(Corruption):
    """How the images are corrupted, with the fields and errors of `Corruption`, and which tab of TABS is open."""

    tab: str = TABS[0]

    def corruption(self) -> Corruption:
        """The setting as the library takes it."""
        fields = asdict(self)
        del fields["tab"]
        return Corruption(**fields)


FIELDS = tuple(CorruptionSetting.__dataclass_fields__)


def write(measure: CorruptionSetting, usual: CorruptionSetting) -> dict[str, str]:
    """The fields in which a setting differs from the usual one, as text; `read` gives the equal setting."""
    base = asdict(usual)
    return {name: _text(value) for name, value in asdict(measure).items() if value != base[name]}


def read(fields: Mapping[str, object], usual: CorruptionSetting) -> tuple[CorruptionSetting, list[str]]:
    """The setting that the fields name, or the nearest there is with a sentence for everything that is wrong.

    Values are numbers and names, or their text. What is not named is as usual.
    """
    sentences: list[str] = []
    if unknown := [name for name in fields if name not in FIELDS]:
        sentences.append(f"Corruption has no {', '.join(map(quoted, unknown))}; it has {', '.join(FIELDS)}.")
    found: dict[str, Any] = {
        name: choice(name, fields, allowed, getattr(usual, name), sentences)
        for name, allowed in {"data": EMBEDDED_CLASSES, "tab": TABS}.items()
    }
    found |= numbers(fields, usual, BOUNDS, sentences)
    return replace(usual, **found), sentences


def _text(value: Any) -> str:
    return value if isinstance(value, str) else number_text(value)
