"""Fewer and fewer training images, with DiffAugment and without: what the paper reports, and the same measured here.

Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training". Their figures are Inception Scores and
FIDs of large networks on CIFAR-10, and are here to show the pattern: less data, worse; with DiffAugment, less so. Ours
are of small networks and, on the embedded sets, of small features: compare down a column, never across the two tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from gancore.config import RunConfig
from gancore.experiments.tables import Machine, MeasuredCell, MeasuredTable, Text
from gancore.experiments.trial import trial

__all__ = [
    "FIGURES",
    "FRACTIONS",
    "HUNDRED_SHOT",
    "MODES",
    "PUBLISHED",
    "PublishedScores",
    "SmallDataCell",
    "SmallDataTable",
    "measure",
    "sizes_of",
    "table_of",
]

Mode = Literal["none", "diffaugment"]
MODES: tuple[Mode, ...] = ("none", "diffaugment")

# Shares of the training set, as in the paper's table of CIFAR-10.
FRACTIONS = (1.0, 0.2, 0.1)

# What is kept of each seed; `fid_best` is the least of the run's moments, which is what papers tend to report.
FIGURES = ("fid", "fid_best", "score", "accuracy_held_out")


class PublishedScores(NamedTuple):
    """Inception Score and FID on CIFAR-10 with so large a share of its training set (Zhao et al. 2020)."""

    network: str
    mode: Mode
    fraction: float
    score: float
    fid: float


_TABLE: tuple[tuple[str, Mode, tuple[tuple[float, float], ...]], ...] = (
    ("BigGAN", "none", ((9.06, 9.59), (8.41, 21.58), (7.62, 39.78))),
    ("BigGAN", "diffaugment", ((9.16, 8.70), (8.65, 14.04), (8.09, 22.40))),
    ("StyleGAN2", "none", ((9.18, 11.07), (8.28, 23.08), (7.33, 36.02))),
    ("StyleGAN2", "diffaugment", ((9.40, 9.89), (9.21, 12.15), (8.84, 14.50))),
)

PUBLISHED: tuple[PublishedScores, ...] = tuple(
    PublishedScores(network, mode, fraction, score, fid)
    for network, mode, figures in _TABLE
    for fraction, (score, fid) in zip(FRACTIONS, figures, strict=True)
)


class HundredShot(NamedTuple):
    """FID of StyleGAN2 on sets of 100 images or so, without and with DiffAugment (the same paper)."""

    images: str
    without: float
    with_diffaugment: float


HUNDRED_SHOT = (
    HundredShot("Obama", 80.20, 46.87),
    HundredShot("cat", 48.90, 27.08),
    HundredShot("panda", 34.27, 12.06),
)


class SmallDataCell(MeasuredCell):
    """n training images, with or without DiffAugment: figures name -> one value a seed, in the order of the seeds.

    A seed that diverged has None. seconds: of training all seeds at once.
    """

    n: Annotated[int, Field(ge=1)]
    mode: Mode
    figures: dict[str, tuple[float | None, ...]]

    def finished(self, figure: str) -> list[float]:
        """A figure of the seeds that did not diverge."""
        return [value for value in self.figures.get(figure, ()) if value is not None]


class SmallDataTable(MeasuredTable[SmallDataCell]):
    """All cells of one base configuration; `features` are the measures', `floor` two samples of the data apart."""

    subject: ClassVar[str] = "small data"

    base: RunConfig
    seeds: Annotated[tuple[int, ...], Field(min_length=1, max_length=1024)]
    features: Text
    judged: Annotated[int, Field(ge=1)]
    floor: float

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for cell in self.cells:
            for name, values in cell.figures.items():
                if len(values) != len(self.seeds):
                    raise ValueError(
                        f"{name} of n = {cell.n} has {len(values)} values; there are {len(self.seeds)} seeds"
                    )
        return self

    def cell(self, n: int, mode: Mode) -> SmallDataCell | None:
        """The cell of that size and mode, if it was measured."""
        return next((cell for cell in self.cells if (cell.n, cell.mode) == (n, mode)), None)

    def with_cell(self, cell: SmallDataCell) -> SmallDataTable:
        """A copy with this cell in its place, the largest sizes first."""
        others = [each for each in self.cells if (each.n, each.mode) != (cell.n, cell.mode)]
        ordered = sorted([*others, cell], key=lambda each: (-each.n, MODES.index(each.mode)))
        return self.model_copy(update={"cells": tuple(ordered)})

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes that were measured, the largest first."""
        return tuple(sorted({cell.n for cell in self.cells}, reverse=True))


def table_of(base: RunConfig, seeds: Sequence[int], device: str = "auto") -> SmallDataTable:
    """A table without cells. Raises ValueError where the images or the device are not to be had."""
    from gancore.training.image_readout import JUDGED, scorer_of

    scorer = scorer_of(base)
    return SmallDataTable(
        machine=Machine.here(device),
        base=base,
        seeds=tuple(seeds),
        features=scorer.see.name,
        judged=JUDGED,
        floor=scorer.floor(JUDGED),
    )


def sizes_of(base: RunConfig) -> tuple[int, ...]:
    """`FRACTIONS` of the training set of a config's images, the largest first."""
    from gancore.data.image_split import image_set

    whole = len(image_set(base).train)
    return tuple(round(whole * fraction) for fraction in FRACTIONS)


def measure(
    table: SmallDataTable, n: int, mode: Mode, device: str = "auto", watch: Callable[[int], None] | None = None
) -> SmallDataCell:
    """Trains one cell, all seeds at once. Raises ValueError as `trial` does, which also says what `watch` hears."""
    result = trial(table.base.changed(images=n, augment=mode), table.seeds, device, watch)
    figures: dict[str, Any] = {name: result.figures[name] for name in FIGURES if name in result.figures}
    figures["fid_best"] = tuple(
        fid / rise for fid, rise in zip(result.figures["fid"], result.figures["fid_rise"], strict=True)
    )
    return SmallDataCell(
        n=n,
        mode=mode,
        figures={
            name: tuple(
                None if failure is not None else float(f"{value:.5g}")
                for value, failure in zip(values, result.failures, strict=True)
            )
            for name, values in figures.items()
        },
        seconds=round(result.seconds, 1),
        date=date.today(),
    )
