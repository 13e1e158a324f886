"""A traced step function is the step function: the same operations, in every game."""

import pytest
import torch

from gancore.compiling.plan import Plan
from gancore.compiling.pytree import leaves
from gancore.compiling.tracing import trace
from gancore.config import RunConfig
from tests.gancore.compiling.games import GAMES, SMALL
from tests.gancore.compiling.side_by_side import FEW_STEPS, STEPS, gaps

pytestmark = pytest.mark.compiler

# The same kernels in the same order: on the machine that this was written on, the same to the last bit. Elsewhere a sum
# may run over memory that lies another way, and be rounded at some 1e-7 of it.
ROUNDING = 1e-6


@pytest.mark.usefixtures("interpreted")
@pytest.mark.parametrize("name", GAMES)
def test_it_gives_what_the_plain_step_gives(name):
    game = GAMES[name]
    schedules = {game.noise_schedule, game.lr_schedule, game.penalty_schedule}
    changes = schedules != {"constant"} or game.freeze_at or game.model == "adagan"
    steps = STEPS if changes else FEW_STEPS
    taken, gap = gaps(game, steps)
    assert gap < ROUNDING
    if game.updates == "consensus":
        assert taken == {"together": steps} | ({"discriminator": steps} if game.d_steps == 2 else {})
    else:
        rounds = 2 if game.updates == "extragradient" else 1
        assert taken == {"discriminator": game.d_steps * rounds * steps, "generator": rounds * steps}


def test_a_step_takes_only_what_it_looks_at_and_gives_back_what_it_leaves():
    traced = trace(Plan.of("discriminator", RunConfig(**SMALL), 1))
    # 5 rates of D, 5 of G, 3 weights, 6 tensors of G, 6 of D, then real, latent, noise and mix.
    g, d, draws = 13, 19, 25
    assert g in traced.takes  # G's weights
    assert not {g + 1, g + 2, g + 3} & set(traced.takes)  # what G's optimiser remembers
    assert {d, d + 1, d + 2, d + 3} <= set(traced.takes)
    assert not {draws + 3} & set(traced.takes)  # WGAN-GP's mix
    assert len(traced.inputs) == len(traced.takes)
    assert len(traced.gives) == 8  # a NetworkState, a loss and a gradient's norm
    assert traced.gives[4:6] == [d + 4, d + 5]  # u and last stay as they were
    outputs = list(leaves(traced.graph(*traced.inputs)))
    # After the 29 that are given come those that are new.
    assert sorted({place - 29 for place in traced.gives if place >= 29}) == list(range(len(outputs)))


def test_two_traces_of_one_plan_are_the_same_code():
    plan = Plan.of("generator", RunConfig(**SMALL), 2)
    one, other = trace(plan), trace(plan)
    assert one.graph.code == other.graph.code
    assert (one.takes, one.gives) == (other.takes, other.gives)
    for a, b in zip(one.inputs, other.inputs, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)
