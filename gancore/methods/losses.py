"""The games: pure functions on logits s = D(x), real before fake, unreduced.

Every function maps logits of shape (…) to losses of the same shape, one a sample, to be minimised by its player.
σ is the logistic function, sp(s) = log(1 + exp(s)) softplus. With sp no logarithm of a sigmoid is ever taken: losses
and gradients are finite for logits up to half the largest float, 1.7·10³⁸ in float32. Least squares, whose squares
overflow before, are for logits up to its root, 1.8·10¹⁹ in float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

__all__ = [
    "LOSSES",
    "Loss",
    "hinge_d",
    "hinge_g",
    "least_squares_d",
    "least_squares_g",
    "minimax_d",
    "minimax_g",
    "minimax_g_of_real",
    "non_saturating_g",
    "wasserstein_d",
    "wasserstein_g",
    "wasserstein_g_of_real",
]


def minimax_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Goodfellow et al. 2014, eq. 1, as the discriminator sees it. At σ = ½ everywhere it is log 4."""
    # -log σ(s_r) - log(1 - σ(s_f))
    return softplus(-real_logits) + softplus(fake_logits)


def minimax_g(fake_logits: Tensor) -> Tensor:
    """Goodfellow et al. 2014, eq. 1, as the generator sees it: it saturates where D is sure. At σ = ½: -log 2."""
    # log(1 - σ(s_f))
    return -softplus(fake_logits)


def non_saturating_g(fake_logits: Tensor) -> Tensor:
    """The "modified minimax" of Goodfellow et al. 2014, section 3. At σ = ½ it is log 2."""
    # -log σ(s_f)
    return softplus(-fake_logits)


def wasserstein_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Arjovsky, Chintala & Bottou 2017, eq. 2, negated: the critic *maximises* E s_r - E s_f."""
    return fake_logits - real_logits


def wasserstein_g(fake_logits: Tensor) -> Tensor:
    """Arjovsky, Chintala & Bottou 2017, eq. 2: the generator maximises E s_f."""
    return -fake_logits


def hinge_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Lim & Ye 2017; Miyato et al. 2018, eq. 16."""
    # max(0, 1 - s_r) + max(0, 1 + s_f)
    return relu(1 - real_logits) + relu(1 + fake_logits)


def hinge_g(fake_logits: Tensor) -> Tensor:
    """Miyato et al. 2018, eq. 17: no hinge on the generator's side."""
    return -fake_logits


def least_squares_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Mao et al. 2017 with a = 0, b = 1; the logit itself is compared with its target."""
    return 0.5 * torch.square(real_logits - 1) + 0.5 * torch.square(fake_logits)


def least_squares_g(fake_logits: Tensor) -> Tensor:
    """Mao et al. 2017 with c = 1."""
    return 0.5 * torch.square(fake_logits - 1)


def minimax_g_of_real(real_logits: Tensor) -> Tensor:
    """The term of Goodfellow et al. 2014, eq. 1 that the generator cannot change: E log D(x). At σ = ½ it is -log 2."""
    # log σ(s_r)
    return -softplus(-real_logits)


def wasserstein_g_of_real(real_logits: Tensor) -> Tensor:
    """The term of Arjovsky, Chintala & Bottou 2017, eq. 2 that the generator cannot change: E s_r."""
    return real_logits


class Loss(NamedTuple):
    """Both sides of a game.

    probability  whether σ(s) is D's probability that a point is real
    g_of_real    in a zero-sum game, where g is a part of -d, the other part. It depends on the generator only through a
                 discriminator that is differentiated through: with unrolling, and not without.
    """

    d: Callable[[Tensor, Tensor], Tensor]
    g: Callable[[Tensor], Tensor]
    probability: bool
    g_of_real: Callable[[Tensor], Tensor] | None = None


LOSSES: dict[str, Loss] = {
    "minimax": Loss(minimax_d, minimax_g, probability=True, g_of_real=minimax_g_of_real),
    "non_saturating": Loss(minimax_d, non_saturating_g, probability=True),
    "wasserstein": Loss(wasserstein_d, wasserstein_g, probability=False, g_of_real=wasserstein_g_of_real),
    "hinge": Loss(hinge_d, hinge_g, probability=False),
    "least_squares": Loss(least_squares_d, least_squares_g, probability=False),
}
