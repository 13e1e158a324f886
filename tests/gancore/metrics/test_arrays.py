"""Every measure takes what people hold, and says what it cannot take: the contract of `gancore.metrics.arrays`."""

import re
import subprocess
import sys

import numpy as np
import pytest
import torch

from gancore import metrics
from gancore.config import RunConfig
from gancore.data.toy import toy_data
from gancore.metrics import (
    Moments,
    Oscillation,
    coverage,
    frechet_distance,
    frechet_from_features,
    frechet_from_moments,
    holdings,
    inception_score,
    kernel_distance,
    nearest_neighbours,
    polynomial_mmd,
    precision_recall,
    transport_distance,
)
from gancore.metrics.arrays import numbers
from gancore.metrics.neighbours import within_any

# Numbers that every dtype holds exactly, half precision and bfloat16 too.
GOOD = np.random.default_rng(0).integers(-8, 9, (6, 3)) / 4
OTHER = GOOD[::-1] + 0.25
PLANE, OWNER = GOOD[:, :2], np.array([0, 1, 0, 1, 0, 0])
RING = toy_data(RunConfig(data="ring"))

ON_FEATURES = {
    "frechet": frechet_from_features,
    "kernel": lambda a, b: kernel_distance(a, b, subsets=2, subset_size=4),
    "mmd": polynomial_mmd,
}
ON_POINTS = {
    "precision_recall": precision_recall,
    "neighbours": lambda a, b: nearest_neighbours(a, b, 2),
    "within": lambda a, b: within_any(a, b, np.ones(6)),
}
PAIRS = ON_FEATURES | ON_POINTS


def swing(make):
    oscillation = Oscillation()
    for step in range(100, 106):
        oscillation.add(step, make(GOOD[step % 3]))
    return oscillation.spread


# Everything that `gancore.metrics` exports and that takes numbers: (what it is called, call(make), where make turns an
# array into the form under test).
CALLS = {
    **{name: lambda make, measure=measure: measure(make(GOOD), make(OTHER)) for name, measure in PAIRS.items()},
    "radii": lambda make: within_any(GOOD, OTHER, make(np.full(6, 0.5))),
    "moments": lambda make: Moments.of(make(GOOD)).updated(make(OTHER)).covariance,
    "given_moments": lambda make: frechet_from_moments(
        Moments(6, make(GOOD[0]), make(np.eye(3))), Moments(6, make(GOOD[1]), make(4 * np.eye(3)))
    ),
    "gaussians": lambda make: frechet_distance(
        make(GOOD[0]), make(np.eye(3)), make(GOOD[1]), make(np.diag([4.0, 0.0, 1.0]))
    ),
    "transport": lambda make: transport_distance(make(GOOD), make(OTHER)),
    "score": lambda make: inception_score(make(GOOD), splits=2),
    "coverage": lambda make: coverage(make(PLANE), RING).counts,
    "holdings": lambda make: holdings(make(PLANE), OWNER, 2, RING),
    "oscillation": swing,
}


