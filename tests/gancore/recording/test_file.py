"""A recording comes back as it was; a stranger's file is opened within bounds, or refused in a sentence."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gancore.config import RunConfig
from gancore.recording import RecordedRun, Recording, read, write
from gancore.recording import file as file_module
from gancore.runtime.frames import decode, encode_scene, encode_snapshot
from gancore.training.trainer import Trainer

CONFIG = RunConfig(g_hidden=8, d_hidden=8, batch_size=8, steps=30)


def recorded(seeds: tuple[int, ...] = (3,)) -> RecordedRun:
    from safetensors.torch import save

    trainer = Trainer(CONFIG, seeds, "cpu")
    frames: list[bytes] = []
    for _ in range(3):
        frames.append(encode_snapshot(trainer.snapshot(measure=True), 0.5, "probability"))
        trainer.advance(2)
    return RecordedRun(
        CONFIG, seeds, encode_scene(trainer.scene()), tuple(frames), "finished", "Finished after 4 steps.",
        "ring-merge", ((2, "d_lr", 1e-3, CONFIG.d_lr),), save(trainer.weights()), save(trainer.state_dict()),
    )  # fmt: skip


RUN = recorded()
MADE_BY = {"gancore": "0.1", "torch": "2"}
PAIR = Recording(
    (RUN, dataclasses.replace(RUN, preset=None, outcome="stopped", changes=(), weights=None, state=None)), MADE_BY
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("recording") / "run.gan"
    write(PAIR, path)
    return path.read_bytes()


def rebuilt(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same file with other entries; the manifest's digests are as they were."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, entry in entries.items():
            archive.writestr(name, entry)
    return out.getvalue()


def retold(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The same file with another manifest."""

    def edit(entries: dict[str, bytes]) -> None:
        manifest = json.loads(entries["manifest.json"])
        change(manifest)
        entries["manifest.json"] = json.dumps(manifest).encode()

    return rebuilt(data, edit)


def replaced(data: bytes, name: str, entry: bytes) -> bytes:
    """The same file with one part made anew, and its digest."""

    def edit(entries: dict[str, bytes]) -> None:
        manifest = json.loads(entries["manifest.json"])
        manifest["digests"][name] = file_module._digest(entry)
        entries.update({name: entry, "manifest.json": json.dumps(manifest).encode()})

    return rebuilt(data, edit)


def test_it_comes_back_as_it_was(tmp_path: Path, whole: bytes) -> None:
    assert read(whole) == PAIR
    (tmp_path / "a.gan").write_bytes(whole)
    assert read(tmp_path / "a.gan") == PAIR
    assert PAIR.runs[0].step == 4


def test_the_same_recording_is_the_same_file(tmp_path: Path, whole: bytes) -> None:
    write(PAIR, tmp_path / "again.gan")
    assert (tmp_path / "again.gan").read_bytes() == whole
    assert list(tmp_path.iterdir()) == [tmp_path / "again.gan"]


def test_its_measures_are_the_frames_in_a_table_that_anything_reads(whole: bytes) -> None:
    import csv

    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("A/measures.csv").decode())))
    assert [row["step"] for row in rows] == ["0", "2", "4"]
    assert {row["seed"] for row in rows} == {"3"}
    last = decode(RUN.frames[-1])[0]["scalars"]
    for name, (value,) in last.items():
        assert rows[-1][name] == ("" if value is None else repr(value) if isinstance(value, float) else str(value))


