"""Mode collapse: a GAN loses its modes beside the same GAN that keeps them."""

from ui.lecture.page import lecture_page
from ui.stage.scenario import Scenario

_TOGETHER = ("captured", "own", "transport", "losses")
_GROWN = ("captured", "mixture", "transport", "losses")

lecture_page(
    "mode_collapse",
    [
        Scenario(
            "unrolled", "points flee from cloud to cloud, beside unrolling", ("ring-chase", "ring-chase-unrolled")
        ),
        Scenario("wasserstein", "clouds merge, beside WGAN-GP", ("ring-merge", "ring-merge-wasserstein")),
        Scenario("pac", "points flee from cloud to cloud, beside PacGAN", ("ring-chase", "ring-chase-pac")),
        Scenario("merge-pac", "clouds merge, beside PacGAN", ("ring-merge", "ring-merge-pac")),
        Scenario("mad", "clouds merge, beside MAD-GAN", ("ring-merge-narrow", "ring-merge-mad"), _TOGETHER),
        Scenario("ada", "clouds merge, beside AdaGAN", ("ring-merge", "ring-merge-ada"), _GROWN),
        Scenario("pair", "two clusters, beside PacGAN", ("pair-chase", "pair-chase-pac")),
        Scenario("grid", "the grid, beside R1", ("grid-even", "grid-even-r1")),
        Scenario("grid-consensus", "the grid, beside consensus", ("grid-even", "grid-even-consensus")),
    ],
    foremost=("unroll_steps", "pack", "loss", "penalty", "model", "generators", "d_lr", "g_lr"),
)
