"""A preset: a run worth showing, its claim, and the rule by which its seeds are counted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from gancore.config import RunConfig
from gancore.metrics.measures import MEASURES

__all__ = ["WGAN_GP", "Preset", "Provided", "Verdict", "table"]

# The change that makes a WGAN-GP of a run.
WGAN_GP: Mapping[str, Any] = {"loss": "wasserstein", "penalty": "gradient_penalty"}


class Provided(NamedTuple):
    """A further condition for a seed to have come out well: a scalar on the better side of a limit.

    Noise that never moves does not swing either, before a generator of noise every discriminator is right, and what has
    not stalled need not have arrived. `words` say what a seed has done that has come out well.
    """

    metric: str
    limit: float
    words: str


@dataclass(frozen=True)
class Verdict:
    """When one seed counts: a scalar of its last snapshot at or below, or at or above, a limit.

    The claim holds if at least `of` of `seeds` seeds count (`claims.judge`). `word` is what a seed that counts
    has done, `otherwise` what one has done that is on the other side of the limit. Where `also` names another scalar
    and a limit, that one has to be at or above its limit as well. `provided` is asked of a seed that has come out well,
    whatever counts.
    """

    metric: str
    rule: Literal["at_most", "at_least"]
    limit: float
    word: str
    of: int
    seeds: int = 16
    also: tuple[str, float] | None = None
    otherwise: str = ""
    provided: Provided | None = None

    def holds(self, value: float, other: float = math.inf) -> bool:
        """Whether one seed counts, by its value and by that of `also`; a value that is not a number never does."""
        if self.also is not None and not other >= self.also[1]:
            return False
        return value <= self.limit if self.rule == "at_most" else value >= self.limit

    @property
    def counts_good(self) -> bool:
        """Whether a seed that counts has come out well: the rule asks for the better side of its scalar, where one is
        better."""
        better = MEASURES[self.metric].better
        return better is None or (self.rule == "at_least") == (better == "more")

    @property
    def good_words(self) -> str:
        """What a seed has done that has come out well."""
        if self.provided is not None:
            return self.provided.words
        return self.word if self.counts_good else self.otherwise

    def good(self, figures: Mapping[str, float]) -> bool:
        """Whether one seed has come out well, by its values of the scalars that are looked at (`claims.looked_at`)."""
        value = figures[self.metric]
        if self.counts_good:
            well = self.holds(value, math.inf if self.also is None else figures[self.also[0]])
        else:
            well = value > self.limit if self.rule == "at_most" else value < self.limit
        if not well or self.provided is None:
            return well
        metric, limit, _ = self.provided
        return figures[metric] >= limit if MEASURES[metric].better == "more" else figures[metric] <= limit


@dataclass(frozen=True)
class Preset:
    """A run worth showing. `claim` is one sentence that `gancore run NAME --seeds 16` proves or refutes.

    `figure` is the scalar of a snapshot that shows it.
    """

    name: str
    title: str
    claim: str
    config: RunConfig
    verdict: Verdict | None = None
    figure: str = "captured"


def table(*presets: Preset) -> dict[str, Preset]:
    """The presets by their names."""
    return {preset.name: preset for preset in presets}
