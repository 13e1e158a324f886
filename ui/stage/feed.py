"""The frames of runs on their way to one browser: what it has been sent, and what comes next."""

from typing import NamedTuple

from gancore.runtime.run import Run

# One message to the browser holds at most this many bytes of frames; the rest follows with the next one.
MOST_BYTES = 1_500_000


class Batch(NamedTuple):
    """The part of one message on a run: its frames after `after`, and its scene, where that has not been sent."""

    after: int
    frames: list[tuple[int, bytes]]
    scene: bytes | None


class Feed:
    """Record of what one browser has been sent of each run."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}  # run -> newest frame that was sent
        self._scenes: set[str] = set()  # runs whose scene was sent

    def forget(self) -> None:
        """Another browser page has taken over: it has to be sent everything."""
        self._newest.clear()
        self._scenes.clear()

    def go_back(self, run: str, after: int) -> None:
        """The browser lacks what came after this frame, or the scene."""
        self._newest[run] = after
        self._scenes.discard(run)

    def next(self, run: Run, room: int) -> Batch:
        """The next frames of a run, of at most `room` bytes but one at least; they count as sent."""
        after = self._newest.get(run.id, 0)
        frames: list[tuple[int, bytes]] = []
        size = 0
        for frame in run.frames_since(after):
            size += len(frame.data)
            if frames and size > room:
                break
            frames.append((frame.seq, frame.data))
        if frames:
            self._newest[run.id] = frames[-1][0]
        scene = run.scene if run.id not in self._scenes else None
        if scene is not None:
            self._scenes.add(run.id)
        return Batch(after, frames, scene)
