"""What comes back through T is J_Tᵀ w, for a T that can be worked out on paper."""

import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest
import torch

from gancore.data.images import to_floats, to_pixels
from gancore.demos.augmented_gradient import BOUNDS, IMAGES, Augmenting, augmented_gradient
from gancore.methods.diff_augment import DRAWS, augment

COLOURED, GREY = IMAGES[0], IMAGES[-1]


def answered(**settings):
    return augmented_gradient(settings)


def image_of(name):
    """(H, H, C) uint8."""
    kind = name.partition("-")[0]
    place = [each for each in IMAGES if each.startswith(kind)].index(name)
    return answered(image=name)[1][kind][place]


def weights_of(name):
    """w (H, H, C), as the module's docstring has it."""
    x = to_floats(image_of(name))
    w = x - x.mean()
    return w / np.abs(w).sum(-1).max()


def size(gradient):
    return np.abs(gradient).sum(-1)


@pytest.mark.parametrize("name", IMAGES)
def test_a_t_that_does_nothing_gives_the_image_and_the_discriminators_own_gradient(name):
    meta, arrays = answered(image=name)
    np.testing.assert_array_equal(arrays["augmented"], image_of(name))
    np.testing.assert_allclose(arrays["gradient"], size(weights_of(name)), atol=1e-6)
    assert meta["largest"] == pytest.approx(1)
    assert (meta["unseen"], meta["leak"]) == (0, 0)
    assert arrays["seen"].all()


@pytest.mark.parametrize("name", [COLOURED, GREY])
def test_brightness_leaves_the_gradient_and_contrast_scales_it(name):
    own = size(weights_of(name))
    np.testing.assert_allclose(answered(image=name, brightness=0.4)[1]["gradient"], own, atol=1e-6)
    for factor in (0.5, 1.3):
        meta, arrays = answered(image=name, contrast=factor)
        np.testing.assert_allclose(arrays["gradient"], factor * own, atol=1e-6)
        assert meta["largest"] == pytest.approx(factor)


def test_saturation_scales_what_differs_between_the_channels():
    w = weights_of(COLOURED)
    mean = w.mean(-1, keepdims=True)
    for factor in (0.0, 0.5, 2.0):
        expected = size(mean + factor * (w - mean))
        np.testing.assert_allclose(answered(saturation=factor)[1]["gradient"], expected, atol=1e-6)
    own = size(weights_of(GREY))
    np.testing.assert_allclose(answered(image=GREY, saturation=0.0)[1]["gradient"], own, atol=1e-6)


def test_a_shift_moves_the_gradient_back():
    w = weights_of(COLOURED)
    meta, arrays = answered(image=COLOURED, down=3 / 32, right=-2 / 32)
    expected = np.zeros((32, 32))
    expected[:29, 2:] = size(w)[3:, :30]  # x[i, j] is seen at (i + 3, j - 2)
    np.testing.assert_allclose(arrays["gradient"], expected, atol=1e-6)
    assert meta["shift"] == [3, -2]
    assert meta["lost"] == meta["unseen"] == pytest.approx(1 - 29 * 30 / 32**2)
    np.testing.assert_array_equal(arrays["seen"], np.pad(np.ones((29, 30)), ((0, 3), (2, 0))))


@pytest.mark.parametrize(("name", "side"), [(COLOURED, 32), (GREY, 8)])
def test_where_cutout_covers_no_gradient_comes_back(name, side):
    own = size(weights_of(name))
    meta, arrays = answered(image=name, cutout=True, row=0.25, column=0.5)
    hole = np.zeros((side, side), bool)
    hole[: side // 2, side // 4 : 3 * side // 4] = True
    np.testing.assert_array_equal(arrays["seen"], ~hole)
    np.testing.assert_array_equal(arrays["gradient"][hole], 0)
    np.testing.assert_allclose(arrays["gradient"][~hole], own[~hole], atol=1e-6)
    assert (arrays["augmented"][hole] == to_pixels(np.zeros(1))).all()  # mid-grey
    assert meta["covered"] == meta["unseen"] == 0.25
    assert meta["leak"] == 0


def test_shift_and_cutout_can_hide_the_same_pixels():
    meta, arrays = answered(image=GREY, down=1 / 8, cutout=True, row=1.0, column=0.5)
    # Rows 6 and 7 of T(x), columns 2 to 5: rows 5 and 6 of x. Its row 7 has left.
    assert meta["covered"] == 2 * 4 / 64
    assert meta["lost"] == 1 / 8
    assert meta["unseen"] == (8 + 2 * 4) / 64
    assert arrays["seen"][7].sum() == 0
    assert arrays["seen"][5:7, 2:6].sum() == 0


def test_through_the_mean_of_contrast_a_little_reaches_what_is_covered():
    w = weights_of(COLOURED)
    w[8:24, 8:24] = 0
    meta, arrays = answered(image=COLOURED, contrast=1.4, cutout=True)
    # ∂s/∂x = f g + (1 - f) mean(g)
    leak = 3 * abs((1 - 1.4) * w.mean())
    assert meta["leak"] == pytest.approx(leak, rel=1e-4)
    np.testing.assert_allclose(arrays["gradient"][8:24, 8:24], leak, rtol=1e-4)
    assert leak > 0.01


@pytest.mark.parametrize("name", [COLOURED, GREY])
@pytest.mark.parametrize(("end", "uniform"), [(0, 0.0), (1, np.nextafter(np.float32(1), np.float32(0)))])
def test_the_sliders_reach_as_far_as_the_paper_draws(name, end, uniform):
    x = torch.from_numpy(to_floats(image_of(name))).permute(2, 0, 1)[None]
    drawn = augment(x, "color,translation,cutout", torch.full((1, DRAWS), float(uniform)))
    ends = {field: bound.reach[end] for field, bound in BOUNDS.items()}
    _, arrays = answered(image=name, cutout=True, **ends)
    np.testing.assert_array_equal(arrays["augmented"], to_pixels(drawn[0].permute(1, 2, 0).numpy()))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"image": "cats-1"}, r"image is 'cats-1'; allowed are shapes-"),
        ({"image": ["shapes-5"]}, r"image is \['shapes-5'\]"),
        ({"brightness": 0.6}, r"brightness is 0\.6; allowed is from -0\.5 to 0\.5"),
        ({"contrast": float("nan")}, r"contrast is nan; allowed is from 0\.5 to 1\.5"),
        ({"saturation": True}, r"saturation is True; allowed is from 0 to 2"),
        ({"down": "0"}, r"down is '0'; allowed is from -0\.125 to 0\.125"),
        ({"row": None}, r"row is None; allowed is from 0 to 1"),
        ({"cutout": 1}, r"cutout is 1; allowed are True and False"),
        ({"blur": 1}, r"unknown settings: blur; allowed are image, brightness"),
    ],
)
def test_strangers_words_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        augmented_gradient(settings)


def test_it_can_be_asked_for_without_settings():
    assert answered()[0] == answered(**asdict(Augmenting()))[0]


@pytest.mark.processes
def test_its_settings_load_no_torch():
    code = "import sys, gancore.demos.augmented_gradient; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"False"
