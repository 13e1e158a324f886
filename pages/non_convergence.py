"""Non-convergence: why a GAN circles for ever, and what makes it settle."""

from ui.lecture.page import lecture_page
from ui.stage.scenario import Scenario

_SWING = ("transport", "oscillation", "gradient", "losses")

lecture_page(
    "non_convergence",
    [
        Scenario(
            "penalties",
            "no remedy, noise, Roth, R1",
            ("swing-segment", "swing-segment-noise", "swing-segment-roth", "swing-segment-r1"),
            _SWING,
        ),
        Scenario(
            "apart",
            "two curves, without and with noise",
            ("apart-minimax", "apart-noise"),
            ("gradient", "accuracy", "transport", "losses"),
            densities=True,
        ),
        Scenario(
            "training",
            "no remedy, two rates, average, consensus",
            ("swing-segment", "swing-segment-ttur", "swing-segment-average", "swing-segment-consensus"),
            _SWING,
        ),
        Scenario(
            "ring",
            "on the ring: no remedy, R1, WGAN-GP, spectral norm",
            ("swing-ring", "swing-ring-r1", "swing-ring-wasserstein", "swing-ring-spectral"),
            _SWING,
        ),
    ],
    foremost=("noise", "penalty", "penalty_weight", "updates", "average", "d_lr", "g_lr"),
)
