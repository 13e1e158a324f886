"""Settings that are allowed and run, and do not do what somebody who chose them may expect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gancore.config.run_config import RunConfig

LONG_UNROLLING = 10  # steps ahead; the unrolled authors look 5 or 10
FEW_GROUPS = 8  # packed samples of each kind in a step; fewer give a gradient of mostly noise

_UNBOUNDED = (
    "Nothing bounds the slope of this Wasserstein critic: its scores can grow without end, and measure no distance. A "
    "gradient penalty, weight clipping or spectral normalisation bounds it."
)
_NO_PENALTY = "The penalty's weight is 0: it is this GAN without a penalty."
_BOUNDED_TWICE = "The constraint and the gradient penalty both bound the discriminator's slope; one of them is enough."
_NOTHING_LEARNT = "The {player}'s learning rate is 0: it learns nothing."
_RATES_END = "Both learning rates are 0 from step {end:,} on: in the {rest:,} steps after it neither player learns."
_NOTHING_SHRINKS = "There is no instance noise, so nothing shrinks: its standard deviation σ is 0."
_FREEZES_LATE = "The run ends at step {steps:,}, before its generator would be frozen at {freeze_at:,}."
_NO_CONSENSUS = "The consensus weight is 0: these are simultaneous updates."
_ONE_OF_SEVERAL = "MAD-GAN with one generator plays the game of the usual GAN."
_FAR_AHEAD = (
    "Each generator step goes through {unroll_steps} discriminator steps and their derivatives, and the run slows down "
    "by about as much; 5 to {most} are usual."
)
_FEW_GROUPS = (
    "Packed by {pack}, a batch of {batch_size} is only {groups} judgements of each kind a step, and their gradient is "
    "noisy. A larger batch helps."
)
_LINEAR_G = "Without a hidden layer the generator is linear: it can stretch and turn the noise, and draw one cloud."
_LINEAR_D = "Without a hidden layer the discriminator is linear: it draws one straight line, and no shape behind it."


class Caution(NamedTuple):
    """A sentence about a config that runs, and the field whose control it stands beside."""

    field: str
    sentence: str


def cautions(config: RunConfig) -> list[Caution]:
    """Sentences about what in a config is senseless, though it is allowed; each field has one at most."""
    return list(_cautions(config))


def _cautions(config: RunConfig) -> Iterator[Caution]:
    no_penalty = config.penalty == "none" or config.penalty_weight == 0
    if config.loss == "wasserstein" and no_penalty and config.constraint == "none":
        yield Caution("penalty", _UNBOUNDED)
    if config.penalty != "none" and config.penalty_weight == 0:
        yield Caution("penalty_weight", _NO_PENALTY)
    if config.penalty == "gradient_penalty" and not no_penalty and config.constraint != "none":
        yield Caution("constraint", _BOUNDED_TWICE)
    if config.updates == "consensus" and config.consensus_weight == 0:
        yield Caution("consensus_weight", _NO_CONSENSUS)
    yield from _of_rates(config)
    if config.noise == 0 and config.noise_schedule != "constant":
        yield Caution("noise_schedule", _NOTHING_SHRINKS)
    if config.freeze_at >= config.steps:
        yield Caution("freeze_at", _FREEZES_LATE.format(steps=config.steps, freeze_at=config.freeze_at))
    if config.unroll_steps > LONG_UNROLLING:
        yield Caution("unroll_steps", _FAR_AHEAD.format(unroll_steps=config.unroll_steps, most=LONG_UNROLLING))
    groups = config.batch_size // config.pack
    if config.pack > 1 and groups < FEW_GROUPS:
        yield Caution("pack", _FEW_GROUPS.format(pack=config.pack, batch_size=config.batch_size, groups=groups))
    if config.model == "mad_gan" and config.generators == 1:
        yield Caution("generators", _ONE_OF_SEVERAL)
    if not config.on_images and config.g_layers == 0:
        yield Caution("g_layers", _LINEAR_G)
    if not config.on_images and config.d_layers == 0:
        yield Caution("d_layers", _LINEAR_D)


def _of_rates(config: RunConfig) -> Iterator[Caution]:
    for player, name, rate in (("discriminator", "d_lr", config.d_lr), ("generator", "g_lr", config.g_lr)):
        if rate == 0:
            yield Caution(name, _NOTHING_LEARNT.format(player=player))
    # AdaGAN begins its schedule anew for each of its generators.
    ends = config.lr_schedule in ("linear", "cosine") and config.model != "adagan"
    if ends and config.lr_steps < config.steps:
        yield Caution("lr_steps", _RATES_END.format(end=config.lr_steps, rest=config.steps - config.lr_steps))
