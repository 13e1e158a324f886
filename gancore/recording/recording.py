"""What a recording holds: of each run its configuration, scene, frames, weights and the state to go on from."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal, TypeAlias

from gancore.config import RunConfig
from gancore.processor import processor
from gancore.runtime.frames import read_header
from gancore.runtime.run import Change

__all__ = ["LABELS", "Outcome", "RecordedRun", "Recording", "made_by", "measures"]

LABELS = ("A", "B", "C", "D")  # of the runs, in their order
Outcome: TypeAlias = Literal["finished", "diverged", "failed", "stopped"]


@dataclass(frozen=True)
class RecordedRun:
    """One run, as far as it has come.

    config, seeds: what was trained, after all live changes; scene, frames: as `gancore.runtime.frames` encodes them,
    the frames by their steps; outcome, message: how it ended, in a word and in a sentence, "stopped" where it goes on
    beyond the recording; preset: the name of the preset that it began as, or None; changes: those made while it ran;
    weights: of both players, and state: of the whole training, as safetensors, None where they were not kept.
    """

    config: RunConfig
    seeds: tuple[int, ...]
    scene: bytes
    frames: tuple[bytes, ...]
    outcome: Outcome = "stopped"
    message: str = ""
    preset: str | None = None
    changes: tuple[Change, ...] = ()
    weights: bytes | None = None
    state: bytes | None = None

    @property
    def step(self) -> int:
        """Generator steps at the last frame; 0 without frames."""
        return int(read_header(self.frames[-1])[0]["step"]) if self.frames else 0


@dataclass(frozen=True)
class Recording:
    """One to four runs side by side; made_by: what made them, name -> version."""

    runs: tuple[RecordedRun, ...]
    made_by: dict[str, str]


def made_by(device: str) -> dict[str, str]:
    """The versions that runs were trained with here, and where."""
    return {
        "gancore": version("gancore"),
        "torch": version("torch"),
        "device": device,
        "processor": processor(),
    }


def measures(frames: Iterable[bytes], seeds: Sequence[int]) -> str:
    """Everything that the frames hold as numbers, as CSV: a row for each frame and seed, a column for each measure.

    A field is empty where a frame does not have the measure, or where it is not finite.
    """
    headers = [read_header(frame)[0] for frame in frames]
    names = list(dict.fromkeys(name for header in headers for name in header["scalars"]))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["step", "d_steps", "seed", *names])
    for header in headers:
        for replica, seed in enumerate(seeds):
            values = [_value(header["scalars"].get(name), replica) for name in names]
            table.writerow([header["step"], header["d_steps"], seed, *values])
    return text.getvalue()


def _value(values: Sequence[float | None] | None, replica: int) -> float | str:
    value = None if values is None else values[replica]
    return "" if value is None or not math.isfinite(value) else value
