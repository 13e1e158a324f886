import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gancore.config import RunConfig
from gancore.data.toy import toy_data
from gancore.metrics.transport import transport_distance

clouds = arrays(np.float64, (5, 2), elements=st.floats(-100, 100))


@settings(max_examples=40)
@given(clouds, clouds)
def test_equals_brute_force_over_all_permutations(a, b):
    best = min(
        sum(math.dist(a[i], b[j]) for i, j in enumerate(order)) / 5 for order in itertools.permutations(range(5))
    )
    assert transport_distance(a, b) == pytest.approx(best, rel=1e-9, abs=1e-9)


@settings(max_examples=40)
@given(clouds, clouds, clouds)
def test_it_is_a_metric(a, b, c):
    assert transport_distance(a, a[::-1]) == 0
    assert transport_distance(a, b) == pytest.approx(transport_distance(b, a), rel=1e-9, abs=1e-9)
    assert transport_distance(a, c) <= transport_distance(a, b) + transport_distance(b, c) + 1e-9


@settings(max_examples=40)
@given(clouds, st.tuples(st.floats(-50, 50), st.floats(-50, 50)))
def test_a_shifted_copy_is_as_far_as_the_shift(a, shift):
    shuffled = np.random.default_rng(0).permutation(a + shift)
    assert transport_distance(a, shuffled) == pytest.approx(math.hypot(*shift), rel=1e-6, abs=1e-9)


def test_parallel_lines():
    # Arjovsky, Chintala & Bottou 2017, example 1: two lines at distance θ are |θ| apart.
    y = np.linspace(0, 1, 50)
    left, right = (np.stack([np.full(50, x), y], 1) for x in (0.0, -0.3))
    assert transport_distance(left, right) == pytest.approx(0.3)


def test_a_perfect_a_collapsed_and_a_noisy_generator_in_the_right_order():
    data = toy_data(RunConfig(data="ring", modes=8, sigma=0.05))
    rng = np.random.default_rng(0)
    real, perfect = data.sample(rng, 256), data.sample(rng, 256)
    collapsed = np.repeat(data.centres[:1], 256, axis=0)
    noise = rng.uniform(data.view[0], data.view[1], (256, 2))
    best, scattered, worst = (transport_distance(each, real) for each in (perfect, noise, collapsed))
    assert best < 0.5 * scattered < scattered < worst
    # From one mode to a ring of radius 2: the mean distance of its centres, less what the widths change.
    chords = np.linalg.norm(data.centres - data.centres[0], axis=1)
    assert worst == pytest.approx(chords.mean(), rel=0.1)


def test_more_modes_are_nearer():
    data = toy_data(RunConfig(data="ring", modes=8, sigma=0.05))
    real = data.sample(np.random.default_rng(0), 256)
    distances = [transport_distance(np.resize(data.centres[:held], (256, 2)), real) for held in (1, 2, 4, 8)]
    assert distances == sorted(distances, reverse=True)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("side", [0, 1])
def test_what_is_not_finite_is_infinitely_far(value, side):
    sets = [np.zeros((4, 2)), np.zeros((4, 2))]
    sets[side][2, 1] = value
    assert transport_distance(*sets) == math.inf


def test_nothing_is_mutated():
    a, b = np.random.default_rng(0).normal(size=(2, 20, 2))
    before = a.copy(), b.copy()
    transport_distance(a, b)
    np.testing.assert_array_equal(a, before[0])
    np.testing.assert_array_equal(b, before[1])


@pytest.mark.parametrize(("one", "other"), [((3, 2), (4, 2)), ((0, 2), (0, 2)), ((3,), (3,)), ((3, 2), (3, 1))])
def test_other_shapes_are_refused(one, other):
    with pytest.raises(ValueError, match="generated has shape"):
        transport_distance(np.zeros(one), np.zeros(other))
