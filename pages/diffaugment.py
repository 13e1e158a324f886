"""DiffAugment: what few images do to a discriminator, and what helps."""

from ui.comparison import Scenario
from ui.lecture_page import lecture_page

_ANSWERS = ("answers", "logits", "fid", "losses")

lecture_page(
    "diffaugment",
    [
        Scenario("few", "all images, beside 100 of them", ("small-all", "small-none"), _ANSWERS),
        Scenario("fix", "100 images: without, and with DiffAugment", ("small-none", "small-diffaugment"), _ANSWERS),
        Scenario(
            "reals",
            "T for the real images only, beside DiffAugment",
            ("small-reals-only", "small-diffaugment"),
            _ANSWERS,
        ),
        Scenario("d-only", "T in D's step only, beside DiffAugment", ("small-d-only", "small-diffaugment"), _ANSWERS),
    ],
    foremost=("augment", "policy", "images", "data", "penalty", "penalty_weight", "d_lr", "g_lr"),
)
