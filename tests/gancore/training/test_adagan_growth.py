"""AdaGAN's training: its parts, its training set, its classifier, and what is shown of the mixture."""

import math

import numpy as np
import pytest
import torch

from gancore.config import RunConfig
from gancore.data.toy import toy_data
from gancore.methods.adagan import betas, mixture_weights
from gancore.methods.losses import LOSSES
from gancore.networks.mlp import MLP
from gancore.training.adagan_growth import Growth
from gancore.training.random_streams import generator
from gancore.training.trainer import Trainer

pytestmark = pytest.mark.training

CPU = torch.device("cpu")
REMEDIES = {
    "none": {},
    "wasserstein": {"loss": "wasserstein", "penalty": "gradient_penalty"},
    "spectral_norm": {"loss": "hinge", "constraint": "spectral_norm"},
    "unroll": {"unroll_steps": 1},
    "noise": {"noise": 0.2},
    "extragradient": {"updates": "extragradient"},
    "average": {"average": 0.9},
    "constant": {"mixing": "constant", "beta": 0.4},
}


def config(**values):
    return RunConfig(**{"model": "adagan", "generators": 3, "steps": 12, "classifier_steps": 5, "data_points": 256,
                        "g_hidden": 16, "d_hidden": 16, **values})  # fmt: skip


def trainer(seeds=None, **values):
    return Trainer(config(**values), seeds, "cpu")


def grown(seeds=(0,), **values):
    settings = config(**values)
    return Growth(settings, seeds, toy_data(settings), CPU)


POINT = MLP((16, 2))


def at(*place, seeds=1):
    """Parameters of a generator that makes one point, whatever its latent vector."""
    params = torch.zeros(seeds, POINT.row_length)
    POINT.unpack(params)[-1].copy_(torch.tensor(place))
    return params


# ── Parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("steps", "k", "starts"), [(12, 3, [4, 8]), (11, 4, [2, 4, 6]), (5, 5, [1, 2, 3, 4]), (9, 1, [])]
)
def test_parts_are_equal_and_the_last_takes_the_rest(steps, k, starts):
    t = trainer(steps=steps, generators=k)
    begun = []
    for _ in range(steps + 5):
        part = t.growth.part
        t.advance()
        if t.growth.part != part:
            begun.append(t.step)
    assert begun == starts
    assert t.growth.part == k


def test_a_new_part_has_fresh_players_of_its_own():
    t = trainer([4, 5])
    first = t.g.params, t.d.params
    firsts = [first]
    for part in (1, 2):
        t.advance(4)
        assert t.g.taken == t.d.taken == 0
        assert not any(each.any() for player in (t.g, t.d) for each in (player.mean, player.square, player.last))
        sources = [generator(seed, "init_g", part) for seed in (4, 5)]
        assert torch.equal(t.g.params, t.spec.g.init("uniform", sources))
        assert torch.equal(t.averaged, t.g.params)
        assert np.isnan(t.snapshot().scalars["g_loss"]).all()  # nothing is known of them yet
        for g, d in firsts:
            assert not torch.allclose(t.g.params, g)
            assert not torch.allclose(t.d.params, d)
        firsts.append((t.g.params, t.d.params))


def test_the_first_part_starts_where_a_plain_gan_does():
    t, plain = trainer(), Trainer(RunConfig(g_hidden=16, d_hidden=16), device="cpu")
    assert torch.equal(t.g.params, plain.g.params)
    assert torch.equal(t.d.params, plain.d.params)


def test_the_averaged_generator_is_what_joins():
    t = trainer(average=0.9)
    t.advance(3)
    before, seen, add = t.averaged, [], t.growth.add

    def recorded(net, params):
        seen.append((params, t.g.params))
        add(net, params)

    t.growth.add = recorded
    t.advance(1)
    ((joined, trained),) = seen
    # β of the fourth step is (1+4)/(10+4) ...
    torch.testing.assert_close(joined, torch.lerp(before, trained, 1 - 5 / 14))
    assert torch.equal(t.averaged, t.g.params)
    fresh = t.g.params
    t.advance(1)
    # ... and of the fifth, the first of the second part, (1+1)/(10+1).
    torch.testing.assert_close(t.averaged, torch.lerp(fresh, t.g.params, 1 - 2 / 11))


# ── The training set ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_set_is_finite_a_seed_s_own_and_of_the_data():
    growth = grown([3, 8], sigma=0.05)
    assert growth.points.shape == (2, 256, 2)
    assert torch.equal(growth.points[1], grown([8], sigma=0.05).points[0])
    assert not torch.equal(growth.points[0], growth.points[1])
    centres = torch.tensor(toy_data(config(sigma=0.05)).centres.tolist())
    assert (torch.cdist(growth.points[0], centres).min(1).values < 0.3).all()


def test_d_is_trained_on_points_of_the_set():
    t = trainer(batch_size=64)
    known = {tuple(point) for point in t.growth.points[0].tolist()}
    for _ in range(5):
        draws = t._d_draws().real[0].tolist()
        assert len(draws) == 64
        assert {tuple(point) for point in draws} <= known


