import dataclasses
import json
import math

import pytest

from gancore.config import RunConfig
from gancore.experiments.trial import FIGURES, Trial, trial
from gancore.training.trainer import Trainer

pytestmark = pytest.mark.training

SMALL = RunConfig(g_hidden=8, d_hidden=8, batch_size=8, sigma=0.2, steps=30)


@pytest.fixture(scope="module")
def result():
    return trial(SMALL, [4, 5], "cpu")


def test_it_is_the_trainer_s_run(result):
    trainer = Trainer(SMALL, [4, 5], "cpu")
    for step in range(1, 31):  # the moments of so short a run
        trainer.advance(step - trainer.step)
        scalars = trainer.snapshot(measure=True).scalars
    assert result.figures == {name: tuple(scalars[name].tolist()) for name in FIGURES if name in scalars}
    assert (result.seeds, result.steps, result.failures) == ((4, 5), 30, (None, None))


def test_it_can_be_watched_and_is_the_same():
    seen = []
    watched = trial(SMALL, [4, 5], "cpu", seen.append)
    assert watched.figures == trial(SMALL, [4, 5], "cpu").figures
    assert seen == sorted(set(seen))
    assert seen[-1] == 30


def test_it_stops_where_all_have_diverged():
    lost = trial(SMALL.changed(steps=5000, d_lr=1e6), [0, 1], "cpu")
    assert lost.steps < 5000
    assert all("diverged at step" in failure for failure in lost.failures)


def test_a_seed_that_diverged_has_no_value(result):
    assert result.values("captured") == list(result.figures["captured"])
    half = dataclasses.replace(result, failures=(None, "diverged at step 3: the discriminator's loss"))
    assert half.values("captured") == [result.figures["captured"][0], None]
    assert half.finished("captured") == [result.figures["captured"][0]]


def test_a_figure_that_a_run_does_not_have_has_no_values(result):
    assert "fid" not in result.figures
    assert result.finished("fid") == []


def test_json_has_no_word_for_infinity():
    figures = dict.fromkeys(FIGURES, (1.0, math.inf, math.nan))
    endless = Trial(SMALL, (0, 1, 2), figures, (None, None, None), 1, 0.1, "cpu", "2")
    said = json.loads(json.dumps(endless.to_dict(), allow_nan=False))
    assert said["figures"]["reverse_kl"] == [1.0, None, None]
    assert RunConfig(**said["config"]) == SMALL
