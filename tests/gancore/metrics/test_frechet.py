import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm
from torch import nn

from gancore.metrics.frechet import frechet_distance, frechet_from_features, frechet_from_moments
from gancore.metrics.moments import Moments
from tests.gancore.metrics.peers import FrechetInceptionDistance, fid_features_to_statistics, fid_statistics_to_metric


def features(n, d, seed=0, shift=0.0):
    """Correlated and of very different widths, as a network's are; their own mixing for each seed."""
    rng = np.random.default_rng([seed, d])
    return rng.normal(size=(n, d)) @ (rng.normal(size=(d, d)) * np.logspace(0, -2, d)) + shift


def literal(mu1, sigma1, mu2, sigma2):
    """The formula as it stands, by scipy's matrix root."""
    return np.square(mu1 - mu2).sum() + np.trace(sigma1 + sigma2 - 2 * sqrtm(sigma1 @ sigma2).real)


def statistics(x):
    return x.mean(0), np.atleast_2d(np.cov(x, rowvar=False))


# ── Known answers ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.statistics
def test_unit_gaussians_about_0_and_1_in_2048_dimensions():
    d = 2048
    assert frechet_distance(np.zeros(d), np.eye(d), np.ones(d), np.eye(d)) == pytest.approx(2048, rel=1e-12)


@pytest.mark.parametrize(
    ("mu1", "s1", "mu2", "s2"), [(0, 1, 0, 1), (0, 1, 3, 1), (1, 2, -1, 0.5), (0, 0, 2, 3), (5, 0, 5, 0)]
)
def test_gaussians_on_a_line(mu1, s1, mu2, s2):
    # (μ₁-μ₂)² + (σ₁-σ₂)²
    found = frechet_distance(np.array([mu1]), np.array([[s1**2]]), np.array([mu2]), np.array([[s2**2]]))
    assert found == pytest.approx((mu1 - mu2) ** 2 + (s1 - s2) ** 2, abs=1e-12)


@pytest.mark.parametrize("rank", [5, 3, 1, 0])
@pytest.mark.parametrize("seed", range(20))  # some are singular but for rounding, and Cholesky accepts them
def test_covariances_that_commute(rank, seed):
    # With common eigenvectors: ‖μ₁-μ₂‖² + Σ (√λ₁ - √λ₂)²
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    widths = rng.uniform(0.5, 2, (2, 5))
    widths[1, rank:] = 0
    sigma1, sigma2 = ((basis * w**2) @ basis.T for w in widths)
    mu1, mu2 = rng.normal(size=(2, 5))
    expected = np.square(mu1 - mu2).sum() + np.square(widths[0] - widths[1]).sum()
    assert frechet_distance(mu1, sigma1, mu2, sigma2) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(mu2, sigma2, mu1, sigma1) == pytest.approx(expected, rel=1e-9)


def test_covariances_that_share_no_direction():
    # One flat in x, one flat in y: (Σ₁Σ₂)^½ = 0, and a product's eigenvalues are of no help.
    sigma1, sigma2 = np.diag([4.0, 0.0]), np.diag([0.0, 9.0])
    assert frechet_distance(np.zeros(2), sigma1, np.zeros(2), sigma2) == pytest.approx(13, rel=1e-12)


def test_two_by_two_in_closed_form():
    # tr (Σ₁Σ₂)^½ = √(tr Σ₁Σ₂ + 2 √det Σ₁Σ₂) for matrices of size 2.
    rng = np.random.default_rng(3)
    for _ in range(20):
        a, b = rng.normal(size=(2, 2, 2))
        sigma1, sigma2 = a @ a.T, b @ b.T
        product = sigma1 @ sigma2
        root = math.sqrt(np.trace(product) + 2 * abs(np.linalg.det(a) * np.linalg.det(b)))
        expected = np.trace(sigma1 + sigma2) - 2 * root
        assert frechet_distance(np.zeros(2), sigma1, np.zeros(2), sigma2) == pytest.approx(expected, rel=1e-7, abs=1e-9)


