"""The one training step, on images: who is shown T(x), who is told the class, and what is read out."""

import numpy as np
import pytest
import torch

from gancore.config import RunConfig
from gancore.data.images import load_images, to_floats
from gancore.methods.diff_augment import augment
from gancore.runtime.frames import decode, encode_scene, encode_snapshot
from gancore.step import updates
from gancore.step.moves import StepSpec, shown
from gancore.training.image_readout import ANSWERED, JUDGED
from gancore.training.trainer import Trainer, plain_step_functions

pytestmark = pytest.mark.training

SMALL = {"data": "digits", "batch_size": 8, "g_hidden": 8, "d_hidden": 8, "latent_dim": 4, "steps": 50}
MODES = ("none", "reals_only", "d_only", "diffaugment")


def trainer(seeds=None, **values):
    return Trainer(RunConfig(**{**SMALL, **values}), seeds, device="cpu")


def state(t, replica=0):
    return [each[replica] for player in (t.g, t.d) for each in (player.params, player.mean, player.square)]


def params(t):
    return [t.g.params, t.d.params]


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"augment": "diffaugment"},
        {"augment": "d_only", "conditional": "yes"},
        {"unroll_steps": 2, "augment": "diffaugment"},
        {"penalty": "gradient_penalty", "loss": "wasserstein", "conditional": "yes"},
        {"penalty": "r1", "noise": 0.2},
        {"pack": 2, "augment": "reals_only"},
        {"constraint": "spectral_norm", "architecture": "residual"},
        {"updates": "consensus", "augment": "diffaugment", "average": 0.5},
        {"updates": "extragradient", "augment": "diffaugment"},
        {"data": "shapes", "image_side": "16", "loss": "hinge", "images": 20},
    ],
    ids=str,
)
def test_every_remedy_trains_on_images_too(values):
    t = trainer(**values)
    before = [each.clone() for each in params(t)]
    t.advance(3)
    assert t.diverged is None
    assert all(torch.isfinite(each).all() for each in state(t))
    assert not any(torch.equal(a, b) for a, b in zip(before, params(t), strict=True))


@pytest.mark.parametrize("values", [{}, {"augment": "diffaugment", "conditional": "yes", "noise": 0.1}], ids=str)
def test_replica_i_is_the_run_of_seed_i(values):
    together, alone = trainer([5, 3], batch_size=32, **values), trainer([3], batch_size=32, **values)
    together.advance(5)
    alone.advance(5)
    assert same(state(together, 1), state(alone))


@pytest.mark.parametrize("mode", MODES)
def test_a_run_is_the_same_watched_or_not(mode):
    watched, alone = trainer(augment=mode), trainer(augment=mode)
    for _ in range(4):
        watched.advance()
        watched.snapshot(measure=True)
    alone.advance(4)
    assert same(state(watched), state(alone))


# ── Who is shown T(x) ─────────────────────────────────────────────────────────────────────────────────────────────


def seen_by(monkeypatch, t):
    """What D is shown in its own step, (reals, fakes), and the uniforms of G's."""
    found = {}

    def d_move(spec, hyper, d, real, fake, mix, **more):
        found.update(real=real.clone(), fake=fake.clone())
        return d_step(spec, hyper, d, real, fake, mix, **more)

    def g_move(spec, hyper, g, d, latent, noise, uniforms, ahead):
        found.update(latent=latent.clone(), uniforms=uniforms)
        return g_step(spec, hyper, g, d, latent, noise, uniforms, ahead)

    d_step, g_step = updates.discriminator_move, updates.generator_move
    with monkeypatch.context() as patch:
        patch.setattr(updates, "discriminator_move", d_move)
        patch.setattr(updates, "generator_move", g_move)
        t.advance()
    return found


@pytest.mark.parametrize(
    ("mode", "reals", "fakes", "in_g"),
    [
        ("none", False, False, False),
        ("reals_only", True, False, False),
        ("d_only", True, True, False),
        ("diffaugment", True, True, True),
    ],
)
def test_each_mode_transforms_what_the_paper_says(mode, reals, fakes, in_g, monkeypatch):
    plain, other = seen_by(monkeypatch, trainer()), seen_by(monkeypatch, trainer(augment=mode))
    assert torch.equal(plain["real"], other["real"]) != reals
    assert torch.equal(plain["fake"], other["fake"]) != fakes
    assert (other["uniforms"] is not None) == in_g
    assert torch.equal(plain["latent"], other["latent"])  # the mode shifts nobody else's draws


def test_the_reals_are_the_same_images_transformed(monkeypatch):
    plain = seen_by(monkeypatch, trainer())["real"]
    brightened = seen_by(monkeypatch, trainer(augment="reals_only", policy="color"))["real"]
    # Brightness and contrast are affine in each image: what was a pair of equal pixels stays one.
    flat, same_place = plain[0, 0], brightened[0, 0]
    for value in flat.unique():
        assert torch.allclose(same_place[flat == value], same_place[flat == value][0], atol=1e-5)
    assert not torch.equal(plain, brightened)


