"""The step functions of the two players, on a game whose every step can be written down: linear nets, the Wasserstein
loss.

With D(x) = w·x, G(z) = b (a point, whatever z) and one real point r the game is bilinear: L_D = w·(b - r), L_G = -w·b.
"""

import pytest
import torch

from gancore.config import RunConfig
from gancore.methods.optimizers import NetworkState
from gancore.networks.mlp import in_rows
from gancore.step.moves import Hyperparameters, StepSpec
from gancore.step.updates import (
    UPDATES,
    DDraws,
    Draws,
    GDraws,
    StepFunctions,
    alternating,
    consensus,
    extragradient,
    simultaneous,
)

REAL = torch.tensor([0.3, -0.2])
LR = 0.1


def config(**values):
    return RunConfig(
        loss="wasserstein", d_layers=0, g_layers=0, latent_dim=1, batch_size=4, d_optimizer="sgd", g_optimizer="sgd",
        d_lr=LR, g_lr=LR, **values,
    )  # fmt: skip


RULES = StepSpec.of(config())


def player(weight, bias):
    """A linear network, its weight (in, out) and bias (out,)."""
    row = in_rows([torch.tensor([weight]), torch.tensor([[bias]])])
    zero = torch.zeros_like(row)
    return NetworkState(row, zero, zero, torch.zeros(()), zero, zero)


def start():
    """G with b = (0.5, 1), whose latent vectors will all be 0; D with w = (0.7, -0.4), and a bias that does nothing."""
    return player([[0.1, 0.2]], [0.5, 1.0]), player([[0.7], [-0.4]], [0.0])


def point(g):
    """b, the bias of G."""
    return RULES.g.unpack(g.params)[1][0, 0]


def normal(d):
    """w, the weight of D."""
    return RULES.d.unpack(d.params)[0][0, :, 0]


def draws(real=REAL):
    latent = torch.zeros(1, 4, 1)
    return Draws(
        DDraws(real.expand(1, 4, 2), latent, None, None, torch.full((1, 4, 1), 0.5)), GDraws(latent, None, None, None)
    )


def moved(update, look=None, **values):
    """(b, w) after one update."""
    return after(update, *start(), look, **values)


def after(update, g, d, look=None, **values):
    """(b, w) after one update of two players."""
    functions, hyper = (
        StepFunctions.of(StepSpec.of(config(**values))),
        Hyperparameters.of(config(**values), torch.device("cpu")),
    )
    moves = update(functions, hyper, g, d, draws(), look)
    return point(moves.g.state), normal(moves.d.state)


B, W = torch.tensor([0.5, 1.0]), torch.tensor([0.7, -0.4])


def v(b, w, real=REAL):
    """Minus both gradients: of G in b, of D in w."""
    return w, -(b - real)


def test_simultaneous_starts_both_from_the_same_point():
    of_b, of_w = v(B, W)
    b, w = moved(simultaneous)
    torch.testing.assert_close(b, B + LR * of_b)
    torch.testing.assert_close(w, W + LR * of_w)


def test_alternating_shows_g_the_new_d():
    b, w = moved(alternating)
    expected = W + LR * v(B, W)[1]
    torch.testing.assert_close(w, expected)
    torch.testing.assert_close(b, B + LR * v(B, expected)[0])


def test_extragradient_goes_by_the_gradient_one_step_ahead():
    # The look ahead has a minibatch of its own: another real point.
    elsewhere = torch.tensor([-1.0, 2.0])
    b, w = moved(extragradient, draws(elsewhere))
    of_b, of_w = v(B, W, elsewhere)
    ahead = v(B + LR * of_b, W + LR * of_w)
    torch.testing.assert_close(b, B + LR * ahead[0])
    torch.testing.assert_close(w, W + LR * ahead[1])
    with pytest.raises(ValueError, match="look"):
        moved(extragradient)


