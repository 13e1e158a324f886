"""Penalties on the discriminator's gradient: pure functions, one idea each.

WGAN-GP holds the gradient's norm near 1, R1, R2 and Roth's regulariser hold it near 0.

`critic` maps points (R, B, F) to logits (R, B, 1). Every function returns one number a replica, (R,), without its
weight. All keep the graph, so that the penalty trains the critic; where the points themselves depend on something
that is differentiated (the generator that looks through an unrolled step), the gradient reaches that too.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["PENALTIES", "gradient_penalty", "input_gradient", "r1", "r2", "roth"]

Critic = Callable[[Tensor], Tensor]


def input_gradient(critic: Critic, points: Tensor) -> Tensor:
    """∇ₓ s(x) at every point, (R, B, F); the gradient of the logit, not of a probability."""
    at = points if points.requires_grad else points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(at).sum(), at, create_graph=True)
    return gradient


def gradient_penalty(critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """WGAN-GP, Gulrajani et al. 2017, eq. 3: E (‖∇s(x̂)‖₂ - 1)² on lines between real and generated points.

    mix (R, B, 1) in [0, 1): one α *a sample*.
    """
    # x̂ = α x_r + (1-α) x_f
    between = fake + mix * (real - fake)
    squared = input_gradient(critic, between).square().sum(-1)
    # The root's derivative at 0 is infinite: a flat critic would make NaN of it.
    return (torch.sqrt(squared + 1e-12) - 1).square().mean(-1)


def r1(critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Mescheder et al. 2018, eq. 9: ½ E ‖∇s(x_r)‖² (their code leaves the ½ out: its γ of 10 is 20 here)."""
    return 0.5 * input_gradient(critic, real).square().sum(-1).mean(-1)


def r2(critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Mescheder et al. 2018, eq. 10: ½ E ‖∇s(x_f)‖², the same on generated points."""
    return 0.5 * input_gradient(critic, fake).square().sum(-1).mean(-1)


def roth(critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Roth et al. 2017: ½ E (1-σ(s_r))² ‖∇s_r‖² + ½ E σ(s_f)² ‖∇s_f‖².

    With the optimal D (σ(s) the share of real points everywhere) it is what instance noise of variance γ adds to D's
    loss, to first order in γ, without drawing any. Any other D is weighted otherwise by noise: by
    σ(s)(1-σ(s)) at either kind of point, and the Laplacian of s comes in. The weights here say how wrong D is at a
    point; they are part of what is differentiated, and the gradient is that of the logit.
    """
    weighted: list[Tensor] = []
    for points, wrong in ((real, -1), (fake, 1)):
        at = points if points.requires_grad else points.detach().requires_grad_()
        logits = critic(at)  # (R, B, 1)
        (gradient,) = torch.autograd.grad(logits.sum(), at, create_graph=True)
        # 1 - σ(s) = σ(-s)
        weighted.append(torch.sigmoid(wrong * logits).square() * gradient.square().sum(-1, keepdim=True))
    return 0.5 * sum(weighted, torch.zeros(())).mean((1, 2))


Penalty = Callable[[Critic, Tensor, Tensor, Tensor], Tensor]

PENALTIES: dict[str, Penalty] = {"gradient_penalty": gradient_penalty, "r1": r1, "r2": r2, "roth": roth}
