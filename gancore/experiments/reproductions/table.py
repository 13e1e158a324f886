"""Results of the papers' experiments: trained here, measured, kept as tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from gancore.config import RunConfig
from gancore.experiments.reproductions.experiment import Experiment, Line
from gancore.experiments.reproductions.papers import DIRAC_MOVES, EXPERIMENTS
from gancore.experiments.tables import MeasuredTable, OfSeeds, Seed, Text
from gancore.experiments.trial import compiled_trial
from gancore.theory.dirac import Setting, simulated_rate


class LineCell(OfSeeds):
    """One line as it was trained.

    figures: name -> one value a seed, None where it is not finite; seconds: processor time of training all seeds at
    once (`compiled_trial`).
    """

    line: Text
    run: RunConfig | Setting
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, max_length=1024)]
    figures: dict[str, tuple[float | None, ...]]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name, values in {**self.figures, "failures": self.failures}.items():
            if len(values) != len(self.seeds):
                raise ValueError(f"{name} of {self.line} has {len(values)} values; there are {len(self.seeds)} seeds")
        return self

    @property
    def steps(self) -> int:
        """Generator steps that were taken."""
        return self.run.steps if isinstance(self.run, RunConfig) else 0

    def finished(self, figure: str) -> list[float]:
        """A figure of the seeds that did not diverge."""
        values = self.survivors(self.figures[figure]) if figure in self.figures else []
        return [value for value in values if value is not None]

    def answers(self, seeds: Sequence[int], share: float, line: Line) -> bool:
        """True where `measure` would come to the same for these seeds and this share: it need not be trained."""
        return isinstance(self.run, Setting) or (self.seeds == tuple(seeds) and self.steps == line.steps_of(share))

    def belongs(self, line: Line) -> bool:
        """True where it was made with the line's run as it is today, at any length."""
        if isinstance(self.run, RunConfig) and isinstance(line.run, RunConfig):
            return self.line == line.name and self.run.changed(steps=line.run.steps) == line.run
        return self.line == line.name and self.run == line.run


class ReproducedTable(MeasuredTable[LineCell]):
    """All lines of one experiment that were trained on one machine."""

    subject: ClassVar[str] = "reproductions"

    experiment: Text

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.experiment not in EXPERIMENTS:
            raise ValueError(f"experiment is {self.experiment!r}; allowed are {', '.join(EXPERIMENTS)}")
        names = [cell.line for cell in self.cells]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"{twice} stands there twice")
        return self

    def cell(self, line: Line) -> LineCell | None:
        """The cell of a line, if it is there and still belongs to it."""
        return next((cell for cell in self.cells if cell.belongs(line)), None)

    def with_cell(self, cell: LineCell) -> ReproducedTable:
        """A copy with this cell in its place, and without those that belong to no line any more."""
        lines = EXPERIMENTS[self.experiment].lines
        cells = {line.name: old for line in lines if (old := self.cell(line)) is not None}
        cells[cell.line] = cell
        ordered = tuple(cells[line.name] for line in lines if line.name in cells)
        return ReproducedTable(machine=self.machine, experiment=self.experiment, cells=ordered)


def measure(
    experiment: Experiment,
    line: Line,
    seeds: Sequence[int],
    share: float = 1.0,
    device: str = "auto",
    watch: Callable[[int], None] | None = None,
    save: Path | None = None,
) -> LineCell:
    """Trains one line for a share of its steps, all seeds at once; of the Dirac-GAN, takes its steps.

    The training is recorded into the file `save`, where that is given; the Dirac-GAN's never is.

    Raises ValueError as `compiled_trial` does, which also says what `watch` hears, and for a share that is not above 0
    and at most 1.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share is {share}; a number above 0 and at most 1 is needed.")
    run = line.shortened(share)
    if isinstance(run, Setting):
        growth = round(simulated_rate(run, DIRAC_MOVES) / run.h, 4) + 0.0  # no -0
        return LineCell(
            line=line.name, run=run, seeds=(0,), figures={"growth": (growth,)}, failures=(None,), seconds=0,
            date=date.today(),
        )  # fmt: skip
    result = compiled_trial(run, seeds, device, watch, save)
    return LineCell(
        line=line.name,
        run=run,
        seeds=tuple(seeds),
        figures={
            name: tuple(_rounded(value) for value in result.figures[name])
            for name in experiment.figures
            if name in result.figures
        },
        failures=result.failures,
        seconds=round(result.seconds, 1),
        date=date.today(),
    )


def _rounded(value: float) -> float | None:
    return float(f"{value:.5g}") if math.isfinite(value) else None
