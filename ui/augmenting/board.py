"""Mounts the exhibit: has each T that is set answered by the desk, fast enough to follow a slider."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gancore.demos.augmented_gradient import IMAGES, RANGES, Augmenting
from gancore.runtime.desk import Desk
from gancore.runtime.frames import encode
from ui.asking import asking
from ui.augmenting import words
from ui.augmenting.reach import read_augmenting
from ui.component import declare, file_backed

_PACKAGE = Path(__file__).parent


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
    memory = asking(key)
    chosen, rests = memory.take("chosen", chosen, read_augmenting)
    declare("stage", _PACKAGE.parent / "stage")  # these scripts import its parts
    declare("exhibit", _PACKAGE.parent)
    data = packed(chosen, desk, height=height, key=key, heard=memory.heard.last)
    file_backed("augmenting", _PACKAGE)(key=key, data=data, height=height, on_asked_change=memory.arrive)
    return chosen, rests


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
