"""Constraints on the discriminator's weights: clipping and spectral normalisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import normalize

from gancore.networks.mlp import Net, in_rows

__all__ = ["CONSTRAINTS", "Constraint", "clip_weights", "first_u", "spectral_norm"]


def clip_weights(params: Tensor, bound: Tensor) -> Tensor:
    """Clips all parameters, biases too, to [-bound, bound]: Arjovsky, Chintala & Bottou 2017, algorithm 1."""
    return torch.clamp(params, -bound, bound)


def first_u(net: Net, generators: list[torch.Generator]) -> Tensor:
    """Random unit vectors to begin the power iteration with: one an output row of every layer, (R, Σ out)."""
    return torch.stack(
        [
            torch.cat([normalize(torch.randn(out, generator=generator), dim=0) for out in _outputs(net)])
            for generator in generators
        ]
    )


def spectral_norm(net: Net, params: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
    """Every weight matrix divided by its largest singular value (Miyato et al. 2018, eq. 8 and algorithm 1).

    One power iteration from `u`; returns parameters of the same shape, differentiable in `params` (W stays in the
    graph, the singular vectors do not), and the next `u`. The biases stay as they are. A convolution's weight is taken
    as the matrix (C·k·k, O), as theirs is.
    """
    layers = net.unpack(params)
    vectors = u.split(_outputs(net), dim=1)
    parts: list[Tensor] = []
    next_u: list[Tensor] = []
    for weight, bias, left in zip(layers[::2], layers[1::2], vectors, strict=True):
        with torch.no_grad():
            right = normalize((weight * left[:, None, :]).sum(2), dim=1)  # v = W u / ‖W u‖, (R, in)
            left = normalize((weight * right[:, :, None]).sum(1), dim=1)  # u = Wᵀ v / ‖Wᵀ v‖, (R, out)
        norm = (weight * right[:, :, None] * left[:, None, :]).sum((1, 2), keepdim=True)  # σ = vᵀ W u, (R, 1, 1)
        parts += [weight / norm, bias]
        next_u.append(left)
    return in_rows(parts), torch.cat(next_u, 1)


def _outputs(net: Net) -> list[int]:
    return [columns for _, columns in net.shapes[::2]]


class Constraint(NamedTuple):
    """A constraint on the weights, and when it is applied.

    seen: the weights with which D answers, from its own (R, P), and the next u; None: its own.
    held: where the weights (R, P) are put after a step, given the bound; None: where they are.
    """

    seen: Callable[[Net, Tensor, Tensor], tuple[Tensor, Tensor]] | None = None
    held: Callable[[Tensor, Tensor], Tensor] | None = None


CONSTRAINTS: dict[str, Constraint] = {
    "clip": Constraint(held=clip_weights),
    "spectral_norm": Constraint(seen=spectral_norm),
}
