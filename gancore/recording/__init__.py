"""Recordings: a run, or several side by side, as one file that plays without training and can be trained on.

`Recorder` writes one while it trains, `write` and `pack` make the file, `read` opens one that anybody may have made,
and `replayed` is a run that plays it.
"""

from gancore.recording.file import MOST_BYTES, pack, read, write
from gancore.recording.recorder import Recorder
from gancore.recording.recording import LABELS, RecordedRun, Recording, made_by
from gancore.recording.replay import recorded_of, replayed

__all__ = [
    "LABELS",
    "MOST_BYTES",
    "RecordedRun",
    "Recorder",
    "Recording",
    "made_by",
    "pack",
    "read",
    "recorded_of",
    "replayed",
    "write",
]  # fmt: skip
