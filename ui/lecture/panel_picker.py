"""Chooses what stands side by side: the scenarios of the page, and any preset in any of one to four panels."""

from collections.abc import Sequence

import streamlit as st

from gancore.experiments.presets import PRESETS
from ui.app.address import LABELS
from ui.stage.comparison import Comparison
from ui.stage.scenario import Scenario

_NONE = "–"
_KEEP = "Keep what {label} shows, as panel {new}"
_KEEP_HELP = "It stays as it is, whatever becomes of panel {label} (C keeps panel A)"


def panel_picker(comparison: Comparison, scenarios: Sequence[Scenario], key: str) -> None:
    """Draws the choices; a choice acts in its callback, before the page is drawn again."""
    st.markdown("**Scenarios of this page**")
    for number, scenario in enumerate(scenarios, 1):
        st.button(
            f"{number} · {scenario.title}",
            key=f"{key}:scenario:{number}",
            width="stretch",
            on_click=comparison.choose,
            args=(scenario,),
            kwargs={"play": True},
        )
    _keep(comparison, key)
    st.markdown("**Or any preset in any panel**")
    presets = comparison.state.presets
    families = {_family(name) for scenario in scenarios for name in scenario.presets}
    offered = sorted(PRESETS, key=lambda name: _family(name) not in families)  # the page's own kinds first
    for panel, label in enumerate(LABELS[: min(len(presets) + 1, len(LABELS))]):
        held = presets[panel] if panel < len(presets) else None
        options = [*([] if held and len(presets) == 1 else [_NONE]), *offered]
        widget = f"{key}:panel:{panel}:{','.join(presets)}"  # a new one when the panels change: it shows what is there
        st.selectbox(
            f"Panel {label.upper()}",
            options,
            index=options.index(held or _NONE),
            format_func=lambda name: name if name == _NONE else f"{name}: {PRESETS[name].title}",
            help=PRESETS[held].claim if held else "Add a panel",
            key=widget,
            on_change=_put,
            args=(comparison, panel, widget),
        )


def _keep(comparison: Comparison, key: str) -> None:
    """Offers to keep what a panel has shown beside whatever becomes of it."""
    taken = len(comparison.runs)
    if taken == len(LABELS):
        return
    for panel, run in enumerate(comparison.runs):
        if run is not None:
            label = LABELS[panel].upper()
            st.button(
                _KEEP.format(label=label, new=LABELS[taken].upper()),
                key=f"{key}:keep:{panel}",
                help=_KEEP_HELP.format(label=label),
                width="stretch",
                on_click=comparison.obey,
                args=("keep",),
                kwargs={"panel": panel},
            )


def _family(preset: str) -> str:
    return preset.partition("-")[0]


def _put(comparison: Comparison, panel: int, widget: str) -> None:
    chosen = st.session_state[widget]
    comparison.put(panel, None if chosen == _NONE else chosen)
