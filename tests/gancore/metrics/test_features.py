import numpy as np
import pytest

from gancore.metrics import (
    Moments,
    frechet_from_features,
    kernel_distance,
    nearest_neighbours,
    polynomial_mmd,
    precision_recall,
)

GOOD = np.random.default_rng(0).normal(size=(6, 3))
MEASURES = {
    "frechet": frechet_from_features,
    "kernel": lambda a, b: kernel_distance(a, b, np.random.default_rng(0), subsets=2, subset_size=4),
    "mmd": polynomial_mmd,
    "precision_recall": precision_recall,
    "neighbours": lambda a, b: nearest_neighbours(a, b, 2),
}

members = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


@members
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("shape", [(6,), (0, 3), (6, 0), (6, 3, 1)])
def test_other_shapes_are_refused(measure, side, shape):
    sets = [GOOD, GOOD]
    sets[side] = np.zeros(shape)
    with pytest.raises(ValueError, match="have shape"):
        measure(*sets)


@members
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_with_how_much_it_is(measure, side, value):
    sets = [GOOD, GOOD.copy()]
    sets[side] = sets[side].copy()
    sets[side][[1, 4], [0, 2]] = value
    with pytest.raises(ValueError, match="2 of 6 rows that are not finite"):
        measure(*sets)


@members
def test_features_of_another_network_are_refused(measure):
    with pytest.raises(ValueError, match=r"dimension 3 and .* 2"):
        measure(GOOD, GOOD[:, :2])


@members
def test_nothing_is_mutated(measure):
    a, b = GOOD.copy(), GOOD[::-1].copy()
    measure(a, b)
    np.testing.assert_array_equal(a, GOOD)
    np.testing.assert_array_equal(b, GOOD[::-1])


@members
def test_single_precision_and_other_layouts_give_the_same(measure):
    # Numbers that single precision holds exactly.
    a = np.round(GOOD * 64) / 64
    b = a[::-1] + 0.25
    expected = measure(a, b)
    expected = expected if isinstance(expected, tuple) else (expected,)
    for other in (np.float32, np.float64):
        found = measure(np.asfortranarray(a.astype(other)), b.astype(other))
        for one, two in zip(found if isinstance(found, tuple) else (found,), expected, strict=True):
            np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-14)


def test_moments_refuse_the_same():
    for bad, match in (
        (np.zeros(3), "have shape"),
        (np.zeros((0, 3)), "have shape"),
        (np.full((2, 2), np.nan), "2 of 2"),
    ):
        with pytest.raises(ValueError, match=match):
            Moments.of(bad)
