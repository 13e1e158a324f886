"""What the measures say of images whose worth is known: real ones, copies, one a class, fewer classes, noise."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from gancore.data.images import load_images, to_floats
from gancore.data.shapes import shape_factors
from gancore.metrics import frechet_from_features, inception_score, precision_recall
from gancore.metrics.feature_nets import PixelFeatures
from gancore.metrics.image_scores import ImageScorer, image_scorer

DIGITS = load_images("digits")


def floats(images):
    return torch.from_numpy(to_floats(images.pixels))


HELD_OUT, TRAIN, REFERENCE = floats(DIGITS.held_out), floats(DIGITS.train), floats(DIGITS.reference)
N = len(HELD_OUT)


def noise(seed, n=N):
    return torch.randn(n, 1, 8, 8, generator=torch.Generator().manual_seed(seed))


def tiled(images, n=N):
    """n images, one after the other and again: as many of each, to within one."""
    return images.repeat(-(-n // len(images)), 1, 1, 1)[:n]


def of_classes(count):
    """Held-out images of the first classes alone, in random order."""
    chosen = HELD_OUT[torch.from_numpy(DIGITS.held_out.labels.copy()) < count]
    return tiled(chosen[torch.randperm(len(chosen), generator=torch.Generator().manual_seed(0))])


ONE_A_CLASS = tiled(torch.stack([TRAIN[DIGITS.train.labels == label][0] for label in range(10)]))


@pytest.fixture(scope="module")
def scorer():
    return image_scorer("digits", 1000)


@pytest.fixture(scope="module")
def real(scorer):
    return scorer.score(HELD_OUT)


def test_real_images(scorer, real):
    assert (real.features, real.n, real.n_reference, real.n_train, real.n_floor) == ("digits-net", N, 500, 1000, N)
    assert 8.5 < real.score <= 10
    assert real.fid == real.frechet.distance == real.frechet.mean_term + real.frechet.trace_term
    assert (real.frechet.n1, real.frechet.n2) == (N, 500)
    assert real.fid == pytest.approx(real.fid_floor)
    assert abs(real.kid) < 3 * real.kid_std
    assert real.precision > 0.85
    assert real.recall > 0.85
    assert real.memorised == pytest.approx(0.05, abs=1 / N + 1e-9)
    # The reference itself is at no distance.
    assert scorer.score(REFERENCE).fid == pytest.approx(0, abs=1e-3)


def test_each_figure_is_what_its_function_gives(scorer):
    fakes = (HELD_OUT + 0.2 * noise(0)).clamp(-1, 1)
    found, seen = scorer.score(fakes), scorer.see(fakes)
    reference = scorer.see(REFERENCE).features
    assert (found.score, found.score_std) == inception_score(seen.logits, 10)
    assert found.fid == pytest.approx(frechet_from_features(seen.features, reference).distance, rel=1e-6)
    assert (found.precision, found.recall, N, 500) == precision_recall(seen.features, reference, 3)
    floor = frechet_from_features(scorer.see(HELD_OUT).features, reference).distance
    assert found.fid_floor == pytest.approx(floor, rel=1e-6)


def test_other_features_on_request():
    found = ImageScorer(DIGITS, 1000, PixelFeatures(1, 8)).score(HELD_OUT)
    assert (found.features, found.score) == ("pixels", None)
    pixels = [to_floats(part.pixels).reshape(-1, 64) for part in (DIGITS.held_out, DIGITS.reference)]
    assert found.fid == pytest.approx(frechet_from_features(*pixels).distance, rel=1e-6)


def test_one_image_a_class_fools_the_score_and_not_the_frechet_distance(scorer, real):
    one = scorer.score(ONE_A_CLASS)
    assert len(torch.unique(ONE_A_CLASS, dim=0)) == 10
    assert one.score > 9.5
    assert one.score > real.score
    assert one.fid > 10 * real.fid
    assert one.kid > real.kid + 3 * one.kid_std
    assert one.recall < 0.05


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_frechet_distance_answers_to_noise_gradually(scorer, real, seed):
    sigmas = np.linspace(0, 0.8, 9)
    found = np.array([scorer.score((HELD_OUT + s * noise(seed)).clamp(-1, 1)).fid for s in sigmas])
    steps = np.diff(found)
    assert (steps > 0).all()
    assert steps.max() < 3 * steps.mean()  # no jump
    assert found[0] == pytest.approx(real.fid)
    assert found[-1] > 10 * found[0]


def test_fewer_classes_lower_the_score_and_the_recall_and_keep_the_precision(scorer):
    found = [scorer.score(of_classes(count)) for count in (1, 3, 6, 10)]
    for fewer, more in pairwise(found):
        assert fewer.score < more.score
        assert fewer.recall < more.recall
        assert fewer.fid > more.fid
    assert [each.score for each in found[:3]] == pytest.approx([1, 3, 6], rel=0.1)
    assert min(each.precision for each in found) > 0.85


def test_copies_of_the_training_set_are_good_and_memorised(scorer, real):
    copies = scorer.score(TRAIN[torch.randperm(1000, generator=torch.Generator().manual_seed(0))[:N]])
    assert copies.memorised == 1
    assert copies.nearest.distances.max() == 0
    assert copies.nearest_in_features.distances.max() < 1e-3
    assert copies.fid < 1.5 * real.fid
    assert copies.precision > 0.85
    assert copies.recall > 0.85


@pytest.mark.parametrize("n_train", [100, 1000])
def test_what_counts_for_memorised(n_train):
    scorer = image_scorer("digits", n_train)
    train = TRAIN[:n_train]
    assert scorer.score(tiled(train)).memorised == 1
    assert scorer.score((tiled(train) + 0.05 * noise(0)).clamp(-1, 1)).memorised == 1  # copies, not quite exact
    assert scorer.score(HELD_OUT).memorised == pytest.approx(0.05, abs=1 / N + 1e-9)
    assert scorer.score(REFERENCE).memorised == pytest.approx(0.05, abs=0.03)  # new images of the data
    assert scorer.score(noise(1).clamp(-1, 1)).memorised == 0
    assert scorer.score(tiled(train.mean(0, keepdim=True))).memorised == 0
    half = torch.cat([train[:50], noise(2, 50).clamp(-1, 1)])
    assert scorer.score(half).memorised == 0.5


def test_the_nearest_training_image_and_how_near_it_is(scorer):
    places = torch.tensor([5, 300, 7, 999, 0, 1, 2, 3, 4, 8])
    found = scorer.score(TRAIN[places] + 0.03)
    assert found.nearest.indices.tolist() == places.tolist()
    # Root-mean-square: 0.03 on every pixel is 0.03.
    np.testing.assert_allclose(found.nearest.distances, 0.03, rtol=1e-4)
    assert found.nearest_in_features.indices.tolist() == places.tolist()


def test_only_the_first_n_images_are_the_training_set():
    few = image_scorer("digits", 20)
    assert few.score(TRAIN[:20]).memorised == 1
    assert few.score(TRAIN[20:]).nearest.indices.max() < 20
    assert few.score(TRAIN[20:]).memorised < 0.2
    assert few.near > image_scorer("digits", 1000).near  # farther apart, where there are fewer


def test_grey_and_noise_are_the_worst(scorer, real):
    for fakes in (torch.zeros(N, 1, 8, 8), noise(3).clamp(-1, 1)):
        found = scorer.score(fakes)
        assert found.score < 5
        assert found.fid > 50 * real.fid
        assert found.precision < 0.2
        assert found.recall < 0.2
    assert scorer.score(torch.zeros(N, 1, 8, 8)).score == pytest.approx(1)


def test_the_same_images_have_the_same_scores_and_nothing_is_drawn_from_the_global_generators(scorer):
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    fakes = HELD_OUT.clone()
    first, again = scorer.score(fakes), ImageScorer(DIGITS, 1000).score(fakes)
    assert (first.kid, first.kid_std, first.fid, first.score) == (again.kid, again.kid_std, again.fid, again.score)
    assert torch.equal(fakes, HELD_OUT)
    assert torch.equal(torch.get_rng_state(), before[0])
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002


def test_a_floor_for_every_n(scorer):
    floors = [scorer.floor(n) for n in (50, 100, 200, N)]
    assert floors == sorted(floors, reverse=True)  # the distance is biased upwards, the more the fewer images
    assert scorer.score(HELD_OUT[:100]).fid_floor == floors[1]
    assert scorer.score(tiled(HELD_OUT, 400)).n_floor == N  # there are no more


def test_fewer_images_than_features(scorer):
    assert np.isfinite(scorer.score(HELD_OUT[:10]).fid)


def test_a_set_without_a_network_is_measured_in_pixels_and_has_no_score():
    large = load_images("digits", 16)
    scorer = image_scorer("digits", 1000, 16)
    found, worse = scorer.score(floats(large.held_out)), scorer.score(torch.zeros(N, 1, 16, 16))
    assert (found.features, found.score, found.score_std) == ("pixels", None, None)
    assert found.fid < worse.fid
    assert found.precision > 0.8 > 0.1 > worse.precision


def test_shapes_of_one_kind_each_fool_the_score_and_so_do_shapes_of_one_colour():
    shapes, scorer = load_images("shapes"), image_scorer("shapes", 100)
    held_out = floats(shapes.held_out)
    red = held_out[torch.from_numpy(shape_factors(shapes.held_out.pixels).colour) == 0]
    real = scorer.score(held_out[: len(red)])
    assert (real.features, real.n_reference) == ("shapes-net", 2000)
    assert 4.7 < real.score <= 5
    for fakes in (tiled(floats(shapes.train)[:5], len(red)), red):
        found = scorer.score(fakes)
        assert found.score > 0.8 * real.score
        assert found.fid > 10 * real.fid
        assert found.recall < 0.7 * real.recall


@pytest.mark.parametrize(
    ("fakes", "said"),
    [
        (torch.zeros(20, 3, 8, 8), r"\(20, 3, 8, 8\); a scorer of digits takes \(N, 1, 8, 8\)"),
        (torch.zeros(9, 1, 8, 8), "there are 9 fakes; at least 10"),
        (torch.full((20, 1, 8, 8), torch.inf), "20 of 20 images are not finite"),
    ],
)
def test_fakes_that_cannot_be_judged(scorer, fakes, said):
    with pytest.raises(ValueError, match=said):
        scorer.score(fakes)


def test_a_scorer_needs_a_training_image():
    with pytest.raises(ValueError, match="n_train is 0"):
        ImageScorer(DIGITS, 0)
    assert ImageScorer(DIGITS, 5000).n_train == 1000


def test_a_scorer_is_made_once():
    assert image_scorer("digits", 100) is image_scorer("digits", 100)
    assert image_scorer("digits", 100) is not image_scorer("digits", 101)
