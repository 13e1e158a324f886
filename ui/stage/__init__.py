"""The stage: one Components-v2 viewer that draws a run, or several side by side, and holds the clock for all of them."""

from ui.stage.commands import Command, read_commands
from ui.stage.payload import STATES, Fix, Panel, Preset, Reference, SeedsButton, pack
from ui.stage.viewer import stage

__all__ = [
    "STATES",
    "Command",
    "Fix",
    "Panel",
    "Preset",
    "Reference",
    "SeedsButton",
    "pack",
    "read_commands",
    "stage",
]
