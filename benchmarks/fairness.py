"""Whether two loops take the same steps: from the same weights, on the same numbers, to the same weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from gancore.config import RunConfig
from gancore.training.trainer import Trainer

# Several, so that a loop which takes more than one step in a call is compared in that call.
STEPS = 8

Make = Callable[[RunConfig, Sequence[int], str], Trainer]
Layers = Sequence[Tensor]


class Numbers(NamedTuple):
    """What R replicas draw for one step: real points (R, B, 2), latent vectors (R, B, Z), real points to unroll on."""

    real: Tensor
    latent_d: Tensor
    latent_g: Tensor
    ahead: Tensor | None


class Weights(NamedTuple):
    """Both networks: weight (R, in, out), bias (R, 1, out) of one layer after the other."""

    g: Layers
    d: Layers


class Follower(Protocol):
    """A loop that can be given its numbers."""

    def follow(self, numbers: Sequence[Numbers]) -> Weights:
        """The weights of all replicas, or only of the first ones, after one step on each of the numbers."""
        ...


def next_numbers(trainer: Trainer) -> Numbers:
    """Draws what the trainer's next step would, in its place."""
    ahead = trainer._real("real_ahead") if trainer.spec.unroll_steps else None
    return Numbers(trainer._real("real"), trainer._latent("latent_d"), trainer._latent("latent_g"), ahead)


def weights(trainer: Trainer) -> Weights:
    return Weights(trainer.spec.g.unpack(trainer.g.params), trainer.spec.d.unpack(trainer.d.params))


def assert_fair(
    config: RunConfig,
    peer: Callable[[Trainer], Follower],
    seeds: Sequence[int] = (0,),
    make: Make = Trainer,
    device: str = "cpu",
) -> None:
    """AssertionError unless `peer`, made from a trainer's first weights, takes the steps of the trainer made by `make`.

    Both learn from the numbers that the trainer's seeds draw. Steps are Adam's: the rates must be those of the config.
    """
    # A trainer of its own draws the numbers for the peer: the one that is compared draws its own, as it always does.
    trainer, twin = make(config, seeds, device), Trainer(config, seeds, device)
    theirs = peer(twin).follow([next_numbers(twin) for _ in range(STEPS)])
    trainer.advance(STEPS)
    ours = weights(trainer)
    for player, a, b, lr in (("G", ours.g, theirs.g, config.g_lr), ("D", ours.d, theirs.d, config.d_lr)):
        gaps = torch.cat([(x[: len(y)] - y).abs().flatten() for x, y in zip(a, b, strict=True)])
        # Adam makes a whole step of rounding where a gradient is next to 0: a few parameters may differ by that much.
        if not (gaps.mean() <= 0.01 * STEPS * lr and gaps.max() <= 2.5 * STEPS * lr):
            raise AssertionError(
                f"the two loops do not take the same steps: after {STEPS}, {player}'s weights are {gaps.mean():.2g} "
                f"apart on average and {gaps.max():.2g} at most"
            )
