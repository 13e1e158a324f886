import math

import numpy as np
import pytest
import torch
from torch import nn

from gancore.methods.penalties import PENALTIES, gradient_penalty, input_gradient, r1, r2, roth
from gancore.networks.mlp import MLP

members = pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES.keys())
DOUBLE = torch.float64


def linear(w):
    """s(x) = w · x, whose gradient is w everywhere."""
    return lambda x: x @ w[:, None]


def sets(replicas=2, batch=5, features=2, seed=0):
    """Real points, generated points and the mix, (R, B, F), (R, B, F), (R, B, 1)."""
    draw = torch.Generator().manual_seed(seed)
    real, fake = (torch.randn(replicas, batch, features, generator=draw, dtype=DOUBLE) for _ in range(2))
    return real, fake, torch.rand(replicas, batch, 1, generator=draw, dtype=DOUBLE)


def curved(replicas=2, seed=0):
    """An MLP critic with its parameters, (R, P): the net and the leaf."""
    net = MLP((2, 8, 1), "tanh")
    flat = net.init("uniform", [torch.Generator().manual_seed(seed + i) for i in range(replicas)])
    return net, (3 * flat.to(DOUBLE)).requires_grad_()


@pytest.mark.parametrize("penalty", [r1, r2])
@pytest.mark.parametrize("w", [(3.0, 4.0), (0.0, 0.0), (-1.0, 0.5)])
def test_zero_centred_penalties_of_a_linear_critic(penalty, w):
    w = torch.tensor(w, dtype=DOUBLE)
    expected = 0.5 * w.square().sum()
    torch.testing.assert_close(penalty(linear(w), *sets()), expected.expand(2))


def test_roth_of_a_linear_critic_is_r1_and_r2_weighted_by_how_wrong_it_is():
    # One point of either kind, so that each expectation is its one term.
    w = torch.tensor([3.0, -4.0], dtype=DOUBLE)
    real, fake = torch.tensor([[[0.1, 0.2]]], dtype=DOUBLE), torch.tensor([[[-0.3, 0.05]]], dtype=DOUBLE)
    right, fooled = torch.sigmoid(w @ real[0, 0]), torch.sigmoid(w @ fake[0, 0])
    expected = 0.5 * ((1 - right) ** 2 + fooled**2) * 25
    torch.testing.assert_close(roth(linear(w), real, fake, real[..., :1])[0], expected)


def test_roth_counts_nothing_where_the_critic_is_right_and_all_where_it_is_wrong():
    points = torch.full((1, 4, 2), 50.0, dtype=DOUBLE)
    w = torch.tensor([1.0, 1.0], dtype=DOUBLE)
    assert roth(linear(w), points, -points, points[..., :1]).item() < 1e-30
    expected = r1(linear(w), points, points, points) + r2(linear(w), points, points, points)
    torch.testing.assert_close(roth(linear(w), -points, points, points[..., :1]), expected)


def added_by_noise(critic, real, fake, gamma):
    """D's loss under instance noise of variance γ, less that without; points (1, B, 1), the noise by quadrature."""
    nodes, weights = (torch.from_numpy(each) for each in np.polynomial.hermite_e.hermegauss(40))
    weights = weights / weights.sum()
    added = torch.zeros((), dtype=DOUBLE)
    for points, wrong in ((real, -1), (fake, 1)):
        noised = nn.functional.softplus(wrong * critic(points + gamma**0.5 * nodes))  # (1, B, nodes)
        added += (noised @ weights - nn.functional.softplus(wrong * critic(points))[..., 0]).mean()
    return added


def gaussian(mean, deviation, count=20_001):
    """(1, count, 1): the quantiles of a normal distribution, which stand for it in any mean."""
    shares = (torch.arange(count, dtype=DOUBLE) + 0.5) / count
    return (mean + deviation * torch.special.ndtri(shares))[None, :, None]


def log_ratio(x):
    """log p/q of the two distributions below: the logit of the best D, curved, so that its Laplacian counts."""
    return math.log(2) - x**2 / 2 + (x - 1) ** 2 / 8


