import itertools

import numpy as np
import pytest
import torch
from scipy.stats import chisquare, kstest

from gancore.methods.diff_augment import (
    DRAWS,
    POLICIES,
    augment,
    brightness,
    contrast,
    cutout,
    diff_augment,
    parse_policy,
    saturation,
    translation,
)

DOUBLE = torch.float64
WHOLE = "color,translation,cutout"
SHAPES = [(3, 8, 8), (1, 8, 8), (3, 32, 32), (2, 7, 13), (4, 5, 1), (1, 1, 1)]

shapes = pytest.mark.parametrize("shape", SHAPES)
members = pytest.mark.parametrize("policy", [*POLICIES, WHOLE])


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(n=4, shape=(3, 8, 8), seed=1, dtype=torch.float32):
    """No pixel is 0, so that what a transformation puts in can be told from what was there."""
    images = 2 * torch.rand(n, *shape, generator=generator(seed), dtype=dtype) - 1
    return torch.where(images.abs() < 0.01, 0.01, images)


# ── By given parameters ───────────────────────────────────────────────────────────────────────────────────────────


@shapes
def test_brightness_moves_every_pixel_alike(shape):
    images, shift = pictures(shape=shape), torch.tensor([-0.5, 0.0, 0.1, 0.5])
    torch.testing.assert_close(brightness(images, shift) - images, shift.view(4, 1, 1, 1).expand_as(images))


@shapes
def test_saturation_keeps_the_mean_over_channels_and_scales_about_it(shape):
    images, factor = pictures(shape=shape), torch.tensor([0.0, 0.5, 1.0, 2.0])
    found, mean = saturation(images, factor), images.mean(1, keepdim=True)
    torch.testing.assert_close(found.mean(1, keepdim=True), mean)
    torch.testing.assert_close(found - mean, factor.view(4, 1, 1, 1) * (images - mean))


def test_saturation_of_a_grey_image_is_the_image():
    grey = pictures(shape=(1, 8, 8))
    assert torch.equal(saturation(grey, 0.3), grey)
    torch.testing.assert_close(saturation(grey.expand(4, 3, 8, 8), 1.9), grey.expand(4, 3, 8, 8))


def test_no_saturation_is_grey():
    found = saturation(pictures(), 0.0)
    assert torch.equal(found, found[:, :1].expand_as(found))


@shapes
def test_contrast_keeps_the_mean_of_the_image_and_scales_about_it(shape):
    images, factor = pictures(shape=shape), torch.tensor([0.0, 0.5, 1.0, 1.5])
    found, mean = contrast(images, factor), images.mean((1, 2, 3), keepdim=True)
    torch.testing.assert_close(found.mean((1, 2, 3), keepdim=True), mean)
    torch.testing.assert_close(found - mean, factor.view(4, 1, 1, 1) * (images - mean))


@shapes
@pytest.mark.parametrize("move", [(0, 0), (1, 0), (0, -2), (-3, 4), (100, 0), (0, -100)])
def test_translation_moves_whole_pixels_and_fills_with_zeros(shape, move):
    images, (down, right) = pictures(shape=shape), move
    found = translation(images, down, right)
    height, width = shape[1:]
    for i, j in itertools.product(range(height), range(width)):
        at = i - down, j - right
        if 0 <= at[0] < height and 0 <= at[1] < width:
            assert torch.equal(found[..., i, j], images[..., at[0], at[1]])
        else:
            assert (found[..., i, j] == 0).all()


