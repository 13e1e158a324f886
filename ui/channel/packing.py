"""What the server says over the channel, as bytes: a JSON header, then blobs as the workers packed them.

The layout is the frame codec's, so that the browser needs one decoder for both:

    u32 header length | JSON padded with spaces to a multiple of 8 | blobs, each starting at a multiple of 8

In the header a blob is [offset, length], counted from the header's end. The web process never decodes one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from gancore.runtime.frames import ALIGN, encode
from gancore.runtime.history import Frame
from ui.stage.payload import scene_key


class Stretch(NamedTuple):
    """Some frames of one run. `complete`: with these the browser has all that are kept of it."""

    run: str
    frames: Sequence[Frame]
    complete: bool


def pack_state(state: Mapping[str, Any]) -> bytes:
    """What stands on the stage: `ui.stage.payload.stage_state`, and `mark`, which says whether the page is to be drawn
    again."""
    return encode({"kind": "state", **state}, {})


def pack_scene(scene: bytes) -> bytes:
    """The data of a panel, under the key by which the state names it."""
    blobs = _Blobs()
    meta = {"kind": "scene", "key": scene_key(scene), "scene": blobs.place(scene)}
    return encode(meta, {}) + bytes(blobs.data)


def pack_frames(stretches: Sequence[Stretch]) -> bytes:
    """New frames of some runs, oldest first in each."""
    blobs = _Blobs()
    runs = [
        {
            "run": run,
            "complete": complete,
            "frames": [[frame.seq, *blobs.place(frame.data)] for frame in frames],
        }
        for run, frames, complete in stretches
    ]
    return encode({"kind": "frames", "runs": runs}, {}) + bytes(blobs.data)


def pack_knobs(knobs: Mapping[str, Any]) -> bytes:
    """The knobs: `ui.knobs.described`, or of its fields those that have changed; which turns have been heard."""
    return encode({"kind": "knobs", **knobs}, {})


def pack_answer(exhibit: str, number: int, meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """An exhibit's answer to the question of that number."""
    return encode({"kind": "answer", "exhibit": exhibit, "number": number, **meta}, arrays)


def pack_beat(**said: Any) -> bytes:
    """A sign of life; the first one says who the viewer is."""
    return encode({"kind": "beat", **said}, {})


class _Blobs:
    """Bytes one after the other, each at a multiple of 8."""

    def __init__(self) -> None:
        self.data = bytearray()

    def place(self, blob: bytes) -> tuple[int, int]:
        """Appends a blob; returns its offset and its length."""
        offset = len(self.data)
        self.data.extend(blob)
        self.data.extend(bytes(-len(self.data) % ALIGN))
        return offset, len(blob)
