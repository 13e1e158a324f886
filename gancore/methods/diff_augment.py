"""Differentiable augmentation, Zhao et al. 2020: what D is shown is T(x), of real and generated images alike.

Each transformation is a pure function of images (…, C, H, W) in [-1, 1] and of its parameters, which are a number for
all images or a tensor (…) with one for each. None clips: values may leave [-1, 1], as in the authors' code. Gradients
flow through all of them, also second ones, and nothing is written in place. Leading axes are free: (N, C, H, W) for
one run, (R, N, C, H, W) for replicas. Images (N, C, H, W) in the memory format `torch.channels_last` stay in it.

Their randomness is apart: `diff_augment` draws `DRAWS` uniform numbers an image, and `augment` turns given ones into
parameters. Every transformation has its own places among them, so that another policy leaves the draws of those that
it keeps as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from gancore.data.images import refuse_channels_last

__all__ = [
    "AUDIENCES",
    "DRAWS",
    "POLICIES",
    "Audience",
    "augment",
    "brightness",
    "contrast",
    "cutout",
    "diff_augment",
    "parse_policy",
    "saturation",
    "translation",
]

DRAWS = 7  # uniform numbers an image: one for each of brightness, saturation, contrast, two for each of the others
SHIFT = 1 / 8  # of a side: how far translation goes at most, either way
HOLE = 1 / 2  # of a side: the length of cutout's square


class Audience(NamedTuple):
    """The places in which T(x) stands for x: D its real images, D its generated ones, and G its own, through T."""

    reals: bool
    fakes: bool
    own: bool


# The paper compares three ways to augment: the reals alone, all that D is shown in its own step, and both players.
AUDIENCES: dict[str, Audience] = {
    "none": Audience(reals=False, fakes=False, own=False),
    "reals_only": Audience(reals=True, fakes=False, own=False),
    "d_only": Audience(reals=True, fakes=True, own=False),
    "diffaugment": Audience(reals=True, fakes=True, own=True),
}


# ── By given parameters ───────────────────────────────────────────────────────────────────────────────────────────


def brightness(images: Tensor, shift: Tensor | float) -> Tensor:
    """Adds a number to all of an image; the paper draws it from U(-½, ½)."""
    return images + _each(shift, images)


def saturation(images: Tensor, factor: Tensor | float) -> Tensor:
    """Scales each pixel's colours about their mean over the channels, which stays; the paper draws from U(0, 2).

    0 makes the image grey, 1 leaves it, and grey images stay as they are. ValueError: the channels come last.
    """
    refuse_channels_last(images.shape)
    # m + (x - m) f with m the mean over the channels
    mean = images.mean(-3, keepdim=True)
    return mean + (images - mean) * _each(factor, images)


def contrast(images: Tensor, factor: Tensor | float) -> Tensor:
    """Scales an image about its mean over pixels and channels, which stays; the paper draws from U(½, 1½)."""
    # m + (x - m) f with m the mean over the image
    mean = images.mean((-3, -2, -1), keepdim=True)
    return mean + (images - mean) * _each(factor, images)


def translation(images: Tensor, down: Tensor | int, right: Tensor | int) -> Tensor:
    """Moves an image by whole pixels; what comes in from outside is 0, mid-grey.

    The paper draws both from -s to s with s an eighth of the side, rounded. ValueError: the channels come last.
    """
    refuse_channels_last(images.shape)
    height, width = images.shape[-2:]
    # y[i, j] = x[i - down, j - right]
    rows = torch.arange(height, device=images.device) - _whole(down, images)  # (…, H)
    columns = torch.arange(width, device=images.device) - _whole(right, images)  # (…, W)
    inner_rows, inner_columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
    outside = (rows != inner_rows)[..., :, None] | (columns != inner_columns)[..., None, :]
    place = inner_rows[..., :, None] * width + inner_columns[..., None, :]
    place = place.flatten(-2)[..., None, :].expand(*images.shape[:-2], height * width)
    moved = images.flatten(-2).gather(-1, place).unflatten(-1, (height, width))
    return _laid_out_as(images, moved.masked_fill(outside[..., None, :, :], 0))


def cutout(images: Tensor, row: Tensor | int, column: Tensor | int, *, share: float = HOLE) -> Tensor:
    """Sets a rectangle of `share` of either side to 0, mid-grey; the part that lies outside the image is lost.

    It covers rows `row` - h//2 to `row` - h//2 + h - 1 with h the height in pixels, and columns alike. The paper draws
    its middle from all of the image, the border included: 0 to H where h is even, to H - 1 where it is odd.
    ValueError: the channels come last.
    """
    refuse_channels_last(images.shape)
    height, width = images.shape[-2:]
    inside: list[Tensor] = []
    for side, at in ((height, row), (width, column)):
        length = _pixels(side, share)
        offset = torch.arange(side, device=images.device) - (_whole(at, images) - length // 2)
        inside.append((offset >= 0) & (offset < length))
    hole = (inside[0][..., :, None] & inside[1][..., None, :])[..., None, :, :]
    return _laid_out_as(images, images.masked_fill(hole, 0))


# ── At random ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _colour(images: Tensor, uniforms: Tensor) -> Tensor:
    images = brightness(images, uniforms[..., 0] - 0.5)
    images = saturation(images, 2 * uniforms[..., 1])
    return contrast(images, uniforms[..., 2] + 0.5)


def _translation(images: Tensor, uniforms: Tensor) -> Tensor:
    down, right = (
        _among(uniforms[..., place], 2 * most + 1) - most
        for place, most in ((3, _pixels(images.shape[-2], SHIFT)), (4, _pixels(images.shape[-1], SHIFT)))
    )
    return translation(images, down, right)


def _cutout(images: Tensor, uniforms: Tensor) -> Tensor:
    # An even square's middle is a corner of pixels: there is one more of them than pixels.
    row, column = (
        _among(uniforms[..., place], side + 1 - _pixels(side, HOLE) % 2)
        for place, side in ((5, images.shape[-2]), (6, images.shape[-1]))
    )
    return cutout(images, row, column)


POLICIES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "color": _colour,
    "translation": _translation,
    "cutout": _cutout,
}


def parse_policy(policy: str | Sequence[str] | None) -> tuple[str, ...]:
    """The names in a policy such as "color, translation,cutout", in its order; none for an empty one and for None.

    Raises ValueError for a name that there is not, and for one that comes twice.
    """
    if isinstance(policy, str):
        policy = policy.split(",") if policy.strip() else ()
    names = tuple(name.strip() for name in policy or ())
    for name in names:
        if name not in POLICIES:
            raise ValueError(f"policy has {name!r}; {', '.join(POLICIES)} are allowed, in any order")
    if len(set(names)) < len(names):
        raise ValueError(f"policy is {', '.join(names)}; each of {', '.join(POLICIES)} may come once")
    return names


def augment(images: Tensor, policy: str | Sequence[str] | None, uniforms: Tensor) -> Tensor:
    """T(x) of images (…, C, H, W) by given numbers (…, `DRAWS`) in [0, 1), in the order of the policy.

    An empty policy, or None, gives the images themselves. Raises ValueError for a wrong policy (`parse_policy`), for
    other shapes, for integers, and for channels that come last (`refuse_channels_last`).
    """
    names = parse_policy(policy)
    _check(images)
    if uniforms.shape != (*images.shape[:-3], DRAWS):
        raise ValueError(
            f"uniforms have shape {tuple(uniforms.shape)}; {(*images.shape[:-3], DRAWS)} is needed for images "
            f"of shape {tuple(images.shape)}"
        )
    for name in names:
        images = POLICIES[name](images, uniforms)
    return images


def diff_augment(
    images: Tensor,
    policy: str | Sequence[str] | None,
    generator: torch.Generator | Sequence[torch.Generator] | None = None,
) -> Tensor:
    """T(x), DiffAugment: images (N, C, H, W) in [-1, 1] under a fresh T each, drawn from the generator.

    color: brightness + U(-½, ½), saturation × U(0, 2), contrast × U(½, 1½); translation: up to an eighth of the side
    either way; cutout: a square of half the side. An empty policy, or None, gives the images themselves. Without a
    generator, or with None, the numbers come from torch's own for the CPU, which `torch.manual_seed` seeds. With R
    generators images are (R, N, C, H, W), and replica i is what it is alone with generator i. A generator may be on
    another device than the images. Raises ValueError as `augment`.
    """
    _check(images)
    count = images.shape[-4]
    if generator is None:
        generator = torch.default_generator
    if isinstance(generator, torch.Generator):
        if images.ndim != 4:
            raise ValueError(f"images have shape {tuple(images.shape)}; with one generator (N, C, H, W) is needed")
        return augment(images, policy, _draw(count, generator).to(images.device))
    if images.ndim != 5 or len(generator) != len(images):
        raise ValueError(
            f"images have shape {tuple(images.shape)}; with {len(generator)} generators "
            f"({len(generator)}, N, C, H, W) is needed"
        )
    return augment(images, policy, torch.stack([_draw(count, each) for each in generator]).to(images.device))


def _draw(count: int, generator: torch.Generator) -> Tensor:
    return torch.rand(count, DRAWS, generator=generator, device=generator.device, dtype=torch.float32)


def _check(images: Tensor) -> None:
    if images.ndim < 4 or not images.is_floating_point() or 0 in images.shape[-3:]:
        raise ValueError(f"images have shape {tuple(images.shape)} of {images.dtype}; (N, C, H, W) of floats is needed")
    refuse_channels_last(images.shape)


def _laid_out_as(images: Tensor, result: Tensor) -> Tensor:
    """The result in the memory format of images (N, C, H, W), which `gather` and `masked_fill` lose."""
    if images.ndim == 4 and not images.is_contiguous() and images.is_contiguous(memory_format=torch.channels_last):
        return result.contiguous(memory_format=torch.channels_last)
    return result


def _pixels(side: int, share: float) -> int:
    """A share of a side in whole pixels, rounded as the authors do: halves up."""
    return int(side * share + 0.5)


def _among(uniform: Tensor, count: int) -> Tensor:
    """Whole numbers 0 to count - 1, equally likely for uniform numbers in [0, 1)."""
    # Even of the number next to 1 the product does not round up to `count`.
    return (uniform * count).long()


def _each(value: Tensor | float, images: Tensor) -> Tensor | float:
    """Numbers (…) so that they meet images (…, C, H, W)."""
    return value.to(images)[..., None, None, None] if isinstance(value, Tensor) else value


def _whole(value: Tensor | int, images: Tensor) -> Tensor:
    """Whole numbers, one for each image: (…, 1)."""
    return torch.as_tensor(value, device=images.device).expand(images.shape[:-3])[..., None]
