"""Small convolutional networks for images with a leading replica axis, as pure functions of one flat parameter tensor.

An image is a flat point: F = C·H·W numbers in [-1, 1], channel by channel. With K classes a point is the image and then
its class as a one-hot vector, F+K numbers, and so is a latent vector, Z+K.

There is no batch normalisation: D's logit is a function of one image alone. With it, a gradient penalty would mix the
images of a batch (Gulrajani et al. 2017, section 4), and the logit of a training image would hang on its company.

Weights lie as matrices (C·k·k, O), the transpose of what torch.nn.Conv2d flattens to. Replicas take turns: one
replica's convolutions fill a core, and each replica is then what it would be alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property, lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from gancore.networks.layers import (
    Layer,
    discriminator_channels,
    discriminator_layers,
    generator_channels,
    generator_layers,
)
from gancore.networks.mlp import ACTIVATIONS, first_layer, in_rows, row_length, unpacked

__all__ = ["ARCHITECTURES", "SIDES", "ConvDiscriminator", "ConvGenerator"]

ARCHITECTURES = ("dcgan", "residual")
SIDES = (8, 16, 24, 32)
# Up to so many pairs of pixels (4×4 to 2×2) or entries of the matrix, a CPU multiplies faster than it convolves.
_FEW, _SMALL = 64, 2**15


@dataclass(frozen=True)
class _ConvNet:
    architecture: str
    channels: int
    side: int
    width: int

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES:
            raise ValueError(f"architecture is {self.architecture!r}; allowed are {', '.join(ARCHITECTURES)}")
        if self.side not in SIDES:
            raise ValueError(f"side is {self.side}; allowed are {', '.join(map(str, SIDES))}")
        for name in ("channels", "width"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; at least 1 is needed")

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers in the order in which they lie in a row."""
        raise NotImplementedError

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Weight (C·k·k, O) and bias (1, O) of every layer, in the order in which they lie in a row."""
        return [shape for i, o, k in self.layers for shape in ((i * k * k, o), (1, o))]

    @property
    def row_length(self) -> int:
        """P, the length of one replica's row: its parameters, and the zeros that fill the lines."""
        return row_length(self.shapes)

    @property
    def features(self) -> int:
        """F, the numbers of one image."""
        return self.channels * self.side**2

    def unpack(self, flat: Tensor) -> list[Tensor]:
        """(R, P) -> [(R, C·k·k, O), (R, 1, O), …], views of the same memory."""
        return unpacked(flat, self.shapes)

    def __call__(self, flat: Tensor, x: Tensor) -> Tensor:
        """Parameters (R, P) and inputs (R or 1, B, in) -> outputs (R, B, out)."""
        return self.forward(self.unpack(flat), x)

    def forward(self, layers: Sequence[Tensor], x: Tensor) -> Tensor:
        """The same from unpacked parameters. On CUDA float32 is computed in bfloat16."""
        x = x.expand(len(layers[0]), -1, -1)
        # Each replica's parts by unbinding, whose gradient is one stack; an index would add up R tensors, nearly all 0.
        replicas = zip(*(layer.unbind() for layer in layers), strict=True)
        with _precision(x):
            outputs = [
                self._one(_Weights(self.layers, parts), each) for parts, each in zip(replicas, x.unbind(), strict=True)
            ]
        return torch.stack(outputs)

    def init(self, kind: str, generators: Sequence[torch.Generator]) -> Tensor:
        """First parameters (R, P), replica i drawn from generators[i] alone: `first_layer` has the kinds."""
        return torch.stack(
            [
                in_rows([part for i, o, k in self.layers for part in first_layer(kind, i * k * k, o, o * k * k, each)])
                for each in generators
            ]
        )

    def _one(self, weights: _Weights, x: Tensor) -> Tensor:
        """One replica's outputs (B, out) for its inputs (B, in)."""
        raise NotImplementedError

    def _expect(self, x: Tensor, numbers: int) -> None:
        if x.shape[-1] != numbers:
            raise ValueError(f"x has {x.shape[-1]} numbers a sample; {numbers} are needed")


