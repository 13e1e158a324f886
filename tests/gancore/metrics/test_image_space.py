"""How varied images are whose variety is known: real ones, copies, one again and again, the mean, grey, noise."""

import numpy as np
import pytest

from gancore.data.images import load_images, to_floats
from gancore.metrics.image_scores import ImageScorer
from gancore.metrics.image_space import ImageSpace

MANY = 300


def faces(side):
    """(space, training, held-out) of the hundred faces, images (n, d)."""
    images = load_images("faces", side)
    train, held_out = (to_floats(part.pixels).reshape(len(part), -1) for part in (images.train, images.held_out))
    return ImageSpace(train, held_out), train, held_out


sides = pytest.mark.parametrize("side", [16, 24])


@sides
def test_real_faces_are_varied(side):
    space, train, held_out = faces(side)
    assert space.variety(train) > 0.9
    assert 0.5 < space.variety(held_out) < space.variety(train)
    assert np.mean(space.place(held_out).away <= space.limit) == pytest.approx(0.95)


@sides
def test_what_a_generator_shows_that_learnt_nothing_or_one_face_has_none(side):
    space, train, held_out = faces(side)
    rng = np.random.default_rng(0)
    mean, shape = train.mean(0), (MANY, train.shape[1])
    for one in (train[0], held_out[0], mean, np.zeros_like(mean)):
        assert space.variety(np.repeat(one[None], MANY, 0)) == pytest.approx(0, abs=1e-9)
    for noise in (rng.uniform(-1, 1, shape), np.clip(rng.normal(size=shape), -1, 1)):
        assert space.variety(noise) == 0
    # Less than half of what new faces have: greys, one grey face in every light, and one face under noise.
    most = 0.5 * space.variety(held_out)
    light, depth = rng.uniform(-0.5, 0.5, (MANY, 1)), rng.uniform(0.3, 1.7, (MANY, 1))
    assert space.variety(np.broadcast_to(2 * light, shape)) < most
    assert space.variety(depth * mean + light) < most
    for sigma in np.linspace(0.02, 0.5, 13):
        assert space.variety(mean + sigma * rng.normal(size=shape)) < most
        assert space.variety(train[0] + sigma * rng.normal(size=shape)) < most


@sides
def test_more_people_are_more_varied(side):
    space, train, _ = faces(side)
    found = [space.variety(train[:count]) for count in (1, 2, 4, 8, 16, 32, 80)]
    assert (np.diff(found) > 0).all()
    # The mean of several faces is less of any of them.
    drawn = np.random.default_rng(0)
    averages = [
        space.variety(np.stack([train[drawn.choice(80, of, replace=False)].mean(0) for _ in range(MANY)]))
        for of in (1, 2, 5, 20)
    ]
    assert (np.diff(averages) < 0).all()
    assert averages[-1] < 0.1


@sides
def test_half_of_it_noise_is_half_of_it(side):
    space, train, _ = faces(side)
    noise = np.random.default_rng(0).uniform(-1, 1, train.shape)
    assert space.variety(np.concatenate([train, noise])) == pytest.approx(0.5 * space.variety(train))


def test_of_gaussians_it_is_what_the_formula_gives():
    rng = np.random.default_rng(0)
    spread = np.array([3.0, 2.0, 1.0, 0.0])
    train = rng.normal(size=(4000, 4)) * spread
    space = ImageSpace(train, rng.normal(size=(4000, 4)) * spread)
    # 9 + 4 of 14 are more than 90 %: two directions. Half the deviation along one of them is a quarter of the variance.
    half = rng.normal(size=(4000, 4)) * spread * [0.5, 1, 0, 1]
    assert space.variety(half) == pytest.approx((0.25 + 1) / 2, abs=0.03)
    assert space.variety(2 * half) == pytest.approx(1, abs=0.03)  # no more than real images
    # What no direction explains is the third coordinate alone: a root-mean-square of a half of it.
    np.testing.assert_allclose(space.place(train).away, abs(train[:, 2]) / 2, atol=0.2)


def test_it_does_not_depend_on_order_nor_on_where_the_axes_lie():
    space, train, held_out = faces(16)
    rng = np.random.default_rng(0)
    turned, _ = np.linalg.qr(rng.normal(size=(256, 256)))
    other = ImageSpace(train @ turned, held_out @ turned)
    assert other.limit == pytest.approx(space.limit)
    assert other.variety(held_out[rng.permutation(20)] @ turned) == pytest.approx(space.variety(held_out))


def test_training_images_that_are_all_the_same_span_no_space():
    one = np.ones((5, 4))
    assert ImageSpace(one, one).variety(one) == 0


@pytest.mark.parametrize(
    ("train", "held_out", "said"),
    [
        (np.zeros((0, 4)), np.zeros((5, 4)), "train"),
        (np.zeros((5, 4)), np.zeros((5, 3)), "held_out"),
        (np.full((5, 4), np.nan), np.zeros((5, 4)), "train"),
    ],
)
def test_what_are_no_images_is_refused(train, held_out, said):
    with pytest.raises(ValueError, match=said):
        ImageSpace(train, held_out)


def test_images_of_another_size_are_refused():
    space, _, _ = faces(16)
    with pytest.raises(ValueError, match=r"256"):
        space.variety(np.zeros((5, 64)))


# ── Faces, as a run is measured on them ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module", params=[16, 24])
def scorer(request):
    return ImageScorer(load_images("faces", request.param), 80)


def scored(scorer, images):
    return scorer.score(np.asarray(images, np.float32))


def test_copies_of_faces_are_memorised_and_so_are_near_copies(scorer):
    train = to_floats(scorer.image_set.train.pixels)
    rng = np.random.default_rng(0)
    for copies in (train, np.clip(train + 0.1 * rng.normal(size=train.shape), -1, 1)):
        found = scored(scorer, copies)
        assert found.memorised == 1
        assert found.variety > 0.9
        assert found.nearest.indices.tolist() == list(range(80))


def test_one_grey_face_is_not_memorised_in_any_light(scorer):
    mean = to_floats(scorer.image_set.train.pixels).mean(0)
    light = np.linspace(-0.5, 0.5, 101)[:, None, None, None]
    for images in (
        np.repeat(mean[None], 20, 0),
        mean + light,
        mean * (1 + light),
        np.broadcast_to(light, (101, *mean.shape)),
    ):
        found = scored(scorer, images)
        assert found.memorised == 0
        assert found.variety < 0.25


def test_new_faces_are_varied_and_not_memorised(scorer):
    held_out = to_floats(scorer.image_set.held_out.pixels)
    found = scored(scorer, held_out)
    assert found.memorised <= 0.05
    assert found.variety > 0.5
    assert scored(scorer, held_out[..., ::-1]).memorised <= 0.05


def test_averages_of_faces_and_noise_are_not_memorised(scorer):
    train = to_floats(scorer.image_set.train.pixels)
    rng = np.random.default_rng(0)
    averages = np.stack([train[rng.choice(80, 10, replace=False)].mean(0) for _ in range(200)])
    assert scored(scorer, averages).memorised <= 0.03
    assert scored(scorer, rng.uniform(-1, 1, averages.shape)).memorised == 0


def test_without_a_reference_and_classes_there_is_no_figure_that_needs_them(scorer):
    found = scored(scorer, to_floats(scorer.image_set.held_out.pixels))
    assert (found.n_reference, found.features) == (0, "pixels")
    for name in ("score", "score_std", "frechet", "fid", "fid_floor", "kid", "kid_std", "precision", "recall"):
        assert getattr(found, name) is None
    with pytest.raises(ValueError, match="faces has no reference"):
        scorer.floor(20)
