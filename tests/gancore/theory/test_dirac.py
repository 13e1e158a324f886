"""Fields against autograd of the losses that training uses, eigenvalues against differentiation and simulation."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from gancore.methods.losses import LOSSES
from gancore.methods.penalties import PENALTIES
from gancore.theory.dirac import (
    BILINEAR,
    BOUNDS,
    GAMES,
    METHODS,
    UPDATES,
    Setting,
    critical,
    eigenvalues,
    flow,
    jacobian,
    losses,
    near,
    outcome,
    rate,
    simulated_rate,
    step_eigenvalues,
    step_matrix,
    steps_to_see,
    survey,
    trajectory,
    velocity,
)
from gancore.theory.dirac.steps import GameState, step

EVERY = [("dirac", name) for name in METHODS] + [("bilinear", name) for name in BILINEAR]
every = pytest.mark.parametrize(("game", "method"), EVERY)
both_updates = pytest.mark.parametrize("updates", UPDATES)
numbers = st.floats(-3, 3, allow_nan=False)


@st.composite
def drawn(draw, method=None):
    game, name = method or draw(st.sampled_from(EVERY))
    return Setting(
        game=game,
        method=name,
        updates=draw(st.sampled_from(UPDATES)),
        h=draw(st.floats(0.05, 1)),
        d_steps=draw(st.integers(1, 6)),
        sigma=draw(st.floats(0, 2)),
        gamma=draw(st.floats(0, 2)),
        penalty=draw(st.floats(0.01, 1)),
        clip=draw(st.floats(0.1, 2)),
        consensus=draw(st.floats(0, 2)),
    )


def points(seed, count=40, reach=2.0):
    return np.random.default_rng(seed).uniform(-reach, reach, (count, 2))


# ── Fields and losses against autograd ────────────────────────────────────────────────────────────────────────────


def torch_losses(setting, theta, psi):
    """(L_D, L_G) of shape (N,), by training's own losses and penalties: N replicas, D(x) = ψ x, one real point 0."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    noise = setting.sigma * torch.from_numpy(nodes) if setting.method == "instance_noise" else torch.zeros(1)
    weights = torch.from_numpy(weights / weights.sum()) if setting.method == "instance_noise" else torch.ones(1)
    real = noise[None, :, None].expand(len(theta), -1, 1).double()
    fake = theta[:, None, None] + real

    def critic(x):
        return psi[:, None, None] * x

    def mean(unreduced):
        return (unreduced[..., 0] * weights).sum(1)

    wasserstein = setting.game == "bilinear" or setting.method.startswith("wasserstein")
    loss = LOSSES["wasserstein" if wasserstein else "minimax" if setting.method == "minimax" else "non_saturating"]
    d, g = mean(loss.d(critic(real), critic(fake))), mean(loss.g(critic(fake)))
    mix = torch.full_like(real, 0.3)
    match setting.method:
        case "wasserstein_gp":
            d = d + setting.penalty * PENALTIES["gradient_penalty"](critic, real, fake, mix)
        case "r1" | "r2":
            d = d + setting.gamma * PENALTIES[setting.method](critic, real, fake, mix)
        case "roth":
            d = d + setting.gamma * PENALTIES["roth"](critic, real, fake, mix)
        case "consensus":
            (a,) = torch.autograd.grad(g.sum(), theta, create_graph=True)
            (b,) = torch.autograd.grad(d.sum(), psi, create_graph=True)
            both = setting.consensus * 0.5 * (a**2 + b**2)
            d, g = d + both, g + both
    return d, g


@every
@pytest.mark.parametrize("strength", [0.4, 1.7])
def test_fields_are_minus_the_gradient_of_the_losses_that_training_uses(game, method, strength):
    setting = Setting(game, method, sigma=strength, gamma=strength, penalty=strength, consensus=strength)
    at = points(0)
    at = at[np.abs(at[:, 1]) > 0.1]  # WGAN-GP's root is rounded off near ψ = 0
    theta, psi = (torch.from_numpy(at[:, i].copy()).requires_grad_() for i in (0, 1))
    d, g = torch_losses(setting, theta, psi)
    np.testing.assert_allclose(losses(setting, at), [d.detach(), g.detach()], rtol=1e-8, atol=1e-8)
    (a,) = torch.autograd.grad(g.sum(), theta, retain_graph=True)
    (b,) = torch.autograd.grad(d.sum(), psi)
    np.testing.assert_allclose(velocity(setting, at), -np.stack([a, b], -1), rtol=1e-8, atol=1e-8)


