"""Images of one coloured shape each, drawn from known factors, so that what a generator covers can be counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

KINDS = ("disc", "square", "triangle", "cross", "ring")
COLOURS = ("red", "yellow", "green", "cyan", "blue", "magenta")
SIZES = ("small", "large")
CELLS = 9  # row by row from the upper left
COMBINATIONS = len(KINDS) * len(COLOURS) * len(SIZES) * CELLS
SIDES = (16, 32)  # at 8 a small disc, square and ring are the same few pixels

# What decides a shape, in the order in which a combination's number counts them.
_LEVELS = (len(KINDS), len(COLOURS), len(SIZES), CELLS)
_RGB = np.array(
    [[230, 60, 50], [240, 220, 60], [60, 200, 80], [60, 210, 230], [70, 100, 240], [220, 80, 220]], dtype=np.float64
)
_BACKGROUND = (30.0, 80.0)  # the range of its grey

# Lengths in pixels of a 32 × 32 image, drawn on a canvas that is four times as fine.
_CANVAS = 128
_FINER = _CANVAS // 32
_RADII = (4.0, 6.5)
_CELL_OFFSETS = (-8.5, 0.0, 8.5)
_JITTER = (-1.0, 0.0, 1.0)
_PLACES = len(_JITTER) ** 2

_EXPLAINED = 0.6


@dataclass(frozen=True)
class Factors:
    """Attributes of the shapes, each (N,) int64 into the tables above; -1 where no shape is recognised."""

    kind: NDArray[np.int64]
    colour: NDArray[np.int64]
    size: NDArray[np.int64]
    cell: NDArray[np.int64]

    @property
    def combination(self) -> NDArray[np.int64]:
        """(N,) number of the combination, 0 … `COMBINATIONS` - 1; -1 where no shape is recognised."""
        found = self.kind >= 0
        levels = (self.kind, self.colour, self.size, self.cell)
        known = tuple(np.where(found, each, 0) for each in levels)
        return np.where(found, np.ravel_multi_index(known, _LEVELS), -1)


def draw_shapes(rng: np.random.Generator, n: int, side: int = 32) -> tuple[NDArray[np.uint8], Factors]:
    """n images (n, 3, side, side) and their factors.

    Every combination comes equally often, to within one. A shape lies up to a pixel (of 32) off its cell's centre, on a
    flat grey background; an image drawn at 16 is the area average of the same one at 32.
    """
    masks = _masks(side)
    rounds = [rng.permutation(COMBINATIONS) for _ in range(-(-n // COMBINATIONS))]
    kind, colour, size, cell = np.unravel_index(np.concatenate([np.zeros(0, np.int64), *rounds])[:n], _LEVELS)
    place = rng.integers(_PLACES, size=n)
    grey = rng.uniform(*_BACKGROUND, size=n)[:, None, None, None]
    mask = masks[kind, size, cell, place][:, None]
    pixels = np.rint(grey * (1 - mask) + _RGB[colour][:, :, None, None] * mask).astype(np.uint8)
    return pixels, Factors(*(each.astype(np.int64) for each in (kind, colour, size, cell)))


def shape_factors(pixels: NDArray[np.uint8]) -> Factors:
    """Recognises the factors of images (N, 3, side, side), side 16 or 32, generated ones too.

    The nearest of all drawable images, on whatever grey suits best, is taken: the one that leaves the smallest sum of
    squared differences. If it leaves more than 40 % of what a flat grey image leaves, there is no shape: that is so for
    a blank image, for noise, and for two shapes alike.
    """
    if pixels.ndim != 4 or pixels.shape[1] != 3 or pixels.shape[2] != pixels.shape[3]:
        raise ValueError(f"pixels have shape {pixels.shape}; (N, 3, side, side) is needed")
    masks = _masks(pixels.shape[-1])
    flat = masks.reshape(-1, pixels.shape[-1] ** 2)
    chunks = [_nearest(chunk, flat) for chunk in np.split(pixels, range(500, len(pixels), 500))]
    nearest, explained = (np.concatenate(each) for each in zip(*chunks, strict=True))
    colour, mask = np.divmod(nearest, len(flat))
    kind, size, cell, _ = np.unravel_index(mask, masks.shape[:4])
    found = explained >= _EXPLAINED
    return Factors(*(np.where(found, each, -1).astype(np.int64) for each in (kind, colour, size, cell)))


def _nearest(pixels: NDArray[np.uint8], masks: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest template, colour by colour and within it mask by mask, and the share that it explains, (N,) each."""
    x = pixels.reshape(len(pixels), 3, masks.shape[1]).astype(np.float64)
    # x ≈ b (1-m) + c m with mask m, colour c and the grey b that suits best:
    #   min_b ‖x - c m - b (1-m)‖² = ‖x - c m‖² - ⟨x - c m, 1-m⟩² / ‖1-m‖²
    # where the grey is one for all three channels, over which norms and products sum too.
    inside = x @ masks.T
    outside = x.sum((1, 2))[:, None, None] - inside.sum(1, keepdims=True)
    outside = outside - _RGB.sum(1)[:, None] * (masks * (1 - masks)).sum(1)
    left = np.square(_RGB).sum(1)[:, None] * np.square(masks).sum(1) - 2 * (_RGB @ inside)
    left = (left - np.square(outside) / (3 * np.square(1 - masks).sum(1))).reshape(len(x), len(_RGB) * len(masks))
    nearest = left.argmin(1)
    left = left.min(1) + np.square(x).sum((1, 2))
    blank = np.square(x - x.mean((1, 2), keepdims=True)).sum((1, 2))
    return nearest, 1 - left / np.maximum(blank, 1.0)


@lru_cache(maxsize=len(SIDES))
def _masks(side: int) -> NDArray[np.float64]:
    """(kinds, sizes, cells, places, side, side) share of each pixel that the shape covers."""
    if side not in SIDES:
        raise ValueError(f"side is {side}; shapes are drawn at {' or '.join(map(str, SIDES))} pixels")
    block = _CANVAS // side
    masks = np.empty((len(KINDS), len(SIZES), CELLS, _PLACES, side, side))
    for kind, size in np.ndindex(masks.shape[:2]):
        middle = _in_the_middle(KINDS[kind], _RADII[size])
        for cell, place in np.ndindex(CELLS, _PLACES):
            by = [_CELL_OFFSETS[i] + _JITTER[j] for i, j in zip(divmod(cell, 3), divmod(place, 3), strict=True)]
            # Whole steps of the canvas, and no shape reaches past its border.
            moved = np.roll(middle, [round(_FINER * each) for each in by], (0, 1))
            masks[kind, size, cell, place] = moved.reshape(side, block, side, block).mean((1, 3))
    masks.setflags(write=False)
    return masks


def _in_the_middle(kind: str, radius: float) -> NDArray[np.bool_]:
    """The shape in the middle of the canvas, (128, 128)."""
    axis = (np.arange(_CANVAS) + 0.5) / _FINER - 16
    y, x = axis[:, None] / radius, axis[None, :] / radius
    r = np.hypot(x, y)
    match kind:
        case "disc":
            return r <= 1
        case "square":
            return np.maximum(abs(x), abs(y)) <= 0.85
        case "triangle":
            return (y <= 0.85) & (abs(x) <= (y + 1) / 1.85)
        case "cross":
            return (np.minimum(abs(x), abs(y)) <= 0.3) & (np.maximum(abs(x), abs(y)) <= 1)
        case _:
            return (r <= 1) & (r >= 0.55)
