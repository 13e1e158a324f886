import hashlib
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from gancore.data import images as images_module
from gancore.data.images import IMAGE_SETS, Images, load_images, resized, to_floats, to_pixels

FACES = Path(images_module.__file__).parent / "faces.npz"
LFW_SUBSET = "b3835cf486a325e955b0295b567593a83a960761ef0302b748b7bb050ca20d27"

embedded = pytest.mark.parametrize("name", ["digits", "shapes", "faces"])


def of(pixels):
    return Images(pixels, np.zeros(len(pixels), np.int64))


def rows(part):
    """Images and labels as sorted rows, to compare as sets."""
    flat = np.column_stack([part.pixels.reshape(len(part), -1), part.labels])
    return flat[np.lexsort(flat.T)]


@embedded
def test_the_parts_have_one_form(name):
    images = load_images(name)
    channels, side, sizes = {
        "digits": (1, 8, (1000, 297, 500)),
        "shapes": (3, 32, (4000, 1000, 2000)),
        "faces": (1, 24, (80, 20, 0)),
    }[name]
    assert (images.name, images.channels, images.side) == (name, channels, side)
    assert tuple(map(len, (images.train, images.held_out, images.reference))) == sizes
    for part in (images.train, images.held_out, images.reference):
        assert part.pixels.shape[1:] == (channels, side, side)
        assert not len(part) or set(part.labels) == set(range(len(images.classes)))
        assert not part.pixels.flags.writeable
        assert not part.labels.flags.writeable


@embedded
@pytest.mark.parametrize("n", [16, 100, 333])
def test_the_first_images_are_balanced_over_the_classes(name, n):
    images = load_images(name)
    counts = np.bincount(images.train.labels[:n], minlength=len(images.classes))
    assert counts.max() - counts.min() <= 1


def test_the_digits_are_scikit_learn_s():
    theirs, images = load_digits(), load_images("digits")
    parts = (images.train, images.held_out, images.reference)
    ours = np.concatenate([np.column_stack([part.pixels.reshape(-1, 64), part.labels]) for part in parts])
    expected = np.column_stack([np.rint(theirs.data * 255 / 16), theirs.target])
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], expected[np.lexsort(expected.T)])
    assert ours[:, :64].max() == 255


def test_no_digit_is_in_two_parts():
    images = load_images("digits")
    seen = [{row.tobytes() for row in rows(part)} for part in (images.train, images.held_out, images.reference)]
    assert sum(map(len, seen)) == len(set().union(*seen))


def test_the_faces_are_scikit_image_s():
    """Their rows and columns, but for the last of each, as `skimage.data.lfw_subset()` has them."""
    with np.load(FACES, allow_pickle=False) as stored:
        theirs = stored["images"]
    images = load_images("faces")
    ours = np.concatenate([images.train.pixels, images.held_out.pixels])[:, 0]
    assert {face.tobytes() for face in ours} == {face[:24, :24].tobytes() for face in theirs}
    # Of np.rint(255 * skimage.data.lfw_subset()[:100]).astype(np.uint8), scikit-image 0.26.0.
    assert hashlib.sha256(theirs.tobytes()).hexdigest() == LFW_SUBSET


def test_no_face_is_there_twice_not_even_mirrored():
    images = load_images("faces")
    faces = np.concatenate([images.train.pixels, images.held_out.pixels])
    assert len({face.tobytes() for both in (faces, faces[..., ::-1]) for face in both}) == 2 * len(faces)


def test_a_set_is_loaded_once():
    assert load_images("digits") is load_images("digits")
    assert load_images("shapes", 32) is load_images("shapes")


def test_another_side_leaves_labels_and_order():
    own, twice = load_images("digits"), load_images("digits", 16)
    assert (own.side, twice.side) == (8, 16)
    np.testing.assert_array_equal(own.train.labels, twice.train.labels)
    np.testing.assert_array_equal(own.held_out.pixels, resized(twice.held_out, 8).pixels)


@pytest.mark.parametrize(("own", "side"), [(32, 8), (32, 16), (32, 24), (24, 16), (25, 16), (5, 4), (3, 1)])
def test_smaller_images_are_area_averages(own, side):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 3, own, own), np.uint8)
    small = resized(of(pixels), side).pixels
    # Every pixel cut into side × side equal parts, of which each of the larger ones takes own × own.
    parts = pixels.repeat(side, -2).repeat(side, -1)
    for i, j in np.ndindex(side, side):
        block = parts[:, :, i * own : (i + 1) * own, j * own : (j + 1) * own].mean((2, 3))
        assert np.abs(small[:, :, i, j] - block).max() <= 0.5 + 1e-9


def test_larger_images_repeat_pixels():
    pixels = np.arange(4, dtype=np.uint8).reshape(1, 1, 2, 2)
    np.testing.assert_array_equal(
        resized(of(pixels), 4).pixels[0, 0], [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]]
    )


@pytest.mark.parametrize("side", [0, -8, 12])
def test_a_larger_side_that_is_no_multiple_is_refused(side):
    with pytest.raises(ValueError, match=f"side is {side}"):
        load_images("digits", side)


def test_every_pixel_survives_the_way_to_floats_and_back():
    pixels = np.arange(256, dtype=np.uint8)
    floats = to_floats(pixels)
    assert floats.dtype == np.float32
    assert (floats[0], floats[-1]) == (-1, 1)
    np.testing.assert_array_equal(to_pixels(floats), pixels)


def test_pixels_are_clipped_rounded_and_never_undefined():
    floats = np.array([-np.inf, -3, -1 + 0.4 / 127.5, -1 + 0.6 / 127.5, 1.5, np.inf, np.nan])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what a cast makes of NaN is the processor's affair
        np.testing.assert_array_equal(to_pixels(floats), [0, 0, 0, 1, 255, 255, 0])


def test_an_unknown_set_is_answered_with_the_known():
    with pytest.raises(ValueError, match="'imagenet'") as refused:
        load_images("imagenet")
    for name in IMAGE_SETS:
        assert name in str(refused.value)


@pytest.mark.parametrize(
    ("pixels", "labels", "match"),
    [
        (np.zeros((2, 8, 8), np.uint8), np.zeros(2, np.int64), "pixels are uint8 .2, 8, 8."),
        (np.zeros((2, 1, 8, 8), np.float32), np.zeros(2, np.int64), "pixels are float32"),
        (np.zeros((2, 8, 8, 3), np.uint8), np.zeros(2, np.int64), r"pixels have shape .*channels last; \(2, 3, 8, 8\)"),
        (np.zeros((2, 1, 8, 8), np.uint8), np.zeros(3, np.int64), "labels are int64 .3,."),
        (np.zeros((2, 1, 8, 8), np.uint8), np.zeros(2), "labels are float64"),
    ],
)
def test_what_are_no_images_is_refused(pixels, labels, match):
    with pytest.raises(ValueError, match=match):
        Images(pixels, labels)


@pytest.mark.processes
def test_the_embedded_sets_load_without_torch():
    code = (
        "import sys; from gancore.data.images import EMBEDDED, load_images; [load_images(each) for each in EMBEDDED];"
        "print(sorted({'torch', 'torchvision', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
