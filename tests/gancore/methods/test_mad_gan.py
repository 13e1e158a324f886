"""MAD-GAN: its generators' axis, and its game against the same game as tutorials write it."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import gancore.step.updates as updates
from gancore.config import RunConfig
from gancore.methods.losses import LOSSES
from gancore.methods.mad_gan import Generators, class_loss, realness, single
from gancore.methods.optimizers import NetworkState
from gancore.networks.mlp import MLP
from gancore.step.moves import Hyperparameters, StepSpec, critic, discriminator_move, generator_move
from gancore.training.trainer import Trainer
from tests.gancore.plain_modules import gradient_row_of, random_row, row_of, sequential

pytestmark = pytest.mark.training

REMEDIES = {
    "none": {},
    "minimax": {"loss": "minimax"},
    "gradient_penalty": {"penalty": "gradient_penalty"},
    "r1": {"penalty": "r1"},
    "roth": {"penalty": "roth"},
    "spectral_norm": {"constraint": "spectral_norm"},
    "unroll": {"unroll_steps": 2},
    "noise": {"noise": 0.2},
    "simultaneous": {"updates": "simultaneous"},
    "extragradient": {"updates": "extragradient"},
    "consensus": {"updates": "consensus"},
    "optimistic_adam": {"d_optimizer": "optimistic_adam", "g_optimizer": "optimistic_adam"},
    "average": {"average": 0.9},
}


def sources(n):
    return [torch.Generator().manual_seed(i) for i in range(n)]


def trainer(seeds=None, **values):
    return Trainer(RunConfig(**{"model": "mad_gan", **values}), seeds, "cpu")


def small(**values):
    return RunConfig(
        **{"model": "mad_gan", "batch_size": 8, "latent_dim": 3, "g_hidden": 6, "d_hidden": 7, "g_activation": "tanh",
           "d_activation": "tanh", "d_optimizer": "sgd", "g_optimizer": "sgd", "d_lr": 1.0, "g_lr": 1.0, **values}
    )  # fmt: skip


def first(net, seed):
    draw = torch.Generator().manual_seed(seed)
    params = torch.cat([random_row(single(net), draw) for _ in range(getattr(net, "k", 1))], 1) / 2
    zero = torch.zeros_like(params)
    return NetworkState(params, zero, zero, torch.zeros((), dtype=torch.float64), zero, zero)


# ── The generators' axis ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["uniform", "xavier", "orthogonal"])
def test_one_generator_is_the_network_itself(kind):
    net = MLP((3, 16, 16, 2), "tanh")
    one = Generators(net, 1)
    flat = net.init(kind, sources(4))
    assert torch.equal(one.init(kind, sources(4)), flat)
    assert (one.row_length, one.shapes) == (net.row_length, net.shapes)
    assert all(torch.equal(a, b) for a, b in zip(one.unpack(flat), net.unpack(flat), strict=True))
    a, b, x = flat.clone().requires_grad_(), flat.clone().requires_grad_(), torch.randn(4, 10, 3)
    assert torch.equal(one(a, x), net(b, x))
    for of, at in ((one, a), (net, b)):
        of(at, x).square().sum().backward()
    assert torch.equal(a.grad, b.grad)


@pytest.mark.parametrize("k", [2, 3, 8])
def test_sample_j_is_of_generator_j_mod_k(k):
    net = MLP((3, 5, 2))
    several = Generators(net, k)
    flat = several.init("uniform", sources(2))
    assert flat.shape == (2, k * net.row_length)
    x = torch.randn(2, 4 * k, 3)
    out = several(flat, x)
    for i, own in enumerate(flat.split(net.row_length, 1)):
        torch.testing.assert_close(out[:, i::k], net(own, x[:, i::k]))
    with pytest.raises(ValueError, match="a multiple of"):
        several(flat, x[:, 1:])


@pytest.mark.parametrize("kind", ["uniform", "xavier", "orthogonal"])
def test_generators_start_apart_and_the_first_where_one_alone_would(kind):
    net = MLP((3, 5, 2))
    each = Generators(net, 4).init(kind, sources(2)).split(net.row_length, 1)
    assert torch.equal(each[0], net.init(kind, sources(2)))
    for i in range(4):
        for j in range(i):
            assert not torch.allclose(each[i], each[j])


def test_moving_one_generator_moves_its_own_samples_alone():
    several = Generators(MLP((3, 5, 2)), 3)
    flat = several.init("uniform", sources(1))
    moved, x = flat.clone(), torch.randn(1, 12, 3)
    moved[:, several.net.row_length : 2 * several.net.row_length] += 1
    changed = (several(moved, x) != several(flat, x)).any(-1)[0]
    assert changed.tolist() == [False, True, False] * 4


# ── The game ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("k", [1, 2, 5])
def test_realness_is_the_logit_of_the_first_class(k):
    scores = 10 * torch.randn(2, 6, k + 1, dtype=torch.float64)
    torch.testing.assert_close(torch.sigmoid(realness(scores))[..., 0], scores.softmax(-1)[..., 0])
    wide = torch.tensor([[200.0, -200.0, -100.0], [-200.0, 200.0, 100.0]])
    assert realness(wide).flatten().tolist() == [300.0, -400.0]


def test_the_loss_of_two_classes_is_the_usual_game():
    real, fake = torch.randn(3, 8, 2, dtype=torch.float64), torch.randn(3, 8, 2, dtype=torch.float64)
    usual = LOSSES["non_saturating"].d(realness(real), realness(fake)).mean((1, 2))
    torch.testing.assert_close(class_loss(real, fake), usual)


@pytest.mark.parametrize("k", [1, 3, 8])
def test_an_undecided_discriminator_pays_the_logarithm_of_the_classes(k):
    loss = class_loss(torch.zeros(2, 4, k + 1), torch.zeros(2, 4 * k, k + 1))
    torch.testing.assert_close(loss, torch.full((2,), 2 * np.log(k + 1), dtype=torch.float32))


def test_it_pays_for_every_generator_that_it_takes_for_another():
    """D that is sure of the class: 0 where it is right; as the logits' gap where two generators are mixed up."""
    k, gap = 3, 50.0
    real, fake = torch.zeros(1, 4, k + 1), torch.zeros(1, 4 * k, k + 1)
    real[..., 0] = gap
    for j in range(4 * k):
        fake[0, j, 1 + j % k] = gap
    assert class_loss(real, fake).item() == pytest.approx(0, abs=1e-6)
    swapped = fake[..., [0, 2, 1, 3]]  # of the 16 points, the 8 of the first two generators
    assert class_loss(real, swapped).item() == pytest.approx(2 * gap * 8 / 16)


