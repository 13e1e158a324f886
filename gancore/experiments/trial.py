"""A configuration trained for several seeds at once, and what came of it: the run without a screen."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gancore.config import RunConfig
from gancore.metrics.measures import MEASURES
from gancore.recording.recorder import Recorder, moments
from gancore.runtime import endings
from gancore.training.measure_steps import measure_steps

if TYPE_CHECKING:
    from gancore.runtime.sharding import ShardedTrainer
    from gancore.training.trainer import Trainer

# What is measured at the end, where the run has it, and what a table's column is called.
FIGURES: dict[str, str] = {name: each.label for name, each in MEASURES.items() if each.at_end}


@dataclass(frozen=True)
class Trial:
    """Results of `seeds` of one configuration.

    figures: name -> one value a seed (names from `FIGURES`); failures: for each seed None, or what ceased to be
    finite and where; steps: generator steps taken; seconds: of training, measuring not counted, on a CPU in processor
    time, that of all its processes together.
    """

    config: RunConfig
    seeds: tuple[int, ...]
    figures: Mapping[str, tuple[float, ...]]
    failures: tuple[str | None, ...]
    steps: int
    seconds: float
    device: str
    torch: str

    def values(self, name: str) -> list[float | None]:
        """A figure of each seed; None of one that diverged."""
        values = zip(self.figures[name], self.failures, strict=True)
        return [value if failure is None else None for value, failure in values]

    def finished(self, name: str) -> list[float]:
        """A figure of the seeds that did not diverge; none where the run has no such figure."""
        return [value for value in self.values(name) if value is not None] if name in self.figures else []

    def to_dict(self) -> dict[str, Any]:
        """Everything in values that JSON knows; a figure that is not finite is None."""
        return {
            "config": self.config.model_dump(mode="json"),
            "seeds": list(self.seeds),
            "figures": {
                name: [value if math.isfinite(value) else None for value in values]
                for name, values in self.figures.items()
            },
            "failures": list(self.failures),
            "steps": self.steps,
            "seconds": self.seconds,
            "device": self.device,
            "torch": self.torch,
        }


def trial(
    config: RunConfig, seeds: Sequence[int], device: str = "auto", watch: Callable[[int], None] | None = None
) -> Trial:
    """Train all seeds to the end of the config, or until the last has diverged.

    `watch` is called some times a second with the steps taken so far. Sets torch to one thread: two run small networks
    many times slower on a busy machine; many seeds use more cores in processes of their own (`ShardedTrainer`). Raises
    ValueError for a device that is not here.
    """
    import torch

    from gancore.runtime.sharding import ShardedTrainer
    from gancore.training.trainer import Trainer

    torch.set_num_threads(1)
    with ShardedTrainer(Trainer(config, seeds, device)) as trainer:
        return _tried(config, trainer, lambda: trainer.processor_seconds, watch)


def compiled_trial(
    config: RunConfig,
    seeds: Sequence[int],
    device: str = "auto",
    watch: Callable[[int], None] | None = None,
    save: Path | None = None,
) -> Trial:
    """The same in compiled steps, in one process: for a training that takes far longer than compiling does.

    It is recorded into the file `save`, where that is given.

    On the CPU the steps are compiled first, where there is a compiler, and taken plain where there is none: the two
    are the same but for rounding. Raises ValueError for a device that is not here.
    """
    import torch

    from gancore.compiling.build import CompileError, build
    from gancore.compiling.plan import plans_of
    from gancore.compiling.swap import use_compiled
    from gancore.training.frozen_generator import games_of
    from gancore.training.trainer import Trainer

    torch.set_num_threads(1)
    trainer = Trainer(config, seeds, device)
    if trainer.device.type == "cpu":
        with contextlib.suppress(CompileError):
            for game in games_of(config):
                for plan in plans_of(game, len(trainer.seeds)):
                    build(plan)
    use_compiled(trainer)
    if save is not None:
        return recorded_trial(Recorder(trainer, save), trainer, watch)
    return _tried(config, trainer, time.process_time, watch)


def recorded_trial(recorder: Recorder, trainer: Trainer, watch: Callable[[int], None] | None = None) -> Trial:
    """The same of a trainer that is there, in one process, recorded: from where it stands to the end of its config."""
    import torch

    torch.set_num_threads(1)
    try:
        return _tried(trainer.config, trainer, time.process_time, watch, recorder)
    except KeyboardInterrupt:
        recorder.write("stopped", endings.stopped(trainer.step))
        raise


def _tried(
    config: RunConfig,
    trainer: ShardedTrainer | Trainer,
    processor_seconds: Callable[[], float],
    watch: Callable[[int], None] | None,
    recorder: Recorder | None = None,
) -> Trial:
    import torch

    measured = frozenset(measure_steps(config))
    shown = moments(config) if recorder is not None else measured

    # Processor time, where it is the processor that works: another program beside this one does not count.
    clock = processor_seconds if trainer.device.type == "cpu" else time.perf_counter
    seconds, block = 0.0, 1
    for moment in sorted(moment for moment in shown if moment > trainer.step or trainer.step == 0):
        if trainer.diverged is not None:
            break
        while trainer.step < moment and trainer.diverged is None:
            before = clock()
            trainer.advance(min(block, moment - trainer.step))
            took = clock() - before
            seconds += took
            # Blocks of about a tenth of a second: seldom enough to cost nothing, often enough to be watched.
            block = max(1, round(block * min(2.0, 0.1 / max(took, 1e-6))))
            if watch is not None:
                watch(trainer.step)
        if recorder is not None:
            recorder.take(measure=moment in measured)
        elif moment != config.steps and trainer.diverged is None:
            trainer.snapshot(field=False, arrows=False, layers=False, measure=True)
    scalars = trainer.snapshot(field=False, arrows=False, measure=True).scalars
    if recorder is not None:
        lost = trainer.diverged
        if lost is None:
            recorder.write("finished", endings.finished(trainer.step))
        else:
            recorder.write("diverged", endings.diverged(lost))
    lost = {each.seed: f"diverged at step {each.step}: {each.quantity}" for each in trainer.lost}
    return Trial(
        config=config,
        seeds=trainer.seeds,
        figures={name: tuple(float(value) for value in scalars[name]) for name in FIGURES if name in scalars},
        failures=tuple(lost.get(seed) for seed in trainer.seeds),
        steps=trainer.step,
        seconds=seconds,
        device=str(trainer.device),
        torch=str(torch.__version__),
    )
