"""What a page has to survive in front of a class."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.harness import Server, number, panel, stage, start_server, stop_server, until, wait_ready

Open = Callable[[str], Page]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="worker processes are looked up in /proc")

LONG = "?a=ring-chase&b=ring-chase&a.steps=1000000&b.steps=1000000"
IMAGES = "diffaugment?a=small-none&b=small-diffaugment&a.steps=1000000&b.steps=1000000"


@pytest.fixture
def quiet_server(server: Server) -> Server:
    """The server, as soon as no run of another test is left."""
    until(lambda: not server.busy(), 60, "the end of training after the grace")
    return server


def visit(context: BrowserContext, server: Server, path: str) -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/{path}")
    wait_ready(page)
    return page


def play(page: Page) -> None:
    page.keyboard.press("Space")
    until(lambda: number(stage(page, "live-step")) > 0, what="training")


@pytest.mark.parametrize(("path", "kind"), [(LONG, "plane"), (IMAGES, "images")], ids=["points", "images"])
def test_a_reload_finds_the_same_runs(context: BrowserContext, patient_server: Server, path: str, kind: str) -> None:
    page = visit(context, patient_server, path)
    play(page)
    runs = [panel(page, i, "run") for i in (0, 1)]
    assert all(runs)
    page.reload()
    wait_ready(page)
    until(lambda: [panel(page, i, "run") for i in (0, 1)] == runs, what="the same runs after the reload")
    until(lambda: panel(page, 0, "kind") == kind, what="its pictures")
    if kind == "images":
        until(lambda: panel(page, 0, "images-step") != "", what="its images")
    step = number(stage(page, "live-step"))
    until(lambda: number(stage(page, "live-step")) > step, what="more steps")
    page.keyboard.press("Space")
    until(lambda: stage(page, "state") == "paused", what="the pause, so that the next test has the cores")
    page.close()


def test_a_closed_tab_frees_its_runs(context: BrowserContext, quiet_server: Server) -> None:
    page = visit(context, quiet_server, LONG)
    play(page)
    assert quiet_server.busy()
    page.close()
    until(lambda: not quiet_server.busy(), 60, "the end of training after the grace")


def test_no_worker_outlives_a_killed_server(context: BrowserContext) -> None:
    own = start_server()
    try:
        page = visit(context, own, LONG)
        play(page)
        assert own.workers()
        own.process.kill()
        until(lambda: not own.workers(), 30, "the end of every worker")
        page.close()
    finally:
        stop_server(own)


def test_a_killed_worker_is_a_sentence_and_can_be_run_again(context: BrowserContext, quiet_server: Server) -> None:
    page = visit(context, quiet_server, LONG)
    play(page)
    until(lambda: number(stage(page, "frames")) > 5, what="a few frames")
    for pid in quiet_server.workers():
        os.kill(pid, signal.SIGKILL)
    until(lambda: panel(page, 0, "state") == "failed", what="the failure")
    assert "signal 9" in panel(page, 0, "message")
    assert number(stage(page, "frames")) > 5
    page.get_by_role("button", name="Run it again").first.click()
    until(lambda: panel(page, 0, "state") == "running", what="another run")
    page.close()


def test_a_worker_that_hangs_is_a_sentence_and_can_be_ended(context: BrowserContext, quiet_server: Server) -> None:
    page = visit(context, quiet_server, LONG)
    play(page)
    until(lambda: number(stage(page, "frames")) > 5, what="a few frames")
    stopped = quiet_server.workers()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    button = page.get_by_role("button", name="End it, and run it again")
    button.first.wait_for()
    assert "no sign" in panel(page, 0, "message")
    button.first.click()
    until(lambda: "no sign" not in panel(page, 0, "message"), what="another run")
    until(lambda: panel(page, 0, "state") == "running", what="its training")
    until(lambda: not set(stopped) & set(quiet_server.workers()), what="the end of those that hung")
    page.close()


def test_divergence_stops_says_where_and_offers_the_way_back(open_page: Open) -> None:
    page = open_page("?a=ring-chase&b=ring-chase&a.d_lr=1e6&a.g_lr=1e6")
    page.keyboard.press("Space")
    until(lambda: panel(page, 0, "state") == "diverged", what="the divergence")
    message = panel(page, 0, "message")
    assert "step" in message
    assert any(name in message for name in ("discriminator", "generator", "critic"))
    until(lambda: number(stage(page, "frames")) > 0, what="kept frames")
    page.get_by_role("button", name="Rewind with").first.click()
    until(lambda: panel(page, 0, "state") in ("running", "finished"), what="a run that goes on")
    until(lambda: "d_lr" not in page.evaluate("() => location.href"), what="the preset's rate in the address")


def test_visitors_of_one_page_see_one_run_until_one_of_them_turns_a_knob(
    context: BrowserContext, quiet_server: Server
) -> None:
    first, second = visit(context, quiet_server, LONG), visit(context, quiet_server, LONG)
    play(first)
    play(second)
    runs = [panel(first, i, "run") for i in (0, 1)]
    assert [panel(second, i, "run") for i in (0, 1)] == runs
    until(lambda: number(stage(second, "frames")) > 20, what="some history")
    had = number(stage(second, "frames"))
    slider = second.get_by_role("slider", name="D learning rate").first
    slider.focus()
    second.keyboard.press("ArrowRight")
    until(lambda: panel(second, 0, "run") not in ("", runs[0]), what="a run of its own")
    assert panel(second, 1, "run") == runs[1]
    split = number(stage(second, "live-step"))
    assert number(stage(second, "frames")) >= had - 5  # the past is the same, and here
    until(lambda: number(stage(second, "live-step")) > split + 20, what="more steps of it")
    assert [panel(first, i, "run") for i in (0, 1)] == runs
    step = number(stage(first, "live-step"))
    until(lambda: number(stage(first, "live-step")) > step, what="more steps of the other's")
    first.close()
    second.close()


def test_visitors_for_whom_there_is_no_slot_take_turns(context: BrowserContext, quiet_server: Server) -> None:
    four = LONG + "&c=ring-chase&d=ring-chase&c.steps=1000000&d.steps=1000000"
    first, second = visit(context, quiet_server, four), visit(context, quiet_server, LONG + "&seed=5")
    play(first)
    until(lambda: panel(first, 3, "state") == "running", what="four runs")
    assert panel(second, 0, "run") == ""
    second.keyboard.press("Space")
    for page, at in ((second, 0), (second, 1), (first, 0), (first, 3), (second, 0)):
        step = number(panel(page, at, "step"))
        until(lambda page=page, at=at, step=step: number(panel(page, at, "step")) > step, 90, "a turn")
    first.close()
    second.close()


def test_nothing_in_an_address_becomes_markup(open_page: Open) -> None:
    page = open_page("?a=%3Cimg%20src%3Dx%20onerror%3D%22window.hit%3D1%22%3E&b=![x](http%3A//example.com/x.png)")
    page.locator('[data-testid="stAlert"]').first.wait_for()
    assert page.evaluate("() => window.hit") is None
    assert page.locator('[data-testid="stAlert"] img').count() == 0
    assert page.locator('[data-testid="stAlert"] a').count() == 0


def test_the_server_listens_on_localhost_alone(server: Server) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            pytest.skip("this machine has no other address to try")
        address = probe.getsockname()[0]
    if address.startswith("127."):
        pytest.skip("this machine has no other address to try")
    with socket.socket() as caller:
        caller.settimeout(5)
        assert caller.connect_ex((address, port)) != 0


def test_it_starts_where_streamlit_has_never_run(tmp_path: Path) -> None:
    # As `make run` does, and nobody there to answer what Streamlit asks newcomers; BROWSER: nothing opens.
    server = start_server("--server.headless", "false", HOME=str(tmp_path), BROWSER="true")
    assert server.process.poll() is None
    stop_server(server)
