"""Frames as bytes: what a worker sends, what the history keeps and what the viewer in the browser draws.

Layout, little endian: a u32 header length; the header, UTF-8 JSON padded with spaces so that its end is a multiple of
8; then the arrays, each starting at a multiple of 8 counted from the end of the header. The header is the meta data
and, under "arrays", each array's [dtype, shape, offset]. The viewer can thus lay typed arrays over the buffer
without copying it.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NoReturn, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from gancore.config import RunConfig
from gancore.training.snapshot import ImageScene, ImageSnapshot, Scene, Snapshot

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
FieldKind = Literal["probability", "critic"]

ALIGN = 8
HALF_MAX = 65504.0  # the largest float16
SIGNIFICANT = 6  # digits of a scalar: as many as its float32 holds

_DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype("<" + name) for name in ("f2", "f4", "u1", "u2", "i4")}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
_LENGTH = struct.Struct("<I")


def encode(meta: Mapping[str, JSON], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Meta data and arrays (float16, float32, uint8, uint16 or int32, any shape) as one frame.

    Raises ValueError where the meta data is not JSON, holds a key "arrays" or a number that is not finite, or where
    an array has another dtype.
    """
    if "arrays" in meta:
        raise ValueError("meta holds the key 'arrays', which the frame itself needs; choose another name")
    table: dict[str, JSON] = {}
    blocks: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        dtype = array.dtype.newbyteorder("<")
        if dtype not in _NAMES:
            raise ValueError(
                f"array {name!r} has dtype {array.dtype}; allowed are float16, float32, uint8, uint16 and int32"
            )
        block = array.astype(dtype, copy=False).tobytes()
        block += bytes(-len(block) % ALIGN)
        table[name] = [_NAMES[dtype], list(array.shape), offset]
        blocks.append(block)
        offset += len(block)
    try:
        text = json.dumps({**meta, "arrays": table}, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        header = text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"meta cannot be written as JSON: {error}") from None
    header += b" " * (-(_LENGTH.size + len(header)) % ALIGN)
    return b"".join([_LENGTH.pack(len(header)), header, *blocks])


