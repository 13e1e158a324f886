"""Optimisers as pure functions, so that an update can be differentiated through (unrolling) as well as taken.

Each maps a player and the gradient of its loss, (R, P), to the player after one step and mutates nothing. The
constants are zero-dimensional tensors: changing one changes no code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor


class NetworkState(NamedTuple):
    """A network with what its optimiser remembers.

    params (R, P); mean (R, P): first moment or momentum; square (R, P): second moment; taken (): steps taken;
    u (R, H): the power iteration's vectors where the weights are spectrally normalised; last (R, P): an optimistic
    optimiser's last move at a learning rate of 1.
    """

    params: Tensor
    mean: Tensor
    square: Tensor
    taken: Tensor
    u: Tensor
    last: Tensor


class Rates(NamedTuple):
    """The constants of one player's optimiser, each a tensor of shape ()."""

    lr: Tensor
    beta1: Tensor
    beta2: Tensor
    epsilon: Tensor
    momentum: Tensor


# The derivative of √v at v = 0 is infinite, and infinity times the zero gradient of a dead unit is NaN in an unrolled
# step. Far below ε², it changes no update.
_ROOT_FLOOR = 1e-30


def sgd(player: NetworkState, gradient: Tensor, rates: Rates) -> NetworkState:
    """Stochastic gradient descent with heavy-ball momentum (as torch.optim.SGD, no dampening)."""
    # u ← μ u + g;  p ← p - η u
    mean = rates.momentum * player.mean + gradient
    return player._replace(params=player.params - rates.lr * mean, mean=mean, taken=player.taken + 1)


def rmsprop(player: NetworkState, gradient: Tensor, rates: Rates) -> NetworkState:
    """Hinton's RMSprop (as torch.optim.RMSprop, not centred)."""
    # v ← α v + (1-α) g²;  u ← μ u + g / (√v + ε);  p ← p - η u
    square = rates.beta2 * player.square + (1 - rates.beta2) * gradient * gradient
    mean = rates.momentum * player.mean + gradient / ((square + _ROOT_FLOOR).sqrt() + rates.epsilon)
    return player._replace(params=player.params - rates.lr * mean, mean=mean, square=square, taken=player.taken + 1)


def adam(player: NetworkState, gradient: Tensor, rates: Rates) -> NetworkState:
    """Kingma & Ba 2015, algorithm 1."""
    # m ← β₁ m + (1-β₁) g;  v ← β₂ v + (1-β₂) g²;  p ← p - η (m / (1-β₁ᵗ)) / (√(v / (1-β₂ᵗ)) + ε)
    taken = player.taken + 1
    mean = torch.lerp(player.mean, gradient, 1 - rates.beta1)
    square = torch.lerp(player.square, gradient * gradient, 1 - rates.beta2)
    step = rates.lr / (1 - rates.beta1**taken)
    root = ((square + _ROOT_FLOOR) / (1 - rates.beta2**taken)).sqrt() + rates.epsilon
    return player._replace(params=player.params - step * mean / root, mean=mean, square=square, taken=taken)


def optimistic_adam(player: NetworkState, gradient: Tensor, rates: Rates) -> NetworkState:
    """Daskalakis et al. 2018, algorithm 1: Adam's step, twice, less the one of the step before.

    It remembers u, and not the step η u: a learning rate that changes on the way scales both terms. The difference of
    steps at two rates would climb where the new rate is less than half the old. The first step has none before it: it
    is taken as its own, so that the player moves once and not twice.
    """
    # p ← p - η (2 u_t - u_{t-1}); from 0 and with η = 1 Adam goes to -u_t
    origin = player._replace(params=torch.zeros_like(player.params))
    after = adam(origin, gradient, rates._replace(lr=torch.ones_like(rates.lr)))
    move = after.params
    last = torch.where(player.taken == 0, move, player.last)
    return after._replace(params=player.params + rates.lr * (2 * move - last), last=move)


Optimizer = Callable[[NetworkState, Tensor, Rates], NetworkState]

OPTIMIZERS: dict[str, Optimizer] = {"sgd": sgd, "rmsprop": rmsprop, "adam": adam, "optimistic_adam": optimistic_adam}
