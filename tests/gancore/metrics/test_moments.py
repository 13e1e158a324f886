import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.metrics.moments import Moments


def features(n=500, d=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + rng.normal(size=d)


def assert_same(a, b, rtol=1e-10):
    assert a.n == b.n
    np.testing.assert_allclose(a.mean, b.mean, rtol=rtol, atol=1e-12)
    np.testing.assert_allclose(a.scatter, b.scatter, rtol=rtol, atol=1e-10 * np.abs(b.scatter).max())


def test_they_are_numpy_s():
    values = features()
    found = Moments.of(values)
    assert found.n == 500
    np.testing.assert_allclose(found.mean, values.mean(0))
    np.testing.assert_allclose(found.covariance, np.cov(values, rowvar=False))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_however_they_are_cut(sizes):
    values = features(sum(sizes))
    found = Moments.none(6)
    for part in np.split(values, np.cumsum(sizes)[:-1]):
        found = found.updated(part)
    assert_same(found, Moments.of(values))


def test_merging_is_associative_and_has_a_neutral_element():
    a, b, c = (Moments.of(features(n, seed=n)) for n in (3, 50, 400))
    assert_same(a.merged(b).merged(c), a.merged(b.merged(c)))
    assert_same(a.merged(b), b.merged(a))
    assert_same(a.merged(Moments.none(6)), a)
    assert_same(Moments.none(6).merged(a), a)
    assert Moments.none(6).merged(Moments.none(6)).n == 0


def test_a_large_mean_does_not_drown_the_covariance():
    # Sums of raw squares would lose everything: 1e8² has no digits left for 1.
    values = features(400, d=3)
    found = Moments.none(3)
    for part in np.array_split(values + 1e8, 13):
        found = found.updated(part)
    np.testing.assert_allclose(found.covariance, np.cov(values, rowvar=False), rtol=1e-5)


def test_single_precision_features_are_summed_in_double():
    values = (features(20_000, d=2) + 300).astype(np.float32)
    found = Moments.of(values)
    assert found.scatter.dtype == np.float64
    np.testing.assert_allclose(found.covariance, np.cov(values.astype(np.float64), rowvar=False), rtol=1e-9)


def test_what_went_in_is_not_changed():
    a, b = Moments.of(features(seed=1)), Moments.of(features(seed=2))
    before = a.mean.copy(), a.scatter.copy()
    a.merged(b)
    np.testing.assert_array_equal(a.mean, before[0])
    np.testing.assert_array_equal(a.scatter, before[1])


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_have_no_covariance(n):
    found = Moments.none(2) if n == 0 else Moments.of(np.ones((1, 2)))
    with pytest.raises(ValueError, match=f"at least 2 features; there are {n}"):
        _ = found.covariance


def test_another_dimension_is_refused():
    with pytest.raises(ValueError, match="dimension 6 and 5"):
        Moments.none(6).updated(features(d=5))
