"""Patches Streamlit 1.67 so that fragment reruns do not drop messages.

Streamlit 1.67 ends a script runner with its run. Two of its shortcuts, harmless for a page that is drawn as a whole,
lose what a fragment has drawn when another run of a fragment follows within milliseconds, as it does here, where the
stage ticks four times a second:

* A request that meets a runner which has just ended gets a new runner at once, and from then on all that the old one
  has said is ignored, also what still waits to be heard. An answer to a question, a card that was turned: gone.
* A run that starts clears the queue to the browser. A fragment's "finished" that is still in it becomes "stopped
  early", so that the browser never takes away what the fragment no longer draws: a second row of buttons.

A third draws into a page what belongs to the one before it. What a fragment asks for between the click on another page
and that page's arrival (a key that is pressed, a stage that lacks frames) is run after the new page, and under the old
one's name: the browser empties the new page, its next fragment has no place to be drawn, and the window goes white.

All are mended where they happen, in `AppSession`. The distribution is pinned to this release of Streamlit, and the
tests hold these methods to what is assumed of them.
"""

from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

_SOON = 0.002  # seconds; a runner that has ended says its last word within microseconds, when its thread gets its turn

_create = AppSession._create_scriptrunner  # pyright: ignore[reportPrivateUsage]
_clear = AppSession._clear_queue  # pyright: ignore[reportPrivateUsage]
_request = AppSession.request_rerun
_PAGE = "gancore_page"  # of a session: the page that its browser asked for last


def deliver() -> None:
    """Mends the server's sessions; once is enough, more does no harm."""
    AppSession._create_scriptrunner = create_scriptrunner  # pyright: ignore
    AppSession._clear_queue = clear_queue  # pyright: ignore
    AppSession.request_rerun = request_rerun  # pyright: ignore


def request_rerun(session: Any, client_state: ClientState | None) -> None:
    """Hands on what the browser asks for, but for a fragment of a page that has been left."""
    if client_state is not None:
        if not client_state.fragment_id:
            setattr(session, _PAGE, client_state.page_script_hash)
        elif _has_been_left(session, client_state.page_script_hash):
            return
    _request(session, client_state)


def _has_been_left(session: Any, page: str) -> bool:
    """True where the browser has asked for another page since; one that was asked for by its address has no hash."""
    return getattr(session, _PAGE, "") not in ("", page)


def create_scriptrunner(session: Any, rerun: RerunData) -> None:
    """A new runner; for a fragment only after the one before it has been heard out. Runs on the event loop."""
    last = session._scriptrunner
    if last is None or not rerun.fragment_id:
        _create(session, rerun)
        return

    def again() -> None:
        if session._state == AppSessionState.SHUTDOWN_REQUESTED or _has_been_left(session, rerun.page_script_hash):
            return
        now = session._scriptrunner
        if now is last:
            session._event_loop.call_later(_SOON, again)
        elif now is None or not now.request_rerun(rerun):
            create_scriptrunner(session, rerun)

    session._event_loop.call_later(_SOON, again)


def clear_queue(session: Any, fragment_ids_this_run: list[str] | None = None) -> None:
    """Takes from the queue what a whole new page makes needless; a fragment's run makes nothing needless."""
    if not fragment_ids_this_run:
        _clear(session, fragment_ids_this_run)
