"""The table of measures: it has every figure of a run, and every figure in it comes from some run."""

from __future__ import annotations

import numpy as np
import pytest

from gancore.cli.figures import mean, shown
from gancore.config import RunConfig
from gancore.data.toy import toy_data
from gancore.metrics.coverage import coverage
from gancore.metrics.measures import MEASURES, Measure
from gancore.training.points_readout import MEASURES as READ
from gancore.training.trainer import Trainer

SMALL = {"g_hidden": 8, "d_hidden": 8, "batch_size": 16, "steps": 8}
RUNS = {
    "points": RunConfig(**{**SMALL, "steps": 60}),
    "frozen": RunConfig(**SMALL, freeze_at=2),
    "several": RunConfig(**SMALL, model="mad_gan", generators=2),
    "in turn": RunConfig(**SMALL, model="adagan", generators=2),
    "digits": RunConfig(**SMALL, data="digits", images=20, augment="diffaugment"),
}


def scalars_of(config: RunConfig) -> set[str]:
    """Names of all that a run measures when it is asked for everything."""
    trainer = Trainer(config, [0])
    found: set[str] = set()
    for _ in range(config.steps):
        trainer.advance()
        found |= {*trainer.snapshot(judge=True, measure=True, layers=True).scalars}
    return found


@pytest.mark.training
def test_every_figure_of_a_run_is_in_the_table_and_each_comes_from_some_run() -> None:
    found = set().union(*(scalars_of(config) for config in RUNS.values()))
    assert found == {*MEASURES}


@pytest.mark.training
def test_a_measure_of_points_with_a_function_of_its_own_is_taken_and_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    def width(samples: np.ndarray, data: object) -> np.ndarray:
        return np.full(len(samples), 0.25)

    record = Measure("width", "width of the cloud", "w", "half of what it was", "share", take=width)
    monkeypatch.setattr("gancore.training.points_readout.MEASURES", {**READ, "width": record})
    monkeypatch.setattr("gancore.cli.figures.MEASURES", {**MEASURES, "width": record})
    trainer = Trainer(RUNS["points"], [0, 1])
    taken = trainer.snapshot(judge=True).scalars["width"]
    np.testing.assert_array_equal(taken, [0.25, 0.25])
    assert taken.dtype == np.float32
    assert shown("width", 0.25) == "25.0 %"
    assert mean("width", [0.2, 0.3]) == "25.0 ± 7.1 %"


@pytest.mark.parametrize("name", [name for name, each in MEASURES.items() if each.form == "share"])
def test_a_share_is_printed_in_per_cent(name: str) -> None:
    assert shown(name, 0.5) == "50.0 %"


def test_the_way_that_is_better_is_the_way_of_a_perfect_sampler() -> None:
    config = RunConfig()
    data = toy_data(config)
    rng = np.random.default_rng(7)
    good = data.sample(rng, 2500)
    bad = rng.uniform(-2, 2, (2500, 2)).astype(np.float32)
    best, worst = (coverage(samples[None], data).captured[0] for samples in (good, bad))
    assert MEASURES["captured"].better == "more"
    assert best > worst


def test_no_two_measures_have_one_label() -> None:
    labels = [each.label for each in MEASURES.values()]
    assert len({*labels}) == len(labels)