def test_extragradient_keeps_the_clip_bound():
    _, w = moved(extragradient, draws(), constraint="clip", clip=0.5)
    assert w.abs().max() <= 0.5
    torch.testing.assert_close(w[0], torch.tensor(0.5))


@pytest.mark.parametrize("bound", [0.41, 0.45, 0.6, 5.0])
def test_extragradient_projects_the_whole_step_and_not_the_point_that_it_is_measured_at(bound):
    # w' = P(w + h v(w));  w ← P(w + h v(w')): the look ahead leaves the bound, and the step begins inside it.
    g, d = player([[0.1, 0.2]], B.tolist()), player([[0.3], [-0.4]], [0.0])
    start = normal(d)
    found = after(extragradient, g, d, draws(), constraint="clip", clip=bound)
    of_b, of_w = v(B, start)
    half_b, half_w = B + LR * of_b, (start + LR * of_w).clamp(-bound, bound)
    assert ((start + LR * of_w).abs() > bound).any() == (bound < 0.5)
    of_b, of_w = v(half_b, half_w)
    torch.testing.assert_close(found[0], B + LR * of_b)
    torch.testing.assert_close(found[1], (start + LR * of_w).clamp(-bound, bound))


@pytest.mark.parametrize("gamma", [0.0, 0.5, 3.0])
def test_consensus_descends_half_the_squared_norm_of_both_gradients(gamma):
    # ½‖v‖² = ½ (2 bits of D's w: ‖b - r‖², of G's b: ‖w‖²) + what the other parameters add, which does not depend
    # on b or w here: G's latent vectors are 0, and D's bias has the gradient 1 - 1 = 0.
    b, w = moved(consensus, consensus_weight=gamma)
    of_b, of_w = v(B, W)
    torch.testing.assert_close(b, B + LR * (of_b - gamma * (B - REAL)))
    torch.testing.assert_close(w, W + LR * (of_w - gamma * W))


def settled(update, steps=400, **values):
    """How far both are from the equilibrium b = r, w = 0 after many steps, against the start."""
    functions, hyper = (
        StepFunctions.of(StepSpec.of(config(**values))),
        Hyperparameters.of(config(**values), torch.device("cpu")),
    )
    g, d = start()

    def far():
        return torch.cat([point(g) - REAL, normal(d)]).norm().item()

    before = far()
    for _ in range(steps):
        moves = update(functions, hyper, g, d, draws(), draws())
        g, d = moves.g.state, moves.d.state
    return far() / before


@pytest.mark.training
def test_who_settles_in_a_bilinear_game():
    """Gidel et al. 2019, section 3: simultaneous steps grow by √(1+h²), alternating ones circle, the rest converge."""
    assert settled(simultaneous, steps=100) == pytest.approx((1 + LR**2) ** 50, rel=1e-3)
    assert 0.5 < settled(alternating) < 2
    # The extra-gradient's factor is √((1-h²)² + h²) a step.
    assert settled(extragradient) == pytest.approx(((1 - LR**2) ** 2 + LR**2) ** 200, rel=0.05)
    assert settled(consensus, consensus_weight=1.0) < 1e-3


@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES.keys())
def test_what_is_reported_is_the_game_s_own_loss_and_gradient(update):
    functions, hyper = StepFunctions.of(StepSpec.of(config())), Hyperparameters.of(config(), torch.device("cpu"))
    g, d = start()
    before = [each.clone() for each in (g.params, d.params)]
    moves = update(functions, hyper, g, d, draws(), draws())
    if update in (simultaneous, consensus):
        torch.testing.assert_close(moves.d.loss[0], W @ (B - REAL))
        torch.testing.assert_close(moves.g.loss[0], -(W @ B))
        torch.testing.assert_close(moves.d.gradient_norm[0], (B - REAL).norm())
    assert not moves.d.loss.requires_grad
    assert not moves.g.state.params.requires_grad
    assert not moves.d.state.params.requires_grad
    assert all(torch.equal(old, new) for old, new in zip(before, (g.params, d.params), strict=True))
