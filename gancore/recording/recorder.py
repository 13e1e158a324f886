"""Records a training while it goes on: the file is whole after each writing, so that a killed run leaves one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gancore.config import RunConfig
from gancore.recording.file import write
from gancore.recording.recording import Outcome, RecordedRun, Recording, made_by
from gancore.runtime import endings
from gancore.runtime.frames import encode_scene, encode_snapshot, kind_of_field
from gancore.training.measure_steps import measure_steps

if TYPE_CHECKING:
    from gancore.training.trainer import Trainer

__all__ = ["Recorder", "moments"]

FRAMES = {False: 160, True: 60}  # evenly over a run, on points and on images
FIRST = 12  # steps from the first on of which each has its frame: there most is seen to happen
WRITE_EVERY = 5.0  # seconds


def moments(config: RunConfig) -> tuple[int, ...]:
    """Generator steps at which a recording has a frame, ascending: those measured (`measure_steps`), and some more."""
    count = FRAMES[config.on_images]
    even = {round(config.steps * i / count) for i in range(count + 1)}
    first = set(range(min(FIRST, config.steps) + 1))
    return tuple(sorted(even | first | set(measure_steps(config))))


class Recorder:
    """Records one run into a file.

    Args:
        trainer: what is trained; before its first step, or where `earlier` ended.
        path: the file.
        preset: the name of the preset that the run is, or None.
        earlier: the recording that is gone on with.
        clock: seconds, for when the file is written.
    """

    def __init__(
        self,
        trainer: Trainer,
        path: Path,
        preset: str | None = None,
        earlier: RecordedRun | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._trainer = trainer
        self._path = path
        self._preset = preset
        self._changes = earlier.changes if earlier is not None else ()
        self._clock = clock
        self._scene = encode_scene(trainer.scene())
        self._frames = list(earlier.frames) if earlier is not None else []
        self._began = self._written = clock()

    def take(self, *, measure: bool) -> None:
        """Takes a frame of the present moment; writes the file, where that was some seconds ago."""
        now = self._clock()
        trainer = self._trainer
        snapshot = trainer.snapshot(measure=measure)
        self._frames.append(encode_snapshot(snapshot, now - self._began, kind_of_field(trainer.config)))
        if now - self._written >= WRITE_EVERY:
            self.write()

    def write(self, outcome: Outcome = "stopped", message: str = "") -> None:
        """Writes the file; `outcome` and `message` say how the run ended, if it has."""
        run = self._run(outcome, message or endings.recorded(self._trainer.step))
        write(Recording((run,), made_by(self._trainer.device.type)), self._path)
        self._written = self._clock()

    def _run(self, outcome: Outcome, message: str) -> RecordedRun:
        from safetensors.torch import save

        trainer = self._trainer
        return RecordedRun(
            config=trainer.config,
            seeds=trainer.seeds,
            scene=self._scene,
            frames=tuple(self._frames),
            outcome=outcome,
            message=message,
            preset=self._preset,
            changes=self._changes,
            weights=save(trainer.weights()),
            state=save(trainer.state_dict()),
        )
