import math

import numpy as np
import pytest
import torch

import gancore.step.updates as updates
from gancore.config import FIELDS, LIVE_FIELDS, POINTS_DATA, ConfigError, RunConfig
from gancore.methods.losses import LOSSES
from gancore.step.moves import critic
from gancore.training.points_readout import FIELD
from gancore.training.step_record import LARGEST
from gancore.training.trainer import Trainer

pytestmark = pytest.mark.training

REMEDIES = {
    "none": {},
    "gradient_penalty": {"penalty": "gradient_penalty"},
    "r1": {"penalty": "r1"},
    "r2": {"penalty": "r2"},
    "clip": {"constraint": "clip", "clip": 0.1},
    "spectral_norm": {"constraint": "spectral_norm"},
    "unroll": {"unroll_steps": 2},
    "pack": {"pack": 2},
    "noise": {"noise": 0.2, "noise_schedule": "linear", "noise_steps": 10},
    "roth": {"penalty": "roth", "penalty_schedule": "exponential", "penalty_steps": 10},
    "simultaneous": {"updates": "simultaneous"},
    "extragradient": {"updates": "extragradient"},
    "consensus": {"updates": "consensus"},
    "optimistic_adam": {"d_optimizer": "optimistic_adam", "g_optimizer": "optimistic_adam"},
    "average": {"average": 0.9},
    "falling rates": {"lr_schedule": "linear", "lr_steps": 10},
}


def trainer(seeds=None, **values):
    return Trainer(RunConfig(**values), seeds, "cpu")


def state(t, replica=0):
    """Everything that decides how one replica goes on."""
    return [each[replica] for player in (t.g, t.d) for each in player if each.ndim]


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


# ── Replicas ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("remedy", REMEDIES)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_replica_is_the_run_of_its_seed(loss, remedy, bitwise):
    values = {"loss": loss, **REMEDIES[remedy]}
    together, alone = trainer([3, 8, 5], **values), trainer([8], **values)
    steps = 12 if bitwise else 2
    together.advance(steps)
    alone.advance(steps)
    if bitwise:
        assert same(state(together, 1), state(alone))
    else:  # to rounding, which Adam turns into a step up or down where a gradient is next to 0
        torch.testing.assert_close(together.g.params[1], alone.g.params[0], rtol=1e-3, atol=5e-3)
    assert not torch.equal(together.g.params[0], together.g.params[1])


@pytest.mark.parametrize(
    "values",
    [
        {"latent_dim": 1},
        {"d_layers": 0},
        {"g_layers": 0},
        {"d_hidden": 1},
        {"latent": "uniform", "d_activation": "tanh"},
    ],
    ids=str,
)
def test_narrow_networks_are_the_run_of_their_seed_too(values, bitwise):
    if not bitwise:
        pytest.skip("this machine's matrix products give one replica other bits alone than in company")
    together, alone = trainer(range(6), **values), trainer([4], **values)
    together.advance(20)
    alone.advance(20)
    assert same(state(together, 4), state(alone))


def test_the_config_s_own_seed_is_the_default():
    assert trainer(seed=7).seeds == (7,)
    assert same(state(trainer(seed=7)), state(trainer([7])))


@pytest.mark.parametrize("seeds", [[], [-1], [0, -5]])
def test_seeds_that_are_none_are_refused(seeds):
    with pytest.raises(ValueError, match="seeds is"):
        trainer(seeds)


# ── Measuring ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("remedy", ["none", "spectral_norm", "unroll", "noise"])
def test_a_run_is_the_same_watched_or_not(remedy):
    watched, alone = trainer(**REMEDIES[remedy]), trainer(**REMEDIES[remedy])
    for _ in range(10):
        watched.advance()
        watched.snapshot(field=True, arrows=True, manifold=True, measure=True)
        watched.scene()
    alone.advance(10)
    assert same(state(watched), state(alone))
    assert same([watched._record.values], [alone._record.values])


def test_a_run_is_the_same_whatever_else_draws():
    one, other = trainer(), trainer()
    one.advance(10)
    for i in range(10):
        torch.manual_seed(i)
        np.random.seed(i)  # noqa: NPY002
        other.advance()
    assert same(state(one), state(other))


