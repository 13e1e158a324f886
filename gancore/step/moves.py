"""One move of each player, as pure functions: the step that every trainer, remedy and benchmark shares.

Shapes are static, nothing is read back from the device and no branch depends on a value: the same functions run
eagerly, compiled, or inside a CUDA graph.
"""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from gancore.config import RunConfig
from gancore.data.image_split import image_format
from gancore.methods.constraints import CONSTRAINTS, Constraint
from gancore.methods.diff_augment import augment
from gancore.methods.losses import LOSSES, Loss
from gancore.methods.mad_gan import Generators, class_loss, realness
from gancore.methods.models import MODELS, generators_at_once
from gancore.methods.optimizers import OPTIMIZERS, NetworkState, Optimizer, Rates
from gancore.methods.penalties import PENALTIES, Critic, Penalty
from gancore.methods.unrolling import unroll
from gancore.networks.convolutional import ConvDiscriminator, ConvGenerator
from gancore.networks.mlp import MLP, Net


class StepSpec(NamedTuple):
    """The part of a config that decides the shape of a step; another one needs another compiled step.

    generators: k, how many there are in one step; with more than one class D gives k+1 scores instead of a logit.
    image: (C, H, W) of the images that the points are, flattened; None where they are points of the plane. What follows
    the image in a point, to F, is its class as a one-hot vector, where the players are told it. augment: who is shown
    T(x), whose transformations are the policy's.
    """

    g: Net | Generators
    d: Net
    image: tuple[int, int, int] | None
    augment: str
    policy: str
    generators: int
    classes: int
    loss: Loss
    penalty: Penalty | None
    constraint: Constraint
    pack: int
    d_optimizer: Optimizer
    g_optimizer: Optimizer
    unroll_steps: int

    @classmethod
    def of(cls, config: RunConfig) -> StepSpec:
        several = MODELS[config.model].at_once
        classes = config.generators + 1 if several else 1
        g, d, image = _image_nets(config) if config.on_images else _point_nets(config, classes)
        return cls(
            g=Generators(g, config.generators) if several else g,
            d=d,
            image=image,
            augment=config.augment,
            policy=config.policy,
            generators=generators_at_once(config),
            classes=classes,
            loss=LOSSES[config.loss],
            penalty=None if config.penalty == "none" else PENALTIES[config.penalty],
            constraint=Constraint() if config.constraint == "none" else CONSTRAINTS[config.constraint],
            pack=config.pack,
            d_optimizer=OPTIMIZERS[config.d_optimizer],
            g_optimizer=OPTIMIZERS[config.g_optimizer],
            unroll_steps=config.unroll_steps,
        )


def _point_nets(config: RunConfig, classes: int) -> tuple[Net, Net, None]:
    g = MLP((config.latent_dim, *[config.g_hidden] * config.g_layers, 2), config.g_activation)
    d = MLP((2 * config.pack, *[config.d_hidden] * config.d_layers, classes), config.d_activation)
    return g, d, None


def _image_nets(config: RunConfig) -> tuple[Net, Net, tuple[int, int, int]]:
    channels, side, classes = image_format(config)
    told = classes if config.conditional == "yes" else 0
    g = ConvGenerator(
        config.architecture, channels, side, config.g_hidden, config.latent_dim, told, config.g_activation
    )
    d = ConvDiscriminator(config.architecture, config.pack * channels, side, config.d_hidden, told, config.d_activation)
    return g, d, (channels, side, side)


class Hyperparameters(NamedTuple):
    """Values that may change between two steps without changing their shape: tensors of shape ()."""

    d: Rates
    g: Rates
    penalty_weight: Tensor
    clip: Tensor
    consensus_weight: Tensor

    @classmethod
    def of(cls, config: RunConfig, device: torch.device) -> Hyperparameters:
        tensor = partial(torch.tensor, dtype=torch.float32, device=device)
        d, g = (
            Rates(
                *(
                    tensor(getattr(config, f"{player}_{name}"))
                    for name in ("lr", "beta1", "beta2", "epsilon", "momentum")
                )
            )
            for player in "dg"
        )
        return cls(d, g, tensor(config.penalty_weight), tensor(config.clip), tensor(config.consensus_weight))


