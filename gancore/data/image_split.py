"""The images of one run: those that it may learn from, and those that it must not see."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from gancore.config import RunConfig
from gancore.data.images import Images, ImageSet, load_images, to_floats

__all__ = ["ImageData", "image_format", "image_set"]


def image_set(config: RunConfig, progress: Callable[[str, float], None] | None = None) -> ImageSet:
    """The set that a config names, at its side; `progress` hears what is fetched and the share of it that is here.

    Raises ValueError with a sentence where it cannot be had.
    """
    return load_images(config.data, config.pixels_a_side, progress=progress)


def image_format(config: RunConfig) -> tuple[int, int, int]:
    """Channels C, side H = W, and number of classes of a config's images."""
    found = image_set(config)
    return found.channels, found.side, len(found.classes)


class ImageData:
    """Training and held-out images as flat points of a device: (N, F) with F = C·H·W and values in [-1, 1].

    In a conditional run a point is (F + K,): the image, then its class as a one-hot vector.
    """

    def __init__(self, config: RunConfig, device: torch.device) -> None:
        self.images = image_set(config)
        self.n = min(config.images, len(self.images.train))
        self.labels = len(self.images.classes) if config.conditional == "yes" else 0
        self.channels, self.side = self.images.channels, self.images.side
        self.pixels = self.channels * self.side**2
        self._device = device
        self.train = self._points(self.images.train, self.n)
        self.held_out = self._points(self.images.held_out, len(self.images.held_out))

    def _points(self, part: Images, n: int) -> Tensor:
        points = torch.from_numpy(to_floats(part.pixels[:n])).flatten(1)
        if self.labels:
            points = torch.cat([points, one_hot(torch.from_numpy(part.labels[:n].copy()), self.labels).float()], 1)
        return points.to(self._device)

    def real(self, uniforms: Tensor) -> Tensor:
        """Training points, with replacement, by uniform numbers (R, B) in [0, 1): (R, B, F or F + K)."""
        return self.train[(uniforms * self.n).long()]

    def label(self, uniforms: Tensor) -> Tensor:
        """One-hot classes (…, K), as frequent as in training, by uniform numbers (…) in [0, 1)."""
        return self.train[(uniforms * self.n).long()][..., self.pixels :]
