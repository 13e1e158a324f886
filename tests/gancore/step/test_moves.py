"""One step of each player against the same step as tutorials write it."""

import pytest
import torch
from torch.nn import functional as F

from gancore.config import RunConfig
from gancore.methods.optimizers import NetworkState, Rates
from gancore.step.moves import Hyperparameters, StepSpec, discriminator_move, generator_move, packed
from tests.gancore.plain_modules import random_row, row_of, sequential

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.9, eps=1e-4),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.5, 0.9), eps=1e-4),
}
PLAIN = {
    "minimax": (lambda r, f: F.softplus(-r) + F.softplus(f), lambda f: -F.softplus(f)),
    "non_saturating": (lambda r, f: F.softplus(-r) + F.softplus(f), lambda f: F.softplus(-f)),
    "wasserstein": (lambda r, f: f - r, lambda f: -f),
    "hinge": (lambda r, f: F.relu(1 - r) + F.relu(1 + f), lambda f: -f),
    "least_squares": (lambda r, f: ((r - 1) ** 2 + f**2) / 2, lambda f: (f - 1) ** 2 / 2),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", PLAIN)
@pytest.mark.parametrize("pack", [1, 2])
def test_ten_rounds_equal_a_plain_loop(loss, optimizer, pack):
    constants = {"lr": 0.1, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-4}
    config = RunConfig(
        loss=loss, pack=pack, batch_size=8, latent_dim=3, g_hidden=6, d_hidden=7, g_activation="tanh",
        d_activation="tanh", g_optimizer=optimizer, d_optimizer=optimizer,
        **{f"{player}_{name}": value for player in "dg" for name, value in constants.items()},
    )  # fmt: skip
    spec = StepSpec.of(config)
    rates = Rates(*(torch.tensor(value, dtype=torch.float64) for value in (*constants.values(), 0.0)))
    hyper = Hyperparameters(rates, rates, torch.zeros(()), torch.zeros(()), torch.zeros(()))
    draw = torch.Generator().manual_seed(1)

    def normal(*shape):
        return torch.randn(1, *shape, generator=draw, dtype=torch.float64)

    def first(net):
        params = random_row(net, draw) / 2
        zero = torch.zeros_like(params)
        return NetworkState(params, zero, zero, torch.zeros((), dtype=torch.float64), zero, zero)

    d, g = first(spec.d), first(spec.g)
    plain_d, plain_g = sequential(spec.d, d.params), sequential(spec.g, g.params)
    optimizer_d, optimizer_g = OPTIMIZERS[optimizer](plain_d.parameters()), OPTIMIZERS[optimizer](plain_g.parameters())
    d_loss, g_loss = PLAIN[loss]
    for _ in range(10):
        real, latent, again = normal(8, 2), normal(8, 3), normal(8, 3)
        d_move = discriminator_move(spec, hyper, d, real, spec.g(g.params, latent), torch.zeros(1, 8, 1))
        d = d_move.state
        g_move = generator_move(spec, hyper, g, d, again, None, None, None)
        g = g_move.state

        fake = plain_g(latent[0]).detach()
        theirs = d_loss(plain_d(real[0].view(-1, 2 * pack)), plain_d(fake.view(-1, 2 * pack))).mean()
        optimizer_d.zero_grad()
        theirs.backward()
        norm = torch.cat([p.grad.flatten() for p in plain_d.parameters()]).norm()
        optimizer_d.step()
        torch.testing.assert_close(d_move.loss[0], theirs.detach(), rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(d_move.gradient_norm[0], norm, rtol=1e-9, atol=1e-9)

        theirs = g_loss(plain_d(plain_g(again[0]).view(-1, 2 * pack))).mean()
        optimizer_g.zero_grad()
        theirs.backward()
        optimizer_g.step()
        torch.testing.assert_close(g_move.loss[0], theirs.detach(), rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(d.params[0], row_of(plain_d), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(g.params[0], row_of(plain_g), rtol=1e-6, atol=1e-6)


def test_packing_one_is_the_plain_game():
    points = torch.randn(2, 6, 2)
    assert torch.equal(packed(points, 1), points)


def test_packing_regroups_the_same_samples():
    points = torch.arange(24.0).view(2, 6, 2)
    pairs = packed(points, 2)
    assert pairs.shape == (2, 3, 4)
    assert torch.equal(pairs[1, 2], torch.cat([points[1, 4], points[1, 5]]))
    assert torch.equal(pairs.reshape(2, 6, 2), points)


@pytest.mark.parametrize("pack", [1, 2])
def test_the_penalty_is_handed_packed_points_and_an_alpha_for_each(pack):
    seen = []

    def penalty(judge, real, fake, mix):
        seen.append((real, fake, mix))
        return judge(real).mean((1, 2))

    spec = StepSpec.of(RunConfig(batch_size=8, pack=pack))._replace(penalty=penalty)
    hyper = Hyperparameters.of(RunConfig(), torch.device("cpu"))
    params = spec.d.init("uniform", [torch.Generator().manual_seed(0)])
    zero = torch.zeros_like(params)
    d = NetworkState(params, zero, zero, torch.zeros(()), zero, zero)
    real, fake, mix = torch.randn(1, 8, 2), torch.randn(1, 8, 2), torch.rand(1, 8, 1)
    discriminator_move(spec, hyper, d, real, fake, mix)
    assert torch.equal(seen[0][0], packed(real, pack))
    assert torch.equal(seen[0][1], packed(fake, pack))
    assert torch.equal(seen[0][2], mix[:, : 8 // pack])


def test_the_generator_s_gradient_passes_through_the_noise():
    # G's loss is that of the noised points, and its gradient the one at those points.
    config = RunConfig(batch_size=8, latent_dim=3, g_optimizer="sgd", g_lr=1.0, g_hidden=6, d_hidden=7)
    spec, hyper = StepSpec.of(config), Hyperparameters.of(config, torch.device("cpu"))
    draws = [torch.Generator().manual_seed(i) for i in range(2)]
    g_params, d_params = spec.g.init("uniform", draws), spec.d.init("uniform", draws)
    zero, none = torch.zeros(()), torch.zeros(2, 1)
    g = NetworkState(g_params, torch.zeros_like(g_params), torch.zeros_like(g_params), zero, none, none)
    d = NetworkState(d_params, torch.zeros_like(d_params), torch.zeros_like(d_params), zero, none, none)
    latent, noise = torch.randn(2, 8, 3), torch.randn(2, 8, 2)
    move = generator_move(spec, hyper, g, d, latent, noise, None, None)
    leaf = g_params.clone().requires_grad_()
    loss = F.softplus(-spec.d(d_params, spec.g(leaf, latent) + noise)).mean((1, 2))
    (gradient,) = torch.autograd.grad(loss.sum(), leaf)
    torch.testing.assert_close(move.loss, loss.detach())
    torch.testing.assert_close(g_params - move.state.params, gradient)
    torch.testing.assert_close(move.gradient_norm, gradient.norm(dim=1))
    assert not torch.allclose(move.loss, generator_move(spec, hyper, g, d, latent, None, None, None).loss)
