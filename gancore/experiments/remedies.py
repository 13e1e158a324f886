"""The remedies against mode collapse side by side: one GAN, one change at a time, on a ring and on a grid.

How the comparison was made fair. Every cell is one base configuration (`ring-merge`; `grid-even`) with the one change
that its row names: the same networks, optimisers, batches and seeds. All of one data take the same number of generator
steps in all: MAD-GAN, whose round moves k generators, takes a k-th of the rounds; AdaGAN's parts add up to the same
number. The two bases differ in more than their data: the grid's networks are larger, and its discriminator is as quick
as its generator (`presets.mode_collapse.EVEN_ON_GRID`).

What stays unequal. A step of MAD-GAN's discriminator sees k+1 batches, one real and one of each generator, where the
others' sees 2, and there are a k-th as many. AdaGAN also trains a classifier before each new generator, draws from a
finite training set and begins every part with fresh players. A step of an unrolled generator, and one with a penalty,
costs more: that is what the seconds show. And the base suits some remedies better than others: `ring-chase` is one
where WGAN-GP fails and unrolling does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator

from gancore.config import RunConfig
from gancore.data.toy import toy_data
from gancore.experiments.presets.mode_collapse import EVEN_ON_GRID, GENERATORS, MERGE, PARTS, at_once, in_turn
from gancore.experiments.tables import MeasuredTable, OfSeeds, Seed
from gancore.experiments.trial import trial
from gancore.methods.models import generators_at_once

__all__ = [
    "BASES",
    "PACGAN",
    "ROWS",
    "MixtureName",
    "PublishedCoverage",
    "Remedy",
    "RemedyCell",
    "RemedyTable",
    "config_of",
    "generator_steps",
    "measure",
    "modes_of",
    "places",
]

MixtureName = Literal["ring", "grid"]

# What every row changes, for each data.
BASES: dict[MixtureName, RunConfig] = {"ring": MERGE, "grid": EVEN_ON_GRID}


@dataclass(frozen=True)
class PublishedCoverage:
    """The figures that a paper reports: modes touched (one high-quality sample of 2,500 is enough), the share of
    high-quality samples, 0 to 1, and who measured it.

    `spread` is that of the modes, where the paper gives it.
    """

    modes: float
    high_quality: float
    source: str
    spread: float | None = None


@dataclass(frozen=True)
class Remedy:
    """A row: the change to the base, in words and as fields (of several generators as a function of the base, whose
    steps they share), its paper, and what papers report for each data."""

    name: str
    title: str
    change: str
    paper: str
    changes: Mapping[str, Any] | Callable[[RunConfig], Mapping[str, Any]] = field(default_factory=dict)
    published: Mapping[MixtureName, tuple[PublishedCoverage, ...]] = field(default_factory=dict)


_VEEGAN = "Srivastava et al. 2017 (VEEGAN), 5 runs"
PACGAN = "Lin et al. 2018 (PacGAN), 10 runs"

ROWS: tuple[Remedy, ...] = (
    Remedy(
        "none",
        "none",
        "The non-saturating game before a discriminator quicker than its generator, as it is",
        "Goodfellow et al. 2014",
        published={
            "ring": (PublishedCoverage(1, 0.993, _VEEGAN), PublishedCoverage(6.3, 0.982, PACGAN, 0.5)),
            "grid": (PublishedCoverage(3.3, 0.005, _VEEGAN), PublishedCoverage(17.3, 0.948, PACGAN, 0.8)),
        },
    ),
    Remedy(
        "unrolled",
        "unrolled",
        "The generator looks 5 discriminator steps ahead and learns through them: K 5",
        "Metz et al. 2017",
        {"unroll_steps": 5},
        {"ring": (PublishedCoverage(7.6, 0.356, _VEEGAN),), "grid": (PublishedCoverage(23.6, 0.16, _VEEGAN),)},
    ),
    Remedy(
        "wasserstein",
        "WGAN-GP",
        "The Wasserstein loss and a gradient penalty, λ 0.1",
        "Gulrajani et al. 2017",
        {"loss": "wasserstein", "penalty": "gradient_penalty"},
    ),
    Remedy(
        "r1",
        "R1",
        "A penalty on the discriminator’s slope at real points, γ 1",
        "Mescheder et al. 2018",
        {"penalty": "r1", "penalty_weight": 1.0},
    ),
    Remedy(
        "pac2",
        "PacGAN 2",
        "The discriminator judges two samples together: m 2",
        "Lin et al. 2018",
        {"pack": 2},
        {"ring": (PublishedCoverage(7.9, 0.956, PACGAN),), "grid": (PublishedCoverage(23.8, 0.913, PACGAN),)},
    ),
    Remedy(
        "pac4",
        "PacGAN 4",
        "The discriminator judges four samples together: m 4",
        "Lin et al. 2018",
        {"pack": 4},
        {"ring": (PublishedCoverage(7.8, 0.959, PACGAN),), "grid": (PublishedCoverage(24.8, 0.936, PACGAN),)},
    ),
    Remedy(
        "mad_gan",
        "MAD-GAN",
        f"{GENERATORS} generators at once, and a discriminator that also says which of them made a point; "
        f"1/{GENERATORS} of the rounds",
        "Ghosh et al. 2018",
        at_once,
    ),
    Remedy(
        "adagan",
        "AdaGAN",
        f"A mixture of {PARTS} generators, each trained on the points that those before it miss, in 1/{PARTS} of the "
        "steps",
        "Tolstikhin et al. 2017",
        in_turn,
    ),
)

_NAMES = tuple(row.name for row in ROWS)


def config_of(remedy: Remedy, data: MixtureName) -> RunConfig:
    """The configuration of one cell: the base of the data with the remedy's change."""
    base = BASES[data]
    return base.changed(**(remedy.changes(base) if callable(remedy.changes) else remedy.changes))


