"""A lecture hall on the channel: 1, 10, 30 and 100 watchers of one room. `python -m benchmarks.audience`

One server, one room of two runs that train without end, and so many sockets that take and acknowledge what they are
sent. How old the newest frame is when it arrives, against the quickest way that any took; frames a second; processor
time of the server, its workers left out; the steps a second of the runs; and how many watchers were lost.

The watchers run on the same machine as the server and its two workers: with many of them on few cores, part of what is
measured is theirs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from statistics import median, quantiles

AUDIENCES = (0, 1, 10, 30, 100)
TAB = "0" * 32


@dataclass
class Heard:
    """The frames that the watchers of one round heard."""

    ages: list[float] = field(default_factory=list)  # seconds, still with the clocks' difference in them
    frames: int = 0
    bytes: int = 0
    lost: int = 0


def serve() -> None:
    """The server: prints where it is, then on each line that it reads the processor time and the steps so far."""
    import uvicorn
    from starlette.applications import Starlette

    from benchmarks.soak import resident
    from gancore.experiments.presets import PRESETS
    from gancore.runtime import Registry
    from ui.app.address import state_of
    from ui.channel import Rooms, Serving
    from ui.stage.comparison import Comparison
    from ui.stage.scenario import Scenario

    names = ("ring-chase", "ring-chase-pac")
    registry = Registry(lease=3600)
    while registry.ready < 2:
        time.sleep(0.05)
    state = state_of(names)
    for i, name in enumerate(names):
        state = state.with_config(i, PRESETS[name].config.changed(steps=1_000_000))
    rooms = Rooms(lambda: None)  # type: ignore[arg-type,return-value]
    room = rooms.open("page", Comparison(registry, state, [Scenario("one", "One", names)]))
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=Serving(lambda: rooms).routes()), port=0, log_level="error")
    )
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    room.comparison.start()
    port = server.servers[0].sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "room": room.id, "token": room.watcher}), flush=True)
    for _ in sys.stdin:
        used = resource.getrusage(resource.RUSAGE_SELF)
        steps = sum(run.step for run in room.comparison.runs if run is not None)
        memory = resident("self") * 2**20
        print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "steps": steps, "memory": memory}), flush=True)
    registry.close()


async def watch(where: dict[str, object], heard: Heard, until: float) -> None:
    """One watcher."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    from gancore.runtime.frames import read_header
    from ui.channel import VERSION

    url = f"ws://localhost:{where['port']}/channel/{where['room']}"
    hello = {"kind": "hello", "version": VERSION, "token": where["token"], "tab": TAB}
    settled = time.monotonic() + 1.0  # of what was before only the newest counts
    try:
        async with connect(url, max_size=None, ping_interval=None) as socket:
            await socket.send(json.dumps(hello))
            count = 0
            newest: dict[str, int] = {}
            while time.monotonic() < until:
                async with asyncio.timeout(20):
                    message = await socket.recv(decode=False)
                now = time.monotonic()
                count += 1
                await socket.send(json.dumps({"kind": "got", "number": count}))
                header, body = read_header(message)
                if header["kind"] != "frames" or now < settled:
                    continue
                heard.bytes += len(message)
                for run in header["runs"]:
                    heard.frames += len(run["frames"])
                    if not run["frames"] or run["frames"][-1][0] <= newest.get(run["run"], 0):
                        continue  # older ones, for who came late
                    newest[run["run"]], offset, length = run["frames"][-1]
                    made = read_header(message[body + offset : body + offset + length])[0]["time"]
                    heard.ages.append(now - made)
    except (ConnectionClosed, OSError, TimeoutError):
        heard.lost += 1


async def hall(where: dict[str, object], audience: int, seconds: float) -> Heard:
    heard = Heard()
    until = time.monotonic() + seconds
    await asyncio.gather(*(watch(where, heard, until) for _ in range(audience)))
    return heard


def main() -> None:
    parser = argparse.ArgumentParser(description="Watchers of one room.")
    parser.add_argument("--seconds", type=float, default=12.0, help="length of each measurement")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.audience", "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None

    def ask() -> dict[str, float]:
        assert server.stdin is not None
        assert server.stdout is not None
        print(file=server.stdin, flush=True)
        return json.loads(server.stdout.readline())

    where = json.loads(server.stdout.readline())
    time.sleep(5)  # the runs are at their pace
    quickest: float | None = None
    print("watchers   age median / p95   frames/s each     MB/s   server CPU   a watcher    steps/s   memory   lost")
    for audience in AUDIENCES:
        before, began = ask(), time.monotonic()
        heard = Heard()
        if audience:
            heard = asyncio.run(hall(where, audience, options.seconds))
        else:
            time.sleep(options.seconds)
        after, took = ask(), time.monotonic() - began
        cpu = (after["cpu"] - before["cpu"]) / took
        steps = (after["steps"] - before["steps"]) / took
        ages = "            –    "
        if heard.ages:
            quickest = min(heard.ages) if quickest is None else quickest
            late = [age - quickest for age in heard.ages]
            ages = f"{1000 * median(late):6.0f} / {1000 * quantiles(late, n=20)[-1]:.0f} ms"
        each = heard.frames / took / audience if audience else 0.0
        alone = f"{cpu / audience:8.2%}" if audience else "       –"
        print(
            f"{audience:8}   {ages:>17}   {each:13.1f}   {heard.bytes / took / 1e6:6.1f}   {cpu:10.1%}   {alone:>9}"
            f"   {steps:8,.0f}   {after['memory'] / 1e6:5.0f} MB  {heard.lost:4}"
        )
    server.stdin.close()
    server.wait(30)


if __name__ == "__main__":
    main()
