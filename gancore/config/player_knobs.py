"""The fields that both players have, "d" and "g", each written once."""

from __future__ import annotations

from typing import Any

from gancore.config.choices import POINTS_DATA
from gancore.config.knob import knob

NAMES = {"d": "discriminator", "g": "generator"}


def width(player: str, of_images: str) -> Any:
    """Units a hidden layer."""
    return knob(
        64, f"{NAMES[player]} width", f"Units in each hidden layer of the {NAMES[player]}; on images the channels of "
        f"{of_images}.", "Networks", ge=1, le=1024, slider=(8, 256), log=True,
    )  # fmt: skip


def depth(player: str) -> Any:
    """Hidden layers."""
    return knob(
        2, f"{NAMES[player]} depth", f"Hidden layers of the {NAMES[player]}.", "Networks", ge=0, le=6, slider=(1, 4),
        when={"data": POINTS_DATA},
    )  # fmt: skip


def activation(player: str) -> Any:
    """Activation of the hidden units."""
    about = f"What each hidden unit of the {NAMES[player]} computes."
    return knob("relu", f"{NAMES[player]} activation", about, "Networks")


def optimizer(player: str) -> Any:
    """The rule that moves a player."""
    about = f"Rule that moves the {NAMES[player]}."
    return knob("adam", f"{player.upper()} optimiser", about, NAMES[player].capitalize())


def _of_optimizer(player: str, default: float, label: str, help: str, *optimizers: str, **details: Any) -> Any:
    """A live number of a player's optimiser, which matters for those of that name; for all where none is named."""
    when = {f"{player}_optimizer": optimizers} if optimizers else None
    group = NAMES[player].capitalize()
    return knob(default, f"{player.upper()} {label}", help, group, live=True, when=when, **details)


def learning_rate(player: str) -> Any:
    """The step size of a player."""
    about = f"Step size of the {NAMES[player]}."
    return _of_optimizer(player, 1e-3, "learning rate", about, ge=0, le=1e6, slider=(1e-5, 1), log=True)


def beta1(player: str) -> Any:
    """β₁ of Adam."""
    return _of_optimizer(
        player, 0.5, "β₁", "Adam: decay of the mean gradient.", "adam", "optimistic_adam",
        ge=0, le=0.9999, slider=(0, 0.99),
    )  # fmt: skip


def beta2(player: str) -> Any:
    """β₂ of Adam, α of RMSprop."""
    return _of_optimizer(
        player, 0.999, "β₂", "Adam: decay of the mean squared gradient (α of RMSprop).", "adam", "optimistic_adam",
        "rmsprop", ge=0, le=0.9999, slider=(0.5, 0.9999),
    )  # fmt: skip


def epsilon(player: str) -> Any:
    """ε of Adam and RMSprop."""
    return _of_optimizer(
        player, 1e-8, "ε", "Added to the root of the squared gradient.", "adam", "optimistic_adam", "rmsprop",
        ge=1e-12, le=1, slider=(1e-10, 1e-2), log=True,
    )  # fmt: skip


def momentum(player: str) -> Any:
    """The momentum of SGD and RMSprop."""
    return _of_optimizer(
        player, 0.0, "momentum", "SGD and RMSprop: share of the last move that is kept.", "sgd", "rmsprop",
        ge=0, le=0.9999, slider=(0, 0.99),
    )  # fmt: skip
