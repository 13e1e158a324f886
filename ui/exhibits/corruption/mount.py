"""Mounts the exhibit: has each corruption that is set judged by the compute client, fast enough to follow a slider."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gancore.demos.corruption import BOUNDS, Corruption
from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.frames import encode
from ui.exhibits.corruption import words
from ui.exhibits.corruption.codec import PRESETS, CorruptionSetting, read
from ui.exhibits.requests import asking
from ui.exhibits.slider import dragged
from ui.shared.component import mount_command

_PACKAGE = Path(__file__).parent

_STEPS = {"n": 50, "noise": 0.02, "blur": 0.1, "classes": 1, "copies": 0.05, "colour": 0.02}  # of the others


def mount(
    measure: CorruptionSetting, client: ComputeClient, *, height: int = 640, key: str = "corruption"
) -> tuple[CorruptionSetting, bool]:
    """Draws the exhibit; returns its setting as it is now, and whether nobody turns anything.

    Call it in an `st.fragment` of its own. As in the laboratory the browser has one request under way at a time, and
    sends the setting once more, marked so, when it has come to rest.

    Args:
        measure: the setting, from the page's address or its card; a new one moves the controls.
        client: answers the job "corruption".
        height: of the whole component, in CSS pixels.
        key: the element's key.
    """
    memory = asking(key)
    measure, rests = memory.take(measure, read)
    data = packed(measure, client, height=height, key=key, heard=memory.heard.last)
    mount_command(_PACKAGE)(key=key, data=data, height=height, on_asked_change=memory.arrive)
    return measure, rests


def packed(
    measure: CorruptionSetting,
    client: ComputeClient,
    *,
    height: int = 640,
    key: str = "corruption",
    heard: Mapping[str, int] | None = None,
) -> bytes:
    """The message to the browser: one frame of the codec with the answer that `demos.corruption.corrupt` describes.

    Where none came, `answer` is null, `problem` says why, and there are no arrays.

    Args:
        measure: the setting.
        client: as for `mount`.
        height: as for `mount`.
        key: as for `mount`.
        heard: the number of the last request from each viewer that this answers.
    """
    meta: dict[str, Any] = {
        "key": key,
        "height": height,
        "heard": dict(heard or {}),
        "setting": asdict(measure),
        "problem": None,
        "answer": None,
        **_choices(),
    }
    try:
        answer, arrays = client.ask("corruption", **asdict(measure.corruption()))
    except ValueError as error:
        return encode({**meta, "problem": str(error)}, {})
    return encode({**meta, "answer": answer}, arrays)


def _choices() -> dict[str, Any]:
    """The controls' choices; the same in every message."""
    clean = asdict(Corruption())
    return {
        "data": [{"name": name, "help": help} for name, help in words.DATA.items()],
        "presets": [
            {"name": name, "label": label, "help": help, "corrupts": {**_knobs_of(clean), **PRESETS[name]}}
            for name, (label, help) in words.PRESETS.items()
        ],
        "knobs": [
            {"name": name, "symbol": symbol, "label": label, "help": help, **dragged(BOUNDS[name])}
            | {"step": _STEPS.get(name)}
            for name, (symbol, label, help) in words.KNOBS.items()
        ],
        "tabs": [{"name": name, "label": label} for name, label in words.TABS.items()],
        "measures": [{"name": name, "label": label, "help": help} for name, (label, help) in words.MEASURES.items()],
    }


def _knobs_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those that spoil: what a sample is made of, and how large it is, a preset leaves as it is."""
    return {name: value for name, value in fields.items() if name not in ("data", "n")}
