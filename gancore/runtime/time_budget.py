"""When is it time again for what takes long? By the clock, and so seldom that it keeps to its share of the time."""

from __future__ import annotations

from collections import deque

OFTEN_AT_FIRST = 1.0  # seconds


class TimeBudget:
    """Parts of a frame that are measured only now and then."""

    def __init__(self, share: float, period: float) -> None:
        """`share` of the time, 0 to 1, that it may take; `period`: seconds between two, at the least."""
        self._share = share
        self._period = period
        self._costs: deque[float] = deque(maxlen=4)
        self._due = float("-inf")

    @property
    def cost(self) -> float:
        """Seconds that it takes: of the cheapest of the last few, since on a busy machine one may have waited for its
        turn; 0 before the first."""
        return min(self._costs, default=0.0)

    def is_due(self, now: float) -> bool:
        return now >= self._due

    def taken(self, began: float, cost: float, age: float) -> None:
        """It was taken at `began`, of a run that had then gone on for `age` seconds, and took `cost` seconds."""
        self._costs.append(max(0.0, cost))
        # Much happens at the beginning: there it is looked at after 1, 2, 4, … seconds, if that is sooner.
        self._due = began + max(self._period, min(self.cost / self._share, max(OFTEN_AT_FIRST, age)))