@pytest.mark.parametrize("gamma", [1e-2, 1e-3])
def test_roth_is_what_little_noise_adds_to_the_loss_of_the_best_critic(gamma):
    # Roth et al. 2017: for data N(0, 1) and a generator N(1, 2²), up to terms in γ²
    real, fake = gaussian(0, 1), gaussian(1, 2)
    penalty = gamma * roth(log_ratio, real, fake, real)[0]
    torch.testing.assert_close(added_by_noise(log_ratio, real, fake, gamma), penalty, rtol=2 * gamma, atol=0)


@pytest.mark.parametrize("steeper", [0.25, 4])
def test_of_any_other_critic_little_noise_adds_something_else(steeper):
    # s = a x between N(1, 1) and N(-1, 1), whose best D has a = 2: noise adds γ/2 a² (E p(1-p) + E p(1-p))
    real, fake, gamma = gaussian(1, 1), gaussian(-1, 1), 1e-4

    def added_and_penalty(slope):
        critic = lambda x: slope * x  # noqa: E731
        variance = sum((torch.sigmoid(slope * x) * torch.sigmoid(-slope * x)).mean() for x in (real, fake))
        added = added_by_noise(critic, real, fake, gamma)
        torch.testing.assert_close(added, gamma / 2 * slope**2 * variance, rtol=1e-3, atol=0)
        return added.item(), gamma * roth(critic, real, fake, real).item()

    at_best, penalty = added_and_penalty(2.0)
    assert at_best == pytest.approx(penalty, rel=1e-3)
    added, penalty = added_and_penalty(2.0 * steeper)
    assert abs(added - penalty) > 0.2 * added


@pytest.mark.parametrize("length", [1.0, 0.25, 3.0])
def test_gradient_penalty_of_a_linear_critic(length):
    w = length * torch.tensor([0.6, -0.8], dtype=DOUBLE)
    expected = torch.full((2,), (length - 1) ** 2, dtype=DOUBLE)
    torch.testing.assert_close(gradient_penalty(linear(w), *sets()), expected, atol=1e-12, rtol=1e-9)


def test_the_norm_is_over_all_features_of_a_sample():
    # 16 features of gradient ¼ each make a norm of 1; a norm over another axis, or a sum of parts, does not.
    w = torch.full((16,), 0.25, dtype=DOUBLE)
    found = gradient_penalty(linear(w), *sets(features=16))
    torch.testing.assert_close(found, torch.zeros(2, dtype=DOUBLE), atol=1e-12, rtol=0)


def test_where_each_penalty_looks():
    real, fake, mix = sets()
    seen = []

    def recording(x):
        seen.append(x.detach().clone())
        return x.sum(-1, keepdim=True)

    for penalty in (r1, r2, gradient_penalty, roth):
        penalty(recording, real, fake, mix)
    torch.testing.assert_close(seen[0], real)
    torch.testing.assert_close(seen[1], fake)
    torch.testing.assert_close(seen[2], mix * real + (1 - mix) * fake)
    torch.testing.assert_close(seen[3:], [real, fake])


def test_one_alpha_a_sample():
    # All pairs alike, so that only α can tell the points apart.
    real, fake = torch.ones(1, 4, 2, dtype=DOUBLE), torch.zeros(1, 4, 2, dtype=DOUBLE)
    mix = torch.tensor([0.0, 0.25, 0.5, 1.0], dtype=DOUBLE).view(1, 4, 1)
    seen = []
    gradient_penalty(lambda x: (seen.append(x.detach().clone()), x.square().sum(-1, keepdim=True))[1], real, fake, mix)
    torch.testing.assert_close(seen[0], mix.expand(1, 4, 2))


@members
def test_a_flat_critic_gives_finite_gradients(penalty):
    net = MLP((2, 8, 1), "relu")
    params = torch.zeros(2, net.row_length, requires_grad=True)
    value = penalty(lambda x: net(params, x), *(each.float() for each in sets()))
    (gradient,) = torch.autograd.grad(value.sum(), params)
    assert torch.isfinite(value).all()
    assert torch.isfinite(gradient).all()


