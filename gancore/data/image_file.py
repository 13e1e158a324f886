"""One image file as 8-bit red, green and blue, whatever its form.

* 16-bit grey (PNG, TIFF, PGM, JPEG 2000) is scaled so that its white, 65,535, becomes 255; 12-bit grey by 4,095. Of
  16-bit colours the high byte counts.
* Floats from 0 to 1 are scaled so that 1 becomes 255. Other floats, and whole numbers of 32 bits or with a sign, have
  no known white: such a file is refused.
* Transparent parts show white, as a page or a viewer shows them behind an icon or a cut-out object, and as data sets of
  such are made. What a transparent pixel hides plays no part.
* An animation gives its first frame, a document its first page; a photograph is set upright by its EXIF tag.
* Indexed colours, one bit a pixel, CMYK (without its colour profile) and YCbCr are converted by Pillow.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps, features
from PIL.TiffImagePlugin import TiffImageFile

__all__ = ["Picture", "Unreadable", "read_image_file"]

# Why a file gives no image.
MOST_BYTES = 256 * 2**20  # of a file
MOST_PIXELS = 120_000_000  # more than any telephone makes, half a gigabyte when it is decoded

EMPTY = "empty"
NO_IMAGE = "no image"
NO_DECODER = "no decoder here"
DAMAGED = "damaged or in an unusual form"
TOO_LARGE = "too large to be read safely"
NO_WHITE = "numbers without a known white"
CLOSED = "cannot be opened"
POINTER = "a Git LFS pointer instead of the image"

_UNKNOWN = "of unknown kind"

# What is read, known by its content and not by its name. Pillow reads more, some of it by other programs.
_FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
_OPTIONAL = {"AVIF": "avif", "JPEG2000": "jpg_2000", "WEBP": "webp"}  # a build of Pillow may lack these
_ANIMATED = ("AVIF", "GIF", "PNG", "TIFF", "WEBP")  # a photograph's second frame is its preview, and no frame

# Cameras' own files, which hold a small preview in the form of a TIFF.
_RAW = frozenset({"ARW", "CR2", "CR3", "DNG", "NEF", "NRW", "ORF", "PEF", "RAF", "RW2", "SRW"})
# Suffixes of images that nothing here reads.
_UNREAD = _RAW | {"AI", "EPS", "EXR", "HDR", "HEIC", "HEIF", "ICO", "JXL", "PSD", "SVG", "TGA", "XCF"}

_WHITE_IS_ZERO = 0  # TIFF's photometric interpretation
_BITS_TAG, _PHOTOMETRIC_TAG = 258, 262


class Unreadable(Exception):
    """A file that gives no image: its kind ("HEIC", "PNG", "TXT") and why."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(f"{kind}: {why}")
        self.kind = kind
        self.why = why


@dataclass(frozen=True)
class Picture:
    """An image in 8-bit RGB, upright and opaque, and what it was before.

    deep: more than 8 bits a channel; floats: numbers from 0 to 1; transparent: some of it was; frames: several.
    """

    image: Image.Image
    deep: bool
    floats: bool
    transparent: bool
    frames: bool


