"""Presets over sixteen seeds, measured beforehand: what answers at once where training them live takes minutes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from gancore.config import RunConfig
from gancore.experiments.claims import Judgement, judge, looked_at
from gancore.experiments.presets import PRESETS, Preset, Verdict
from gancore.experiments.tables import Machine, MeasuredTable, OfSeeds, Seed, Text
from gancore.experiments.trial import trial

__all__ = ["FIRST_SEED", "SEEDS", "SeedsCell", "SeedsTable", "StoredResult", "measure"]

# The seeds of the table in assets. No search saw them, and no claim was made after them.
FIRST_SEED, SEEDS = 720, 16

# What is kept beside the figures that a preset is judged and shown by.
_OF_POINTS = ("captured", "high_quality", "transport", "oscillation")
_OF_IMAGES = ("fid", "variety", "memorised", "accuracy_train", "accuracy_held_out", "accuracy_fake")

# What is said of a stored result, each a whole text with named places.
RECORDED = "Recorded: {sentence}. Seeds {first} to {last}, {date}, {machine}."
UNJUDGED = "Recorded, no claim is made of it. Seeds {first} to {last}, {date}, {machine}."


class SeedsCell(OfSeeds):
    """One preset over all seeds.

    config: the preset's, as it was trained; steps: generator steps taken, fewer than the config's where the last seed
    had diverged; figures: name -> one value a seed at the end, None of one that diverged; seconds: processor time of
    training all seeds at once (`trial`).
    """

    preset: Text
    config: RunConfig
    steps: Annotated[int, Field(ge=0)]
    figures: dict[str, tuple[float | None, ...]]

    @property
    def is_current(self) -> bool:
        """Whether the code has a preset of that name, and with this configuration."""
        return self.preset in PRESETS and PRESETS[self.preset].config == self.config

    def judged(self, rule: Verdict) -> Judgement | None:
        """The judgement of a rule about the length of the preset; None where a figure that it looks at was not kept."""
        if not self.figures.keys() >= {*looked_at(rule)}:
            return None
        return judge(rule, self.figures, step=self.steps, length=self.config.steps)


@dataclass(frozen=True)
class StoredResult:
    """A preset's cell, with what it is judged by and on what machine it was measured.

    judgement  of the preset's own verdict, or of the rule that was asked for; None where there is neither
    """

    cell: SeedsCell
    seeds: tuple[int, ...]
    machine: Machine
    judgement: Judgement | None

    @property
    def sentence(self) -> str:
        """For example "Recorded: 16 of 16 collapsed (95 % interval 81–100 %). Seeds 720 to 735, 2026-11-27, x86_64, …".

        A result without a judgement says that no claim is made of it.
        """
        places = {
            "first": self.seeds[0],
            "last": self.seeds[-1],
            "date": self.cell.date.isoformat(),
            "machine": self.machine,
        }
        if self.judgement is None:
            return UNJUDGED.format(**places)
        return RECORDED.format(sentence=self.judgement.sentence, **places)


class SeedsTable(MeasuredTable[SeedsCell]):
    """All presets that were trained on one machine with the same seeds, one after the other."""

    subject: ClassVar[str] = "stored seeds"

    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, max_length=1024)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.seeds != tuple(range(self.seeds[0], self.seeds[0] + len(self.seeds))):
            raise ValueError(f"seeds is {self.seeds}; each has to be one more than the one before")
        names = [cell.preset for cell in self.cells]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"{twice} stands there twice")
        for cell in self.cells:
            for name, values in {**cell.figures, "failures": cell.failures}.items():
                if len(values) != len(self.seeds):
                    raise ValueError(
                        f"{name} of {cell.preset} has {len(values)} values; there are {len(self.seeds)} seeds"
                    )
        return self

    def cell(self, name: str) -> SeedsCell | None:
        """The cell of a preset, if it is there and was made with the configuration that the preset has today."""
        return next((cell for cell in self.cells if cell.preset == name and cell.is_current), None)

    def missing(self, names: Sequence[str]) -> list[str]:
        """Those of some presets without such a cell."""
        return [name for name in names if self.cell(name) is None]

    def with_cell(self, cell: SeedsCell) -> SeedsTable:
        """A copy with this cell in its place, and without those that no longer belong to the code's presets."""
        cells = {each.preset: each for each in self.cells if each.is_current}
        cells[cell.preset] = cell
        ordered = tuple(cells[name] for name in PRESETS if name in cells)
        return SeedsTable(machine=self.machine, seeds=self.seeds, cells=ordered)

    def stored(self, name: str, config: RunConfig, rule: Verdict | None = None) -> StoredResult | None:
        """The stored result of a preset; None where none is there or a knob has been turned: it is of other runs.

        The seed of the config does not matter. The preset's own verdict judges, or `rule`, where it has none.
        """
        cell = self.cell(name)
        if cell is None or config.changed(seed=cell.config.seed) != cell.config:
            return None
        rule = PRESETS[name].verdict or rule
        return StoredResult(cell, self.seeds, self.machine, None if rule is None else cell.judged(rule))


def kept(preset: Preset) -> tuple[str, ...]:
    """The figures that are kept of a preset, where its runs have them."""
    usual = _OF_IMAGES if preset.config.on_images else _OF_POINTS
    judged = looked_at(preset.verdict) if preset.verdict is not None else ()
    return tuple(dict.fromkeys((*judged, preset.figure, *usual)))


def measure(
    preset: Preset, seeds: Sequence[int], device: str = "auto", watch: Callable[[int], None] | None = None
) -> SeedsCell:
    """Trains one preset, all seeds at once. Raises ValueError as `trial` does, which also says what `watch`
    hears."""
    result = trial(preset.config, seeds, device, watch)
    return SeedsCell(
        preset=preset.name,
        config=preset.config,
        date=date.today(),
        steps=result.steps,
        figures={
            name: tuple(_rounded(value) for value in result.values(name))
            for name in kept(preset)
            if name in result.figures
        },
        failures=result.failures,
        seconds=round(result.seconds, 1),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(f"{value:.5g}")
