"""Freezes the generator while a discriminator learns: Arjovsky & Bottou 2017, section 2.2.1 and figure 2.

Until step `freeze_at` the generator learns from the default discriminator in the default game, whatever the run itself
plays: all runs of one seed then hold bit-identical generators, and differ only in who judges them. At that step a fresh
discriminator takes over, in the run's own game. Each later step takes its k steps, and measures the generator's
loss and gradient without moving it, not even for a look ahead (`StepFunctions.frozen`).
"""

from __future__ import annotations

from gancore.config import FIELDS, RunConfig

# Steps in which a generator has seen as many real points as there would be in a data set of 12,800, at batch 128. The
# toy data have no end, so that an epoch is a choice; at another batch size it is as many steps all the same.
EPOCH = 100

# All that the generator would notice of another discriminator or of another game.
_DEFAULTS = {
    name: spec.default
    for name, spec in FIELDS.items()
    if spec.group in ("Loss", "Discriminator")
    or name in ("d_hidden", "d_layers", "d_activation", "pack")
    or name in ("d_steps", "unroll_steps", "updates", "noise", "noise_schedule", "noise_steps")
}


def is_frozen(config: RunConfig, step: int) -> bool:
    """Whether the generator stands still once `step` generator steps are taken."""
    return 0 < config.freeze_at <= step


def game_at(config: RunConfig, step: int) -> RunConfig:
    """The game that is played at a step: the config's own, but the default one until its generator is frozen."""
    if config.freeze_at == 0 or is_frozen(config, step):
        return config
    return config.changed(**_DEFAULTS)


def games_of(config: RunConfig) -> tuple[RunConfig, ...]:
    """All games that are played in a run, in their order."""
    return (game_at(config, 0), config) if config.freeze_at else (config,)
