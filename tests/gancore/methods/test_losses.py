import math

import pytest
import torch
from torch.nn import functional as F

from gancore.methods import losses
from gancore.methods.losses import LOSSES, minimax_d, minimax_g, non_saturating_g

members = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
logits = pytest.mark.parametrize("logit", [0.0, 0.5, 1.0, -1.0, 100.0, -100.0, 1e4, -1e4])


def _leaf(*values):
    return torch.tensor(values, requires_grad=True)


@members
def test_each_player_pulls_its_own_way(loss):
    # At logit ½: at 0 the least squares of a fake already stand at their target.
    real, fake = _leaf(0.5), _leaf(0.5)
    loss.d(real, fake).sum().backward()
    assert real.grad.item() < 0  # a step downhill raises D's verdict on the real point …
    assert fake.grad.item() > 0  # … and lowers the one on the generated
    judged = _leaf(0.5)
    loss.g(judged).sum().backward()
    assert judged.grad.item() < 0  # the generator wants its point judged real


@members
@logits
def test_finite_with_finite_gradients(loss, logit):
    for sign in (1, -1):
        real, fake, judged = _leaf(logit), _leaf(sign * logit), _leaf(logit)
        d, g = loss.d(real, fake), loss.g(judged)
        (d.sum() + g.sum()).backward()
        for each in (d, g, real.grad, fake.grad, judged.grad):
            assert torch.isfinite(each).all()


def _up_to(name, dtype):
    """The size of logits up to which the module says that a loss is finite."""
    largest = torch.finfo(dtype).max
    return largest**0.5 if name == "least_squares" else largest / 2


def _all_finite(loss, logit, dtype):
    for sign in (1, -1):
        real, fake, judged = (
            torch.tensor(each, dtype=dtype, requires_grad=True) for each in (logit, -sign * logit, logit)
        )
        d, g = loss.d(real, fake), loss.g(judged)
        (d.sum() + g.sum()).backward()
        if not all(torch.isfinite(each).all() for each in (d, g, real.grad, fake.grad, judged.grad)):
            return False
    return True


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", LOSSES)
def test_finite_for_the_logits_that_the_module_names_and_not_far_beyond(name, dtype):
    bound = _up_to(name, dtype)
    for share in (1e-30, 1e-3, 0.5, 0.99):
        for sign in (1, -1):
            assert _all_finite(LOSSES[name], sign * share * bound, dtype)
    if name == "least_squares":
        assert not _all_finite(LOSSES[name], 1.01 * bound, dtype)


@pytest.mark.parametrize("name", LOSSES)
def test_the_module_names_the_bound_of_every_loss(name):
    digits, _, power = f"{_up_to(name, torch.float32):.1e}".partition("e+")
    assert f"{digits}·10{power.translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))} in float32" in losses.__doc__


@members
def test_unreduced_and_nothing_mutated(loss):
    real, fake = torch.randn(3, 5, 1), torch.randn(3, 5, 1)
    before = real.clone(), fake.clone()
    assert loss.d(real, fake).shape == (3, 5, 1)
    assert loss.g(fake).shape == (3, 5, 1)
    assert torch.equal(real, before[0])
    assert torch.equal(fake, before[1])


@members
def test_one_sample_s_loss_does_not_depend_on_the_others(loss):
    real, fake = torch.randn(2, 6, 1, dtype=torch.float64), torch.randn(2, 6, 1, dtype=torch.float64)
    whole, part = loss.d(real, fake), loss.d(real[:1, :2], fake[:1, :2])
    torch.testing.assert_close(whole[:1, :2], part)
    torch.testing.assert_close(loss.g(fake)[:1, :2], loss.g(fake[:1, :2]))


def test_known_values_at_logit_zero():
    zero = torch.zeros(1, dtype=torch.float64)
    assert minimax_d(zero, zero).item() == pytest.approx(math.log(4))
    assert minimax_g(zero).item() == pytest.approx(-math.log(2))
    assert non_saturating_g(zero).item() == pytest.approx(math.log(2))
    assert LOSSES["wasserstein"].d(zero, zero).item() == 0
    assert LOSSES["hinge"].d(zero, zero).item() == 2
    assert LOSSES["least_squares"].d(zero, zero).item() == 0.5


def test_minimax_is_a_zero_sum_game():
    # What depends on the fakes in D's loss is what G maximises: both sides play for the same number.
    fake = torch.linspace(-5, 5, 11, dtype=torch.float64)
    torch.testing.assert_close(minimax_d(torch.full_like(fake, 1e3), fake), -minimax_g(fake))


def test_minimax_saturates_where_non_saturating_does_not():
    a, b = _leaf(-20.0), _leaf(-20.0)
    minimax_g(a).backward()
    non_saturating_g(b).backward()
    assert abs(a.grad.item()) < 1e-8
    assert b.grad.item() == pytest.approx(-1)


def test_against_torch():
    real, fake = 3 * torch.randn(50, dtype=torch.float64), 3 * torch.randn(50, dtype=torch.float64)
    ones, zeros = torch.ones_like(real), torch.zeros_like(real)
    bce = F.binary_cross_entropy_with_logits
    expected = bce(real, ones, reduction="none") + bce(fake, zeros, reduction="none")
    torch.testing.assert_close(minimax_d(real, fake), expected)
    torch.testing.assert_close(minimax_g(fake), -bce(fake, zeros, reduction="none"))
    torch.testing.assert_close(non_saturating_g(fake), bce(fake, ones, reduction="none"))
    squares = F.mse_loss(real, ones, reduction="none") / 2 + F.mse_loss(fake, zeros, reduction="none") / 2
    torch.testing.assert_close(LOSSES["least_squares"].d(real, fake), squares)
    torch.testing.assert_close(LOSSES["least_squares"].g(fake), F.mse_loss(fake, ones, reduction="none") / 2)
    hinge = F.hinge_embedding_loss  # max(0, 1 - x) for target -1
    torch.testing.assert_close(
        LOSSES["hinge"].d(real, fake), hinge(real, -ones, reduction="none") + hinge(-fake, -ones, reduction="none")
    )


def test_only_the_logistic_games_have_a_probability():
    # σ(s) is D's probability where D's loss is the cross entropy: its optimum then is s = log(p_real / p_fake).
    for name, loss in LOSSES.items():
        share = 0.8  # of the points here are real
        logit = torch.tensor(math.log(share / (1 - share)), dtype=torch.float64, requires_grad=True)
        far = torch.full((), -1e3, dtype=torch.float64)  # takes the other half of the pair out of a softplus
        d = share * (loss.d(logit, far) - loss.d(-far, far)) + (1 - share) * (loss.d(-far, logit) - loss.d(-far, far))
        (gradient,) = torch.autograd.grad(d, logit)
        assert (abs(gradient.item()) < 1e-9) == loss.probability, name
