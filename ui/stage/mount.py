"""Mounts the stage: sends it panels, hands back what was pressed."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ui.shared.acknowledgements import Acknowledgements
from ui.shared.component import mount_command
from ui.stage.commands import Command, read_commands
from ui.stage.payload import Panel, PresetKey, SeedsButton, overlap, pack

# Streamlit sends what its queue holds about every 10 ms, and a run that starts empties the queue of the run before.
# When two runs follow each other at once (a timer and a button), the first one's payload would be lost and asked for
# again. So a run ends only when its payload has had time to leave, s.
_TO_LEAVE = 0.03


def stage(
    panels: Sequence[Panel],
    *,
    compare: str,
    presets: Sequence[PresetKey] = (),
    seeds_button: SeedsButton | None = None,
    card: str | None = None,
    options: Mapping[str, Any] | None = None,
    height: int = 600,
    key: str = "stage",
) -> list[Command]:
    """Draws the panels and returns the commands given since the last call, oldest first.

    Call it in a fragment of its own with `run_every=0.25`; keep every other widget out of that fragment.

    Args:
        panels: 1 to 4.
        compare: id of this comparison; a new one puts the viewer's clock back to the live edge.
        presets: what the keys 1 to 4 start (the command carries the index, from 0).
        seeds_button: None leaves the button out.
        card: name of the lecture card on show.
        options: `pace` (steps a second that the runs hold, None for as fast as they can), `draw` (a number or text; a
            new one opens the overlay in which data is drawn), `seeds_sentence` (over the many-seeds view), `curves` (1
            to 4 of `CHARTS`; without it the usual four), `densities` (True turns the noised densities on in place of
            the discriminator's field; acts when it changes).
        height: of the whole viewer, in CSS pixels; never changes what is kept.
        key: the element's key; keep it the same so that the viewer is never mounted anew.

    Raises:
        ValueError: names the field, what came and what is allowed.
    """
    heard: Acknowledgements = st.session_state.setdefault(f"{key}:heard", Acknowledgements())
    sent: dict[str, Panel] = st.session_state.setdefault(f"{key}:sent", {})
    panels, before = [overlap(panel, sent.get(panel.run or "")) for panel in panels], panels
    sent.clear()
    sent.update({panel.run: panel for panel in before if panel.run is not None})
    data = pack(
        panels,
        compare=compare,
        presets=presets,
        seeds_button=seeds_button,
        card=card,
        options=options,
        ack=heard.last,
        height=height,
        key=key,
    )
    mount = mount_command(Path(__file__).parent)
    result = mount(key=key, data=data, height=height, on_commands_change=_ignore)
    time.sleep(_TO_LEAVE)
    return read_commands(result.commands, heard)


def _ignore() -> None:
    """Streamlit reports a trigger only if it has a callback."""