def arrays_of(snapshot):
    named = {name: getattr(snapshot, name) for name in ("fake", "field", "arrows", "manifold", "layers")}
    return {**{name: value for name, value in named.items() if value is not None}, **snapshot.scalars}


@pytest.mark.parametrize("seeds", [[0], [0, 1]])
def test_a_snapshot_never_changes(seeds):
    t = trainer(seeds)
    t.advance(3)
    snapshot = t.snapshot(manifold=True, measure=True)
    before = {name: value.copy() for name, value in arrays_of(snapshot).items()}
    t.advance(5)
    after = arrays_of(t.snapshot(manifold=True, measure=True))
    for name, value in arrays_of(snapshot).items():
        assert isinstance(value, np.ndarray)
        np.testing.assert_array_equal(value, before[name], err_msg=name)
        with pytest.raises(ValueError, match="read-only"):
            value[...] = 0
    assert any(not np.array_equal(before[name], after[name]) for name in ("fake", "d_loss", "g_grad"))
    with pytest.raises(TypeError):
        snapshot.scalars["captured"] = 0


def test_what_a_snapshot_holds():
    t = trainer(d_steps=3)
    t.advance(4)
    snapshot = t.snapshot(manifold=True)
    assert (snapshot.step, snapshot.d_steps) == (4, 12)
    shapes = {name: value.shape for name, value in arrays_of(snapshot).items()}
    assert shapes["fake"] == (1, 512, 2)
    assert shapes["field"] == (FIELD, FIELD)
    assert shapes["arrows"] == (96, 2)
    assert shapes["manifold"] == (20, 20, 2)
    assert shapes["layers"] == (3,)
    assert set(snapshot.scalars) == {
        "d_loss", "g_loss", "d_grad", "g_grad", "captured", "captured_weight", "touched", "high_quality", "reverse_kl",
        "noise", "d_accuracy", "g_depth_fall",
    }  # fmt: skip
    assert all(value.dtype == np.float32 for value in arrays_of(snapshot).values())
    assert "transport" in t.snapshot(measure=True).scalars
    bare = t.snapshot(field=False, arrows=False, layers=False)
    assert bare.field is bare.arrows is bare.manifold is bare.layers is None


def test_what_a_snapshot_of_several_holds():
    t = trainer(range(5))
    t.advance(2)
    snapshot = t.snapshot(manifold=True, measure=True)
    assert snapshot.fake.shape == (5, 128, 2)
    assert snapshot.field is snapshot.arrows is snapshot.manifold is snapshot.layers is None
    assert {value.shape for value in snapshot.scalars.values()} == {(5,)}


