"""The noise that a generator starts from."""

from __future__ import annotations

import torch
from torch import Tensor

from gancore.config import RunConfig


def draw_latent(config: RunConfig, source: torch.Generator, *shape: int) -> Tensor:
    """Latent vectors (*shape, Z): standard normal, or uniform in [-1, 1)."""
    if config.latent == "normal":
        return torch.randn(*shape, config.latent_dim, generator=source)
    return 2 * torch.rand(*shape, config.latent_dim, generator=source) - 1