@every
def test_fields_take_any_shape_and_leave_their_points_alone(game, method):
    setting, at = Setting(game, method), points(1, 12).reshape(3, 4, 2)
    before = at.copy()
    found = velocity(setting, at)
    np.testing.assert_array_equal(at, before)
    assert found.shape == (3, 4, 2)
    np.testing.assert_allclose(velocity(setting, at[1, 2]), found[1, 2], rtol=1e-12)
    assert all(loss.shape == (3, 4) for loss in losses(setting, at))


@every
def test_the_origin_is_an_equilibrium_and_the_field_is_odd(game, method):
    setting, at = Setting(game, method), points(2)
    np.testing.assert_allclose(velocity(setting, [0.0, 0.0]), 0, atol=1e-15)
    np.testing.assert_allclose(velocity(setting, -at), -velocity(setting, at), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("sigma", "psi"), [(0.1, 1), (0.7, 3), (2, 5), (5, 6), (5, 20)])
def test_expectations_over_the_noise_are_exact(sigma, psi):
    # A far finer rule for E (θ + σε) p and E p, on the same integrals
    theta, epsilon = 0.8, np.linspace(-9, 9, 200_001)
    density = np.exp(-(epsilon**2) / 2) / np.sqrt(2 * np.pi) * (epsilon[1] - epsilon[0])
    real, fake = sigma * epsilon, theta + sigma * epsilon
    with np.errstate(over="ignore"):
        p, p_real = 1 / (1 + np.exp(-psi * fake)), 1 / (1 + np.exp(-psi * real))
    expected = [psi * (density @ (1 - p)), density @ (real * (1 - p_real)) - density @ (fake * p)]
    found = velocity(Setting(method="instance_noise", sigma=sigma), [theta, psi])
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_without_noise_or_weight_every_remedy_is_the_non_saturating_game():
    at, plain = points(3), Setting()
    none = Setting(sigma=0, gamma=0, consensus=0)
    for method in ("instance_noise", "r1", "r2", "roth", "consensus", "optimistic", "extragradient"):
        np.testing.assert_allclose(
            velocity(replace(none, method=method), at), velocity(plain, at), rtol=1e-12, atol=1e-12, err_msg=method
        )


def by_noise_and_by_roth(sigma, at):
    """What each of the two adds to L_D at points (N, 2), (N,), with γ = σ²."""
    plain, noised, regularised = (
        losses(Setting(method=method, sigma=sigma, gamma=sigma**2), at)[0]
        for method in ("non_saturating", "instance_noise", "roth")
    )
    return noised - plain, regularised - plain


def test_roth_is_what_little_noise_adds_where_d_is_at_its_best():
    # θ = 0, p = ½, whatever ψ is: either adds γ/2 ψ² (¼ + ¼), and noise then terms in γ²
    at = np.stack([np.zeros(9), np.linspace(-2, 2, 9)], -1)

    def gap(sigma):
        noised, regularised = by_noise_and_by_roth(sigma, at)
        return np.abs(noised - regularised).max()

    assert gap(0.2) / gap(0.1) == pytest.approx(16, rel=0.05)


def test_elsewhere_little_noise_weighs_the_generated_point_by_its_variance_and_roth_by_the_square():
    # The second derivative of sp(s) is p (1 - p): noise adds γ/2 ψ² (¼ + p (1 - p)), and Roth has γ/2 ψ² (¼ + p²).
    at = np.array([[2.0, 1.0], [1.0, 1.0], [-1.5, 0.8], [0.7, -2.0]])
    sigma = 0.01
    scale = sigma**2 / 2 * at[:, 1] ** 2
    p = 1 / (1 + np.exp(-at.prod(1)))
    noised, regularised = by_noise_and_by_roth(sigma, at)
    np.testing.assert_allclose(noised / scale, 1 / 4 + p * (1 - p), rtol=1e-3)
    np.testing.assert_allclose(regularised / scale, 1 / 4 + p * p, rtol=1e-3)
    assert (np.abs(noised - regularised) > 0.1 * scale).all()