@shapes
@pytest.mark.parametrize("share", [0.5, 0.25, 1.0])
def test_cutout_zeroes_its_rectangle_and_nothing_else(shape, share):
    images = pictures(shape=shape)
    height, width = shape[1:]
    h, w = int(height * share + 0.5), int(width * share + 0.5)
    for row, column in itertools.product({0, 1, height // 2, height}, {0, width // 2, width}):
        found = cutout(images, row, column, share=share)
        rows = [i for i in range(height) if row - h // 2 <= i < row - h // 2 + h]
        columns = [j for j in range(width) if column - w // 2 <= j < column - w // 2 + w]
        expected = images.clone()
        if rows and columns:
            expected[..., rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = 0
        assert torch.equal(found, expected)


def test_every_image_by_its_own_parameters():
    images = pictures()
    numbers = torch.tensor([0.1, 0.4, 0.7, 1.2])
    for function in (brightness, saturation, contrast):
        alone = torch.cat([function(images[i : i + 1], float(numbers[i])) for i in range(4)])
        torch.testing.assert_close(function(images, numbers), alone)
    down, right = torch.tensor([0, 1, -2, 3]), torch.tensor([2, 0, 8, -1])
    for function in (translation, cutout):
        alone = torch.cat([function(images[i : i + 1], int(down[i]), int(right[i])) for i in range(4)])
        assert torch.equal(function(images, down, right), alone)


def test_one_image_without_a_batch():
    image = pictures()[0]
    found = cutout(translation(contrast(image, 0.7), 1, -1), 3, 3)
    assert torch.equal(found, cutout(translation(contrast(image[None], 0.7), 1, -1), 3, 3)[0])


# ── The policy ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        ("", ()),
        ("  ", ()),
        ((), ()),
        ("color", ("color",)),
        ("color,translation,cutout", ("color", "translation", "cutout")),
        (" cutout ,color", ("cutout", "color")),
        (["translation", "cutout"], ("translation", "cutout")),
    ],
)
def test_a_policy_is_its_names_in_order(policy, names):
    assert parse_policy(policy) == names


@pytest.mark.parametrize("policy", ["colour", "color,flip", "color,", "color;cutout", ["color cutout"]])
def test_a_wrong_name_is_answered_with_the_right_ones(policy):
    for refused in (lambda: parse_policy(policy), lambda: diff_augment(pictures(), policy, generator())):
        with pytest.raises(ValueError, match="color, translation, cutout are allowed"):
            refused()


def test_twice_the_same_is_refused():
    with pytest.raises(ValueError, match="may come once"):
        parse_policy("color,cutout,color")


@pytest.mark.parametrize("policy", ["", ()])
def test_an_empty_policy_is_the_identity(policy):
    images = pictures()
    assert torch.equal(diff_augment(images, policy, generator()), images)


def test_the_order_of_the_policy_is_kept():
    images = pictures()
    for names in itertools.permutations(POLICIES):
        uniforms = torch.rand(4, DRAWS, generator=generator())
        expected = images
        for name in names:
            expected = augment(expected, name, uniforms)
        assert torch.equal(augment(images, ",".join(names), uniforms), expected)
    # Brightness after a hole brightens the hole.
    uniforms[:, 0] = 0.9
    assert (augment(images, "color,cutout", uniforms) == 0).any()
    assert not (augment(images, "cutout,color", uniforms) == 0).any()


def test_another_policy_leaves_the_draws_of_what_it_keeps():
    images = pictures(n=16, shape=(1, 16, 16))
    whole, alone = (diff_augment(images, policy, generator()) for policy in ("translation,cutout", "cutout"))
    hole = (alone == 0) & (images != 0)
    assert hole.any()
    assert (whole[hole] == 0).all()


# ── The draws ─────────────────────────────────────────────────────────────────────────────────────────────────────


def numbers(policy, images, seed=0):
    """What each image got, by an image that tells: `images` are alike and known."""
    return diff_augment(images, policy, generator(seed))


def test_brightness_saturation_and_contrast_are_uniform_over_the_paper_s_ranges():
    n = 4000
    # Channels 0 and 1 about a mean of 0 in every pixel; the columns differ, so that contrast shows apart.
    pixel = torch.tensor([[0.2, 0.6], [-0.2, -0.2]], dtype=DOUBLE)  # (C, W)
    found = numbers("color", pixel[None, :, None].expand(n, 2, 1, 2).clone())
    mean = pixel.mean()
    shift = found.mean((1, 2, 3)) - mean
    # Saturation keeps the channel means, contrast scales their difference between columns.
    middles = found.mean(1)[:, 0]
    factor = (middles[:, 1] - middles[:, 0]) / (pixel.mean(0)[1] - pixel.mean(0)[0])
    colour = (found[:, 0, 0, 0] - found[:, 1, 0, 0]) / 0.4 / factor
    for values, low, width in ((shift, -0.5, 1), (factor, 0.5, 1), (colour, 0, 2)):
        assert kstest(values.numpy(), "uniform", args=(low, width)).pvalue > 1e-3
        assert low <= values.min() < values.max() <= low + width
    for a, b in itertools.combinations((shift, factor, colour), 2):
        assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(n)


@pytest.mark.parametrize(("height", "width"), [(32, 32), (8, 16), (28, 12)])
def test_translations_are_uniform_up_to_an_eighth_of_either_side(height, width):
    n = 6000
    image = torch.zeros(1, 1, height, width)
    image[..., height // 2, width // 2] = 1
    found = numbers("translation", image.expand(n, 1, height, width))
    _, _, rows, columns = torch.nonzero(found, as_tuple=True)
    assert len(rows) == n  # the pixel never leaves the image, and is never doubled
    most = [int(side / 8 + 0.5) for side in (height, width)]
    moved = [(rows - height // 2).numpy(), (columns - width // 2).numpy()]
    for each, far in zip(moved, most, strict=True):
        assert each.min() == -far
        assert each.max() == far
    counts = np.zeros([2 * far + 1 for far in most])
    np.add.at(counts, tuple(each + far for each, far in zip(moved, most, strict=True)), 1)
    assert chisquare(counts.ravel()).pvalue > 1e-3  # of both together: they are independent too


@pytest.mark.parametrize(("height", "width"), [(8, 8), (32, 8), (7, 6)])
def test_cutout_s_middle_is_uniform_over_the_image_and_its_border(height, width):
    n = 6000
    found = numbers("cutout", torch.ones(n, 1, height, width))[:, 0] == 0
    counts: list[np.ndarray] = []
    for axis, side in ((2, height), (1, width)):
        length = int(side / 2 + 0.5)
        middles = side + 1 - length % 2
        marked = found.any(axis)  # (n, side)
        expected = [
            tuple(at - length // 2 <= i < at - length // 2 + length for i in range(side)) for at in range(middles)
        ]
        at = {pattern: place for place, pattern in enumerate(expected)}
        assert len(at) == middles
        counts.append(np.array([at[tuple(each.tolist())] for each in marked]))
    both = np.zeros((counts[0].max() + 1, counts[1].max() + 1))
    np.add.at(both, tuple(counts), 1)
    assert both.shape == tuple(side + 1 - int(side / 2 + 0.5) % 2 for side in (height, width))
    assert chisquare(both.ravel()).pvalue > 1e-3
    # What is set to 0 is the rows marked and the columns marked.
    assert torch.equal(found, found.any(2)[:, :, None] & found.any(1)[:, None, :])


@members
@pytest.mark.parametrize("uniform", [0.0, 1 - 2**-24])
def test_the_ends_of_the_draws_stay_in_range(policy, uniform):
    for side in (1, 2, 7, 8, 33, 64, 200):
        found = augment(pictures(n=1, shape=(1, side, side)), policy, torch.full((1, DRAWS), uniform))
        assert torch.isfinite(found).all()
    shifted = augment(torch.ones(1, 1, 264, 264), "translation", torch.full((1, DRAWS), uniform))
    assert (shifted == 1).sum() == (264 - 33) ** 2  # an eighth of 264, and no more


@members
def test_every_image_has_its_own_draw(policy):
    one = pictures(n=1, shape=(3, 32, 32)).expand(32, 3, 32, 32)
    found = diff_augment(one, policy, generator())
    assert len(torch.unique(found, dim=0)) > 16  # of the 81 places to move to, 32 draws take about 26


@members
@shapes
def test_a_fixed_generator_repeats_it_and_goes_on(policy, shape):
    images, draws = pictures(n=16, shape=shape), generator(5)
    before = images.clone()
    first, second = diff_augment(images, policy, draws), diff_augment(images, policy, draws)
    assert torch.equal(first, diff_augment(images, policy, generator(5)))
    if shape[1] > 4:
        assert not torch.equal(first, second)
    assert torch.equal(images, before)
    assert first.shape == images.shape
    assert first.dtype == images.dtype


@members
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, DOUBLE])
def test_other_precisions_keep_their_type_and_the_same_draws(policy, dtype):
    images = pictures(n=8).to(dtype)
    found = diff_augment(images, policy, generator())
    assert found.dtype == dtype
    torch.testing.assert_close(found.float(), diff_augment(images.float(), policy, generator()), atol=0.03, rtol=0.03)


@members
def test_other_memory_formats_give_the_same(policy):
    images = pictures(n=8)
    last = images.to(memory_format=torch.channels_last)
    torch.testing.assert_close(diff_augment(last, policy, generator()), diff_augment(images, policy, generator()))


@members
def test_a_replica_draws_what_it_draws_alone(policy):
    images = torch.stack([pictures(seed=1), pictures(seed=2), pictures(seed=2)])
    together = diff_augment(images, policy, [generator(seed) for seed in (3, 4, 5)])
    for i, seed in enumerate((3, 4, 5)):
        torch.testing.assert_close(together[i], diff_augment(images[i], policy, generator(seed)), rtol=0, atol=0)
    assert not torch.equal(together[1], together[2])


@pytest.mark.parametrize(
    ("images", "draws", "match"),
    [
        (torch.zeros(3, 8, 8), generator(), "images have shape"),
        (torch.zeros(2, 3, 8, 0), generator(), "images have shape"),
        (torch.zeros(2, 3, 8, 8, dtype=torch.uint8), generator(), "of floats"),
        (torch.zeros(2, 4, 3, 8, 8), generator(), "with one generator"),
        (torch.zeros(2, 4, 3, 8, 8), [generator()] * 3, "with 3 generators"),
        (torch.zeros(4, 3, 8, 8), [generator()] * 4, "with 4 generators"),
    ],
)
def test_other_shapes_are_refused(images, draws, match):
    with pytest.raises(ValueError, match=match):
        diff_augment(images, WHOLE, draws)


def test_numbers_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="uniforms have shape"):
        augment(pictures(), WHOLE, torch.rand(3, DRAWS))


# ── Gradients ─────────────────────────────────────────────────────────────────────────────────────────────────────


@members
@pytest.mark.parametrize("shape", [(3, 4, 4), (1, 5, 3)])
def test_gradient_against_finite_differences(policy, shape):
    images = pictures(n=2, shape=shape, dtype=DOUBLE).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: diff_augment(x, policy, generator(3)), images)
    assert torch.autograd.gradgradcheck(lambda x: diff_augment(x, policy, generator(3)).pow(3), images)


def test_gradient_in_the_parameters_against_finite_differences():
    # The page "by hand" asks what a slider does.
    number = torch.tensor([0.3, 1.4], dtype=DOUBLE, requires_grad=True)
    images = pictures(n=2, dtype=DOUBLE)
    for function in (brightness, saturation, contrast):
        assert torch.autograd.gradcheck(lambda p, function=function: function(images, p), number)


def test_no_gradient_reaches_what_was_moved_out_or_cut():
    images = pictures().requires_grad_()
    (moved,) = torch.autograd.grad(translation(images, 3, 0).sum(), images)
    assert torch.equal(moved, torch.cat([torch.ones(4, 3, 5, 8), torch.zeros(4, 3, 3, 8)], dim=2))
    (cut,) = torch.autograd.grad(cutout(images, 0, 0).sum(), images)
    hole = torch.ones(4, 3, 8, 8)
    hole[..., :2, :2] = 0
    assert torch.equal(cut, hole)


# ── The authors' code, image by image ─────────────────────────────────────────────────────────────────────────────


def test_against_the_definition_pixel_by_pixel():
    images = pictures(n=3, shape=(3, 6, 10), dtype=DOUBLE)
    uniforms = torch.rand(3, DRAWS, generator=generator(7), dtype=DOUBLE)
    found = augment(images, WHOLE, uniforms)
    for x, u, y in zip(images.numpy().copy(), uniforms.numpy(), found.numpy(), strict=True):
        x = x + u[0] - 0.5
        m = x.mean(0)
        x = (x - m) * (2 * u[1]) + m
        x = (x - x.mean()) * (u[2] + 0.5) + x.mean()
        # An eighth of 6 and of 10, rounded: 1 and 1; half of them: 3, odd, and 5, odd.
        down, right = int(u[3] * 3) - 1, int(u[4] * 3) - 1
        row, column = int(u[5] * 6), int(u[6] * 10)
        moved = np.zeros_like(x)
        for i, j in itertools.product(range(6), range(10)):
            if 0 <= i - down < 6 and 0 <= j - right < 10:
                moved[:, i, j] = x[:, i - down, j - right]
            if row - 1 <= i <= row + 1 and column - 2 <= j <= column + 2:
                moved[:, i, j] = 0
        np.testing.assert_allclose(y, moved, rtol=1e-12, atol=1e-12)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("home", ["cpu", "cuda"])
def test_on_a_gpu(home):
    draws = torch.Generator(home).manual_seed(0)
    found = diff_augment(pictures().cuda(), WHOLE, draws)
    again = diff_augment(pictures(), WHOLE, torch.Generator(home).manual_seed(0))
    torch.testing.assert_close(found.cpu(), again, rtol=1e-5, atol=1e-5)


# ── Layouts ───────────────────────────────────────────────────────────────────────────────────────────────────────

CHANNELS_LAST = torch.channels_last
PARTS = {
    "brightness": lambda images: brightness(images, torch.linspace(-0.5, 0.5, len(images))),
    "saturation": lambda images: saturation(images, torch.linspace(0, 2, len(images))),
    "contrast": lambda images: contrast(images, torch.linspace(0.5, 1.5, len(images))),
    "translation": lambda images: translation(images, 1, -1),
    "cutout": lambda images: cutout(images, 3, 3),
    **{f"T({name})": lambda images, name=name: diff_augment(images, name, generator()) for name in (*POLICIES, WHOLE)},
}
parts = pytest.mark.parametrize("part", PARTS)
BY_PLACE = [name for name in PARTS if name not in ("brightness", "contrast")]  # it matters where the channels are


@parts
@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 8, 8), (3, 7, 13), (4, 5, 1), (3, 1, 1)])
def test_the_memory_format_is_kept(part, shape):
    images = pictures(shape=shape)
    plain, last = PARTS[part](images), PARTS[part](images.contiguous(memory_format=CHANNELS_LAST))
    assert plain.is_contiguous()
    assert last.is_contiguous(memory_format=CHANNELS_LAST)
    torch.testing.assert_close(plain, last)