def read_image_file(path: Path, least: int = 0) -> Picture:
    """The image in a file, known by its content, whatever it is called. Raises `Unreadable`.

    least: pixels a side that are wanted; a JPEG that is more than four times as large is decoded smaller, in a third of
    the time. 0: as it is.
    """
    try:
        with path.open("rb") as file:
            head = file.read(64)
            size = os.fstat(file.fileno()).st_size
    except OSError:
        raise Unreadable(_suffix(path), CLOSED) from None
    if not head:
        raise Unreadable(_suffix(path), EMPTY)
    if size > MOST_BYTES:
        raise Unreadable(_suffix(path), TOO_LARGE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in a file, which is counted here instead
        kind, why = _unread(path, head)
        try:
            with Image.open(path, formats=_formats()) as file:
                kind, why = file.format or kind, DAMAGED
                if kind == "TIFF" and _suffix(path) in _RAW:
                    raise Unreadable(_suffix(path), NO_DECODER)
                if file.width * file.height > MOST_PIXELS:
                    raise Unreadable(kind, TOO_LARGE)
                if least and kind == "JPEG":
                    file.draft("RGB", (4 * least, 4 * least))
                return _picture(file, kind)
        except Unreadable:
            raise
        except (Image.DecompressionBombError, MemoryError):
            raise Unreadable(kind, TOO_LARGE) from None
        except Exception:  # a damaged file makes its decoder raise almost anything
            raise Unreadable(kind, why) from None


@cache
def _formats() -> tuple[str, ...]:
    Image.init()
    return tuple(each for each in _FORMATS if each in Image.OPEN)


def _picture(file: ImageFile.ImageFile, kind: str) -> Picture:
    tags = file.tag_v2 if isinstance(file, TiffImageFile) else {}
    white_is_zero = tags.get(_PHOTOMETRIC_TAG) == _WHITE_IS_ZERO
    bits = tags.get(_BITS_TAG, (16,))[0]
    deep = file.mode.startswith("I") or any(";16" in str(tile[3]) for tile in file.tile)
    floats = file.mode == "F"
    file.load()
    image: Image.Image = file
    with contextlib.suppress(Exception):  # the tags may be damaged where the pixels are whole
        image = ImageOps.exif_transpose(file)
    if image.mode == "I" and kind != "PPM":  # Pillow has scaled a PGM's numbers to 16 bits
        raise Unreadable(kind, NO_WHITE)
    if floats or image.mode.startswith("I"):
        grey = _grey(image, 1 if floats else 2**bits - 1, white_is_zero)
        if grey is None:
            raise Unreadable(kind, NO_WHITE)
        image = grey
    opaque, transparent = _opaque(image)
    frames = kind in _ANIMATED and getattr(file, "is_animated", False)
    return Picture(opaque, deep, floats, transparent, frames)


def _grey(image: Image.Image, white: int, white_is_zero: bool) -> Image.Image | None:
    """Grey of another depth, with values from 0 to `white`, in 8 bits; None where others are in it.

    Pillow's own conversion cuts the values at 255 instead.
    """
    values: NDArray[np.float64] = np.asarray(image).astype(np.float64)
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > white:
        return None
    shares = values / white
    grey = Image.fromarray(np.rint(255 * (1 - shares if white_is_zero else shares)).astype(np.uint8))
    hidden = image.info.get("transparency")
    if hidden is None:
        return grey
    # A PNG's one value that is transparent.
    return Image.merge("LA", (grey, Image.fromarray(np.where(values == hidden, 0, 255).astype(np.uint8))))


def _opaque(image: Image.Image) -> tuple[Image.Image, bool]:
    """An image in RGB on white, and whether white shows anywhere."""
    if not image.has_transparency_data:
        return image.convert("RGB"), False
    if image.mode == "La":
        image = image.convert("LA")
    layers = image.convert("RGBA")
    transparent = bool(np.asarray(layers.getchannel("A")).min() < 255)
    return Image.alpha_composite(Image.new("RGBA", layers.size, "white"), layers).convert("RGB"), transparent


def _suffix(path: Path) -> str:
    """A file's kind by its name; a name may hold anything, of any length."""
    suffix = path.suffix[1:].upper()
    return suffix if suffix.isascii() and suffix.isalnum() and len(suffix) <= 8 else _UNKNOWN


def _unread(path: Path, head: bytes) -> tuple[str, str]:
    """The kind of a file that cannot be opened as an image, and why, by its first bytes and its suffix."""
    suffix = _suffix(path)
    if head.startswith(b"version https://git-lfs"):
        return suffix, POINTER
    by_content = _content(head)
    if by_content is None and suffix in _UNREAD:
        return suffix, NO_DECODER
    kind = by_content or Image.registered_extensions().get(path.suffix.lower(), "")
    if kind in _FORMATS:
        missing = kind in _OPTIONAL and not features.check(_OPTIONAL[kind])
        return kind, NO_DECODER if missing else DAMAGED
    return (by_content, NO_DECODER) if by_content else (suffix, NO_IMAGE)


def _content(head: bytes) -> str | None:
    """The kind of an image that is named wrongly as often as rightly, by a file's first bytes."""
    if head.startswith((b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")):
        return "JXL"
    if head[4:8] == b"ftyp":
        brands = {head[i : i + 4] for i in range(8, len(head), 4)}
        if brands & {b"avif", b"avis"}:
            return "AVIF"
        if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}:
            return "HEIC"
    return None
