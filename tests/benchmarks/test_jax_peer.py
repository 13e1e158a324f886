import sys

import pytest

from benchmarks.fairness import assert_fair
from benchmarks.jax_peer import has_jax, jax_peer
from gancore.config import RunConfig
from gancore.training.trainer import Trainer

SMALL = RunConfig(batch_size=32, latent_dim=5, g_hidden=8, d_hidden=6, modes=3, sigma=0.1)


def test_a_python_without_jax_is_told_from_one_with(tmp_path):
    (tmp_path / "jax.py").write_text("raise ImportError")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\ncd {tmp_path}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    assert not has_jax(str(python))
    (tmp_path / "jax.py").write_text("")
    assert has_jax(str(python))


@pytest.fixture(scope="module")
def peer():
    if not has_jax(sys.executable):
        pytest.skip("JAX is not installed: pip install jax")
    with jax_peer(sys.executable) as peer:
        yield peer


@pytest.mark.parametrize("unroll_steps", [0, 2])
@pytest.mark.parametrize("seeds", [(0,), (3, 4)])
def test_it_takes_the_trainer_s_steps(peer, seeds, unroll_steps):
    assert_fair(SMALL.changed(unroll_steps=unroll_steps), peer.begin, seeds)


def test_another_learning_rate_is_noticed(peer):
    with pytest.raises(AssertionError, match="do not take the same steps"):
        assert_fair(SMALL, lambda twin: peer.begin(Trainer(SMALL.changed(d_lr=5e-3), twin.seeds, "cpu")))


def test_it_takes_whole_calls_and_says_how_long(peer):
    way = peer.begin(Trainer(SMALL, (0,), "cpu")).way()
    assert way.at_once > 1
    assert 0 < way.seconds(2 * way.at_once) < way.seconds(40 * way.at_once)
    assert peer.compiling > 0
