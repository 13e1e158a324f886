"""How the two players take their turns: D's last step of a round together with G's.

Every function maps both players (g, d) and the random numbers of the round to both moves. `look` holds numbers of
their own for a look ahead; only the extra-gradient needs it. What a player does when it is its turn is given as
`Turns`: the functions below, or the same ones compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from gancore.methods.optimizers import Player
from gancore.step.moves import (
    Knobs,
    Move,
    Rules,
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
    "Turns",
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
    """What both have done."""

    d: Move
    g: Move


class Turns(NamedTuple):
    """What is done in a turn of one game, as functions of its constants, of both players (g, d) and of random numbers.

    discriminator: one step of D against a generator that stands still; generator: one step of G; together: one step of
    both along the gradient that the consensus regulariser gives them; held: D with its weights where its constraint
    holds them.
    """

    discriminator: Callable[[Knobs, Player, Player, DDraws], Move]
    generator: Callable[[Knobs, Player, Player, GDraws], Move]
    together: Callable[[Knobs, Player, Player, Draws], Moves]
    held: Callable[[Knobs, Player], Player]

    @classmethod
    def of(cls, rules: Rules) -> Turns:
        return cls(
            partial(discriminator_turn, rules),
            partial(generator_turn, rules),
            partial(turn_by_consensus, rules),
            partial(held, rules),
        )

    def frozen(self) -> Turns:
        """The same turns for a generator that stands still: its loss and gradient are measured, and it is not moved."""

        def generator(knobs: Knobs, g: Player, d: Player, draws: GDraws) -> Move:
            return self.generator(knobs, g, d, draws)._replace(player=g)

        def together(knobs: Knobs, g: Player, d: Player, draws: Draws) -> Moves:
            moves = self.together(knobs, g, d, draws)
            return moves._replace(g=moves.g._replace(player=g))

        return self._replace(generator=generator, together=together)


def discriminator_turn(rules: Rules, knobs: Knobs, g: Player, d: Player, draws: DDraws) -> Move:
    """One step of D against a generator that stands still."""
    with torch.no_grad():
        fake = generated(rules, g.params, draws.latent, draws.noise, draws.uniforms)
    return discriminator_move(rules, knobs, d, draws.real, fake, draws.mix)


def generator_turn(rules: Rules, knobs: Knobs, g: Player, d: Player, draws: GDraws) -> Move:
    """One step of G against a discriminator that stands still, or that it unrolls."""
    return generator_move(rules, knobs, g, d, *draws)


def turn_by_consensus(rules: Rules, knobs: Knobs, g: Player, d: Player, draws: Draws) -> Moves:
    """Both from the same point, with γ ½‖v‖² added to both losses (Mescheder et al. 2017).

    v = (∂L_D/∂ψ, ∂L_G/∂θ) joins the gradients of both losses, so that ½‖v‖² is 0 where neither can gain. The mixed
    terms are the paper's, as in the authors' 2017 repository; the Dirac-GAN notebook of their 2018 repository halves
    them. The loss and the norm that are reported are the game's own.
    """
    theta, psi = g.params.detach().requires_grad_(), d.params.detach().requires_grad_()
    d = d._replace(params=psi)
    fake = generated(rules, theta, draws.d.latent, draws.d.noise, draws.d.uniforms)
    d_loss, u = discriminator_loss(rules, knobs, d, draws.d.real, fake, draws.d.mix)
    shown = generated(rules, theta, draws.g.latent, draws.g.noise, draws.g.uniforms)
    g_loss = generator_loss(rules, knobs, d, shown, draws.g.ahead)
    (v_d,) = torch.autograd.grad(d_loss.sum(), psi, create_graph=True)
    (v_g,) = torch.autograd.grad(joined(rules, g_loss), theta, create_graph=True)
    pull_d, pull_g = torch.autograd.grad(0.5 * (v_d.square().sum() + v_g.square().sum()), (psi, theta))
    v_d, v_g = v_d.detach(), v_g.detach()
    d = d._replace(params=psi.detach(), u=u)
    g = g._replace(params=theta.detach())
    return Moves(
        Move(
            discriminator_after(rules, knobs, d, v_d + knobs.consensus_weight * pull_d),
            d_loss.detach(),
            v_d.norm(dim=1),
        ),
        Move(
            rules.g_optimizer(g, v_g + knobs.consensus_weight * pull_g, knobs.g),
            g_loss.detach(),
            v_g.norm(dim=1),
        ),
    )


def alternating(turns: Turns, knobs: Knobs, g: Player, d: Player, draws: Draws, look: Draws | None = None) -> Moves:
    """D first, then G against the new D: Goodfellow et al. 2014, algorithm 1."""
    of_d = turns.discriminator(knobs, g, d, draws.d)
    return Moves(of_d, turns.generator(knobs, g, of_d.player, draws.g))


def simultaneous(turns: Turns, knobs: Knobs, g: Player, d: Player, draws: Draws, look: Draws | None = None) -> Moves:
    """Both from the same point: w ← w + h v(w), the dynamics that the theory is about (Mescheder et al. 2017)."""
    return Moves(turns.discriminator(knobs, g, d, draws.d), turns.generator(knobs, g, d, draws.g))


def extragradient(turns: Turns, knobs: Knobs, g: Player, d: Player, draws: Draws, look: Draws | None = None) -> Moves:
    """Both from the same point, by the gradient that they would meet one step ahead.

    Korpelevich 1976; with Adam, Gidel et al. 2019, algorithm 4: the optimiser's moments see both gradients, and each
    of the two has a minibatch of its own. Where D is clipped, each of the two steps is taken first and projected then.
    """
    if look is None:
        raise ValueError("look is None; the extra-gradient needs draws of its own for its look ahead")
    # w' = P(w + h v(w));  w ← P(w + h v(w')), with P the clipping of D
    half_d, half_g = simultaneous(turns, knobs, g, d, look)
    unclipped = knobs._replace(clip=torch.full_like(knobs.clip, torch.inf))
    whole_d = turns.discriminator(unclipped, half_g.player, half_d.player, draws.d)
    whole_g = turns.generator(knobs, half_g.player, half_d.player, draws.g)
    return Moves(
        whole_d._replace(player=turns.held(knobs, _from(d, half_d.player, whole_d.player))),
        whole_g._replace(player=_from(g, half_g.player, whole_g.player)),
    )


def _from(start: Player, half: Player, whole: Player) -> Player:
    """The step that leads from `half` to `whole`, taken at `start`."""
    return whole._replace(params=start.params + (whole.params - half.params))


def consensus(turns: Turns, knobs: Knobs, g: Player, d: Player, draws: Draws, look: Draws | None = None) -> Moves:
    """Both from the same point, along the gradient that the regulariser changes (`turn_by_consensus`)."""
    return turns.together(knobs, g, d, draws)


Update = Callable[[Turns, Knobs, Player, Player, Draws, Draws | None], Moves]

UPDATES: dict[str, Update] = {
    "alternating": alternating,
    "simultaneous": simultaneous,
    "extragradient": extragradient,
    "consensus": consensus,
}
