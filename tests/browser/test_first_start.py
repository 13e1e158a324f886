"""The first start on a developer's machine: `make run`, a new profile, and a browser that opens by itself."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.harness import ROOT, hurry, panel, until, wait_ready
from ui.app.greeting import NEXT, RUNNING

USUAL_PORT = 8501
OVER_THE_STAGE = """(stage) => {
    const host = stage.getRootNode().host ?? stage;
    const { left, top, width, height } = stage.getBoundingClientRect();
    const shares = [0.02, 0.2, 0.4, 0.6, 0.8, 0.98];
    const places = shares.flatMap((x) => shares.map((y) => [left + x * width, top + y * height]));
    const found = places.map(([x, y]) => document.elementFromPoint(x, y));
    return found.filter((node) => node && node !== host && !host.contains(node) && !node.contains(host)).length;
}"""


@dataclass
class Started:
    """What `make run` has said, and which address it has opened."""

    output: Path
    opened: Path
    usual_port_taken: bool = False  # by the test itself, as long as the app runs

    @property
    def lines(self) -> list[str]:
        """What stands in the terminal, but for empty lines."""
        return [line.strip() for line in self.output.read_text(encoding="utf-8").splitlines() if line.strip()]

    @property
    def address(self) -> str:
        """The address that the terminal names; "" while it names none."""
        return next((line for line in self.lines if line.startswith("http")), "")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's folder: 70 images, one of 16 bits, one with transparency, and one that nothing here reads."""
    folder = tmp_path_factory.mktemp("images")
    for grey in range(68):
        Image.new("L", (8, 8), 3 * grey).save(folder / f"{grey}.png")
    Image.fromarray(np.full((8, 8), 32768, np.uint16)).save(folder / "deep.tif")
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(folder / "clear.png")
    (folder / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic")
    return folder


@pytest.fixture(scope="module")
def started(browser: Browser, images: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """`make run`, whose set-up is done, on a machine where coding agents are at home and the usual port is taken."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    home = tmp_path_factory.mktemp("home")
    for agent in (".claude", ".cursor", ".codex"):
        (home / agent).mkdir()
    opened = home / "opened"
    for name in ("xdg-open", "open"):
        opener = home / "bin" / name
        opener.parent.mkdir(exist_ok=True)
        opener.write_text(f'#!/bin/sh\necho "$1" >> "{opened}"\n')
        opener.chmod(0o755)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "STREAMLIT_"))
    }
    environment |= {
        "HOME": str(home),
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "BROWSER": str(home / "bin" / "open"),
        "GANCORE_COMPILE": "off",
        "GANCORE_IMAGES": str(images),
    }
    found = Started(home / "output", opened)
    command = ["make", "--old-file", ".venv/run.stamp", "run", f"BIN={Path(sys.executable).parent}"]
    with found.output.open("wb") as output, closing(socket.socket()) as taken:
        try:
            taken.bind(("localhost", USUAL_PORT))
            taken.listen()
            found.usual_port_taken = True
        except OSError:
            pass  # somebody else has it just now
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            until(lambda: bool(found.address) or process.poll() is not None, what="an address in the terminal")
            yield found
        finally:
            # As Ctrl+C does: to all of the terminal's processes.
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def visit(context: BrowserContext, started: Started) -> Page:
    page = context.new_page()
    page.goto(f"{started.address}/mode_collapse")
    wait_ready(page)
    return page


def test_the_terminal_says_where_the_app_is_and_what_to_do_next_and_nothing_else(started: Started) -> None:
    address = started.address
    if started.usual_port_taken:
        assert not address.endswith(f":{USUAL_PORT}")
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=30) as answer:
        assert answer.status == 200
    said = started.lines
    assert said[0].endswith("-m ui")  # make's own echo
    assert said[1:] == [RUNNING, address, NEXT]
    until(started.opened.exists, what="the opening of a browser")
    assert started.opened.read_text().split() == [address]


def test_nothing_lies_over_the_stage_at_the_first_visit(visit: Page, started: Started) -> None:
    time.sleep(1)  # whatever slides in has slid in
    stage = visit.locator('[data-testid="stage"]')
    assert stage.evaluate(OVER_THE_STAGE) == 0
    assert visit.locator('[data-testid="stSkillsNudge"], [data-testid="stToast"]').count() == 0
    text = visit.locator("body").inner_text()
    assert "Install" not in text
    assert "agents" not in text
    assert started.lines[-1] == NEXT  # nor has a visit made the server say anything


def test_how_a_folder_of_images_was_read_stands_on_the_stage_until_it_is_closed(visit: Page, started: Started) -> None:
    config = "a=small-none&a.data=folder&a.image_side=8&a.images=16&a.steps=20"
    visit.goto(f"{started.address}/diffaugment?{config}")
    wait_ready(visit)
    hurry(visit)
    visit.keyboard.press("Space")
    until(lambda: panel(visit, 0, "state") in ("finished", "failed"), 120, "the end of the run")
    assert panel(visit, 0, "state") == "finished", panel(visit, 0, "message")
    notice = visit.locator('[data-testid="stage"] .notice')
    said = notice.inner_text()
    for sentence in (
        "Of 71 files in the folder, 70 gave an image.",
        "1 of them had 16 bits a channel, now 8.",
        "1 of them had transparent parts, which show white.",
        "1 gave none: 1 HEIC (no decoder here).",
    ):
        assert sentence in said
    notice.get_by_role("button").click()
    until(lambda: not notice.is_visible(), what="the closing of the notice")