# ── The same features, by other programs ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("n1", "n2", "d"), [(300, 200, 16), (100, 90, 64), (400, 400, 1)])
def test_against_scipy_torchmetrics_and_torch_fidelity(n1, n2, d):
    a, b = features(n1, d, seed=1), features(n2, d, seed=2, shift=0.1)
    found = frechet_from_features(a, b)
    assert found.distance == pytest.approx(literal(*statistics(a), *statistics(b)), rel=1e-6)

    metric = FrechetInceptionDistance(_Given(d))
    metric.update(torch.from_numpy(a), real=True)
    metric.update(torch.from_numpy(b), real=False)
    assert found.distance == pytest.approx(metric.compute().item(), rel=1e-6)

    if d > 1:
        theirs = fid_statistics_to_metric(*(fid_features_to_statistics(torch.from_numpy(x)) for x in (a, b)), False)
        assert found.distance == pytest.approx(next(iter(theirs.values())), rel=1e-6)


class _Given(nn.Module):
    """Features for torchmetrics that are images already."""

    def __init__(self, d):
        super().__init__()
        self.num_features = d

    def forward(self, x):
        return x


# ── One distance by three ways ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("n1", "n2"), [(2, 2), (5, 40), (40, 5), (12, 12), (13, 12), (13, 13), (200, 100)])
def test_fewer_samples_than_dimensions_make_no_difference(n1, n2):
    # By the cross-product, by eigenvalues, by roots: below, at and above d + 1 samples.
    a, b = features(n1, 12, seed=1), features(n2, 12, seed=2, shift=0.3)
    found = frechet_from_features(a, b)
    by_moments = frechet_from_moments(Moments.of(a), Moments.of(b))
    assert tuple(found) == pytest.approx(tuple(by_moments), rel=1e-9)
    assert found.distance == pytest.approx(frechet_distance(*statistics(a), *statistics(b)), rel=1e-9)
    assert (found.n1, found.n2) == (n1, n2)


def test_the_terms_are_what_they_are_called():
    a, b = features(60, 8, seed=1), features(50, 8, seed=2, shift=1.0)
    found = frechet_from_features(a, b)
    assert found.mean_term == pytest.approx(np.square(a.mean(0) - b.mean(0)).sum())
    assert found.distance == pytest.approx(found.mean_term + found.trace_term)
    # A shift moves the mean term alone, a scaling about the mean the other alone.
    moved = frechet_from_features(a, a + 2)
    assert moved.mean_term == pytest.approx(8 * 4)
    assert moved.trace_term == pytest.approx(0, abs=1e-9)
    wider = frechet_from_features(a, a.mean(0) + 3 * (a - a.mean(0)))
    assert wider.mean_term == pytest.approx(0, abs=1e-12)
    assert wider.trace_term == pytest.approx(4 * np.trace(np.cov(a, rowvar=False)))


@pytest.mark.parametrize("n", [4, 9, 10, 200])
def test_a_rank_deficient_set_is_at_distance_0_from_itself(n):
    # Eigenvalues of 0 that come out as 1e-16 would add 1e-8 each.
    low = features(n, 3) @ np.random.default_rng(5).normal(size=(3, 10))
    for values in (low, np.hstack([low, np.zeros((n, 4))]), np.ones((n, 6))):
        scale = np.trace(np.cov(values, rowvar=False))
        for found in (frechet_from_features(values, values[::-1]).distance, frechet_distance(*statistics(values) * 2)):
            assert 0 <= found <= 1e-11 * scale + 1e-20


def test_small_eigenvalues_keep_their_digits():
    # Of full rank, with eigenvalues of Σ₁Σ₂ at 1e-14, where rounding of the largest would be a hundredth of each.
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(40, 40)))[0]
    sigma = (basis * np.array([1.0] + 39 * [1e-7])) @ basis.T
    sigma = (sigma + sigma.T) / 2
    assert frechet_distance(np.zeros(40), sigma, np.zeros(40), sigma) < 1e-12
    # (1 - 2)² of it, to the digits of its smallest part, in all directions.
    expected = 1 + 39e-7
    assert frechet_distance(np.zeros(40), sigma, np.zeros(40), 4 * sigma) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("n", [5, 30])
