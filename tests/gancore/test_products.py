"""What makes a replica the run of its seed to the last bit: its matrix products find their operands laid as alone."""

import pytest
import torch

from gancore.config import RunConfig
from gancore.training.trainer import Trainer
from tests.gancore.products import LINE, Layout, Product, alike_alone, products
from tests.gancore.training.test_keeping import RUNS
from tests.gancore.training.test_trainer import REMEDIES

GAMES = {**RUNS, **REMEDIES, "unrolled consensus": {"updates": "consensus", "unroll_steps": 1}}


@pytest.mark.parametrize("game", GAMES)
def test_operands_lie_in_company_as_alone(game):
    config = RunConfig(**{"g_hidden": 16, "d_hidden": 16, "steps": 24, **GAMES[game]})
    alone, together = (products(Trainer(config, seeds, "cpu"), 2) for seeds in ([8], [3, 8, 5]))
    assert alone
    assert alone == together


def test_every_weight_begins_at_a_line():
    trainer = Trainer(RunConfig(g_hidden=50, d_hidden=33, latent_dim=3, g_layers=3), range(3), "cpu")
    for net, player in ((trainer.spec.g, trainer.g), (trainer.spec.d, trainer.d)):
        for part in net.unpack(player.params):
            assert all(replica.data_ptr() % LINE == 0 for replica in part)


def test_what_fills_the_lines_stays_zero():
    trainer = Trainer(RunConfig(g_hidden=5, d_hidden=7, unroll_steps=1, constraint="spectral_norm"), range(2), "cpu")
    trainer.advance(5)
    for net, player in ((trainer.spec.g, trainer.g), (trainer.spec.d, trainer.d)):
        flat = player.params.clone()
        for part in net.unpack(flat):
            part.zero_()
        assert flat.shape[1] > sum(rows * columns for rows, columns in net.shapes)
        assert (flat == 0).all()


def test_a_layout_is_asked_of_this_machine_as_it_is():
    """The probe multiplies what it was told to: the operands' strides decide which numbers meet."""
    row, column = Layout((3, 4), (4, 1), frozenset({0})), Layout((4, 2), (1, 4), frozenset({0}))
    out = Layout((3, 2), (2, 1), frozenset({0}))
    seen = []

    def bmm(a, b):
        seen.append((a.stride(), b.stride(), a.data_ptr() % LINE, b.data_ptr() % LINE))
        return torch.einsum("rij,rjk->rik", a, b)

    original, torch.bmm = torch.bmm, bmm
    try:
        assert alike_alone(Product("bmm", (row, column, out)))
    finally:
        torch.bmm = original
    assert seen[0] == ((16, 4, 1), (16, 1, 4), 0, 0)
    assert len(seen) == 5
