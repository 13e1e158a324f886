"""Exhibits: figures beside a card that need no run. Each folder is one exhibit, found by its name."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ui.exhibits.exhibit import Codec, Exhibit

__all__ = ["CODECS", "EXHIBITS", "USUAL", "Exhibit", "Settings"]

Settings = Mapping[str, Any]  # a setting for each name in CODECS


def _found() -> dict[str, Exhibit]:
    folders = [module.name for module in iter_modules(__path__) if module.ispkg]
    return {name: import_module(f"{__name__}.{name}").EXHIBIT for name in folders}


EXHIBITS: Mapping[str, Exhibit] = _found()

# Those that are opened in a setting, and the settings where nobody says anything.
CODECS: Mapping[str, Codec] = {name: each.codec for name, each in EXHIBITS.items() if each.codec is not None}
USUAL: Settings = {name: codec.usual for name, codec in CODECS.items()}