def test_dead_features_make_no_difference(n):
    # A network's units that never fire: rows and columns of zeros in a covariance.
    a, b = features(n, 6, seed=1), features(n, 6, seed=2)
    dead = np.zeros((n, 9))
    found = frechet_from_features(np.hstack([a, dead]), np.hstack([b, dead]))
    assert tuple(found) == pytest.approx(tuple(frechet_from_features(a, b)), rel=1e-9)


def test_all_samples_alike_against_a_spread():
    # Σ₂ = 0: ‖μ₁-μ₂‖² + tr Σ₁
    a, b = features(50, 4), np.ones((50, 4))
    expected = np.square(a.mean(0) - 1).sum() + np.trace(np.cov(a, rowvar=False))
    assert frechet_from_features(a, b).distance == pytest.approx(expected)


@settings(max_examples=40)
@given(st.integers(2, 12), st.integers(2, 12), st.integers(1, 8), st.integers(0, 1000))
def test_symmetric_and_never_below_0(n1, n2, d, seed):
    a, b = features(n1, d, seed), features(n2, d, seed + 1)
    one, other = frechet_from_features(a, b), frechet_from_features(b, a)
    assert one.distance >= 0
    assert one.distance == pytest.approx(other.distance, rel=1e-8, abs=1e-9)


@settings(max_examples=20)
@given(st.integers(2, 40), st.integers(0, 1000))
def test_rotations_and_shifts_of_both_change_nothing_and_scale_squares(n, seed):
    a, b = features(n, 5, seed), features(30, 5, seed + 1)
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(5, 5)))[0]
    found = frechet_from_features(a, b).distance
    assert frechet_from_features(3 * a @ turn + 7, 3 * b @ turn + 7).distance == pytest.approx(9 * found, rel=1e-7)


def test_the_bias_falls_with_the_sample_size():
    # Both samples of one distribution, whose distance is 0: what is left is bias, and n tells how much to expect.
    d = 16
    distances = [frechet_from_features(*(features(2 * n, d).reshape(2, n, d))).distance for n in (20, 80, 320, 1280)]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] > 0
    assert distances[0] > 10 * distances[-1]


# ── What is refused ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"mu1": np.zeros(2)}, "mu2 has shape"),
        ({"mu1": np.zeros((3, 1))}, "mu1 has shape"),
        ({"sigma2": np.eye(4)}, "sigma2 has shape"),
        ({"sigma1": np.diag([1.0, np.nan, 1.0])}, "sigma1 has values that are not finite"),
        ({"mu2": np.array([0, np.inf, 0])}, "mu2 has values that are not finite"),
        ({"sigma1": np.eye(3) + np.diag([0.1, 0.1], 1)}, "sigma1 is not symmetric"),
        ({"sigma1": np.diag([1.0, 1.0, -0.5])}, "sigma1 has an eigenvalue of -0.5"),
        ({"sigma2": np.diag([1.0, 1.0, -0.5])}, "sigma2 has an eigenvalue of -0.5"),
        ({"sigma2": -np.eye(3)}, "sigma2 has an eigenvalue of -1"),
    ],
)
def test_what_no_covariance_can_be_is_refused(change, match):
    given_ = {"mu1": np.zeros(3), "sigma1": np.eye(3), "mu2": np.zeros(3), "sigma2": np.eye(3)} | change
    with pytest.raises(ValueError, match=match):
        frechet_distance(**given_)


@pytest.mark.parametrize("side", [0, 1])
def test_one_sample_has_no_spread(side):
    sets = [np.zeros((5, 2)), np.zeros((5, 2))]
    sets[side] = np.zeros((1, 2))
    with pytest.raises(ValueError, match="at least 2"):
        frechet_from_features(*sets)
