"""Answers the exhibit: the gradient through a T that is set by hand."""

from dataclasses import asdict
from typing import Any

from gancore.demos.augmented_gradient import BOUNDS, IMAGES, Augmenting
from ui.exhibits.answered import Answered
from ui.exhibits.augmentation import words


def _controls(chosen: Augmenting) -> dict[str, Any]:
    return {
        "usual": asdict(Augmenting(image=chosen.image)),
        "images": list(IMAGES),
        "ranges": {name: list(bound.reach) for name, bound in BOUNDS.items()},
        "scalar": words.SCALAR,
    }


ANSWERED = Answered[Augmenting](
    name="augmentation",
    question=asdict,
    controls=_controls,
    words=lambda chosen, answer: {"effects": words.effects(chosen, answer), "result": words.result(answer)},
)
