"""The recordings that are shipped."""

from __future__ import annotations

import pytest

from gancore.config import RunConfig
from gancore.experiments.reproductions import EXPERIMENTS
from gancore.recording import read
from ui.lecture.recordings import shipped_recordings

SHIPPED = shipped_recordings()


def test_there_are_some_and_they_are_small() -> None:
    assert SHIPPED
    assert sum(path.stat().st_size for path in SHIPPED.values()) < 12 * 2**20


@pytest.mark.parametrize("name", SHIPPED)
def test_each_is_of_lines_of_its_experiment_as_they_are_today(name: str) -> None:
    lines = [line.run for line in EXPERIMENTS[name].lines if isinstance(line.run, RunConfig)]
    for run in read(SHIPPED[name]).runs:
        assert run.outcome == "finished"
        assert run.step == run.config.steps
        assert run.config in [line.changed(steps=run.config.steps) for line in lines]
