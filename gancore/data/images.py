"""Sets of small images, each in a training, a held-out and a reference part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gancore.data.downloads import Labelled, cifar10, mnist_like
from gancore.data.folder import Reading, read_folder
from gancore.data.shapes import KINDS, draw_shapes

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Images:
    """pixels: uint8 (N, C, H, W); labels: int64 (N,). Both read-only."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.pixels.ndim != 4 or self.pixels.dtype != np.uint8:
            raise ValueError(f"pixels are {self.pixels.dtype} {self.pixels.shape}; uint8 (N, C, H, W) is needed")
        refuse_channels_last(self.pixels.shape, "pixels")
        if self.labels.shape != self.pixels.shape[:1] or self.labels.dtype != np.int64:
            raise ValueError(
                f"labels are {self.labels.dtype} {self.labels.shape}; int64 ({len(self.pixels)},) is needed"
            )
        self.pixels.setflags(write=False)
        self.labels.setflags(write=False)

    def __len__(self) -> int:
        return len(self.pixels)


@dataclass(frozen=True)
class ImageSet:
    """Three separate parts: `train` for the game, `held_out` for D's answers to reals that it has not seen, `reference`
    for the measures. The first n training images have every class equally often, to within one, while it lasts.

    reading: how the files of a folder were read; None of other sets.
    """

    name: str
    train: Images
    held_out: Images
    reference: Images
    classes: tuple[str, ...]
    reading: Reading | None = None

    @property
    def channels(self) -> int:
        """1 (grey) or 3 (red, green, blue)."""
        return self.train.pixels.shape[1]

    @property
    def side(self) -> int:
        """Height and width in pixels."""
        return self.train.pixels.shape[2]


_loaded: dict[tuple[str, int | None], ImageSet] = {}


def load_images(name: str, side: int | None = None, *, progress: Progress | None = None) -> ImageSet:
    """The image set of a name, at its own side or another; loaded once a process.

    A smaller side is made by area averages, a multiple by repetition; shapes are drawn at it, and a folder's images
    are scaled to it. progress: called with a sentence and a share from 0 to 1. ValueError, in a sentence for the user:
    there is no such set or side, or the set is neither here nor to be downloaded.
    """
    if name not in IMAGE_SETS:
        raise ValueError(f"data is {name!r}; {', '.join(IMAGE_SETS)} are the image sets")
    if name in _AT_ANY_SIDE:
        side = side or _ANY_SIDE
    key = name, side
    if key not in _loaded:
        report = progress or _silent
        if name in _AT_ANY_SIDE:
            _loaded[key] = _AT_ANY_SIDE[name](side or _ANY_SIDE, report)
        elif side is None:
            _loaded[key] = _AT_THEIR_OWN[name](report)
        else:
            _loaded[key] = _at(load_images(name, progress=progress), side)
    return _loaded[key]