def test_near_the_equilibrium_noise_damps_as_roth_does():
    for sigma in (0.3, 1.0, 1.4, 2.0):
        by_noise, by_roth = Setting(method="instance_noise", sigma=sigma), Setting(method="roth", gamma=sigma**2)
        np.testing.assert_allclose(eigenvalues(by_roth), eigenvalues(by_noise))


# ── Eigenvalues of the continuous dynamics ────────────────────────────────────────────────────────────────────────

HALF = [0.5j, -0.5j]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (Setting(method="minimax"), HALF),
        (Setting(method="non_saturating"), HALF),
        (Setting(method="optimistic"), HALF),
        (Setting(method="extragradient"), HALF),
        (Setting(method="wasserstein_clip"), [1j, -1j]),
        (Setting("bilinear", "plain"), [1j, -1j]),
        (Setting("bilinear", "consensus", consensus=0.7), [-0.7 + 1j, -0.7 - 1j]),
        (Setting(method="consensus", consensus=1), [-0.25 + 0.5j, -0.25 - 0.5j]),
        (Setting(method="r1", gamma=0.6), [-0.3 + 0.4j, -0.3 - 0.4j]),
        (Setting(method="r1", gamma=1), [-0.5, -0.5]),
        (Setting(method="r2", gamma=1.25), [-0.25, -1]),
        (Setting(method="instance_noise", sigma=math.sqrt(1.2)), [-0.3 + 0.4j, -0.3 - 0.4j]),
        (Setting(method="instance_noise", sigma=math.sqrt(2)), [-0.5, -0.5]),
        (Setting(method="roth", gamma=1.2), [-0.3 + 0.4j, -0.3 - 0.4j]),
        (Setting(method="roth", gamma=2), [-0.5, -0.5]),
        (Setting(method="wasserstein_gp", penalty=0), [1j, -1j]),
    ],
)
def test_eigenvalues_of_the_papers(setting, expected):
    np.testing.assert_allclose(eigenvalues(setting), expected, atol=1e-7)  # the root of rounding, where they meet


@given(drawn())
def test_jacobians_are_the_derivative_of_the_field(setting):
    j = jacobian(setting)
    if setting.method == "wasserstein_gp":
        assert j is eigenvalues(setting) is step_matrix(setting) is step_eigenvalues(setting) is rate(setting) is None
        return
    e = 1e-5 * np.eye(2)
    # column i is ∂v/∂wᵢ
    np.testing.assert_allclose(j, ((velocity(setting, e) - velocity(setting, -e)) / 2e-5).T, atol=1e-8)
    np.testing.assert_allclose(sorted(eigenvalues(setting), key=abs), sorted(np.linalg.eigvals(j), key=abs), atol=1e-6)
    assert eigenvalues(setting)[0].imag >= eigenvalues(setting)[1].imag


@pytest.mark.parametrize("method", METHODS)
def test_from_the_critical_value_on_nothing_turns(method):
    setting = Setting(method=method)
    at = critical(setting)
    if method not in ("instance_noise", "r1", "r2", "roth"):
        assert at is None
        return
    knob = METHODS[method].knob
    assert (eigenvalues(replace(setting, **{knob: 0.99 * at})).imag != 0).all()
    assert (eigenvalues(replace(setting, **{knob: 1.01 * at})).imag == 0).all()


# ── The flow ──────────────────────────────────────────────────────────────────────────────────────────────────────


@every
def test_near_the_equilibrium_the_flow_is_that_of_the_jacobian(game, method):
    setting = Setting(game, method)
    if (j := jacobian(setting)) is None:
        return
    starts = np.array([[1e-3, 0], [-4e-4, 7e-4]])
    path = flow(setting, starts, time=10, samples=21)
    assert path.shape == (2, 21, 2)
    expected = np.stack([starts @ expm(j * t).T for t in np.linspace(0, 10, 21)], 1)
    np.testing.assert_allclose(path, expected, atol=2e-8)


