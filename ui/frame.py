"""The frame around every page: little padding, so that at 1280×720 the width and the height belong to the picture."""

import streamlit as st

_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3.6rem 1rem 0.25rem 1rem; max-width: none; }
[data-testid="stHeader"] { height: 3.25rem; min-height: 3.25rem; }
[data-testid="stMain"] { overflow-x: hidden; }
[data-testid="stVerticalBlock"] { gap: 0.5rem; }
[data-testid="stHorizontalBlock"] { gap: 0.75rem; }
h3 { font-size: 1.35rem !important; padding: 0 0 0.75rem 0 !important; }
[data-testid="stMarkdownContainer"] p { line-height: 1.4; }
[data-testid="stWidgetLabel"] p, [data-testid="stRadio"] label p { font-size: 1rem; line-height: 1.3; }
[data-testid="stAlert"] p { font-size: 0.95rem; }
</style>
"""


def frame() -> None:
    """Styles the page around its content. The text is this module's own; nothing of a user's goes into it."""
    st.html(_STYLE)
