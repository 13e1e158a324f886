"""A generator that stands still: the same one whatever judges it, and everything else as if it were not there."""

import numpy as np
import pytest
import torch

from gancore.config import FIELDS, RunConfig
from gancore.experiments.presets import PRESETS
from gancore.runtime.frames import kind_of_field
from gancore.step.updates import UPDATES
from gancore.training.frozen_generator import EPOCH, game_at, is_frozen
from gancore.training.random_streams import generator
from gancore.training.trainer import Trainer

pytestmark = pytest.mark.training

FREEZE = {"freeze_at": 6, "d_steps": 2}
JUDGES = {
    "minimax": {"loss": "minimax"},
    "wasserstein": {"loss": "wasserstein", "penalty": "gradient_penalty", "penalty_weight": 10.0},
    "clip": {"loss": "wasserstein", "constraint": "clip", "d_optimizer": "rmsprop", "d_lr": 5e-5},
    "hinge": {"loss": "hinge", "constraint": "spectral_norm", "d_hidden": 32, "d_layers": 3},
    "noise": {"noise": 0.5, "noise_schedule": "linear", "d_steps": 5},
    "unroll": {"unroll_steps": 2, "pack": 2, "d_activation": "tanh"},
}


def trainer(seeds=None, **values):
    return Trainer(RunConfig(**{**FREEZE, **values}), seeds, "cpu")


def players(t, replica=0):
    return [each[replica] for player in (t.g, t.d) for each in (player.params, player.mean, player.square, player.u)]


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


# ── Which game is played when ─────────────────────────────────────────────────────────────────────────────────────


def test_the_generator_stands_still_from_its_step_on_or_never():
    assert [is_frozen(RunConfig(freeze_at=3), step) for step in range(5)] == [False, False, False, True, True]
    assert not any(is_frozen(RunConfig(), step) for step in range(5))


@pytest.mark.parametrize("judge", JUDGES)
def test_until_then_the_default_game_is_played(judge):
    config = RunConfig(**{**FREEZE, **JUDGES[judge]}, g_lr=0.5, sigma=0.1)
    learning = game_at(config, 5)
    assert learning == RunConfig(freeze_at=6, g_lr=0.5, sigma=0.1)
    assert game_at(config, 6) == config
    assert game_at(config.changed(freeze_at=0), 0) == config.changed(freeze_at=0)


@pytest.mark.parametrize("name", sorted(set(FIELDS) - {"freeze_at", "points", "model"}))  # an ensemble never freezes
def test_all_that_the_generator_would_notice_of_d_is_the_default(name):
    spec = FIELDS[name]
    values = spec.choices[:2] if spec.kind == "choice" else (spec.low, spec.slider[1])
    (other, *_) = [value for value in values if value != spec.default]
    plain = RunConfig(freeze_at=5)
    of_d = spec.group in ("Loss", "Discriminator") or name.startswith(("d_", "noise", "unroll", "updates", "pack"))
    assert (game_at(plain.changed(**{name: other}), 0) == plain) == of_d


def test_an_epoch_of_the_presets_is_a_whole_number_of_steps():
    assert EPOCH * RunConfig().batch_size == 12_800
    frozen = [preset.config.freeze_at for name, preset in PRESETS.items() if name.startswith("freeze-")]
    assert sorted({at / EPOCH for at in frozen}) == [1, 10, 25]


def test_the_field_is_shown_as_that_of_the_game_that_is_played():
    config = RunConfig(freeze_at=3, loss="wasserstein")
    assert [kind_of_field(game_at(config, step)) for step in (2, 3)] == ["probability", "critic"]


# ── The generator ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("judge", JUDGES)
def test_the_frozen_generator_is_bit_for_bit_the_same_whoever_judges_it(judge):
    plain, other = trainer([3, 4]), trainer([3, 4], **JUDGES[judge])
    for t in (plain, other):
        t.advance(6)
    assert torch.equal(plain.g.params, other.g.params)
    other.advance(5)
    assert torch.equal(plain.g.params, other.g.params)
    assert other.step == 11


def test_it_learned_as_the_default_game_teaches():
    frozen, plain = trainer([3], **JUDGES["wasserstein"]), Trainer(RunConfig(), [3], "cpu")
    for t in (frozen, plain):
        t.advance(6)
    assert torch.equal(frozen.g.params, plain.g.params)
    assert torch.equal(frozen.g.square, plain.g.square)
    plain.advance()
    assert not torch.equal(frozen.g.params, plain.g.params)


def test_it_stands_still_for_every_way_of_stepping():
    t = trainer()
    t.advance(6)
    g = t.g
    t.advance(3)
    t.generator_step()
    t.discriminator_step()
    t.set(g_lr=1e3, loss="hinge")
    t.advance(2)
    assert all(a is b for a, b in zip(t.g, g, strict=True))
    assert t.step == 12


@pytest.mark.parametrize("changes", [{}, {"unroll_steps": 2}, {"constraint": "clip", "clip": 0.1}], ids=str)
@pytest.mark.parametrize("updates", UPDATES)
def test_d_does_not_feel_how_far_the_generator_would_move(updates, changes):
    slow, fast = (trainer([3, 4], updates=updates, **changes) for _ in range(2))
    for t, g_lr in ((slow, 1e-3), (fast, 0.1)):
        t.advance(6)
        frozen = t.g
        t.set(g_lr=g_lr)
        t.advance(20)
        assert same(t.g, frozen)
    assert same(players(slow), players(fast))
    one, other = slow.snapshot().scalars, fast.snapshot().scalars
    for name in ("d_loss", "d_grad", "g_loss", "g_grad", "g_grad_fall"):
        np.testing.assert_array_equal(one[name], other[name])