class Held:
    """Something else that holds an array, such as a data frame."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return self.array if dtype is None else self.array.astype(dtype)


FORMS = {
    "float16": lambda array: array.astype(np.float16),
    "float32": lambda array: array.astype(np.float32),
    "longdouble": lambda array: array.astype(np.longdouble),
    "fortran": np.asfortranarray,
    "lists": lambda array: array.tolist(),
    "tuples": lambda array: tuple(array.tolist()),
    "held": Held,
    "tensor": torch.tensor,
    "half": lambda array: torch.tensor(array, dtype=torch.float16),
    "bfloat16": lambda array: torch.tensor(array, dtype=torch.bfloat16),
    "gradient": lambda array: torch.tensor(array, dtype=torch.float32, requires_grad=True),
    "computed": lambda array: torch.tensor(array, requires_grad=True) + 0,
    "bfloat16_gradient": lambda array: torch.tensor(array, dtype=torch.bfloat16, requires_grad=True),
    "strided": lambda array: torch.tensor(array).repeat_interleave(2, 0)[::2],
    "sparse": lambda array: torch.tensor(array).to_sparse(),
    "list_of_tensors": lambda array: list(torch.tensor(array, requires_grad=True)),
}


def parts(found):
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("call", CALLS)
def test_every_form_of_the_same_numbers_gives_the_same(call, form):
    for one, two in zip(parts(CALLS[call](FORMS[form])), parts(CALLS[call](np.array)), strict=True):
        # Single precision is what oscillation and the means of half-precision moments go through.
        np.testing.assert_allclose(one, two, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.bool_, torch.uint8, torch.int32, torch.bool])
@pytest.mark.parametrize("call", CALLS)
def test_whole_numbers_are_numbers(call, kind):
    def whole(array):
        return np.abs(array).round() % 2

    def made(array):
        return torch.tensor(whole(array)).to(kind) if isinstance(kind, torch.dtype) else whole(array).astype(kind)

    if call == "gaussians" and kind in (np.bool_, torch.bool):
        return  # no covariance but the unit matrix is one of truth values
    for one, two in zip(parts(CALLS[call](made)), parts(CALLS[call](whole)), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-6, atol=1e-12)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("call", CALLS)
def test_a_tensor_on_a_gpu_is_a_tensor(call):
    def on_gpu(array):
        return torch.tensor(array, device="cuda", requires_grad=True)

    for one, two in zip(parts(CALLS[call](on_gpu)), parts(CALLS[call](np.array)), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-6, atol=1e-12)


def test_the_contract_holds_every_measure_that_is_exported():
    called = {*CALLS} | {"kernel", "mmd"}
    takes_numbers = {
        "Moments": "given_moments", "Oscillation": "oscillation", "coverage": "coverage",
        "frechet_distance": "gaussians", "frechet_from_features": "frechet", "frechet_from_moments": "given_moments",
        "holdings": "holdings", "inception_score": "score", "kernel_distance": "kernel",
        "nearest_neighbours": "neighbours", "polynomial_mmd": "mmd", "precision_recall": "precision_recall",
        "transport_distance": "transport",
    }  # fmt: skip
    results = {"Coverage", "Frechet", "InceptionScore", "KernelDistance", "Neighbours", "PrecisionRecall"}
    assert set(metrics.__all__) == takes_numbers.keys() | results
    assert set(takes_numbers.values()) <= called


@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_mutated_and_a_tensor_keeps_its_gradient(call):
    arrays, tensors = [], []

    def made(array):
        arrays.append((array.copy(), array.copy()))
        return arrays[-1][0]

    def computed(array):
        leaf = torch.tensor(array, requires_grad=True)
        tensors.append((leaf, 1 * leaf))
        return tensors[-1][1]

    CALLS[call](made)
    CALLS[call](computed)
    for now, before in arrays:
        np.testing.assert_array_equal(now, before)
    for leaf, value in tensors:
        value.sum().backward()
        assert (leaf.grad == 1).all()


def test_what_a_buffer_held_when_it_was_added_is_what_swings():
    buffer, oscillation = np.zeros(1, np.float32), Oscillation()
    for step in range(100, 110):
        buffer[:] = step % 2
        oscillation.add(step, buffer)
    assert oscillation.spread == pytest.approx([0.5])


def test_values_of_other_replicas_are_refused():
    oscillation = Oscillation()
    oscillation.add(1, [1.0, 2.0])
    for values in ([1.0], [[1.0, 2.0]], 1.0):
        with pytest.raises(ValueError, match="values has shape"):
            oscillation.add(2, values)


# ── What cannot be taken is named, with what came and what is needed ──────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "a came as NoneType of dtype object; real numbers are needed"),
        ("faces", "a came as str of dtype <U5"),
        ([["1", "2"]], "a came as list of dtype <U1"),
        (np.ones((3, 2)) + 1j, "a came as numpy.ndarray of dtype complex128"),
        (torch.ones(3, 2, dtype=torch.complex64), "a came as torch.Tensor of dtype complex64"),
        ([[1.0, 2.0], [3.0]], "a came as list that no array can be made of"),
        (torch.ones(3, 2, device="meta"), "a came as torch.Tensor that no array can be made of"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), r"a came as numpy.ndarray of dtype datetime64\[D\]"),
        (np.ma.masked_equal(np.arange(6.0).reshape(3, 2), 4), "a came with masked values"),
        ({"features": 3}, "a came as dict of dtype object"),
    ],
)
def test_what_is_no_array_of_numbers_is_named(value, said):
    with pytest.raises(ValueError, match=said):
        frechet_from_features(value, np.ones((3, 2)))


def test_a_masked_array_without_a_masked_value_is_an_array():
    np.testing.assert_array_equal(numbers("a", np.ma.masked_equal(np.arange(3), 9)), np.arange(3))


def test_owners_are_whole_numbers():
    with pytest.raises(ValueError, match="owner came with dtype float64; whole numbers are needed"):
        holdings(PLANE, OWNER.astype(float), 2, RING)
    assert holdings(PLANE, torch.tensor(OWNER), 2, RING).tolist() == holdings(PLANE, OWNER.tolist(), 2, RING).tolist()


NAMES = {
    "frechet": ("a", "b"), "kernel": ("a", "b"), "mmd": ("a", "b"), "precision_recall": ("generated", "real"),
    "neighbours": ("query", "bank"), "within": ("query", "bank"),
}  # fmt: skip
pairs = pytest.mark.parametrize("pair", PAIRS)
sides = pytest.mark.parametrize("side", [0, 1])
forms = pytest.mark.parametrize("form", [np.array, torch.tensor, lambda array: array.tolist()], ids=["a", "t", "l"])


@pairs
@sides
@forms
@pytest.mark.parametrize("shape", [(6,), (0, 3), (6, 3, 1), (3, 2, 2, 2, 2)])
def test_other_shapes_are_refused(pair, side, form, shape):
    sets = [form(GOOD), form(GOOD)]
    sets[side] = form(np.zeros(shape))
    # A list of nothing has no second dimension.
    came = str(shape) if shape != (0, 3) else ""
    with pytest.raises(ValueError, match=re.escape(f"{NAMES[pair][side]} has shape {came}") + r".*\(n, d\)"):
        PAIRS[pair](*sets)


@pairs
@sides
@forms
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_with_how_much_it_is(pair, side, form, value):
    spoiled = GOOD.copy()
    spoiled[[1, 4], [0, 2]] = value
    sets = [form(GOOD), form(GOOD)]
    sets[side] = form(spoiled)
    with pytest.raises(ValueError, match=f"{NAMES[pair][side]} has 2 of 6 rows that are not finite"):
        PAIRS[pair](*sets)


@pairs
@forms
def test_features_of_another_network_are_refused(pair, form):
    first, second = NAMES[pair]
    with pytest.raises(ValueError, match=f"{first} has dimension 3 and {second} 2; they must be the same"):
        PAIRS[pair](form(GOOD), form(GOOD[:, :2]))


def test_moments_refuse_the_same():
    for bad, match in (
        (np.zeros(3), "features has shape"),
        (np.zeros((0, 3)), "features has shape"),
        (torch.full((2, 2), torch.nan), "2 of 2"),
    ):
        with pytest.raises(ValueError, match=match):
            Moments.of(bad)
    with pytest.raises(ValueError, match=r"mean has shape \(3,\) and scatter \(2, 2\)"):
        Moments(3, np.zeros(3), np.zeros((2, 2)))


# ── Images ────────────────────────────────────────────────────────────────────────────────────────────────────────────

IMAGES = np.random.default_rng(1).integers(0, 256, (6, 3, 4, 5), dtype=np.uint8)


@pytest.mark.parametrize("pair", ON_POINTS)
@forms
def test_images_are_compared_pixel_by_pixel(pair, form):
    measure, flat = ON_POINTS[pair], IMAGES.reshape(6, -1)
    expected = parts(measure(flat, flat[::-1]))
    sets = (form(IMAGES), form(IMAGES[::-1].copy())), (form(IMAGES), form(flat[::-1].copy()))
    for query, bank in sets:
        for one, two in zip(parts(measure(query, bank)), expected, strict=True):
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("pair", ON_POINTS)
def test_channels_first_and_channels_last_are_not_mixed_up(pair):
    first, second = NAMES[pair]
    said = rf"{first} has images of shape \(3, 4, 5\) and {second} of \(4, 5, 3\)"
    with pytest.raises(ValueError, match=said):
        ON_POINTS[pair](IMAGES, IMAGES.transpose(0, 2, 3, 1))


@pytest.mark.parametrize("pair", ON_FEATURES)
def test_images_are_no_features(pair):
    # A Fréchet distance of pixels would be taken for one of features.
    with pytest.raises(ValueError, match=r"a has shape \(6, 3, 4, 5\); features \(n, d\)"):
        ON_FEATURES[pair](IMAGES, IMAGES)


# ── Without torch ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.processes
def test_arrays_are_taken_without_torch():
    code = (
        "import sys; from gancore.metrics import frechet_from_features, nearest_neighbours;"
        "frechet_from_features([[0.0], [1.0]], [[1.0], [2.0]]); nearest_neighbours([[0.0]], [[1.0]], 1);"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
