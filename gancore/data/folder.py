"""Images from a folder of the user's own."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

VARIABLE = "GANCORE_IMAGES"
FEWEST = 64
MOST = 100_000  # images
MOST_FILES = 200_000  # that are looked at
MOST_BYTES = 8 * 2**30  # that are read; bounds, and no clock, so that the same folder gives the same images
_KINDS = 6  # of files that gave no image are named one by one

# What a user is told of a folder. Each is a sentence by itself, true of one and of many.
_READ = "Of {files:,} files in the folder, {read:,} gave an image."
_DEEP = "{n:,} of them had 16 bits a channel, now 8."
_FLOATS = "{n:,} of them had numbers from 0 to 1, now from 0 to 255."
_TRANSPARENT = "{n:,} of them had transparent parts, which show white."
_FRAMES = "{n:,} of them had several frames, of which the first counts."
_SKIPPED = "{n:,} gave none: {reasons}."
_REASON = "{n:,} {kind} ({why})"
_OTHERS = "{n:,} of other kinds"
_CLOSED = "{n:,} of its folders cannot be opened."
_LEFT = "The reading stopped before {n:,} more files: it takes {most:,} images, and {bytes} GB of files, at most."
_CUT = "Of the folder the first {most:,} files that were found count."
_TOO_FEW = "The folder holds {read:,} images that can be read; at least {fewest:,} are needed. {reading}"
_UNNAMED = "No folder is named: set the environment variable {variable} to a directory of images."
_NO_DIRECTORY = "The environment variable {variable} names no directory."
_PROGRESS = "folder: reading {files:,} files"


@dataclass(frozen=True)
class Reading:
    """How the files of a folder were read; `str` gives it in sentences for the user.

    read: files that gave an image; of these deep, floats, transparent and frames as `Picture` says.
    skipped: (kind, why) -> files that gave none; closed: directories that cannot be opened; left: files that were not
    looked at, since there were enough; cut: there are more than `MOST_FILES`.
    """

    read: int
    deep: int = 0
    floats: int = 0
    transparent: int = 0
    frames: int = 0
    skipped: Mapping[tuple[str, str], int] = field(default_factory=dict)
    closed: int = 0
    left: int = 0
    cut: bool = False

    def __str__(self) -> str:
        skipped = sum(self.skipped.values())
        numbers = (
            (_DEEP, self.deep),
            (_FLOATS, self.floats),
            (_TRANSPARENT, self.transparent),
            (_FRAMES, self.frames),
            (_SKIPPED, skipped),
            (_CLOSED, self.closed),
            (_LEFT, self.left),
        )
        sentences = [_READ.format(files=self.read + skipped, read=self.read)]
        told = {"reasons": self._reasons(), "most": MOST, "bytes": MOST_BYTES // 2**30}
        sentences += [each.format(n=n, **told) for each, n in numbers if n]
        if self.cut:
            sentences.append(_CUT.format(most=MOST_FILES))
        return " ".join(sentences)

    def _reasons(self) -> str:
        most_first = sorted(self.skipped.items(), key=lambda item: (-item[1], item[0]))
        named = [_REASON.format(n=n, kind=kind, why=why) for (kind, why), n in most_first[:_KINDS]]
        others = sum(n for _, n in most_first[_KINDS:])
        return ", ".join([*named, _OTHERS.format(n=others)] if others else named)


@dataclass(frozen=True)
class Folder:
    """pixels (N, 3, side, side) uint8 and labels (N,) int64, places in `classes`; reading: how the files were read."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    reading: Reading


def read_folder(side: int, progress: Callable[[str, float], None]) -> Folder:
    """The images under the directory that the environment variable GANCORE_IMAGES names, in the order of their paths.

    Of each the largest centred square, scaled to `side` by area averages; a directory in it is a class. A link to a
    directory is followed, wherever it leads, and once; what has a name that begins with a dot is left out, and what is
    no file (a pipe, a device). At most `MOST` images, `MOST_FILES` files and `MOST_BYTES` bytes of them are taken.
    ValueError: there is no such directory, or fewer than 64 images are in it.
    """
    if side < 1:
        raise ValueError(f"side is {side}; a number of pixels from 1 is needed")
    named = os.environ.get(VARIABLE)
    if not named:
        raise ValueError(_UNNAMED.format(variable=VARIABLE))
    root = Path(named).expanduser().resolve()
    if not root.is_dir():
        raise ValueError(_NO_DIRECTORY.format(variable=VARIABLE))
    from PIL import ImageOps
    from PIL.Image import Resampling

    from gancore.data.image_file import Unreadable, read_image_file

    files, closed, cut = _files(root)
    pixels: list[NDArray[np.uint8]] = []
    classes: list[str] = []
    found: Counter[str] = Counter()
    skipped: Counter[tuple[str, str]] = Counter()
    room = MOST_BYTES
    for i, path in enumerate(files):
        with contextlib.suppress(OSError):
            room -= path.stat().st_size
        if len(pixels) == MOST or room < 0:
            break
        if i % 10 == 0:
            progress(_PROGRESS.format(files=len(files)), i / len(files))
        try:
            picture = read_image_file(path, side)
        except Unreadable as error:
            skipped[error.kind, error.why] += 1
            continue
        square = ImageOps.fit(picture.image, (side, side), Resampling.BOX)
        pixels.append(np.asarray(square).transpose(2, 0, 1))
        for name in ("deep", "floats", "transparent", "frames"):
            found[name] += getattr(picture, name)
        inside = path.relative_to(root).parts
        classes.append(_text(inside[0] if len(inside) > 1 else root.name))
    left = len(files) - len(pixels) - sum(skipped.values())
    reading = Reading(len(pixels), **found, skipped=dict(skipped), closed=closed, left=left, cut=cut)
    if len(pixels) < FEWEST:
        raise ValueError(_TOO_FEW.format(read=len(pixels), fewest=FEWEST, reading=reading))
    names, labels = np.unique(classes, return_inverse=True)
    return Folder(np.stack(pixels), labels.astype(np.int64), tuple(str(name) for name in names), reading)


def _files(root: Path) -> tuple[list[Path], int, bool]:
    """The files under a directory, in the order of their paths; how many directories cannot be opened; and whether
    there are more than `MOST_FILES`, and these are the first that were found."""
    closed: list[OSError] = []
    seen: set[str] = set()
    files: list[Path] = []
    for directory, inside, names in os.walk(root, onerror=closed.append, followlinks=True):
        real = os.path.realpath(directory)
        inside[:] = [] if real in seen else sorted(name for name in inside if not name.startswith("."))
        if real not in seen:  # a link may lead back to where it is
            files += [Path(directory, name) for name in sorted(names) if not name.startswith(".")]
        seen.add(real)
        if len(files) > MOST_FILES:
            break
    cut = len(files) > MOST_FILES
    # A link that leads nowhere is a file that cannot be opened; a pipe is none.
    kept = [path for path in files[:MOST_FILES] if path.is_file() or not path.exists()]
    return sorted(kept), len(closed), cut


def _text(name: str) -> str:
    """A file's name as text that can be written anywhere: a name is bytes, which need not be UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")