def test_in_continuous_time_minimax_keeps_its_radius_and_the_non_saturating_game_creeps_inwards():
    # d(θ² + ψ²)/dt is 0 for minimax and -2u tanh(u/2), u = ψθ, for the non-saturating game
    kept = np.hypot(*flow(Setting(method="minimax"), [[1.0, 1.0]], 60, 200)[0].T)
    np.testing.assert_allclose(kept, math.sqrt(2), rtol=1e-5)
    radius = np.hypot(*flow(Setting(), [[1.0, 1.0]], 4000, 400)[0].T)
    assert (np.diff(radius) < 1e-7).all()
    # Averaged over a turn, dr²/dt = -r⁴/8 near 0: r = √(8/t) in the end, slower than any rate
    assert radius[-1] * math.sqrt(4000 / 8) == pytest.approx(1, rel=0.05)


def test_the_clipped_flow_slides_along_its_bound_until_the_circle_fits():
    path = flow(Setting(method="wasserstein_clip", clip=0.5), [[1.0, 0.2], [1.0, 3.0]], 30, 300)
    assert (np.abs(path[..., 1]) <= 0.5).all()
    np.testing.assert_array_equal(path[1, 0], [1, 0.5])  # what starts beyond the bound starts on it
    np.testing.assert_allclose(np.hypot(*path[:, 150:].transpose(2, 0, 1)), 0.5, rtol=1e-3)


@every
def test_small_steps_follow_the_flow(game, method):
    setting = Setting(game, method, h=0.001, clip=0.8)
    starts = points(5, 3, reach=1.0)
    starts[:, 1] = np.clip(starts[:, 1], -0.8, 0.8)
    np.testing.assert_allclose(
        trajectory(setting, starts, 1500)[:, ::500],
        flow(setting, starts, 1.5, 4),
        atol=2e-2 if method == "wasserstein_gp" else 2e-3,
    )


# ── Steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@every
@both_updates
def test_one_generator_step_by_hand(game, method, updates):
    setting = Setting(game, method, updates, h=0.3, d_steps=3, clip=0.9)
    w = np.array([0.7, -0.8])
    last = velocity(setting, w)

    def move(w, last, who):
        now = velocity(setting, w)
        if method == "optimistic":
            to = w + 0.3 * (2 * now - last)
        elif method == "extragradient":
            to = w + 0.3 * velocity(setting, w + 0.3 * now)
        else:
            to = w + 0.3 * now
        if method == "wasserstein_clip":
            to[1] = max(-0.9, min(0.9, to[1]))
        return np.where(who, to, w), np.where(who, now, last)

    d, g, both = (False, True), (True, False), (True, True)
    for who in (d, d, both) if updates == "simultaneous" else (d, d, d, g):
        w, last = move(w, last, who)
    np.testing.assert_allclose(trajectory(setting, [[0.7, -0.8]], 1)[0, 1], w, rtol=1e-12)


@every
def test_trajectories_begin_at_their_starts_and_know_nothing_of_each_other(game, method):
    setting = Setting(game, method, "alternating", d_steps=2)
    starts = points(6, 8)
    before = starts.copy()
    path = trajectory(setting, starts, 20)
    assert path.shape == (8, 21, 2)
    np.testing.assert_array_equal(starts, before)
    np.testing.assert_array_equal(path[:, 0], starts)
    np.testing.assert_allclose(path[3], trajectory(setting, starts[3:4], 20)[0], rtol=1e-7, atol=1e-9)
    if method != "optimistic":  # which remembers
        np.testing.assert_allclose(path[:, 7:], trajectory(setting, path[:, 7], 13), rtol=1e-6, atol=1e-9)