class _Weights:
    """One replica's layers, taken one after another."""

    def __init__(self, layers: Sequence[Layer], parts: Sequence[Tensor]) -> None:
        self._next = zip(layers, parts[::2], parts[1::2], strict=True)

    def linear(self, x: Tensor) -> Tensor:
        """(B, in) -> (B, out)."""
        _, weight, bias = next(self._next)
        # A product with one column is added up in another order by what lies beside it in memory.
        return (x * weight.T).sum(-1, keepdim=True) + bias if weight.shape[1] == 1 else torch.addmm(bias, x, weight)

    def convolve(self, kind: str, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, O, H', W'), by one of `_CONVOLUTIONS`."""
        (inputs, outputs, k), weight, bias = next(self._next)
        by_window = weight.view(inputs, k * k, outputs)
        if x.device.type == "cpu":
            maps = _maps(kind, x.shape[-1], k, x.dtype)  # (HW·H'W', k·k)
            if len(maps) <= _FEW or len(maps) * inputs * outputs <= _SMALL:
                # Of few pixels all windows are one matrix product, (B, C·HW) (C·HW, H'W'·O), and twice as fast.
                dense = torch.matmul(maps, by_window).view(x[0].numel(), -1)
                y = torch.matmul(x.flatten(1), dense).view(len(x), -1, outputs) + bias
                side = math.isqrt(y.shape[1])
                return y.mT.reshape(len(x), outputs, side, side)
        return _CONVOLUTIONS[kind](x, by_window, bias.flatten())


def _same(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """A convolution that keeps the side, its window 1×1 or 3×3."""
    k = math.isqrt(weight.shape[1])
    return F.conv2d(x, _laid(weight.permute(2, 0, 1).unflatten(2, (k, k))), bias, padding=k // 2)


def _halving(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """DCGAN's: a 4×4 window that moves by 2."""
    return F.conv2d(x, _laid(weight.permute(2, 0, 1).unflatten(2, (4, 4))), bias, stride=2, padding=1)


