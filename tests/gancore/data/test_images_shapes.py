import numpy as np
import pytest

from gancore.data.images import Images, resized
from gancore.data.shapes import COMBINATIONS, KINDS, SIDES, draw_shapes, shape_factors

sides = pytest.mark.parametrize("side", SIDES)


def drawn(side, n=2 * COMBINATIONS, seed=0):
    return draw_shapes(np.random.default_rng(seed), n, side)


def noisy(pixels, sigma):
    noise = np.random.default_rng(9).normal(0, sigma, pixels.shape)
    return np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)


def grey_of(pixels):
    """(n,) the background, which most of an image is."""
    return np.median(pixels, (1, 2, 3))


@pytest.mark.parametrize("n", [0, 1, COMBINATIONS - 1, COMBINATIONS, 1300])
def test_every_combination_comes_equally_often(n):
    pixels, factors = drawn(16, n)
    assert pixels.shape == (n, 3, 16, 16)
    assert pixels.dtype == np.uint8
    counts = np.bincount(factors.combination, minlength=COMBINATIONS)
    assert counts.max() - counts.min() <= (n % COMBINATIONS > 0)


def test_a_generator_repeats_its_images():
    for a, b in zip(drawn(32, 20), drawn(32, 20), strict=True):
        if isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b)
    assert (drawn(32, 20)[0] != drawn(32, 20, seed=1)[0]).any()


def test_areas_are_the_shapes_own():
    pixels, factors = drawn(32)
    red = factors.colour == 0
    background = grey_of(pixels[red])
    covered = ((pixels[red, 0] - background[:, None, None]) / (230 - background)[:, None, None]).sum((1, 2))
    radius = np.array([4.0, 6.5])[factors.size[red]]
    areas = {
        "disc": np.pi,
        "square": 1.7**2,
        "triangle": 2 * 1.85 / 2,
        "cross": 2 * 2 * 0.6 - 0.6**2,
        "ring": np.pi * (1 - 0.55**2),
    }
    expected = np.array([areas[KINDS[kind]] for kind in factors.kind[red]]) * radius**2
    np.testing.assert_allclose(covered, expected, rtol=0.06)


def test_a_shape_lies_in_its_cell():
    pixels, factors = drawn(32)
    far = np.abs(pixels - grey_of(pixels)[:, None, None, None]).sum(1)
    for i in range(2):
        weight = far.sum(2 - i)
        middle = (weight * (np.arange(32) + 0.5)).sum(1) / weight.sum(1)
        np.testing.assert_array_equal(np.digitize(middle, [12, 20]), divmod(factors.cell, 3)[i])


def test_half_the_side_is_the_area_average():
    large, small = drawn(32, 300)[0], drawn(16, 300)[0]
    averaged = resized(Images(large, np.zeros(300, np.int64)), 16).pixels
    assert np.abs(averaged.astype(int) - small).max() <= 1  # rounded once more


@pytest.mark.statistics
@sides
@pytest.mark.parametrize("sigma", [0, 5])
def test_drawn_factors_are_recognised_exactly(side, sigma):
    pixels, factors = drawn(side)
    found = shape_factors(noisy(pixels, sigma))
    for name in ("kind", "colour", "size", "cell", "combination"):
        np.testing.assert_array_equal(getattr(found, name), getattr(factors, name))


@sides
def test_blurred_shapes_keep_colour_size_and_cell(side):
    pixels, factors = drawn(side)
    wide = np.pad(pixels.astype(float), ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    blurred = (wide[:, :, :-2, 1:-1] + wide[:, :, 2:, 1:-1] + 4 * wide[:, :, 1:-1, 1:-1]) / 6
    found = shape_factors(np.rint(blurred).astype(np.uint8))
    same = (found.colour == factors.colour) & (found.cell == factors.cell)
    assert same.mean() > 0.99


@sides
def test_what_is_no_shape_is_recognised_as_none(side):
    rng = np.random.default_rng(3)
    pixels, factors = drawn(side, COMBINATIONS)
    # Of the same kind, colour and size, in the first cell and in another.
    first, second = (
        np.lexsort((factors.size, factors.colour, factors.kind, factors.cell != cell))[:60] for cell in (0, 4)
    )
    np.testing.assert_array_equal(factors.combination[first] + 4, factors.combination[second])
    of_second = np.abs(pixels[second] - grey_of(pixels[second])[:, None, None, None]).sum(1, keepdims=True) > 20
    two = np.where(of_second, pixels[second], pixels[first])
    for none in (
        np.full((3, 3, side, side), 50, np.uint8),
        np.zeros((3, 3, side, side), np.uint8),
        rng.integers(0, 256, (100, 3, side, side), np.uint8),
        np.broadcast_to(np.linspace(0, 255, side).astype(np.uint8), (2, 3, side, side)),
        np.repeat(pixels.mean(1, keepdims=True), 3, 1).astype(np.uint8)[factors.colour == 0],
        two,
    ):
        assert len(none)
        found = shape_factors(none)
        np.testing.assert_array_equal(found.combination, -1)
        np.testing.assert_array_equal(found.kind, -1)


def test_no_images_have_no_factors():
    assert shape_factors(np.zeros((0, 3, 32, 32), np.uint8)).combination.shape == (0,)


def test_sides_at_which_shapes_look_alike_are_refused():
    with pytest.raises(ValueError, match="side is 8; shapes are drawn at 16 or 32"):
        drawn(8)
    with pytest.raises(ValueError, match="side is 64"):
        shape_factors(np.zeros((1, 3, 64, 64), np.uint8))


@pytest.mark.parametrize("shape", [(3, 32, 32), (2, 1, 32, 32), (2, 3, 32, 16)])
def test_what_are_no_colour_images_is_refused(shape):
    with pytest.raises(ValueError, match="pixels have shape"):
        shape_factors(np.zeros(shape, np.uint8))
