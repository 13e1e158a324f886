"""State that outlives a script run: the server's registry of runs, its compute client, each browser's comparisons.

A browser tab names itself by a token that it keeps for its own lifetime. A page that is reloaded is a new session to
Streamlit, but brings the same token: within the grace it finds its runs again.
"""

import os
import threading
from collections.abc import Callable

import streamlit as st

from gancore.runtime.compiler import Compiler
from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.registry import GRACE, Registry
from ui.stage.comparison import Comparison

# Browsers let a tab in the background tick but once a minute: its runs must not stop for that.
_LEASE = 90.0


@st.cache_resource(show_spinner=False)
def registry() -> Registry:
    """The server's runs; its worker processes end with it.

    GANCORE_COMPILE=off leaves their steps as they are; GANCORE_GRACE is for how many seconds a closed tab's runs wait
    for it to come back.
    """
    compiling = os.environ.get("GANCORE_COMPILE") != "off"
    grace = float(os.environ.get("GANCORE_GRACE", GRACE))
    return Registry(lease=_LEASE, grace=grace, make_compiler=Compiler if compiling else None)


@st.cache_resource(show_spinner=False)
def compute_client() -> ComputeClient:
    """Where exhibits ask what only torch can answer; its process ends with the server."""
    return ComputeClient()


class DetachedSessions:
    """Comparisons whose browser has gone, by the token of the tab; safe to use from several threads."""

    def __init__(self) -> None:
        self._left: dict[str, Comparison] = {}
        self._lock = threading.Lock()

    def put(self, token: str, comparison: Comparison) -> None:
        """Keeps a comparison until its tab comes back; the oldest go when there are many."""
        with self._lock:
            self._left[token] = comparison
            while len(self._left) > 200:
                del self._left[next(iter(self._left))]

    def take(self, token: str) -> Comparison | None:
        """The comparison that this tab left behind, if there is one."""
        with self._lock:
            return self._left.pop(token, None)


@st.cache_resource(show_spinner=False)
def detached_sessions() -> DetachedSessions:
    """The server's sessions whose tab is away."""
    return DetachedSessions()


class OpenPage:
    """A session's place on one page: its comparison, and the token of its tab once that is known.

    training: which panels trained when the knobs were drawn.
    """

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.training: list[bool] = []
        self.token: str | None = None

    def greet(self, page: str, token: str) -> bool:
        """The tab has said who it is; True where it was here before and has its comparison back."""
        if self.token is not None:
            return False
        self.token = f"{page}:{token}"
        left = detached_sessions().take(self.token)
        if left is None or left.state != self.comparison.state or any(run is not None for run in self.comparison.runs):
            return False
        left.forget_sent()
        left.notices = self.comparison.notices  # what is wrong in the address that was asked for just now
        self.comparison = left
        left.seen()
        return True

    def leave(self) -> None:
        """The session has ended. Runs on the server's event loop: it signals and never waits."""
        if self.token is not None:
            detached_sessions().put(self.token, self.comparison)
        self.comparison.leave()


@st.cache_resource(scope="session", show_spinner=False, on_release=OpenPage.leave)
def open_page(page: str, _make: Callable[[], Comparison]) -> OpenPage:
    """This session's page; made at its first visit, given up when the session ends."""
    return OpenPage(_make())