def test_points_are_drawn_as_often_as_they_weigh():
    growth = grown([0, 1], data_points=16)
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.full(16, 0.3), 2)
    weights[0, [0, 7, 15]] = 0  # the first, one between, the last
    weights /= weights.sum(1, keepdims=True)
    growth._weigh(weights)
    n = 200_000
    drawn = growth.real(torch.rand(2, n, generator=torch.Generator().manual_seed(1)))
    for replica in range(2):
        hits = (drawn[replica][:, None] == growth.points[replica]).all(-1).sum(0).numpy()
        spread = np.sqrt(weights[replica] * n) + 1
        assert (abs(hits - n * weights[replica]) < 5 * spread).all()
        assert (hits[weights[replica] == 0] == 0).all()
    ends = growth.real(torch.tensor([[0.0, 1 - 2**-24]] * 2))
    assert (ends[0, 0] != growth.points[0, 0]).any()
    assert (ends[0, 1] != growth.points[0, 15]).any()


# ── The weights of the data ───────────────────────────────────────────────────────────────────────────────────────


def shares(growth, centres):
    """The weight of the training points next to each centre."""
    nearest = torch.cdist(growth.points[0], torch.tensor(centres)).argmin(1).numpy()
    return np.bincount(nearest, growth.data_weights[0], len(centres))


def test_the_classifier_learns_the_data_from_the_whole_mixture():
    """Two of three modes have a generator: the weight is on the third, also after the second has joined."""
    growth = grown(data="line", modes=3, radius=2.0, sigma=0.2, classifier_steps=300, generators=4)
    centres = [[-2.0, 0.0], [0.0, 0.0], [2.0, 0.0]]
    np.testing.assert_allclose(shares(growth, centres), 1 / 3, atol=0.1)
    growth.add(POINT, at(-2.0, 0.0))
    assert shares(growth, centres)[0] < 0.1
    np.testing.assert_allclose(shares(growth, centres)[1:], 0.5, atol=0.15)
    growth.add(POINT, at(0.0, 0.0))
    assert shares(growth, centres)[2] > 0.65  # against the last alone it would be a half
    assert growth.data_weights.shape == (1, 256)
    assert growth.data_weights.sum() == pytest.approx(1)
    assert growth.part == 3


def test_the_classifier_is_fresh_and_another_each_time():
    growth = grown(classifier_steps=1)
    growth._finished.append(at(0.0, 0.0))
    one = growth._classifier(POINT).params
    growth.part += 1
    other = growth._classifier(POINT).params
    assert not torch.allclose(one, other, atol=0.05)


def test_a_classifier_without_a_clue_leaves_all_points_their_weight():
    growth = grown()
    known = growth._classifier

    def clueless(net):
        player = known(net)
        return player._replace(params=torch.zeros_like(player.params))

    growth._classifier = clueless
    growth.add(POINT, at(0.0, 0.0))
    np.testing.assert_allclose(growth.data_weights, 1 / 256)
    growth._classifier = known
    growth.add(POINT, at(0.0, 0.0))
    assert np.ptp(growth.data_weights) * 256 > 0.05


# ── The mixture ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mixing", ["uniform", "constant"])
def test_samples_are_drawn_by_the_mixture_s_weights_and_only_go_over_to_the_newest(mixing):
    values = {"generators": 5, "mixing": mixing, "beta": 0.35}
    growth = grown(**values)
    n = 100_000
    choice = torch.rand(1, n, 5, generator=torch.Generator().manual_seed(0))
    before = torch.zeros(1, n, dtype=torch.int64)
    for parts in range(1, 6):
        owner = growth.owners(choice, parts)
        expected = mixture_weights(betas(config(**values))[:parts])
        np.testing.assert_allclose(np.bincount(owner[0], minlength=parts) / n, expected, atol=0.01)
        assert set(owner[owner != before].tolist()) <= {parts - 1}
        before = owner


def test_the_mixture_is_made_of_each_component_s_own_samples():
    growth = grown([0, 1], classifier_steps=1)
    for x in (1.0, 2.0):
        growth.add(POINT, at(x, 0.0, seeds=2))
    choice = torch.rand(2, 50, 3)
    samples = growth.mixture(POINT, torch.randn(2, 50, 16), choice)
    torch.testing.assert_close(samples[..., 0], growth.owners(choice, 2) + 1.0)
    np.testing.assert_allclose(growth.weights, 1 / 3, rtol=1e-6)  # of the third, as if it had joined


# ── The run ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_replica_is_the_run_of_its_seed(remedy, bitwise):
    together, alone = trainer([3, 8, 5], **REMEDIES[remedy]), trainer([8], **REMEDIES[remedy])
    together.advance(12)
    alone.advance(12)
    if bitwise:
        assert torch.equal(together.g.params[1], alone.g.params[0])
        np.testing.assert_array_equal(together.growth.data_weights[1], alone.growth.data_weights[0])
    assert torch.isfinite(together.g.params).all()
    assert not torch.equal(together.g.params[0], together.g.params[1])


