"""The frame around every page: its geometry, the one scale of all type, and what an address or a presentation hides.

Everything is sized in `rem`, so the root's size is the scale of the whole page, the insides of the components
included; pictures read it from `ui/shared/frontend/theme.js`. From 900 pixels of width on nothing but the column of
words scrolls: the hall is as high as the window less the navigation. Below that the columns stack, pictures first.
"""

import streamlit as st

from ui.app.view import current_view

PAGE_TITLE = "page title"  # where a session keeps the title of the page that is open
_TITLE = "{card} ({number}/{count}) · {page}"

_STYLE = """
:root {
  font-size: clamp(100%, 0.9vw + 0.6vh, 300%) !important; /* 16 px at 1280 × 720, 24 px at 1920 × 1080 */
  --nav: 3.25rem;
  --edge: 0.35rem;
  --room: calc(100dvh - var(--nav) - 2 * var(--edge));
}
@media (width < 900px) {
  :root {
    font-size: 100% !important;
    --room: auto;
  }
}
[data-testid="stMainBlockContainer"] {
  padding: calc(var(--nav) + var(--edge)) 1rem var(--edge) 1rem;
  max-width: none;
}
[data-testid="stHeader"] { height: var(--nav); min-height: var(--nav); overflow: hidden; }
[data-testid="stMain"] { overflow-x: hidden; }
[data-testid="stVerticalBlock"] { gap: 0.5rem; }
[data-testid="stHorizontalBlock"] { gap: 1rem; }
/* Streamlit fades what waits for its answer; the stage and the exhibits do not wait for it. */
[data-testid="stElementContainer"][data-stale="true"]:has([data-testid^="stBidiComponent"]) {
  opacity: 1;
  transition: none;
}
h3 { font-size: 1.35rem !important; padding: 0 0 0.6rem 0 !important; }
[data-testid="stMarkdownContainer"] p { line-height: 1.4; }
[data-testid="stWidgetLabel"] p, [data-testid="stRadio"] label p { font-size: 1.06rem; line-height: 1.3; }
[data-testid="stAlert"] p { font-size: 1rem; }
[data-testid="stAlertContainer"] { padding: 0.5rem 0.75rem; }
.st-key-card [data-testid="stMarkdownContainer"] :is(p, li) { font-size: 1.06rem; }

/* ---- the hall: words on the left, which scroll, and the picture */

@media (width >= 900px) {
  .st-key-beside.st-key-beside { flex: none; flex-wrap: nowrap; height: var(--room); min-height: 0; }
  .st-key-beside > :has(> .st-key-reading) { flex: 1; min-height: 0; }
  .st-key-reading { height: 100%; overflow: hidden auto; flex-wrap: nowrap; padding-right: 0.25rem; }
  .st-key-hall [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"] .st-key-beside) { flex-wrap: nowrap; }
  [data-testid="stColumn"]:has(.st-key-beside) { min-width: 17rem; }
  [data-testid="stColumn"]:has(.st-key-picture) { min-width: 0; }
}
@media (width < 900px) {
  .st-key-hall [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"] .st-key-beside) {
    flex-direction: column;
  }
  [data-testid="stColumn"]:has(.st-key-beside), [data-testid="stColumn"]:has(.st-key-picture) {
    width: 100%;
    min-width: 100%;
    flex: none;
  }
  [data-testid="stColumn"]:has(.st-key-picture) { order: -1; }
}
.st-key-reading > * { flex: none; }
.st-key-buttons { gap: 0.3rem !important; flex-wrap: nowrap !important; }
.st-key-buttons button { min-height: 2.25rem; padding: 0.2rem 0.3rem; white-space: nowrap; }
.st-key-buttons [data-testid="stElementContainer"]:has(button) { width: 2.15rem !important; flex: none; }
.st-key-buttons [data-testid="stLayoutWrapper"] { flex: none; }
.st-key-buttons :is([data-testid="stPopover"], [data-testid="stElementContainer"]:has([data-testid="stPopover"])) {
  width: auto !important;
  min-width: 3.1rem;
}
.st-key-secondary { gap: 0.35rem !important; flex-wrap: nowrap !important; }
.st-key-buttons kbd, .st-key-choices kbd { display: none; }
[class*="st-key-actions"] { gap: 0.35rem !important; }
[class*="st-key-actions"] button { min-height: 2rem; padding: 0.1rem 0.6rem; }
[class*="st-key-actions"] button p { font-size: 1rem; }
.st-key-choices { gap: 0.3rem !important; }
.st-key-choices button { min-height: 2.1rem; padding: 0.2rem 0.6rem; justify-content: flex-start; }
.st-key-choices button > div { justify-content: flex-start; }
.st-key-choices button p { text-align: left; line-height: 1.25; }
.st-key-eyebrow { margin-bottom: -0.5rem; opacity: 0.78; }
.st-key-card .st-key-eyebrow [data-testid="stMarkdownContainer"] p { font-size: 0.9rem; }

/* ---- the presentation: picture, verdict, clock, one curve and the card */

:root[data-present] { --nav: 0rem; --show-tools: none; --picture-share: 0.64; }
:root[data-present] :is([data-testid="stHeader"], .st-key-knobs, .st-key-secondary) { display: none !important; }
.leave-presenting {
  position: fixed;
  z-index: 999990;
  bottom: 0.35rem;
  left: 1rem;
  padding: 0.15rem 0.6rem;
  border: 1px solid currentcolor;
  border-radius: 0.5rem;
  background: color-mix(in srgb, canvas 85%, transparent);
  color: canvastext;
  font-size: 0.85rem;
  cursor: pointer;
}
.leave-presenting:focus-visible { outline: 3px solid currentcolor; }
"""


def frame() -> None:
    """Styles the page around its content. The text is this module's own; nothing of a user's goes into it."""
    view, _ = current_view()
    st.html(f"<style>{_STYLE}{view.style}</style>")


def title_card(card: str, number: int, count: int) -> None:
    """Names a card of the page that is open, and the page, in the title of the document.

    Args:
        card: the card's own title.
        number: which card it is, from 1.
        count: how many cards the page has.
    """
    page = st.session_state.get(PAGE_TITLE, "")
    st.set_page_config(page_title=_TITLE.format(card=card, number=number, count=count, page=page))
