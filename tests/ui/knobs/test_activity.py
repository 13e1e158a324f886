"""The knobs say that something runs while it does, and not while it is only not over."""

from typing import get_args

import pytest

from gancore.runtime import ENDED, RunState
from ui.knobs.activity import activity_of


def test_only_what_runs_is_said_to_run() -> None:
    assert [state for state in get_args(RunState) if activity_of(state) == "running"] == ["running"]


@pytest.mark.parametrize("state", sorted(ENDED))
def test_of_a_run_that_has_ended_nothing_runs(state: RunState) -> None:
    assert activity_of(state) == "nothing"


def test_a_paused_run_is_paused_and_a_queued_one_waits() -> None:
    assert activity_of("paused") == "paused"
    assert activity_of("queued") == activity_of("starting") == "waiting"