def test_a_live_change_before_that_step_acts_from_it_on():
    t, never = trainer(), trainer()
    t.advance(2)
    t.set(loss="wasserstein", d_lr=0.5, d_steps=3)
    assert t.config.loss == "wasserstein"
    t.advance(4)
    never.advance(6)
    assert torch.equal(t.g.params, never.g.params)
    before = t.d_steps
    t.advance()
    assert t.d_steps == before + 3


def test_its_gradient_is_measured_all_the_same():
    t = trainer()
    t.advance(8)
    a = t.snapshot().scalars
    t.advance()
    b = t.snapshot().scalars
    for name in ("g_loss", "g_grad"):
        assert np.isfinite(a[name]).all()
        assert a[name] != b[name]


# ── The fresh discriminator ───────────────────────────────────────────────────────────────────────────────────────


def test_the_discriminator_is_fresh_and_remembers_nothing():
    t = trainer([3], d_hidden=32)
    t.advance(6)
    expected = t.spec.d.init("uniform", [generator(3, "init_d_again")])
    assert t.spec.d.sizes == (2, 32, 32, 1)
    assert torch.equal(t.d.params, expected)
    assert not torch.equal(t.d.params, t.spec.d.init("uniform", [generator(3, "init_d")]))
    assert not t.d.mean.any()
    assert not t.d.square.any()
    assert t.d.taken == 0
    scalars = t.snapshot().scalars
    assert all(np.isnan(scalars[name]).all() for name in ("d_loss", "d_grad", "g_loss", "g_grad", "g_grad_fall"))
    t.advance(2)
    assert t.d.taken == 4
    assert t.d_steps == 6 + 4  # one a step while the generator learned


def test_the_same_first_weights_for_every_loss():
    a, b = trainer(loss="minimax"), trainer(**JUDGES["wasserstein"])
    for t in (a, b):
        t.advance(6)
    assert torch.equal(a.d.params, b.d.params)


@pytest.mark.parametrize("judge", JUDGES)
def test_a_replica_is_the_run_of_its_seed(judge, bitwise):
    if not bitwise:
        pytest.skip("this machine's matrix products give one replica other bits alone than in company")
    together, alone = trainer([3, 8, 5], **JUDGES[judge]), trainer([8], **JUDGES[judge])
    for t in (together, alone):
        t.advance(12)
    assert same(players(together, 1), players(alone))
    one, of_many = alone.snapshot().scalars, together.snapshot().scalars
    np.testing.assert_allclose(one["g_grad_fall"][0], of_many["g_grad_fall"][1], rtol=1e-5)


def test_a_run_is_the_same_watched_or_not():
    watched, alone = trainer(), trainer()
    for _ in range(10):
        watched.advance()
        watched.snapshot(manifold=True, measure=True)
    alone.advance(10)
    assert same(players(watched), players(alone))


def test_a_run_that_never_freezes_is_as_it_was():
    t, late = trainer(freeze_at=0), trainer(freeze_at=1000, d_steps=1)
    assert "g_grad_fall" not in t.snapshot().scalars
    t.set(d_steps=1)
    for each in (t, late):
        each.advance(10)
    assert same(players(t), players(late))


def test_the_fall_is_counted_from_the_highest_gradient_so_far():
    t = trainer(range(3))
    t.advance(6)
    peak = np.zeros(3, np.float32)
    for _ in range(8):
        t.advance()
        scalars = t.snapshot().scalars
        peak = np.maximum(peak, scalars["g_grad"])
        np.testing.assert_allclose(scalars["g_grad_fall"], np.log10(peak / scalars["g_grad"]), atol=1e-5)
    assert (scalars["g_grad_fall"] >= 0).all()


def test_a_gradient_that_is_nothing_has_fallen_a_finite_way():
    t = trainer(**JUDGES["clip"], clip=1e-6, d_hidden=1024)
    t.advance(6)
    t._peak.fill_(1.0)
    t._record.values.fill_(0.0)
    assert 37 < t.snapshot().scalars["g_grad_fall"] < 39


def test_a_fresh_discriminator_vanishes_the_minimax_gradient_and_not_the_others():
    # A small sister of the presets: data far away, a generator that hardly moves.
    far = {"freeze_at": 20, "radius": 4.0, "g_lr": 1e-5, "latent_dim": 2, "latent": "uniform", "d_steps": 5}
    falls = {}
    for judge in ("minimax", "wasserstein"):
        t = trainer([0, 1], **far, **JUDGES[judge])
        t.advance(220)
        falls[judge] = t.snapshot().scalars["g_grad_fall"]
    t = trainer([0, 1], **far, loss="non_saturating")
    t.advance(220)
    assert (falls["minimax"] > 1.5).all()
    assert (falls["wasserstein"] < 1).all()
    assert (t.snapshot().scalars["g_grad_fall"] < 1).all()
    assert (t.snapshot().scalars["d_accuracy"] > 0.99).all()
