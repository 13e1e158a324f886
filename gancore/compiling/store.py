"""Where compiled step functions lie: one shared library each, and beside it what it is to be called with.

    KEY.json            which arguments it takes and which results it gives, and the digest of these and of the library
    KEY.DIGEST.so       the library; it lies there before anything names it

A library is code, and a damaged one kills whoever loads it: what is not as it was written, or may have been written by
somebody else, is taken away and made anew. Nothing here is needed for a run: where the folder cannot be had, nothing
is found.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gancore.data.cache import cache_directory

__all__ = ["MOST", "Entry", "discard", "find", "publish", "scratch"]

_ABANDONED = 3600.0  # seconds after which nobody compiles there any more, or is about to name what lies there
MOST = 120  # functions kept, of one or two MB; those that nobody used for longest go first

# Libraries whose digest was right: (inode, size, time of writing). Looked at once a second, they are read once.
_sound: dict[Path, tuple[int, int, int]] = {}


class Entry(NamedTuple):
    """A compiled step function: its library, and which of the arguments it takes and the result gives
    (`tracing.Traced`)."""

    library: Path
    takes: tuple[int, ...]
    gives: tuple[int, ...]


def folder() -> Path:
    """Where they lie; made so that nobody else may write there. Raises OSError where it cannot be made."""
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
    """The step function of that key, if it is there, as it was written, and nobody else can have written it."""
    try:
        place = folder()
        described = place / f"{key}.json"
        if not (_is_ours(place) and _is_ours(described)):
            return None
        told = json.loads(described.read_text(encoding="utf-8"))
        takes, gives, digest = tuple(map(int, told["takes"])), tuple(map(int, told["gives"])), str(told["digest"])
        entry = Entry(_library(place, key, digest), takes, gives)
        if not _is_ours(entry.library):
            return None
        if not _is_sound(entry, digest):
            discard(key)
            return None
        described.touch()  # used just now
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):  # no folder to be had, or written by halves: as if not there
        return None
    return entry


def publish(key: str, library: Path, takes: Sequence[int], gives: Sequence[int]) -> Entry:
    """Keeps a step function under its key; whoever looks meanwhile finds all of it or nothing.

    Raises OSError where it cannot be kept.
    """
    place = folder()
    code = library.read_bytes()
    digest = _digest(code, takes, gives)
    entry = Entry(_library(place, key, digest), tuple(takes), tuple(gives))
    _write(entry.library, code)
    told = {"takes": list(takes), "gives": list(gives), "digest": digest}
    _write(place / f"{key}.json", json.dumps(told).encode())
    _prune(place)
    return entry


def discard(key: str) -> None:
    """Takes a step function away that cannot be used, so that it is made anew."""
    with contextlib.suppress(OSError):
        place = folder()
        (place / f"{key}.json").unlink(missing_ok=True)
        for library in place.glob(f"{key}.*.so"):
            library.unlink(missing_ok=True)
            _sound.pop(library, None)


def _library(place: Path, key: str, digest: str) -> Path:
    return place / f"{key}.{digest[:32]}.so"


def _digest(code: bytes, takes: Sequence[int], gives: Sequence[int]) -> str:
    return hashlib.sha256(json.dumps([list(takes), list(gives)]).encode() + code).hexdigest()


def _is_sound(entry: Entry, digest: str) -> bool:
    found = entry.library.stat()
    seal = found.st_ino, found.st_size, found.st_mtime_ns
    if _sound.get(entry.library) != seal:
        if _digest(entry.library.read_bytes(), entry.takes, entry.gives) != digest:
            return False
        _sound[entry.library] = seal
    return True


def _write(path: Path, content: bytes) -> None:
    """Puts a file there at once, by way of one whose name nobody can guess."""
    descriptor, name = tempfile.mkstemp(suffix=".part", dir=path.parent)  # its owner's alone
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _prune(place: Path) -> None:
    by_use = sorted(place.glob("*.json"), key=_used_at, reverse=True)
    for described in by_use[MOST:]:
        discard(described.stem)
    named = {library.name for described in by_use[:MOST] if (library := _named(described)) is not None}
    for left in [*place.glob("*.so"), *place.glob("*.part")]:
        if left.name not in named and time.time() - _used_at(left) > _ABANDONED:
            left.unlink(missing_ok=True)


def _named(described: Path) -> Path | None:
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        return _library(described.parent, described.stem, str(json.loads(described.read_text("utf-8"))["digest"]))
    return None


def _used_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another process has taken it away meanwhile
        return 0.0


def _is_ours(path: Path) -> bool:
    """Whether it is a file or a folder, and no link, that only we may write. Raises OSError where there is none."""
    found = path.lstat()
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        return False
    return os.name != "posix" or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
