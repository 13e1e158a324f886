"""The live channel in a real browser: no rerun while a lecture plays, and whatever happens to the connection."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocket

from gancore.runtime.registry import GRACE
from tests.browser.cable import Cable
from tests.browser.harness import Server, number, panel, play, stage, start_server, stop_server, until, wait_ready

Open = Callable[[str], Page]

LONG = "?a=ring-chase&b=ring-chase-pac&a.steps=1000000&b.steps=1000000"


def port_of(server: Server) -> int:
    return int(server.url.rsplit(":", 1)[1])


@pytest.fixture
def own_server(chromium: str) -> Iterator[Server]:
    """A server that a test may stop."""
    running = start_server(GANCORE_GRACE=str(GRACE))
    yield running
    stop_server(running)


@pytest.fixture
def cable(own_server: Server) -> Iterator[Cable]:
    laid = Cable(port_of(own_server))
    yield laid
    laid.close()


def visit(context: BrowserContext, port: int, path: str = LONG) -> Page:
    page = context.new_page()
    page.goto(f"http://localhost:{port}/{path}")
    wait_ready(page)
    return page


def away(page: Page) -> str:
    """What is said over the panels of the connection; "" where nothing is."""
    said = page.locator('[data-testid="stage"] .away')
    return said.inner_text() if said.is_visible() else ""


def requests_of_streamlit(page: Page) -> list[object]:
    """Grows with each message that the page sends to Streamlit, such as for a rerun."""
    sent: list[object] = []

    def hear(socket: WebSocket) -> None:
        if "/_stcore/stream" in socket.url:
            socket.on("framesent", lambda message: sent.append(message))

    page.on("websocket", hear)
    return sent


def test_nothing_is_asked_of_streamlit_while_a_lecture_plays(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    sent = requests_of_streamlit(page)
    page.goto(f"{server.url}/{LONG}")
    wait_ready(page)
    play(page)
    page.wait_for_timeout(1500)  # what begins to train can be saved from now on: one run of the script
    assert sent  # else nothing is counted here
    before, step = len(sent), number(stage(page, "live-step"))
    page.wait_for_timeout(10_000)
    assert number(stage(page, "live-step")) > step + 50
    assert len(sent) == before
    page.keyboard.press("Space")
    until(lambda: stage(page, "state") == "paused", what="the pause")
    page.keyboard.press("n")  # another seed is another address
    until(lambda: "seed=1" in page.evaluate("() => location.search"), what="the address")
    assert len(sent) > before
    page.close()


def test_a_dragged_knob_draws_the_page_again_far_less_often_than_it_is_turned(
    context: BrowserContext, server: Server
) -> None:
    page = context.new_page()
    sent = requests_of_streamlit(page)
    page.goto(f"{server.url}/{LONG}")
    wait_ready(page)
    page.wait_for_timeout(1000)
    before = len(sent)
    slider = page.get_by_role("slider", name="D learning rate").first
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    page.wait_for_url(lambda url: "a.d_lr" in url)
    assert before < len(sent) <= before + 20
    page.close()


LONGER = [pytest.param(seconds, marks=pytest.mark.long) for seconds in (15, 40)]


@pytest.mark.parametrize("seconds", [5, *LONGER])
def test_after_a_break_it_goes_on_by_itself_and_its_pictures_stay(
    context: BrowserContext, cable: Cable, seconds: int
) -> None:
    page = visit(context, cable.port)
    play(page)
    runs = [panel(page, i, "run") for i in (0, 1)]
    cable.cut()
    until(lambda: "does not answer" in away(page), what="the sentence")
    held = number(stage(page, "frames"))
    assert held > 0
    page.keyboard.press("Home")
    until(lambda: panel(page, 0, "step") == "0", what="the first frame, with no server")
    page.wait_for_timeout(1000 * seconds)
    cable.mend()
    until(lambda: stage(page, "connection") == "open", what="the connection")
    assert away(page) == ""
    until(lambda: number(stage(page, "frames")) > held, what="the frames that came meanwhile")
    assert [panel(page, i, "run") for i in (0, 1)] == runs
    page.keyboard.press("End")
    before = number(stage(page, "live-step"))
    page.keyboard.press("Space")
    until(lambda: number(stage(page, "live-step")) > before, what="more steps")
    page.close()


@pytest.mark.skipif(sys.platform != "linux", reason="a process is stopped by a signal")
def test_a_server_that_sleeps_is_a_sentence_until_it_wakes(context: BrowserContext, own_server: Server) -> None:
    page = visit(context, port_of(own_server))
    play(page)
    os.kill(own_server.process.pid, signal.SIGSTOP)
    try:
        until(lambda: "does not answer" in away(page), 30, "the sentence")
    finally:
        os.kill(own_server.process.pid, signal.SIGCONT)
    until(lambda: stage(page, "connection") == "open", what="the connection")
    before = number(stage(page, "live-step"))
    until(lambda: number(stage(page, "live-step")) > before, what="more steps")
    page.close()


def test_a_server_that_was_started_anew_says_that_the_runs_are_gone_and_trains_them_again(
    context: BrowserContext, cable: Cable, own_server: Server
) -> None:
    page = visit(context, cable.port, LONG + "&a.d_lr=0.002")
    play(page)
    run = panel(page, 0, "run")
    cable.cut()
    second = start_server()
    try:
        cable.lead_to(port_of(second))
        cable.mend()
        until(lambda: panel(page, 0, "run") == "" or "started anew" in away(page), what="word of the new server")
        until(lambda: stage(page, "connection") == "open", what="a room of the new server")
        until(lambda: "its runs are gone" in away(page), what="the sentence")
        assert "a.d_lr=0.002" in page.url
        page.keyboard.press("Space")
        until(lambda: panel(page, 0, "run") not in ("", run), what="another run")
        until(lambda: number(stage(page, "live-step")) > 0, what="its training")
        assert away(page) == ""
        page.close()
    finally:
        stop_server(second)


def test_the_token_is_in_no_address(open_page: Open) -> None:
    addresses: list[str] = []
    page = open_page(LONG)
    page.on("request", lambda request: addresses.append(request.url))
    page.on("websocket", lambda socket: addresses.append(socket.url))
    page.reload()
    wait_ready(page)
    opened = [url.rsplit("/channel/", 1)[1] for url in addresses if "/channel/" in url and ".js" not in url]
    assert opened
    assert all(len(room) == 22 for room in opened)  # the room's id, and nothing behind it


def test_no_page_breaks_the_policy_that_it_is_served_with(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    broken: list[str] = []
    page.on(
        "console", lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None
    )
    for path in ("", "vanishing_gradients", "non_convergence", "diffaugment", "measuring"):
        page.goto(f"{server.url}/{path}")
        wait_ready(page)
    assert broken == []
    page.close()
