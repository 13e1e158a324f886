"""Mounts the exhibit: has each T that is set answered by the compute client, fast enough to follow a slider."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gancore.demos.augmented_gradient import BOUNDS, IMAGES, Augmenting
from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.frames import encode
from ui.exhibits.augmentation import words
from ui.exhibits.augmentation.codec import read
from ui.exhibits.requests import asking
from ui.shared.component import mount_command

_PACKAGE = Path(__file__).parent


def mount(
    chosen: Augmenting, client: ComputeClient, *, height: int = 640, key: str = "augmentation"
) -> tuple[Augmenting, bool]:
    """Draws the exhibit; returns its setting as it is now, and whether nobody turns anything.

    Call it in an `st.fragment` of its own. As in the laboratory the browser has one request under way at a time, and
    sends the setting once more, marked so, when it has come to rest.

    Args:
        chosen: the setting, from the page's address or its card; a new one moves the controls.
        client: answers the job "augmentation".
        height: of the whole component, in CSS pixels.
        key: the element's key.
    """
    memory = asking(key)
    chosen, rests = memory.take(chosen, read)
    data = packed(chosen, client, height=height, key=key, heard=memory.heard.last)
    mount_command(_PACKAGE)(key=key, data=data, height=height, on_asked_change=memory.arrive)
    return chosen, rests


def packed(
    chosen: Augmenting,
    client: ComputeClient,
    *,
    height: int = 640,
    key: str = "augmentation",
    heard: Mapping[str, int] | None = None,
) -> bytes:
    """The message to the browser: one frame of the codec, and in it the answer that `augmented_gradient` describes.

    Where none came, `answer` is null, `problem` says why, and there are no arrays.

    Args:
        chosen: the setting.
        client: as for `mount`.
        height: as for `mount`.
        key: as for `mount`.
        heard: the number of the last request from each viewer that this answers.
    """
    meta: dict[str, Any] = {
        "key": key,
        "height": height,
        "heard": dict(heard or {}),
        "setting": asdict(chosen),
        "usual": asdict(Augmenting(image=chosen.image)),
        "images": list(IMAGES),
        "ranges": {name: list(bound.reach) for name, bound in BOUNDS.items()},
        "scalar": words.SCALAR,
        "problem": None,
        "answer": None,
    }
    try:
        answer, arrays = client.ask("augmentation", **asdict(chosen))
    except ValueError as error:
        return encode({**meta, "problem": str(error)}, {})
    said = {"effects": words.effects(chosen, answer), "result": words.result(answer)}
    return encode({**meta, "answer": {**answer, **said}}, arrays)
