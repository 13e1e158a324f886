"""Mounts the stage: registers its files with Streamlit, sends it panels, hands back what was pressed.

Streamlit looks for a component's files in the import package that is named like the distribution (`gancore`) and
refuses a folder outside it. These files belong to `ui`, so they are declared here instead, by the call that Streamlit's
own scan ends in. That works from a checkout, an editable install and a wheel alike; the wheel only has to carry
`ui/stage/frontend`.
"""

import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from ui.stage.commands import Command, Heard, read_commands
from ui.stage.payload import Panel, Preset, SeedsButton, pack

_PACKAGE = Path(__file__).parent
_NAME = "gancore.stage"

# Least time between two mounts in one session, s. Streamlit sends what its queue holds about every 10 ms, and merges a
# newer element into one that still waits there, in the older one's place: the older payload is lost, and the browser
# then takes the merged element for a leftover of the older run and mounts it anew.
_APART = 0.06


def stage(
    panels: Sequence[Panel],
    *,
    compare: str,
    presets: Sequence[Preset] = (),
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
            new one opens the overlay in which data is drawn), `seeds_sentence` (over the many-seeds view).
        height: of the whole viewer, in CSS pixels; never changes what is kept.
        key: the element's key; keep it the same so that the viewer is never mounted anew.

    Raises:
        ValueError: names the field, what came and what is allowed.
    """
    heard: Heard = st.session_state.setdefault(f"{key}:heard", Heard())
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
    _declare_files()
    _keep_apart(f"{key}:mounted")
    result = _component()(key=key, data=data, height=height, on_commands_change=_ignore)
    return read_commands(result.commands, heard)


def _keep_apart(name: str) -> None:
    wait = st.session_state.get(name, 0.0) + _APART - time.monotonic()
    if 0.0 < wait <= _APART:
        time.sleep(wait)
    st.session_state[name] = time.monotonic()


def _declare_files() -> None:
    """Tells Streamlit's component manager where the files are; each runtime (each AppTest too) has its own manager."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(_NAME) is None:
        components = [ComponentConfig(name="stage", asset_dir="frontend")]
        manager.register_from_manifest(ComponentManifest("gancore", "0", components), _PACKAGE)


@cache
def _component():  # noqa: ANN202 - Streamlit does not export the type
    # Not at import: outside a running server there is no lasting manager to register with.
    return st.components.v2.component(_NAME, js="stage.js", css="stage.css")


def _ignore() -> None:
    """Streamlit reports a trigger only if it has a callback."""
