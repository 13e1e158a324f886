"""Random users on one server, for a while, some of whom mean harm. `python -m benchmarks.soak --hostile --minutes 60`

Each opens a page without a browser, as `benchmarks.sessions` does, and then plays, turns knobs, asks exhibits, sends
what fits no message, goes away without a word, or comes back; now and then a worker is killed or stopped. In the end
nobody is left, and the server has to be as it was: it answers, no worker trains, none is left over, and its memory,
threads and open files are what they were after the first users had gone. Every run that was seen is accounted for: it
ended, or went on when its last viewer left; none has failed but those whose worker was killed.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.sessions import Visitor
from benchmarks.soak import resident
from gancore.config import FIELDS
from gancore.experiments.presets import PRESETS
from gancore.runtime.failures import KILLED
from tests.browser.harness import Server, start_server, stop_server

USERS = 6  # at once
FIRST = 90.0  # seconds of the first users, who mean no harm: the server then holds what it always does
STARTED = 200.0  # MiB that a worker holds once it has imported torch
GRACE = 1.0  # seconds that a closed tab's runs wait for it
SETTLE = 20.0  # seconds after the last user has gone, and ...
QUIET = (
    240.0  # ... more, at most, until no worker is busy: a spare imports torch for as long where others use the cores
)
SPARES = 4  # workers that may be left: two warm ones, and two that have just ended a run
GROWTH = 60.0  # MiB that the server may have grown by
MORE_FILES, MORE_THREADS = 420, 12  # Streamlit keeps 128 sessions that have ended, each with three open files
NOISE = (
    "",
    "null",
    "[]",
    '{"kind": "erase"}',
    '{"kind": "got", "number": 10000}',
    "x" * 20_000,
    '{"kind": "play", "x": 1}',
)


@dataclass
class Told:
    """Counts of what users did, and of what was done to workers."""

    visits: int = 0
    hostile: int = 0
    killed: int = 0
    stopped: int = 0
    failed: int = 0
    runs: dict[str, tuple[str, str]] = field(default_factory=dict)  # their newest states, as visitors were told

    def __str__(self) -> str:
        states = Counter(state for state, _ in self.runs.values())
        of_runs = ", ".join(f"{count} {state}" for state, count in states.most_common())
        return (
            f"{self.visits} visits came to their end, {self.failed} were cut off by {self.hostile} messages of noise; "
            f"{self.killed} workers killed, {self.stopped} stopped\n{len(self.runs)} runs seen: {of_runs}"
        )

    def unexplained(self) -> list[str]:
        """The sentences of runs that failed, though nobody had killed their workers."""
        failed = [said for state, said in self.runs.values() if state == "failed"]
        return [said for said in failed if KILLED not in said or said.startswith("No worker")]


@dataclass(frozen=True)
class State:
    """The server from outside."""

    memory: float  # MiB
    threads: int
    files: int
    workers: int
    busy: int


def held(pid: int) -> float:
    """MiB that a process holds; 0 where it has gone."""
    try:
        return resident(pid)
    except (OSError, ValueError):
        return 0.0


def look(server: Server) -> State:
    folder = Path(f"/proc/{server.process.pid}")
    threads, files = (len(list((folder / name).iterdir())) for name in ("task", "fd"))
    return State(resident(server.process.pid), threads, files, len(server.workers()), len(server.busy(1.0)))


def settled(server: Server) -> State:
    """The server once all that the last users have left behind is over, as far as it ends by itself."""
    time.sleep(SETTLE)
    deadline = time.monotonic() + QUIET
    while (state := look(server)).busy and time.monotonic() < deadline:
        time.sleep(1.0)
    return state


def address(draw: random.Random) -> str:
    """A page's query: mostly one that means something."""
    names = [name for name, preset in PRESETS.items() if not preset.config.on_images]
    a, b = draw.choice(names), draw.choice(names)
    hostile = [
        "a=" + secrets.token_hex(20),
        "a.d_lr=1e999&card=-3",
        "a=ring-chase&b=<script>&many=17&seed=x",
        "%00=%ff",
    ]
    return draw.choice(
        [f"a={a}&b={b}&a.steps=100000", f"a={a}&seed={draw.randrange(5)}", f"a={a}&many=16", *hostile[:2]]
    )


