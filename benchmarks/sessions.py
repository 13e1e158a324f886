"""A class on one server: many who open one page at once, and who then each turn a knob. `python -m benchmarks.sessions`

Sessions without a browser: each opens a Streamlit session on the page, finds its room in what Streamlit draws, and
connects to it as a browser does. The runs are real. For each number of sessions: how long after the first one's the
last one's first moving picture came; and, after each has turned a knob to a value of its own, within how many seconds
each saw its run move with it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import time
from statistics import median
from typing import Any

from tests.browser.harness import start_server, stop_server

SESSIONS = (1, 5, 10, 20, 30)
PAGE = "a=ring-chase&b=ring-chase-pac&a.steps=200000&b.steps=200000"
SPREAD = 20.0  # seconds within which everybody turns a knob
PATIENCE = 60.0


class Visitor:
    """One session."""

    def __init__(self, port: int, number: int, query: str = PAGE) -> None:
        self.port, self.number, self.query = port, number, query
        self.tab = secrets.token_hex(16)
        self.run = ""
        self.moved: dict[str, float] = {}  # run -> when its first picture after a step came
        self.newest: dict[str, float] = {}  # run -> when its newest picture came
        self.seen: dict[str, tuple[str, str]] = {}  # run -> its newest state, and the sentence of that
        self.turned: float | None = None  # when the state said that the knob was turned
        self.page: Any = None
        self.socket: Any = None
        self.greeted = False

    async def open(self) -> dict[str, Any]:
        """Opens the page as a browser does; what its stage is mounted with."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
        from websockets.asyncio.client import connect
        from websockets.typing import Subprotocol

        url = f"ws://localhost:{self.port}/_stcore/stream"
        self.page = await connect(url, subprotocols=[Subprotocol("streamlit")], max_size=None)
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        await self.page.send(asked.SerializeToString())
        while True:
            async with asyncio.timeout(PATIENCE):
                data = await self.page.recv(decode=False)
            message = ForwardMsg()
            message.ParseFromString(data)
            component = message.delta.new_element.bidi_component
            if component.component_name == "gancore.stage":
                return json.loads(component.json)

    async def watch(self, told: dict[str, Any]) -> None:
        """Connects to the room and hears it until the end."""
        from websockets.asyncio.client import connect

        from gancore.runtime.frames import read_header
        from ui.channel import VERSION

        self.socket = await connect(f"ws://localhost:{self.port}/channel/{told['room']}", max_size=None)
        await self.say(kind="hello", version=VERSION, token=told["token"], tab=self.tab, have={})
        count = 0
        async for data in self.socket:
            assert isinstance(data, bytes)
            count += 1
            await self.say(kind="got", number=count)
            self.greeted = True
            header, body = read_header(data)
            if header["kind"] == "state":
                self.run = header["panels"][0]["run"] or ""
                self.seen |= {each["run"]: (each["state"], each["message"]) for each in header["panels"] if each["run"]}
            if header["kind"] == "knobs" and header["heard"] and self.turned is None:
                self.turned = time.monotonic()
            if header["kind"] != "frames":
                continue
            for run in header["runs"]:
                for _, offset, length in run["frames"][-1:]:
                    step = read_header(data[body + offset : body + offset + length])[0]["step"]
                    if step > 0:
                        self.newest[run["run"]] = time.monotonic()
                        self.moved.setdefault(run["run"], time.monotonic())

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def close(self, *, rudely: bool = False) -> None:
        """Goes; rudely without saying so."""
        for each in (self.page, self.socket):
            if each is not None and rudely:
                each.transport.abort()
            elif each is not None:
                await each.close()

    async def turns(self) -> float:
        """Turns a knob; seconds until its run has moved with it, or infinity."""
        began = time.monotonic()
        value = 1e-4 * (1 + self.number)
        await self.say(kind="turn", number=1, panel=0, field="d_lr", value=value)
        await self.say(kind="play")
        while time.monotonic() - began < PATIENCE:
            if self.turned is not None and self.newest.get(self.run, 0.0) > self.turned:
                return self.newest[self.run] - began
            await asyncio.sleep(0.02)
        return float("inf")


async def visit(port: int, sessions: int) -> tuple[list[float], list[float]]:
    """Seconds after the first one's for each one's first moving picture, and from each one's turn to its own run's."""
    visitors = [Visitor(port, number) for number in range(sessions)]
    began = time.monotonic()
    told = await asyncio.gather(*(visitor.open() for visitor in visitors))
    watching = [asyncio.create_task(visitor.watch(each)) for visitor, each in zip(visitors, told, strict=True)]
    while not all(visitor.greeted for visitor in visitors):
        await asyncio.sleep(0.01)
    await asyncio.gather(*(visitor.say(kind="play") for visitor in visitors))
    while not all(visitor.moved for visitor in visitors) and time.monotonic() - began < PATIENCE:
        await asyncio.sleep(0.02)
    firsts = [min(visitor.moved.values(), default=float("inf")) for visitor in visitors]
    opened = [each - min(firsts) for each in firsts]

    async def later(visitor: Visitor) -> float:
        await asyncio.sleep(SPREAD * visitor.number / sessions)
        return await visitor.turns()

    turned = list(await asyncio.gather(*(later(visitor) for visitor in visitors)))
    for task in watching:
        task.cancel()
    for visitor in visitors:
        await visitor.close()
    return opened, turned


def main() -> None:
    parser = argparse.ArgumentParser(description="Many sessions on one page.")
    parser.add_argument("--sessions", type=int, nargs="*", default=list(SESSIONS))
    options = parser.parse_args()
    print("sessions   moving after the first one's, median / last   own run after a turn, median / last")
    for sessions in options.sessions:
        server = start_server(GANCORE_GRACE="1")
        try:
            time.sleep(8)  # the spare workers import torch meanwhile
            port = int(server.url.rsplit(":", 1)[1])
            opened, turned = asyncio.run(visit(port, sessions))
        finally:
            stop_server(server)
        first = f"{median(opened):.2f} / {max(opened):.2f} s"
        own = f"{median(turned):.1f} / {max(turned):.1f} s"
        print(f"{sessions:8}   {first:>43}   {own:>36}", flush=True)


if __name__ == "__main__":
    main()
