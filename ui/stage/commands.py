"""Commands from the stage's buttons, keys and mouse.

They come from a browser, so they are read as strangers' data: what is not understood is dropped, never trusted.
Streamlit keeps only the newest value of a trigger when two arrive before the script runs. The viewer therefore
repeats each command until its number is acknowledged, and `Acknowledgements` lets each through once.
"""

import re
from collections.abc import Callable
from typing import Any

from ui.shared.acknowledgements import Acknowledgements

Command = dict[str, Any]  # {"kind": ..., and the values named in _READERS}

MAX_POINTS = 64
_FURTHEST = 1e6  # of a point from the origin
_FASTEST = 1e5  # steps a second
_MAX_COMMANDS = 256


def read_commands(value: object, heard: Acknowledgements | None = None) -> list[Command]:
    """Commands out of a trigger's value, oldest first, each at most once.

    Args:
        value: whatever the browser sent: a list of {"kind", "viewer", "number", ...}, or None.
        heard: what was heard before, updated here. Without it nothing is dropped as a repetition.
    """
    if not isinstance(value, list):
        return []
    commands: list[Command] = []
    for item in value[:_MAX_COMMANDS]:
        if not isinstance(item, dict):
            continue
        viewer, number = item.get("viewer"), _integer(item.get("number"))
        if heard is not None:
            if not isinstance(viewer, str) or not 1 <= len(viewer) <= 40 or number is None:
                continue
            if not heard.is_new(viewer, number):
                continue
        kind = item.get("kind")
        readers = _READERS.get(kind) if isinstance(kind, str) else None
        if readers is None:
            continue
        values = {name: read(item.get(name)) for name, read in readers.items()}
        if any(value is _REFUSED for value in values.values()):
            continue
        commands.append({"kind": kind, **values})
    return commands


_REFUSED = object()


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _index(value: object) -> object:
    read = _integer(value)
    return _REFUSED if read is None or read > 63 else read


def _count(value: object) -> object:
    read = _integer(value)
    return _REFUSED if read is None else read


def _run(value: object) -> object:
    return value if isinstance(value, str) and 1 <= len(value) <= 200 else _REFUSED


def _token(value: object) -> object:
    return value if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{16,64}", value) else _REFUSED


def _switch(value: object) -> object:
    return value if isinstance(value, bool) else _REFUSED


def _rate(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _REFUSED
    return float(value) if 0 < value <= _FASTEST else _REFUSED


def _points(value: object) -> object:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_POINTS:
        return _REFUSED
    points: list[list[float]] = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            return _REFUSED
        for coordinate in pair:
            if isinstance(coordinate, bool) or not isinstance(coordinate, int | float):
                return _REFUSED
            if not abs(coordinate) <= _FURTHEST:  # NaN is refused by this too
                return _REFUSED
        points.append([float(pair[0]), float(pair[1])])
    return points


_READERS: dict[str, dict[str, Callable[[object], object]]] = {
    "play": {},
    "pause": {},
    "step": {},
    "step_d": {},
    "step_g": {},
    "rewind": {},
    "new_seed": {},
    "seeds": {},
    "single": {},
    "preset": {"index": _index},
    "pace": {"value": _rate},
    "open_seed": {"seed": _count},
    "points": {"points": _points},
    "fix": {"panel": _index},
    "need": {"run": _run, "after": _count},
    "manifold": {"on": _switch},
    "hello": {"token": _token},
}
