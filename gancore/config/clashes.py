"""Fields of a configuration that cannot go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gancore.config.choices import IMAGE_DATA


class Clash(NamedTuple):
    """Fields that cannot go together: why, which one gives way in the nearest config, and to what."""

    sentence: str
    field: str
    instead: Any


def clashes(values: Mapping[str, Any]) -> Iterator[Clash]:
    """Yields why values that are valid one by one cannot run together; each looks at `values` as they then are."""
    if values["batch_size"] % values["pack"]:
        yield Clash(
            f"batch_size is {values['batch_size']} and pack is {values['pack']}; the batch must be a multiple of the "
            "packing",
            "pack", 1,
        )  # fmt: skip
    if values["data"] == "points" and not values["points"]:
        yield Clash("data is 'points' but points is empty; at least one centre is needed", "data", "ring")
    model = values["model"]
    if values["data"] == "shapes" and values["image_side"] in ("8", "24"):
        yield Clash(
            f"data is 'shapes' and image_side is {values['image_side']}; shapes are drawn at 16 or 32 pixels",
            "image_side", "16",
        )  # fmt: skip
    if values["data"] == "faces" and values["image_side"] == "32":
        yield Clash(
            "data is 'faces' and image_side is 32; the faces have 24 pixels a side, and may be made smaller",
            "image_side", "24",
        )  # fmt: skip
    if values["data"] == "faces" and values["conditional"] == "yes":
        yield Clash("data is 'faces' and conditional is 'yes'; the faces have one class", "conditional", "no")
    if values["data"] in IMAGE_DATA and values["conditional"] == "yes" and values["pack"] > 1:
        yield Clash(
            f"conditional is 'yes' and pack is {values['pack']}; images that are packed can have no class", "pack", 1
        )
    if values["data"] in IMAGE_DATA and model != "gan":
        yield Clash(
            f"data is {values['data']!r} and model is {model!r}; on images there is one generator", "model", "gan"
        )
        return
    if model == "gan":
        return
    if values["pack"] > 1:
        yield Clash(f"model is {model!r} and pack is {values['pack']}; only one generator alone can pack", "pack", 1)
    if values["freeze_at"]:
        yield Clash(
            f"model is {model!r} and freeze_at is {values['freeze_at']}; only one generator alone can be frozen",
            "freeze_at", 0,
        )  # fmt: skip
    if model == "mad_gan" and values["loss"] not in ("minimax", "non_saturating"):
        yield Clash(
            f"model is 'mad_gan' and loss is {values['loss']!r}; a discriminator of k+1 classes needs minimax or "
            "non_saturating",
            "loss", "non_saturating",
        )  # fmt: skip
    if model == "adagan" and values["steps"] < values["generators"]:
        yield Clash(
            f"model is 'adagan', steps is {values['steps']} and generators is {values['generators']}; each generator "
            "needs a step",
            "generators", values["steps"],
        )  # fmt: skip
