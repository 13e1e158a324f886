"""The loop of the tutorials: nn.Modules, torch.optim.Adam, BCEWithLogitsLoss and backward(), one GAN at a time."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.fairness import Numbers, Weights, weights
from gancore.data.toy import Mixture
from gancore.training.trainer import Trainer

PLAIN = "plain loop"  # its name in the tables


def mlp(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    """Two hidden layers, as the configurations that are raced have them."""
    return nn.Sequential(
        nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, outputs)
    )


class Plain:
    """Two nn.Modules, two torch.optim.Adams, BCEWithLogitsLoss and backward(), on points of a mixture.

    Begins as the first replica of `trainer`, which is not changed; all its numbers come from a generator of its own.
    """

    def __init__(self, trainer: Trainer, seed: int = 0) -> None:
        config, self.device = trainer.config, trainer.device
        self.config = config
        self.g, self.d = (net.to(self.device) for net in self.networks(trainer))
        for module, layers in zip((self.g, self.d), weights(trainer), strict=True):
            with torch.no_grad():
                for parameter, part in zip(module.parameters(), layers, strict=True):
                    parameter.copy_(part[0].T.reshape(parameter.shape))
        self.opt_g = torch.optim.Adam(
            self.g.parameters(), lr=config.g_lr, betas=(config.g_beta1, config.g_beta2), eps=config.g_epsilon
        )
        self.opt_d = torch.optim.Adam(
            self.d.parameters(), lr=config.d_lr, betas=(config.d_beta1, config.d_beta2), eps=config.d_epsilon
        )
        self.criterion = nn.BCEWithLogitsLoss()
        self.ones, self.zeros = (make(config.batch_size, 1, device=self.device) for make in (torch.ones, torch.zeros))
        self.source = torch.Generator(self.device).manual_seed(seed)
        self.take_data(trainer)

    def networks(self, trainer: Trainer) -> tuple[nn.Sequential, nn.Sequential]:
        """G and D, layer for layer the trainer's."""
        config = trainer.config
        return mlp(config.latent_dim, config.g_hidden, 2), mlp(2, config.d_hidden, 1)

    def take_data(self, trainer: Trainer) -> None:
        """What `real` draws from."""
        assert isinstance(trainer.data, Mixture)
        self.centres = torch.from_numpy(trainer.data.centres.copy()).float().to(self.device)
        self.sigma = trainer.data.sigma

    def real(self) -> Tensor:
        n = self.config.batch_size
        mode = torch.randint(len(self.centres), (n,), generator=self.source, device=self.device)
        return self.centres[mode] + self.sigma * torch.randn(n, 2, generator=self.source, device=self.device)

    def latent(self) -> Tensor:
        shape = self.config.batch_size, self.config.latent_dim
        return torch.randn(shape, generator=self.source, device=self.device)

    def d_step(self, real: Tensor, latent: Tensor) -> None:
        self.opt_d.zero_grad()
        fake = self.g(latent).detach()
        loss = self.criterion(self.d(real), self.ones) + self.criterion(self.d(fake), self.zeros)
        loss.backward()
        self.opt_d.step()

    def g_step(self, latent: Tensor) -> None:
        self.opt_g.zero_grad()
        loss = self.criterion(self.d(self.g(latent)), self.ones)
        loss.backward()
        self.opt_g.step()

    def advance(self, steps: int) -> None:
        for _ in range(steps):
            self.d_step(self.real(), self.latent())
            self.g_step(self.latent())

    def follow(self, numbers: Sequence[Numbers]) -> Weights:
        """Steps on the first replica's numbers, and the weights after them."""
        for each in numbers:
            self.d_step(each.real[0], each.latent_d[0])
            self._follow_g(each)
        g, d = ([_row(p) for p in module.parameters()] for module in (self.g, self.d))
        return Weights(g, d)

    def _follow_g(self, numbers: Numbers) -> None:
        self.g_step(numbers.latent_g[0])


class PlainUnrolled(Plain):
    """The generator's step through K differentiable Adam steps of D: functional_call and create_graph, Adam by hand."""

    ahead: Tensor | None = None  # the real points to look ahead on, where they are given

    def g_step(self, latent: Tensor) -> None:
        config = self.config
        self.opt_g.zero_grad()
        fake = self.g(latent)
        real = self.real() if self.ahead is None else self.ahead
        params = dict(self.d.named_parameters())
        means = {name: self.opt_d.state[p]["exp_avg"] for name, p in params.items()}
        squares = {name: self.opt_d.state[p]["exp_avg_sq"] for name, p in params.items()}
        taken = int(self.opt_d.state[next(iter(params.values()))]["step"])
        beta1, beta2 = config.d_beta1, config.d_beta2
        for _ in range(config.unroll_steps):
            taken += 1
            real_logits = functional_call(self.d, params, (real,))
            fake_logits = functional_call(self.d, params, (fake,))
            loss = self.criterion(real_logits, self.ones) + self.criterion(fake_logits, self.zeros)
            gradients = torch.autograd.grad(loss, list(params.values()), create_graph=True)
            ahead = {}
            for (name, p), gradient in zip(params.items(), gradients, strict=True):
                means[name] = beta1 * means[name] + (1 - beta1) * gradient
                squares[name] = beta2 * squares[name] + (1 - beta2) * gradient**2
                # The ε inside the root too: its slope at 0 is infinite.
                root = (squares[name] / (1 - beta2**taken) + 1e-30).sqrt() + config.d_epsilon
                ahead[name] = p - config.d_lr * (means[name] / (1 - beta1**taken)) / root
            params = ahead
        loss = self.criterion(functional_call(self.d, params, (fake,)), self.ones)
        for p, gradient in zip(self.g.parameters(), torch.autograd.grad(loss, list(self.g.parameters())), strict=True):
            p.grad = gradient
        self.opt_g.step()

    def _follow_g(self, numbers: Numbers) -> None:
        assert numbers.ahead is not None
        self.ahead = numbers.ahead[0]
        super()._follow_g(numbers)


def plain_loop(trainer: Trainer, seed: int = 0) -> Plain:
    """The loop for the trainer's configuration."""
    return (PlainUnrolled if trainer.config.unroll_steps else Plain)(trainer, seed)


def products(plain: Plain) -> float:
    """Floating-point operations in the matrix products and convolutions that one GAN step needs, counted on a loop."""
    plain.advance(1)
    with FlopCounterMode(display=False) as counter:
        plain.d_step(plain.real(), plain.latent())
        # backward() also finds D's gradients in G's step and throws them away: they are no part of what is needed.
        plain.d.requires_grad_(isinstance(plain, PlainUnrolled))
        plain.g_step(plain.latent())
    plain.d.requires_grad_(True)
    return float(counter.get_total_flops())


def _row(parameter: Tensor) -> Tensor:
    """A module's weight (out, …) or bias (out,) as those of a single replica lie: (1, in, out), (1, 1, out)."""
    return parameter.detach().reshape(len(parameter), -1).T.unsqueeze(0)
