"""What a room would say, as bytes that play without a server: its messages one after the other, each behind its length.

    (u32 length, little endian | message)*

`ui/channel/frontend/recorded_source.js` plays them with the same stage, clock and curves.
"""

import struct
from collections.abc import Iterator

from ui.channel.messages import VERSION
from ui.channel.packing import Stretch, pack_beat, pack_frames, pack_scene, pack_state
from ui.stage.comparison import Comparison

_LENGTH = struct.Struct("<I")


def transcript(comparison: Comparison) -> bytes:
    """All that has been seen of a comparison so far. Nobody drives it."""
    return b"".join(_LENGTH.pack(len(message)) + message for message in _messages(comparison))


def _messages(comparison: Comparison) -> Iterator[bytes]:
    state, scenes, runs = comparison.described()
    yield pack_beat(version=VERSION, drives=False)
    yield from (pack_scene(scene) for scene in dict.fromkeys(scenes))
    yield pack_state({**state, "mark": comparison.mark})
    for run in runs:
        yield pack_frames([Stretch(run.id, run.history.since(0), True)])