def test_a_live_change_of_the_mode_and_the_policy_acts(monkeypatch):
    t, still = trainer(), trainer()
    t.advance(2)
    still.advance(2)
    t.set(augment="reals_only", policy="cutout")
    of_t, of_still = seen_by(monkeypatch, t)["real"], seen_by(monkeypatch, still)["real"]
    changed = of_t != of_still
    assert changed.any()
    assert (of_t[changed] == 0).all()  # cutout and nothing else: mid-grey


def test_shown_is_t_of_the_image_part_alone():
    spec = StepSpec.of(RunConfig(**SMALL, conditional="yes"))
    points = torch.rand(1, 3, 64 + 10, generator=torch.Generator().manual_seed(0)) * 2 - 1
    uniforms = torch.rand(1, 3, 7, generator=torch.Generator().manual_seed(1))
    out = shown(spec, points, None, uniforms)
    images = augment(points[..., :64].unflatten(-1, (1, 8, 8)), spec.policy, uniforms)
    assert torch.equal(out[..., :64], images.flatten(-3))
    assert torch.equal(out[..., 64:], points[..., 64:])


def test_noise_comes_after_t_and_leaves_the_class():
    spec = StepSpec.of(RunConfig(**SMALL, conditional="yes", policy="cutout"))
    points = torch.ones(1, 2, 74)
    noise = torch.cat([torch.full((1, 2, 64), 0.25), torch.zeros(1, 2, 10)], -1)
    out = shown(spec, points, noise, torch.full((1, 2, 7), 0.5))
    assert set(out[..., :64].unique().tolist()) == {0.25, 1.25}  # also where the square was cut out
    assert torch.equal(out[..., 64:], points[..., 64:])


# ── Few images, and classes ───────────────────────────────────────────────────────────────────────────────────────


def test_training_sees_the_first_n_images_and_no_other(monkeypatch):
    t = trainer(images=16)
    train = torch.from_numpy(to_floats(load_images("digits").train.pixels[:16])).flatten(1)
    drawn = torch.cat([seen_by(monkeypatch, t)["real"][0] for _ in range(20)])
    which = torch.cdist(drawn, train).argmin(1)
    assert torch.equal(drawn, train[which])
    assert set(which.tolist()) == set(range(16))


def test_more_images_than_there_are_means_all():
    assert trainer(images=60_000).data.n == len(load_images("digits").train)


def test_a_conditional_game_pairs_image_and_class(monkeypatch):
    t = trainer(conditional="yes", images=200)
    found = seen_by(monkeypatch, t)
    part = load_images("digits").train
    pixels = torch.from_numpy(to_floats(part.pixels[:200])).flatten(1)
    real, fake = found["real"][0], found["fake"][0]
    labels = torch.from_numpy(part.labels[:200].copy())[torch.cdist(real[:, :64], pixels).argmin(1)]
    assert torch.equal(real[:, 64:].argmax(1), labels)
    assert torch.equal(real[:, 64:], fake[:, 64:])  # D sees as many of each class on either side
    assert found["latent"].shape == (1, 8, 4 + 10)
    assert torch.equal(found["latent"][..., 4:].sum(-1), torch.ones(1, 8))


@pytest.mark.parametrize("updates", updates.UPDATES)
@pytest.mark.parametrize("values", [{}, {"noise": 0.2}, {"augment": "diffaugment"}], ids=str)
def test_a_penalty_s_lines_join_images_of_one_class(updates, values):
    # In D's own step, in those that G unrolls, and in a look ahead: on a line between two classes there is no image.
    t = trainer(conditional="yes", unroll_steps=2, penalty="gradient_penalty", updates=updates, **values)
    seen = []

    def spy(critic, real, fake, mix):
        seen.append((real[..., 64:].detach(), fake[..., 64:].detach()))
        return penalty(critic, real, fake, mix)

    penalty = t.spec.penalty
    t.spec = t.spec._replace(penalty=spy)
    t.step_functions = plain_step_functions(t)
    t.advance(2)
    own, unrolled = 1, 2
    assert len(seen) == 2 * (own + unrolled) * (2 if updates == "extragradient" else 1)
    for real, fake in seen:
        assert torch.equal(real, fake)
        assert torch.equal(real.sum(-1), torch.ones(1, 8))


