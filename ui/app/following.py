"""The address of a page and what is on it follow each other: whoever opens a link, or goes back in the browser's
history, is shown what it says; whatever changes on the page is written into it."""

import time

import streamlit as st

from ui.app.address import ours

_UNDER_WAY = 1.0  # seconds that a new address takes at most to the browser and back


class Following:
    """The last address that the session wrote for one page, and the one before it."""

    def __init__(self, page: str) -> None:
        self._written = f"{page}:address"
        self._before = f"{page}:address:before"

    @property
    def is_new(self) -> bool:
        """Whether this session has yet to write the page's first address."""
        return self._written not in st.session_state

    def asked(self) -> dict[str, str] | None:
        """The app's own parameters, where somebody asks for what is not shown.

        Not what a late browser says: it may ask for a run of the script before it has heard of the address that was
        written last, and then still names the one before, which would put back what has just been left.
        """
        query = ours(st.query_params.to_dict())
        before, when = st.session_state.get(self._before, (None, 0.0))
        late = query == before and time.monotonic() - when < _UNDER_WAY
        return None if not query or late or query == st.session_state.get(self._written) else query

    def write(self, query: dict[str, str]) -> None:
        """Writes the address of what is shown."""
        written = st.session_state.get(self._written)
        if st.query_params.to_dict() != query:
            st.query_params.from_dict(query)
            if written not in (None, query):
                st.session_state[self._before] = written, time.monotonic()
        elif written != query:
            st.session_state.pop(self._before, None)  # the browser is here already, by its history
        st.session_state[self._written] = query
