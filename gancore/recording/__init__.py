"""Recordings: a run, or several side by side, as one file that plays without training and can be trained on.

`Recorder` writes one while it trains, `read` opens one that anybody may have made, and `write` makes the file.
"""

from gancore.recording.file import read, write
from gancore.recording.recorder import Recorder
from gancore.recording.recording import RecordedRun, Recording

__all__ = ["RecordedRun", "Recorder", "Recording", "read", "write"]
