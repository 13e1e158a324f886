"""Saves what the stage has shown as a file, and opens such a file on the stage."""

import streamlit as st

from gancore.recording import MOST_BYTES, pack, read
from ui.stage.comparison import Comparison

SAVE = "Save what has been seen"
SAVE_HELP = (
    "All panels, with their frames and figures, as one file. `gancore app run.gan` opens it, and so does this page."
)
NOTHING = "There is nothing to save yet: press Run it."
OPEN = "Open a recording"
OPEN_HELP = "A file run.gan, saved here or by `gancore run PRESET --save run.gan`. It plays without training."


def recordings(comparison: Comparison, key: str) -> None:
    """Draws both; a file that is chosen is opened in the callback, before the page is drawn again."""
    st.download_button(
        SAVE,
        data=lambda: _packed(comparison),
        file_name="run.gan",
        mime="application/zip",
        key=f"{key}:save",
        help=SAVE_HELP,
        icon=":material/save:",
        width="stretch",
        on_click="ignore",
        disabled=all(run is None for run in comparison.runs),
    )
    widget = f"{key}:open"
    st.file_uploader(
        OPEN,
        type="gan",
        key=widget,
        help=OPEN_HELP,
        max_upload_size=MOST_BYTES // 2**20,
        on_change=_open,
        args=(comparison, widget),
    )


def _packed(comparison: Comparison) -> bytes:
    recording = comparison.recording()
    if recording is None:
        raise ValueError(NOTHING)
    return pack(recording)


def _open(comparison: Comparison, widget: str) -> None:
    file = st.session_state[widget]
    if file is None:
        return
    try:
        comparison.open(read(file.getvalue()))
    except ValueError as error:
        comparison.notices = [str(error)]
