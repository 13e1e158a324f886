"""Images from a folder of the user's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gancore.torchvision_import import import_torchvision

VARIABLE = "GANCORE_IMAGES"
FEWEST = 64
MOST = 100_000


def read_folder(
    side: int, progress: Callable[[str, float], None]
) -> tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...], int]:
    """The images under the directory that the environment variable GANCORE_IMAGES names, in the order of their paths.

    Pixels (N, 3, side, side): the largest centred square, scaled by area averages. Labels (N,): a directory in it is a
    class. Then the classes' names, and how many files could not be read. The first 100,000 files are taken.
    ValueError: there is no such directory, or fewer than 64 images are in it.
    """
    if side < 1:
        raise ValueError(f"side is {side}; a number of pixels from 1 is needed")
    named = os.environ.get(VARIABLE)
    if not named:
        raise ValueError(f"No folder is named: set the environment variable {VARIABLE} to a directory of images.")
    root = Path(named).expanduser().resolve()
    if not root.is_dir():
        raise ValueError(f"The environment variable {VARIABLE} names no directory.")
    import_torchvision()
    from PIL import ImageOps
    from PIL.Image import Resampling
    from torchvision.datasets.folder import is_image_file, pil_loader

    files = sorted(path for path in root.rglob("*") if is_image_file(path.name) and path.is_file())[:MOST]
    pixels: list[NDArray[np.uint8]] = []
    classes: list[str] = []
    for i, path in enumerate(files):
        if i % 100 == 0:
            progress(f"folder: reading {len(files):,} files", i / len(files))
        try:
            upright = ImageOps.exif_transpose(pil_loader(str(path)))
            pixels.append(np.asarray(ImageOps.fit(upright, (side, side), Resampling.BOX)).transpose(2, 0, 1))
        except Exception:  # a damaged file makes its decoder raise almost anything
            continue
        inside = path.relative_to(root).parts
        classes.append(inside[0] if len(inside) > 1 else root.name)
    skipped = len(files) - len(pixels)
    if len(pixels) < FEWEST:
        raise ValueError(
            f"The folder holds {len(pixels)} images that can be read, and {skipped} that cannot; "
            f"at least {FEWEST} are needed."
        )
    names, labels = np.unique(classes, return_inverse=True)
    return np.stack(pixels), labels.astype(np.int64), tuple(str(name) for name in names), skipped
