"""What a panel's run does at this moment, as the knobs say it: whether a live knob acts on a GAN that moves."""

from typing import Literal, TypeAlias

from gancore.runtime import ENDED, RunState

Activity: TypeAlias = Literal["running", "paused", "waiting", "nothing"]


def activity_of(state: RunState) -> Activity:
    """The activity of a run in that state; "nothing" of one that has ended."""
    if state in ENDED:
        return "nothing"
    if state in ("queued", "starting"):
        return "waiting"
    return "running" if state == "running" else "paused"
