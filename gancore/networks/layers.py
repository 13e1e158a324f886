"""The layers of the convolutional networks in plain numbers: what they are made of is known without torch."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

_SEED_SIDE = 4  # G's first picture is at least as wide


class Layer(NamedTuple):
    """A convolution with a k×k window, or, with k = 1 on vectors, a linear layer."""

    inputs: int
    outputs: int
    kernel: int = 1


def generator_channels(side: int, width: int) -> list[int]:
    """Channels of G's pictures, from the first up to the whole side; each has twice the side of the one before."""
    stages = (side // _SEED_SIDE).bit_length()
    return [width * min(2**halvings, 4) for halvings in reversed(range(stages))]


def generator_layers(architecture: str, channels: int, side: int, width: int, inputs: int) -> tuple[Layer, ...]:
    """G's layers in the order in which they lie in a row."""
    each = generator_channels(side, width)
    layers = [Layer(inputs, each[0] * (side >> (len(each) - 1)) ** 2)]
    for i, o in pairwise(each):
        layers += [Layer(i, o, 3)] if architecture == "dcgan" else [Layer(i, o), Layer(i, o, 3), Layer(o, o, 3)]
    return (*layers, Layer(each[-1], channels, 3))


def discriminator_channels(architecture: str, channels: int, side: int, width: int) -> list[int]:
    """Channels of D's pictures, before the first halving of the side and after every one."""
    halvings = max(2, side.bit_length() - 3)
    widths = [width * min(2**i, 4) for i in range(halvings + 1)]
    return [channels, *widths[:-1]] if architecture == "dcgan" else widths


def discriminator_layers(architecture: str, channels: int, side: int, width: int, classes: int) -> tuple[Layer, ...]:
    """D's layers in the order in which they lie in a row."""
    each = discriminator_channels(architecture, channels, side, width)
    layers = [] if architecture == "dcgan" else [Layer(channels, each[0], 3)]
    for i, o in pairwise(each):
        layers += [Layer(i, o, 4)] if architecture == "dcgan" else [Layer(i, o), Layer(i, i, 3), Layer(i, o, 3)]
    left = each[-1] * (side >> (len(each) - 1)) ** 2  # φ's numbers, of an image before the linear layer
    layers.append(Layer(left, 1))
    return (*layers, Layer(left, classes)) if classes else tuple(layers)
