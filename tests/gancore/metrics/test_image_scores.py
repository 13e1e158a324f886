"""What the measures say of images whose worth is known: real ones, copies, one a class, fewer classes, noise."""

import warnings
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch

from gancore.data.images import Images, ImageSet, load_images, to_floats, to_pixels
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
    assert 0 < real.memorised <= 0.05 + 1 / N
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


# ── Memorised ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def image_set(name, train, held_out, reference):
    """An image set of images (n, C, H, W), floats in [-1, 1], of one class."""
    parts = (Images(to_pixels(each), np.zeros(len(each), np.int64)) for each in (train, held_out, reference))
    return ImageSet(name, *parts, ("one",))


def drawn_faces(n):
    """Grey faces (n, 1, 25, 25), all much alike: an oval, two eyes and a mouth, lit from some side."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[-1:1:25j, -1:1:25j]
    draw = rng.normal(size=(9, n, 1, 1))

    def spot(cx, cy, wide, high):
        return np.exp(-np.square((x - cx) / wide) - np.square((y - cy) / high))

    apart, eyes, mouth = 0.35 + 0.04 * draw[0], -0.2 + 0.05 * draw[1], 0.45 + 0.05 * draw[2]
    dark = spot(-apart, eyes, 0.15, 0.1) + spot(apart, eyes, 0.15, 0.1)
    dark += (0.7 + 0.15 * draw[3]) * spot(0, mouth, 0.3 + 0.05 * draw[4], 0.1)
    face = spot(0.05 * draw[5], 0, 0.7 + 0.06 * draw[6], 0.9) - 0.6 * dark + 0.25 * draw[7] * x + 0.2 * draw[8] * y
    return np.clip(1.4 * face - 0.7 + 0.03 * rng.normal(size=face.shape), -1, 1).astype(np.float32)[:, None]


def sets_of(name):
    """Training, held-out and reference images."""
    if name == "faces":
        return np.split(drawn_faces(700), [300, 500])
    images = load_images(name)
    return [to_floats(part.pixels) for part in (images.train, images.held_out, images.reference)]


@cache
def judge_of(name, n_train):
    """(which of some images are memorised, training, held-out and new images), by pixels alone."""
    train, held_out, new = sets_of(name)
    whole = image_set(name, train, held_out, new)
    scorer = ImageScorer(whole, n_train, PixelFeatures(whole.channels, whole.side))
    return lambda images: scorer.memorised(scorer.nearest(images)).mean(), train[:n_train], held_out, new


def averages(images, count, of=10):
    """(count, C, H, W): each the mean of other images."""
    rng = np.random.default_rng(0)
    return np.stack([images[rng.choice(len(images), of, replace=False)].mean(0) for _ in range(count)])


def blurred(images, sigma=1.0):
    pixels = np.arange(images.shape[-1])
    weights = np.exp(-0.5 * np.square((pixels[:, None] - pixels) / sigma))
    weights /= weights.sum(1, keepdims=True)
    return (weights @ images @ weights.T).astype(np.float32)


on_sets = pytest.mark.parametrize(
    ("name", "n_train"),
    [
        ("digits", 20),
        ("digits", 100),
        ("digits", 1000),
        ("shapes", 100),
        ("shapes", 500),
        ("faces", 100),
        ("faces", 300),
    ],
)


@pytest.mark.statistics
@on_sets
def test_copies_are_memorised_and_so_are_near_copies(name, n_train):
    memorised, train, _, _ = judge_of(name, n_train)
    assert memorised(train) == 1
    assert memorised(np.clip(train + 0.02 * np.random.default_rng(0).normal(size=train.shape), -1, 1)) == 1


@on_sets
def test_new_images_of_the_data_are_memorised_no_oftener_than_the_limits_allow(name, n_train):
    memorised, _, held_out, new = judge_of(name, n_train)
    assert 0 < memorised(held_out) <= 0.05 + 1 / len(held_out)
    assert memorised(new) <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / len(new))


@on_sets
def test_what_lies_between_training_images_is_not_memorised(name, n_train):
    memorised, train, held_out, _ = judge_of(name, n_train)
    mean = train.mean(0, keepdims=True)
    for image in (mean, blurred(mean), np.full_like(mean, mean.mean())):
        assert memorised(image) == 0
    # Averages of faces, which are all much alike, lie at the few faces that are themselves about the mean.
    most = 0.1 if name == "faces" else 0.01
    assert memorised(averages(train, 200)) <= most
    assert memorised(averages(held_out, 200)) <= most
    assert memorised(blurred(held_out)) <= 0.05 + 2 / len(held_out)


@on_sets
def test_noise_is_not_memorised(name, n_train):
    memorised, train, _, _ = judge_of(name, n_train)
    rng = np.random.default_rng(0)
    assert memorised(rng.uniform(-1, 1, (100, *train.shape[1:]))) == 0
    assert memorised(np.clip(rng.normal(size=(100, *train.shape[1:])), -1, 1)) == 0


@pytest.mark.parametrize("name", ["digits", "shapes"])
def test_pixels_hardly_see_a_copy_that_is_shifted_by_one_pixel(name):
    # What the page says, with as many training images as it has.
    memorised, train, _, _ = judge_of(name, 500)
    assert memorised(np.roll(train, 1, axis=3)) < 0.2


def test_a_training_set_that_holds_every_image_twice_is_the_same_set():
    train, held_out, new = sets_of("digits")
    few = np.concatenate([train[:100], train[:100]])
    one, twice = (
        ImageScorer(image_set("digits", each, held_out, new), 200, PixelFeatures(1, 8)) for each in (train[:100], few)
    )
    assert (one.near, one.ratio) == (twice.near, twice.ratio)
    near_copies = np.clip(train[:100] + 0.05 * np.random.default_rng(0).normal(size=(100, 1, 8, 8)), -1, 1)
    found = twice.nearest(near_copies)
    assert twice.memorised(found).all()
    assert found.indices.tolist() == list(range(100))  # of equal images the first
    assert (found.seconds > found.distances).all()


@pytest.mark.parametrize("n", [64, 1])
def test_one_image_again_and_again_is_a_training_set_with_a_warning(n):
    train, held_out, new = sets_of("digits")
    scorer = ImageScorer(image_set("own", np.repeat(train[:1], n, 0), held_out, new), n, PixelFeatures(1, 8))
    with warnings.catch_warnings(record=True) as said, np.errstate(divide="raise", invalid="raise"):
        warnings.simplefilter("always")
        assert scorer.score(np.repeat(train[:1], 20, 0)).memorised == 1
        assert scorer.score(-np.repeat(train[:1], 20, 0)).memorised == 0
    assert [str(each.message).split(":")[0] for each in said] == (
        ["All 64 training images of own are the same image"] if n > 1 else []
    )
    assert scorer.near > 0


def test_where_every_image_is_the_same_only_copies_are_memorised():
    image = drawn_faces(1)
    same = image_set("own", *(np.repeat(image, n, 0) for n in (64, 20, 20)))
    scorer = ImageScorer(same, 64, PixelFeatures(1, 25))
    with pytest.warns(UserWarning, match="of own") as said, np.errstate(divide="raise", invalid="raise"):
        copies, others = (scorer.score(np.repeat(each, 12, 0)) for each in (to_floats(to_pixels(image)), image + 0.1))
    assert (copies.memorised, others.memorised) == (1, 0)
    assert (scorer.near, scorer.ratio) == (0, 0)
    assert [str(each.message).split(":")[0] for each in said] == [
        "All 64 training images of own are the same image",
        "At least one in 20 held-out images of own is a copy of a training image",
    ]


def test_usual_sets_are_judged_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ImageScorer(DIGITS, 100).score(HELD_OUT[:20])


def test_half_copies_and_half_noise_are_half_memorised(scorer):
    half = torch.cat([TRAIN[:50], noise(2, 50).clamp(-1, 1)])
    assert scorer.score(half).memorised == 0.5


def test_the_nearest_training_image_and_how_near_it_is(scorer):
    places = torch.tensor([5, 300, 7, 999, 0, 1, 2, 3, 4, 8])
    found = scorer.score(TRAIN[places] + 0.03)
    assert found.nearest.indices.tolist() == places.tolist()
    # Root-mean-square: 0.03 on every pixel is 0.03.
    np.testing.assert_allclose(found.nearest.distances, 0.03, rtol=1e-4)
    assert found.nearest_in_features.indices.tolist() == places.tolist()
    # And the next nearest, by every difference.
    away = (TRAIN[places] + 0.03 - TRAIN[:, None]).square().mean((2, 3, 4)).sqrt().numpy().T
    np.testing.assert_allclose(found.nearest.seconds, np.sort(away, axis=1)[:, 1], rtol=1e-4)
    np.testing.assert_allclose(found.nearest.ratios, found.nearest.distances / found.nearest.seconds)


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


@pytest.mark.statistics
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
        (torch.full((20, 1, 8, 8), torch.inf), "fakes has 20 of 20 images that are not finite"),
        (np.zeros((20, 1, 8, 8), np.uint8), "fakes came with dtype uint8; floats in"),
        ("faces", "fakes came as str"),
    ],
)
def test_fakes_that_cannot_be_judged(scorer, fakes, said):
    with pytest.raises(ValueError, match=said):
        scorer.score(fakes)


def test_fakes_are_taken_in_whatever_form_they_come(scorer):
    few = HELD_OUT[:20]
    expected = scorer.score(few)
    read_only = few.numpy().copy()
    read_only.setflags(write=False)
    forms = (
        few.double(),
        few.numpy(),
        few.numpy().astype(np.float64),
        few.tolist(),
        few.clone().requires_grad_(),
        read_only,
    )
    for form in forms:
        found = scorer.score(form)
        assert (found.fid, found.score, found.kid, found.memorised) == (
            expected.fid, expected.score, expected.kid, expected.memorised,
        )  # fmt: skip
    # Eight digits of 256 levels are gone, the images are not.
    assert scorer.score(few.bfloat16()).fid == pytest.approx(expected.fid, rel=0.05)
    assert scorer.see(few.numpy()).features == pytest.approx(scorer.see(few).features)


def test_a_scorer_needs_a_training_image():
    with pytest.raises(ValueError, match="n_train is 0"):
        ImageScorer(DIGITS, 0)
    assert ImageScorer(DIGITS, 5000).n_train == 1000


def test_a_scorer_is_made_once():
    assert image_scorer("digits", 100) is image_scorer("digits", 100)
    assert image_scorer("digits", 100) is not image_scorer("digits", 101)
