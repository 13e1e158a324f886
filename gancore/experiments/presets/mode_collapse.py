"""Mode collapse, on the ring, on few clusters and on the grid: the collapses, and what mends them or does not."""

from __future__ import annotations

from typing import Any

from gancore.config import RunConfig
from gancore.experiments.presets.preset import WGAN_GP, Preset, Verdict, table

# A discriminator that learns five times more slowly than the generator: all points leave for the place that it
# likes best, it learns that this place is wrong, and they leave again, together. Both learning rates fall to 0: what
# spreads can then settle.
CHASE = RunConfig(
    steps=8000, sigma=0.05, latent_dim=2, d_lr=2e-4, g_lr=1e-3, lr_schedule="linear", lr_steps=8000,
)  # fmt: skip

# A discriminator that is too quick, and optimisers without momentum: modes merge one after the other, and
# what is left is drawn well. Both learning rates fall to 0 here, too.
MERGE = RunConfig(
    steps=12_000, sigma=0.05, latent_dim=32, g_hidden=128, g_layers=1, init="orthogonal",
    g_activation="leaky_relu", d_activation="leaky_relu", d_steps=3, d_lr=1e-3, g_lr=3e-3, d_beta1=0, g_beta1=0,
    lr_schedule="linear", lr_steps=12_000,
)  # fmt: skip

# The same with two latent numbers. Four generators that have 32 each leave triangles between the clouds.
MERGE_NARROW = MERGE.changed(latent_dim=2)

# Two clusters: the least of which a half can be lost.
PAIR = CHASE.changed(data="line", modes=2, steps=3000, lr_steps=3000)

# Four clusters, of which the rarest has a tenth of the points of the most common.
RARE = MERGE.changed(data="unbalanced", modes=4, steps=3000, lr_steps=3000)

# Twenty-five modes, as far apart for their width as the papers have them. There a generator of 32 latent numbers loses
# few: its points lie scattered over all of the grid. One of two loses every second or third.
GRID: dict[str, Any] = {"data": "grid", "radius": 4.0, "sigma": 0.05, "latent_dim": 2}
MERGE_ON_GRID = MERGE.changed(**GRID)

# The same grid with clouds of twice the width, larger networks and a discriminator as quick as its generator. Three
# layers of 128 are the least that was found to draw twenty-five clouds.
EVEN_ON_GRID = RunConfig(
    steps=10_000, data="grid", radius=4.0, sigma=0.1, latent_dim=2, g_hidden=128, g_layers=3, d_hidden=128, d_layers=3,
    g_activation="leaky_relu", d_activation="leaky_relu", d_lr=1e-3, g_lr=1e-3, lr_schedule="linear", lr_steps=10_000,
)  # fmt: skip
COLLAPSED = Verdict("captured", "at_most", 4, "collapsed", of=14, otherwise="kept more than 4 clouds")

# Points within 3σ of a cloud, on most clouds and for most of the points: what a class would call fixed.
COVERED = Verdict(
    "captured", "at_least", 7, "covered", of=14, also=("high_quality", 0.6), otherwise="missed clouds or strewed points"
)
SPREAD = Verdict(
    "captured", "at_least", 6, "spread", of=12, also=("high_quality", 0.6), otherwise="missed clouds or strewed points"
)
ONE_LOST = Verdict("captured", "at_most", 1, "lost one", of=14, otherwise="kept both clouds")
BOTH = Verdict(
    "captured", "at_least", 2, "kept both", of=14, also=("high_quality", 0.6), otherwise="lost one or strewed points"
)
ONE_KEPT = Verdict("captured", "at_most", 1, "kept one", of=14, otherwise="kept more than one cloud")

# Of shares of 56, 26, 12 and 6 %, 80 % are there only with the two most common: what is lost is rare.
RARE_LOST = Verdict(
    "captured", "at_most", 3, "lost the rare", of=14, also=("captured_weight", 0.8), otherwise="kept all four clouds"
)
LOST_ON_GRID = Verdict("captured", "at_most", 12, "lost clouds", of=14, otherwise="kept more than 12 clouds")
KEPT_ON_GRID = Verdict(
    "captured", "at_least", 20, "kept clouds", of=14, also=("high_quality", 0.5),
    otherwise="missed clouds or strewed points",
)  # fmt: skip

