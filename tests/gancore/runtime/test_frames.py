import contextlib
import json
import math
import struct

import hypothesis.extra.numpy as arrays_of
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.runtime.frames import HALF_MAX, decode, encode, encode_scene, encode_snapshot, read_header
from gancore.training.snapshot import Scene, Snapshot

texts = st.text(st.characters(codec="utf-8"), max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
metas = st.dictionaries(texts.filter(lambda name: name != "arrays"), json_values, max_size=5)
shapes = arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
arrays = st.sampled_from(["<f2", "<f4", "u1", "<u2", "<i4", ">f4"]).flatmap(lambda kind: arrays_of.arrays(kind, shapes))
tables = st.dictionaries(texts, arrays, max_size=4)


@given(metas, tables)
def test_what_is_encoded_comes_back(meta, table):
    data = encode(meta, table)
    again, arrays_again = decode(data)
    assert again == meta
    assert list(arrays_again) == list(table)
    for name, array in table.items():
        np.testing.assert_array_equal(arrays_again[name], array)
        assert arrays_again[name].shape == array.shape
        assert not arrays_again[name].flags.writeable


@given(metas, tables)
def test_every_array_can_be_read_in_place(meta, table):
    """A typed array in JavaScript must start at a multiple of its item size: everything starts at one of 8."""
    data = encode(meta, table)
    header, start = read_header(data)
    assert start % 8 == 0
    assert start == 4 + struct.unpack_from("<I", data)[0]
    for _, _, offset in header["arrays"].values():
        assert offset % 8 == 0


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_or_read(data):
    with contextlib.suppress(ValueError):
        decode(data)


@given(metas, tables, st.data())
def test_a_damaged_frame_is_refused_or_read(meta, table, draw):
    data = bytearray(encode(meta, table))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        decode(bytes(data))


@given(metas, tables.filter(lambda table: any(array.size for array in table.values())))
def test_a_frame_cut_short_is_refused(meta, table):
    data = encode(meta, table)
    with pytest.raises(ValueError, match=r"byte|fit|header"):
        decode(data[:-8])


@pytest.mark.parametrize(
    "entry",
    [
        ["f8", [1], 0],
        ["f4", [1], 4],
        ["f4", [-1], 0],
        ["f4", [1], -8],
        ["f4", [True], 0],
        ["f4", [10**9, 10**9], 0],
        ["u1", [0, 10**30], 0],
        ["f4", 1, 0],
        ["f4", [1]],
        None,
    ],
)
def test_an_array_that_does_not_fit_is_refused(entry):
    header = json.dumps({"arrays": {"x": entry}}).encode()
    header += b" " * (-(len(header) + 4) % 8)
    with pytest.raises(ValueError, match="x"):
        decode(struct.pack("<I", len(header)) + header + bytes(8))


@pytest.mark.parametrize("text", [b"[1]", b"{", b"\xff\xff", b'{"arrays": 1}', b'{"a": NaN}', b"[" * 100_000])
def test_a_header_that_is_no_object_is_refused(text):
    text += b" " * (-(len(text) + 4) % 8)
    with pytest.raises(ValueError, match="header"):
        decode(struct.pack("<I", len(text)) + text)


@pytest.mark.parametrize("meta", [{"arrays": 1}, {"a": math.nan}, {"a": object()}])
def test_meta_data_that_is_no_json_is_refused(meta):
    with pytest.raises(ValueError, match="meta"):
        encode(meta, {})


def test_a_dtype_that_the_viewer_does_not_know_is_refused():
    with pytest.raises(ValueError, match="'x' has dtype float64"):
        encode({}, {"x": np.zeros(2)})


def snapshot(**changes):
    values = {
        "step": 7,
        "d_steps": 14,
        "fake": np.zeros((1, 3, 2), np.float32),
        "scalars": {"d_loss": np.array([1.25], np.float32)},
    }
    return Snapshot(**{**values, **changes})


floats32 = st.floats(width=32)


@given(arrays_of.arrays(np.float32, (2, 3, 2), elements=floats32))
def test_points_are_kept_to_half_precision_and_never_overflow(points):
    _, found = decode(encode_snapshot(snapshot(fake=points), 0.0, "critic"))
    clipped = np.clip(points, -HALF_MAX, HALF_MAX)
    assert not np.isinf(found["fake"]).any()
    np.testing.assert_allclose(found["fake"], clipped, rtol=2**-10, atol=2**-24)


@given(arrays_of.arrays(np.float32, (7,), elements=floats32))
def test_layers_lose_no_digit_however_small_they_are(norms):
    _, found = decode(encode_snapshot(snapshot(layers=norms), 0.0, "critic"))
    assert found["layers"].dtype == np.float32
    np.testing.assert_array_equal(found["layers"], norms)
    assert "layers" not in decode(encode_snapshot(snapshot(), 0.0, "critic"))[1]


@given(
    arrays_of.arrays(np.uint8, (2, 9)),
    arrays_of.arrays(np.uint16, (3, 8)),
    arrays_of.arrays(np.float32, (3,), elements=floats32),
    arrays_of.arrays(np.float32, (5,), elements=st.floats(0, 4096, width=32)),
)
def test_several_generators_come_back(owner, holds, mixture, data_weights):
    shown = snapshot(owner=owner, holds=holds, mixture=mixture, data_weights=data_weights)
    _, found = decode(encode_snapshot(shown, 0.0, "critic"))
    for name, array in (("owner", owner), ("holds", holds), ("mixture", mixture)):
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    np.testing.assert_allclose(found["data_weights"], data_weights, rtol=2**-10, atol=2**-24)
    alone = decode(encode_snapshot(snapshot(), 0.0, "critic"))[1]
    assert not alone.keys() & {"owner", "holds", "mixture", "data_weights"}


@given(arrays_of.arrays(np.float32, (4,), elements=floats32))
def test_scalars_are_numbers_or_null(values):
    meta, _ = decode(encode_snapshot(snapshot(scalars={"any": values}), 1.5, "critic"))
    assert meta["time"] == 1.5
    for value, shown in zip(values, meta["scalars"]["any"], strict=True):
        if np.isfinite(value):
            assert shown == pytest.approx(float(value), rel=1e-5)
        else:
            assert shown is None


@given(arrays_of.arrays(np.float32, (5, 5), elements=floats32), st.sampled_from(["probability", "critic"]))
def test_the_field_keeps_the_order_of_the_logits(logits, kind):
    meta, found = decode(encode_snapshot(snapshot(field=logits), 0.0, kind))
    assert meta["field"]["kind"] == kind
    assert found["field"].dtype == np.uint8
    assert meta["field"]["lo"] <= meta["field"]["hi"]
    finite = np.isfinite(logits)
    order = np.argsort(logits[finite], kind="stable")
    assert np.all(np.diff(found["field"][finite][order].astype(int)) >= 0)


def test_an_undecided_discriminator_is_the_middle_and_a_sure_one_the_ends():
    logits = np.array([[0.0, 100.0], [-100.0, np.nan]], np.float32)
    meta, found = decode(encode_snapshot(snapshot(field=logits), 0.0, "probability"))
    assert (meta["field"]["lo"], meta["field"]["hi"]) == (0, 1)
    np.testing.assert_array_equal(found["field"], [[128, 255], [0, 128]])


def test_a_critic_is_shown_between_its_percentiles():
    logits = np.linspace(-50, 51, 10_000, dtype=np.float32).reshape(100, 100)
    meta, found = decode(encode_snapshot(snapshot(field=logits), 0.0, "critic"))
    share = np.mean(logits < meta["field"]["lo"]), np.mean(logits > meta["field"]["hi"])
    assert share == pytest.approx((0.02, 0.02), abs=1e-3)
    assert found["field"].min() == 0
    assert found["field"].max() == 255


def test_a_scene_comes_back():
    rng = np.random.default_rng(0)
    scene = Scene(
        centres=rng.normal(size=(3, 2)).astype(np.float32),
        weights=np.array([0.2, 0.3, 0.5], np.float32),
        sigma=0.02,
        real=rng.normal(size=(9, 2)).astype(np.float32),
        view=(-3.0, 3.0, -2.0, 2.0),
    )
    meta, found = decode(encode_scene(scene))
    assert meta == {"view": [-3.0, 3.0, -2.0, 2.0], "sigma": 0.02}
    np.testing.assert_array_equal(found["centres"], scene.centres)
    np.testing.assert_array_equal(found["weights"], scene.weights)
    np.testing.assert_allclose(found["real"], scene.real, rtol=2**-10)
