"""The file `run.gan`: a zip of a manifest and of each run's parts, every one with its digest. Nothing in it executes.

    manifest.json           format, version, what made it, of each run its configuration, and the digest of each part
    A/scene.bin             of `gancore.runtime.frames`
    A/frames.bin            each frame behind its length, a little-endian u32
    A/measures.csv          a row for each frame and seed
    A/weights.safetensors   of both players
    A/state.safetensors     of the whole training, to go on from

A stranger's file is read within bounds: nothing is unpacked to a folder, and no size that it states is trusted.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors import deserialize as read_tensors

from gancore.config import LIVE_FIELDS, RunConfig
from gancore.config.seeds import LAST
from gancore.recording.recording import LABELS, Outcome, RecordedRun, Recording, measures
from gancore.runtime.frames import decode
from gancore.runtime.run import Change

__all__ = ["MOST_BYTES", "pack", "read", "write"]

MOST_BYTES = 64 * 2**20  # of a file
_MOST_UNPACKED = 256 * 2**20  # of all parts together
_MOST_MANIFEST = 2**20
_MOST_FRAMES = 10_000
_VERSION = 1
_LENGTH = struct.Struct("<I")
_MANIFEST = "manifest.json"
_PARTS = ("scene.bin", "frames.bin", "measures.csv", "weights.safetensors", "state.safetensors")
_NEEDED = ("scene.bin", "frames.bin", "measures.csv")
# Everything that zipfile raises for a file that is none, or not a whole one.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, OverflowError)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Change(_Model):
    step: Annotated[int, Field(ge=0, lt=2**53)]
    field: Annotated[str, Field(max_length=100)]
    old: object
    new: object


class _Run(_Model):
    config: dict[str, object]
    seeds: Annotated[list[Annotated[int, Field(ge=0, le=LAST)]], Field(min_length=1, max_length=1024)]
    outcome: Outcome
    message: Annotated[str, Field(max_length=1000)]
    preset: Annotated[str, Field(max_length=100)] | None
    changes: Annotated[list[_Change], Field(max_length=10_000)]


class _Manifest(_Model):
    format: Literal["gancore recording"] = "gancore recording"
    version: int = _VERSION
    made_by: Annotated[dict[str, Annotated[str, Field(max_length=200)]], Field(max_length=20)]
    runs: Annotated[list[_Run], Field(min_length=1, max_length=len(LABELS))]
    digests: dict[str, str]


def write(recording: Recording, path: Path) -> None:
    """Puts a recording in a file at once: whoever reads it meanwhile finds the old one or the new one."""
    beside = path.with_name(f"{path.name}.part")
    with beside.open("wb") as file:
        file.write(pack(recording))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def pack(recording: Recording) -> bytes:
    """The bytes of a recording's file; the same for the same recording."""
    parts: dict[str, bytes] = {}
    for label, run in zip(LABELS, recording.runs, strict=False):
        parts[f"{label}/scene.bin"] = run.scene
        parts[f"{label}/frames.bin"] = b"".join(_LENGTH.pack(len(frame)) + frame for frame in run.frames)
        parts[f"{label}/measures.csv"] = measures(run.frames, run.seeds).encode()
        if run.weights is not None:
            parts[f"{label}/weights.safetensors"] = run.weights
        if run.state is not None:
            parts[f"{label}/state.safetensors"] = run.state
    manifest = _Manifest(
        made_by=recording.made_by,
        runs=[
            _Run(
                config=run.config.model_dump(mode="json"),
                seeds=list(run.seeds),
                outcome=run.outcome,
                message=run.message,
                preset=run.preset,
                changes=[_Change(step=step, field=field, old=old, new=new) for step, field, old, new in run.changes],
            )
            for run in recording.runs
        ],
        digests={name: _digest(part) for name, part in parts.items()},
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {_MANIFEST: manifest.model_dump_json(indent=1).encode(), **parts}.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def read(source: Path | bytes) -> Recording:
    """Opens a recording, whoever made it. Raises ValueError, one sentence, for what is none or is damaged."""
    name = source.name if isinstance(source, Path) else "The file"
    try:
        parts = _unpacked(_bytes_of(source))
        manifest = _manifest(parts.pop(_MANIFEST, None))
        return _recording(manifest, parts)
    except OSError as error:
        raise ValueError(f"{name} cannot be read: {error.strerror or error}.") from None
    except _BROKEN:
        raise ValueError(f"{name} is no recording, or not a whole one: it is no zip file that can be read.") from None
    except ValueError as error:
        raise ValueError(f"{name} is no recording that can be opened: {str(error).rstrip('.')}.") from None


def _bytes_of(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        data = source
    else:
        with source.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 2**20} MB")
    return data


def _unpacked(data: bytes) -> dict[str, bytes]:
    allowed = {_MANIFEST, *(f"{label}/{part}" for label in LABELS for part in _PARTS)}
    parts: dict[str, bytes] = {}
    left = _MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.filename not in allowed or entry.filename in parts:
                raise ValueError(f"it holds {entry.filename[:80]!r}, which has no place in a recording")
            with archive.open(entry) as file:
                part = file.read(left + 1)  # what the entry says of its size is not trusted
            left -= len(part)
            if left < 0:
                raise ValueError(f"it holds more than {_MOST_UNPACKED // 2**20} MB")
            parts[entry.filename] = part
    return parts


def _manifest(text: bytes | None) -> _Manifest:
    if text is None:
        raise ValueError(f"it has no {_MANIFEST}")
    if len(text) > _MOST_MANIFEST:
        raise ValueError(f"its {_MANIFEST} is larger than {_MOST_MANIFEST // 2**20} MB")
    try:
        manifest = _Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part)[:80] for part in first["loc"])
        raise ValueError(f"its {_MANIFEST} is wrong at {where or 'the top'}: {first['msg']}") from None
    if manifest.version != _VERSION:
        raise ValueError(f"it is of version {manifest.version}; this program reads version {_VERSION}")
    return manifest


