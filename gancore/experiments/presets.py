"""Named runs, each with the claim it makes, the figure that shows it and the rule by which seeds are counted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from gancore.config import RunConfig
from gancore.training.frozen_generator import EPOCH


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


def _table(*presets: Preset) -> dict[str, Preset]:
    return {preset.name: preset for preset in presets}


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

# Eight Gaussians far from a generator that learns slowly: after an epoch, and after 25, no generated point is anywhere
# near a real one. That is as near as Gaussians come to the supports without overlap that the theorems on vanishing
# gradients ask for. The latent noise is bounded, so that
# no rare point goes ahead of the others: one that lies among the data keeps the mean gradient alive.
FREEZE = RunConfig(
    steps=EPOCH + 1000, freeze_at=EPOCH, d_steps=4, radius=4.0, latent_dim=2, latent="uniform", g_lr=5e-6,
)  # fmt: skip

# One Gaussian, some way from where the generator starts, and a discriminator that is sure of itself before the
# generator has moved. The generator's steps are plain gradient steps: Adam divides a gradient by its own size, and
# would hide that it vanishes.
VANISH = RunConfig(
    steps=1000, modes=1, radius=2.0, sigma=0.2, d_steps=5, g_optimizer="sgd", g_lr=3e-3,
)  # fmt: skip

# The same data before a slow, unsure discriminator and a generator of six hidden layers and a linear one: what vanishes
# here, vanishes in the generator.
DEEP = VANISH.changed(d_steps=1, d_lr=2e-4, loss="non_saturating", g_layers=6, init="xavier")

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

# A generator three times quicker than its discriminator on isolated modes, or one as quick on a segment, a manifold
# without width: the points leap to where D has not been yet, all together, and D comes after them.
SWING = RunConfig(steps=1500, latent_dim=2, sigma=0.05, d_lr=1e-3, g_lr=3e-3)
SWINGING: dict[str, RunConfig] = {
    "ring": SWING,
    "grid": SWING.changed(data="grid"),
    "segment": SWING.changed(data="segment", radius=1.0, g_lr=1e-3),
}

# Data on a segment, a generator whose latent vector is one number: two curves, which meet in points at most. D is given
# the time to see that. Plain gradient steps for G again: Adam would hide how small the gradient is.
APART = RunConfig(
    steps=3000, data="segment", radius=2.0, latent_dim=1, latent="uniform", d_steps=5, g_optimizer="sgd", g_lr=1e-2,
)  # fmt: skip

# A hundred images of digits, and a discriminator that has the time to learn each of them by heart. At these rates that
# is seen within a minute; G's weights are averaged, so that what is judged does not jump from step to step.
SMALL = RunConfig(
    data="digits", images=100, steps=4000, batch_size=32, latent_dim=32, g_hidden=16, d_hidden=32,
    d_activation="leaky_relu", d_lr=2e-3, g_lr=2e-3, average=0.99,
)  # fmt: skip

# Eighty real faces. A quick D has learnt them by heart after some 1,000 steps; from then on G is told nothing of use,
# and its faces become one.
FACES = SMALL.changed(data="faces", images=80, image_side="16", steps=3000, d_lr=4e-3, g_lr=1e-3)

COLLAPSED = Verdict("captured", "at_most", 4, "collapsed", of=14)
# Points within 3σ of a cloud, on most clouds and for most of the points: what a class would call fixed.
COVERED = Verdict("captured", "at_least", 7, "covered", of=14, also=("high_quality", 0.6))
SPREAD = Verdict("captured", "at_least", 6, "spread", of=12, also=("high_quality", 0.6))
ONE_LOST = Verdict("captured", "at_most", 1, "lost one", of=14)
BOTH = Verdict("captured", "at_least", 2, "kept both", of=14, also=("high_quality", 0.6))
ONE_KEPT = Verdict("captured", "at_most", 1, "kept one", of=14)
# Of shares of 56, 26, 12 and 6 %, 80 % are there only with the two most common: what is lost is rare.
RARE_LOST = Verdict("captured", "at_most", 3, "lost the rare", of=14, also=("captured_weight", 0.8))
LOST_ON_GRID = Verdict("captured", "at_most", 12, "lost modes", of=14)
KEPT_ON_GRID = Verdict("captured", "at_least", 20, "kept modes", of=14, also=("high_quality", 0.5))

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


_WASSERSTEIN = {"loss": "wasserstein", "penalty": "gradient_penalty"}

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
        MERGE.changed(**_WASSERSTEIN),
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
        CHASE.changed(**_WASSERSTEIN),
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

_ON_FEW: dict[str, Preset] = _table(
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
        RARE.changed(**_WASSERSTEIN),
        RARE_LOST,
    ),
)

_SEVERAL: dict[str, Preset] = _table(
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

VANISHED = Verdict("g_grad_fall", "at_least", 3.0, "vanished", of=15)
KEPT = Verdict("g_grad_fall", "at_most", 1.0, "kept its gradient", of=15)
STALLED = Verdict("transport", "at_least", 1.5, "stalled", of=15)
ARRIVED = Verdict("transport", "at_most", 0.5, "arrived", of=15)
FADED = Verdict("g_depth_fall", "at_least", 4.0, "faded", of=15)
REACHED = Verdict("g_depth_fall", "at_most", 2.0, "reached the first layer", of=15)

_STANDING_STILL: dict[str, Preset] = _table(
    Preset(
        "freeze-minimax",
        "minimax",
        "A fresh discriminator against a generator frozen after one epoch: within 4,000 of its steps the minimax "
        "gradient falls at least 1,000-fold below its peak in at least 15 of 16 seeds.",
        FREEZE.changed(loss="minimax"),
        VANISHED,
        "g_grad_fall",
    ),
    Preset(
        "freeze-non-saturating",
        "non-saturating",
        "freeze-minimax with -log D: after the same 4,000 steps the gradient is less than 10-fold below its peak in at "
        "least 15 of 16 seeds.",
        FREEZE.changed(loss="non_saturating"),
        KEPT,
        "g_grad_fall",
    ),
    Preset(
        "freeze-wasserstein",
        "WGAN-GP",
        "freeze-minimax with a Wasserstein critic and a gradient penalty: the gradient is less than 10-fold below its "
        "peak in at least 15 of 16 seeds.",
        FREEZE.changed(**_WASSERSTEIN),
        KEPT,
        "g_grad_fall",
    ),
    Preset(
        "freeze-clip",
        "WGAN, clipped",
        "freeze-minimax with a Wasserstein critic and clipped weights: the gradient, though small, is less than "
        "10-fold below its peak in at least 15 of 16 seeds.",
        FREEZE.changed(loss="wasserstein", constraint="clip"),
        KEPT,
        "g_grad_fall",
    ),
    Preset(
        "freeze-minimax-10",
        "minimax, 10 epochs",
        "freeze-minimax with a generator frozen after ten epochs: at least 1,000-fold in at least 15 of 16 seeds.",
        FREEZE.changed(loss="minimax", freeze_at=10 * EPOCH, steps=10 * EPOCH + 1000),
        VANISHED,
        "g_grad_fall",
    ),
    Preset(
        "freeze-minimax-25",
        "minimax, 25 epochs",
        "freeze-minimax with a generator frozen after 25 epochs: at least 1,000-fold in at least 15 of 16 seeds.",
        FREEZE.changed(loss="minimax", freeze_at=25 * EPOCH, steps=25 * EPOCH + 1000),
        VANISHED,
        "g_grad_fall",
    ),
    Preset(
        "freeze-minimax-overlap",
        "minimax, among the data",
        "Where nothing vanishes: after ten epochs at a learning rate of 0.0001 some generated points lie among the "
        "data, where no discriminator can be sure, and the minimax gradient is less than 10-fold below its peak in at "
        "least 15 of 16 seeds.",
        FREEZE.changed(loss="minimax", freeze_at=10 * EPOCH, steps=10 * EPOCH + 1000, g_lr=1e-4),
        KEPT,
        "g_grad_fall",
    ),
)

_IN_TRAINING: dict[str, Preset] = _table(
    Preset(
        "vanish-minimax",
        "minimax, strong D",
        "Against a discriminator that is sure of itself the minimax generator stalls: after 1,000 steps the data are "
        "still at least 1.5 away (they were 2) in at least 15 of 16 seeds.",
        VANISH.changed(loss="minimax"),
        STALLED,
        "transport",
    ),
    Preset(
        "vanish-non-saturating",
        "non-saturating, strong D",
        "vanish-minimax with -log D: the generator comes within 0.5 of the data in at least 15 of 16 seeds.",
        VANISH.changed(loss="non_saturating"),
        ARRIVED,
        "transport",
    ),
    Preset(
        "vanish-wasserstein",
        "WGAN-GP, strong critic",
        "vanish-minimax with a Wasserstein critic and a gradient penalty: the generator comes within 0.5 of the data "
        "in at least 15 of 16 seeds.",
        VANISH.changed(**_WASSERSTEIN),
        ARRIVED,
        "transport",
    ),
    Preset(
        "vanish-minimax-weak",
        "minimax, weak D",
        "vanish-minimax with k 1 and a discriminator that learns five times more slowly: in 2,000 steps the same "
        "loss comes within 0.5 of the data in at least 15 of 16 seeds.",
        VANISH.changed(loss="minimax", d_steps=1, d_lr=2e-4, steps=2000),
        ARRIVED,
        "transport",
    ),
    Preset(
        "deep-sigmoid",
        "6 hidden layers, sigmoid",
        "The other vanishing gradient: in a generator of six sigmoid layers and a linear one the first weight matrix "
        "has at most a 10,000th of the gradient of the last in at least 15 of 16 seeds.",
        DEEP.changed(g_activation="sigmoid"),
        FADED,
        "g_depth_fall",
    ),
    Preset(
        "deep-relu",
        "6 hidden layers, ReLU",
        "deep-sigmoid with ReLU: the first weight matrix has more than a 100th of the gradient of the last in at least "
        "15 of 16 seeds.",
        DEEP.changed(g_activation="relu"),
        REACHED,
        "g_depth_fall",
    ),
)

# What may make a swinging GAN settle: name, title, the one change, and what it is in words.
REMEDIES: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("", "none", {}, "A generator quicker than its discriminator can follow"),
    ("-noise", "instance noise", {"noise": 0.3}, "instance noise of σ 0.3"),
    (
        "-noise-annealed", "noise, annealed",
        {"noise": 0.5, "noise_schedule": "linear", "noise_steps": 1500}, "instance noise of σ 0.5 that fades to 0",
    ),
    ("-roth", "Roth", {"penalty": "roth", "penalty_weight": 3.0}, "Roth's regulariser, γ 3"),
    (
        "-roth-annealed", "Roth, annealed",
        {"penalty": "roth", "penalty_weight": 3.0, "penalty_schedule": "exponential", "penalty_steps": 1500},
        "Roth's regulariser, γ from 3 to 0.03",
    ),
    ("-r1", "R1", {"penalty": "r1", "penalty_weight": 3.0}, "R1, γ 3"),
    ("-wasserstein", "WGAN-GP", {**_WASSERSTEIN, "d_steps": 3}, "the Wasserstein loss, a gradient penalty and k 3"),
    ("-spectral", "spectral norm", {"constraint": "spectral_norm"}, "spectral normalisation"),
    ("-ttur", "two rates", {"g_lr": 3e-4}, "a generator slower than its discriminator"),
    ("-average", "average of G", {"average": 0.995}, "the generator's weights averaged"),
    ("-simultaneous", "simultaneous", {"updates": "simultaneous"}, "simultaneous updates"),
    (
        "-optimistic", "optimistic Adam",
        {"d_optimizer": "optimistic_adam", "g_optimizer": "optimistic_adam"}, "optimistic Adam for both",
    ),
    ("-extragradient", "extra-gradient", {"updates": "extragradient"}, "extra-gradient steps"),
    ("-consensus", "consensus", {"updates": "consensus"}, "consensus optimisation, γ 1"),
)  # fmt: skip

# From which oscillation of the transport distance on a GAN swings, and up to which it has settled.
_SWINGS = {"ring": 0.15, "grid": 0.25, "segment": 0.1}
_SETTLED = {"ring": 0.06, "grid": 0.2, "segment": 0.07}


def _swings(data: str, of: int) -> Verdict:
    return Verdict("oscillation", "at_least", _SWINGS[data], "still swing", of=of)


def _settled(data: str, of: int) -> Verdict:
    return Verdict("oscillation", "at_most", _SETTLED[data], "settled", of=of)


# Which of them do, in at least how many of 16 seeds. What is not named here does sometimes, and makes no claim.
_VERDICTS: dict[str, Verdict] = {
    "swing-ring": _swings("ring", 10),
    "swing-ring-noise": _swings("ring", 10),
    "swing-ring-noise-annealed": _swings("ring", 12),
    "swing-ring-roth": _settled("ring", 10),
    "swing-ring-r1": _settled("ring", 14),
    "swing-ring-wasserstein": _settled("ring", 14),
    "swing-ring-spectral": _swings("ring", 12),
    "swing-ring-ttur": _settled("ring", 14),
    "swing-ring-simultaneous": _swings("ring", 14),
    "swing-ring-consensus": _settled("ring", 14),
    "swing-grid": _swings("grid", 12),
    "swing-grid-noise": _swings("grid", 10),
    "swing-grid-roth": _settled("grid", 12),
    "swing-grid-r1": _settled("grid", 8),
    "swing-grid-wasserstein": _settled("grid", 12),
    "swing-grid-spectral": _swings("grid", 12),
    "swing-grid-ttur": _settled("grid", 14),
    "swing-segment": _swings("segment", 10),
    "swing-segment-roth": _settled("segment", 10),
    "swing-segment-r1": _settled("segment", 13),
    "swing-segment-spectral": _swings("segment", 13),
    "swing-segment-ttur": _settled("segment", 14),
    "swing-segment-average": _settled("segment", 8),
    "swing-segment-simultaneous": _swings("segment", 12),
    "swing-segment-consensus": _settled("segment", 14),
}


def _swinging(data: str, remedy: str, title: str, changes: dict[str, Any], what: str) -> Preset:
    name = f"swing-{data}{remedy}"
    verdict = _VERDICTS.get(name)
    subject = f"swing-{data} with {what}" if remedy else what
    if verdict is None:
        claim = f"{subject}: no claim, the figures are as they come."
    else:
        bound = "at least" if verdict.rule == "at_least" else "at most"
        claim = (
            f"{subject}: over the last third of the run the transport distance varies by {bound} {verdict.limit:g} "
            f"(standard deviation) in at least {verdict.of} of 16 seeds."
        )
    config = SWINGING[data].changed(**changes)
    return Preset(name, title if data == "segment" else f"{title}, {data}", claim, config, verdict, "oscillation")


_SETTLING = _table(*(_swinging(data, *remedy) for data in SWINGING for remedy in REMEDIES))

_APART: dict[str, Preset] = _table(
    Preset(
        "apart-minimax",
        "minimax",
        "Data and generated points on two curves: D separates them perfectly, the minimax gradient dies, and after "
        "3,000 steps the data are still at least 1.5 away in at least 12 of 16 seeds.",
        APART.changed(loss="minimax"),
        Verdict("transport", "at_least", 1.5, "stalled", of=12),
        "transport",
    ),
    Preset(
        "apart-noise",
        "minimax + noise, annealed",
        "apart-minimax with instance noise that shrinks from σ 1 to 0: the supports overlap, and the generator comes "
        "within 0.3 of the data in at least 12 of 16 seeds.",
        APART.changed(loss="minimax", noise=1.0, noise_schedule="linear", noise_steps=1500),
        Verdict("transport", "at_most", 0.3, "arrived", of=12),
        "transport",
    ),
    Preset(
        "apart-non-saturating",
        "non-saturating",
        "apart-minimax with -log D: no claim, the figures are as they come.",
        APART,
    ),
)

_ON_GRIDS: dict[str, Preset] = _table(
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

_DIFFAUGMENT = {"augment": "diffaugment"}

# Fréchet distances in the features of the digits' network, of 500 generated images.
_CLOSE, _LEAKED, _FAR = 15.0, 100.0, 60.0

_ON_IMAGES: dict[str, Preset] = _table(
    Preset(
        "small-none",
        "100 images",
        "The discriminator learns 100 images by heart, and the Fréchet distance turns round: it ends at least at "
        "twice its least in at least 5 of 5 seeds.",
        SMALL,
        Verdict("fid_rise", "at_least", 2.0, "turned round", of=5, seeds=5),
        "fid",
    ),
    Preset(
        "small-diffaugment",
        "100 images + DiffAugment",
        f"small-none with DiffAugment: the Fréchet distance ends at most at {_CLOSE:g} in at least 5 of 5 seeds.",
        SMALL.changed(**_DIFFAUGMENT),
        Verdict("fid", "at_most", _CLOSE, "came close", of=5, seeds=5),
        "fid",
    ),
    Preset(
        "small-reals-only",
        "T on reals only",
        "small-none with T on the real images alone: cut-out squares and shifts leak into what is generated, and the "
        f"Fréchet distance is at least {_LEAKED:g} in at least 5 of 5 seeds.",
        SMALL.changed(augment="reals_only"),
        Verdict("fid", "at_least", _LEAKED, "leaked", of=5, seeds=5),
        "fid",
    ),
    Preset(
        "small-d-only",
        "T in D's step only",
        "small-none with T in D's step alone: D, right on most T(x), is right on at most a tenth of what is generated "
        "as it is, in at least 5 of 5 seeds.",
        SMALL.changed(augment="d_only"),
        Verdict("accuracy_fake", "at_most", 0.1, "fooled by raw images", of=5, seeds=5),
        "accuracy_fake",
    ),
    Preset(
        "small-all",
        "1,000 images",
        "small-none with all 1,000 images: D is still right on at least 40 % of real images that it has not seen in "
        "at least 5 of 5 seeds.",
        SMALL.changed(images=1000),
        Verdict("accuracy_held_out", "at_least", 0.4, "knew new images", of=5, seeds=5),
        "accuracy_held_out",
    ),
    Preset(
        "small-translation",
        "100 images + translation",
        f"small-none with DiffAugment's translation alone: the Fréchet distance ends at most at {_CLOSE:g} in at least "
        "5 of 5 seeds.",
        SMALL.changed(**_DIFFAUGMENT, policy="translation"),
        Verdict("fid", "at_most", _CLOSE, "came close", of=5, seeds=5),
        "fid",
    ),
    Preset(
        "small-color",
        "100 images + colour",
        "Where a remedy fails: small-none with DiffAugment's colour alone. D learns the images by heart all the same, "
        f"and the Fréchet distance ends at least at {_FAR:g} in at least 5 of 5 seeds.",
        SMALL.changed(**_DIFFAUGMENT, policy="color"),
        Verdict("fid", "at_least", _FAR, "stayed far off", of=5, seeds=5),
        "fid",
    ),
    Preset(
        "small-r1",
        "100 images + R1",
        "small-none with R1, γ 10: no claim, the figures are as they come.",
        SMALL.changed(penalty="r1", penalty_weight=10.0),
        figure="fid",
    ),
)

# The variety of 500 generated faces; that of the 20 held-out faces is 0.71, of faces averaged by tens 0.1.
_ALIKE, _VARIED = 0.45, 0.5

_ON_FACES: dict[str, Preset] = _table(
    Preset(
        "faces-none",
        "80 faces",
        "The discriminator learns 80 faces by heart, and the generator's faces become one: their variety ends at most "
        f"at {100 * _ALIKE:g} % in at least 5 of 5 seeds.",
        FACES,
        Verdict("variety", "at_most", _ALIKE, "became alike", of=5, seeds=5),
        "variety",
    ),
    Preset(
        "faces-diffaugment",
        "80 faces + DiffAugment",
        f"faces-none with DiffAugment: the faces stay different people, their variety ends at least at "
        f"{100 * _VARIED:g} % in at least 5 of 5 seeds.",
        FACES.changed(**_DIFFAUGMENT),
        Verdict("variety", "at_least", _VARIED, "stayed varied", of=5, seeds=5),
        "variety",
    ),
    Preset(
        "faces-reals-only",
        "T on reals only, faces",
        "faces-none with T on the real images alone: no claim, the figures are as they come. What leaks is seen at "
        "once, and variety does not tell a face from one with a part cut out.",
        FACES.changed(augment="reals_only"),
        figure="accuracy_held_out",
    ),
)

PRESETS: dict[str, Preset] = (
    _ON_RINGS
    | _ON_FEW
    | _ON_GRIDS
    | _SEVERAL
    | _STANDING_STILL
    | _IN_TRAINING
    | _SETTLING
    | _APART
    | _ON_IMAGES
    | _ON_FACES
)
