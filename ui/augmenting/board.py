"""Mounts the exhibit: has each T that is set answered by the desk, fast enough to follow a slider."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import streamlit as st

from gancore.augmented_gradient import IMAGES, RANGES, Augmenting
from gancore.runtime.desk import Desk
from gancore.runtime.frames import encode
from ui.augmenting import words
from ui.augmenting.reach import read_augmenting
from ui.component import declare, file_backed
from ui.dirac.board import is_new
from ui.stage.commands import Heard

_PACKAGE = Path(__file__).parent


@dataclass
class _Memory:
    """What one browser session's exhibit remembers from run to run."""

    heard: Heard = field(default_factory=Heard)
    asked: Mapping[object, object] | None = None  # by the browser, not answered yet


def augmenting(chosen: Augmenting, desk: Desk, *, height: int = 640, key: str = "augment") -> tuple[Augmenting, bool]:
    """Draws the exhibit; returns its setting as it is now, and whether nobody turns anything.

    Call it in an `st.fragment` of its own. As in the laboratory the browser has one request under way at a time, and
    sends the setting once more, marked so, when it has come to rest.

    Args:
        chosen: the setting, from the page's address or its card; a new one moves the controls.
        desk: answers the job "augment".
        height: of the whole component, in CSS pixels.
        key: the element's key.
    """
    memory: _Memory = st.session_state.setdefault(f"{key}:memory", _Memory())
    rests = True
    if memory.asked is not None:
        chosen = chosen_of(memory.asked.get("chosen"), chosen)
        rests = memory.asked.get("rests") is True
        memory.asked = None

    def arrive() -> None:
        # Before the script runs, so that this run's answer is the one that was asked for.
        state: Any = st.session_state.get(key)
        value = state.get("asked") if isinstance(state, Mapping) else None
        if isinstance(value, Mapping) and is_new(cast("Mapping[object, object]", value), memory.heard):
            memory.asked = cast("Mapping[object, object]", value)

    for name in ("stage", "dirac"):  # these scripts import their parts
        declare(name, _PACKAGE.parent / name)
    declare("exhibit", _PACKAGE.parent)
    data = packed(chosen, desk, height=height, key=key, heard=memory.heard.last)
    file_backed("augmenting", _PACKAGE)(key=key, data=data, height=height, on_asked_change=arrive)
    return chosen, rests


def chosen_of(value: object, usual: Augmenting) -> Augmenting:
    """The setting that the browser wants, as near as there is one; `usual` where it said nothing of the kind."""
    if not isinstance(value, Mapping):
        return usual
    said = {str(name): each for name, each in cast("Mapping[object, object]", value).items()}
    return read_augmenting(said, usual)[0]


def packed(
    chosen: Augmenting,
    desk: Desk,
    *,
    height: int = 640,
    key: str = "augment",
    heard: Mapping[str, int] | None = None,
) -> bytes:
    """What the browser is sent: one frame of the codec, the desk's answer in it as `augmented_gradient` says.

    Where the desk had none, `answer` is null, `problem` says why, and there are no arrays.

    Args:
        chosen: the setting.
        desk: as for `augmenting`.
        height: as for `augmenting`.
        key: as for `augmenting`.
        heard: the number of the last request from each viewer that this answers.
    """
    meta: dict[str, Any] = {
        "key": key,
        "height": height,
        "heard": dict(heard or {}),
        "chosen": asdict(chosen),
        "usual": asdict(Augmenting(image=chosen.image)),
        "images": list(IMAGES),
        "ranges": {name: list(ends) for name, ends in RANGES.items()},
        "scalar": words.SCALAR,
        "problem": None,
        "answer": None,
    }
    try:
        answer, arrays = desk.ask("augment", **asdict(chosen))
    except ValueError as error:
        return encode({**meta, "problem": str(error)}, {})
    said = {"effects": words.effects(chosen, answer), "result": words.result(answer)}
    return encode({**meta, "answer": {**answer, **said}}, arrays)
