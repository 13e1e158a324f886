"""The noise that a generator starts from."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from gancore.config import RunConfig

__all__ = ["LATENTS", "Latent", "draw_latent"]


class _Draw(Protocol):
    def __call__(self, *shape: int, generator: torch.Generator) -> Tensor: ...


class Latent(NamedTuple):
    """A distribution of latent numbers; most of them lie within ± reach."""

    draw: _Draw
    reach: float


def _uniform(*shape: int, generator: torch.Generator) -> Tensor:
    """In [-1, 1)."""
    return 2 * torch.rand(*shape, generator=generator) - 1


LATENTS: dict[str, Latent] = {"normal": Latent(torch.randn, 2.0), "uniform": Latent(_uniform, 1.0)}


def draw_latent(config: RunConfig, source: torch.Generator, *shape: int) -> Tensor:
    """Latent vectors (*shape, Z) of the config's distribution: standard normal, or uniform in [-1, 1)."""
    return LATENTS[config.latent].draw(*shape, config.latent_dim, generator=source)
