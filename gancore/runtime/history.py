"""The frames of a run that are kept: all of a short run, an even selection of a long one."""

from __future__ import annotations

import threading
from bisect import bisect_right
from dataclasses import dataclass

FRAMES_KEPT = 1600
BYTES_KEPT = 48 * 2**20  # of a run; frames of points seldom come near it, frames of images do
FILL_AFTER_THINNING = 0.75


@dataclass(frozen=True, slots=True)
class Frame:
    """One published moment of a run.

    seq: 1, 2, 3, … in order of arrival; step: generator steps taken; time: seconds since the run began;
    data: the encoded frame; failure: it shows the moment in which the run broke; judged, measured: it holds what takes
    longer, and what takes longest, to read out, which most frames lack.
    """

    seq: int
    step: int
    time: float
    data: bytes
    failure: bool = False
    judged: bool = False
    measured: bool = False

    def says_more(self, other: Frame) -> bool:
        return (self.measured, self.judged) > (other.measured, other.judged)


class History:
    """A bounded list of frames, safe to use from several threads.

    When it is full, of frames or of bytes, it keeps one frame of every two, later one of every four and so on, so that
    what is left of the past is evenly spaced; the newest frames come in at full rate. Of n frames that have come none
    is left further than 16 n / (3 capacity) from the next, as long as bytes are no matter. Of frames that lie together
    a measured one stays, or else a judged one. The first, the last and a failure's frames always stay, whatever they
    weigh.
    """

    def __init__(self, capacity: int = FRAMES_KEPT, most_bytes: int = BYTES_KEPT) -> None:
        """`capacity`: the most frames to keep, at least 4; `most_bytes`: the most that they weigh together."""
        if capacity < 4:
            raise ValueError(f"capacity is {capacity}; a history of at least 4 frames is needed")
        if most_bytes < 1:
            raise ValueError(f"most_bytes is {most_bytes}; at least 1 is needed")
        self.capacity = capacity
        self.most_bytes = most_bytes
        self._lock = threading.Lock()
        self._frames: list[Frame] = []
        self._arrived = 0
        self._stride = 1
        self._size = 0

    def append(
        self,
        step: int,
        time: float,
        data: bytes,
        *,
        failure: bool = False,
        judged: bool = False,
        measured: bool = False,
    ) -> Frame:
        """Keeps a frame and gives it the next number; may drop older ones."""
        with self._lock:
            self._arrived += 1
            frame = Frame(self._arrived, step, time, data, failure, judged, measured)
            self._frames.append(frame)
            self._size += len(data)
            if len(self._frames) > self.capacity or self._size > self.most_bytes:
                self._thin()
            return frame

    def since(self, seq: int) -> list[Frame]:
        """The frames kept whose number is above `seq`, oldest first."""
        with self._lock:
            return self._frames[bisect_right(self._frames, seq, key=lambda frame: frame.seq) :]

    def copy(self, step: int) -> History:
        """Another history with the frames up to a step, and their numbers."""
        with self._lock:
            other = History(self.capacity, self.most_bytes)
            other._frames = [frame for frame in self._frames if frame.step <= step]
            other._arrived = other._frames[-1].seq if other._frames else 0
            other._stride = self._stride
            other._size = sum(len(frame.data) for frame in other._frames)
            return other

    def clear(self) -> None:
        """Drops every frame; numbers go on from where they were."""
        with self._lock:
            self._frames = []
            self._size = 0

    @property
    def last(self) -> Frame | None:
        with self._lock:
            return self._frames[-1] if self._frames else None

    @property
    def first(self) -> Frame | None:
        with self._lock:
            return self._frames[0] if self._frames else None

    @property
    def size(self) -> int:
        """Bytes of the frames kept."""
        with self._lock:
            return self._size

    def __len__(self) -> int:
        with self._lock:
            return len(self._frames)

    def _thin(self) -> None:
        newest = self._frames[-1].seq
        # Of the past one frame is left of every `stride`; once a pass over the newer ones frees too little, double it.
        while self._is_fuller_than(FILL_AFTER_THINNING):
            kept = self._selection()
            if len(kept) == len(self._frames):
                if self._stride > newest:  # only what must stay is left
                    break
                self._stride *= 2
            self._frames = kept
            self._size = sum(len(frame.data) for frame in kept)

    def _is_fuller_than(self, share: float) -> bool:
        return len(self._frames) > share * self.capacity or self._size > share * self.most_bytes

    def _selection(self) -> list[Frame]:
        """The frames that must stay, and one of every `stride`: the first of those that say most."""
        chosen: dict[int, Frame] = {}
        for frame in self._frames:
            place = (frame.seq - 1) // self._stride
            if place not in chosen or frame.says_more(chosen[place]):
                chosen[place] = frame
        first, last = self._frames[0], self._frames[-1]
        return [
            frame
            for frame in self._frames
            if frame is chosen[(frame.seq - 1) // self._stride] or frame is first or frame is last or frame.failure
        ]
