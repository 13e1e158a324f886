"""How many generators a model has, and whether they train at once (MAD-GAN) or one after the other (AdaGAN)."""

from __future__ import annotations

from typing import NamedTuple

from gancore.config import RunConfig

__all__ = ["MODELS", "Model", "generators_at_once"]


class Model(NamedTuple):
    """How several generators are trained: at once in one game, or in turn in a game each. A plain GAN has neither."""

    at_once: bool
    in_turn: bool


MODELS: dict[str, Model] = {
    "gan": Model(at_once=False, in_turn=False),
    "mad_gan": Model(at_once=True, in_turn=False),
    "adagan": Model(at_once=False, in_turn=True),
}


def generators_at_once(config: RunConfig) -> int:
    """How many generators take part in one step of G."""
    return config.generators if MODELS[config.model].at_once else 1
