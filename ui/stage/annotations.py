"""Marks of a config in the plots: the steps at which something is planned, and the losses of the best players."""

import numpy as np

from gancore.config import RunConfig
from gancore.methods.adagan import begins
from ui.stage.payload import Reference


def milestones(config: RunConfig) -> list[tuple[int, str]]:
    """Steps at which something begins that the config has planned, and what."""
    if config.model == "adagan":
        return [(step, f"generator {part} begins") for part, step in enumerate(begins(config), 1) if step]
    if 0 < config.freeze_at < config.steps:
        return [(config.freeze_at, "G stands still; a fresh D learns")]
    return []


def reference_lines(config: RunConfig) -> list[Reference]:
    """Where the losses stand when D cannot tell real from generated: only for games in which that is a number.

    A gradient penalty of the Wasserstein kind is not 0 there, so no line is drawn with it. A discriminator of k+1
    classes gives the data 1/(k+1) there; its own loss depends on how far the k generators lie apart.
    """
    if config.penalty == "gradient_penalty" or config.loss not in ("minimax", "non_saturating"):
        return []
    if config.model == "mad_gan" and config.generators > 1:
        k = config.generators
        if config.loss == "minimax":
            return [Reference(value=float(np.log(k / (k + 1))), label=f"−log {k + 1}/{k}", curve="g_loss")]
        return [Reference(value=float(np.log(k + 1)), label=f"log {k + 1}", curve="g_loss")]
    lines = [Reference(value=float(np.log(4)), label="log 4", curve="d_loss")]
    if config.loss == "minimax":
        return [*lines, Reference(value=-float(np.log(2)), label="−log 2", curve="g_loss")]
    return [*lines, Reference(value=float(np.log(2)), label="log 2", curve="g_loss")]
