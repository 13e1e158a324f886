import math

import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import polynomial_kernel

from gancore.metrics.kernel_distance import kernel_distance, polynomial_mmd
from tests.gancore.metrics.peers import kid_features_to_metric, poly_mmd


def rng(seed=0):
    return np.random.default_rng(seed)


def features(n=60, d=8, seed=0, shift=0.0):
    return rng(seed).normal(size=(n, d)) + shift


def test_against_a_loop_over_pairs():
    a, b = features(5, 3, seed=1), features(4, 3, seed=2)

    def k(x, y):
        return (x @ y / 3 + 1) ** 3

    expected = (
        sum(k(x, y) for i, x in enumerate(a) for j, y in enumerate(a) if i != j) / 20
        + sum(k(x, y) for i, x in enumerate(b) for j, y in enumerate(b) if i != j) / 12
        - 2 * sum(k(x, y) for x in a for y in b) / 20
    )
    assert polynomial_mmd(a, b) == pytest.approx(expected, rel=1e-12)


def test_against_scikit_learn_s_kernel():
    a, b = features(40, 16, seed=1), features(30, 16, seed=2, shift=0.5)
    own_a, own_b, across = (polynomial_kernel(x, y, degree=3) for x, y in ((a, a), (b, b), (a, b)))
    off = [(k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in (own_a, own_b)]
    assert polynomial_mmd(a, b) == pytest.approx(sum(off) - 2 * across.mean(), rel=1e-10)


def test_against_torchmetrics_and_torch_fidelity():
    a, b = features(50, 16, seed=1), features(50, 16, seed=2, shift=0.3)
    # A subset of all is the set itself, in whatever order.
    found = kernel_distance(a, b, rng(), subsets=3, subset_size=50)
    assert found.mean == pytest.approx(poly_mmd(torch.from_numpy(a), torch.from_numpy(b)).item(), rel=1e-10)
    theirs = kid_features_to_metric(
        torch.from_numpy(a), torch.from_numpy(b), kid_subsets=3, kid_subset_size=50, verbose=False
    )
    assert found.mean == pytest.approx(theirs["kernel_inception_distance_mean"], rel=1e-10)
    assert found.std == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0])
def test_gaussians_on_a_line_have_the_distance_of_their_moments(shift):
    # (xy + 1)³ = Σ_p C(3, p) xᵖ yᵖ, so that MMD² = Σ_p C(3, p) (E aᵖ - E bᵖ)².
    moments = [(1, 0.0, 1.0, 0.0), (1, shift, 1 + shift**2, 3 * shift + shift**3)]
    expected = sum(math.comb(3, p) * (moments[0][p] - moments[1][p]) ** 2 for p in range(4))
    estimates = [
        polynomial_mmd(features(200, 1, seed=i), features(150, 1, seed=1000 + i, shift=shift)) for i in range(300)
    ]
    assert np.mean(estimates) == pytest.approx(expected, abs=4 * np.std(estimates) / math.sqrt(300))
    assert np.std(estimates) > 0


@pytest.mark.parametrize("n", [5, 20, 80])
def test_unbiased_at_every_sample_size(n):
    # Two samples of one distribution: 0 on average, often below 0.
    estimates = np.array([polynomial_mmd(features(n, seed=i), features(n, seed=1000 + i)) for i in range(400)])
    assert abs(estimates.mean()) < 4 * estimates.std() / math.sqrt(400)
    assert 0.3 < (estimates < 0).mean() < 0.8


def test_in_one_dimension_two_samples_of_one_distribution_are_below_0_more_often_than_not():
    estimates = [polynomial_mmd(features(50, 1, seed=i), features(50, 1, seed=1000 + i)) for i in range(400)]
    assert np.less(estimates, 0).mean() > 0.55


def test_subsets_are_drawn_from_the_generator_and_differ():
    a, b = features(seed=1), features(seed=2)
    found = kernel_distance(a, b, rng(3), subsets=20, subset_size=30)
    assert found == kernel_distance(a, b, rng(3), subsets=20, subset_size=30)
    assert found != kernel_distance(a, b, rng(4), subsets=20, subset_size=30)
    assert found.std > 0
    assert (found.n1, found.n2, found.subset_size) == (60, 60, 30)


def test_without_a_generator_the_same_features_have_the_same_distance():
    a, b = features(seed=1), features(seed=2)
    found = kernel_distance(a, b, subsets=20, subset_size=30)
    assert found == kernel_distance(a, b, subsets=20, subset_size=30)
    assert found == kernel_distance(a, b, rng(0), subsets=20, subset_size=30)


def test_the_distance_of_a_perfect_generator_can_be_negative():
    assert min(kernel_distance(features(seed=i), features(seed=100 + i), subset_size=60).mean for i in range(20)) < 0


@pytest.mark.parametrize("generator", [0, np.random.RandomState(0), torch.Generator()])
def test_another_generator_is_refused(generator):
    with pytest.raises(ValueError, match=f"generator came as {type(generator).__name__}; a numpy.random.Generator"):
        kernel_distance(features(), features(), generator, subset_size=10)


def test_the_mean_and_spread_over_subsets():
    a, b = features(50, seed=1), features(70, seed=2)
    draws, values = rng(3), []
    for _ in range(6):
        chosen = [each[draws.choice(len(each), 20, replace=False)] for each in (a, b)]
        values.append(polynomial_mmd(*chosen))
    found = kernel_distance(a, b, rng(3), subsets=6, subset_size=20)
    assert found[:2] == pytest.approx((np.mean(values), np.std(values)))


def test_a_subset_holds_no_sample_twice():
    # Samples that are orthogonal and far: a repeat would add a large kernel off the diagonal.
    a = 100 * np.eye(40)
    assert kernel_distance(a, a, rng(), subsets=10, subset_size=2).mean < 0
    assert polynomial_mmd(a[:20], a[20:]) == pytest.approx(0, abs=1e-9)


def test_order_matters_to_neither_side():
    a, b = features(30, seed=1), features(30, seed=2, shift=1.0)
    assert polynomial_mmd(a, b) == pytest.approx(polynomial_mmd(b, a[::-1]), rel=1e-10)


@pytest.mark.parametrize("size", [-1, 0, 1, 41])
def test_subsets_that_cannot_be_are_refused(size):
    with pytest.raises(ValueError, match=f"subset_size is {size}; 2 to 40"):
        kernel_distance(features(40), features(50), rng(), subset_size=size)


def test_no_subset_is_refused():
    with pytest.raises(ValueError, match="subsets is 0"):
        kernel_distance(features(), features(), rng(), subsets=0, subset_size=10)


def test_one_sample_is_refused():
    with pytest.raises(ValueError, match="at least 2"):
        polynomial_mmd(features(1), features(5))
