"""The moments of a run: evenly spread, and what decides its figures whatever else was measured."""

import numpy as np
import pytest

from gancore.config import RunConfig
from gancore.metrics.oscillation import PART
from gancore.training.measure_steps import OF_IMAGES, OF_POINTS, measure_steps
from gancore.training.trainer import Trainer

pytestmark = pytest.mark.training

SMALL = RunConfig(g_hidden=8, d_hidden=8, batch_size=8, sigma=0.2, steps=120)
IMAGES = RunConfig(
    data="digits", images=32, g_hidden=4, d_hidden=4, batch_size=16, features="pixels", steps=41, g_lr=0.1
)


@pytest.mark.parametrize("steps", [960, 1500, 3000, 4000, 100_001])
def test_they_are_spread_evenly_over_the_run(steps):
    for config, count in ((SMALL, OF_POINTS), (IMAGES, OF_IMAGES)):
        found = measure_steps(config.changed(steps=steps))
        apart = np.diff([0, *found])
        assert found[-1] == steps
        assert len(found) == count
        assert apart.max() - apart.min() <= 1


@pytest.mark.parametrize("steps", [960, 1500, 3000])
def test_a_swing_is_judged_by_a_third_of_them(steps):
    found = np.array(measure_steps(SMALL.changed(steps=steps)))
    assert np.count_nonzero(found >= (1 - PART) * steps) in (32, 33)


@pytest.mark.parametrize("steps", [1, 2, 3, 10])
def test_a_short_run_has_no_moment_before_its_first_step(steps):
    for config in (SMALL, IMAGES):
        found = measure_steps(config.changed(steps=steps))
        assert found[0] >= 1
        assert found[-1] == steps


def at_the_end(config, steps):
    """The figures of a run that was measured at these steps."""
    trainer = Trainer(config, device="cpu")
    for step in sorted(steps):
        trainer.advance(step - trainer.step)
        last = trainer.snapshot(measure=True)
    return last.scalars


@pytest.mark.parametrize(("config", "figure", "own"), [(SMALL, "oscillation", 1), (IMAGES, "fid_rise", 8)])
def test_a_figure_that_looks_back_does_not_depend_on_who_else_has_looked(config, figure, own):
    decisive = [*measure_steps(config)[::own], config.steps]
    others = sorted(set(range(2, config.steps, own)) - set(measure_steps(config)))
    undisturbed = at_the_end(config, decisive)[figure]
    assert np.array_equal(at_the_end(config, [*decisive, *others, *decisive[1:]])[figure], undisturbed)
    assert np.isfinite(undisturbed).all()
