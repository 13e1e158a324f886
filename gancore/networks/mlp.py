"""Networks with a leading replica axis, as pure functions of one flat parameter tensor: multilayer perceptrons.

All the weights of all layers of one replica lie in one row of a tensor (R, P): an optimiser then is a handful of
operations on that tensor, instead of a handful on every layer, and R networks train in one call.

Each weight and bias begins at a cache line of its row, and a row fills whole lines; the numbers in between are 0 and
stay 0. A matrix-product library may add up in another order by where an operand lies, and promises equal results only
for equally aligned operands: so laid, those of every replica are aligned as they would be alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}


# Numbers of 4 bytes in a cache line of 64.
LINE = 16


class Net(Protocol):
    """A network as a pure function of one flat row of parameters: what the game asks of a player.

    Its weights are matrices (in, out), each with a bias (1, out); of a convolution `in` counts the window, C·k·k.
    """

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Weight (in, out) and bias (1, out) of every layer, in the order in which they lie in a row."""
        ...

    @property
    def row_length(self) -> int:
        """P, the length of one replica's row: its parameters, and the zeros that fill the lines."""
        ...

    def unpack(self, flat: Tensor) -> list[Tensor]:
        """(R, P) -> [(R, in, out), (R, 1, out), …], views of the same memory."""
        ...

    def __call__(self, flat: Tensor, x: Tensor) -> Tensor:
        """Parameters (R, P) and inputs (R, B, F) -> outputs (R, B, F')."""
        ...

    def forward(self, layers: Sequence[Tensor], x: Tensor) -> Tensor:
        """The same from unpacked parameters."""
        ...

    def init(self, kind: str, generators: Sequence[torch.Generator]) -> Tensor:
        """First parameters (R, P), replica i drawn from generators[i] alone."""
        ...


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
    def row_length(self) -> int:
        """P, the length of one replica's row: its parameters, and the zeros that fill the lines."""
        return row_length(self.shapes)

    def unpack(self, flat: Tensor) -> list[Tensor]:
        """(R, P) -> [(R, in, out), (R, 1, out), …], views of the same memory."""
        return unpacked(flat, self.shapes)

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
        """First parameters (R, P), replica i drawn from generators[i] alone: `first_layer` has the kinds."""
        layers = list(zip(self.sizes[:-1], self.sizes[1:], strict=True))
        return torch.stack(
            [in_rows([part for i, o in layers for part in first_layer(kind, i, o, o, each)]) for each in generators]
        )


def unpacked(flat: Tensor, shapes: Sequence[tuple[int, int]]) -> list[Tensor]:
    """Rows (R, P) of matrices, each at the beginning of a line -> [(R, rows, columns), …], views of the same memory."""
    parts = flat.split([_lines(shape) for shape in shapes], dim=1)
    return [part[:, : math.prod(shape)].view(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]


def in_rows(layers: Sequence[Tensor]) -> Tensor:
    """Matrices (…, rows, columns) -> rows (…, P) in which each begins at a line: the way back from `unpacked`."""
    flat = [layer.flatten(-2) for layer in layers]
    return torch.cat([F.pad(each, (0, -each.shape[-1] % LINE)) for each in flat], -1)


def row_length(shapes: Sequence[tuple[int, int]]) -> int:
    """P, the length of a row of matrices of these shapes, each in whole lines."""
    return sum(map(_lines, shapes))


def _lines(shape: tuple[int, int]) -> int:
    """The length of a matrix in whole lines."""
    return math.ceil(math.prod(shape) / LINE) * LINE


def first_layer(
    kind: str, inputs: int, outputs: int, fan_out: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """First weight (inputs, outputs) of one layer, and its bias (1, outputs).

    uniform     weights and biases U(±1/√in), as torch.nn.Linear and torch.nn.Conv2d draw them
    xavier      weights U(±√(6/(in+fan_out))), biases 0 (Glorot & Bengio 2010)
    orthogonal  orthogonal weights times 0.8, biases 0; the unrolled authors' notebook has 1.4

    `inputs` of a convolution is C·k·k, its fan-in, and fan_out O·k·k; of a linear layer fan_out is `outputs`.
    """
    if kind == "uniform":
        bound = 1 / math.sqrt(inputs)
        return _uniform((inputs, outputs), bound, generator), _uniform((1, outputs), bound, generator)
    if kind == "xavier":
        weight = _uniform((inputs, outputs), math.sqrt(6 / (inputs + fan_out)), generator)
    elif kind == "orthogonal":
        weight = torch.empty(inputs, outputs)
        torch.nn.init.orthogonal_(weight, gain=0.8, generator=generator)
    else:
        raise ValueError(f"init is {kind!r}; allowed are uniform, xavier, orthogonal")
    return weight, torch.zeros(1, outputs)


def _uniform(shape: tuple[int, ...], bound: float, generator: torch.Generator) -> Tensor:
    return (2 * torch.rand(shape, generator=generator) - 1) * bound
