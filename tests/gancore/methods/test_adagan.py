"""AdaGAN's weights: the worked example, an independent solver, and the edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from gancore.config import RunConfig
from gancore.methods.adagan import betas, data_weights, mixture_weights

pytestmark = pytest.mark.training

ratios = st.lists(st.floats(0, 1e6), min_size=1, max_size=40).map(np.array)
beta_below_one = st.floats(0.05, 0.95)


def weights_by_bisection(r, beta):
    """w and λ: the λ at which Σ (λ - (1-β) r_i)₊ / (Nβ) is 1. It rises with λ from 0; only finite ratios can weigh."""
    least = (1 - beta) * r.min()
    c = (1 - beta) * (r - r.min())  # from the least on, so that large ratios which are alike lose no digits
    goal = len(r) * beta
    above = brentq(lambda s: np.maximum(s - c, 0).sum() - goal, 0, 2 * goal, xtol=1e-13, rtol=1e-14)
    return np.maximum(above - c, 0) / goal, least + above


def test_the_worked_example():
    w, threshold = data_weights([0, 0.5, 1.5, 2], 0.5)
    assert threshold == pytest.approx(1)
    np.testing.assert_allclose(w, [0.5, 0.375, 0.125, 0])


@given(ratios, beta_below_one, st.integers(0, 5))
def test_the_weights_are_those_of_a_brute_force_search(r, beta, endless):
    r = np.append(r, np.full(endless, np.inf))
    w, threshold = data_weights(r, beta)
    expected_w, expected = weights_by_bisection(r, beta)
    assert threshold == pytest.approx(expected, rel=1e-9)
    np.testing.assert_allclose(w, expected_w, atol=1e-9)


@given(ratios, beta_below_one, st.integers(0, 5))
def test_weights_sum_to_one_and_fall_with_the_ratio(r, beta, endless):
    r = np.append(r, np.full(endless, np.inf))
    w, _ = data_weights(r, beta)
    assert w.shape == r.shape
    assert w.sum() == pytest.approx(1)
    assert (w >= 0).all()
    assert (np.diff(w[np.argsort(r, kind="stable")]) <= 1e-12).all()
    assert (w[np.isinf(r)] == 0).all()


@given(ratios, beta_below_one)
def test_the_threshold_is_the_paper_s_first_k(r, beta):
    """(1-β) r_(k) ≤ λ_k ≤ (1-β) r_(k+1) for the k points that weigh something, up to rounding."""
    w, threshold = data_weights(r, beta)
    k = np.count_nonzero(w)
    c = np.append(np.sort((1 - beta) * r), np.inf)
    slack = 1e-9 * max(1, r.max())
    assert c[k - 1] - slack <= threshold <= c[k] + slack
    assert threshold == pytest.approx((len(r) * beta + c[:k].sum()) / k, abs=slack)


@given(ratios, beta_below_one, st.permutations(range(5)))
def test_the_order_of_the_points_does_not_matter(r, beta, order):
    r = np.resize(r, 5)
    np.testing.assert_allclose(data_weights(r[list(order)], beta)[0], data_weights(r, beta)[0][list(order)], atol=1e-12)


@pytest.mark.parametrize("ratio", [0.0, 1.0, 1e-300, 1e12, 1e300, np.inf])
@pytest.mark.parametrize("beta", [0.05, 0.5, 1.0])
def test_equal_ratios_weigh_the_same_however_large(ratio, beta):
    np.testing.assert_allclose(data_weights(np.full(7, ratio), beta)[0], 1 / 7)


@pytest.mark.parametrize("r", [[0, 1, 2], [np.inf, 0, 3], [np.inf, np.inf, 0]])
def test_with_nothing_left_of_the_mixture_all_points_weigh_the_same(r):
    w, threshold = data_weights(r, 1)
    np.testing.assert_array_equal(w, 1 / 3)
    assert threshold == 1


@pytest.mark.parametrize("ratio", [0.0, 3.0, np.inf])
def test_one_point_has_all_the_weight(ratio):
    assert data_weights([ratio], 0.3)[0] == [1]


def test_points_that_the_mixture_misses_share_the_weight():
    w, threshold = data_weights([0, np.inf, 0, np.inf], 0.25)
    np.testing.assert_allclose(w, [0.5, 0, 0.5, 0])
    assert threshold == pytest.approx(0.5)  # Nβ / k


def test_ratios_of_any_size_leave_somebody_some_weight():
    # As it is written, the rule rounds λ to the least ratio itself here, and nobody would weigh anything.
    r = np.array([1e20, np.nextafter(1e20, 2e20), 3e20])
    w, _ = data_weights(r, 0.5)
    np.testing.assert_allclose(w, [1, 0, 0])
    w, _ = data_weights(np.array([0, 1e-320, 1e300, 1e308]), 0.5)
    np.testing.assert_allclose(w, [0.5, 0.5, 0, 0])


@pytest.mark.parametrize(
    ("r", "beta", "match"),
    [
        ([0, np.nan], 0.5, "ratios go"),
        ([0, -1e-9], 0.5, "ratios go"),
        ([], 0.5, "ratios have shape"),
        (3.0, 0.5, "ratios have shape"),
        ([[1, 2]], 0.5, "ratios have shape"),
        ([1, 2], 0, "beta is 0"),
        ([1, 2], 1.01, "beta is 1.01"),
        ([1, 2], -0.5, "beta is -0.5"),
        ([1, 2], np.nan, "beta is nan"),
    ],
)
def test_what_is_no_ratio_and_no_beta_is_refused(r, beta, match):
    with pytest.raises(ValueError, match=match):
        data_weights(r, beta)


@pytest.mark.parametrize("k", range(1, 9))
def test_uniform_mixing_ends_with_equal_weights_and_constant_mixing_forgets(k):
    uniform = betas(RunConfig(model="adagan", generators=k))
    constant = betas(RunConfig(model="adagan", generators=k, mixing="constant", beta=0.25))
    for t in range(1, k + 1):
        np.testing.assert_allclose(mixture_weights(uniform[:t]), np.full(t, 1 / t))
    expected = [0.75 ** (k - 1)] + [0.25 * 0.75 ** (k - t) for t in range(2, k + 1)]
    np.testing.assert_allclose(mixture_weights(constant), expected)
    assert mixture_weights(constant).sum() == pytest.approx(1)
