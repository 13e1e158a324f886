"""Live runs in processes of their own. This side of it, the web server's, never imports torch."""

from gancore.runtime.frames import decode, encode, encode_scene, encode_snapshot
from gancore.runtime.history import Frame, History
from gancore.runtime.registry import Registry
from gancore.runtime.run import ENDED, Run, RunState

__all__ = [
    "ENDED",
    "Frame",
    "History",
    "Registry",
    "Run",
    "RunState",
    "decode",
    "encode",
    "encode_scene",
    "encode_snapshot",
]
