"""Saves what the stage has shown as a file, and opens such a file on the stage: one's own, or one that is shipped."""

from pathlib import Path

import streamlit as st

from gancore.experiments.reproductions import EXPERIMENTS
from gancore.recording import MOST_BYTES, pack, read
from ui.stage.comparison import Comparison

SHIPPED = Path(__file__).parents[2] / "assets" / "reproduced"  # NAME.gan beside the table of the experiment

SAVE = "Save what has been seen"
SAVE_HELP = (
    "All panels, with their frames and figures, as one file. This page opens it, and so does `gancore app run.gan`."
)
NOTHING = "There is nothing to save yet: press Play."
OPEN = "Open a recording"
OPEN_HELP = "A file run.gan, saved here or by `gancore run PRESET --save run.gan`. It plays without training."
PAPERS = "**In the papers' settings**"
PAPER_HELP = "{paper}. Recorded by `gancore reproduce {name}`; it plays without training."


def recordings(comparison: Comparison, key: str) -> None:
    """Draws what there is to choose; a file is opened in the callback, before the page is drawn again."""
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
        on_change=_open_uploaded,
        args=(comparison, widget),
    )
    shipped = shipped_recordings()
    if shipped:
        st.markdown(PAPERS)
    for name, path in shipped.items():
        experiment = EXPERIMENTS[name]
        st.button(
            experiment.title,
            key=f"{key}:shipped:{name}",
            help=PAPER_HELP.format(paper=experiment.paper, name=name),
            width="stretch",
            on_click=_open,
            args=(comparison, path),
        )


def shipped_recordings() -> dict[str, Path]:
    """The recordings that are shipped, by the name of their experiment."""
    paths = {name: SHIPPED / f"{name}.gan" for name in EXPERIMENTS}
    return {name: path for name, path in paths.items() if path.exists()}


def _packed(comparison: Comparison) -> bytes:
    recording = comparison.recording()
    if recording is None:
        raise ValueError(NOTHING)
    return pack(recording)


def _open_uploaded(comparison: Comparison, widget: str) -> None:
    file = st.session_state[widget]
    if file is not None:
        _open(comparison, file.getvalue())


def _open(comparison: Comparison, source: Path | bytes) -> None:
    try:
        comparison.open(read(source))
    except ValueError as error:
        comparison.note([str(error)])
