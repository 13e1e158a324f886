"""How the two players take their functions: D's last step of a round together with G's.

Every function maps both players (g, d) and the random numbers of the round to both moves. `look` holds numbers of
their own for a look ahead; only the extra-gradient needs it. What a player does when it is its turn is given as
`StepFunctions`: the functions below, or the same ones compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from gancore.methods.optimizers import NetworkState
from gancore.step.moves import (
    Hyperparameters,
    Move,
    StepSpec,
    discriminator_after,
    discriminator_loss,
    discriminator_move,
    generated,
    generator_loss,
    generator_move,
    held,
    joined,
)

__all__ = [
    "UPDATES",
    "DDraws",
    "Draws",
    "GDraws",
    "Moves",
    "StepFunctions",
    "alternating",
    "consensus",
    "extragradient",
    "simultaneous",
]


class DDraws(NamedTuple):
    """For one step of D: real points (R, B, F) as D is shown them; latent vectors (R, kB, Z), noise (R, kB, F) and the
    numbers (R, kB, 7) of T of the generated ones, B for each of k generators; WGAN-GP's mix (R, kB, 1)."""

    real: Tensor
    latent: Tensor
    noise: Tensor | None
    uniforms: Tensor | None
    mix: Tensor


class GDraws(NamedTuple):
    """For one step of G: latent vectors, noise, numbers of T, and the points with which D is unrolled, if it is."""

    latent: Tensor
    noise: Tensor | None
    uniforms: Tensor | None
    ahead: tuple[Tensor, Tensor] | None


class Draws(NamedTuple):
    """For one step of both."""

    d: DDraws
    g: GDraws


class Moves(NamedTuple):
    """Both players' moves of one step."""

    d: Move
    g: Move


class StepFunctions(NamedTuple):
    """The parts of one game's step function, as functions of its constants, of both players (g, d) and of random
    numbers.

    discriminator: one step of D against a generator that stands still; generator: one step of G; together: one step of
    both along the gradient that the consensus regulariser gives them; held: D with its weights where its constraint
    holds them.
    """

    discriminator: Callable[[Hyperparameters, NetworkState, NetworkState, DDraws], Move]
    generator: Callable[[Hyperparameters, NetworkState, NetworkState, GDraws], Move]
    together: Callable[[Hyperparameters, NetworkState, NetworkState, Draws], Moves]
    held: Callable[[Hyperparameters, NetworkState], NetworkState]

    @classmethod
    def of(cls, spec: StepSpec) -> StepFunctions:
        return cls(
            partial(discriminator_step, spec),
            partial(generator_step, spec),
            partial(consensus_step, spec),
            partial(held, spec),
        )

    def frozen(self) -> StepFunctions:
        """The same step functions for a generator that stands still: its loss and gradient are measured, and it is not
        moved."""

        def generator(hyper: Hyperparameters, g: NetworkState, d: NetworkState, draws: GDraws) -> Move:
            return self.generator(hyper, g, d, draws)._replace(state=g)

        def together(hyper: Hyperparameters, g: NetworkState, d: NetworkState, draws: Draws) -> Moves:
            moves = self.together(hyper, g, d, draws)
            return moves._replace(g=moves.g._replace(state=g))

        return self._replace(generator=generator, together=together)


def discriminator_step(spec: StepSpec, hyper: Hyperparameters, g: NetworkState, d: NetworkState, draws: DDraws) -> Move:
    """One step of D against a generator that stands still."""
    with torch.no_grad():
        fake = generated(spec, g.params, draws.latent, draws.noise, draws.uniforms)
    return discriminator_move(spec, hyper, d, draws.real, fake, draws.mix)


def generator_step(spec: StepSpec, hyper: Hyperparameters, g: NetworkState, d: NetworkState, draws: GDraws) -> Move:
    """One step of G against a discriminator that stands still, or that it unrolls."""
    return generator_move(spec, hyper, g, d, *draws)


