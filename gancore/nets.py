"""Multilayer perceptrons with a leading replica axis, as pure functions of one flat parameter tensor.

All the weights of all layers of one replica lie in one row of a tensor (R, P): an optimiser then is a handful of
operations on that tensor, instead of a handful on every layer, and R networks train in one call.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}


@dataclass(frozen=True)
class MLP:
    """Layers of the given sizes, e.g. (2, 64, 64, 1), with an activation between them and none at the end."""

    sizes: tuple[int, ...]
    activation: str = "relu"

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Weight (in, out) and bias (1, out) of every layer, in the order in which they lie in a row."""
        return [shape for i, o in zip(self.sizes[:-1], self.sizes[1:], strict=True) for shape in ((i, o), (1, o))]

    @property
    def parameters(self) -> int:
        """P, the number of parameters of one replica."""
        return sum(rows * columns for rows, columns in self.shapes)

    def unpack(self, flat: Tensor) -> list[Tensor]:
        """(R, P) -> [(R, in, out), (R, 1, out), …], views of the same memory."""
        parts = flat.split([rows * columns for rows, columns in self.shapes], dim=1)
        return [part.view(-1, *shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def __call__(self, flat: Tensor, x: Tensor) -> Tensor:
        """Parameters (R, P) and inputs (R, B, in) -> outputs (R, B, out)."""
        return self.forward(self.unpack(flat), x)

    def forward(self, layers: Sequence[Tensor], x: Tensor) -> Tensor:
        """The same from unpacked parameters."""
        act = ACTIVATIONS[self.activation]
        last = len(layers) - 2
        for i in range(0, len(layers), 2):
            weight, bias = layers[i], layers[i + 1]
            # b + x W. The matrix products of one replica and of several add up a single row or column in different
            # orders, and a game that is chaotic makes another run of it; written out, they agree to the last bit.
            if weight.shape[2] == 1:
                x = (x * weight.transpose(1, 2)).sum(-1, keepdim=True) + bias
            elif weight.shape[1] == 1:
                x = torch.addcmul(bias, x, weight)
            else:
                x = torch.baddbmm(bias, x, weight)
            if i < last:
                x = act(x)
        return x

    def init(self, kind: str, generators: Sequence[torch.Generator]) -> Tensor:
        """First parameters (R, P), replica i drawn from generators[i] alone.

        uniform     weights and biases U(±1/√in), as torch.nn.Linear draws them
        xavier      weights U(±√(6/(in+out))), biases 0 (Glorot & Bengio 2010, eq. 16)
        orthogonal  orthogonal weights times 0.8, biases 0, as in the unrolled authors' notebook
        """
        return torch.stack([self._init_one(kind, generator) for generator in generators])

    def _init_one(self, kind: str, generator: torch.Generator) -> Tensor:
        parts: list[Tensor] = []
        for i, o in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            if kind == "uniform":
                parts += [_uniform((i * o,), 1 / math.sqrt(i), generator), _uniform((o,), 1 / math.sqrt(i), generator)]
            elif kind == "xavier":
                parts += [_uniform((i * o,), math.sqrt(6 / (i + o)), generator), torch.zeros(o)]
            elif kind == "orthogonal":
                weight = torch.empty(i, o)
                torch.nn.init.orthogonal_(weight, gain=0.8, generator=generator)
                parts += [weight.flatten(), torch.zeros(o)]
            else:
                raise ValueError(f"init is {kind!r}; allowed are uniform, xavier, orthogonal")
        return torch.cat(parts)


def _uniform(shape: tuple[int, ...], bound: float, generator: torch.Generator) -> Tensor:
    return (2 * torch.rand(shape, generator=generator) - 1) * bound