# ── What is read out ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_snapshot_holds():
    t = trainer([0, 1])
    t.advance(2)
    plain, measured = t.snapshot(), t.snapshot(measure=True)
    assert plain.images.shape == (64, 8, 8, 1)
    assert plain.images.dtype == np.uint8
    assert plain.nearest is None
    kinds = ("train", "held_out", "fake")
    assert set(plain.scalars) == {
        "d_loss", "g_loss", "d_grad", "g_grad", "noise", "d_accuracy",
        *(f"{name}_{kind}" for name in ("logit", "accuracy") for kind in kinds),
    }  # fmt: skip
    under_t = trainer(augment="d_only").snapshot()
    assert set(under_t.scalars) - set(plain.scalars) == {f"seen_{kind}" for kind in kinds}
    assert set(measured.scalars) - set(plain.scalars) == {
        "score", "fid", "fid_rise", "kid", "precision", "recall", "variety", "memorised",
    }  # fmt: skip
    assert {value.shape for value in measured.scalars.values()} == {(2,)}
    assert measured.nearest.shape == (8, 8, 8, 1)
    assert measured.nearest_distance.shape == (8,)
    with pytest.raises(ValueError, match="read-only"):
        plain.images[...] = 0


@pytest.mark.parametrize(("image_side", "side"), [("8", 8), ("16", 16), ("own", 24)])
def test_faces_are_measured_without_a_reference_and_without_classes(image_side, side):
    t = Trainer(RunConfig(**SMALL).changed(data="faces", image_side=image_side, images=80), [0, 1], "cpu")
    t.advance(2)
    snapshot = t.snapshot(measure=True)
    assert not {"score", "fid", "fid_rise", "kid", "precision", "recall"} & set(snapshot.scalars)
    assert snapshot.scalars["variety"].shape == snapshot.scalars["memorised"].shape == (2,)
    assert snapshot.nearest.shape == (8, side, side, 1)
    scene = t.scene()
    assert (scene.reference, scene.fid_floor, scene.n, scene.classes) == (0, None, 80, ("face",))
    meta, _ = decode(encode_scene(scene))
    assert meta["fid_floor"] is None


def test_the_fid_rise_is_over_the_least_so_far():
    t = trainer()
    fids = []
    for _ in range(4):
        t.advance(2)
        scalars = t.snapshot(measure=True).scalars
        fids.append(scalars["fid"][0])
        assert scalars["fid_rise"][0] == pytest.approx(fids[-1] / min(fids), rel=1e-5)


def answer_of(t, points):
    """D's logits on points (n, F), by its own network."""
    return t.spec.d(t.d.params, points[None])[0, :, 0]


@pytest.mark.parametrize("loss", ["non_saturating", "wasserstein"])
def test_accuracy_is_the_share_on_the_right_side(loss):
    t = trainer(loss=loss, images=100)
    t.advance(5)
    scalars = t.snapshot().scalars
    n = min(ANSWERED, 100)
    real, held_out = t.data.train[:n], t.data.held_out[:n]
    fake = t.spec.g(t.g.params, t._readout._latent[:, :n])[0].detach()
    logits = [answer_of(t, points).detach() for points in (real, held_out, fake)]
    border = 0.0 if loss == "non_saturating" else float(logits[1].mean() + logits[2].mean()) / 2
    for kind, of_kind, sign in zip(("train", "held_out", "fake"), logits, (1, 1, -1), strict=True):
        assert scalars[f"logit_{kind}"][0] == pytest.approx(float(of_kind.mean()), abs=1e-5)
        assert scalars[f"accuracy_{kind}"][0] == pytest.approx(float((sign * (of_kind - border) > 0).float().mean()))


def test_the_generator_that_copies_its_training_set_has_memorised_it():
    t = trainer(images=16)

    class Copier:
        """Gives the training images back, one after the other."""

        def __call__(self, params, latent):
            return t.data.train[torch.arange(latent.shape[1]) % t.data.n][None]

    t.spec = t.spec._replace(g=Copier())
    snapshot = t.snapshot(measure=True)
    assert snapshot.scalars["memorised"][0] == 1
    np.testing.assert_array_equal(snapshot.nearest, snapshot.images[:8])
    assert snapshot.nearest_distance.max() == 0


def test_the_scene_and_frames_survive_their_codec():
    t = trainer(images=50)
    meta, arrays = decode(encode_scene(t.scene()))
    assert (meta["kind"], meta["side"], meta["channels"], meta["n"]) == ("images", 8, 1, 50)
    assert (meta["features"], meta["judged"]) == ("digits-net", JUDGED)
    assert meta["classes"] == [str(i) for i in range(10)]
    np.testing.assert_array_equal(arrays["real"][..., 0], load_images("digits").train.pixels[:50, 0])
    snapshot = t.snapshot(measure=True)
    meta, arrays = decode(encode_snapshot(snapshot, 1.0, "probability"))
    np.testing.assert_array_equal(arrays["images"], snapshot.images)
    np.testing.assert_array_equal(arrays["nearest"], snapshot.nearest)