def decode(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Meta data and arrays of a frame. The arrays are read-only views of `data`; bytes after them are ignored.

    Raises ValueError where `data` is not a frame.
    """
    header, start = read_header(data)
    table = header.pop("arrays", None)
    if not isinstance(table, dict):
        raise ValueError("the frame's header has no table 'arrays'")
    entries = cast("dict[str, Any]", table)
    return header, {name: _array(data, start, name, entry) for name, entry in entries.items()}


def read_header(data: bytes) -> tuple[dict[str, Any], int]:
    """The header, its table of arrays included, and the position at which it ends (a multiple of 8)."""
    if len(data) < _LENGTH.size:
        raise ValueError(f"the frame is {len(data)} bytes long; at least {_LENGTH.size} are needed")
    (length,) = cast("tuple[int]", _LENGTH.unpack_from(data))
    end = _LENGTH.size + length
    if end > len(data):
        raise ValueError(f"the frame's header should end at byte {end}, but the frame is {len(data)} bytes long")
    if end % ALIGN:
        raise ValueError(f"the frame's header ends at byte {end}, which is no multiple of {ALIGN}")
    try:
        header: Any = json.loads(data[_LENGTH.size : end].decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the frame's header is not JSON: {error}") from None
    if not isinstance(header, dict):
        raise ValueError(f"the frame's header is a JSON {type(header).__name__}; an object is needed")
    return cast("dict[str, Any]", header), end


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _array(data: bytes, start: int, name: str, entry: Any) -> NDArray[Any]:
    match entry:
        case [str(kind), [*shape], offset] if kind in _DTYPES and _is_count(offset) and all(map(_is_count, shape)):
            pass
        case _:
            raise ValueError(f"array {name!r} is described by {entry!r}; [dtype, [sizes], offset] is needed")
    count = math.prod(shape)
    end = start + offset + count * _DTYPES[kind].itemsize
    if offset % ALIGN or end > len(data):
        raise ValueError(f"array {name!r} at offset {offset} with shape {shape} does not fit {len(data)} bytes")
    try:
        return np.frombuffer(data, _DTYPES[kind], count, start + offset).reshape(shape)
    except (ValueError, OverflowError) as error:  # an empty array of absurd sizes
        raise ValueError(f"array {name!r} cannot have shape {shape}: {error}") from None


def encode_snapshot(snapshot: Snapshot | ImageSnapshot, time: float, kind: FieldKind) -> bytes:
    """One moment of a run. `time`: seconds since the run began; `kind`: how the discriminator's field is shown.

    Points and the data's weights become float16, clipped to ±65504. A "probability" field is 255·σ(logit); a "critic"
    field runs from the 2nd to the 98th percentile of its values. A scalar that is not finite becomes null, a logit that
    is NaN the middle.
    """
    meta: dict[str, JSON] = {
        "step": int(snapshot.step),
        "d_steps": int(snapshot.d_steps),
        "time": round(time, 4),
        "scalars": {name: [_number(value) for value in values] for name, values in snapshot.scalars.items()},
    }
    if isinstance(snapshot, ImageSnapshot):
        return encode(meta, _of_images(snapshot))
    arrays: dict[str, NDArray[Any]] = {"fake": _half(snapshot.fake)}
    if snapshot.field is not None:
        field, low, high = _bytes_of(snapshot.field, kind)
        arrays["field"] = field
        meta["field"] = {"kind": kind, "lo": low, "hi": high}
    if snapshot.arrows is not None:
        arrays["arrows"] = _half(snapshot.arrows)
    if snapshot.manifold is not None:
        arrays["manifold"] = _half(snapshot.manifold)
    if snapshot.layers is not None:
        arrays["layers"] = snapshot.layers.astype(np.float32, copy=False)  # vanishing gradients are no float16
    if snapshot.owner is not None:
        arrays["owner"] = snapshot.owner
    if snapshot.holds is not None:
        arrays["holds"] = snapshot.holds
    if snapshot.mixture is not None:
        arrays["mixture"] = snapshot.mixture
    if snapshot.data_weights is not None:
        arrays["data_weights"] = _half(snapshot.data_weights)
    return encode(meta, arrays)


def _of_images(snapshot: ImageSnapshot) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {"images": snapshot.images}
    if snapshot.nearest is not None and snapshot.nearest_distance is not None:
        arrays |= {"nearest": snapshot.nearest, "nearest_distance": snapshot.nearest_distance}
    return arrays


def encode_scene(scene: Scene | ImageScene) -> bytes:
    """Packs the part of a run that stays the same.

    Centres and weights exactly, the real points as float16; or training images, and how generated ones are measured.
    """
    if isinstance(scene, ImageScene):
        about: dict[str, JSON] = {"kind": "images", "classes": list(scene.classes)}
        for name in ("side", "channels", "n", "features", "judged", "reference", "fid_floor", "notice"):
            about[name] = getattr(scene, name)
        return encode(about, {"real": scene.real})
    meta: dict[str, JSON] = {"view": [float(side) for side in scene.view], "sigma": float(scene.sigma)}
    return encode(
        meta,
        {
            "centres": scene.centres.astype(np.float32, copy=False),
            "weights": scene.weights.astype(np.float32, copy=False),
            "real": _half(scene.real),
        },
    )


def _number(value: Any) -> float | None:
    number = float(value)
    return float(f"{number:.{SIGNIFICANT}g}") if math.isfinite(number) else None


def _half(values: NDArray[np.floating]) -> NDArray[np.float16]:
    with np.errstate(invalid="ignore"):
        return np.minimum(np.maximum(values, -HALF_MAX), HALF_MAX).astype(np.float16)  # as clip, in half the time


def _bytes_of(logits: NDArray[np.floating], kind: FieldKind) -> tuple[NDArray[np.uint8], float, float]:
    if kind == "probability":
        low, high = 0.0, 1.0
        # σ(s) = (1 + tanh(s/2)) / 2, which cannot overflow
        share = 0.5 + 0.5 * np.tanh(0.5 * logits)
    else:
        finite = logits[np.isfinite(logits)]
        low, high = (float(edge) for edge in np.percentile(finite, (2, 98))) if finite.size else (0.0, 0.0)
        spread = high - low
        # A critic that is the same everywhere is drawn as the middle.
        with np.errstate(invalid="ignore", over="ignore"):
            share = (logits - low) / spread if spread > 0 else np.full_like(logits, 0.5)
    share = np.minimum(np.maximum(share, 0.0), 1.0)
    return np.rint(255 * np.where(np.isnan(share), 0.5, share)).astype(np.uint8), low, high


def kind_of_field(config: RunConfig) -> FieldKind:
    """Where σ(logit) is a probability the field shows it; a critic's value has no scale of its own."""
    return "probability" if config.loss in ("minimax", "non_saturating") else "critic"
