"""Vanishing gradients: why a better discriminator teaches a minimax generator less."""

from ui.lecture.page import lecture_page
from ui.stage.scenario import Scenario

_FROZEN = ("gradient", "accuracy", "losses")

lecture_page(
    "vanishing_gradients",
    [
        Scenario(
            "training",
            "minimax, non-saturating, Wasserstein",
            ("vanish-minimax", "vanish-non-saturating", "vanish-wasserstein"),
            ("gradient", "accuracy", "transport", "losses"),
        ),
        Scenario(
            "frozen",
            "G stands still, a fresh D learns",
            ("freeze-minimax", "freeze-non-saturating", "freeze-wasserstein", "freeze-clip"),
            _FROZEN,
        ),
        Scenario(
            "deep",
            "six hidden layers, sigmoid beside ReLU",
            ("deep-sigmoid", "deep-relu"),
            ("layers", "gradient", "transport", "losses"),
        ),
        Scenario(
            "epochs",
            "G frozen after 1, 10 and 25 epochs",
            ("freeze-minimax", "freeze-minimax-10", "freeze-minimax-25"),
            _FROZEN,
        ),
    ],
    foremost=("d_steps", "d_lr", "loss", "noise", "freeze_at", "g_activation", "g_layers"),
)
