"""When the next frame of a run is due, and what it may hold: by the clock, and so that training keeps its time."""

from __future__ import annotations

from collections import deque
from statistics import median

from gancore.runtime.pacing import Pacing
from gancore.runtime.time_budget import TimeBudget

FRAME_PERIOD = 1 / 30  # seconds
MEASURE_PERIOD = 0.1  # seconds
FRAME_SHARE = 0.065  # of the time may go into frames ...
JUDGE_SHARE = 0.02  # ... this into counting their modes ...
MEASURE_SHARE = 0.01  # ... and this into what takes longer to measure, so that together they stay below a tenth;
# what a run is measured for whether somebody watches or not (`measure_steps`) comes besides
SLOW_PACE = 40.0  # steps/s up to which every single step is shown


class FrameClock:
    """The frames of one run that began at `now`; `spent` is how many seconds all of them took."""

    def __init__(self, pacing: Pacing, now: float) -> None:
        self.began = now
        self.next = now  # when the next frame is due
        self.spent = 0.0
        self._pacing = pacing
        self._plain_costs: deque[float] = deque(maxlen=5)  # seconds for a frame
        self._judging = TimeBudget(JUDGE_SHARE, FRAME_PERIOD)
        self._measuring = TimeBudget(MEASURE_SHARE, MEASURE_PERIOD)

    def extent(self, now: float, judged_before: bool) -> tuple[bool, bool]:
        """Whether the frame that is due is judged, and whether it is measured.

        `judged_before` says it of the frame before: in a hurry never two in a row, so that what a frame costs without
        it stays known.
        """
        unhurried = self.is_unhurried
        room = unhurried or not judged_before
        return unhurried or (room and self._judging.is_due(now)), room and self._measuring.is_due(now)

    def is_measuring_due(self, now: float) -> bool:
        return self._measuring.is_due(now)

    def taken(self, began: float, spent: float, *, judged: bool, measured: bool) -> None:
        """A frame was begun then, and took so many seconds: the next is due by the clock, and later where they are
        dear."""
        self.spent += spent
        age = began - self.began
        if measured:
            self._measuring.taken(began, spent - self._plain_cost - self._judging.cost, age)
        elif judged:
            self._judging.taken(began, spent - self._plain_cost, age)
        else:
            self._plain_costs.append(spent)
        period = self.period
        # Counted from when this frame was due, so that the rate holds on average; but never to catch up.
        self.next = max(self.next, began - period) + period

    def put_off_little(self, due: float, now: float) -> None:
        """The frame just taken had to be: those by the clock, of which one was `due`, wait no longer than for one."""
        self.next = max(due, now + min(self.period, FRAME_PERIOD))

    @property
    def period(self) -> float:
        """Seconds from one frame to the next."""
        return 0.0 if self.is_unhurried else max(FRAME_PERIOD, self._plain_cost / FRAME_SHARE)

    @property
    def is_unhurried(self) -> bool:
        """Whether there is time between two steps to show each, and to judge it."""
        pace = self._pacing.pace or float("inf")
        each = self._plain_cost + self._judging.cost + self._pacing.step_cost
        return pace <= SLOW_PACE and each * pace < 0.5

    @property
    def _plain_cost(self) -> float:
        """Seconds for a frame, 0 before the first: the median of the last few, as one may have waited its turn."""
        return median(self._plain_costs) if self._plain_costs else 0.0
