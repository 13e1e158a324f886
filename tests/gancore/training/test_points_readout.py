"""Figures that a snapshot takes of the two networks, on networks whose right answer is known."""

import numpy as np
import pytest
import torch
from torch import nn

from gancore.config import RunConfig
from gancore.methods.losses import LOSSES
from gancore.training.points_readout import AT_ONCE, LAYERS, in_blocks
from gancore.training.trainer import Trainer

MODULES = {"relu": nn.ReLU, "leaky_relu": lambda: nn.LeakyReLU(0.2), "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def trainer(seeds=None, **values):
    return Trainer(RunConfig(**values), seeds, "cpu")


# ── The discriminator's accuracy ──────────────────────────────────────────────────────────────────────────────────


def judged(slope, offset, *, g=(0.0, 0.0), **values):
    """d_accuracy of D(x) = slope · x₁ + offset, on two Gaussians at x₁ = ±2 and a generator that is one point."""
    t = trainer(data="line", modes=2, radius=2.0, sigma=0.01, d_layers=0, **values)
    weight, bias = t.spec.d.unpack(t.d.params)
    weight.zero_()
    weight[:, 0::2] = slope
    bias.fill_(offset)
    t.g.params.zero_()
    t.spec.g.unpack(t.g.params)[-1].copy_(torch.tensor(g))
    return t.snapshot().scalars["d_accuracy"].item()


PROBABILITY = [name for name, loss in LOSSES.items() if loss.probability]
CRITICS = [name for name, loss in LOSSES.items() if not loss.probability]


@pytest.mark.parametrize("loss", PROBABILITY)
def test_the_accuracy_of_a_probability_has_its_border_at_logit_zero(loss):
    assert judged(0.0, 1.0, loss=loss) == 0.5  # everything is real: right of every real point
    assert judged(0.0, -1.0, loss=loss) == 0.5
    assert judged(0.0, 0.0, loss=loss) == 0.5  # it does not know
    # Right of x₁ = 1 is real: half the real points are, and the generated one at 0 is not.
    assert judged(1.0, -1.0, loss=loss) == pytest.approx(0.75, abs=0.04)
    assert judged(-1.0, -1.0, loss=loss) == pytest.approx(0.75, abs=0.04)
    # Left of x₁ = 1 is real: half of the real points, and the generated one too.
    assert judged(-1.0, 1.0, loss=loss) == pytest.approx(0.25, abs=0.04)
    # Left of x₁ = 3 is real: all real points are, and the generated one at 4 is not.
    assert judged(-1.0, 3.0, g=(4.0, 0.0), loss=loss) == 1
    assert judged(1.0, -3.0, g=(4.0, 0.0), loss=loss) == 0


@pytest.mark.parametrize("loss", CRITICS)
@pytest.mark.parametrize("offset", [-7.0, 0.0, 7.0])
def test_a_critic_s_border_is_half_way_between_its_means(loss, offset):
    # The real points' mean is about 0, the generated one is at 4 or -4: the border is at ±2.
    assert judged(-1.0, offset, g=(6.0, 0.0), loss=loss) == 1
    assert judged(1.0, offset, g=(-6.0, 0.0), loss=loss) == 1
    assert judged(1.0, offset, g=(6.0, 0.0), loss=loss) == 0
    assert judged(0.0, offset, loss=loss) == 0.5


@pytest.mark.parametrize("pack", [1, 2, 3])
def test_a_packing_discriminator_is_right_or_wrong_about_a_pack(pack):
    assert judged(-1.0, 3.0 * pack, g=(4.0, 0.0), pack=pack, batch_size=12) == 1
    assert judged(1.0, -3.0 * pack, g=(4.0, 0.0), pack=pack, batch_size=12) == 0


def test_the_accuracy_of_a_seed_is_the_same_in_company():
    together, alone = trainer([3, 8]), trainer([8])
    for t in (together, alone):
        t.advance(20)
    a, b = (t.snapshot().scalars["d_accuracy"][-1] for t in (together, alone))
    assert a == pytest.approx(b, abs=2 / 512)
    assert 0 <= a <= 1


# ── What is not asked for ─────────────────────────────────────────────────────────────────────────────────────────

COUNTED = {"captured", "captured_weight", "touched", "high_quality", "reverse_kl"}
MODELS = {
    "gan": {},
    "mad_gan": {"model": "mad_gan", "generators": 3},
    "adagan": {"model": "adagan", "generators": 2, "steps": 20},
}


@pytest.mark.parametrize("seeds", [[3], [3, 8]])
@pytest.mark.parametrize("model", MODELS)
def test_without_judging_only_the_count_of_modes_is_missing(model, seeds):
    t = trainer(seeds, **MODELS[model])
    t.advance(12)
    judged, plain = t.snapshot(), t.snapshot(judge=False)
    lacking = COUNTED | ({"own_modes"} if model != "gan" else set())
    assert judged.scalars.keys() - plain.scalars.keys() == lacking
    assert plain.holds is None
    assert (judged.holds is not None) == (model != "gan" and len(seeds) == 1)
    for name, values in plain.scalars.items():
        np.testing.assert_array_equal(values, judged.scalars[name])
    for name in ("field", "arrows", "layers", "owner", "mixture", "data_weights"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(judged, name))
    # Where more points are judged, these are the first rows of a larger product, which may add up in another order.
    np.testing.assert_allclose(plain.fake, judged.fake, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("together", [1, 3, 7])
@pytest.mark.parametrize("n", [1, 700, 5000])
def test_in_blocks_nothing_is_lost_and_blocks_hold_a_multiple(together, n):
    points = torch.randn(3, n * together, 2)
    sizes = []

    def network(part):
        sizes.append(part.shape[1])
        return 2 * part

    torch.testing.assert_close(in_blocks(network, points, together), 2 * points, rtol=0, atol=0)
    assert all(size % together == 0 for size in sizes)
    assert max(sizes) <= max(AT_ONCE // 3, together)


# ── The gradient of every layer ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("activation", MODULES)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("depth", [0, 3])
def test_layers_are_what_autograd_says_of_a_sequential(activation, loss, depth):
    t = trainer(g_activation=activation, loss=loss, g_layers=depth, g_hidden=10, latent_dim=3)
    t.advance(15)
    snapshot = t.snapshot()
    layers = []
    parts = [part[0] for part in t.spec.g.unpack(t.g.params)]
    for weight, bias in zip(parts[::2], parts[1::2], strict=True):
        linear = nn.Linear(*weight.shape)
        linear.weight, linear.bias = nn.Parameter(weight.T.clone()), nn.Parameter(bias[0].clone())
        layers += [linear, MODULES[activation]()]
    module = nn.Sequential(*layers[:-1])
    latent = t._readout._latent[0, :LAYERS]
    LOSSES[loss].g(t.spec.d(t.d.params, module(latent)[None])).mean().backward()
    theirs = [layer.weight.grad.norm().item() for layer in module if isinstance(layer, nn.Linear)]
    assert snapshot.layers.shape == (depth + 1,)
    assert snapshot.layers.dtype == np.float32
    np.testing.assert_allclose(snapshot.layers, theirs, rtol=1e-3, atol=1e-9)
    fall = snapshot.scalars["g_depth_fall"].item()
    assert fall == pytest.approx(np.log10(theirs[-1] / theirs[0]), abs=1e-3)


def test_layers_are_of_one_replica_and_their_fall_of_all():
    together, alone = trainer([3, 8], g_layers=4), trainer([8], g_layers=4)
    assert together.snapshot().layers is None
    a, b = together.snapshot().scalars["g_depth_fall"][1], alone.snapshot().scalars["g_depth_fall"][0]
    assert a == pytest.approx(b, abs=1e-3)
    bare = alone.snapshot(layers=False)
    assert bare.layers is None
    assert "g_depth_fall" not in bare.scalars


@pytest.mark.parametrize("pack", [1, 3])
@pytest.mark.parametrize("constraint", ["none", "spectral_norm"])
def test_layers_of_a_packing_or_normalised_discriminator(pack, constraint):
    t = trainer(pack=pack, batch_size=12, constraint=constraint)
    assert (t.snapshot().layers > 0).all()


@pytest.mark.parametrize("seed", range(4))
def test_sigmoids_shrink_the_gradient_towards_the_input_and_relus_do_not(seed):
    # The derivative of a sigmoid is at most ¼; six of them in a row leave next to nothing for the first layer.
    of = {
        activation: trainer([seed], g_layers=6, init="xavier", g_activation=activation).snapshot().layers
        for activation in ("sigmoid", "relu")
    }
    assert (np.diff(np.log10(of["sigmoid"])) > 0).all()
    assert of["sigmoid"][-1] > 1e4 * of["sigmoid"][0]
    assert of["relu"][-1] < 1e2 * of["relu"][0]
