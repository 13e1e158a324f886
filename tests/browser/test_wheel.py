"""`gancore app` from a built wheel, started in an empty folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import panel, until, wait_ready
from tests.wheel import built, unpacked


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app of the wheel listens."""
    folder = tmp_path_factory.mktemp("wheel")
    library = unpacked(built(folder), folder / "library")
    (empty := folder / "empty").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = os.pathsep.join([str(library), sysconfig.get_paths()["purelib"]])
    command = "from gancore.cli import app; app()"
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", command, "app", "--no-browser", "--port", str(port)],
        cwd=empty, env={**os.environ, "PYTHONPATH": path, "GANCORE_COMPILE": "off"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield f"http://localhost:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def test_the_app_of_the_wheel_plays_and_draws_every_exhibit(browser: Browser, address: str) -> None:
    page = browser.new_page()

    def answers() -> bool:
        try:
            return page.goto(f"{address}/?a.steps=50&b.steps=50") is not None
        except Exception:
            return False

    until(answers, what="the app of the wheel")
    wait_ready(page)
    page.keyboard.press(" ")
    until(lambda: panel(page, 0, "state") == "finished", what="a run of the wheel's workers")
    for path in ("vanishing_gradients", "non_convergence", "diffaugment?card=2", "diffaugment?card=8", "measuring"):
        page.goto(f"{address}/{path}")
        wait_ready(page)
    page.close()
