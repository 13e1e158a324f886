"""Sentences on what each part of T has done to the gradient on its way back."""

from collections.abc import Mapping, Sequence
from typing import Any

from gancore.demos.augmented_gradient import Augmenting

SCALAR = (
    "s(y) = Σ w·y, the logit of a D of one layer; its weights w are x less its mean: its own gradient is w at any y."
)
_VISIBLE = 0.0005  # what rounds to 0 in three places is none


def effects(chosen: Augmenting, answer: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each part of T, by its name; empty where the part does nothing to the image.

    Args:
        chosen: the T that is shown.
        answer: the meta data that `augmented_gradient` gave for it.
    """
    return {
        "brightness": "does nothing: adding a number has the slope 1" if chosen.brightness else "",
        "saturation": _saturation(chosen.saturation, answer["channels"]),
        "contrast": f"comes back × {chosen.contrast:.2f}" if chosen.contrast != 1 else "",
        "translation": _translation(answer["shift"], answer["lost"]),
        "cutout": f"no gradient on the {_percent(answer['covered'])} that it covers" if answer["hole"] else "",
    }


def result(answer: Mapping[str, Any]) -> str:
    """The gradient that has come back, in a sentence or two."""
    said = f"What comes back: up to {answer['largest']:.2f} a pixel (1 without T)."
    if not answer["unseen"]:
        return said
    leak = answer["leak"]
    get = f"{leak:.3f}, by contrast’s mean" if leak >= _VISIBLE else "none"
    return f"{said} D does not see {_percent(answer['unseen'])} of the pixels: they get {get}."


def _saturation(factor: float, channels: int) -> str:
    if channels == 1:
        return "does nothing: a grey image has no colour" if factor != 1 else ""
    if factor == 0:
        return "only what the channels share comes back: no gradient on the colour"
    return f"what differs between the channels comes back × {factor:.2f}" if factor != 1 else ""


def _translation(shift: Sequence[int], lost: float) -> str:
    down, right = shift
    if not down and not right:
        return ""
    ways = [
        f"{abs(pixels)} {towards if pixels > 0 else away}"
        for pixels, towards, away in ((down, "up", "down"), (right, "left", "right"))
        if pixels
    ]
    return f"moved back, {' and '.join(ways)}; none on the {_percent(lost)} that left"


def _percent(share: float) -> str:
    text = f"{100 * share:.0f}"
    return f"{'under 1' if share and text == '0' else text} %"