class Move(NamedTuple):
    """A player after its step, with its loss (R,) and the norm of its parameter gradient (R,) before it."""

    state: NetworkState
    loss: Tensor
    gradient_norm: Tensor


def packed(points: Tensor, m: int) -> Tensor:
    """(R, B, F) -> (R, B/m, mF): m samples judged together (PacGAN, Lin et al. 2018).

    The batch is regrouped, not enlarged: a packed and an unpacked run see the same samples.
    """
    replicas, batch, features = points.shape
    return points.reshape(replicas, batch // m, m * features)


def scores(spec: StepSpec, d: NetworkState) -> tuple[Critic, Tensor]:
    """D's output as a function of (packed) points, its constraint applied, and the next u of the power iteration."""
    params, u = d.params, d.u
    if spec.constraint.seen is not None:
        params, u = spec.constraint.seen(spec.d, params, u)
    return partial(spec.d.forward, spec.d.unpack(params)), u


def logits(spec: StepSpec, output: Critic) -> Critic:
    """D's logits s (R, B, 1) as a function of points; of k+1 scores the realness."""
    return output if spec.classes == 1 else lambda points: realness(output(points))


def critic(spec: StepSpec, d: NetworkState) -> tuple[Critic, Tensor]:
    """D's logit as a function of (packed) points, its constraint applied, and the next u of the power iteration."""
    output, u = scores(spec, d)
    return logits(spec, output), u


def discriminator_loss(
    spec: StepSpec, hyper: Hyperparameters, d: NetworkState, real: Tensor, fake: Tensor, mix: Tensor
) -> tuple[Tensor, Tensor]:
    """D's loss, penalty included, (R,), on real points (R, B, F) and B generated ones of each generator, (R, kB, F);
    and the next u of the power iteration.

    mix (R, kB, 1) is WGAN-GP's α. A penalty is shown every real point k times: one for each generated point.
    """
    output, u = scores(spec, d)
    real, fake = packed(real, spec.pack), packed(fake, spec.pack)
    of_real, of_fake = output(torch.cat([real, fake], 1)).split((real.shape[1], fake.shape[1]), 1)
    loss = class_loss(of_real, of_fake) if spec.classes > 1 else spec.loss.d(of_real, of_fake).mean((1, 2))
    if spec.penalty is not None:
        if spec.generators > 1:
            real = real.repeat_interleave(spec.generators, 1)
        penalty = spec.penalty(logits(spec, output), real, fake, mix[:, : real.shape[1]])
        loss = loss + hyper.penalty_weight * penalty
    return loss, u


def generator_loss(
    spec: StepSpec, hyper: Hyperparameters, d: NetworkState, fake: Tensor, ahead: tuple[Tensor, Tensor] | None = None
) -> Tensor:
    """G's loss on its points (R, kB, F), already noised: (R,). Of several generators the mean of their losses.

    With unrolling, `ahead` holds the real points and the mix with which D takes its K steps; like the unrolled
    authors, the same minibatch serves all of them, and G's own points are the generated half. In a zero-sum game the
    loss then is the whole value f(θ_G, θ_D^K) of Metz et al. 2017, real points included: where D goes
    depends on G. (Several generators, whose D says who made a point, play no such game.)
    """
    if ahead is None or not spec.unroll_steps:
        judge, _ = critic(spec, d)
        return spec.loss.g(judge(packed(fake, spec.pack))).mean((1, 2))
    real, mix = ahead
    d = unroll(
        d,
        lambda d: discriminator_move(spec, hyper, d, real, fake, mix, differentiable=True).state,
        spec.unroll_steps,
    )
    judge, _ = critic(spec, d)
    loss = spec.loss.g(judge(packed(fake, spec.pack))).mean((1, 2))
    if spec.loss.g_of_real is not None and spec.classes == 1:
        loss = loss + spec.loss.g_of_real(judge(packed(real, spec.pack))).mean((1, 2))
    return loss


def joined(spec: StepSpec, loss: Tensor) -> Tensor:
    """Scales a loss (R,), the mean of all generators', so that each generator gets the gradient of its own mean.

    Each goes by the gradient of its own mean loss, not by 1/k of it. (Where the generators look ahead, D's steps depend
    on them all, and each also feels what its move would do to the others.)
    """
    total = loss.sum()
    return total if spec.generators == 1 else spec.generators * total


def generated(spec: StepSpec, params: Tensor, latent: Tensor, noise: Tensor | None, uniforms: Tensor | None) -> Tensor:
    """G's points (R, B, F) for latent vectors (R, B, Z), as D is shown them (`shown`)."""
    return shown(spec, spec.g(params, latent), noise, uniforms)


def shown(spec: StepSpec, points: Tensor, noise: Tensor | None, uniforms: Tensor | None) -> Tensor:
    """Points (R, B, F) as D is shown them: T(x) by given numbers (R, B, 7), plus instance noise (R, B, F)."""
    if uniforms is not None and spec.image is not None:
        pixels = math.prod(spec.image)
        images, label = points[..., :pixels], points[..., pixels:]
        images = augment(images.unflatten(-1, spec.image), spec.policy, uniforms).flatten(-3)
        points = torch.cat([images, label], -1) if label.shape[-1] else images
    return points if noise is None else points + noise


def discriminator_move(
    spec: StepSpec,
    hyper: Hyperparameters,
    d: NetworkState,
    real: Tensor,
    fake: Tensor,
    mix: Tensor,
    *,
    differentiable: bool = False,
) -> Move:
    """One step of D on real and generated points (R, B, F), both already noised.

    `differentiable` keeps the graph, so that the generator's loss can be differentiated through the step.
    """
    if not (differentiable and d.params.requires_grad):
        d = d._replace(params=d.params.detach().requires_grad_())
    loss, u = discriminator_loss(spec, hyper, d, real, fake, mix)
    (gradient,) = torch.autograd.grad(loss.sum(), d.params, create_graph=differentiable)
    if not differentiable:
        d = d._replace(params=d.params.detach())
        loss = loss.detach()
    return Move(discriminator_after(spec, hyper, d._replace(u=u), gradient), loss, gradient.detach().norm(dim=1))


def discriminator_after(spec: StepSpec, hyper: Hyperparameters, d: NetworkState, gradient: Tensor) -> NetworkState:
    """D moved along a gradient (R, P) by its optimiser, and held by its constraint."""
    return held(spec, hyper, spec.d_optimizer(d, gradient, hyper.d))


def held(spec: StepSpec, hyper: Hyperparameters, d: NetworkState) -> NetworkState:
    """D with its weights where its constraint holds them."""
    hold = spec.constraint.held
    return d if hold is None else d._replace(params=hold(d.params, hyper.clip))


def generator_move(
    spec: StepSpec,
    hyper: Hyperparameters,
    g: NetworkState,
    d: NetworkState,
    latent: Tensor,
    noise: Tensor | None,
    uniforms: Tensor | None,
    ahead: tuple[Tensor, Tensor] | None,
) -> Move:
    """One step of G on latent vectors (R, B, Z); `generated` says what `noise` and `uniforms` are."""
    params = g.params.detach().requires_grad_()
    loss = generator_loss(spec, hyper, d, generated(spec, params, latent, noise, uniforms), ahead)
    (gradient,) = torch.autograd.grad(joined(spec, loss), params)
    g = spec.g_optimizer(g._replace(params=params.detach()), gradient, hyper.g)
    return Move(g, loss.detach(), gradient.norm(dim=1))
