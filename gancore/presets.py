"""Named runs, each with the claim it makes, the figure that shows it and the rule by which seeds are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gancore.config import RunConfig


@dataclass(frozen=True)
class Verdict:
    """When one seed counts: a scalar of its last snapshot at or below, or at or above, a limit.

    The claim holds if at least `of` of `seeds` seeds count. `word` is what a seed that counts has done.
    """

    metric: str
    rule: Literal["at_most", "at_least"]
    limit: float
    word: str
    of: int
    seeds: int = 16

    def holds(self, value: float) -> bool:
        """Whether one seed counts; a value that is not a number never does."""
        return value <= self.limit if self.rule == "at_most" else value >= self.limit

    def count(self, values: Sequence[float]) -> int:
        """How many seeds count."""
        return sum(self.holds(value) for value in values)


@dataclass(frozen=True)
class Preset:
    """A run worth showing. `claim` is one sentence that `gancore run NAME --seeds 16` proves or refutes."""

    name: str
    title: str
    claim: str
    config: RunConfig
    verdict: Verdict | None = None
    figure: str = "captured modes"


def _table(*presets: Preset) -> dict[str, Preset]:
    return {preset.name: preset for preset in presets}


RING = RunConfig(sigma=0.05, latent_dim=2, d_lr=1e-4, g_lr=1e-3)

COLLAPSED = Verdict("modes", "at_most", 4, "collapsed", of=14)
COVERED = Verdict("modes", "at_least", 7, "covered", of=12)

PRESETS: dict[str, Preset] = _table(
    Preset(
        "ring-collapse",
        "non-saturating",
        "A slow discriminator and a quick generator: at most 4 of 8 modes in at least 14 of 16 seeds.",
        RING,
        COLLAPSED,
    ),
    Preset(
        "ring-unrolled",
        "unrolled, K 5",
        "The same, looking 5 discriminator steps ahead: at least 7 of 8 modes in at least 12 of 16 seeds.",
        RING.changed(unroll_steps=5),
        COVERED,
    ),
    Preset(
        "ring-pac",
        "PacGAN, m 2",
        "The same, judged in pairs: at least 7 of 8 modes in at least 12 of 16 seeds.",
        RING.changed(pack=2),
        COVERED,
    ),
    Preset("ring-wasserstein", "WGAN-GP", "…", RING.changed(loss="wasserstein", penalty="gradient_penalty"), COVERED),
    Preset("grid-collapse", "grid", "…", RING.changed(data="grid"), None),
    Preset("grid-unrolled", "grid", "…", RING.changed(data="grid", unroll_steps=5), None),
    Preset("grid-wasserstein", "grid", "…", RING.changed(data="grid", loss="wasserstein", penalty="gradient_penalty"), None),
    Preset("grid-pac", "grid", "…", RING.changed(data="grid", pack=2), None),
)
