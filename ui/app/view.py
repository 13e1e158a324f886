"""How much of a page is shown: all of it, the presentation, or all but what an address hides.

`?present=1` opens the presentation, `?hide=knobs,curves` leaves parts out. Both stay in the address while somebody
turns cards and knobs. The presentation is entered and left in the browser (`ui/shared/frontend/presenting.js`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ui.app.address import ours
from ui.shared.parsing import quoted

# What an address may hide, and the style rules that do it. Custom properties reach into the components.
HIDEABLE: Mapping[str, str] = {
    "nav": '[data-testid="stHeader"] { display: none; } :root { --nav: 0rem; }',
    "buttons": ".st-key-buttons { display: none !important; }",
    "card": ".st-key-card { display: none; }",
    "knobs": ".st-key-knobs, .st-key-secondary { display: none !important; }",
    "curves": ":root { --show-curves: none; --picture-share: 0.74; }",
    "legend": ":root { --show-legend: none; }",
    "tools": ":root { --show-tools: none; }",
}
_COLUMN = {"buttons", "card", "knobs"}  # all that stands beside the picture
_NO_COLUMN = '[data-testid="stColumn"]:has(.st-key-beside) { display: none; }'


@dataclass(frozen=True)
class View:
    """How much of a page is shown. `hide` holds names of `HIDEABLE`, in their order."""

    present: bool = False
    hide: tuple[str, ...] = ()

    @property
    def style(self) -> str:
        """The rules that hide what is hidden. They hold nothing that came from an address."""
        rules = [HIDEABLE[name] for name in self.hide]
        if set(self.hide) >= _COLUMN:
            rules.append(_NO_COLUMN)
        return "\n".join(rules)


def read_view(query: Mapping[str, str]) -> tuple[View, list[str]]:
    """The view that an address names, and a sentence for everything that is wrong in it."""
    sentences: list[str] = []
    present = query.get("present", "")
    if present not in ("", "0", "1"):
        sentences.append(f"present is {quoted(present)}; allowed are 0 and 1. The whole page is shown.")
    names = [name.strip() for name in query.get("hide", "").split(",") if name.strip()]
    for name in dict.fromkeys(names):
        if name not in HIDEABLE:
            sentences.append(f"hide names {quoted(name)}; what can be hidden is {', '.join(HIDEABLE)}.")
    return View(present == "1", tuple(name for name in HIDEABLE if name in names)), sentences


def write_view(view: View) -> dict[str, str]:
    """The query parameters of a view; `read_view` gives the equal view."""
    present = {"present": "1"} if view.present else {}
    return present | ({"hide": ",".join(view.hide)} if view.hide else {})


def current_view() -> tuple[View, list[str]]:
    """The view of the address, and what is wrong in it. A bare address, such as that of a page that was just chosen in
    the navigation, keeps the view of the page before it."""
    query = ours(st.query_params.to_dict())
    if not query:
        return st.session_state.get("view", View()), []
    view, sentences = read_view(query)
    st.session_state["view"] = view
    return view, sentences
