"""What stays the same during a run on images, from the set that it learns from."""

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
    """Of a run on the first n training images, or on all where there are fewer; the others as `ImageScene` says."""
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
