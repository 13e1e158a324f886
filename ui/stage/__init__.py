"""The stage: one viewer (Components v2) that draws a run, or several side by side, and holds one clock for them all."""

from ui.stage.charts import CHARTS, USUAL_CURVES
from ui.stage.payload import STATES, Fix, Panel, Reference, SeedsButton, SeedsVerdict, stage_state

__all__ = [
    "CHARTS",
    "STATES",
    "USUAL_CURVES",
    "Fix",
    "Panel",
    "Reference",
    "SeedsButton",
    "SeedsVerdict",
    "stage_state",
]