@members
def test_it_trains_the_critic_and_mutates_nothing(penalty):
    net, params = curved()
    real, fake, mix = sets()
    before = [each.clone() for each in (real, fake, mix)]
    (gradient,) = torch.autograd.grad(penalty(lambda x: net(params, x), real, fake, mix).sum(), params)
    assert (gradient[:, :16].abs() > 0).all()  # every weight of the first layer
    assert not real.requires_grad
    for each, old in zip((real, fake, mix), before, strict=True):
        assert torch.equal(each, old)


@members
def test_gradient_in_the_parameters_against_finite_differences(penalty):
    net, params = curved()
    real, fake, mix = sets()
    assert torch.autograd.gradcheck(lambda p: penalty(lambda x: net(p, x), real, fake, mix), params)


@members
def test_gradient_in_the_points_against_finite_differences(penalty):
    # Unrolling looks through D's step at the generated points: the penalty must let it.
    net, params = curved()
    real, fake, mix = sets()
    assert torch.autograd.gradcheck(
        lambda x: penalty(lambda at: net(params, at), real, x, mix), fake.requires_grad_(), raise_exception=True
    )


def test_against_a_penalty_written_sample_by_sample():
    net, params = curved(replicas=1)
    real, fake, mix = sets(replicas=1)
    module = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1)).to(DOUBLE)
    w0, b0, w1, b1 = (each[0].detach() for each in net.unpack(params))
    with torch.no_grad():
        for parameter, value in zip(module.parameters(), (w0.T, b0[0], w1.T, b1[0]), strict=True):
            parameter.copy_(value)

    def norm(x):
        x = x.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(module(x).squeeze(), x)
        return gradient.norm()

    def wrong(x, sign):
        return torch.sigmoid(-sign * module(x).squeeze()).square()

    pairs = list(zip(real[0], fake[0], mix[0], strict=True))
    critic = lambda x: net(params, x)  # noqa: E731
    expected = {
        "r1": torch.stack([norm(x) ** 2 / 2 for x, _, _ in pairs]).mean(),
        "r2": torch.stack([norm(y) ** 2 / 2 for _, y, _ in pairs]).mean(),
        "roth": torch.stack(
            [wrong(x, 1) * norm(x) ** 2 / 2 + wrong(y, -1) * norm(y) ** 2 / 2 for x, y, _ in pairs]
        ).mean(),
        "gradient_penalty": torch.stack([(norm(a * x + (1 - a) * y) - 1) ** 2 for x, y, a in pairs]).mean(),
    }
    for name, value in expected.items():
        torch.testing.assert_close(PENALTIES[name](critic, real, fake, mix)[0], value, rtol=1e-9, atol=1e-9)


@members
def test_replicas_do_not_mix(penalty):
    net, params = curved(replicas=3)
    real, fake, mix = sets(replicas=3)
    whole = penalty(lambda x: net(params, x), real, fake, mix)
    for i in range(3):
        one = penalty(lambda x: net(params[i : i + 1], x), real[i : i + 1], fake[i : i + 1], mix[i : i + 1])  # noqa: B023
        torch.testing.assert_close(whole[i : i + 1], one, rtol=1e-12, atol=1e-12)
    (gradient,) = torch.autograd.grad(whole[0], params)
    assert (gradient[0] != 0).any()
    assert (gradient[1:] == 0).all()


def test_input_gradient_is_of_the_logit():
    net, params = curved()
    points, _, _ = sets()
    h = 1e-6
    for axis in range(2):
        shift = torch.zeros(2, dtype=DOUBLE)
        shift[axis] = h
        slope = (net(params, points + shift) - net(params, points - shift)) / (2 * h)
        torch.testing.assert_close(
            input_gradient(lambda x: net(params, x), points)[..., axis], slope[..., 0], rtol=1e-6, atol=1e-8
        )