async def act(visitor: Visitor, draw: random.Random, told: Told) -> None:
    """One thing that a user does."""
    match draw.randrange(10):
        case 0 | 1 | 2:
            await visitor.say(kind=draw.choice(["play", "pause", "step", "rewind", "new_seed", "seeds", "single"]))
        case 3 | 4 | 5:
            name = draw.choice(list(FIELDS))
            value: Any = draw.choice([0.5, 0.001, -1, 7, "hinge", "none", 1e300, ""])
            await visitor.say(
                kind="turn", number=draw.randrange(1, 9), panel=draw.choice([0, 1, None]), field=name, value=value
            )
        case 6:
            await visitor.say(kind="ask", number=1, exhibit=draw.choice(["dirac", "nothing"]), setting={"h": 0.3})
        case 7:
            await visitor.say(kind="keep", panel=draw.randrange(4))
        case 8:
            await visitor.say(kind="pace", value=draw.choice([None, "eased", 5, 100]))
        case _:
            told.hostile += 1
            await visitor.socket.send(draw.choice(NOISE))


async def user(port: int, number: int, until: float, told: Told) -> None:
    """One after the other, visits of one user."""
    draw = random.Random(number)
    while time.monotonic() < until:
        visitor = Visitor(port, number, address(draw))
        watching: asyncio.Task[None] | None = None
        try:
            async with asyncio.timeout(60):
                opened = await visitor.open()
                watching = asyncio.create_task(visitor.watch(opened))
                while not visitor.greeted and not watching.done():
                    await asyncio.sleep(0.05)
                for _ in range(draw.randrange(3, 25)):
                    await asyncio.sleep(draw.random())
                    await act(visitor, draw, told)
            told.visits += 1
        except Exception:  # such as a connection closed on who sends noise; the server is looked at in the end
            told.failed += 1
        finally:
            if watching is not None:
                watching.cancel()
            told.runs |= visitor.seen
            await visitor.close(rudely=draw.random() < 0.5)


async def trouble(server: Server, until: float, told: Told) -> None:
    """Workers are killed or stopped: such as have imported torch, for where none comes to be ready all that is shown is
    that none can be started."""
    draw = random.Random(0)
    while time.monotonic() < until:
        await asyncio.sleep(draw.uniform(5, 20))
        workers = [pid for pid in sorted(server.workers()) if held(pid) > STARTED]
        if not workers:
            continue
        kill = draw.random() < 0.6
        try:
            os.kill(draw.choice(workers), signal.SIGKILL if kill else signal.SIGSTOP)
        except ProcessLookupError:
            continue
        told.killed += kill
        told.stopped += not kill


async def crowd(server: Server, seconds: float, told: Told, *, harm: bool) -> None:
    until = time.monotonic() + seconds
    port = int(server.url.rsplit(":", 1)[1])
    users = [user(port, number, until, told) for number in range(USERS)]
    await asyncio.gather(*users, *([trouble(server, until, told)] if harm else []))


def faults(server: Server, before: State, after: State, told: Told, minutes: float) -> list[str]:
    """The faults that were found, a sentence each."""
    wrong: list[str] = []
    with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=10) as answer:
        if answer.status != 200:
            wrong.append(f"the server answers {answer.status}")
    if after.busy:
        wrong.append(f"{after.busy} workers train, and nobody is there")
    if after.workers > SPARES:
        wrong.append(f"{after.workers} workers are left, {SPARES} may be")
    if after.memory > before.memory + GROWTH:
        wrong.append(f"the server has grown from {before.memory:.0f} to {after.memory:.0f} MiB")
    if after.threads > before.threads + MORE_THREADS:
        wrong.append(f"the server has {after.threads} threads, {before.threads} before")
    if after.files > before.files + MORE_FILES:
        wrong.append(f"the server has {after.files} open files, {before.files} before")
    if told.visits < 3 * minutes:
        wrong.append(f"only {told.visits} visits came to their end")
    wrong += [f"a run failed for another reason than harm: {said}" for said in told.unexplained()[:3]]
    return wrong


def main(minutes: float) -> None:
    """Raises SystemExit that says what is wrong in the end."""
    server = start_server(GANCORE_GRACE=str(GRACE))
    told = Told()
    wrong: list[str] = []
    try:
        asyncio.run(crowd(server, FIRST, Told(), harm=False))
        before = settled(server)
        print(f"after the first users: {before}", flush=True)
        asyncio.run(crowd(server, 60 * minutes, told, harm=True))
        after = settled(server)
        print(f"in the end: {after}\n{told}", flush=True)
        wrong = faults(server, before, after, told, minutes)
    finally:
        left = server.workers()
        stop_server(server)
    deadline = time.monotonic() + 30
    while (orphans := {pid for pid in left if Path(f"/proc/{pid}").exists()}) and time.monotonic() < deadline:
        time.sleep(0.5)
    if orphans:
        wrong.append(f"{len(orphans)} workers outlived the server")
    if wrong:
        raise SystemExit("; ".join(wrong))
    print("Nothing is left.")
