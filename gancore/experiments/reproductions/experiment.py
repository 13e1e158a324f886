"""A paper's experiment: its lines, each a run in the paper's own setting, and the figures that the paper prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gancore.config import RunConfig
from gancore.experiments.remedies import MixtureName
from gancore.experiments.trial import FIGURES
from gancore.theory.dirac import Setting

# What a line may be measured by, and what its column is called.
FIGURE_NAMES: Mapping[str, str] = {**FIGURES, "growth": "growth of the radius a unit of time"}


class Reported(NamedTuple):
    """A figure as a paper prints it: its mean, and its spread where there is one."""

    mean: float
    spread: float | None = None


@dataclass(frozen=True)
class Line:
    """One run of an experiment in the paper's own setting.

    run: its configuration, at the paper's length, or a setting of the Dirac-GAN; reported: figures that the paper
    prints, by the names of `FIGURE_NAMES`; says: what it shows, where it prints no figure. `remedy` and `data` name the
    place in the table of remedies (`gancore.experiments.remedies`) that asks for the same.
    """

    name: str
    run: RunConfig | Setting
    reported: Mapping[str, Reported] = field(default_factory=dict)
    says: str = ""
    remedy: str = ""
    data: MixtureName = "ring"

    @property
    def steps(self) -> int:
        """Generator steps at the paper's length; none in a setting, whose rate is what is measured."""
        return self.run.steps if isinstance(self.run, RunConfig) else 0

    def steps_of(self, share: float) -> int:
        """Steps of a share of the paper's length, above 0 to 1."""
        return max(1, round(share * self.steps))

    def shortened(self, share: float) -> RunConfig | Setting:
        """The same run for a share of its steps, above 0 to 1."""
        if not isinstance(self.run, RunConfig):
            return self.run
        return self.run.changed(steps=self.steps_of(share))


@dataclass(frozen=True)
class Experiment:
    """A paper's experiment: where it stands in the paper, its setting, and where ours departs from it.

    `figures` are the columns, names of `FIGURE_NAMES`; `settings_from` says where the setting was looked up.
    """

    name: str
    title: str
    paper: str
    settings_from: str
    departs: str
    figures: tuple[str, ...]
    lines: tuple[Line, ...]

    def line(self, name: str) -> Line:
        """The line of that name. Raises ValueError that says which there are."""
        found = next((line for line in self.lines if line.name == name), None)
        if found is None:
            raise ValueError(
                f"There is no line {name!r} in {self.name}; there are {', '.join(line.name for line in self.lines)}."
            )
        return found
