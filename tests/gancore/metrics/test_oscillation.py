import numpy as np
import pytest

from gancore.metrics.oscillation import LEAST, Oscillation


def last(steps, values):
    oscillation = Oscillation()
    for step, value in zip(steps, values, strict=True):
        oscillation.add(step, np.asarray(value, dtype=np.float32))
    return oscillation.spread


def test_a_settled_figure_does_not_swing():
    assert last(range(100), np.full((100, 2), 0.7)) == pytest.approx([0, 0], abs=1e-6)


def test_a_sine_has_its_amplitude_over_root_two():
    steps = np.arange(1, 30_001, 10)
    # The last third holds a whole number of turns, here of 1,000 steps.
    values = 0.3 + 0.2 * np.sin(2 * np.pi * steps / 1000)
    assert last(steps, values[:, None])[0] == pytest.approx(0.2 / np.sqrt(2), rel=0.01)


def test_what_came_before_the_last_third_is_forgotten():
    rng = np.random.default_rng(0)
    values = np.concatenate([5 * rng.standard_normal(199), np.full(101, 0.25)])
    assert last(np.arange(1, 301), values[:, None])[0] == 0
    assert last(np.arange(1, 301), np.roll(values, 5)[:, None])[0] > 0.1


def test_each_replica_has_its_own():
    steps = np.arange(1, 101)
    swing = np.stack([np.zeros(100), np.where(steps % 2, 1.0, -1.0)], 1)
    assert last(steps, swing) == pytest.approx([0, 1], abs=0.01)


def test_too_few_values_give_no_spread():
    steps, values = np.arange(LEAST), np.arange(LEAST)[:, None]
    assert last(steps[:-1] + 100, values[:-1]) is None
    assert last(steps + 100, values)[0] == pytest.approx(np.arange(LEAST).std())


def test_a_run_that_is_lost_has_no_number():
    values = np.array([[0.1]] * 9 + [[np.inf]])
    assert not np.isfinite(last(np.arange(91, 101), values)[0])


def test_those_kept_swing_as_in_company():
    values = np.random.default_rng(3).standard_normal((20, 4))
    whole, kept = Oscillation(), Oscillation()
    for step, now in enumerate(values):
        if step == 15:
            kept.keep(slice(1, 3))
        whole.add(step, now)
        kept.add(step, now if step < 15 else now[1:3])
    assert np.array_equal(kept.spread, whole.spread[1:3])


def test_a_step_counts_once():
    oscillation = Oscillation()
    for step, value in [(10, 1), (11, 2), (11, 50), (12, 3), (5, 50), (13, 4), (14, 5)]:
        oscillation.add(step, np.array([value], dtype=np.float32))
    assert oscillation.spread == pytest.approx([np.std([1, 2, 3, 4, 5])])
