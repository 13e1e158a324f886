"""How many steps a run takes at once."""

from __future__ import annotations

from collections.abc import Callable

BLOCK = 0.007  # seconds of training between two looks at the mailbox
MOST_STEPS = 256  # in one block
SLOW_FOR = 2.0  # seconds that a run holds its first pace ...
GROWS_EVERY = 0.4  # ... and then so many seconds between two times that the pace doubles


class Pacing:
    """A block of steps takes some milliseconds, and no more steps are taken than the pace allows.

    pace: steps a second that the run holds at most just now; None is as fast as it can. step_cost: seconds for a step,
    0 before the first.
    """

    def __init__(self, most: float | None, clock: Callable[[], float], *, first: float | None = None) -> None:
        """Paces a run: `most` steps a second, or as fast as it can; but `first` steps a second in its first seconds,
        and from then on twice as many again and again."""
        self.pace: float | None = None
        self.block = 1
        self.step_cost = 0.0
        self._clock = clock
        self._since = clock()
        self._taken = 0  # steps since then
        self._grows_at = 0.0
        self.hold(most, first=first)

    def hold(self, most: float | None, *, first: float | None = None) -> None:
        """Sets the pace anew."""
        self._most = most
        self._grows = first is not None and first < (most or float("inf"))
        self.pace = first if self._grows else most
        self.restart()

    def restart(self) -> None:
        """Counts the pace anew, with one step due at once."""
        self._taken = 0
        now = self._clock()
        self._since = now - (0.0 if self.pace is None else 1 / self.pace)
        self._grows_at = now + SLOW_FOR

    def _grow(self, now: float) -> None:
        if self.pace is None or not self._grows or now < self._grows_at:
            return
        self.pace *= 2
        # Where nothing else bounds it, the pace is none once the steps themselves take as long.
        if self.pace >= (self._most or 1 / max(self.step_cost, 1e-6)):
            self.pace, self._grows = self._most, False
        self._taken = 0
        self._since = now - (0.0 if self.pace is None else 1 / self.pace)
        self._grows_at = now + GROWS_EVERY

    def due(self, now: float) -> int:
        """Steps to take now; 0 where the next one has to wait."""
        self._grow(now)
        if self.pace is None:
            return self.block
        due = int((now - self._since) * self.pace + 1e-9) - self._taken
        if due > max(1.0, 0.25 * self.pace):  # this machine cannot keep the pace; what is lost is not made up for
            self.restart()
            due = 1
        return min(due, self.block)

    def wait(self, now: float) -> float:
        """Seconds until the next step is due."""
        return (self._taken + 1) / (self.pace or 1.0) - (now - self._since)

    def took(self, steps: int) -> None:
        """Counts steps that were taken."""
        self._taken += steps

    def learn(self, steps: int, spent: float) -> None:
        """Sets the size of a block from the `spent` seconds that so many steps took."""
        cost = spent / max(steps, 1)
        self.step_cost = cost if self.step_cost == 0 else 0.7 * self.step_cost + 0.3 * cost
        wanted = int(BLOCK / self.step_cost) if self.step_cost > 0 else MOST_STEPS
        self.block = max(1, min(wanted, 2 * self.block, MOST_STEPS))
