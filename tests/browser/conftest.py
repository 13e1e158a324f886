"""A real server and a real Chromium, both on localhost.

Without a browser these tests are skipped with the reason; under CI they fail, since then nothing would be tested.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.harness import (
    BROWSERS,
    FLAGS,
    PATIENCE,
    Server,
    find_browser,
    start_server,
    stop_server,
    wait_ready,
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    path = find_browser()
    if path is None:
        reason = f"no browser is installed; one of {', '.join(BROWSERS)} is needed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """A browser of strangers: each context has a profile of its own, which is empty."""
    launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def server(chromium: str) -> Iterator[Server]:
    running = start_server()
    yield running
    stop_server(running)


@pytest.fixture(scope="session")
def patient_server(chromium: str) -> Iterator[Server]:
    """A server that waits for a closed tab as long as the app does, which a reload on a busy machine may need."""
    running = start_server(GANCORE_GRACE="20")
    yield running
    stop_server(running)


@pytest.fixture(scope="session")
def profile(
    playwright: Playwright, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One profile for all tests, on the disk as a visitor's is: it keeps the app's scripts, and what they compile to.
    A tab's state goes with the tab."""
    made = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=chromium,
        args=FLAGS,
        viewport={"width": 1280, "height": 720},
    )
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def context(profile: BrowserContext) -> Iterator[BrowserContext]:
    """The profile, with no tab left open by another test."""
    yield profile
    _blank, *opened = profile.pages
    for page in opened:
        page.evaluate("() => localStorage.clear()")
        page.close()


@pytest.fixture
def open_page(context: BrowserContext, server: Server) -> Callable[[str], Page]:
    """Opens a path of the app and waits until it is connected and its stage is drawn."""

    def open_it(path: str = "") -> Page:
        page = context.new_page()
        page.goto(f"{server.url}/{path}")
        wait_ready(page)
        return page

    return open_it
