"""How many steps a run takes at once, by a clock that the test turns."""

import pytest

from gancore.runtime.pacing import SLOW_FOR, Pacing


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def taken(pacing: Pacing, clock: Clock, seconds: float, cost: float = 1e-5) -> int:
    """Steps that a run takes in so many seconds, of `cost` seconds each."""
    steps, end = 0, clock.now + seconds
    while clock.now < end - 1e-9:
        due = pacing.due(clock.now)
        if due:
            steps += due
            pacing.took(due)
            pacing.learn(due, cost * due)
            clock.now += cost * due
        else:
            clock.now += min(pacing.wait(clock.now), end - clock.now)
    return steps


@pytest.mark.parametrize("pace", [1.0, 30.0, 2000.0])
def test_a_pace_is_held(pace: float) -> None:
    clock = Clock()
    assert taken(Pacing(pace, clock), clock, 4.0) == pytest.approx(4 * pace, rel=0.02, abs=1)


@pytest.mark.parametrize("most", [None, 500.0, 2000.0])
def test_a_run_begins_slowly_and_comes_to_its_pace(most: float | None) -> None:
    clock = Clock()
    pacing = Pacing(most, clock, first=5.0)
    seconds = [taken(pacing, clock, 1.0) for _ in range(int(SLOW_FOR))]
    assert all(4 <= steps <= 6 for steps in seconds)
    later = [taken(pacing, clock, 0.5) for _ in range(16)]
    assert all(steps <= 0.5 * (most or float("inf")) + 1 for steps in later)
    assert later[0] < later[1] < later[2] < later[3]
    assert pacing.pace == most
    if most is not None:
        assert taken(pacing, clock, 1.0) == pytest.approx(most, rel=0.05)
    else:
        assert taken(pacing, clock, 1.0) > 50_000  # as fast as it can


def test_a_pace_below_the_first_one_is_held_from_the_start() -> None:
    clock = Clock()
    pacing = Pacing(2.0, clock, first=5.0)
    assert taken(pacing, clock, 3.0) <= 7
    assert pacing.pace == 2.0