def test_what_leaves_the_plane_is_nan_from_there_on_and_takes_nobody_with_it():
    setting = Setting("bilinear", "plain", h=2)  # the radius times √5 a step
    path = trajectory(setting, [[1.0, 0.0], [0.0, 0.0]], 40)
    lost = np.isnan(path[0]).any(-1)
    assert lost[-1]
    assert not lost[0]
    assert (np.diff(lost.astype(int)) >= 0).all()
    assert np.isnan(path[0][lost]).all()
    assert (np.abs(path[0][~lost]) <= 1e6).all()
    np.testing.assert_array_equal(path[1], 0)
    # The clipped WGAN would come back from just outside, at h a step
    assert np.isnan(trajectory(Setting(method="wasserstein_clip"), [[1e6 + 0.1, -1.0]], 10)).all()


@given(drawn())
def test_step_matrices_are_the_derivative_of_the_step(setting):
    matrix = step_matrix(setting)
    if matrix is None:
        return
    e = 1e-4 * min(1, setting.clip) * np.eye(len(matrix))
    if len(matrix) == 2:
        e = np.concatenate([e, np.zeros((2, 2))], 1)
    moved = [np.array(step(setting, GameState(*sign * e.T))) for sign in (1, -1)]
    derivative = (moved[0] - moved[1]) / (2 * e[0, 0])
    scale = np.abs(matrix).max()
    np.testing.assert_allclose(derivative[: len(matrix)], matrix, atol=1e-5 * scale)


@pytest.mark.parametrize("h", [0.05, 0.2, 1.0, 1.9])
@pytest.mark.parametrize("method", ["minimax", "non_saturating"])
def test_simultaneous_steps_spiral_out_and_alternating_steps_do_not(h, method):
    # Mescheder et al. 2018, lemmas 2.4 and 2.5
    simultaneous, alternating = (Setting(method=method, updates=updates, h=h) for updates in UPDATES)
    np.testing.assert_allclose(np.abs(step_eigenvalues(simultaneous)), math.sqrt(1 + h * h / 4))
    np.testing.assert_allclose(np.abs(step_eigenvalues(alternating)), 1)
    assert rate(alternating) == pytest.approx(0, abs=1e-12)


def test_closed_forms_of_looking_ahead():
    # Extra-gradient on the bilinear game: λ = 1 - h² ± ih, so |λ|² = 1 - h² + h⁴ (Gidel et al. 2019)
    for h in (0.1, 0.5, 0.9):
        found = step_eigenvalues(Setting("bilinear", "extragradient", h=h))
        np.testing.assert_allclose(found, [1 - h * h + 1j * h, 1 - h * h - 1j * h])
        # Optimism: λ² - (1 + 2ihs) λ + ihs = 0 for s = ±1
        for s in (1, -1):
            for root in np.roots([1, -(1 + 2j * h * s), 1j * h * s]):
                assert (
                    np.abs(step_eigenvalues(Setting("bilinear", "optimistic", h=h)) - root).min() < 1e-7
                )  # double at h = ½


# ── Rates, simulated and computed ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.statistics
@every
@settings(max_examples=25)
@given(data=st.data())
def test_the_simulated_rate_is_the_logarithm_of_the_spectral_radius(game, method, data):
    setting = data.draw(drawn((game, method)))
    expected = rate(setting)
    if expected is None:
        return
    sizes = np.sort(np.abs(step_eigenvalues(setting)))[::-1]
    assume(-2 < expected < 2)  # not out of the linear field within a step
    found = simulated_rate(setting, steps=400)
    # Everywhere; a pair of eigenvalues that (nearly) coincides is what takes the longest: there the radius is n |λ|ⁿ.
    assert found == pytest.approx(expected, abs=4 / 400)
    if method == "optimistic":  # which has four eigenvalues, of which two may coincide anywhere
        return
    first, second = (step_eigenvalues(setting)[i] for i in (0, 1))
    apart = abs(np.angle(first / second)) + math.log(sizes[0] / max(sizes[1], 1e-12))
    if apart > 0.1:
        assert found == pytest.approx(expected, abs=5e-4)


