"""A training that is put away and taken up again is the training that never stopped, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from gancore.config import RunConfig
from gancore.experiments.presets import PRESETS
from gancore.training.checkpoint import joined
from gancore.training.trainer import Trainer
from tests.gancore.training.test_keeping import RUNS, trainer

pytestmark = pytest.mark.training

FAMILIES: dict[str, dict[str, Any]] = {
    **RUNS,
    "decaying rates": {"lr_schedule": "cosine", "lr_steps": 30},
    "penalty that fades": {"penalty": "r1", "penalty_schedule": "linear", "penalty_steps": 30},
    "clipped": {"loss": "wasserstein", "constraint": "clip"},
    "consensus": {"updates": "consensus"},
    "momentum": {"d_optimizer": "sgd", "g_optimizer": "rmsprop"},
}


def resumed(was: Trainer) -> Trainer:
    """Another trainer that goes on from what a file would hold."""
    fresh = Trainer(was.config, was.seeds, "cpu")
    fresh.load_state_dict(load(save(was.state_dict())))
    return fresh


def assert_same(one: Trainer, other: Trainer) -> None:
    mine, others = one.state_dict(), other.state_dict()
    assert mine.keys() == others.keys()
    different = [name for name in mine if not torch.equal(mine[name].nan_to_num(-1.5), others[name].nan_to_num(-1.5))]
    assert different == []
    assert (one.step, one.d_steps, one.diverged, one.lost) == (other.step, other.d_steps, other.diverged, other.lost)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_run_in_two_halves_is_the_run(name: str) -> None:
    whole = trainer(FAMILIES[name], (3, 8))
    first = trainer(FAMILIES[name], (3, 8))
    whole.advance(12)
    first.advance(12)
    second = resumed(first)
    assert_same(second, first)
    whole.advance(12)
    second.advance(12)
    assert_same(second, whole)
    mine, others = (each.snapshot(measure=True).scalars for each in (second, whole))
    assert mine.keys() == others.keys()
    for figure in mine:
        np.testing.assert_array_equal(mine[figure], others[figure])


def test_it_goes_on_within_a_block_of_draws_and_beyond() -> None:
    whole = trainer({"noise": 0.1})
    whole.advance(200)
    halves = trainer({"noise": 0.1})
    for steps in (63, 1, 1, 70, 65):
        halves = resumed(halves)
        halves.advance(steps)
    assert_same(halves, whole)


def test_a_stream_that_nothing_draws_from_any_more_waits_where_it_stood() -> None:
    def run(again: bool) -> Trainer:
        now = trainer({"noise": 0.1})
        now.advance(7)
        now.set(noise=0.0)
        for _ in range(2):
            now = resumed(now) if again else now
            now.advance(5)
        now.set(noise=0.2)
        now.advance(5)
        return now

    assert_same(run(again=True), run(again=False))


def test_what_was_measured_on_the_way_is_remembered() -> None:
    config = PRESETS["ring-merge"].config.changed(steps=96)
    whole, first = (Trainer(config, (1,), "cpu") for _ in range(2))
    for _ in range(40):
        for each in (whole, first):
            each.advance(1)
            each.snapshot(measure=True)
    second = resumed(first)
    for each in (whole, second):
        each.advance(1)
    mine, others = (each.snapshot(measure=True).scalars for each in (second, whole))
    assert mine["oscillation"] == others["oscillation"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda state: state.pop("g.params"), r"no tensor 'g\.params'"),
        (lambda state: state.update({"g.params": torch.zeros(1, 3)}), r"g\.params is float32 of shape \(1, 3\)"),
        (lambda state: state.update({"d.mean": state["d.mean"].double()}), r"d\.mean is float64"),
        (lambda state: state.update({"step": torch.tensor(-1)}), "step is -1; at least 0"),
        (lambda state: state.update({"streams.real.left": torch.tensor(10**6)}), "left is 1000000"),
        (
            lambda state: state.update({"streams.real.generators": torch.zeros_like(state["streams.real.generators"])}),
            "no state of a random generator",
        ),
    ],
)
def test_what_is_no_state_of_this_run_is_a_sentence(change: Any, sentence: str) -> None:
    was = trainer({}, (3,))
    was.advance(3)
    state = was.state_dict()
    change(state)
    fresh = trainer({}, (3,))
    with pytest.raises(ValueError, match=sentence):
        fresh.load_state_dict(state)


def test_a_run_that_has_let_replicas_go_has_no_state() -> None:
    was = trainer({}, (3, 8))
    was.keep(slice(0, 1))
    with pytest.raises(ValueError, match="let go"):
        was.state_dict()


@pytest.mark.parametrize("name", FAMILIES)
def test_the_states_of_a_run_s_parts_are_together_that_of_the_run(name: str) -> None:
    seeds = (3, 8, 1)
    whole = trainer(FAMILIES[name], seeds)
    parts = [trainer(FAMILIES[name], seeds) for _ in range(2)]
    for part, replicas in zip(parts, (slice(0, 2), slice(2, 3)), strict=True):
        part.advance(6)
        part.keep(replicas)
    whole.advance(6)
    for each in (whole, *parts):
        each.advance(6)
        each.snapshot(measure=True)
    state, of_whole = joined([part.kept_state_dict() for part in parts]), whole.state_dict()
    assert state.keys() == of_whole.keys()
    for key, value in state.items():
        assert (value.shape, value.dtype) == (of_whole[key].shape, of_whole[key].dtype), key
    fresh = Trainer(whole.config, seeds, "cpu")
    fresh.load_state_dict(load(save(state)))
    assert_same(fresh, resumed(fresh))
    fresh.advance(3)


def test_parts_that_stand_at_different_steps_make_no_run() -> None:
    parts = [trainer({}, (3, 8)) for _ in range(2)]
    for i, part in enumerate(parts):
        part.keep(slice(i, i + 1))
        part.advance(1 + i)
    with pytest.raises(ValueError, match="step is not the same in all parts"):
        joined([part.kept_state_dict() for part in parts])


def test_replicas_are_let_go_before_anything_was_drawn_after_a_resumption() -> None:
    was = trainer({"noise": 0.2}, (3, 8))
    was.advance(3)
    was.set(noise=0.0)
    alone, again = resumed(was), resumed(was)
    again.keep(slice(1, 2))
    for each in (alone, again):
        each.advance(2)
        each.set(noise=0.2)  # draws from where its stream stood
        each.advance(2)
    torch.testing.assert_close(again.g.params, alone.g.params[1:], rtol=1e-5, atol=1e-6)


def test_taking_the_state_changes_nothing() -> None:
    quiet, asked = (Trainer(RunConfig(noise=0.1), (2,), "cpu") for _ in range(2))
    for _ in range(5):
        quiet.advance(1)
        asked.advance(1)
        asked.state_dict()
    assert_same(quiet, asked)
