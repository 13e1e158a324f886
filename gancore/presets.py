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


# A discriminator that learns five times more slowly than the generator: all points leave for the place that it
# likes best, it learns that this place is wrong, and they leave again, together.
CHASE = RunConfig(steps=2000, sigma=0.05, latent_dim=2, d_lr=2e-4, g_lr=1e-3)

# A discriminator that is too quick, and optimisers without momentum: modes merge one after the other, and
# what is left is drawn perfectly.
MERGE = RunConfig(
    steps=3000, sigma=0.02, latent_dim=32, g_hidden=128, g_layers=1, init="orthogonal",
    g_activation="leaky_relu", d_activation="leaky_relu", d_steps=3, d_lr=1e-3, g_lr=3e-3, d_beta1=0, g_beta1=0,
)  # fmt: skip

COLLAPSED = Verdict("modes", "at_most", 4, "collapsed", of=14)
COVERED = Verdict("modes", "at_least", 7, "covered", of=12)

_ON_RINGS: dict[str, Preset] = _table(
    Preset(
        "ring-chase",
        "non-saturating, slow D",
        "A discriminator slower than its generator is chased round the ring: at most 4 of 8 modes in at least 14 of "
        "16 seeds.",
        CHASE,
        COLLAPSED,
    ),
    Preset(
        "ring-chase-unrolled",
        "unrolled, K 5",
        "ring-chase, looking 5 discriminator steps ahead: at least 7 of 8 modes in at least 12 of 16 seeds.",
        CHASE.changed(unroll_steps=5),
        COVERED,
    ),
    Preset(
        "ring-chase-pac",
        "PacGAN, m 2",
        "ring-chase, judged in pairs: at least 7 of 8 modes in at least 12 of 16 seeds.",
        CHASE.changed(pack=2),
        COVERED,
    ),
    Preset(
        "ring-merge",
        "non-saturating, quick D",
        "A discriminator quicker than its generator: at most 4 of 8 modes in at least 14 of 16 seeds.",
        MERGE,
        COLLAPSED,
    ),
    Preset(
        "ring-merge-wasserstein",
        "WGAN-GP",
        "ring-merge with the Wasserstein loss and a gradient penalty: at least 7 of 8 modes in at least 12 of 16 "
        "seeds.",
        MERGE.changed(loss="wasserstein", penalty="gradient_penalty"),
        COVERED,
    ),
    Preset(
        "ring-merge-pac",
        "PacGAN, m 4",
        "ring-merge, judged four at a time: at least 7 of 8 modes in at least 12 of 16 seeds.",
        MERGE.changed(pack=4),
        COVERED,
    ),
    Preset(
        "ring-chase-wasserstein",
        "WGAN-GP with a slow critic",
        "Where a remedy fails: the gradient penalty needs a critic that keeps up. ring-chase with WGAN-GP still "
        "holds at most 4 of 8 modes in at least 14 of 16 seeds.",
        CHASE.changed(loss="wasserstein", penalty="gradient_penalty"),
        COLLAPSED,
    ),
    Preset(
        "ring-merge-unrolled",
        "unrolled with a quick D",
        "Where a remedy fails: five steps of a quick discriminator lead too far. ring-merge unrolled still holds at "
        "most 4 of 8 modes in at least 14 of 16 seeds.",
        MERGE.changed(unroll_steps=5, steps=1500),
        COLLAPSED,
    ),
)

PRESETS: dict[str, Preset] = _ON_RINGS | _table(
    *(
        Preset(
            f"grid-{kind}{remedy}",
            title,
            f"ring-{kind}{remedy} on a 5×5 grid; no claim, the figures are as they come.",
            _ON_RINGS[f"ring-{kind}{remedy}"].config.changed(data="grid", radius=4.0, sigma=0.05, steps=3000),
        )
        for kind, remedy, title in (
            ("chase", "", "slow D, grid"),
            ("chase", "-unrolled", "unrolled, grid"),
            ("chase", "-pac", "PacGAN, grid"),
            ("merge", "", "quick D, grid"),
            ("merge", "-wasserstein", "WGAN-GP, grid"),
            ("merge", "-pac", "PacGAN, grid"),
        )
    ),
)
