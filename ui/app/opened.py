"""The recording that the app was started with: `gancore app run.gan`."""

import os
from pathlib import Path

import streamlit as st

from gancore.recording import Recording, read

VARIABLE = "GANCORE_RECORDING"  # its path


@st.cache_resource(show_spinner=False)
def opened() -> Recording | None:
    """Read once for all sessions; None where there is none. The command has looked into the file before."""
    path = os.environ.get(VARIABLE)
    return read(Path(path)) if path else None
