import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.neighbors import NearestNeighbors

from gancore.metrics import neighbours
from gancore.metrics.neighbours import nearest_neighbours, within_any


def by_hand(query, bank, k):
    """Every difference in float64; of equals the earlier one."""
    distances = np.array(
        [[math.sqrt(sum((float(a) - float(b)) ** 2 for a, b in zip(x, y, strict=True))) for y in bank] for x in query]
    )
    indices = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return indices, np.take_along_axis(distances, indices, 1)


def points(n, d, seed=0, dtype=np.float64):
    return np.random.default_rng([seed, n, d]).normal(size=(n, d)).astype(dtype)


@pytest.fixture(params=["whole", "blocks"])
def _blocks(request, monkeypatch):
    """Once in one piece, once in blocks of very little."""
    if request.param == "blocks":
        monkeypatch.setattr(neighbours, "_BLOCK", 50)


chunked = pytest.mark.usefixtures("_blocks")


@chunked
@pytest.mark.parametrize(("n", "m", "d", "k"), [(1, 1, 1, 1), (7, 30, 5, 1), (30, 7, 3, 7), (20, 40, 60, 4)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_against_every_difference(n, m, d, k, dtype):
    query, bank = points(n, d, 1, dtype), points(m, d, 2, dtype)
    found = nearest_neighbours(query, bank, k)
    indices, distances = by_hand(query, bank, k)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-14)
    assert found.n == m


@pytest.mark.parametrize("d", [3, 64, 700])
def test_against_scikit_learn(d):
    query, bank = points(80, d, 1), points(300, d, 2) + 0.2
    distances, indices = NearestNeighbors(n_neighbors=5, algorithm="brute").fit(bank).kneighbors(query)
    found = nearest_neighbours(query, bank, 5)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-9)


@chunked
@pytest.mark.parametrize("offset", [0.0, 1e3, -1e6])
@pytest.mark.parametrize("gap", [1e-2, 1e-5, 1e-9])
def test_near_duplicates_in_their_order(gap, offset):
    # 40 near-copies of each of 5 images, at known growing distances: ‖x‖² + ‖y‖² - 2xᵀy in single precision has
    # none of them. What addition rounds off is in the expectation too.
    images, direction = points(5, 50, 1), points(1, 50, 3)[0]
    direction /= np.linalg.norm(direction)
    bank = np.concatenate([image + offset + gap * np.arange(1, 41)[:, None] * direction for image in images])
    order = np.random.default_rng(0).permutation(len(bank))
    query = images + offset
    found = nearest_neighbours(query, bank[order], 8)
    indices, distances = by_hand(query, bank[order], 8)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-12)
    if offset == 0:
        np.testing.assert_allclose(found.distances, np.tile(gap * np.arange(1, 9), (5, 1)), rtol=1e-6)


@chunked
def test_a_point_of_the_bank_finds_itself_at_0():
    bank = (points(60, 20, dtype=np.float32) + 1000).astype(np.float32)
    found = nearest_neighbours(bank[10:20], bank, 2)
    np.testing.assert_array_equal(found.indices[:, 0], np.arange(10, 20))
    assert (found.distances[:, 0] == 0).all()
    assert (found.distances[:, 1] > 0).all()


@chunked
def test_of_equals_the_earlier_one():
    bank = np.repeat(points(4, 6), 30, axis=0)
    found = nearest_neighbours(bank[::30], bank, 30)
    np.testing.assert_array_equal(found.indices, np.arange(120).reshape(4, 30))
    assert (found.distances == 0).all()


@chunked
@pytest.mark.parametrize("far", [1e6, 1e12])
def test_a_collapsed_generator_seen_from_afar(far):
    # The bank is all but one point, and the query is far from it: every pair is nearly as far as the nearest.
    bank, query = 1e-3 * points(150, 4, 1), points(6, 4, 2)
    query *= far
    found = nearest_neighbours(query, bank, 3)
    indices, distances = by_hand(query, bank, 3)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-14)
    if far < 1e9:
        np.testing.assert_array_equal(found.indices, indices)