def to_floats(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pixels 0 … 255 as float32 from -1 to 1, of the same shape."""
    return pixels.astype(np.float32) / np.float32(127.5) - 1


def to_pixels(floats: NDArray[np.floating]) -> NDArray[np.uint8]:
    """The nearest pixels 0 … 255 to floats in [-1, 1]; beyond, the ends; NaN is black."""
    return np.rint(127.5 * (np.clip(np.nan_to_num(floats, nan=-1.0), -1, 1) + 1)).astype(np.uint8)


def channels_last(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, C, H, W) -> (N, H, W, C), as images are sent to be looked at."""
    return np.ascontiguousarray(pixels.transpose(0, 2, 3, 1))


def refuse_channels_last(shape: Sequence[int], name: str = "images") -> None:
    """Raises ValueError, with the argument's name, where a shape of three axes or more is plainly (…, H, W, C).

    That is where the last axis is 1, 3 or 4 long, as the channels of an image are, the third from the end longer than
    4, and the two last differ. Where the two last are alike, as in (N, 64, 4, 4), they may be the sides of small maps.
    """
    *leading, height, width, channels = shape
    if channels in (1, 3, 4) and height > 4 and width != channels:
        wanted = (*leading, channels, height, width)
        raise ValueError(
            f"{name} have shape {tuple(shape)}, with the channels last; {wanted}, with the channels before height and "
            f"width, is needed"
        )


def resized(images: Images, side: int) -> Images:
    """The same images, square, at a smaller side (area averages) or at a multiple of theirs (repetition).

    An area average weighs every pixel by the part of it that lies in the larger one. ValueError for another side.
    """
    own = images.pixels.shape[-1]
    if side == own:
        return images
    if 0 < side < own:
        # Along one axis pixel j reaches from j·side to (j + 1)·side, a larger one i from i·own to (i + 1)·own: in whole
        # numbers, of which float32 holds the sums of up to 256² pixels exactly. Rounded once, at the end.
        i, j = np.arange(side)[:, None], np.arange(own)
        common = np.minimum((i + 1) * own, (j + 1) * side) - np.maximum(i * own, j * side)
        weights = np.maximum(common, 0).astype(np.float32)
        sums = weights @ images.pixels.astype(np.float32) @ weights.T
        return Images(np.rint(sums / own**2).astype(np.uint8), images.labels)
    if side > 0 and side % own == 0:
        k = side // own
        return Images(images.pixels.repeat(k, -2).repeat(k, -1), images.labels)
    raise ValueError(f"side is {side}; fewer pixels than the images' {own}, or a multiple of them, are needed")


def _silent(said: str, share: float) -> None:
    pass


def _balanced(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N,) order in which one image of every class follows another, each class in its own order."""
    rank = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        rank[of_class] = np.arange(len(of_class))
    return np.lexsort((labels, rank))


def _at(images: ImageSet, side: int) -> ImageSet:
    train, held_out, reference = (resized(part, side) for part in (images.train, images.held_out, images.reference))
    return replace(images, train=train, held_out=held_out, reference=reference)


def _taken(pixels: NDArray[np.uint8], labels: NDArray[np.int64], order: NDArray[np.int64]) -> Images:
    return Images(pixels[order], labels[order])


def _digits(progress: Progress) -> ImageSet:
    """UCI's handwritten digits as scikit-learn has them: 1,797 of 8 × 8 pixels, 16 levels of grey above black."""
    with np.load(Path(__file__).parent / "digits.npz", allow_pickle=False) as stored:
        levels, labels = stored["images"], stored["labels"].astype(np.int64)
    pixels = np.rint(levels[:, None] * (255 / 16)).astype(np.uint8)
    # Neighbours in the file were written by one hand: the parts are drawn at random, the classes alike in each.
    drawn = np.random.default_rng(0).permutation(len(labels))
    order = drawn[_balanced(labels[drawn])]
    train, reference, held_out = (_taken(pixels, labels, each) for each in np.split(order, [1000, 1500]))
    return ImageSet("digits", train, held_out, reference, tuple("0123456789"))


def _faces(progress: Progress) -> ImageSet:
    """A hundred faces, grey, 24 × 24 pixels: the hundred-shot setting with real pictures.

    The faces of `skimage.data.lfw_subset()` (scikit-image 0.26.0), which are 25 × 25 pixels cut from photographs of the
    data set Labeled Faces in the Wild (Huang et al. 2007); scikit-image gives them away under its BSD-3-Clause licence.
    Of each the last row and the last column are left out, so that the side halves. 80 are for training and 20
    are held out: other pictures, if not always of other people. So few make no reference. No face is there a second
    time as its mirror image, and none is added: that would be no further picture.
    """
    with np.load(Path(__file__).parent / "faces.npz", allow_pickle=False) as stored:
        pixels = stored["images"][:, None, :24, :24]
    labels = np.zeros(len(pixels), np.int64)
    drawn = np.random.default_rng(0).permutation(len(pixels))
    train, held_out, reference = (_taken(pixels, labels, each) for each in np.split(drawn, [80, 100]))
    return ImageSet("faces", train, held_out, reference, ("face",))


def _shapes(side: int, progress: Progress) -> ImageSet:
    rng = np.random.default_rng(0)

    def part(n: int) -> Images:
        pixels, factors = draw_shapes(rng, n, side)
        return _taken(pixels, factors.kind, _balanced(factors.kind))

    return ImageSet("shapes", part(4000), part(1000), part(2000), KINDS)


def _downloaded(name: str, train: Labelled, test: Labelled, classes: tuple[str, ...]) -> ImageSet:
    """A fifth of the published test images is held out, the others are the reference."""
    # MNIST's test images come easier writers first: the parts are drawn at random.
    drawn = np.random.default_rng(0).permutation(len(test[1]))
    held_out, reference = np.split(drawn, [len(drawn) // 5])
    return ImageSet(
        name, _taken(*train, _balanced(train[1])), _taken(*test, held_out), _taken(*test, reference), classes
    )


def _folder(side: int, progress: Progress) -> ImageSet:
    """60 % of the images for training, 15 % held out, the others the reference; the same for the same files."""
    folder = read_folder(side, progress)
    n = len(folder.labels)
    drawn = np.random.default_rng(0).permutation(n)
    ends = [round(0.6 * n), round(0.75 * n)]
    train, held_out, reference = (_taken(folder.pixels, folder.labels, each) for each in np.split(drawn, ends))
    train = _taken(train.pixels, train.labels, _balanced(train.labels))
    return ImageSet("folder", train, held_out, reference, folder.classes, reading=folder.reading)


_AT_THEIR_OWN: Mapping[str, Callable[[Progress], ImageSet]] = {
    "digits": _digits,
    "faces": _faces,
    "mnist": lambda progress: _downloaded("mnist", *mnist_like("mnist", "MNIST", progress)),
    "fashion_mnist": lambda progress: _downloaded(
        "fashion_mnist", *mnist_like("fashion_mnist", "FashionMNIST", progress)
    ),
    "cifar10": lambda progress: _downloaded("cifar10", *cifar10(progress)),
}
_AT_ANY_SIDE: Mapping[str, Callable[[int, Progress], ImageSet]] = {"shapes": _shapes, "folder": _folder}
_ANY_SIDE = 32  # where none is asked for
IMAGE_SETS = (*_AT_THEIR_OWN, *_AT_ANY_SIDE)
EMBEDDED = ("digits", "shapes", "faces")  # those that are neither downloaded nor somebody's own
WITHOUT_REFERENCE = ("faces",)  # sets with too few images for a distance between distributions
EMBEDDED_CLASSES = ("digits", "shapes")  # those among them that have several classes, and a network that tells them