def test_a_start_that_lands_on_the_equilibrium_does_not_hide_what_others_do():
    # Of the eight, one is in the part of the plane that a single step takes to 0; the others double and more.
    setting = Setting("bilinear", "optimistic", updates="simultaneous", h=1, d_steps=2)
    assert simulated_rate(setting, steps=400) == pytest.approx(rate(setting), abs=1e-6)
    assert rate(setting) > math.log(2)


def test_rates_at_the_default_knobs_agree_to_four_digits():
    for updates in UPDATES:
        for row in survey(Setting(updates=updates)):
            if row.rate is not None:
                assert row.simulated == pytest.approx(row.rate, abs=5e-5), row.method


def test_a_step_onto_the_equilibrium_is_a_rate_like_any_other():
    # R1 with hγ = 1 and h²/4 = 1: both step eigenvalues are 0
    setting = Setting(method="r1", updates="alternating", h=2, gamma=0.5)
    assert rate(setting) < -15
    assert simulated_rate(setting) < -5
    assert outcome(setting, (0.3, 0.3)).verdict == "converges"
    assert outcome(setting).verdict == "diverges"  # further out a step of that size overshoots


# ── What comes of it ──────────────────────────────────────────────────────────────────────────────────────────────

CIRCLES = {"wasserstein_clip", "wasserstein_gp"}


@both_updates
def test_which_methods_converge(updates):
    for row in survey(Setting(updates=updates)):
        if row.method == "minimax":
            assert row.outcome.verdict == ("diverges" if updates == "simultaneous" else "circles")
        elif row.method == "non_saturating":
            assert row.outcome.verdict == ("circles" if updates == "simultaneous" else "creeps")
        else:
            assert row.outcome.verdict == ("circles" if row.method in CIRCLES else "converges"), row.method


@pytest.mark.statistics
@both_updates
@pytest.mark.parametrize("k", [1, 5, 20])
@pytest.mark.parametrize("method", ["wasserstein_clip", "wasserstein_gp"])
def test_a_wasserstein_critic_with_finitely_many_steps_ends_on_a_circle(method, k, updates):
    # Mescheder et al. 2018, section 3.1: never at the equilibrium, never away
    setting = Setting(method=method, updates=updates, d_steps=k, h=0.05)
    radius = np.hypot(*trajectory(setting, [[1.0, 1.0]], 3000)[0].T)
    late, later = radius[1500:2250].max(), radius[2250:].max()
    assert later > 0.3
    assert later == pytest.approx(late, rel=0.02)
    # An all but optimal critic of a Wasserstein GAN with a penalty holds ψ at the jump, where θ stands still.
    stalls = method == "wasserstein_gp" and k == 20
    assert outcome(setting, steps=3000).verdict == ("stalls" if stalls else "circles")
    if stalls:
        assert np.ptp(radius[-500:]) < 1e-3 * radius[-1]


def test_what_grows_inside_the_clipping_box_circles_too():
    setting = Setting(method="wasserstein_clip")
    assert outcome(setting, (0.1, 0.1), steps=100).verdict == "circles"
    assert outcome(Setting("bilinear", "plain"), (0.1, 0.1), steps=100).verdict == "diverges"


@pytest.mark.parametrize("h", [0.05, 0.1, 0.2])
def test_the_non_saturating_circle_is_where_creeping_in_and_stepping_out_balance(h):
    # a step adds r² h²/4 to r², the flow takes h r⁴/8: r = √(2h)
    radius = np.hypot(*trajectory(Setting(h=h), [[1.0, 1.0], [0.2, 0.0]], 12_000).transpose(2, 0, 1))
    np.testing.assert_allclose(radius[:, -2000:].mean(1), math.sqrt(2 * h), rtol=0.03)
    assert outcome(Setting(h=h)).verdict == "circles"


@pytest.mark.parametrize("h", [0.05, 0.2, 1.0])
def test_what_creeps_comes_as_near_as_one_likes_and_ever_more_slowly(h):
    # Alternating steps add nothing to the radius, so that the flow's r = √(8/t) is left, t = n h
    setting = Setting(updates="alternating", h=h)
    assert outcome(setting).verdict == "creeps"
    radius = np.hypot(*trajectory(setting, [[1.0, 1.0]], 20_000)[0, 10_000:].T)
    expected = np.sqrt(8 / (h * np.arange(10_000, 20_001)))
    assert (radius / expected).mean() == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("h", [0.01, 0.02])
