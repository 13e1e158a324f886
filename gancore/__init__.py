"""Train GANs that fail on purpose, measure how, and compare what fixes them.

Importing this package is cheap: `RunConfig` needs no torch, and everything else is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gancore.config import ConfigError, RunConfig

if TYPE_CHECKING:
    from gancore import metrics
    from gancore.experiments.presets import PRESETS
    from gancore.methods import losses, penalties
    from gancore.methods.diff_augment import diff_augment
    from gancore.methods.unrolling import unroll
    from gancore.training.trainer import Trainer

__all__ = [
    "PRESETS",
    "ConfigError",
    "RunConfig",
    "Trainer",
    "diff_augment",
    "losses",
    "metrics",
    "penalties",
    "unroll",
]

# Where each public name lives: a module, or what a module calls by that name.
_MODULES = {"losses": "gancore.methods.losses", "penalties": "gancore.methods.penalties", "metrics": "gancore.metrics"}
_NAMES = {
    "PRESETS": "gancore.experiments.presets",
    "Trainer": "gancore.training.trainer",
    "diff_augment": "gancore.methods.diff_augment",
    "unroll": "gancore.methods.unrolling",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'gancore' has no attribute {name!r}")
