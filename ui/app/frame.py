"""The frame around every page: little padding, so that at 1280×720 the width and the height belong to the picture."""

import streamlit as st

_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3.6rem 1rem 0.25rem 1rem; max-width: none; }
[data-testid="stHeader"] { height: 3.25rem; min-height: 3.25rem; }
[data-testid="stMain"] { overflow-x: hidden; }
[data-testid="stVerticalBlock"] { gap: 0.5rem; }
[data-testid="stHorizontalBlock"] { gap: 0.75rem; }
/* Streamlit fades what waits for its answer; the stage and the exhibits do not wait for it. */
[data-testid="stElementContainer"][data-stale="true"]:has([data-testid^="stBidiComponent"]) {
  opacity: 1;
  transition: none;
}
h3 { font-size: 1.35rem !important; padding: 0 0 0.75rem 0 !important; }
[data-testid="stMarkdownContainer"] p { line-height: 1.4; }
[data-testid="stWidgetLabel"] p, [data-testid="stRadio"] label p { font-size: 1rem; line-height: 1.3; }
[data-testid="stAlert"] p { font-size: 0.95rem; }
[data-testid="stAlertContainer"] { padding: 0.5rem 0.75rem; }
.st-key-buttons { gap: 0.35rem !important; flex-wrap: nowrap; }
.st-key-buttons kbd, .st-key-choices kbd { display: none; }
.st-key-buttons button { min-height: 2.25rem; padding: 0.2rem 0.4rem; }
[class*="st-key-actions"] { gap: 0.35rem !important; }
[class*="st-key-actions"] button { min-height: 2rem; padding: 0.1rem 0.6rem; }
[class*="st-key-actions"] button p { font-size: 0.9rem; }
.st-key-choices { gap: 0.3rem !important; }
.st-key-choices button { min-height: 2.1rem; padding: 0.2rem 0.6rem; justify-content: flex-start; }
.st-key-choices button > div { justify-content: flex-start; }
.st-key-choices button p { text-align: left; line-height: 1.25; }
.st-key-card [data-testid="stCaptionContainer"] { margin-bottom: -0.5rem; }
</style>
"""


def frame() -> None:
    """Styles the page around its content. The text is this module's own; nothing of a user's goes into it."""
    st.html(_STYLE)
