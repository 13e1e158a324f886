"""Why a knob has no effect in a GAN, and where it has one: what the search says of a knob that is hidden."""

from collections.abc import Sequence
from typing import TypedDict

from gancore.config import FIELDS, FieldSpec, RunConfig
from gancore.config.choices import IMAGE_DATA, POINTS_DATA
from ui.shared.words import value_text

# The page that teaches with data of each kind: its path in the address, and its title.
_PAGES = {IMAGE_DATA: ("diffaugment", "DiffAugment"), POINTS_DATA: ("mode_collapse", "Mode collapse")}
_ON = {
    IMAGE_DATA: "“{label}” acts on images: see the page {page}.",
    POINTS_DATA: "“{label}” acts on points of the plane: see the page {page}.",
}
_WHERE = "“{label}” acts where “{other}” is one of: {choices}."
_WHERE_ONE = "“{label}” acts where “{other}” is {choices}."


class Elsewhere(TypedDict):
    """A sentence, with `{page}` where it names a page; that page's path and title, empty where it names none."""

    sentence: str
    path: str
    title: str


def elsewhere(spec: FieldSpec, configs: Sequence[RunConfig]) -> Elsewhere | None:
    """Where a field has an effect, for the first config in which it has none; None where it has one in each."""
    config = next((config for config in configs if not spec.matters(config)), None)
    if config is None:
        return None
    other, choices = next((each, names) for each, names in spec.when.items() if getattr(config, each) not in names)
    if other == "data":
        kind = IMAGE_DATA if set(choices) <= set(IMAGE_DATA) else POINTS_DATA
        if kind == IMAGE_DATA or config.on_images:
            path, title = _PAGES[kind]
            return {"sentence": _ON[kind].format(label=spec.label, page="{page}"), "path": path, "title": title}
    said = ", ".join(value_text(other, choice) for choice in choices)
    sentence = _WHERE if len(choices) > 1 else _WHERE_ONE
    filled = sentence.format(label=spec.label, other=FIELDS[other].label, choices=said)
    return {"sentence": filled, "path": "", "title": ""}
