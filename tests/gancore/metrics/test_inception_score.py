import math

import numpy as np
import pytest
import torch

from gancore.metrics.inception_score import inception_score
from tests.gancore.metrics.peers import isc_features_to_metric


def logits(n=200, classes=10, seed=0):
    return 3 * np.random.default_rng(seed).normal(size=(n, classes))


@pytest.mark.parametrize("classes", [2, 10, 1000])
@pytest.mark.parametrize("certainty", [50.0, 1e4, np.inf])
def test_one_image_a_class_has_the_best_score_there_is(classes, certainty):
    confident = np.where(np.eye(classes, dtype=bool), 0.0, -certainty)
    found = inception_score(np.tile(confident, (3, 1)), splits=3)
    assert found.mean == pytest.approx(classes)
    assert found.std == pytest.approx(0, abs=1e-9 * classes)


@pytest.mark.parametrize("row", [np.zeros(10), np.arange(10.0), np.array([0.0] + 9 * [-np.inf])])
def test_images_that_all_look_the_same_score_1(row):
    found = inception_score(np.tile(row, (50, 1)))
    assert found == pytest.approx((1, 0), abs=1e-12)


def test_a_known_score():
    # p(y|x) is (p, 1-p) and (1-p, p): KL to the uniform p(y) is log 2 - H(p).
    p = 0.8
    even = np.log([[p, 1 - p], [1 - p, p]])
    entropy = -p * math.log(p) - (1 - p) * math.log(1 - p)
    assert inception_score(np.tile(even, (5, 1)), splits=5).mean == pytest.approx(2 * math.exp(-entropy))


def test_half_of_the_classes_score_half():
    confident = np.where(np.eye(10, dtype=bool), 0.0, -1e3)[:5]
    assert inception_score(np.tile(confident, (4, 1)), splits=4).mean == pytest.approx(5)


def test_a_split_scores_no_more_than_it_has_images():
    confident = np.where(np.eye(10, dtype=bool), 0.0, -1e3)
    assert inception_score(confident, splits=5).mean == pytest.approx(2)
    assert inception_score(confident, splits=10).mean == pytest.approx(1)


def test_the_splits_are_consecutive_and_their_spread_has_ddof_0():
    values = logits(n=23)
    parts = [values[i * 23 // 4 : (i + 1) * 23 // 4] for i in range(4)]
    assert [len(part) for part in parts] == [5, 6, 6, 6]
    scores = [inception_score(part, splits=1).mean for part in parts]
    assert inception_score(values, splits=4) == pytest.approx((np.mean(scores), np.std(scores)))


@pytest.mark.parametrize("splits", [1, 10])
@pytest.mark.parametrize("classes", [3, 100])
def test_against_torch_fidelity(splits, classes):
    values = logits(n=107, classes=classes)
    theirs = isc_features_to_metric(torch.from_numpy(values), splits=splits, shuffle=False)
    assert inception_score(values, splits) == pytest.approx(tuple(theirs.values()), rel=1e-12, abs=1e-12)


def test_a_constant_added_to_an_image_s_logits_changes_nothing():
    values = logits()
    shift = 1e3 * np.random.default_rng(1).normal(size=(200, 1))
    assert inception_score(values + shift) == pytest.approx(inception_score(values), rel=1e-9)


def test_from_1_to_the_number_of_classes():
    for scale in (0.1, 1, 10, 1e3, 1e6):
        assert 1 <= inception_score(scale * logits(), splits=1).mean <= 10 + 1e-9


def test_single_precision_and_what_is_not_changed():
    values = logits().astype(np.float32)
    before = values.copy()
    assert inception_score(values) == pytest.approx(inception_score(values.astype(np.float64)), rel=1e-12)
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize("shape", [(10,), (0, 10), (10, 0), (2, 3, 4)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="logits has shape"):
        inception_score(np.zeros(shape))


@pytest.mark.parametrize("splits", [0, -1, 21])
def test_splits_that_cannot_be_are_refused(splits):
    with pytest.raises(ValueError, match=f"splits is {splits}; 1 to 20"):
        inception_score(logits(n=20), splits)


@pytest.mark.parametrize("row", [[np.nan, 0, 0], [np.inf, 0, 0], [-np.inf] * 3])
def test_rows_without_probabilities_are_refused(row):
    values = np.zeros((20, 3))
    values[3] = values[8] = row
    with pytest.raises(ValueError, match="2 of 20 rows"):
        inception_score(values)