def test_the_same_latent_vectors_are_shown_whoever_asks():
    one, many = trainer([2]), trainer([1, 2])
    np.testing.assert_allclose(many.snapshot().fake[1], one.snapshot().fake[0, :128], rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(
        one.snapshot(measure=True).scalars["transport"], one.snapshot(measure=True).scalars["transport"]
    )


@pytest.mark.parametrize("values", [{}, {"pack": 2}, {"constraint": "spectral_norm"}], ids=str)
def test_the_field_is_the_discriminator_s_logit_where_it_is_drawn(values):
    t = trainer(data="unbalanced", **values)
    t.advance(20)
    field = t.snapshot().field
    xmin, xmax, ymin, ymax = t.scene().view
    judge, _ = critic(t.spec, t.d)
    last = FIELD - 1
    for row, column in ((0, 0), (0, last), (last, 0), (30, 5)):
        point = torch.tensor([xmin + (xmax - xmin) * column / last, ymin + (ymax - ymin) * row / last])
        logit = judge(point.repeat(t.config.pack).view(1, 1, -1)).item()
        assert field[row, column] == pytest.approx(logit, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("pack", [1, 2])
@pytest.mark.parametrize("loss", LOSSES)
def test_arrows_lower_the_generator_s_loss_at_the_shown_points(loss, pack):
    t = trainer(loss=loss, pack=pack, d_activation="tanh")
    t.advance(20)
    snapshot = t.snapshot()
    points = torch.from_numpy(snapshot.fake[:, : len(snapshot.arrows)].copy()).double()
    params = t.d.params.double()

    def loss_at(at):
        return t.spec.loss.g(t.spec.d(params, at.view(1, -1, 2 * pack))).sum().item()

    for index in (0, 7, 50):
        for axis in range(2):
            shift = torch.zeros_like(points)
            shift[0, index, axis] = 1e-5
            slope = (loss_at(points + shift) - loss_at(points - shift)) / 2e-5
            assert snapshot.arrows[index, axis] == pytest.approx(-slope, rel=1e-2, abs=1e-5)


def test_the_scene_is_the_data():
    t = trainer(data="grid", side=3, sigma=0.1)
    scene = t.scene()
    assert scene.centres.shape == (9, 2)
    assert scene.real.shape == (512, 2)
    distance = np.linalg.norm(scene.real[:, None] - scene.centres, axis=-1).min(1)
    assert np.mean(distance < 0.3) > 0.95
    assert not scene.real.flags.writeable


# ── Live changes and streams ────────────────────────────────────────────────────────────────────────────────────────


def test_more_discriminator_steps_leave_the_generator_s_latents():
    # With D standing still, G's way depends on its own latent vectors and nothing else.
    plain, busy = trainer(d_lr=0.0), trainer(d_lr=0.0)
    plain.advance(70)
    for i in range(70):
        busy.set(d_steps=1 + i % 4)
        busy.advance()
    assert busy.d_steps > plain.d_steps
    assert torch.equal(plain.g.params, busy.g.params)


def recorded(monkeypatch, t, steps, change=None):
    """The real points, D's fakes and G's latents of every step, with `change` made half way."""
    seen = []

    def d_move(spec, hyper, d, real, fake, mix, **more):
        seen.append(("d", real.clone(), fake.clone()))
        return discriminator_move(spec, hyper, d, real, fake, mix, **more)

    def g_move(spec, hyper, g, d, latent, noise, uniforms, ahead):
        seen.append(("g", latent.clone(), noise))
        return generator_move(spec, hyper, g, d, latent, noise, uniforms, ahead)

    discriminator_move, generator_move = updates.discriminator_move, updates.generator_move
    with monkeypatch.context() as patch:
        patch.setattr(updates, "discriminator_move", d_move)
        patch.setattr(updates, "generator_move", g_move)
        t.advance(steps)
        if change:
            t.set(**change)
        t.advance(steps)
    return seen


@pytest.mark.parametrize(
    "change",
    [
        {"penalty": "gradient_penalty"},
        {"unroll_steps": 2},
        {"constraint": "spectral_norm"},
        {"loss": "hinge"},
        {"updates": "simultaneous"},
        {"average": 0.5},
    ],
    ids=str,
)
def test_a_live_change_leaves_every_draw(change, monkeypatch):
    plain, changed = (recorded(monkeypatch, trainer(g_lr=0.0), 40, how) for how in (None, change))
    for (_, a, b), (_, x, y) in zip(plain, changed, strict=True):
        assert torch.equal(a, x)
        assert (b is None and y is None) or torch.equal(b, y)


def test_instance_noise_is_on_every_point_that_d_sees(monkeypatch):
    clean, noisy = (recorded(monkeypatch, trainer(g_lr=0.0, noise=sigma), 30) for sigma in (0.0, 0.5))
    of_d = [(x[1] - c[1], x[2] - c[2]) for c, x in zip(clean, noisy, strict=True) if c[0] == "d"]
    of_g = [(x[2], x[1] - c[1]) for c, x in zip(clean, noisy, strict=True) if c[0] == "g"]
    real, fake = (torch.stack(each).flatten() for each in zip(*of_d, strict=True))
    of_generator = torch.stack([noise for noise, _ in of_g]).flatten()
    for noise in (real, fake, of_generator):
        assert noise.std().item() == pytest.approx(0.5, rel=0.05)
        assert abs(noise.mean().item()) < 0.02
    together = torch.stack([real, fake, of_generator])
    assert (torch.corrcoef(together) - torch.eye(3)).abs().max() < 0.05
    assert all((latent == 0).all() for _, latent in of_g)  # the latents are those of the clean run


def test_switching_noise_off_gives_back_the_clean_draws(monkeypatch):
    clean = recorded(monkeypatch, trainer(g_lr=0.0), 10)
    noisy = recorded(monkeypatch, trainer(g_lr=0.0, noise=0.5), 10, {"noise": 0.0})
    for (_, a, b), (_, x, y) in zip(clean[20:], noisy[20:], strict=True):
        assert torch.equal(a, x)
        assert (b is None and y is None) or torch.equal(b, y)


@pytest.mark.parametrize(("schedule", "end"), [("constant", 0.5), ("linear", 0.0), ("exponential", 0.005)])
def test_the_noise_follows_its_schedule(schedule, end):
    t = trainer(noise=0.5, noise_schedule=schedule, noise_steps=8)
    sigmas = [t.snapshot().scalars["noise"].item()]
    for _ in range(12):
        t.advance()
        sigmas.append(t.snapshot().scalars["noise"].item())
    assert sigmas[0] == pytest.approx(0.5)
    assert sigmas[8:] == pytest.approx([end] * 5)
    assert sigmas == sorted(sigmas, reverse=True)


@pytest.mark.parametrize(("schedule", "end"), [("constant", 1), ("linear", 0), ("cosine", 0), ("exponential", 0.01)])
def test_the_learning_rates_follow_their_schedule(schedule, end):
    # Plain gradient descent moves by the rate times the gradient, whose norm is on record.
    t = trainer(d_optimizer="sgd", g_optimizer="sgd", d_lr=0.3, g_lr=0.2, lr_schedule=schedule, lr_steps=8)
    shares = []
    for _ in range(12):
        d, g = t.d.params, t.g.params
        t.advance()
        norms = {name: value.item() for name, value in t.snapshot().scalars.items()}
        of_d, of_g = (t.d.params - d).norm().item(), (t.g.params - g).norm().item()
        assert of_d / (0.3 * norms["d_grad"]) == pytest.approx(of_g / (0.2 * norms["g_grad"]), abs=1e-3)
        shares.append(of_d / (0.3 * norms["d_grad"]))
    assert shares[0] == pytest.approx(1, rel=1e-3)
    assert shares[8:] == pytest.approx([end] * 4, abs=1e-3)
    assert sorted(shares, reverse=True) == pytest.approx(shares, abs=1e-3)


def test_a_schedule_of_rates_acts_live_and_is_taken_back():
    t = trainer(g_optimizer="sgd", lr_steps=4)
    t.advance(6)
    t.set(lr_schedule="linear")
    g = t.g.params
    t.advance()
    assert torch.equal(t.g.params, g)
    t.set(lr_schedule="constant")
    t.advance()
    assert not torch.equal(t.g.params, g)


def test_set_acts_on_the_next_step():
    t = trainer()
    t.advance(2)
    t.set(g_lr=0.0)
    g, d = t.g.params, t.d.params
    t.advance()
    assert torch.equal(t.g.params, g)
    assert not torch.equal(t.d.params, d)
    assert t.config.g_lr == 0


@pytest.mark.parametrize("name", sorted(set(FIELDS) - LIVE_FIELDS))
def test_set_refuses_what_needs_a_restart(name):
    t = trainer()
    with pytest.raises(ConfigError, match=f"^{name} cannot change while a GAN runs"):
        t.set(**{name: FIELDS[name].default, "d_lr": 0.5})
    assert t.config == RunConfig()


@pytest.mark.parametrize(("change", "match"), [({"d_lr": -1}, "d_lr is -1"), ({"d_lrr": 1}, "no field 'd_lrr'")])
def test_set_refuses_what_is_wrong(change, match):
    t = trainer()
    with pytest.raises(ConfigError, match=match):
        t.set(**change)
    assert t.config == RunConfig()


def test_one_player_alone():
    t = trainer()
    g, d = t.g.params, t.d.params
    t.discriminator_step()
    assert (t.step, t.d_steps) == (0, 1)
    assert torch.equal(t.g.params, g)
    assert not torch.equal(t.d.params, d)
    d = t.d.params
    t.generator_step()
    assert (t.step, t.d_steps) == (1, 1)
    assert torch.equal(t.d.params, d)
    assert not torch.equal(t.g.params, g)


# ── Failing, and learning ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "values", [{"d_lr": 1e6}, {"g_optimizer": "sgd", "g_lr": 1e6}, {"d_optimizer": "sgd", "d_lr": 1e6}], ids=str
)
def test_a_learning_rate_of_a_million_diverges_and_says_where(values):
    t = trainer([2], **values)
    t.advance(400)
    assert t.diverged is not None
    assert t.diverged.seed == 2
    assert 0 <= t.diverged.step <= t.step < 400
    player = "discriminator" if "d_lr" in values or "the disc" in t.diverged.quantity else "generator"
    assert t.diverged.quantity in (f"the {player}'s loss", f"the {player}'s gradient")
    assert t.lost == [t.diverged]
    stopped = t.step
    t.advance(10)
    assert t.step == stopped
    snapshot = t.snapshot(manifold=True, measure=True)  # a run that has failed can still be looked at
    assert snapshot.scalars["captured"].item() == 0


def test_the_step_of_a_divergence_is_the_first_that_was_not_finite():
    t = trainer(d_lr=1e6)
    for _ in range(10):
        t.advance()
        values = [t.snapshot().scalars[name].item() for name in ("d_loss", "d_grad", "g_loss", "g_grad")]
        if not all(abs(value) < LARGEST for value in values):
            break
    assert t.diverged is not None
    assert t.diverged.step == t.step - 1 or t.diverged.step == t.step  # D's step comes before G's


def test_a_batch_goes_on_while_one_replica_is_alive(bitwise):
    t, alone = trainer([0, 1, 2]), trainer([1])
    t.g.params[0] = math.nan
    t.d.params[2] = 1e9
    t.advance(40)
    alone.advance(40)
    assert t.diverged is None
    assert [lost.seed for lost in t.lost] == [0, 2]
    assert t.step == 40
    assert torch.isfinite(t.g.params[1]).all()
    if bitwise:  # nothing leaks from the dead
        assert same(state(t, 1), state(alone))
    scalars = t.snapshot().scalars
    assert np.isfinite(scalars["d_loss"]).tolist()[:2] == [False, True]
    t.g.params[1] = math.nan
    t.advance(40)
    assert t.diverged is not None
    assert t.diverged.seed == 1  # the last to go
    assert t.step < 80


def test_a_quiet_run_has_lost_nothing():
    t = trainer(range(3))
    t.advance(33)
    assert t.diverged is None
    assert t.lost == []


@pytest.mark.parametrize("values", [{}, {"loss": "wasserstein", "penalty": "gradient_penalty", "d_steps": 3}], ids=str)
def test_one_gaussian_is_learned(values):
    t = trainer([0, 1, 2], modes=1, sigma=0.2, **values)
    start = np.linalg.norm(t.snapshot().fake.mean(1) - t.scene().centres[0], axis=1)
    t.advance(400)
    end = np.linalg.norm(t.snapshot().fake.mean(1) - t.scene().centres[0], axis=1)
    assert (start > 5 * 0.2).all()
    assert (end < 3 * 0.2).all()


@pytest.mark.parametrize("data", POINTS_DATA)
@pytest.mark.parametrize("kind", FIELDS["init"].choices)
def test_every_data_set_and_init_trains(data, kind):
    t = trainer([0, 1], data=data, init=kind, points=((0, 0), (1, 1)), batch_size=8, g_hidden=4, d_hidden=4)
    t.advance(2)
    assert t.diverged is None
    assert np.isfinite(t.snapshot(measure=True).fake).all()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_gpu_plays_the_same_game():
    on_gpu, on_cpu = Trainer(RunConfig(), range(3), "cuda"), trainer(range(3))
    for t in (on_gpu, on_cpu):
        t.advance(2)
    torch.testing.assert_close(on_gpu.g.params.cpu(), on_cpu.g.params, rtol=1e-2, atol=1e-2)
    assert on_gpu.snapshot(measure=True).fake.shape == (3, 128, 2)


@pytest.mark.parametrize("name", ["cuda:99", "nonsense", ""])
def test_a_device_that_is_not_here_is_refused(name):
    with pytest.raises(ValueError, match="device is"):
        Trainer(RunConfig(), device=name)
