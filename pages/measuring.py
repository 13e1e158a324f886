"""Measuring a GAN: what the scores answer to, and what fools them."""

from ui.lecture.page import lecture_page
from ui.stage.scenario import Scenario

lecture_page(
    "measuring",
    [
        Scenario(
            "live",
            "100 images: without, and with DiffAugment",
            ("small-none", "small-diffaugment"),
            ("fid", "score", "precision_recall", "memorised"),
        ),
        Scenario("smear", "two clouds, beside a smear that settles", ("ring-merge", "ring-merge-wasserstein")),
        Scenario("rare", "four unequal clouds, beside WGAN-GP", ("rare-merge", "rare-merge-wasserstein")),
    ],
    foremost=("images", "augment", "data", "g_lr", "d_lr"),
)