@chunked
def test_a_crowd_round_some_of_the_queries_only():
    images = points(12, 8, 1)
    crowd = images[7] + 1e-5 * points(90, 8, 2)
    bank, query = np.concatenate([crowd, points(30, 8, 3)]), images[4:]
    found = nearest_neighbours(query, bank, 2)
    indices, distances = by_hand(query, bank, 2)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-14)
    assert (found.indices[3] < 90).all()


@pytest.mark.parametrize("scale", [1e-150, 1e-30, 1.0, 1e30, 1e150])
def test_no_scale_overflows_or_underflows(scale):
    query, bank = points(9, 5, 1), points(30, 5, 2)
    expected, found = nearest_neighbours(query, bank, 4), nearest_neighbours(scale * query, scale * bank, 4)
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_allclose(found.distances, scale * expected.distances, rtol=1e-12)


def test_pixels_as_bytes():
    rng = np.random.default_rng(0)
    query, bank = rng.integers(0, 256, (5, 30), dtype=np.uint8), rng.integers(0, 256, (40, 30), dtype=np.uint8)
    found = nearest_neighbours(query, bank, 3)
    indices, distances = by_hand(query, bank, 3)
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_allclose(found.distances, distances)


coordinates = st.integers(-3, 3) | st.floats(-1e6, 1e6, width=32)


@settings(max_examples=60)
@given(
    arrays(np.float64, (4, 3), elements=coordinates),
    arrays(np.float64, (12, 3), elements=coordinates),
    st.integers(1, 12),
)
def test_the_distances_are_the_smallest_there_are(query, bank, k):
    found = nearest_neighbours(query, bank, k)
    _, distances = by_hand(query, bank, k)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-12, atol=1e-12)
    # Each place once, and at the distance that it is given.
    assert all(len(set(row)) == k for row in found.indices.tolist())
    for i in range(4):
        np.testing.assert_allclose(
            found.distances[i], np.linalg.norm(query[i] - bank[found.indices[i]], axis=1), rtol=1e-12
        )


@pytest.mark.parametrize("k", [0, -1, 31])
def test_more_neighbours_than_there_are_are_refused(k):
    with pytest.raises(ValueError, match=f"k is {k}; 1 to 30"):
        nearest_neighbours(points(3, 2), points(30, 2), k)


# ── In a ball ─────────────────────────────────────────────────────────────────────────────────────────────────────


@chunked
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_within_any_against_every_difference(offset):
    rng = np.random.default_rng(0)
    query, bank = points(60, 6, 1) + offset, points(80, 6, 2) + offset
    radii = rng.uniform(0, 2.5, 80)
    distances = np.linalg.norm(query[:, None] - bank, axis=2)
    expected = (distances <= radii).any(1)
    assert 0.1 < expected.mean() < 0.9
    np.testing.assert_array_equal(within_any(query, bank, radii), expected)


@chunked
def test_the_edge_of_a_ball_belongs_to_it():
    query, bank = points(50, 30, 1, np.float32), points(40, 30, 2, np.float32)
    nearest = nearest_neighbours(query, bank, 1)
    for i in range(50):
        radii = np.zeros(40)
        radii[nearest.indices[i, 0]] = nearest.distances[i, 0]
        assert within_any(query[i : i + 1], bank, radii).all()
        radii[nearest.indices[i, 0]] = np.nextafter(nearest.distances[i, 0], 0)
        assert not within_any(query[i : i + 1], bank, radii).any()


def test_balls_of_no_width_hold_their_middle_alone():
    bank = points(40, 5) + 1e3
    assert within_any(bank, bank, np.zeros(40)).all()
    assert not within_any(bank + 1e-9, bank, np.zeros(40)).any()


@pytest.mark.parametrize("radii", [np.zeros(3), np.full(4, -1.0), np.full(4, np.nan)])
def test_radii_that_cannot_be_are_refused(radii):
    with pytest.raises(ValueError, match="radii has shape"):
        within_any(points(2, 2), points(4, 2), radii)
