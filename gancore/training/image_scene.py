"""The scene of a run on images: what stays the same, from the set that it learns from."""

from __future__ import annotations

from gancore.data.images import ImageSet, channels_last
from gancore.training.snapshot import ImageScene

REAL = 64  # training images that a scene shows


def image_scene(
    images: ImageSet,
    n: int,
    *,
    features: str = "",
    judged: int = 0,
    reference: int = 0,
    fid_floor: float | None = None,
) -> ImageScene:
    """The scene of a run on the first n training images, or on all if fewer; the other arguments as in `ImageScene`."""
    n = min(n, len(images.train))
    real = channels_last(images.train.pixels[: min(n, REAL)])
    return ImageScene(
        real,
        images.side,
        images.channels,
        images.classes,
        n,
        features,
        judged,
        reference,
        fid_floor,
        notice="" if images.reading is None else str(images.reading),
    )
