"""Mode collapse: a GAN loses its modes beside the same GAN that keeps them."""

from ui.comparison import Scenario
from ui.lecture_page import lecture_page

lecture_page(
    "mode_collapse",
    [
        Scenario("unrolled", "collapse beside unrolling", ("ring-collapse", "ring-unrolled")),
        Scenario("wasserstein", "collapse beside WGAN-GP", ("ring-collapse", "ring-wasserstein")),
        Scenario("pac", "collapse beside PacGAN", ("ring-collapse", "ring-pac")),
        Scenario("grid", "all four on the grid", ("grid-collapse", "grid-unrolled", "grid-wasserstein", "grid-pac")),
    ],
)