def consensus_step(spec: StepSpec, hyper: Hyperparameters, g: NetworkState, d: NetworkState, draws: Draws) -> Moves:
    """Both from the same point, with γ ½‖v‖² added to both losses (Mescheder et al. 2017).

    v = (∂L_D/∂ψ, ∂L_G/∂θ) joins the gradients of both losses, so that ½‖v‖² is 0 where neither can gain. The mixed
    terms are the paper's, as in the authors' 2017 repository; the Dirac-GAN notebook of their 2018 repository halves
    them. The loss and the norm that are reported are the game's own.
    """
    theta, psi = g.params.detach().requires_grad_(), d.params.detach().requires_grad_()
    d = d._replace(params=psi)
    fake = generated(spec, theta, draws.d.latent, draws.d.noise, draws.d.uniforms)
    d_loss, u = discriminator_loss(spec, hyper, d, draws.d.real, fake, draws.d.mix)
    shown = generated(spec, theta, draws.g.latent, draws.g.noise, draws.g.uniforms)
    g_loss = generator_loss(spec, hyper, d, shown, draws.g.ahead)
    (v_d,) = torch.autograd.grad(d_loss.sum(), psi, create_graph=True)
    (v_g,) = torch.autograd.grad(joined(spec, g_loss), theta, create_graph=True)
    pull_d, pull_g = torch.autograd.grad(0.5 * (v_d.square().sum() + v_g.square().sum()), (psi, theta))
    v_d, v_g = v_d.detach(), v_g.detach()
    d = d._replace(params=psi.detach(), u=u)
    g = g._replace(params=theta.detach())
    return Moves(
        Move(
            discriminator_after(spec, hyper, d, v_d + hyper.consensus_weight * pull_d),
            d_loss.detach(),
            v_d.norm(dim=1),
        ),
        Move(
            spec.g_optimizer(g, v_g + hyper.consensus_weight * pull_g, hyper.g),
            g_loss.detach(),
            v_g.norm(dim=1),
        ),
    )


def alternating(
    functions: StepFunctions,
    hyper: Hyperparameters,
    g: NetworkState,
    d: NetworkState,
    draws: Draws,
    look: Draws | None = None,
) -> Moves:
    """D first, then G against the new D: Goodfellow et al. 2014, algorithm 1."""
    of_d = functions.discriminator(hyper, g, d, draws.d)
    return Moves(of_d, functions.generator(hyper, g, of_d.state, draws.g))


def simultaneous(
    functions: StepFunctions,
    hyper: Hyperparameters,
    g: NetworkState,
    d: NetworkState,
    draws: Draws,
    look: Draws | None = None,
) -> Moves:
    """Both from the same point: w ← w + h v(w), the dynamics that the theory is about (Mescheder et al. 2017)."""
    return Moves(functions.discriminator(hyper, g, d, draws.d), functions.generator(hyper, g, d, draws.g))


def extragradient(
    functions: StepFunctions,
    hyper: Hyperparameters,
    g: NetworkState,
    d: NetworkState,
    draws: Draws,
    look: Draws | None = None,
) -> Moves:
    """Both from the same point, by the gradient that they would meet one step ahead.

    Korpelevich 1976; with Adam, Gidel et al. 2019, algorithm 4: the optimiser's moments see both gradients, and each
    of the two has a minibatch of its own. Where D is clipped, each of the two steps is taken first and projected then.
    """
    if look is None:
        raise ValueError("look is None; the extra-gradient needs draws of its own for its look ahead")
    # w' = P(w + h v(w));  w ← P(w + h v(w')), with P the clipping of D
    half_d, half_g = simultaneous(functions, hyper, g, d, look)
    unclipped = hyper._replace(clip=torch.full_like(hyper.clip, torch.inf))
    whole_d = functions.discriminator(unclipped, half_g.state, half_d.state, draws.d)
    whole_g = functions.generator(hyper, half_g.state, half_d.state, draws.g)
    return Moves(
        whole_d._replace(state=functions.held(hyper, _from(d, half_d.state, whole_d.state))),
        whole_g._replace(state=_from(g, half_g.state, whole_g.state)),
    )


def _from(start: NetworkState, half: NetworkState, whole: NetworkState) -> NetworkState:
    """The step that leads from `half` to `whole`, taken at `start`."""
    return whole._replace(params=start.params + (whole.params - half.params))


def consensus(
    functions: StepFunctions,
    hyper: Hyperparameters,
    g: NetworkState,
    d: NetworkState,
    draws: Draws,
    look: Draws | None = None,
) -> Moves:
    """Both from the same point, along the gradient that the regulariser changes (`consensus_step`)."""
    return functions.together(hyper, g, d, draws)


Update = Callable[[StepFunctions, Hyperparameters, NetworkState, NetworkState, Draws, Draws | None], Moves]

UPDATES: dict[str, Update] = {
    "alternating": alternating,
    "simultaneous": simultaneous,
    "extragradient": extragradient,
    "consensus": consensus,
}