def _recording(manifest: _Manifest, parts: dict[str, bytes]) -> Recording:
    if manifest.digests.keys() != parts.keys():
        odd = sorted(manifest.digests.keys() ^ parts.keys())[0]
        raise ValueError(f"{odd[:80]} is in the file or in its list of digests, but not in both")
    for name, part in parts.items():
        if _digest(part) != manifest.digests[name]:
            raise ValueError(f"{name} is not what it was when it was recorded: its digest differs")
    labels = LABELS[: len(manifest.runs)]
    for label in labels:
        if lacking := [part for part in _NEEDED if f"{label}/{part}" not in parts]:
            raise ValueError(f"it has no {label}/{lacking[0]}")
    if foreign := sorted(name for name in parts if name.partition("/")[0] not in labels):
        raise ValueError(f"{foreign[0]} belongs to no run")
    runs = [_run(label, said, parts) for label, said in zip(labels, manifest.runs, strict=True)]
    return Recording(tuple(runs), dict(manifest.made_by))


def _run(label: str, said: _Run, parts: dict[str, bytes]) -> RecordedRun:
    try:
        config = RunConfig(**said.config)  # pyright: ignore[reportArgumentType]
    except ValueError as error:
        raise ValueError(f"the configuration of run {label} is wrong: {error}") from None
    scene = parts[f"{label}/scene.bin"]
    frames = _frames(label, parts[f"{label}/frames.bin"])
    _check_scene(label, scene)
    for frame in frames:
        _check_frame(label, frame, len(said.seeds))
    tensors = {name: parts.get(f"{label}/{name}.safetensors") for name in ("weights", "state")}
    for name, data in tensors.items():
        if data is not None:
            try:
                read_tensors(data)
            except (SafetensorError, ValueError) as error:
                raise ValueError(f"{label}/{name}.safetensors is no safetensors file: {error}") from None
    changes = tuple(_change(label, config, change) for change in said.changes)
    return RecordedRun(
        config, tuple(said.seeds), scene, tuple(frames), said.outcome, said.message, said.preset, changes, **tensors
    )


def _change(label: str, config: RunConfig, said: _Change) -> Change:
    """A live change, both values as the configuration holds them."""
    if said.field not in LIVE_FIELDS:
        raise ValueError(f"run {label} changed {said.field!r}, which is no field that acts while a GAN runs")
    try:
        old, new = (getattr(config.changed(**{said.field: value}), said.field) for value in (said.old, said.new))
    except ValueError as error:
        raise ValueError(f"a change of run {label} is wrong: {error}") from None
    return said.step, said.field, old, new


def _frames(label: str, data: bytes) -> list[bytes]:
    frames: list[bytes] = []
    place = 0
    while place < len(data):
        if place + _LENGTH.size > len(data):
            raise ValueError(f"the frames of run {label} end in the middle of one")
        (length,) = _LENGTH.unpack_from(data, place)
        place += _LENGTH.size
        if place + length > len(data):
            raise ValueError(f"the frames of run {label} end in the middle of one")
        frames.append(data[place : place + length])
        place += length
        if len(frames) > _MOST_FRAMES:
            raise ValueError(f"run {label} has more than {_MOST_FRAMES:,} frames")
    return frames


def _check_scene(label: str, scene: bytes) -> None:
    try:
        decode(scene)
    except ValueError as error:
        raise ValueError(f"the scene of run {label} cannot be read: {error}") from None


def _check_frame(label: str, frame: bytes, seeds: int) -> None:
    try:
        header, _ = decode(frame)
    except ValueError as error:
        raise ValueError(f"a frame of run {label} cannot be read: {error}") from None
    steps = [header.get("step"), header.get("d_steps")]
    if not all(isinstance(each, int) and not isinstance(each, bool) and 0 <= each < 2**53 for each in steps):
        raise ValueError(f"a frame of run {label} does not say its step")
    scalars = header.get("scalars")
    if not isinstance(scalars, dict) or not all(_is_row(values, seeds) for values in scalars.values()):
        raise ValueError(f"a frame of run {label} has figures that are not one number a seed")


def _is_row(values: object, seeds: int) -> bool:
    return (
        isinstance(values, list)
        and len(values) == seeds
        and all(value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) for value in values)
    )


def _digest(part: bytes) -> str:
    return hashlib.sha256(part).hexdigest()
