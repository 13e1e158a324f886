import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.hostile import Told
from benchmarks.soak import Moment, resident, slope


def growing(worker, *, full_at, minutes=10):
    """A moment a minute; memory fills with the history, and from then on the worker grows by so many MiB an hour."""
    return [
        Moment(
            seconds=60 * minute,
            worker=300 + worker * minute / 60 if minute >= full_at else 100 + 20 * minute,
            here=70,
            came=1000 * minute,
            kept=1000 * minute - (minute >= full_at),
            widest=1.0,
            usual=0.1,
        )
        for minute in range(1, minutes + 1)
    ]


@pytest.mark.parametrize("rate", [-6.0, 0.0, 12.0])
@pytest.mark.parametrize("full_at", [2, 5])
def test_growth_is_that_after_the_history_was_full(rate, full_at):
    moments = growing(rate, full_at=full_at)
    assert slope(moments, "worker") == pytest.approx(rate, abs=1e-6)
    assert slope(moments, "here") == pytest.approx(0, abs=1e-6)


def test_of_too_little_nothing_is_said():
    assert math.isnan(slope(growing(5, full_at=10), "worker"))
    assert math.isnan(slope([], "worker"))


def test_memory_that_is_held_counts():
    before = resident("self")
    held = bytearray(os.urandom(1)) * (64 * 2**20)
    assert resident("self") - before == pytest.approx(64, rel=0.2)
    assert len(held)
    with pytest.raises(FileNotFoundError):
        resident(2**22 + 1)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_random_users_some_of_whom_mean_harm_leave_nothing_behind():
    minutes = os.environ.get("GANCORE_SOAK_MINUTES", "10")
    command = [sys.executable, "-m", "benchmarks.soak", "--hostile", "--minutes", minutes]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], check=False, timeout=60 * float(minutes) + 900)
    assert done.returncode == 0


def test_a_run_that_failed_without_harm_is_told():
    ends = [("finished", "Finished."), ("running", ""), ("failed", "The worker process died (signal 9, SIGKILL).")]
    told = Told(runs=dict(enumerate(ends)))
    assert told.unexplained() == []
    assert "3 runs seen: 1 finished, 1 running, 1 failed" in str(told)
    told.runs[3] = ("failed", "Failed at step 5 (KeyError: 'a').")
    told.runs[4] = ("failed", "No worker process can be started (signal 9, SIGKILL); the server's log says why.")
    assert told.unexplained() == [told.runs[3][1], told.runs[4][1]]
