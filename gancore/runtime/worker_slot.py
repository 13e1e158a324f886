"""One worker process as the registry knows it, and how long its run may keep it while others wait."""

from __future__ import annotations

from gancore.runtime.process import WorkerProcess
from gancore.runtime.run import Run, RunState

TURN = 2.0  # seconds of training after which a run lets another one train that waits; more where it begins slowly ...
BEGINNINGS = 3  # ... this many times as long as its beginning took
PAUSED = 20.0  # seconds that a paused run keeps its worker where another waits for one


class WorkerSlot:
    """A worker process and its run. Times are monotonic seconds."""

    def __init__(self, worker: WorkerProcess, now: float) -> None:
        self.worker = worker
        self.run: Run | None = None
        self.ready = False
        self.leaving = False
        self.idle_since = now
        self.heard_at = now
        self.stop_by: float | None = None
        self.parks = False  # the run was asked to put its training away
        self._given_at = now
        self._began_at: float | None = None
        self._paused_at: float | None = None

    def give(self, run: Run, now: float) -> None:
        """The run gets the worker."""
        self.run, self.heard_at, self.parks = run, now, False
        self._given_at, self._began_at, self._paused_at = now, None, None

    def enter(self, state: RunState, now: float) -> None:
        """The run trains from now on, or stands paused."""
        self._began_at = now if self._began_at is None else self._began_at
        self._paused_at = now if state == "paused" else None

    def turn_ends(self) -> float | None:
        """When the run lets another one train; None while it has not begun."""
        if self._began_at is None:
            return None
        turn = self._began_at + max(TURN, BEGINNINGS * (self._began_at - self._given_at))
        return turn if self._paused_at is None else max(turn, self._paused_at + PAUSED)
