"""One browser that watches a room: what it has been sent, and what it is sent next.

Everything here runs on the server's event loop.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from gancore.runtime.history import Frame
from gancore.runtime.run import Parent
from ui.channel.allowance import Allowance
from ui.channel.messages import VERSION
from ui.channel.packing import Stretch, pack_beat, pack_knobs, pack_scene

WINDOW = 6  # messages under way; a viewer that is slower gets fewer frames instead of a queue
AT_ONCE = 256_000  # bytes of frames of one run in one message; what is older comes later, the newest first
REST = 64_000  # bytes of older frames in one message, when nothing is under way
FILL = 0.1  # seconds between two looks whether older frames may go out
BEAT = 5.0  # seconds of silence after which the server gives a sign of life
MOST_ANSWERS = 8  # that wait to be sent


class Shown(Protocol):
    """The side of a room that a viewer is shown; `ui.channel.room.Room`."""

    state: bytes | None
    scenes: Mapping[str, bytes]
    knobs: Mapping[str, Any] | None
    older: Allowance  # bytes of older frames that all viewers together are sent

    def runs(self) -> Sequence[tuple[str, "Frames", Parent | None]]: ...
    def packed(self, stretches: Sequence[Stretch]) -> bytes: ...


class Frames(Protocol):
    """The frames of a run; `gancore.runtime.history.History`."""

    @property
    def last(self) -> Frame | None: ...
    def since(self, seq: int) -> list[Frame]: ...


class Refusal(NamedTuple):
    """A turn of a knob that was refused: its number, and why."""

    number: int
    sentence: str


class Viewer:
    """One connection.

    drives: whether what it says is obeyed. have: of each run the newest frame that it holds from an earlier connection,
    with all before it.
    """

    def __init__(self, *, drives: bool, have: Mapping[str, int] | None = None) -> None:
        self.drives = drives
        self.wake = asyncio.Event()
        self.heard = 0  # number of its newest turn of a knob
        self.refused: dict[str, Refusal] = {}  # by field, until it takes a value
        self._sent = 0
        self._got = 0
        self._greeted = False
        self._state: bytes | None = None
        self._scenes: set[str] = set()
        self._fields: dict[str, Any] = {}
        self._knobs: tuple[object, int, dict[str, Refusal]] | None = None  # those that were sent, and what with them
        self._newest = dict(have or {})
        self._older: dict[str, tuple[int, int]] = {}  # of each run the frames between these two are still to come
        self._answers: deque[bytes] = deque(maxlen=MOST_ANSWERS)
        self._spoke = 0.0

    def got(self, number: int) -> bool:
        """It has handled so many messages; False where that cannot be."""
        if not self._got <= number <= self._sent:
            return False
        self._got = number
        self.wake.set()
        return True

    @property
    def patience(self) -> float:
        """Seconds after which it is to be asked for its next message though nothing has happened."""
        return FILL if self._older else BEAT

    def answer(self, packed: bytes) -> None:
        """An exhibit's answer is ready for it."""
        self._answers.append(packed)
        self.wake.set()

    def next(self, room: Shown, now: float) -> bytes | None:
        """The next message, None while there is nothing to say or too much is under way. It counts as sent."""
        message = self._next(room, now) if self._sent - self._got < WINDOW else None
        if message is None and now - self._spoke >= BEAT:
            message = pack_beat()
        if message is not None:
            self._sent += 1
            self._spoke = now
        return message

    def _next(self, room: Shown, now: float) -> bytes | None:
        if not self._greeted:
            self._greeted = True
            return pack_beat(version=VERSION, drives=self.drives)
        if self._answers:
            return self._answers.popleft()
        return self._state_of(room) or self._knobs_of(room) or self._frames_of(room, now)

    def _state_of(self, room: Shown) -> bytes | None:
        """The state, and before it the scenes that it names; on both sides those are kept while a state names them."""
        state, scenes = room.state, room.scenes
        if state is None or state is self._state:
            return None
        for key in scenes:
            if key not in self._scenes:
                self._scenes.add(key)
                return pack_scene(scenes[key])
        self._scenes &= scenes.keys()
        self._state = state
        return state

    def _knobs_of(self, room: Shown) -> bytes | None:
        """The fields that have changed. It is looked for before each message: what is the same object is the same."""
        knobs, heard, refused = room.knobs, self.heard, self.refused
        if not self.drives or knobs is None:
            return None
        if self._knobs is not None and self._knobs[0] is knobs and self._knobs[1:] == (heard, refused):
            return None
        fields = {field["name"]: field for field in knobs["fields"]}
        changed = [field for name, field in fields.items() if self._fields.get(name) != field]
        self._fields, self._knobs = fields, (knobs, heard, dict(refused))
        said = {name: each._asdict() for name, each in refused.items()}
        told = {"panels": knobs["panels"], "names": list(fields), "fields": changed, "heard": heard, "refused": said}
        return pack_knobs(told)

    def _frames_of(self, room: Shown, now: float) -> bytes | None:
        """New frames, or where there are none older ones that are still to come; those once nothing is under way."""
        stretches: list[Stretch] = []
        for run, history, parent in room.runs():
            if parent is not None and run not in self._newest:
                self._inherit(run, parent)
            stretches += self._new(run, history)
        if not stretches and self._sent == self._got:
            waiting = [(run, history) for run, history, _ in room.runs() if run in self._older]
            if waiting and room.older.spend(REST, now):
                stretches = [self._fill(*waiting[0])]
        return room.packed(stretches) if stretches else None

    def _inherit(self, run: str, parent: Parent) -> None:
        """What it has of the run that this one was split off from, it has of this one: see `Source.takeState`."""
        if parent.run in self._newest and parent.run not in self._older:
            self._newest[run] = min(parent.seq, self._newest[parent.run])

    def _new(self, run: str, history: Frames) -> list[Stretch]:
        """New frames of a run; where there are too many for one message the newest of them, and the others later."""
        newest, after = history.last, self._newest.get(run, 0)
        if newest is None or newest.seq <= after:
            return []
        frames = history.since(after)
        if sum(len(frame.data) for frame in frames) > AT_ONCE and len(frames) > 1:
            low, _ = self._older.get(run, (after, after))
            self._older[run] = (low, frames[-1].seq)
            frames = frames[-1:]
        self._newest[run] = frames[-1].seq
        return [Stretch(run, frames, run not in self._older)]

    def _fill(self, run: str, history: Frames) -> Stretch:
        low, high = self._older[run]
        chosen: list[Frame] = []
        size = 0
        for frame in history.since(low):
            size += len(frame.data)
            if frame.seq >= high or (chosen and size > REST):
                break
            chosen.append(frame)
        if chosen and any(frame.seq < high for frame in history.since(chosen[-1].seq)):
            self._older[run] = (chosen[-1].seq, high)
        else:
            del self._older[run]
        return Stretch(run, chosen, run not in self._older)