@pytest.mark.parametrize("method", ["minimax", "non_saturating", "wasserstein_gp"])
@both_updates
def test_less_than_two_turns_tell_nothing_of_what_hardly_shrinks(method, updates, h):
    setting = Setting(method=method, updates=updates, h=h)
    path = trajectory(setting, [[1.0, 1.0]], steps_to_see(setting))[0]
    turned = np.abs(np.diff(np.unwrap(np.arctan2(*path.T)))).sum() / (2 * math.pi)
    found = outcome(setting)
    assert (found.verdict == "undecided") == (turned < 2)
    assert ("too few to tell" in found.reason) == (turned < 2)


@pytest.mark.parametrize("steps", [150, 720])
def test_what_has_halved_converges_however_short_the_run(steps):
    setting = Setting(method="r1", gamma=0.3, h=0.05)  # shrinks 0.72 % a step, and turns once in 263
    radius = np.hypot(*trajectory(setting, [[1.0, 1.0]], steps)[0].T)
    assert outcome(setting, steps=steps).verdict == "converges"
    assert radius[-1] < radius[0] / 2
    assert outcome(setting, steps=20).verdict == "undecided"


@pytest.mark.statistics
@pytest.mark.parametrize("h", [0.05, 0.1, 0.2])
def test_a_circle_that_is_not_reached_yet_is_said_to_be_shrinking_and_its_radius_is_that_of_the_picture(h):
    setting = Setting(h=h)
    radius = np.hypot(*trajectory(setting, [[1.0, 1.0]], 20_000)[0].T)
    early, late = outcome(setting).reason, outcome(setting, steps=20_000).reason
    assert early.endswith("still shrinking")
    assert not late.endswith("still shrinking")
    assert late.endswith(f"within a radius of {radius[-5000:].max():.2g}")


def test_what_grows_near_the_equilibrium_may_yet_circle_further_out():
    # The non-saturating game comes to a circle of √(2h) from within, whose radius minimax passes on its way out.
    assert outcome(Setting(), (0.02, 0.02)).verdict == "undecided"
    assert outcome(Setting(), (0.02, 0.02), 3000).verdict == "circles"
    assert outcome(Setting(method="minimax"), (0.02, 0.02)).verdict == "undecided"
    assert outcome(Setting(method="minimax"), (0.02, 0.02), 3000).verdict == "diverges"
    assert outcome(Setting(h=0.1), (0.1, 0.0), 2000).reason.endswith("still growing")


def test_more_steps_are_drawn_where_they_are_small_and_k_makes_them_dear():
    assert [steps_to_see(Setting(h=h)) for h in (2, 0.2, 0.06, 0.001)] == [300, 300, 600, 900]
    for k in (2, 3, 6):
        assert steps_to_see(Setting(h=0.05, d_steps=k)) == steps_to_see(Setting(h=0.05)) // k
    assert steps_to_see(Setting(d_steps=20)) == 100


def test_what_is_said_of_a_game_without_a_start():
    assert near(Setting(updates="alternating")) == "near 0 neither shrinks nor grows, |λ| = 1"
    assert near(Setting("bilinear", "plain")) == outcome(Setting("bilinear", "plain")).reason
    assert near(Setting()).startswith("near 0 grows")
    assert near(Setting(method="wasserstein_gp")) == "no rate, the field jumps at ψ = 0"


@both_updates
def test_the_bilinear_game(updates):
    verdicts = {row.method: row.outcome.verdict for row in survey(Setting("bilinear", "plain", updates))}
    assert verdicts.pop("plain") == ("diverges" if updates == "simultaneous" else "circles")
    assert set(verdicts.values()) == {"converges"}


