"""MAD-GAN (Ghosh et al. 2018): k generators at once, and a discriminator that says which of them made a point.

D has k+1 scores l for each point: class 0 is the data, class i the i-th generator. As a critic it is read by its
realness s = l_0 - log Σ_{i≥1} exp(l_i), the logit of softmax(l)_0, and everything that asks for a logit goes on as with
one generator: the generators' loss, penalties, field, arrows, accuracy. Only D's own loss sees the k+1 scores.

The paper's generators minimise log(1 - softmax_0) = -sp(s), which is loss "minimax" here. The default, -log softmax_0 =
sp(-s), is its non-saturating form and a departure from the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from gancore.networks.mlp import Net

__all__ = ["Generators", "class_loss", "realness", "single"]


@dataclass(frozen=True)
class Generators:
    """k networks of one shape and separate weights, used as one network would be.

    Their flat parameters lie behind one another, (R, kP), and they take turns in a batch: its sample j is of generator
    j mod k. To the layers they are R·k replicas; with k = 1 this is `net`, to the last bit.
    """

    net: Net
    k: int

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """The layers of each."""
        return self.net.shapes

    @property
    def row_length(self) -> int:
        """kP, the length of one replica's row."""
        return self.k * self.net.row_length

    def unpack(self, flat: Tensor) -> list[Tensor]:
        """(R, kP) -> [(R·k, in, out), (R·k, 1, out), …], views of the same memory."""
        return self.net.unpack(flat.view(-1, self.net.row_length))

    def __call__(self, flat: Tensor, x: Tensor) -> Tensor:
        """Parameters (R, kP) and inputs (R or 1, kB, in) -> outputs (R, kB, out)."""
        return self.forward(self.unpack(flat), x)

    def forward(self, layers: Sequence[Tensor], x: Tensor) -> Tensor:
        """The same from unpacked parameters."""
        replicas, samples, features = x.shape
        if samples % self.k:
            raise ValueError(f"x has {samples} samples; a multiple of {self.k}, one a generator, is needed")
        each = x.view(replicas, samples // self.k, self.k, features).transpose(1, 2).contiguous()  # (R, k, B, in)
        out = self.net.forward(layers, each.view(replicas * self.k, -1, features))  # (R·k, B, out)
        # Back into turns. By stacking, because the gradient then comes back in order too: as a transposed view, which a
        # single replica would get, it would be summed in another order than that of several.
        turns = out.view(replicas, self.k, samples // self.k, -1).unbind(1)
        return torch.stack(turns, 2).view(replicas, samples, -1)

    def init(self, kind: str, generators: Sequence[torch.Generator]) -> Tensor:
        """First parameters (R, kP): replica i draws those of all its networks from generators[i], one after another."""
        each = [self.net.init(kind, generators) for _ in range(self.k)]  # k times (R, P)
        return torch.cat(each, 1)


def single(net: Net | Generators) -> Net:
    """One generator of those that `net` is made of."""
    return net.net if isinstance(net, Generators) else net


def realness(scores: Tensor) -> Tensor:
    """s = l_0 - log Σ_{i≥1} exp(l_i), the logit of softmax(l)_0: scores (…, k+1) -> (…, 1)."""
    return scores[..., :1] - scores[..., 1:].logsumexp(-1, keepdim=True)


def class_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """D's loss, (R,): twice the mean cross entropy over all its points, B real ones and B of each generator.

    Ghosh et al. 2018. Twice, so that with k = 1 it is the usual game's E sp(-s_r) + E sp(s_f). Scores are
    (R, B, k+1) and (R, kB, k+1); fake point j is of class 1 + j mod k.
    """
    replicas, _, classes = real_scores.shape
    of_fake = log_softmax(fake_scores, -1).view(replicas, -1, classes - 1, classes)  # (R, B, k, k+1)
    own = of_fake.diagonal(1, 2, 3).flatten(1)  # (R, kB), each at its own generator's class
    # 2 E -log softmax(l)_y
    return -2 * torch.cat([log_softmax(real_scores, -1)[..., 0], own], 1).mean(1)
