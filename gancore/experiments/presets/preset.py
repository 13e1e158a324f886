"""A preset: a run worth showing, its claim, and the rule by which its seeds are counted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gancore.config import RunConfig

__all__ = ["WGAN_GP", "Preset", "Verdict", "table"]

# The change that makes a WGAN-GP of a run.
WGAN_GP: Mapping[str, Any] = {"loss": "wasserstein", "penalty": "gradient_penalty"}


@dataclass(frozen=True)
class Verdict:
    """When one seed counts: a scalar of its last snapshot at or below, or at or above, a limit.

    The claim holds if at least `of` of `seeds` seeds count (`claims.judge`). `word` is what a seed that counts
    has done. Where `also` names another scalar and a limit, that one has to be at or above its limit as well.
    """

    metric: str
    rule: Literal["at_most", "at_least"]
    limit: float
    word: str
    of: int
    seeds: int = 16
    also: tuple[str, float] | None = None

    def holds(self, value: float, other: float = math.inf) -> bool:
        """Whether one seed counts, by its value and by that of `also`; a value that is not a number never does."""
        if self.also is not None and not other >= self.also[1]:
            return False
        return value <= self.limit if self.rule == "at_most" else value >= self.limit


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