def generator_steps(config: RunConfig) -> int:
    """Steps that all generators of a run take together."""
    return config.steps * generators_at_once(config)


def modes_of(data: MixtureName) -> int:
    """How many modes there are to capture."""
    return len(toy_data(BASES[data]).centres)


# ── What was measured ─────────────────────────────────────────────────────────────────────────────────────────────────

_Count = Annotated[float, Field(ge=0)]
_Share = Annotated[float, Field(ge=0, le=1)]


class RemedyCell(OfSeeds):
    """One remedy on one data, all seeds at once.

    captured, touched, high_quality: one value a seed, as `metrics.coverage` counts; seconds: of training all seeds at
    once, measuring not counted, which is no time that one run would take.
    """

    remedy: str
    data: MixtureName
    config: RunConfig
    captured: tuple[_Count, ...]
    touched: tuple[_Count, ...]
    high_quality: tuple[_Share, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.remedy not in _NAMES:
            raise ValueError(f"remedy is {self.remedy!r}; allowed are {', '.join(_NAMES)}")
        most = modes_of(self.data)
        for name in ("captured", "touched"):
            if (largest := max(getattr(self, name), default=0)) > most:
                raise ValueError(f"{name} of {self.remedy} goes up to {largest:g}; the {self.data} has {most} modes")
        return self

    @property
    def is_current(self) -> bool:
        """Whether the cell was made with the configuration that the code has for it today."""
        return self.config == config_of(ROWS[_NAMES.index(self.remedy)], self.data)

    def finished(self, figure: Literal["captured", "touched", "high_quality"]) -> list[float]:
        """A figure of the seeds that did not diverge."""
        return self.survivors(getattr(self, figure))


class RemedyTable(MeasuredTable[RemedyCell]):
    """All cells that were measured on one machine with the same seeds."""

    subject: ClassVar[str] = "remedies"

    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, max_length=1024)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.seeds)) != len(self.seeds):
            raise ValueError(f"seeds is {self.seeds}; each may stand there once")
        places = [(cell.remedy, cell.data) for cell in self.cells]
        if twice := next((place for place in places if places.count(place) > 1), None):
            raise ValueError(f"{' on '.join(twice)} stands there twice")
        for cell in self.cells:
            for name in ("captured", "touched", "high_quality", "failures"):
                if (n := len(getattr(cell, name))) != len(self.seeds):
                    raise ValueError(
                        f"{name} of {cell.remedy} on {cell.data} has {n} values; there are {len(self.seeds)} seeds"
                    )
        return self

    def cell(self, remedy: str, data: MixtureName) -> RemedyCell | None:
        """The cell of a remedy on a data, if it is there and still belongs to the code's configuration."""
        found = (each for each in self.cells if (each.remedy, each.data) == (remedy, data))
        return next((each for each in found if each.is_current), None)

    def missing(self) -> list[tuple[Remedy, MixtureName]]:
        """The rows without such a cell, in order."""
        return [place for place in places() if self.cell(place[0].name, place[1]) is None]

    def with_cell(self, cell: RemedyCell) -> RemedyTable:
        """A copy with this cell in its place, and without those that no longer belong to the code's configurations."""
        cells = {(each.remedy, each.data): each for each in self.cells if each.is_current}
        cells[cell.remedy, cell.data] = cell
        ordered = [cells[row.name, data] for row, data in places() if (row.name, data) in cells]
        return RemedyTable(machine=self.machine, seeds=self.seeds, cells=tuple(ordered))


def places() -> Iterator[tuple[Remedy, MixtureName]]:
    """Every cell of a full table: all remedies on the ring, then all on the grid."""
    return ((row, data) for data in get_args(MixtureName) for row in ROWS)


def measure(
    remedy: Remedy,
    data: MixtureName,
    seeds: Sequence[int],
    device: str = "auto",
    watch: Callable[[int], None] | None = None,
) -> RemedyCell:
    """Trains one cell, all seeds at once. Raises ValueError as `trial` does, which also says what `watch` hears."""
    config = config_of(remedy, data)
    result = trial(config, seeds, device, watch)
    return RemedyCell(
        remedy=remedy.name,
        data=data,
        config=config,
        date=date.today(),
        captured=result.figures["captured"],
        touched=result.figures["touched"],
        high_quality=result.figures["high_quality"],
        failures=result.failures,
        seconds=round(result.seconds, 1),
    )
