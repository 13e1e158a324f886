"""All rooms of a server."""

import threading
import time
from collections.abc import Callable

from gancore.runtime.compute_client import ComputeClient
from ui.channel.room import Role, Room
from ui.stage.comparison import Comparison

KEPT = 180.0  # seconds for which a room that nobody holds and nobody watches waits for somebody to come back ...
HELD = 3600.0  # ... and one that a session holds, which may have ended without a word
MOST = 500  # rooms; the ones that were left first go


class Rooms:
    """The rooms by their ids; safe to use from several threads."""

    def __init__(self, client: Callable[[], ComputeClient]) -> None:
        self._client = client
        self._rooms: dict[str, Room] = {}
        self._left: dict[str, float] = {}  # room -> when it was found to be empty
        self._lock = threading.Lock()

    def open(self, page: str, comparison: Comparison) -> Room:
        """A new room."""
        room = Room(page, comparison, self._client)
        with self._lock:
            self._sweep()
            self._rooms[room.id] = room
        return room

    def resume(self, id: str | None) -> Room | None:
        """The room of that id, held again by a session; None where there is none any more."""
        with self._lock:
            room = None if id is None else self._rooms.get(id)
        if room is not None:
            self.keep(room)
        return room

    def keep(self, room: Room) -> None:
        """A session draws a room: it is there, though it may have been forgotten meanwhile."""
        with self._lock:
            room.held = True
            self._rooms[room.id] = room
            self._left.pop(room.id, None)

    def enter(self, id: str, token: str) -> tuple[Room, Role | None] | None:
        """A room and what the token allows there; None where there is no such room."""
        with self._lock:
            room = self._rooms.get(id)
        return None if room is None else (room, room.role_of(token))

    def greet(self, room: Room, tab: str) -> bool:
        """A tab has opened a room. Where it was here before, with the same on its stage, it has its runs back.

        Returns whether it is not to be asked again: of a tab that is loaded anew the room before is left in a moment.
        """
        if room.tab is not None and room.tab != tab:
            return True
        room.tab = tab
        with self._lock:
            same = [each for each in self._rooms.values() if self._is_same(each, room)]
            left = next((each for each in same if not each.held and not each.viewers), None)
            if left is not None:
                del self._rooms[left.id]
                self._left.pop(left.id, None)
        if left is None:
            return not same
        comparison = left.comparison
        comparison.note(room.comparison.notices)  # what is wrong in the address that was asked for just now
        comparison.look()
        room.comparison = comparison
        return True

    def _is_same(self, each: Room, room: Room) -> bool:
        """Whether the same tab had this other room, with the same on its stage as the new one has."""
        mine = each is not room and each.tab == room.tab and each.page == room.page
        fresh = all(run is None for run in room.comparison.runs)
        return mine and fresh and each.comparison.state == room.comparison.state

    def _sweep(self) -> None:
        """Forgets rooms that have been empty for long."""
        now = time.monotonic()
        for room in list(self._rooms.values()):
            if room.viewers:
                self._left.pop(room.id, None)
            elif now - self._left.setdefault(room.id, now) > (HELD if room.held else KEPT):
                self._forget(room.id)
        unheld = [id for id in self._left if not self._rooms[id].held]
        for id in unheld[: max(0, len(self._rooms) - MOST)]:
            self._forget(id)

    def _forget(self, id: str) -> None:
        del self._rooms[id], self._left[id]
