"""Train GANs that fail on purpose, measure how, and compare what fixes them.

Importing this package is cheap: `RunConfig` and the presets need no torch, `Trainer` loads it when first asked for.
"""

from typing import TYPE_CHECKING, Any

from gancore.config import ConfigError, RunConfig

if TYPE_CHECKING:
    from gancore.training.trainer import Trainer

__all__ = ["ConfigError", "RunConfig", "Trainer"]


def __getattr__(name: str) -> Any:
    if name == "Trainer":
        from gancore.training.trainer import Trainer

        return Trainer
    raise AttributeError(f"module 'gancore' has no attribute {name!r}")