@settings(max_examples=60)
@given(drawn())
def test_verdicts_agree_with_the_rate_where_it_is_clear(setting):
    verdict = outcome(setting).verdict
    local = rate(setting)
    if local is None or abs(local) < 1e-3:
        return
    # A linear game does everywhere what it does at the equilibrium. Elsewhere what shrinks here may circle further
    # out, but nothing that is repelled comes to rest.
    if setting.game == "bilinear":
        assert verdict == ("converges" if local < 0 else "diverges")
    elif local > 0:
        assert verdict != "converges"


def test_reasons_give_the_rate_in_words():
    assert outcome(Setting("bilinear", "plain")).reason == "near 0 grows 2 % a step, doubles every 35 steps"  # √1.04
    assert "halves every" in outcome(Setting(method="r1")).reason
    assert "|λ| = 1" in outcome(Setting(method="minimax", updates="alternating")).reason
    assert "ever more slowly" in outcome(Setting(updates="alternating")).reason
    assert "ever more slowly" not in outcome(Setting("bilinear", "plain", "alternating")).reason
    assert "jumps at ψ = 0" in outcome(Setting(method="wasserstein_gp")).reason
    assert outcome(Setting(method="wasserstein_gp", h=2, penalty=5)).verdict == "diverges"


def test_a_start_at_the_equilibrium_stays_there():
    for game, method in EVERY:
        assert outcome(Setting(game, method), start=(0, 0)).verdict == "converges"


@every
def test_the_table_says_what_its_parts_say(game, method):
    setting = Setting(game, method, "alternating", h=0.4, d_steps=2)
    rows = survey(setting)
    assert [row.method for row in rows] == list(GAMES[game])
    row = next(row for row in rows if row.method == method)
    assert row.label == GAMES[game][method].label
    assert row.rate == rate(setting)
    assert row.simulated == simulated_rate(setting)
    assert row.outcome == outcome(setting)
    if row.rate is not None and row.rate < -1e-3:
        assert row.halving == pytest.approx(-math.log(2) / row.rate)
    else:
        assert row.halving is None


# ── Errors ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: Setting(game="chess"), "game is 'chess'.*dirac, bilinear"),
        (lambda: Setting(method="plain"), "method is 'plain'.*dirac game are minimax"),
        (lambda: Setting(game="bilinear"), "method is 'non_saturating'.*plain, consensus"),
        (lambda: Setting(updates="random"), "updates is 'random'.*simultaneous, alternating"),
        (lambda: Setting(h=0), "h is 0.*above 0 to 2"),
        (lambda: Setting(d_steps=0), "d_steps is 0.*from 1 to 20"),
        (lambda: Setting(d_steps=1.5), "d_steps is 1.5; allowed is whole numbers from 1 to 20"),
        (lambda: Setting(sigma=-0.1), "sigma is -0.1.*from 0 to 5"),
        (lambda: Setting(clip=0), "clip is 0.*above 0 to 10"),
        (lambda: velocity(Setting(), [1.0, 2.0, 3.0]), "points has shape"),
        (lambda: losses(Setting(), 1.0), "points has shape"),
        (lambda: trajectory(Setting(), [1.0, 2.0], 5), "starts has shape"),
        (lambda: trajectory(Setting(), np.empty((0, 2)), 5), "starts has shape"),
        (lambda: trajectory(Setting(), [[1.0, 2.0]], -1), "steps is -1"),
        (lambda: flow(Setting(), [[1.0, 2.0]], 0, 5), "time is 0"),
        (lambda: flow(Setting(), [[1.0, 2.0]], 1, 1), "samples is 1"),
        (lambda: simulated_rate(Setting(), 7), "steps is 7"),
    ],
)
def test_what_is_wrong_is_named(call, match):
    with pytest.raises(ValueError, match=match):
        call()


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1.0, 1e9])
def test_no_number_out_of_bounds_gets_in(name, value):
    with pytest.raises(ValueError, match=f"{name} is"):
        Setting(**{name: value})


@pytest.mark.parametrize("name", BOUNDS)
def test_the_ends_of_the_bounds_are_allowed_unless_open(name):
    bound = BOUNDS[name]
    assert getattr(Setting(**{name: type(bound.low)(bound.high)}), name) == bound.high
    if not bound.open:
        Setting(**{name: bound.low})
