"""The knobs: a Components-v2 panel of everything in a `RunConfig` that a class may turn, acting while it is dragged."""

from ui.knobs.changes import HIDDEN, Change, settle
from ui.knobs.described import described

__all__ = ["HIDDEN", "Change", "described", "settle"]
