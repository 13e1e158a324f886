"""Where compiled step functions lie: one shared library each, and beside it what it is to be called with."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from gancore.data.cache import cache_directory

__all__ = ["MOST", "Entry", "find", "publish", "scratch"]

_ABANDONED = 3600.0  # seconds after which nobody compiles there any more
MOST = 120  # functions kept, of one or two MB; those that nobody used for longest go first


class Entry(NamedTuple):
    """A compiled step function: its library, and which of the arguments it takes and the result gives
    (`tracing.Traced`)."""

    library: Path
    takes: tuple[int, ...]
    gives: tuple[int, ...]


def folder() -> Path:
    """Where they lie; made so that nobody else may write there."""
    path = cache_directory() / "functions"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder to compile in. One that a killed process has left goes when another comes."""
    for left in folder().glob("compiling-*"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix="compiling-", dir=folder())


def find(key: str) -> Entry | None:
    """The step function of that key, if it is there and nobody else can have written it: a library is code."""
    library = folder() / f"{key}.so"
    if not (library.exists() and _is_ours(library) and _is_ours(library.parent)):
        return None
    try:
        places = json.loads(library.with_suffix(".json").read_text(encoding="utf-8"))
        entry = Entry(library, tuple(map(int, places["takes"])), tuple(map(int, places["gives"])))
        library.touch()
    except (OSError, ValueError, TypeError, KeyError):  # written by halves, or taken away meanwhile: as if not there
        return None
    return entry


def publish(key: str, library: Path, takes: list[int], gives: list[int]) -> Entry:
    """Keeps a step function under its key; whoever looks meanwhile finds all of it or nothing."""
    final = folder() / f"{key}.so"
    part = final.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps({"takes": takes, "gives": gives}), encoding="utf-8")
    part.replace(final.with_suffix(".json"))
    shutil.copyfile(library, part)
    part.chmod(0o600)
    part.replace(final)
    _prune()
    return Entry(final, tuple(takes), tuple(gives))


def _prune() -> None:
    by_use = sorted(folder().glob("*.so"), key=lambda path: path.stat().st_mtime, reverse=True)
    for library in by_use[MOST:]:
        library.unlink(missing_ok=True)
        library.with_suffix(".json").unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    if os.name != "posix":
        return True
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022
