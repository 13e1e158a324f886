"""DiffAugment: what few images do to a discriminator, and what helps."""

from ui.lecture.page import lecture_page
from ui.stage.scenario import Scenario

_ANSWERS = ("answers", "logits", "fid", "losses")
_FACES = ("answers", "variety", "memorised", "losses")

lecture_page(
    "diffaugment",
    [
        Scenario("faces", "80 faces", ("faces-none",), _FACES, headline="answers"),
        Scenario(
            "faces-fix",
            "80 faces: without, and with DiffAugment",
            ("faces-none", "faces-diffaugment"),
            _FACES,
            headline="variety",
        ),
        Scenario(
            "faces-reals",
            "80 faces: T for the real ones only, beside DiffAugment",
            ("faces-reals-only", "faces-diffaugment"),
            _FACES,
            headline="answers",
        ),
        Scenario("few", "1,000 digits, beside 100 of them", ("small-all", "small-none"), _ANSWERS, headline="answers"),
        Scenario(
            "fix",
            "100 digits: without, and with DiffAugment",
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
