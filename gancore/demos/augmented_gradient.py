"""The gradient through differentiable augmentation: one image, one T set by hand, and ∂s(T(x))/∂x.

s is the logit of the simplest discriminator, one linear layer: s(y) = Σ w·y with w the image itself, less its mean. Its
own gradient is w at every y, so that what comes back, J_Tᵀ w, differs from w by what T does and by nothing else. The
scale is that of w: its largest pixel, summed over the channels, is 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from gancore.bounds import Bound
from gancore.data.images import channels_last, load_images, to_floats, to_pixels

if TYPE_CHECKING:
    from torch import Tensor

# Places in the training sets; an image's name is "set-place".
PICTURES = {"shapes": (5, 7, 13, 10, 16, 19), "digits": (2, 3, 4, 5, 13, 18)}
IMAGES = tuple(f"{name}-{place}" for name, places in PICTURES.items() for place in places)

# How far each number goes: as far as the paper draws it. Lengths are shares of the side.
BOUNDS = {
    "brightness": Bound(-0.5, 0.5),
    "saturation": Bound(0.0, 2.0),
    "contrast": Bound(0.5, 1.5),
    "down": Bound(-1 / 8, 1 / 8),
    "right": Bound(-1 / 8, 1 / 8),
    "row": Bound(0.0, 1.0),
    "column": Bound(0.0, 1.0),
}


@dataclass(frozen=True)
class Augmenting:
    """An image and the T that it is seen under; as it stands here T does nothing.

    down, right: translation in shares of the side; row, column: the middle of cutout's square, likewise.
    """

    image: str = IMAGES[0]
    brightness: float = 0.0
    saturation: float = 1.0
    contrast: float = 1.0
    down: float = 0.0
    right: float = 0.0
    cutout: bool = False
    row: float = 0.5
    column: float = 0.5

    def __post_init__(self) -> None:
        if self.image not in IMAGES:
            raise ValueError(f"image is {self.image!r}; allowed are {', '.join(IMAGES)}")
        for name, bound in BOUNDS.items():
            if not bound.allows(value := getattr(self, name)):
                raise ValueError(f"{name} is {value!r}; allowed is {bound}")
        if not isinstance(cast(object, self.cutout), bool):
            raise ValueError(f"cutout is {self.cutout!r}; allowed are True and False")

    def shift(self, side: int) -> tuple[int, int]:
        """Whole pixels down and to the right."""
        return _pixels(self.down, side), _pixels(self.right, side)

    def hole(self, side: int) -> tuple[int, int] | None:
        """Row and column of the middle of cutout's square, None without it."""
        return (_pixels(self.row, side), _pixels(self.column, side)) if self.cutout else None


def augmented_gradient(settings: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """T(x), and what comes back through T, by the fields of an `Augmenting`; for H × H images of C channels.

    Meta data: image, side, channels; shift and hole in pixels; `largest`, the gradient's largest pixel; `lost` and
    `covered`, the shares of pixels that translation and cutout take away, and `unseen`, that of both together; `leak`,
    what comes back to an unseen pixel all the same: D sees it in the mean about which contrast scales.
    Arrays: augmented (H, H, C) u1, clipped to what can be shown; gradient (H, H) f4, Σ over channels of |∂s/∂x|;
    seen (H, H) u1, 0 where the pixel is unseen; shapes and digits (·, H, H, C) u1, all images there are to choose from.

    Raises ValueError for an unknown field and a wrong value.
    """
    import torch

    from gancore.methods.diff_augment import brightness, contrast, cutout, saturation, translation

    if unknown := [name for name in settings if name not in Augmenting.__dataclass_fields__]:
        raise ValueError(f"unknown settings: {', '.join(unknown)}; allowed are {', '.join(asdict(Augmenting()))}")
    chosen = Augmenting(**settings)
    pictures = _pictures()
    name, _, _ = chosen.image.partition("-")
    place = [each for each in IMAGES if each.startswith(f"{name}-")].index(chosen.image)
    x = torch.from_numpy(to_floats(pictures[name][place])).permute(2, 0, 1)[None].requires_grad_()  # (1, C, H, H)
    side = x.shape[-1]
    shift, hole = chosen.shift(side), chosen.hole(side)

    coloured = saturation(brightness(x, chosen.brightness), chosen.saturation)
    contrasted = contrast(coloured, chosen.contrast)
    moved = translation(contrasted, *shift)
    shown = cutout(moved, *hole) if hole is not None else moved

    # s(y) = Σ w·y
    w = x.detach() - x.detach().mean()
    w = w / w.abs().sum(1).max()
    (gradient,) = torch.autograd.grad((w * shown).sum(), x, retain_graph=True)
    size = gradient.abs().sum((0, 1))  # (H, H)
    seen = _reached(shown, contrasted)
    meta: dict[str, Any] = {
        "image": chosen.image,
        "side": side,
        "channels": x.shape[1],
        "shift": list(shift),
        "hole": None if hole is None else list(hole),
        "largest": float(size.max()),
        "lost": _share(~_reached(moved, contrasted)),
        "covered": _share(~_reached(shown, moved)) if hole is not None else 0.0,
        "unseen": _share(~seen),
        "leak": 0.0 if seen.all() else float(size[~seen].max()),
    }
    arrays: dict[str, NDArray[Any]] = {
        "augmented": to_pixels(shown.detach()[0].permute(1, 2, 0).numpy()),
        "gradient": size.numpy(),
        "seen": seen.to(torch.uint8).numpy(),
        **pictures,
    }
    return meta, arrays


def _reached(after: Tensor, before: Tensor) -> Tensor:
    """Mask of the pixels of `before` that `after` depends on, where it only moves or covers them: (H, H)."""
    import torch

    (reached,) = torch.autograd.grad(after.sum(), before, retain_graph=True)
    return (reached != 0).any(1)[0]


def _share(these: Tensor) -> float:
    return float(these.float().mean())


def _pixels(share: float, side: int) -> int:
    """A share of a side in whole pixels, halves up."""
    return math.floor(share * side + 0.5)


@cache
def _pictures() -> dict[str, NDArray[np.uint8]]:
    return {name: channels_last(load_images(name).train.pixels[list(places)]) for name, places in PICTURES.items()}
