"""DiffAugment: what few images do to a discriminator, and what helps."""

from ui.comparison import Scenario
from ui.lecture_page import lecture_page

_ANSWERS = ("answers", "logits", "fid", "losses")

lecture_page(
    "diffaugment",
    [
        Scenario("few", "1,000 images, beside 100 of them", ("small-all", "small-none"), _ANSWERS, headline="answers"),
        Scenario(
            "fix",
            "100 images: without, and with DiffAugment",
            ("small-none", "small-diffaugment"),
            _ANSWERS,
            headline="fid",
        ),
        Scenario(
            "reals",
            "T for the real images only, beside DiffAugment",
            ("small-reals-only", "small-diffaugment"),
            _ANSWERS,
            headline="fid",
        ),
        Scenario(
            "d-only",
            "T in D's step only, beside DiffAugment",
            ("small-d-only", "small-diffaugment"),
            _ANSWERS,
            headline="fooled",
        ),
    ],
    foremost=("augment", "policy", "images", "data", "penalty", "penalty_weight", "d_lr", "g_lr"),
)
