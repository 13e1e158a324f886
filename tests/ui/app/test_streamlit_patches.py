"""What `ui.app.streamlit_patches` assumes of Streamlit, and what it does about it."""

import asyncio
import inspect
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from ui.app import streamlit_patches as patches


class Runner:
    """A script runner that takes requests until it has ended."""

    def __init__(self, ended: bool) -> None:
        self.ended = ended
        self.taken: list[RerunData] = []

    def request_rerun(self, rerun: RerunData) -> bool:
        if not self.ended:
            self.taken.append(rerun)
        return not self.ended


class Session:
    """As much of an AppSession as the mended methods touch."""

    def __init__(self, runner: Runner | None, loop: asyncio.AbstractEventLoop) -> None:
        self._scriptrunner = runner
        self._event_loop = loop
        self._state = AppSessionState.APP_IS_RUNNING
        self.created: list[RerunData] = []
        self.cleared: list[object] = []
        self.asked: list[object] = []


@pytest.fixture(autouse=True)
def created(monkeypatch: pytest.MonkeyPatch) -> None:
    def create(session: Session, rerun: RerunData) -> None:
        session.created.append(rerun)
        session._scriptrunner = Runner(ended=False)

    monkeypatch.setattr(patches, "_create", create)
    monkeypatch.setattr(patches, "_request", lambda session, state: session.asked.append(state))
    monkeypatch.setattr(patches, "_clear", lambda session, ids: session.cleared.append(ids))


def tell(story: Coroutine[object, object, None]) -> None:
    """Runs a story in a thread of its own: this one's loop may be running already, for a browser of other tests."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, story).result()


ORIGINAL_REQUEST = patches._request
FRAGMENT = RerunData(fragment_id="card")


def test_a_fragment_waits_until_the_ended_runner_has_been_heard_out() -> None:
    async def story() -> None:
        session = Session(Runner(ended=True), asyncio.get_running_loop())
        patches.create_scriptrunner(session, FRAGMENT)
        await asyncio.sleep(0.03)
        assert session.created == []
        session._scriptrunner = None  # what Streamlit does at the runner's last word
        await asyncio.sleep(0.03)
        assert session.created == [FRAGMENT]

    tell(story())


def test_two_that_wait_both_come_to_run_in_their_order() -> None:
    async def story() -> None:
        tick = RerunData(fragment_id="stage")
        session = Session(Runner(ended=True), asyncio.get_running_loop())
        patches.create_scriptrunner(session, FRAGMENT)
        patches.create_scriptrunner(session, tick)
        session._scriptrunner = None
        await asyncio.sleep(0.03)
        assert session.created == [FRAGMENT]
        assert session._scriptrunner is not None
        assert session._scriptrunner.taken == [tick]

    tell(story())


def test_one_that_waits_while_another_runner_comes_and_ends_still_runs() -> None:
    async def story() -> None:
        session = Session(Runner(ended=True), asyncio.get_running_loop())
        patches.create_scriptrunner(session, FRAGMENT)
        session._scriptrunner = Runner(ended=True)
        await asyncio.sleep(0.03)
        assert session.created == []
        session._scriptrunner = None
        await asyncio.sleep(0.03)
        assert session.created == [FRAGMENT]

    tell(story())


def test_a_session_that_ends_starts_nothing_more() -> None:
    async def story() -> None:
        session = Session(Runner(ended=True), asyncio.get_running_loop())
        patches.create_scriptrunner(session, FRAGMENT)
        session._state = AppSessionState.SHUTDOWN_REQUESTED
        session._scriptrunner = None
        await asyncio.sleep(0.03)
        assert session.created == []

    tell(story())


@pytest.mark.parametrize(
    ("runner", "rerun"), [(None, FRAGMENT), (Runner(ended=True), RerunData())], ids=["first run", "whole page"]
)
def test_what_has_nothing_to_wait_for_runs_at_once(runner: Runner | None, rerun: RerunData) -> None:
    async def story() -> None:
        session = Session(runner, asyncio.get_running_loop())
        patches.create_scriptrunner(session, rerun)
        assert session.created == [rerun]

    tell(story())


def asked_after(*states: ClientState | None) -> list[object]:
    session = Session(None, asyncio.new_event_loop())
    for state in states:
        patches.request_rerun(session, state)
    session._event_loop.close()
    return session.asked


PAGE, OTHER = ClientState(page_script_hash="page"), ClientState(page_script_hash="other")
OF_PAGE = ClientState(page_script_hash="page", fragment_id="stage")


def test_a_fragment_of_a_page_that_was_left_is_not_run() -> None:
    assert asked_after(PAGE, OF_PAGE, OTHER, OF_PAGE, PAGE, OF_PAGE) == [PAGE, OF_PAGE, OTHER, PAGE, OF_PAGE]


def test_a_page_asked_for_by_its_address_takes_its_fragments_whatever_its_hash() -> None:
    by_name = ClientState(page_name="measuring")
    assert asked_after(by_name, OF_PAGE) == [by_name, OF_PAGE]
    assert asked_after(None, OF_PAGE) == [None, OF_PAGE]


def test_a_fragment_that_waited_while_its_page_was_left_is_not_run() -> None:
    async def story() -> None:
        session = Session(Runner(ended=True), asyncio.get_running_loop())
        patches.request_rerun(session, PAGE)
        patches.create_scriptrunner(session, RerunData(fragment_id="stage", page_script_hash="page"))
        patches.request_rerun(session, OTHER)
        session._scriptrunner = Runner(ended=False)  # the other page's
        await asyncio.sleep(0.03)
        assert session.created == []
        assert session._scriptrunner.taken == []

    tell(story())


def test_only_a_whole_page_clears_the_queue() -> None:
    session = Session(None, asyncio.new_event_loop())
    patches.clear_queue(session, ["stage"])
    assert session.cleared == []
    patches.clear_queue(session)
    assert session.cleared == [None]
    session._event_loop.close()


def test_streamlit_is_as_assumed() -> None:
    """The mended methods are called where they were, and their session holds what they read."""
    assert list(inspect.signature(AppSession._create_scriptrunner).parameters)[1:] in (
        ["initial_rerun_data"],
        ["rerun"],
    )
    asked = inspect.getsource(ORIGINAL_REQUEST)
    assert "self._create_scriptrunner(rerun_data)" in asked
    heard = inspect.getsource(AppSession._handle_scriptrunner_event_on_event_loop)
    assert "sender is not self._scriptrunner" in heard  # why an ended runner must be heard out first
    assert "self._scriptrunner = None" in heard  # its last word
    assert "self._clear_queue(fragment_ids_this_run)" in heard