@pytest.mark.parametrize("part", BY_PLACE)
@pytest.mark.parametrize("shape", [(4, 8, 8, 3), (4, 8, 8, 1), (4, 8, 8, 4), (2, 480, 640, 3), (6, 5, 9, 3)])
def test_channels_that_come_last_are_refused_with_the_shape_that_is_needed(part, shape):
    n, height, width, channels = shape
    with pytest.raises(ValueError, match="with the channels last") as refused:
        PARTS[part](pictures(n, shape[1:]))
    assert str(shape) in str(refused.value)
    assert str((n, channels, height, width)) in str(refused.value)


@pytest.mark.parametrize("shape", [(3, 4, 4), (64, 4, 4), (8, 3, 3), (4, 9, 3), (3, 480, 640), (2, 7, 1), (512, 1, 1)])
def test_channels_that_come_first_are_taken_whatever_the_sides(shape):
    assert diff_augment(pictures(shape=shape), WHOLE, generator()).shape == (4, *shape)


def test_replicas_with_their_channels_last_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 4, 3, 8, 8\)"):
        diff_augment(torch.zeros(2, 4, 8, 8, 3), WHOLE, [generator(), generator(1)])


# ── What may be left out ──────────────────────────────────────────────────────────────────────────────────────────


def test_no_policy_is_no_augmentation():
    images = pictures()
    assert parse_policy(None) == ()
    assert torch.equal(augment(images, None, torch.rand(4, DRAWS, generator=generator())), images)
    assert torch.equal(diff_augment(images, None, generator()), images)
    assert torch.equal(diff_augment(images, None), images)


def test_without_a_generator_the_numbers_are_torch_s_own():
    images = pictures()
    with torch.random.fork_rng():
        torch.manual_seed(5)
        first, second = diff_augment(images, WHOLE), diff_augment(images, WHOLE, None)
        torch.manual_seed(5)
        again = diff_augment(images, WHOLE)
    assert torch.equal(first, again)
    assert not torch.equal(first, second)
    assert torch.equal(first, diff_augment(images, WHOLE, generator(5)))
    with pytest.raises(ValueError, match="with one generator"):
        diff_augment(images[None], WHOLE)
