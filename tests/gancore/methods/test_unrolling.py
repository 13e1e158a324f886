import pytest
import torch

from gancore.config import RunConfig
from gancore.methods.optimizers import NetworkState
from gancore.methods.unrolling import unroll
from gancore.step.moves import Hyperparameters, StepSpec, discriminator_move, generator_move

pytestmark = pytest.mark.training

DOUBLE = torch.float64
TINY = {
    "latent_dim": 2, "g_hidden": 4, "g_layers": 1, "g_activation": "tanh", "d_hidden": 5, "d_layers": 1,
    "d_activation": "tanh", "batch_size": 6, "d_lr": 0.3, "g_optimizer": "sgd", "g_lr": 1.0,
}  # fmt: skip


class Scene:
    """Both players of a tiny game in double precision, in mid-run, and the draws of one generator step."""

    def __init__(self, replicas=2, **values):
        config = RunConfig(**{**TINY, **values})
        self.spec, self.hyper = StepSpec.of(config), Hyperparameters.of(config, torch.device("cpu"))
        draw = torch.Generator().manual_seed(3)

        def normal(*shape):
            return torch.randn(replicas, *shape, generator=draw, dtype=DOUBLE)

        def first(net):
            zero = torch.zeros(replicas, net.row_length, dtype=DOUBLE)
            u = torch.nn.functional.normalize(normal(sum(net.sizes[1:])))
            return NetworkState(normal(net.row_length), zero, zero, torch.zeros((), dtype=DOUBLE), u, zero)

        self.g, self.d = first(self.spec.g), first(self.spec.d)
        batch = config.batch_size
        self.latent = normal(batch, config.latent_dim)
        self.noise = 0.3 * normal(batch, 2) if config.noise else None
        self.ahead = (normal(batch, 2), normal(batch, 1).sigmoid())
        for _ in range(3):  # so that D's optimiser remembers something
            fake = self.spec.g(self.g.params, self.latent)
            self.d = discriminator_move(self.spec, self.hyper, self.d, normal(batch, 2), fake, self.ahead[1]).state

    def move(self, params=None, spec=None, d=None):
        g = self.g if params is None else self.g._replace(params=params)
        d = d or self.d
        return generator_move(spec or self.spec, self.hyper, g, d, self.latent, self.noise, None, self.ahead)

    def gradient(self, **changes):
        """What the step followed: with plain SGD at rate 1 it is the move itself."""
        return self.g.params - self.move(**changes).state.params

    def slope(self, index, h=1e-5):
        """The loss's derivative in one parameter of G (of every replica), through the whole of the step."""
        shift = torch.zeros_like(self.g.params)
        shift[:, index] = h
        return (self.move(self.g.params + shift).loss - self.move(self.g.params - shift).loss) / (2 * h)


def copied(scene):
    """The discriminator K steps ahead, its path forgotten: what public code often takes for unrolling."""
    with torch.no_grad():
        fake = scene.spec.g(scene.g.params, scene.latent)
    if scene.noise is not None:
        fake = fake + scene.noise
    d = scene.d
    for _ in range(scene.spec.unroll_steps):
        d = discriminator_move(scene.spec, scene.hyper, d, scene.ahead[0], fake, scene.ahead[1]).state
    return d


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam"])
@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"loss": "minimax", "d_momentum": 0.5},
        {"loss": "wasserstein", "penalty": "gradient_penalty", "penalty_weight": 1.0},
        {"penalty": "r1", "penalty_weight": 1.0},
        {"penalty": "r2", "penalty_weight": 1.0},
        {"loss": "wasserstein", "constraint": "clip", "clip": 0.7},
        {"loss": "least_squares", "pack": 2, "noise": 0.3},
    ],
    ids=lambda values: "-".join(str(each) for each in values.values()) or "plain",
)
def test_gradient_against_finite_differences(optimizer, steps, values):
    # Where every gradient is divided by its size, long steps make a loss too rough for differences.
    scene = Scene(d_optimizer=optimizer, d_lr=0.3 if optimizer == "sgd" else 0.03, unroll_steps=steps, **values)
    gradient = scene.gradient()
    assert gradient.abs().max() > 1e-3
    for index in range(0, gradient.shape[1], 3):
        torch.testing.assert_close(gradient[:, index], scene.slope(index), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    "values",
    [{"loss": "minimax"}, {"loss": "wasserstein", "constraint": "clip", "clip": 5.0}, {"loss": "minimax", "pack": 2}],
)
def test_in_a_zero_sum_game_the_generator_plays_for_the_whole_value(values):
    # f(θ_G, θ_D^K) is the negative of what D itself would lose there, its real points included.
    scene = Scene(unroll_steps=3, d_optimizer="sgd", d_lr=0.1, **values)
    fake = scene.spec.g(scene.g.params, scene.latent)
    lost = discriminator_move(scene.spec, scene.hyper, copied(scene), scene.ahead[0], fake, scene.ahead[1]).loss
    torch.testing.assert_close(scene.move().loss, -lost)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_copied_weights_are_another_algorithm(optimizer):
    scene = Scene(d_optimizer=optimizer, unroll_steps=3)
    plain = scene.spec._replace(unroll_steps=0)
    ahead = copied(scene)
    # They see the same discriminator, and so the same loss …
    torch.testing.assert_close(scene.move().loss, scene.move(spec=plain, d=ahead).loss)
    # … but not where it would have gone had the generator moved.
    surrogate = scene.gradient(spec=plain, d=ahead)
    assert (scene.gradient() - surrogate).norm() > 0.01 * surrogate.norm()


def test_no_steps_are_the_plain_step_exactly():
    scene = Scene(unroll_steps=0)
    with_draws = scene.move()
    scene.ahead = None
    without = scene.move()
    assert torch.equal(with_draws.state.params, without.state.params)
    assert unroll(scene.d, lambda d: pytest.fail("no step was asked for"), 0) is scene.d


def test_looking_ahead_of_a_discriminator_that_stands_still_is_the_plain_step():
    scene = Scene(unroll_steps=4, d_lr=0.0)
    plain = scene.gradient(spec=scene.spec._replace(unroll_steps=0))
    torch.testing.assert_close(scene.gradient(), plain)


@pytest.mark.parametrize("constraint", ["none", "spectral_norm"])
def test_the_discriminator_is_not_moved(constraint):
    scene = Scene(unroll_steps=3, constraint=constraint)
    before = [each.clone() for each in scene.d]
    scene.move()
    assert all(torch.equal(a, b) for a, b in zip(scene.d, before, strict=True))
    assert not scene.d.params.requires_grad


def test_nothing_of_the_graph_is_kept():
    scene = Scene(unroll_steps=2)
    move = scene.move()
    assert not any(each.requires_grad for each in (*move.state, move.loss, move.gradient_norm))


def test_steps_follow_one_another():
    # Each step starts where the last one ended, moments and count included.
    scene = Scene(unroll_steps=3)
    seen = []

    def step(d):
        seen.append(d)
        return d._replace(taken=d.taken + 1)

    last = unroll(scene.d, step, 3)
    assert [int(d.taken - scene.d.taken) for d in [*seen, last]] == [0, 1, 2, 3]


def test_a_negative_number_of_steps_is_refused():
    with pytest.raises(ValueError, match="steps is -1"):
        unroll(Scene().d, lambda d: d, -1)
