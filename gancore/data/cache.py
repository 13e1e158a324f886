"""Where things are kept that can be had again: downloads, and compiled step functions."""

from __future__ import annotations

import os
from pathlib import Path


def cache_directory() -> Path:
    """The environment variable GANCORE_CACHE, or ~/.cache/gancore."""
    return Path(os.environ.get("GANCORE_CACHE") or Path.home() / ".cache" / "gancore")
