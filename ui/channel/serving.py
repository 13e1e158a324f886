"""The socket: hears a browser, and sends it what its room has to show.

One task a connection hears, one speaks, and one a room looks now and then for what is new there. Whatever may wait for
a worker or for a computation runs in a thread: the event loop never waits.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

import anyio
from anyio import CapacityLimiter
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from ui.channel.allowance import Allowance
from ui.channel.messages import VERSION, Ask, Got, Hello, Message, read_message
from ui.channel.room import Room
from ui.channel.rooms import Rooms
from ui.channel.viewer import Viewer

LOOK = 1 / 30  # seconds between two looks at what is new in a room
JUDGE = 0.25  # seconds between two looks at what the frames come to, such as a verdict on many seeds
TOUCH = 2.0  # seconds between two signs that somebody watches
GREETINGS = 10  # tenths of a second in which the room may be left that a tab had before it was loaded anew
HELLO = 10.0  # seconds in which a browser says who it is
SILENCE = 30.0  # seconds after which a browser that says nothing, not even that it got a message, is given up
MOST_A_SECOND = 200  # messages that one browser may send on average ...
MOST_AT_ONCE = 600  # ... and at once
THREADS = 32  # that wait for workers and computations, of all rooms together

# Why a connection ends; 4000 to 4999 are for applications, RFC 6455, 7.4.2.
NOT_UNDERSTOOD = 4400
NO_ENTRY = 4401
NO_ROOM = 4404
OTHER_VERSION = 4409
TOO_MANY = 4429

_LOG = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class _Refused(Exception):
    """The connection ends, with a code and a sentence."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Serving:
    """The live channel of a server."""

    def __init__(self, rooms: Callable[[], Rooms]) -> None:
        self._rooms = rooms
        self._keepers: dict[Room, asyncio.Task[None]] = {}
        self._threads: CapacityLimiter | None = None

    def routes(self, base: str = "") -> list[BaseRoute]:
        """Below the path under which the app is served."""
        prefix = "/".join(["", *filter(None, base.split("/"))])
        return [WebSocketRoute(f"{prefix}/channel/{{room}}", self.converse)]

    async def converse(self, websocket: WebSocket) -> None:
        """One connection, from its first message to its end."""
        await websocket.accept()
        try:
            async with asyncio.timeout(HELLO):
                hello = await self._hear(websocket)
            if not isinstance(hello, Hello):
                raise _Refused(NOT_UNDERSTOOD, "The first message has to say hello.")
            room, viewer = await self._enter(websocket.path_params["room"], hello)
            room.viewers.add(viewer)
            try:
                self._keep(room)
                await self._exchange(websocket, room, viewer)
            finally:
                room.part(viewer)
        except _Refused as refused:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await websocket.close(refused.code, refused.reason[:120])
        except TimeoutError:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await websocket.close(NOT_UNDERSTOOD, "Nothing was said for too long.")
        except WebSocketDisconnect:
            pass

    async def _enter(self, id: str, hello: Hello) -> tuple[Room, Viewer]:
        if hello.version != VERSION:
            raise _Refused(OTHER_VERSION, "The server speaks another version; reload the page.")
        found = self._rooms().enter(id, hello.token)
        if found is None:
            raise _Refused(NO_ROOM, "There is no such room any more.")
        room, role = found
        if role is None:
            raise _Refused(NO_ENTRY, "This token opens no room.")
        if role == "drives":
            for _ in range(GREETINGS):
                if await self._in_thread(self._rooms().greet, room, hello.tab):
                    break
                await asyncio.sleep(0.1)
        return room, Viewer(drives=role == "drives", have=hello.have)

    # ── Hearing and speaking ──────────────────────────────────────────────────────────────────────────────────────────

    async def _exchange(self, websocket: WebSocket, room: Room, viewer: Viewer) -> None:
        """Hears and speaks until one of both ends."""
        speaking = asyncio.create_task(self._speak(websocket, room, viewer))
        hearing = asyncio.create_task(self._listen(websocket, room, viewer))
        try:
            await asyncio.wait((speaking, hearing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (speaking, hearing):
                task.cancel()
            ended = await asyncio.gather(speaking, hearing, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _speak(self, websocket: WebSocket, room: Room, viewer: Viewer) -> None:
        while True:
            viewer.wake.clear()
            while (message := viewer.next(room, time.monotonic())) is not None:
                await websocket.send_bytes(message)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(viewer.patience):
                    await viewer.wake.wait()

    async def _listen(self, websocket: WebSocket, room: Room, viewer: Viewer) -> None:
        allowance = Allowance(MOST_A_SECOND, MOST_AT_ONCE)
        while True:
            async with asyncio.timeout(SILENCE):
                message = await self._hear(websocket)
            if not allowance.spend(1, time.monotonic()):
                raise _Refused(TOO_MANY, f"More than {MOST_A_SECOND} messages a second.")
            await self._take(room, viewer, message)

    async def _take(self, room: Room, viewer: Viewer, message: Message) -> None:
        if isinstance(message, Got):
            if not viewer.got(message.number):
                raise _Refused(NOT_UNDERSTOOD, "So many messages were never sent.")
        elif isinstance(message, Hello):
            raise _Refused(NOT_UNDERSTOOD, "Hello is said once.")
        elif not viewer.drives:
            pass  # a watcher's token drives nothing
        elif isinstance(message, Ask):
            answer = await self._in_thread(room.answer, message)
            if answer is not None:
                viewer.answer(answer)
        else:
            await self._in_thread(room.obey, viewer, message)
            await self._show(room)

    async def _hear(self, websocket: WebSocket) -> Message:
        received = await websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code") or 1000)
        text: Any = received.get("text")
        if not isinstance(text, str):
            raise _Refused(NOT_UNDERSTOOD, "A message is text.")
        try:
            return read_message(text)
        except ValueError as error:
            raise _Refused(NOT_UNDERSTOOD, str(error)) from None

    # ── Looking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _keep(self, room: Room) -> None:
        """Looks at a room for as long as it has viewers."""
        if room not in self._keepers:
            self._keepers[room] = asyncio.create_task(self._look(room))

    async def _look(self, room: Room) -> None:
        stamp: object = None
        newest: tuple[int, ...] = ()
        judged = touched = 0.0
        try:
            while room.viewers:
                now = time.monotonic()
                if now - touched >= TOUCH:
                    touched = now
                    await self._in_thread(room.comparison.seen)
                latest, before, newest = room.stamp, newest, room.newest
                moved = newest != before
                if latest != stamp or room.state is None or (moved and now - judged >= JUDGE):
                    stamp, judged = latest, now
                    await self._show(room)
                elif moved:
                    _wake(room)
                await asyncio.sleep(LOOK)
            room.let_go()  # the last look may have come after the session had ended
        finally:
            del self._keepers[room]  # with no pause since the last look at who is there

    async def _show(self, room: Room) -> None:
        try:
            await self._in_thread(room.describe)
        except Exception:
            _LOG.exception("What stands in a room cannot be described.")  # its frames go on
        _wake(room)

    async def _in_thread(self, work: Callable[..., _Result], *arguments: Any) -> _Result:
        if self._threads is None:
            self._threads = CapacityLimiter(THREADS)
        return await anyio.to_thread.run_sync(work, *arguments, limiter=self._threads)


def _wake(room: Room) -> None:
    for viewer in room.viewers:
        viewer.wake.set()