# Several generators take as many steps in all as the one of the run they are held against: a round of MAD-GAN moves all
# of them, and AdaGAN's parts add up. The learning rates fall to 0 over what each has.
GENERATORS, PARTS = 4, 8


def at_once(base: RunConfig) -> dict[str, Any]:
    """The change that makes a MAD-GAN of a run."""
    steps = base.steps // GENERATORS
    return {"model": "mad_gan", "generators": GENERATORS, "steps": steps, "lr_steps": steps}


def in_turn(base: RunConfig) -> dict[str, Any]:
    """The change that makes an AdaGAN of a run."""
    return {"model": "adagan", "generators": PARTS, "lr_steps": base.steps // PARTS}


_ON_RINGS: dict[str, Preset] = table(
    Preset(
        "ring-chase",
        "non-saturating, slow D",
        "Before a discriminator slower than their generator the points flee from cloud to cloud: at most 4 of 8 modes "
        "in at least 14 of 16 seeds.",
        CHASE,
        COLLAPSED,
    ),
    Preset(
        "ring-chase-unrolled",
        "unrolled, K 5",
        "ring-chase, looking 5 discriminator steps ahead: at least 7 of 8 modes captured, by at least 60 % good "
        "points, in at least 14 of 16 seeds.",
        CHASE.changed(unroll_steps=5),
        COVERED,
    ),
    Preset(
        "ring-chase-pac",
        "PacGAN, m 2",
        "ring-chase, judged in pairs: at least 7 of 8 modes captured, by at least 60 % good points, in at least 14 of "
        "16 seeds.",
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
        "ring-merge with the Wasserstein loss and a gradient penalty: at least 7 of 8 modes captured, by at least 60 % "
        "good points, in at least 14 of 16 seeds.",
        MERGE.changed(**WGAN_GP),
        COVERED,
    ),
    Preset(
        "ring-merge-pac",
        "PacGAN, m 4",
        "ring-merge, judged four at a time: at least 7 of 8 modes captured, by at least 60 % good points, in at least "
        "14 of 16 seeds.",
        MERGE.changed(pack=4),
        COVERED,
    ),
    Preset(
        "ring-chase-wasserstein",
        "WGAN-GP with a slow critic",
        "Where a remedy fails: the gradient penalty needs a critic that keeps up. ring-chase with WGAN-GP still "
        "holds at most 4 of 8 modes in at least 14 of 16 seeds.",
        CHASE.changed(**WGAN_GP),
        COLLAPSED,
    ),
    Preset(
        "ring-merge-unrolled",
        "unrolled with a quick D",
        "Where a remedy fails: looking ahead does not mend ring-merge. After 1,500 steps with K 5 it still holds at "
        "most 4 of 8 modes in at least 14 of 16 seeds.",
        MERGE.changed(unroll_steps=5, steps=1500),
        COLLAPSED,
    ),
)
_ON_FEW: dict[str, Preset] = table(
    Preset(
        "pair-chase",
        "non-saturating, two clusters",
        "Two clusters before a discriminator slower than its generator: at most 1 of 2 captured in at least 14 of 16 "
        "seeds.",
        PAIR,
        ONE_LOST,
    ),
    Preset(
        "pair-chase-pac",
        "PacGAN, m 2",
        "pair-chase, judged in pairs: both clusters captured, by at least 60 % good points, in at least 14 of 16 "
        "seeds.",
        PAIR.changed(pack=2),
        BOTH,
    ),
    Preset(
        "rare-merge",
        "quick D, four unequal clusters",
        "ring-merge on four clusters of which the rarest has a tenth of the points of the most common: at most 1 of 4 "
        "captured in at least 14 of 16 seeds.",
        RARE,
        ONE_KEPT,
    ),
    Preset(
        "rare-merge-wasserstein",
        "WGAN-GP, four unequal clusters",
        "rare-merge with the Wasserstein loss and a gradient penalty: the clusters that hold 80 % of the data are "
        "captured, and of the rare ones at least one is lost, in at least 14 of 16 seeds.",
        RARE.changed(**WGAN_GP),
        RARE_LOST,
    ),
)
_SEVERAL: dict[str, Preset] = table(
    Preset(
        "ring-merge-narrow",
        "quick D, z 2",
        "ring-merge with two latent numbers: at most 4 of 8 modes in at least 14 of 16 seeds.",
        MERGE_NARROW,
        COLLAPSED,
    ),
    Preset(
        "ring-merge-mad",
        f"MAD-GAN of {GENERATORS}",
        "ring-merge-narrow with four generators before one discriminator of five classes (MAD-GAN), and as many "
        "generator steps in all: at least 7 of 8 modes captured, by at least 60 % good points, in at least 14 of 16 "
        "seeds.",
        MERGE_NARROW.changed(**at_once(MERGE_NARROW)),
        COVERED,
    ),
    Preset(
        "ring-merge-ada",
        f"AdaGAN of {PARTS}",
        "ring-merge with eight generators grown one after the other (AdaGAN), and as many generator steps in all: at "
        "least 6 of 8 modes captured, by at least 60 % good points, in at least 12 of 16 seeds.",
        MERGE.changed(**in_turn(MERGE)),
        SPREAD,
    ),
    Preset(
        "grid-merge-mad",
        f"MAD-GAN of {GENERATORS}, grid",
        "grid-merge with four generators before one discriminator of five classes (MAD-GAN), and as many generator "
        "steps in all; no claim, the figures are as they come.",
        MERGE_ON_GRID.changed(**at_once(MERGE_ON_GRID)),
    ),
    Preset(
        "grid-merge-ada",
        f"AdaGAN of {PARTS}, grid",
        "grid-merge with eight generators grown one after the other (AdaGAN), and as many generator steps in all; no "
        "claim, the figures are as they come.",
        MERGE_ON_GRID.changed(**in_turn(MERGE_ON_GRID)),
    ),
)
_ON_GRIDS: dict[str, Preset] = table(
    Preset(
        "grid-even",
        "non-saturating, 5×5 grid",
        "A discriminator as quick as its generator, both of three layers of 128, on a 5×5 grid: at most 12 of 25 modes "
        "captured in at least 14 of 16 seeds.",
        EVEN_ON_GRID,
        LOST_ON_GRID,
    ),
    Preset(
        "grid-even-r1",
        "R1, 5×5 grid",
        "grid-even with R1, γ 1: at least 20 of 25 modes captured, by at least 50 % good points, in at least 14 of 16 "
        "seeds.",
        EVEN_ON_GRID.changed(penalty="r1", penalty_weight=1.0),
        KEPT_ON_GRID,
    ),
    Preset(
        "grid-even-consensus",
        "consensus, 5×5 grid",
        "grid-even with consensus optimisation: at least 20 of 25 modes captured, by at least 50 % good points, in at "
        "least 14 of 16 seeds.",
        EVEN_ON_GRID.changed(updates="consensus"),
        KEPT_ON_GRID,
    ),
    Preset(
        "grid-merge",
        "quick D, grid",
        "ring-merge-narrow on a 5×5 grid: at most 12 of 25 modes captured in at least 14 of 16 seeds.",
        MERGE_ON_GRID,
        LOST_ON_GRID,
    ),
    *(
        Preset(
            f"grid-{kind}{remedy}",
            title,
            f"ring-{kind}{remedy} on a 5×5 grid, with two latent numbers; no claim, the figures are as they come.",
            _ON_RINGS[f"ring-{kind}{remedy}"].config.changed(**GRID),
        )
        for kind, remedy, title in (
            ("chase", "", "slow D, grid"),
            ("chase", "-unrolled", "unrolled, grid"),
            ("chase", "-pac", "PacGAN, grid"),
            ("merge", "-wasserstein", "WGAN-GP, grid"),
            ("merge", "-pac", "PacGAN, grid"),
        )
    ),
)
MODE_COLLAPSE = _ON_RINGS | _ON_FEW | _ON_GRIDS | _SEVERAL
