"""The exhibit's setting in an address, and how strangers' words become one that can be shown."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from gancore.demos.augmented_gradient import BOUNDS, IMAGES, Augmenting
from ui.shared.parsing import choice, number_text, numbers, quoted

FIELDS = tuple(Augmenting.__dataclass_fields__)
_SWITCH = {"on": True, "off": False}


def write(chosen: Augmenting, usual: Augmenting) -> dict[str, str]:
    """The fields in which a setting differs from the usual one, as text; `read` gives the equal setting."""
    base = asdict(usual)
    return {name: _text(value) for name, value in asdict(chosen).items() if value != base[name]}


def read(fields: Mapping[str, object], usual: Augmenting) -> tuple[Augmenting, list[str]]:
    """The setting that the fields name, or the nearest there is with a sentence for everything that is wrong.

    Values are numbers, names and truth values, or their text. What is not named is as usual.
    """
    sentences: list[str] = []
    if unknown := [name for name in fields if name not in FIELDS]:
        sentences.append(f"Augmentation has no {', '.join(map(quoted, unknown))}; it has {', '.join(FIELDS)}.")
    found: dict[str, Any] = {"image": choice("image", fields, IMAGES, usual.image, sentences)}
    if "cutout" in fields:
        said = fields["cutout"]
        value = _SWITCH.get(said) if isinstance(said, str) else said
        if isinstance(value, bool):
            found["cutout"] = value
        else:
            sentences.append(f"cutout is {quoted(said)}; allowed are on and off. {_text(usual.cutout)} is shown.")
    found |= numbers(fields, usual, BOUNDS, sentences)
    return replace(usual, **found), sentences


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else number_text(value)
