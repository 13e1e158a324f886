from itertools import pairwise

import pytest
import torch

from benchmarks.fairness import assert_fair
from benchmarks.images import PlainImages
from benchmarks.plain_loop import Plain, PlainUnrolled, plain_loop, products
from gancore.config import RunConfig
from gancore.training.trainer import Trainer

pytestmark = pytest.mark.training

POINTS = RunConfig(batch_size=32, latent_dim=5, g_hidden=8, d_hidden=6)
IMAGES = RunConfig(
    data="digits", architecture="dcgan", batch_size=8, g_hidden=4, d_hidden=4, latent_dim=6, d_activation="leaky_relu"
)


@pytest.mark.parametrize("changes", [{}, {"unroll_steps": 3}, {"d_lr": 3e-3, "g_beta1": 0.9, "g_beta2": 0.99}])
def test_it_takes_the_trainer_s_steps(changes):
    assert_fair(POINTS.changed(**changes), plain_loop)


@pytest.mark.parametrize("data", ["digits", "shapes"])
def test_on_images_too(data):
    assert_fair(IMAGES.changed(data=data), PlainImages)


def test_the_trainer_that_it_begins_from_is_not_changed():
    trainer = Trainer(POINTS, (0,), "cpu")
    before = trainer.g.params.clone(), trainer.d.params.clone()
    plain = Plain(trainer)
    plain.advance(3)
    assert torch.equal(trainer.g.params, before[0])
    assert torch.equal(trainer.d.params, before[1])
    assert not torch.equal(next(plain.d.parameters())[0], trainer.spec.d.unpack(trainer.d.params)[0][0].T[0])


def test_an_unrolled_configuration_has_the_unrolled_loop():
    assert type(plain_loop(Trainer(POINTS, (0,), "cpu"))) is Plain
    assert type(plain_loop(Trainer(POINTS.changed(unroll_steps=1), (0,), "cpu"))) is PlainUnrolled


def test_its_real_points_are_the_mixture_s():
    config = POINTS.changed(batch_size=4096, sigma=0.1, radius=2.0, modes=4)
    real = Plain(Trainer(config, (0,), "cpu")).real()
    # E‖x‖² = r² + 2σ² on a ring; the mean is its centre.
    assert real.square().sum(-1).mean() == pytest.approx(4.02, abs=0.05)
    assert real.mean(0).abs().max() < 0.15


def products_of_one_step(batch, g, d):
    """2·B·in·out for each product: forward; and backward for the weights, and for the inputs but of the first layer."""

    def of(sizes):
        return [2 * batch * i * o for i, o in pairwise(sizes)]

    forward_g, forward_d = sum(of(g)), sum(of(d))
    inputs_g, inputs_d = sum(of(g)[1:]), sum(of(d)[1:])
    d_step = forward_g + 2 * (forward_d + forward_d + inputs_d)
    g_step = (forward_g + forward_d) + forward_d + (forward_g + inputs_g)  # D's inputs, all of them; not its weights
    return d_step + g_step


def test_operations_that_a_step_needs_are_those_written_down():
    plain = Plain(Trainer(POINTS, (0,), "cpu"))
    assert products(plain) == products_of_one_step(32, (5, 8, 8, 2), (2, 6, 6, 1))
    assert all(each.requires_grad for each in plain.d.parameters())


def test_each_step_of_unrolling_needs_as_many_operations_more():
    counted = [products(plain_loop(Trainer(POINTS.changed(unroll_steps=steps), (0,), "cpu"))) for steps in (1, 2, 3, 4)]
    more = [after - before for before, after in pairwise(counted)]
    assert more[0] > 0
    assert more[1:] == more[:1] * 2