WRONG: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda data: b"", "no zip file"),
    "half of it": (lambda data: data[: len(data) // 2], "no zip file"),
    "a path": (lambda data: rebuilt(data, lambda all: all.update({"../../etc/x": b""})), "no place in a recording"),
    "an absolute path": (lambda data: rebuilt(data, lambda all: all.update({"/A/scene.bin": b""})), "no place"),
    "a script": (lambda data: rebuilt(data, lambda all: all.update({"A/run.py": b"1"})), "no place in a recording"),
    "a pickle": (lambda data: rebuilt(data, lambda all: all.update({"A/weights.pkl": b"1"})), "no place"),
    "no manifest": (lambda data: rebuilt(data, lambda all: all.pop("manifest.json") and None), "no manifest.json"),
    "no frames": (lambda data: rebuilt(data, lambda all: all.pop("B/frames.bin") and None), "B/frames.bin is in the"),
    "another part": (lambda data: rebuilt(data, lambda all: all.update({"A/scene.bin": b"x"})), "its digest differs"),
    "a later version": (lambda data: retold(data, lambda all: all.update(version=2)), "version 2"),
    "another format": (lambda data: retold(data, lambda all: all.update(format="zip")), "wrong at format"),
    "more than it may say": (lambda data: retold(data, lambda all: all.update(run="me")), "wrong at run"),
    "no runs": (lambda data: retold(data, lambda all: all.update(runs=[])), "wrong at runs"),
    "a seed below 0": (lambda data: retold(data, lambda all: all["runs"][0].update(seeds=[-1])), "wrong at runs"),
    "a config that cannot be": (
        lambda data: retold(data, lambda all: all["runs"][0]["config"].update(d_steps=-3)),
        "configuration of run A",
    ),
    "a change of what cannot change": (
        lambda data: retold(data, lambda all: all["runs"][0]["changes"][0].update(field="seed")),
        "'seed', which is no field",
    ),
    "a change to what cannot be": (
        lambda data: retold(data, lambda all: all["runs"][0]["changes"][0].update(new={"a": 1})),
        "a change of run A",
    ),
    "one run too few": (lambda data: retold(data, lambda all: all["runs"].pop()), "belongs to no run"),
    "a frame cut short": (lambda data: replaced(data, "A/frames.bin", b"\x40\0\0\0ab"), "end in the middle of one"),
    "no frame": (lambda data: replaced(data, "A/frames.bin", b"\x08\0\0\0" + bytes(8)), "a frame of run A"),
    "no scene": (lambda data: replaced(data, "A/scene.bin", b"nothing"), "the scene of run A"),
    "no tensors": (lambda data: replaced(data, "A/weights.safetensors", b"\x80\x04."), "no safetensors file"),
    "frames of two seeds": (lambda data: retold(data, lambda all: all["runs"][0].update(seeds=[1, 2])), "one number"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_recording_is_one_sentence(name: str, whole: bytes) -> None:
    spoil, sentence = WRONG[name]
    with pytest.raises(ValueError, match=sentence) as caught:
        read(spoil(whole))
    assert str(caught.value).count("\n") == 0
    assert str(caught.value).endswith(".")


def test_a_zip_bomb_is_not_unpacked(whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_module, "_MOST_UNPACKED", 2**20)
    bomb = replaced(whole, "A/weights.safetensors", bytes(50 * 2**20))
    assert len(bomb) < 2**20
    with pytest.raises(ValueError, match="more than 1 MB"):
        read(bomb)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_module, "MOST_BYTES", 2**20)
    (tmp_path / "a.gan").write_bytes(bytes(2**20 + 1))
    with pytest.raises(ValueError, match=r"a\.gan .* larger than 1 MB"):
        read(tmp_path / "a.gan")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gan", tmp_path):
        with pytest.raises(ValueError, match=r"cannot be read: .*\.$"):
            read(path)


@given(st.binary(max_size=2000))
def test_random_bytes_are_one_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        read(data)


@settings(deadline=None)
@given(places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_file_opens_as_it_was_or_not_at_all(whole: bytes, places: list[tuple[float, int]]) -> None:
    damaged = bytearray(whole)
    for place, value in places:
        damaged[int(place * len(damaged))] = value
    if damaged == whole:
        assert read(bytes(damaged)) == PAIR
        return
    with contextlib.suppress(ValueError):
        assert read(bytes(damaged)) == PAIR  # what is damaged is no part of what is read