@pytest.mark.parametrize("loss", LOSSES)
def test_a_run_is_the_same_watched_or_not_in_any_game(loss):
    watched, alone = trainer(loss=loss), trainer(loss=loss)
    for _ in range(12):
        watched.advance()
        watched.snapshot(manifold=True, measure=True)
    alone.advance(12)
    assert torch.equal(watched.g.params, alone.g.params)
    assert torch.equal(watched.d.params, alone.d.params)


def test_a_replica_that_is_lost_does_not_hold_up_the_others(bitwise):
    t, alone = trainer([0, 1], steps=60), trainer([1], steps=60)
    t.g.params[0] = math.nan
    t.advance(60)
    alone.advance(60)
    assert [lost.seed for lost in t.lost] == [0]
    assert t.growth.part == 3
    np.testing.assert_allclose(t.growth.data_weights[0], 1 / 256)
    if bitwise:
        assert torch.equal(t.g.params[1], alone.g.params[0])
    assert t.snapshot(measure=True).scalars["high_quality"].shape == (2,)


def test_live_knobs_act_and_stay_for_the_parts_that_follow():
    t = trainer()
    t.advance(2)
    t.set(loss="wasserstein", penalty="r1", d_steps=2, noise=0.1, g_lr=0.0)
    t.advance(3)
    fresh = t.g.params
    t.advance(2)
    assert torch.equal(t.g.params, fresh)
    assert t.growth.part == 2


# ── What is shown ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_scene_shows_the_training_set_and_the_snapshot_its_weights():
    t = trainer(data_points=1000)
    scene = t.scene()
    np.testing.assert_array_equal(scene.real, t.growth.points[0, :512])
    np.testing.assert_allclose(t.snapshot().data_weights, 1)
    t.advance(4)
    shown = t.snapshot().data_weights
    assert shown.dtype == np.float32
    np.testing.assert_allclose(shown, 1000 * t.growth.data_weights[0, :512], rtol=1e-6)
    assert shown.std() > 0
    assert trainer(data_points=100).snapshot().data_weights.shape == (100,)


def test_the_snapshot_is_of_the_mixture_and_finished_points_stand_still():
    t = trainer(sigma=0.5)
    assert (t.snapshot().owner == 0).all()
    for part, weights in ((1, [1, 0, 0]), (2, [1 / 2, 1 / 2, 0]), (3, [1 / 3, 1 / 3, 1 / 3])):
        one = t.snapshot()
        t.advance(2)
        two = t.snapshot(manifold=True, measure=True)
        for snapshot in (one, two):
            np.testing.assert_allclose(snapshot.mixture, weights, rtol=1e-6)
            assert snapshot.scalars["part"].tolist() == [part]
        np.testing.assert_array_equal(one.owner, two.owner)
        np.testing.assert_allclose(np.bincount(two.owner[0], minlength=3) / 512, weights, atol=0.1)
        still = two.owner[0] != part - 1
        np.testing.assert_array_equal(one.fake[0, still], two.fake[0, still])
        assert (one.fake[0, ~still] != two.fake[0, ~still]).any(-1).all()
        arrows = (two.arrows != 0).any(-1)
        assert not arrows[still[: len(arrows)]].any()
        assert arrows[~still[: len(arrows)]].all()
        assert two.holds.shape == (3, 8)
        assert (two.holds[part:] == 0).all()
        assert two.holds.sum() == pytest.approx(2500 * two.scalars["high_quality"].item(), abs=0.5)
        assert np.count_nonzero(two.holds.sum(0)) == two.scalars["touched"].item()
        own = np.count_nonzero(two.holds, 1)[:part].mean()
        assert two.scalars["own_modes"].item() == pytest.approx(own)
        t.advance(2)


def test_finished_components_are_shown_as_they_were_when_they_ended():
    t = trainer(average=0.8)
    finished, add = [], t.growth.add

    def recorded(net, params):
        finished.append(params)
        add(net, params)

    t.growth.add = recorded
    for part in (2, 3):
        t.advance(5)
        snapshot = t.snapshot()
        assert len(finished) == part - 1
        for i, params in enumerate(finished):
            with torch.no_grad():
                final = t.spec.g(params, t._readout._latent)[0].numpy()
            own = snapshot.owner[0] == i
            assert own.any()
            np.testing.assert_array_equal(snapshot.fake[0, own], final[:512][own])


def test_several_replicas_show_the_weights_of_the_mixture_alone():
    t = trainer(range(3))
    t.advance(5)
    snapshot = t.snapshot()
    assert snapshot.holds is snapshot.data_weights is None
    # Each replica draws the components of its points by itself.
    assert snapshot.owner.shape == (3, 128)
    assert set(snapshot.owner.flatten().tolist()) == {0, 1}
    assert not np.array_equal(snapshot.owner[0], snapshot.owner[1])
    assert snapshot.mixture.shape == (3,)
    assert snapshot.scalars["part"].tolist() == [2, 2, 2]
    assert snapshot.scalars["own_modes"].shape == (3,)