def _pooled(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """A 3×3 convolution, then average pooling by 2: as one 4×4 convolution that moves by 2, at 4/9 of the products."""
    kernel = torch.matmul(weight.permute(2, 0, 1), _spread(x.device, x.dtype) / 4).unflatten(2, (4, 4))
    return F.conv2d(x, _laid(kernel), bias, stride=2, padding=1)


def _enlarged(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Nearest-neighbour upsampling by 2, then a 3×3 convolution: as one transposed 4×4 convolution that moves by 2."""
    kernel = torch.matmul(weight.mT, _spread(x.device, x.dtype).flip(0)).unflatten(2, (4, 4))
    return F.conv_transpose2d(x, _laid(kernel), bias, stride=2, padding=1)


_CONVOLUTIONS: dict[str, Callable[[Tensor, Tensor, Tensor | None], Tensor]] = {
    "same": _same,
    "halving": _halving,
    "pooled": _pooled,
    "enlarged": _enlarged,
}


@lru_cache(maxsize=16)
def _spread(device: torch.device, dtype: torch.dtype) -> Tensor:
    """(9, 16): a 3×3 window over 2×2 blocks of equal pixels as a 4×4 one, K[i, j] = Σ_{a, b ∈ {0, 1}} k[i-a, j-b]."""
    each = torch.tensor([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]], dtype=dtype, device=device)
    return torch.kron(each, each)


@lru_cache(maxsize=64)
def _maps(kind: str, side: int, k: int, dtype: torch.dtype) -> Tensor:
    """(HW·H'W', k·k): how each pixel of the result depends on each pixel of a picture, for each place of the window."""
    with torch.no_grad():
        pixels = torch.eye(side * side, dtype=dtype).view(-1, 1, side, side)
        places = torch.eye(k * k, dtype=dtype)[None]  # a layer of one input and k·k outputs
        return _CONVOLUTIONS[kind](pixels, places, None).flatten(2).mT.reshape(-1, k * k)


def _laid(x: Tensor) -> Tensor:
    """Pictures or windows, channels last in memory: as CUDA wants it for bfloat16, and faster on a CPU too."""
    return x.contiguous(memory_format=torch.channels_last)


def _precision(x: Tensor) -> AbstractContextManager[object]:
    # Nothing is used twice in a forward pass, and a cache would be captured in a CUDA graph.
    if x.is_cuda and x.dtype == torch.float32:
        return torch.autocast("cuda", torch.bfloat16, cache_enabled=False)
    return nullcontext()


def _blend(shortcut: Tensor, branch: Tensor) -> Tensor:
    # The sum of two independent maps of equal variance, and no normalisation to bring it back (Karras et al. 2020).
    return (shortcut + branch) * math.sqrt(0.5)


@dataclass(frozen=True)
class ConvGenerator(_ConvNet):
    """Latent vectors (R, B, Z+K) to images (R, B, F+K) in [-1, 1]: the label is passed through behind the image.

    A linear layer makes a picture of 4×4 (6×6 where the image is 24×24); each stage doubles its side by
    nearest-neighbour upsampling before a 3×3 convolution (no transposed convolution's chequerboard; Odena et al. 2016);
    tanh ends. `width` is the number of channels of the widest picture, doubled with every halving of the side, up to
    four times `width`.

    dcgan     one convolution a stage and one to the colours (after Radford et al. 2016, without normalisation)
    residual  two convolutions a stage beside a 1×1 shortcut (after Miyato et al. 2018, without batch normalisation)
    """

    latent_dim: int
    classes: int = 0
    activation: str = "relu"

    @cached_property
    def _channels(self) -> list[int]:
        """Channels of the pictures, from the first up to the whole side."""
        return generator_channels(self.side, self.width)

    @cached_property
    def _first_side(self) -> int:
        """Side of the first picture: 4, at 24 pixels 6."""
        return self.side >> (len(self._channels) - 1)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers in the order in which they lie in a row."""
        inputs = self.latent_dim + self.classes
        return generator_layers(self.architecture, self.channels, self.side, self.width, inputs)

    def _one(self, weights: _Weights, x: Tensor) -> Tensor:
        self._expect(x, self.latent_dim + self.classes)
        act = ACTIVATIONS[self.activation]
        h = _laid(weights.linear(x).view(len(x), -1, self._first_side, self._first_side))
        for _ in self._channels[1:]:
            if self.architecture == "dcgan":
                h = weights.convolve("enlarged", act(h))
            else:
                # The 1×1 convolution before the enlargement, which it commutes with, has a quarter of the pixels.
                shortcut = F.interpolate(weights.convolve("same", h), scale_factor=2.0, mode="nearest")
                h = _blend(shortcut, weights.convolve("same", act(weights.convolve("enlarged", act(h)))))
        images = torch.tanh(weights.convolve("same", act(h)).to(x.dtype)).flatten(1)
        return torch.cat([images, x[:, self.latent_dim :]], 1) if self.classes else images


@dataclass(frozen=True)
class ConvDiscriminator(_ConvNet):
    """Images (R, B, F+K) to logits (R, B, 1); m packed images are one of m times the channels.

    Each stage halves the side, down to 4×4 (2×2 where the image is 8×8, 6×6 where it is 24×24); a linear layer over all
    that is left gives the logit. `width` is the number of channels of the widest picture, doubled with every halving,
    up to four times.

    dcgan     one 4×4 convolution that moves by 2 a stage (after Radford et al. 2016, without normalisation)
    residual  a 3×3 convolution, then two a stage beside a 1×1 shortcut, and average pooling (after Miyato et al. 2018,
              with a linear layer over the pixels in place of their sum)

    With classes it is the projection discriminator: s = ψ(φ(x)) + yᵀ V φ(x) (Miyato & Koyama 2018), here with a
    bias for each class too. The label y is not differentiated: ∇ₓ s is the image's alone, and 0 at the label.
    """

    classes: int = 0
    activation: str = "leaky_relu"

    @cached_property
    def _channels(self) -> list[int]:
        """Channels of the pictures, before the first halving and after every one."""
        return discriminator_channels(self.architecture, self.channels, self.side, self.width)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers in the order in which they lie in a row."""
        return discriminator_layers(self.architecture, self.channels, self.side, self.width, self.classes)

    def _one(self, weights: _Weights, x: Tensor) -> Tensor:
        self._expect(x, self.features + self.classes)
        act = ACTIVATIONS[self.activation]
        h = _laid(x[:, : self.features].reshape(-1, self.channels, self.side, self.side))
        if self.architecture == "residual":
            h = weights.convolve("same", h)
        for _ in self._channels[1:]:
            if self.architecture == "dcgan":
                h = act(weights.convolve("halving", h))
            else:
                # The 1×1 convolution after the pooling, which it commutes with, has a quarter of the pixels.
                shortcut = weights.convolve("same", F.avg_pool2d(h, 2))
                h = _blend(shortcut, weights.convolve("pooled", act(weights.convolve("same", act(h)))))
        phi = (h if self.architecture == "dcgan" else act(h)).flatten(1)
        logit = weights.linear(phi)
        if self.classes:
            label = x[:, self.features :].detach()
            logit = logit + (label * weights.linear(phi)).sum(1, keepdim=True)
        return logit
