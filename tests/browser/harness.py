"""A running app, and a browser's view of it: what the browser tests and the benchmark of the page share."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

from gancore.processor import usable_cores

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
GRACE = "0.3"  # seconds that a closed tab's runs wait for it: so that those of one test leave the cores to the next
PLAIN = {"GANCORE_COMPILE": "off", "GANCORE_GRACE": GRACE, "GANCORE_FIRST_PACE": "0"}  # where a test does not say more
SLOWER = 1 if usable_cores() > 1 else 3  # one core plays two runs, serves the page and draws it
PATIENCE = 60_000 * SLOWER  # milliseconds; a shared two-core machine can be slow
SHORT = 20  # steps, of runs that are played to their end
# The exhibits that count their pictures
PAINTERS = (
    "first_gan",
    "stage",
    "optimal_discriminator",
    "dirac",
    "remedies",
    "augmentation",
    "corruption",
    "small_data",
)


def find_browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@dataclass
class Server:
    """A running app."""

    url: str
    process: subprocess.Popen[bytes]

    def workers(self) -> set[int]:
        """Process ids of the workers that this server's registry has started."""
        found: set[int] = set()
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                command = (entry / "cmdline").read_bytes()
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if b"gancore.runtime.worker" in command and f"GANCORE_TEST_SERVER={self.url}".encode() in environment:
                found.add(int(entry.name))
        return found

    def busy(self, seconds: float = 0.5) -> set[int]:
        """Workers that use the processor for a tenth of the next `seconds`."""
        before = self._ticks()
        time.sleep(seconds)
        return {pid for pid, after in self._ticks().items() if after - before.get(pid, after) >= 10 * seconds}

    def _ticks(self) -> dict[int, int]:
        """Processor time of each worker, in hundredths of a second."""
        found: dict[int, int] = {}
        for pid in self.workers():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            found[pid] = int(fields[11]) + int(fields[12])
        return found


def start_server(*options: str, **environment: str) -> Server:
    """The app on a free port, as `make run` starts it but without opening a browser; with further options of
    `streamlit run`, and variables of the environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "ui", "--server.port", str(port)),
            *("--server.headless", "true", *options),
        ],
        cwd=ROOT,
        env={**PLAIN, **os.environ, "GANCORE_TEST_SERVER": url, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return Server(url, process)
        except OSError:
            if time.monotonic() > deadline or process.poll() is not None:
                process.kill()
                raise
            time.sleep(0.1)


def stop_server(server: Server) -> None:
    server.process.send_signal(signal.SIGINT)
    try:
        server.process.wait(15)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


def wait_ready(page: Page) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-connection-state="CONNECTED"]')
    until(lambda: painted(page) > 0, what="the first picture of the stage or of another exhibit")


def painted(page: Page) -> int:
    """How many pictures the exhibit of this card has painted."""
    return sum(number(exhibit(page, which, "painted")) for which in PAINTERS)


def stage(page: Page, name: str) -> str | None:
    """A data attribute of the stage; None while there is no stage."""
    return exhibit(page, "stage", name)


def exhibit(page: Page, which: str, name: str) -> str | None:
    """A data attribute of an exhibit; None while it is not there."""
    return next(iter(attributes(page.locator(f'[data-testid="{which}"]'), f"data-{name}")), None)


def attributes(of: Locator, name: str) -> list[str | None]:
    """An attribute of everything a locator finds, in one look: between two, a page may be drawn again."""
    return of.evaluate_all("(nodes, name) => nodes.map((node) => node.getAttribute(name))", name)


def check_legible(page: Page, which: str) -> None:
    """Every text in an exhibit that is no picture has at least 16 pixels, light and dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_timeout(300)
        sizes: list[float] = page.locator(f'[data-testid="{which}"]').evaluate(
            """(root) => [...root.querySelectorAll("*")]
                .filter((node) => [...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim()))
                .map((node) => parseFloat(getComputedStyle(node).fontSize))"""
        )
        assert sizes
        assert min(sizes) >= 16


def play_to_verdict(page: Page, panels: int, words: Sequence[str]) -> None:
    """Plays runs of SHORT steps to their end; each panel's verdict then says all the words."""
    hurry(page)
    page.keyboard.press("Space")
    every = range(panels)
    until(lambda: all(panel(page, i, "state") == "finished" for i in every), 180, "the end of every run")
    until(lambda: all(panel(page, i, "step") == str(SHORT) for i in every), what="the last frame")
    for i in every:
        verdict = page.locator('[data-testid="stage"] [data-run]').nth(i).locator(".verdict").inner_text()
        for word in words:
            assert word in verdict
    assert page.locator('[data-testid="stException"]').count() == 0


def hurry(page: Page) -> None:
    """Lets a run of few steps be over at once: at max speed it would last for four seconds."""
    _pace(page, 100)


def play(page: Page, steps: int = 20) -> None:
    """Trains for so many steps, and on: without haste, so that the runs leave the processor to what is tested."""
    _pace(page, 25)
    page.keyboard.press("Space")
    until(lambda: number(stage(page, "live-step")) > steps, what=f"{steps} steps of training")


def _pace(page: Page, speed: int) -> None:
    page.get_by_role("combobox", name="Speed in steps a second").select_option(str(speed))
    until(lambda: stage(page, "speed") == str(speed), what="the speed")


def panel(page: Page, index: int, name: str) -> str:
    """A data attribute of one panel."""
    found = attributes(page.locator('[data-testid="stage"] [data-run]'), f"data-{name}")
    return (found[index] or "") if index < len(found) else ""


def until(check: Callable[[], bool], seconds: float = 60, what: str = "it") -> None:
    """Waits until `check` is true; fails with `what` after `seconds`, thrice as many on one core."""
    seconds *= SLOWER
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.1)


def number(text: str | None) -> int:
    """The whole number in a text such as "1,240"."""
    return int(re.sub(r"[^0-9]", "", text or "0") or 0)