@pytest.mark.parametrize("loss", ["minimax", "non_saturating"])
def test_gradients_are_those_of_plain_modules_with_cross_entropy(loss):
    k, batch = 3, 8
    config = small(generators=k, loss=loss)
    spec, hyper = StepSpec.of(config), Hyperparameters.of(config, torch.device("cpu"))
    d, g = first(spec.d, 1), first(spec.g, 2)
    draw = torch.Generator().manual_seed(3)
    real = torch.randn(1, batch, 2, generator=draw, dtype=torch.float64)
    latent = torch.randn(1, k * batch, 3, generator=draw, dtype=torch.float64)
    ours_d = discriminator_move(spec, hyper, d, real, spec.g(g.params, latent), torch.zeros(1, k * batch, 1))
    ours_g = generator_move(spec, hyper, g, d, latent, None, None, None)

    plain_d = sequential(spec.d, d.params)
    plain_g = [sequential(spec.g.net, own) for own in g.params.split(spec.g.net.row_length, 1)]
    fakes = [each(latent[0, i::k]) for i, each in enumerate(plain_g)]
    points = torch.cat([real[0], *[fake.detach() for fake in fakes]])
    labels = torch.arange(k + 1).repeat_interleave(batch)
    theirs = 2 * nn.CrossEntropyLoss()(plain_d(points), labels)
    theirs.backward()
    torch.testing.assert_close(ours_d.loss[0], theirs.detach())
    torch.testing.assert_close(d.params[0] - ours_d.state.params[0], gradient_row_of(plain_d))

    losses = []
    for fake in fakes:  # each generator by itself: its own mean loss, nobody else's
        scores = plain_d(fake)
        if loss == "non_saturating":
            losses.append(nn.CrossEntropyLoss()(scores, torch.zeros(batch, dtype=torch.long)))
        else:
            losses.append(torch.log(1 - scores.softmax(-1)[:, 0]).mean())
        losses[-1].backward()
    torch.testing.assert_close(ours_g.loss[0], torch.stack(losses).mean().detach())
    torch.testing.assert_close(
        g.params[0] - ours_g.state.params[0], torch.cat([gradient_row_of(each) for each in plain_g])
    )


