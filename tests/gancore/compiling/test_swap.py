"""Taking functions from the store: which, when, and that nothing but speed depends on it."""

import sys

import pytest
import torch

import gancore.compiling.swap as swap
from gancore.compiling.plan import plans_of
from gancore.compiling.swap import FastStepFunction, use_compiled
from gancore.config import FIELDS, RunConfig
from gancore.step.updates import UPDATES
from gancore.training.trainer import Trainer
from tests.gancore.compiling.elsewhere import weights_in_a_fork
from tests.gancore.compiling.games import SMALL
from tests.gancore.compiling.test_plan import LIVE_NUMBERS, others

pytestmark = pytest.mark.compiler

TURNS = ("discriminator", "generator", "together")


def trainer(seeds=(0,), **values):
    return Trainer(RunConfig(**{**SMALL, **values}), seeds, "cpu")


def fast(trainer):
    """Which of its functions are not the plain ones."""
    return {name for name in TURNS if isinstance(getattr(trainer.step_functions, name), FastStepFunction)}


@pytest.mark.usefixtures("interpreted")
@pytest.mark.parametrize("updates", UPDATES)
def test_a_frozen_generator_stands_still_in_compiled_steps(updates):
    runs = [trainer((0, 1), freeze_at=3, updates=updates) for _ in range(2)]
    for run, g_lr in zip(runs, (1e-3, 0.1), strict=True):
        run.advance(3)
        assert use_compiled(run) == (True, ())
        assert fast(run) == ({"together"} if updates == "consensus" else {"discriminator", "generator"})
        frozen = run.g
        run.set(g_lr=g_lr)
        run.advance(5)
        assert all(torch.equal(a, b) for a, b in zip(run.g, frozen, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(runs[0].d, runs[1].d, strict=True))


def assert_same(one, other):
    for player, twin in ((one.g, other.g), (one.d, other.d)):
        for a, b in zip(player, twin, strict=True):
            torch.testing.assert_close(a, b)


@pytest.fixture
def stored(interpreted, monkeypatch):
    """`stored(game, replicas)`: the step functions that lie in the store; no others do."""
    keys = set()
    anything = swap.find
    monkeypatch.setattr(swap, "find", lambda key: anything(key) if key in keys else None)

    def put(config, replicas):
        keys.update(plan.key for plan in plans_of(config, replicas))

    return put


# ── What is missing ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_store_a_run_goes_on_as_it_is_and_says_what_it_misses():
    plain, quick = trainer(range(3)), trainer(range(3))
    for each in (plain, quick):
        each.advance(3)
    speed = use_compiled(quick)
    assert not speed.compiled
    assert [(plans_of(game, 3), replicas) for game, replicas in speed.missing] == [(plans_of(quick.config, 3), 3)]
    assert fast(quick) == set()
    for each in (plain, quick):
        each.advance(3)
    assert torch.equal(plain.g.params, quick.g.params)


def test_what_was_missing_is_all_that_is_needed(stored):
    for values in ({}, {"updates": "consensus"}, {"freeze_at": 5, "loss": "minimax"}, {"model": "adagan"}):
        run = trainer((1, 2), **values)
        for game, replicas in use_compiled(run).missing:
            stored(game, replicas)
        assert use_compiled(run) == (True, ())


def test_a_run_with_one_step_missing_takes_the_others(stored):
    run = trainer(loss="minimax")
    stored(run.config.changed(loss="non_saturating"), 1)
    stored(run.config.changed(d_optimizer="sgd"), 1)  # shares G's function
    speed = use_compiled(run)
    assert fast(run) == {"generator"}
    assert not speed.compiled
    assert len(speed.missing) == 1
    run.advance(3)


def test_another_number_of_replicas_is_another_step(stored):
    run = trainer(range(4))
    stored(run.config, 4)
    assert use_compiled(run).compiled
    run.keep(slice(0, 2))
    assert fast(run) == set()
    speed = use_compiled(run)
    assert [replicas for _, replicas in speed.missing] == [2]
    run.advance(2)
    stored(run.config, 2)
    assert use_compiled(run).compiled


# ── A run that is quickened on the way ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("interpreted")
@pytest.mark.parametrize(
    "values",
    [{}, {"d_steps": 2, "noise": 0.2}, {"updates": "extragradient"}, {"freeze_at": 8, "loss": "wasserstein"},
     {"model": "adagan", "generators": 2, "steps": 20, "classifier_steps": 3, "data_points": 64}],
    ids=str,
)  # fmt: skip
def test_a_run_goes_on_as_it_would_have(values):
    plain, quick = trainer((0, 1), **values), trainer((0, 1), **values)
    for each in (plain, quick):
        each.advance(5)
    assert use_compiled(quick) == (True, ())
    for each in (plain, quick):
        each.advance(15)
        each.discriminator_step()
        each.generator_step()
    assert fast(quick) == {"discriminator", "generator"}
    assert_same(plain, quick)
    one, other = plain.snapshot(), quick.snapshot()
    assert one.d_steps == other.d_steps
    for name, values in one.scalars.items():
        torch.testing.assert_close(torch.tensor(values), torch.tensor(other.scalars[name]), equal_nan=True)


@pytest.mark.parametrize("name", LIVE_NUMBERS)
def test_a_live_number_takes_effect_and_misses_nothing(stored, name):
    # Everything at once that such a number may act on.
    values = {"penalty": "r1", "constraint": "clip", "noise": 0.1, "penalty_schedule": "linear"}
    values |= {"noise_schedule": "linear", "d_optimizer": "rmsprop"}
    plain, quick = trainer(**values), trainer(**values)
    stored(quick.config, 1)
    assert use_compiled(quick).compiled
    before = quick.step_functions
    for value in others(name):
        for each in (plain, quick):
            each.advance(2)
            each.set(**{name: value})
        assert quick.step_functions.discriminator is before.discriminator
        assert quick.step_functions.generator is before.generator
        assert use_compiled(quick) == (True, ())
        for each in (plain, quick):
            each.advance(2)
    if all(each.isfinite().all() for each in (plain.g.params, plain.d.params)):
        assert_same(plain, quick)


def test_noise_goes_to_nothing_and_back_with_the_same_steps(stored):
    plain, quick = trainer(noise=0.3), trainer(noise=0.3)
    stored(quick.config, 1)
    use_compiled(quick)
    before = quick.step_functions.generator
    for sigma in (0.0, 0.5, 0.0):
        for each in (plain, quick):
            each.advance(3)
            each.set(noise=sigma)
            each.advance(3)
        assert quick.step_functions.generator is before
    assert_same(plain, quick)


def test_another_loss_is_taken_plainly_until_it_is_there(stored):
    plain, quick = trainer(), trainer()
    stored(quick.config, 1)
    assert use_compiled(quick).compiled
    for each in (plain, quick):
        each.advance(2)
        each.set(loss="hinge")
    assert fast(quick) == set()
    speed = use_compiled(quick)
    assert not speed.compiled
    assert [game.loss for game, _ in speed.missing] == ["hinge"]
    for each in (plain, quick):
        each.advance(2)
    stored(quick.config, 1)
    assert use_compiled(quick).compiled
    for each in (plain, quick):
        each.advance(2)
        each.set(loss="non_saturating")
    assert fast(quick) == {"discriminator", "generator"}
    assert_same(plain, quick)


def test_a_frozen_generator_s_game_is_known_before_it_is_played(stored):
    run = trainer(freeze_at=4, loss="minimax")
    stored(run.game, 1)
    speed = use_compiled(run)
    assert speed.compiled
    assert [game.loss for game, _ in speed.missing] == ["minimax"]
    run.advance(4)
    assert fast(run) == set()
    assert not use_compiled(run).compiled
    stored(run.game, 1)
    assert use_compiled(run) == (True, ())


def test_every_live_choice_is_missed_or_shared():
    """No live choice makes a run take a step function of another game."""
    for name, spec in FIELDS.items():
        if spec.live and spec.kind == "choice" and not name.endswith("_schedule"):
            game = RunConfig(**SMALL)
            plans = {plans_of(game.changed(**{name: choice}), 1) for choice in spec.choices}
            shared = {"augment", "policy"}  # of images only
            assert len(plans) == 1 if name in shared else len(plans) > 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is forked")
def test_a_fork_takes_the_same_steps(stored):
    plain, quick = trainer((0, 1)), trainer((0, 1))
    stored(quick.config, 2)
    use_compiled(quick)
    for each in (plain, quick):
        each.advance(2)
    found = weights_in_a_fork(quick, 3)
    plain.advance(3)
    torch.testing.assert_close(found, plain.g.params)
    assert fast(quick) == {"discriminator", "generator"}
