"""A plan to compile: one step function of a game, for so many replicas.

Numbers that may change while a GAN runs are inputs of the compiled step function, and most fields of a configuration
are no part of it at all: one that is not named below makes another plan, so that a new field is safe before it is
cheap."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Literal

import torch

from gancore.compiling.sources import digest
from gancore.config import FIELDS, RunConfig
from gancore.data.image_split import image_format
from gancore.methods.constraints import first_u
from gancore.methods.diff_augment import AUDIENCES, DRAWS
from gancore.methods.mad_gan import Generators, single
from gancore.methods.models import MODELS
from gancore.methods.optimizers import NetworkState
from gancore.networks.mlp import Net
from gancore.processor import processor
from gancore.step.moves import Hyperparameters, StepSpec
from gancore.step.updates import DDraws, Draws, GDraws
from gancore.training.random_streams import generator

__all__ = ["Arguments", "Plan", "StepFunctionName", "arguments", "canonical_config", "generated_shape", "plans_of"]

StepFunctionName = Literal["discriminator", "generator", "together"]

# What a step function is given as a tensor, or never sees.
_RATES = {f"{player}_{rate}" for player in "dg" for rate in ("lr", "beta1", "beta2", "epsilon", "momentum")}
_WEIGHTS = {"penalty_weight", "penalty_schedule", "penalty_steps", "clip", "consensus_weight", "average"}
_NOISE = {"noise", "noise_schedule", "noise_steps"}
_PACE = {"lr_schedule", "lr_steps"}
_DATA = {"modes", "side", "radius", "sigma", "points", "images", "features", "data_points", "latent"}
_COURSE = {"seed", "steps", "init", "d_steps", "updates", "freeze_at", "mixing", "beta", "classifier_steps"}
_GIVEN = _RATES | _PACE | _WEIGHTS | _NOISE | _DATA | _COURSE
_OF_IMAGES = {"image_side", "conditional", "architecture", "augment", "policy"}
_OF_POINTS = {"g_layers", "d_layers"}

Arguments = tuple[Hyperparameters, NetworkState, NetworkState, DDraws | GDraws | Draws]


@dataclass(frozen=True)
class Plan:
    """One step function for R replicas; `config` holds only what the step function's code depends on, everything else
    at its default."""

    function: StepFunctionName
    config: RunConfig
    replicas: int

    @classmethod
    def of(cls, function: StepFunctionName, game: RunConfig, replicas: int) -> Plan:
        """The plan of a step function in a game. Raises ValueError for fewer replicas than one."""
        if replicas < 1:
            raise ValueError(f"replicas is {replicas}; at least 1 is needed")
        values = {name: getattr(game, name) for name in _seen(function, game)}
        # AdaGAN trains one plain GAN after the other.
        if MODELS[game.model].in_turn:
            values["model"] = "gan"
        return cls(function, RunConfig(**values), replicas)

    @cached_property
    def key(self) -> str:
        """A name for the compiled step function: another one for another plan, torch, processor, or code that it is
        made of.

        The format of images belongs to it: tomorrow a folder may hold more classes. Raises ValueError where the images
        cannot be had.
        """
        images = image_format(self.config) if self.config.on_images else ()
        text = f"{self.function} {self.replicas} {self.config.to_json()} {images} {_surroundings()}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def _seen(function: StepFunctionName, game: RunConfig) -> set[str]:
    """Fields that this step function of this game looks at, or may."""
    unseen = set(_OF_POINTS if game.on_images else _OF_IMAGES | {"data"})
    if not MODELS[game.model].at_once:
        unseen.add("generators")
    if game.augment == "none":
        unseen.add("policy")
    if function == "discriminator":
        unseen |= {"g_optimizer", "unroll_steps"}
    if function == "generator" and not game.unroll_steps:
        unseen |= {"penalty", "d_optimizer"}
        if game.constraint == "clip":
            unseen.add("constraint")
    return FIELDS.keys() - _GIVEN - unseen


def plans_of(game: RunConfig, replicas: int) -> tuple[Plan, ...]:
    """All step functions that are taken in a game, the one taken most often first."""
    return tuple(Plan.of(function, game, replicas) for function in _functions(game))


def canonical_config(game: RunConfig) -> RunConfig:
    """The game with everything at its default that none of its plans depends on: one for all that compile alike."""
    seen = set[str]().union(*(_seen(function, game) for function in _functions(game)))
    if game.updates == "consensus":
        seen |= {"updates", "d_steps"}
    return RunConfig(**{name: getattr(game, name) for name in seen})


def _functions(game: RunConfig) -> tuple[StepFunctionName, ...]:
    if game.updates == "consensus":
        return ("together",) if game.d_steps == 1 else ("discriminator", "together")
    return "discriminator", "generator"


def generated_shape(plan: Plan) -> tuple[int, int, int]:
    """Shape of the points that the generators make in one step function, and of their instance noise: (R, kB, F),
    labels in F."""
    config = plan.config
    batch = config.batch_size * StepSpec.of(config).generators
    if not config.on_images:
        return plan.replicas, batch, 2
    channels, side, _ = image_format(config)
    return plan.replicas, batch, channels * side * side + _labels(config)


def _labels(config: RunConfig) -> int:
    """K, numbers that say the class of a point; 0 where the players are not told it."""
    return image_format(config)[2] if config.on_images and config.conditional == "yes" else 0


def arguments(plan: Plan) -> Arguments:
    """Numbers to try the step function on, of the shapes that it is called with: both players in the middle of a run,
    and random draws. Instance noise is always among them, for without any the step function is given zeros."""
    config, replicas = plan.config, plan.replicas
    source = torch.Generator().manual_seed(0)
    normal, uniform = partial(torch.randn, generator=source), partial(torch.rand, generator=source)
    spec = StepSpec.of(config)
    _, all_of, features = generated_shape(plan)
    real = normal(replicas, config.batch_size, features)
    latent = normal(replicas, all_of, config.latent_dim + _labels(config))
    noise = 0.1 * normal(replicas, all_of, features)
    mix = uniform(replicas, all_of, 1)
    uniforms = uniform(replicas, all_of, DRAWS) if config.on_images else None
    audience = AUDIENCES[config.augment]
    of_d = DDraws(real, latent, noise, uniforms if audience.fakes else None, mix)
    of_g = GDraws(latent, noise, uniforms if audience.own else None, (real, mix) if spec.unroll_steps else None)
    draws = {"discriminator": of_d, "generator": of_g, "together": Draws(of_d, of_g)}[plan.function]
    hyper = Hyperparameters.of(config, torch.device("cpu"))

    def player(net: Net | Generators, purpose: str) -> NetworkState:
        sources = [generator(seed, purpose) for seed in range(replicas)]
        params = net.init(config.init, sources)
        mean, square = 0.01 * normal(*params.shape), 0.01 + uniform(*params.shape)
        return NetworkState(
            params, mean, square, torch.tensor(10.0), first_u(single(net), sources), mean / square.sqrt()
        )

    return hyper, player(spec.g, "init_g"), player(spec.d, "init_d"), draws


# Taken with the import: what this process compiles is the code that it has imported, whatever the files hold by then.
_CODE = digest()


@lru_cache
def _surroundings() -> str:
    """All that decides, beside a plan, what is compiled: torch, the processor, the code that a step function is made
    of."""
    return f"{torch.__version__} {platform.machine()} {processor()} {_CODE}"