def test_ten_rounds_with_one_generator_equal_a_plain_logistic_loop():
    """Two scores whose difference is the logit: the usual two-class game, written with BCEWithLogitsLoss."""
    config = small(generators=1, d_lr=0.1, g_lr=0.1, d_optimizer="adam", g_optimizer="adam", d_epsilon=1e-4,
                   g_epsilon=1e-4)  # fmt: skip
    spec = StepSpec.of(config)
    rates = Hyperparameters.of(config, torch.device("cpu"))
    hyper = rates._replace(
        d=type(rates.d)(*(each.double() for each in rates.d)), g=type(rates.g)(*(each.double() for each in rates.g))
    )
    hyper = hyper._replace(d=hyper.d._replace(lr=torch.tensor(0.1).double()))
    d, g = first(spec.d, 1), first(spec.g, 2)
    plain_d, plain_g = sequential(spec.d, d.params), sequential(spec.g.net, g.params)
    constants = [{name: getattr(rates_, name).item() for name in ("lr", "beta1", "beta2", "epsilon")} for rates_ in
                 (hyper.d, hyper.g)]  # fmt: skip
    adams = [
        torch.optim.Adam(module.parameters(), lr=c["lr"], betas=(c["beta1"], c["beta2"]), eps=c["epsilon"])
        for module, c in zip((plain_d, plain_g), constants, strict=True)
    ]
    criterion = nn.BCEWithLogitsLoss()
    draw = torch.Generator().manual_seed(5)

    def logit(points):
        scores = plain_d(points)
        return scores[:, 0] - scores[:, 1]

    for _ in range(10):
        real, latent, again = (
            torch.randn(1, 8, width, generator=draw, dtype=torch.float64) for width in (2, 3, 3)
        )  # fmt: skip
        d_move = discriminator_move(spec, hyper, d, real, spec.g(g.params, latent), torch.zeros(1, 8, 1))
        d = d_move.state
        g_move = generator_move(spec, hyper, g, d, again, None, None, None)
        g = g_move.state

        ones, zeros = torch.ones(8, dtype=torch.float64), torch.zeros(8, dtype=torch.float64)
        loss = criterion(logit(real[0]), ones) + criterion(logit(plain_g(latent[0]).detach()), zeros)
        adams[0].zero_grad()
        loss.backward()
        adams[0].step()
        torch.testing.assert_close(d_move.loss[0], loss.detach(), rtol=1e-6, atol=1e-6)
        loss = criterion(logit(plain_g(again[0])), ones)
        adams[1].zero_grad()
        loss.backward()
        adams[1].step()
        torch.testing.assert_close(g_move.loss[0], loss.detach(), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(d.params[0], row_of(plain_d), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(g.params[0], row_of(plain_g), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("k", [1, 3])
def test_the_critic_is_one_logit_and_a_step_goes_down_by_it(k):
    spec = StepSpec.of(small(generators=k))
    d = first(spec.d, 1)
    judge, _ = critic(spec, d)
    points = torch.randn(1, 5, 2, dtype=torch.float64)
    assert judge(points).shape == (1, 5, 1)
    expected = spec.d(d.params, points).softmax(-1)[..., :1].logit()
    torch.testing.assert_close(judge(points), expected)


@pytest.mark.parametrize("penalty", ["r1", "r2", "gradient_penalty", "roth"])
def test_a_penalty_is_that_of_the_realness_over_all_points(penalty):
    k, config = 3, small(generators=3, penalty=penalty, penalty_weight=1.0)
    spec, hyper = StepSpec.of(config), Hyperparameters.of(config, torch.device("cpu"))
    d = first(spec.d, 1)
    draw = torch.Generator().manual_seed(2)
    real, fake = (torch.randn(1, n, 2, generator=draw, dtype=torch.float64) for n in (8, 8 * k))
    mix = torch.rand(1, 8 * k, 1, generator=draw, dtype=torch.float64)
    bare = discriminator_move(spec._replace(penalty=None), hyper, d, real, fake, mix).loss
    added = (discriminator_move(spec, hyper, d, real, fake, mix).loss - bare).item()

    def slope(points):
        at = points.clone().requires_grad_()
        s = spec.d(d.params, at).softmax(-1)[..., :1].logit()
        return torch.autograd.grad(s.sum(), at)[0], s.detach()

    (of_real, s_real), (of_fake, s_fake) = slope(real), slope(fake)
    if penalty == "r1":
        expected = of_real.square().sum(-1).mean() / 2
    elif penalty == "r2":
        expected = of_fake.square().sum(-1).mean() / 2
    elif penalty == "roth":
        expected = ((1 - s_real.sigmoid()) ** 2 * of_real.square().sum(-1, True)).mean() / 2
        expected += (s_fake.sigmoid() ** 2 * of_fake.square().sum(-1, True)).mean() / 2
    else:  # each generated point on a line of its own to a real one, with its own α
        own = real.repeat_interleave(k, 1)
        expected = ((slope(mix * own + (1 - mix) * fake)[0].norm(dim=-1) - 1) ** 2).mean()
    assert added == pytest.approx(expected.item(), rel=1e-5)


# ── The run ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("k", [1, 2, 4])
def test_d_sees_one_real_point_to_k_generated_ones_as_many_of_each(k, monkeypatch):
    t = trainer(generators=k, batch_size=32, noise=0.1)
    seen = []

    def recorded(spec, hyper, d, real, fake, mix, **more):
        seen.append((real.shape, fake.shape, mix.shape))
        return discriminator_move(spec, hyper, d, real, fake, mix, **more)

    monkeypatch.setattr(updates, "discriminator_move", recorded)
    t.advance(2)
    assert seen == [((1, 32, 2), (1, 32 * k, 2), (1, 32 * k, 1))] * 2
    assert t.spec.d.sizes[-1] == k + 1


@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_replica_is_the_run_of_its_seed(remedy, bitwise):
    values = {"generators": 3, **REMEDIES[remedy]}
    together, alone = trainer([3, 8, 5], **values), trainer([8], **values)
    steps = 12 if bitwise else 2
    together.advance(steps)
    alone.advance(steps)
    for ours, own in ((together.g, alone.g), (together.d, alone.d)):
        for a, b in zip(ours, own, strict=True):
            if a.ndim and bitwise:
                assert torch.equal(a[1], b[0])
    torch.testing.assert_close(together.g.params[1], alone.g.params[0], rtol=1e-3, atol=5e-3)
    assert torch.isfinite(together.g.params).all()
    assert not torch.equal(together.g.params[0], together.g.params[1])
    assert not torch.equal(together.g.params, together._first(together.spec.g, "init_g").params)


def test_every_generator_learns_and_none_as_another():
    t = trainer(generators=4)
    size = t.spec.g.net.row_length
    before = t.g.params.split(size, 1)
    t.advance(20)
    after = t.g.params.split(size, 1)
    steps = [b - a for a, b in zip(before, after, strict=True)]
    assert all(step.abs().max() > 1e-3 for step in steps)
    for i in range(4):
        for j in range(i):
            assert not torch.allclose(steps[i], steps[j])


def test_one_generator_draws_what_a_plain_gan_draws():
    mad, plain = trainer(generators=1), Trainer(RunConfig(), device="cpu")
    assert torch.equal(mad.g.params, plain.g.params)
    for name in ("_d_draws", "_g_draws"):
        for a, b in zip(getattr(mad, name)(), getattr(plain, name)(), strict=True):
            assert a is b is None or torch.equal(a, b)


def test_live_knobs_act_and_a_loss_that_it_cannot_play_is_refused():
    t = trainer()
    t.advance(2)
    t.set(penalty="r1", d_steps=2, unroll_steps=1, noise=0.1, loss="minimax", updates="extragradient")
    t.advance(2)
    with pytest.raises(ValueError, match="loss is 'hinge'"):
        t.set(loss="hinge")
    t.advance(1)
    assert t.diverged is None


# ── What is shown ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("k", [1, 3, 7, 8])
def test_the_snapshot_says_which_generator_made_what(k):
    t = trainer(generators=k, batch_size=8, sigma=0.3)
    t.advance(3)
    snapshot = t.snapshot(manifold=True, measure=True)
    assert snapshot.fake.shape == (1, 512, 2)
    np.testing.assert_array_equal(snapshot.owner, np.arange(512)[None] % k)
    assert snapshot.owner.dtype == np.uint8
    np.testing.assert_allclose(snapshot.mixture, 1 / k)
    assert snapshot.data_weights is None
    assert "part" not in snapshot.scalars
    assert snapshot.holds.shape == (k, 8)
    assert snapshot.holds.dtype == np.uint16
    judged = 2500 - 2500 % k
    assert snapshot.holds.sum() == pytest.approx(snapshot.scalars["high_quality"].item() * judged, abs=0.5)
    assert np.count_nonzero(snapshot.holds.sum(0)) == snapshot.scalars["touched"].item()
    assert snapshot.scalars["own_modes"].item() == pytest.approx(np.count_nonzero(snapshot.holds, 1).mean())
    assert (snapshot.layers > 0).all()
    latent = t._readout._latent[:, :judged]
    last = k - 1
    own = t.spec.g.net(t.g.params[:, last * t.spec.g.net.row_length :], latent[:, last::k])
    shown = snapshot.fake[0, snapshot.owner[0] == last]
    np.testing.assert_allclose(shown, own[0, : len(shown)], atol=1e-5)
    assert len(shown) == len(range(last, 512, k))


def test_generators_that_are_points_hold_the_modes_that_they_are_at():
    t = trainer(generators=3, data="line", modes=3, radius=2.0, sigma=0.1)
    t.g.params.zero_()
    bias = t.spec.g.unpack(t.g.params)[-1]  # (3, 1, 2)
    bias[:, 0, 0] = torch.tensor([2.0, 2.0, -2.0])
    snapshot = t.snapshot()
    np.testing.assert_array_equal(snapshot.holds, [[0, 0, 833], [0, 0, 833], [833, 0, 0]])
    assert snapshot.scalars["own_modes"].item() == 1
    assert snapshot.scalars["touched"].item() == 2


def test_several_replicas_show_who_made_which_point_and_count_the_modes():
    t = trainer(range(3), generators=2)
    t.advance(1)
    snapshot = t.snapshot()
    np.testing.assert_array_equal(snapshot.owner, np.tile(np.arange(128) % 2, (3, 1)))
    assert snapshot.holds is None
    assert snapshot.scalars["own_modes"].shape == (3,)
    np.testing.assert_allclose(snapshot.mixture, 0.5)


def test_softplus_identity_of_the_module_s_docstring():
    """-log softmax_i = sp(s) + the cross entropy among the generators alone; -log softmax_0 = sp(-s)."""
    scores = torch.randn(7, 4, dtype=torch.float64)
    s = realness(scores)[:, 0]
    torch.testing.assert_close(-scores.log_softmax(-1)[:, 0], F.softplus(-s))
    torch.testing.assert_close(-scores.log_softmax(-1)[:, 2], F.softplus(s) - scores[:, 1:].log_softmax(-1)[:, 1])
