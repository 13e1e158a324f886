import numpy as np
import pytest
import torch

from gancore.metrics.precision_recall import precision_recall
from tests.gancore.metrics.peers import prc_features_to_metric


def points(n=200, d=8, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


def modes(held, n=300, seed=0):
    """n samples of the first `held` of 6 far modes in 4 dimensions."""
    rng = np.random.default_rng(seed)
    centres = 100 * np.random.default_rng(99).normal(size=(6, 4))
    return centres[rng.integers(0, held, n)] + rng.normal(size=(n, 4))


@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0])
def test_against_torch_fidelity(k, shift):
    generated, real = 0.8 * points(180, seed=1) + shift, points(220, seed=2)
    found = precision_recall(generated, real, k)
    theirs = prc_features_to_metric(
        torch.from_numpy(generated),
        torch.from_numpy(real),
        prc_neighborhood=k,
        prc_batch_size=64,
        save_cpu_ram=True,
        verbose=False,
    )
    assert found.precision == pytest.approx(theirs["precision"], abs=1e-6)
    assert found.recall == pytest.approx(theirs["recall"], abs=1e-6)
    assert (found.n_generated, found.n_real) == (180, 220)


def test_on_a_line_by_hand():
    # With k = 1 the real balls are [-1, 1], [0, 2] … round 0, 1, 3 of radii 1, 1, 2; the generated ones round 2 and 9.
    real, generated = np.array([[0.0], [1.0], [3.0]]), np.array([[5.0], [9.0]])
    # 5 is on the edge of the ball round 3; the balls of 5 and 9 have radius 4: 1 and 3 are inside, 0 is not.
    assert precision_recall(generated, real, 1) == (0.5, pytest.approx(2 / 3), 2, 3)


@pytest.mark.parametrize("held", [1, 2, 3, 6])
def test_a_generator_that_drops_modes_keeps_its_precision_and_loses_recall(held):
    found = precision_recall(modes(held, seed=1), modes(6, seed=2))
    assert found.precision > 0.85
    assert found.recall == pytest.approx(held / 6, abs=0.1)


def test_a_generator_that_adds_modes_keeps_its_recall_and_loses_precision():
    found = precision_recall(modes(6, seed=1), modes(2, seed=2))
    assert found.recall > 0.85
    assert found.precision == pytest.approx(2 / 6, abs=0.1)


def test_a_perfect_a_collapsed_and_a_noisy_generator():
    real = modes(6)
    perfect = precision_recall(modes(6, seed=1), real)
    collapsed = precision_recall(modes(1, seed=1), real)
    noisy = precision_recall(1000 + points(300, 4), real)
    assert min(perfect[:2]) > 0.85
    assert collapsed.precision > 0.85 > 0.3 > collapsed.recall
    assert noisy[:2] == (0, 0)


def test_copies_of_the_real_samples_are_perfect_in_both():
    real = points().astype(np.float32) + 50
    assert precision_recall(real[::-1], real)[:2] == (1, 1)


def test_one_image_again_and_again_is_precise_and_reaches_itself():
    real = points(100)
    found = precision_recall(np.repeat(real[:1], 100, axis=0), real)
    assert found[:2] == (1, 0.01)


def test_the_two_sides_change_places():
    a, b = points(150, seed=1), 0.7 * points(120, seed=2)
    one, other = precision_recall(a, b), precision_recall(b, a)
    assert one.precision != one.recall
    assert (one.precision, one.recall) == (other.recall, other.precision)


@pytest.mark.parametrize("k", [0, 10])
def test_more_neighbours_than_there_are_are_refused(k):
    with pytest.raises(ValueError, match=f"k is {k}; 1 to 9"):
        precision_recall(points(30), points(10), k)
