"""Closed forms against quadrature and against numerical derivatives of the losses that training uses."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.special import entr, expit

from gancore.methods.losses import LOSSES
from gancore.theory.optimal_discriminator import LOSS_NAMES, TwoLines, js, kl, sweep, wasserstein

PLACES = [(2.0, 1.0), (-2.0, 1.0), (0.3, 0.5), (4.0, 0.7), (-0.8, 0.2)]  # θ, σ
places = pytest.mark.parametrize(("theta", "sigma"), PLACES)
losses = pytest.mark.parametrize("loss", LOSS_NAMES)


def span(theta, sigma, width=6.0):
    return min(theta, 0) - width * sigma, max(theta, 0) + width * sigma


def integral(of, theta, sigma, width=8.0):
    low, high = span(theta, sigma, width)
    return quad(of, low, high, points=[0, theta / 2, theta], limit=500, epsabs=1e-13, epsrel=1e-12)[0]


def test_it_speaks_of_the_losses_that_training_has():
    assert set(LOSS_NAMES) == set(LOSSES)


# ── Densities, divergences, distances ─────────────────────────────────────────────────────────────────────────────


@places
def test_the_densities_are_normal(theta, sigma):
    lines = TwoLines(theta, sigma)
    for density, mean in ((lines.p, 0.0), (lines.q, theta)):
        assert integral(density, theta, sigma) == pytest.approx(1)
        assert integral(lambda x, f=density: x * f(x), theta, sigma) == pytest.approx(mean, abs=1e-9)
        spread = integral(lambda x, f=density, m=mean: (x - m) ** 2 * f(x), theta, sigma)
        assert spread == pytest.approx(sigma**2)


@places
def test_the_logit_is_that_of_the_densities(theta, sigma):
    lines = TwoLines(theta, sigma)
    x = np.linspace(*span(theta, sigma, 3), 31)
    np.testing.assert_allclose(lines.logit(x), np.log(lines.p(x) / lines.q(x)), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(lines.probability(x), lines.p(x) / (lines.p(x) + lines.q(x)))


@places
def test_divergences_are_those_of_quadrature(theta, sigma):
    lines = TwoLines(theta, sigma)

    def of_js(x):
        p, q = lines.p(x), lines.q(x)
        m = (p + q) / 2
        return sum(0.5 * f * math.log(f / m) for f in (p, q) if f > 0)

    assert js(theta, sigma) == pytest.approx(integral(of_js, theta, sigma), rel=1e-9)
    forward = integral(lambda x: lines.p(x) * lines.logit(x), theta, sigma)
    backward = integral(lambda x: -lines.q(x) * lines.logit(x), theta, sigma)
    assert kl(theta, sigma) == pytest.approx(forward) == pytest.approx(backward)


@places
def test_the_wasserstein_distance_is_the_area_between_the_distribution_functions(theta, sigma):
    # W₁ on a line: ∫ |F_p - F_q| dx
    def between(x):
        return abs(math.erf(x / sigma / math.sqrt(2)) - math.erf((x - theta) / sigma / math.sqrt(2))) / 2

    assert wasserstein(theta) == pytest.approx(integral(between, theta, sigma))


@places
def test_the_minimax_game_at_its_optimum_is_two_js_minus_log_four(theta, sigma):
    # Goodfellow et al. 2014, theorem 1: E_p log D* + E_q log(1 - D*) = 2 JS - log 4
    lines = TwoLines(theta, sigma)

    def value(x):
        s = lines.logit(x)
        return -lines.p(x) * np.logaddexp(0, -s) - lines.q(x) * np.logaddexp(0, s)

    assert integral(value, theta, sigma) == pytest.approx(2 * js(theta, sigma) - math.log(4), rel=1e-9)


def test_js_rises_from_nothing_to_log_two_and_is_flat_there():
    distance = np.concatenate([np.linspace(0, 12, 200), [50, 1e3, 1e6]])
    values = js(distance, 1.0)
    assert values[0] == 0
    assert (np.diff(values) >= 0).all()
    assert (values <= math.log(2)).all()
    assert js(6.0, 1.0) > 0.99 * math.log(2)
    assert np.ptp(values[-3:]) < 1e-12
    assert js(0.01, 1.0) == pytest.approx(0.01**2 / 8, rel=1e-3)  # near 0 it is θ²/8σ²
    np.testing.assert_array_equal(js(-distance, 1.0), values)


def test_js_keeps_its_relative_error_where_it_goes_to_nothing():
    # δ = |θ|/σ: JS = δ²/8 - δ⁴/64 + O(δ⁶)
    distance = np.logspace(-140, -3.7, 60)
    np.testing.assert_allclose(js(distance, 1.0), distance**2 / 8 * (1 - distance**2 / 8), rtol=1e-14)
    np.testing.assert_allclose(js(1e-170 * distance, 1e-170), js(distance, 1.0), rtol=1e-13)


@pytest.mark.parametrize("distance", [0.3, 1.0, 3.0, 10.0])
def test_js_keeps_its_relative_error_further_out(distance):
    # The nats that D*'s answer at x is short of log 2, an even coin's, on average over p
    lines = TwoLines(distance, 1.0)

    def told(x):
        return lines.p(x) * (math.log(2) - entr(lines.probability(x)) - entr(expit(-lines.logit(x))))

    found = quad(told, -9, 9, points=[0, distance / 2], epsabs=0, epsrel=1e-12, limit=500)[0]
    assert js(distance, 1.0) == pytest.approx(found, rel=1e-12)


def test_parallel_lines_are_the_limit():
    # Arjovsky, Chintala & Bottou 2017, example 1
    thetas = np.array([-1.0, 0.0, 1e-9, 2.0])
    np.testing.assert_allclose(js(thetas, 0.0), [math.log(2), 0, math.log(2), math.log(2)])
    np.testing.assert_array_equal(kl(thetas, 0.0), [math.inf, 0, math.inf, math.inf])
    np.testing.assert_array_equal(wasserstein(thetas), [1, 0, 1e-9, 2])
    np.testing.assert_allclose(js(thetas, 1e-12), js(thetas, 0.0), atol=1e-12)


# ── Optimal discriminators ────────────────────────────────────────────────────────────────────────────────────────


@losses
@places
def test_no_other_critic_does_better(loss, theta, sigma):
    # Point by point, p · loss(s as a real) + q · loss(s as a fake) is least at the optimal s. Not so for Wasserstein,
    # whose critic is bound by its slope.
    if loss == "wasserstein":
        return
    lines = TwoLines(theta, sigma)
    x = np.linspace(*span(theta, sigma, 2), 17) + 1e-3  # not at the hinge's jump

    def cost(s):
        s = torch.from_numpy(s)
        as_real, as_fake = LOSSES[loss].d(s, torch.zeros_like(s)), LOSSES[loss].d(torch.zeros_like(s), s)
        at_zero = LOSSES[loss].d(torch.zeros_like(s), torch.zeros_like(s))
        p, q = torch.from_numpy(lines.p(x)), torch.from_numpy(lines.q(x))
        # d(r, f) is a sum of one part in r and one in f; what the zeros add does not depend on s
        return (p * (as_real - at_zero) + q * (as_fake - at_zero)).numpy()

    best = cost(lines.critic(loss, x))
    for shift in (-3, -0.5, -0.01, 0.01, 0.5, 3):
        assert (cost(lines.critic(loss, x) + shift) >= best - 1e-12).all()


@places
def test_the_potential_earns_the_wasserstein_distance_with_slope_one(theta, sigma):
    # Kantorovich & Rubinstein: W = sup over slopes of at most 1 of E_p s - E_q s
    lines = TwoLines(theta, sigma)
    earned = integral(lambda x: (lines.p(x) - lines.q(x)) * lines.critic("wasserstein", x), theta, sigma)
    assert earned == pytest.approx(wasserstein(theta))
    x = np.linspace(*span(theta, sigma), 50)
    np.testing.assert_allclose(np.abs(np.diff(lines.critic("wasserstein", x))), np.diff(x))


# ── Gradients ─────────────────────────────────────────────────────────────────────────────────────────────────────


@losses
@places
def test_gradients_are_the_slope_of_the_loss_under_the_optimal_critic(loss, theta, sigma):
    lines = TwoLines(theta, sigma)
    x = np.linspace(*span(theta, sigma, 2.5), 24)  # an even number: not at the hinge's jump, half way
    h = 1e-5 * sigma

    def cost(at):
        return LOSSES[loss].g(torch.from_numpy(np.asarray(lines.critic(loss, at)))).numpy()

    slope = (cost(x + h) - cost(x - h)) / (2 * h)
    np.testing.assert_allclose(lines.gradient(loss, x), -slope, rtol=1e-6, atol=1e-6)


@losses
@places
def test_gradients_point_towards_the_data_or_vanish(loss, theta, sigma):
    gradient = TwoLines(theta, sigma).gradient(loss, np.linspace(*span(theta, sigma), 100))
    if loss == "hinge":
        assert (gradient == 0).all()
    else:
        assert (np.sign(gradient) == -np.sign(theta)).all()


@losses
def test_nothing_is_left_to_learn_at_distance_zero(loss):
    lines = TwoLines(0.0, 0.4)
    x = np.linspace(-2, 2, 9)
    assert (lines.gradient(loss, x) == 0).all()
    assert (lines.log10_size(loss, x) == -math.inf).all()


@places
def test_minimax_to_non_saturating_is_the_odds_of_d(theta, sigma):
    lines = TwoLines(theta, sigma)
    x = np.linspace(*span(theta, sigma, 2), 21)
    ratio = lines.gradient("minimax", x) / lines.gradient("non_saturating", x)
    np.testing.assert_allclose(ratio, lines.p(x) / lines.q(x), rtol=1e-9)  # D* / (1 - D*)


@losses
@places
def test_sizes_are_those_of_the_gradients(loss, theta, sigma):
    lines = TwoLines(theta, sigma)
    x = np.linspace(*span(theta, sigma), 41)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(
            lines.log10_size(loss, x), np.log10(np.abs(lines.gradient(loss, x))), rtol=1e-9, atol=1e-9
        )


def test_sizes_are_finite_where_gradients_are_no_longer():
    # At x = θ = 100 σ the logit is -5000: e^-5000 is no float64, its logarithm is a number like any other.
    lines = TwoLines(100.0, 1.0)
    assert lines.gradient("minimax", 100.0) == 0
    assert lines.log10_size("minimax", 100.0) == pytest.approx((-5000 + math.log(100)) / math.log(10))
    assert lines.log10_size("non_saturating", 100.0) == pytest.approx(2)
    assert lines.log10_size("wasserstein", 100.0) == 0


def test_the_further_away_the_less_minimax_teaches_and_the_more_minus_log_d():
    of = {loss: sweep(np.linspace(0.5, 10, 40), 1.0).log10_at_centre[loss] for loss in LOSS_NAMES}
    far = slice(10, None)
    assert (np.diff(of["minimax"][far]) < 0).all()
    assert (np.diff(of["least_squares"][far]) < 0).all()
    assert (np.diff(of["non_saturating"][far]) > 0).all()
    assert (of["wasserstein"] == 0).all()


# ── The ends of the floats ────────────────────────────────────────────────────────────────────────────────────────────


@losses
@pytest.mark.parametrize(
    ("theta", "sigma"),
    [(1.0, 1e-150), (1e-170, 1e-170), (-1e-200, 1e-180), (0.0, 1e-300), (5e-324, 1.0), (1e300, 1e200), (-1.0, 1e300)],
)
def test_nothing_becomes_nan_however_small_or_large(loss, theta, sigma):
    x = np.array([-1e300, -1.0, -sigma, 0.0, theta / 2, theta, theta + sigma, 1.0, 1e300])
    with np.errstate(all="raise", under="ignore"):
        lines = TwoLines(theta, sigma)
        logit, probability, gradient = lines.logit(x), lines.probability(x), lines.gradient(loss, x)
        size, critic = lines.log10_size(loss, x), lines.critic(loss, x)
        densities = lines.p(x), lines.q(x)
    for each in (logit, probability, gradient, size, critic, *densities):
        assert not np.isnan(each).any()
    assert np.isfinite(gradient).all()
    assert probability[4] == 0.5  # half way
    assert (np.sign(theta) * np.diff(logit[np.argsort(x)]) <= 0).all()
    assert (np.sign(gradient) * np.sign(theta) <= 0).all()
    shown = np.abs(gradient) > 1e-290
    np.testing.assert_allclose(10 ** size[shown], np.abs(gradient[shown]), rtol=1e-9)


@losses
def test_it_is_the_same_in_any_unit(loss):
    # Gradients are per unit of x, but for the critic of slope 1.
    x, unit = np.linspace(-3, 4, 15), 2.0**-500
    there, here = TwoLines(1.5 * unit, 0.7 * unit), TwoLines(1.5, 0.7)
    np.testing.assert_allclose(there.logit(x * unit), here.logit(x), rtol=1e-14)
    scale = 1.0 if loss == "wasserstein" else unit
    np.testing.assert_allclose(scale * there.gradient(loss, x * unit), here.gradient(loss, x), rtol=1e-14)


# ── Shapes, sweeps, errors ────────────────────────────────────────────────────────────────────────────────────────


def test_theta_and_sigma_broadcast():
    thetas, sigmas, x = np.linspace(-3, 3, 7)[:, None], np.array([0.5, 1.0])[:, None, None], np.linspace(-4, 4, 5)
    lines = TwoLines(thetas, sigmas)
    for loss in LOSS_NAMES:
        for of in (lines.gradient, lines.critic, lines.log10_size):
            values = np.broadcast_to(of(loss, x), (2, 7, 5))
            assert values[1, 2, 3] == getattr(TwoLines(-1.0, 1.0), of.__name__)(loss, 2.0), of
        assert lines.gradient(loss, x).shape == (2, 7, 5)
        assert lines.log10_size(loss, x).shape == (2, 7, 5)


def test_a_sweep_is_what_the_parts_say():
    thetas = np.linspace(-3, 3, 13)
    found = sweep(thetas, 0.5, points=50)
    assert found.x.shape == found.p.shape == (50,)
    assert found.x[0] == -3 - 4 * 0.5
    assert found.x[-1] == 3 + 4 * 0.5
    lines = TwoLines(thetas[3], 0.5)
    np.testing.assert_allclose(found.q[3], lines.q(found.x))
    np.testing.assert_allclose(found.probability[3], lines.probability(found.x))
    np.testing.assert_allclose(found.js, js(thetas, 0.5))
    np.testing.assert_allclose(found.lines_js, js(thetas, 0))
    np.testing.assert_allclose(found.lines_kl, kl(thetas, 0))
    for loss in LOSS_NAMES:
        np.testing.assert_allclose(found.gradient[loss][3], lines.gradient(loss, found.x))
        np.testing.assert_allclose(np.broadcast_to(found.critic[loss], (13, 50))[3], lines.critic(loss, found.x))
        np.testing.assert_allclose(found.at_centre[loss][3], lines.gradient(loss, thetas[3]))
        assert found.log10_at_centre[loss].shape == (13,)
        assert found.log10_size[loss].shape == (13, 50)
    for name, value in dataclasses.asdict(found).items():
        for array in value.values() if isinstance(value, dict) else [value]:
            assert not np.isnan(array).any(), name


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: TwoLines(0.0, 0.0), "sigma is 0.0"),
        (lambda: TwoLines(0.0, -1.0), "sigma is -1.0"),
        (lambda: TwoLines(math.inf, 1.0), "theta is inf"),
        (lambda: TwoLines(1.0, 1e-170), "theta is 1.0 and sigma is 1e-170; θ/σ² and 1/σ of at most 1.79769e\\+308"),
        (lambda: TwoLines(0.0, 1e-310), "theta is 0.0 and sigma is 1e-310"),
        (lambda: TwoLines([0.1, 1e200], 1e-60), "sigma is 1e-60"),
        (lambda: sweep([0.0, 1.0], 1e-170), "sigma is 1e-170"),
        (lambda: js(math.nan, 1.0), "theta is nan"),
        (lambda: kl([0.0, math.nan], 1.0), "theta is "),
        (lambda: js(1.0, math.nan), "sigma is nan"),
        (lambda: js(1.0, math.inf), "sigma is inf"),
        (lambda: js(1.0, -1.0), "sigma is -1.0"),
        (lambda: kl(1.0, -1.0), "sigma is -1.0"),
        (lambda: TwoLines(1.0, 1.0).gradient("lsgan", 0.0), "'lsgan'.*minimax"),
        (lambda: TwoLines(1.0, 1.0).critic("lsgan", 0.0), "'lsgan'"),
        (lambda: TwoLines(1.0, 1.0).log10_size("lsgan", 0.0), "'lsgan'"),
        (lambda: sweep([], 1.0), "thetas has shape"),
        (lambda: sweep([[1.0]], 1.0), "thetas has shape"),
        (lambda: sweep([1.0], 1.0, points=1), "points is 1"),
    ],
)
def test_what_is_wrong_is_named(call, match):
    with pytest.raises(ValueError, match=match):
        call()
