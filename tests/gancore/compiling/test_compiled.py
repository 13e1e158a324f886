"""Really compiled step functions, where there is a C++ compiler: in a trainer, in a fork, in a worker.

They share one store, since a step function takes some ten seconds to compile; the first test compiles it.
"""

import shutil
import sys
from pathlib import Path

import pytest
import torch

import gancore.compiling.build as build_module
from gancore.compiling.build import build
from gancore.compiling.plan import plans_of
from gancore.compiling.store import find
from gancore.compiling.swap import step_function_of, use_compiled
from gancore.config import RunConfig
from gancore.runtime import Registry
from gancore.runtime.compiler import Compiler
from gancore.training.trainer import Trainer
from tests.cxx import NEEDS_COMPILER
from tests.gancore.compiling.elsewhere import answers, line, wait_for, weights_in_a_fork
from tests.gancore.compiling.games import FEW
from tests.gancore.compiling.side_by_side import STEPS, gaps

pytestmark = [*NEEDS_COMPILER, pytest.mark.timeout(600)]

GAMES = {
    "plain": RunConfig(**FEW),
    "unrolled, penalised, noisy": RunConfig(
        **FEW, unroll_steps=1, noise=0.2, penalty="gradient_penalty", penalty_weight=1.0
    ),
}
SEEDS = (0, 1)

# Sums are added up in another order than PyTorch's: 1e-7 of them, and more of what is left where terms cancel. What
# they are off by, Adam divides by the root of its second moment: next to a gradient of 0 that is the most.
ROUNDING = 1e-4


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(autouse=True)
def _one_store(_own_store, store, monkeypatch):
    monkeypatch.setenv("GANCORE_CACHE", str(store))


def compiled(game):
    """Compiles its functions for two seeds, unless the store has them."""
    for plan in plans_of(game, len(SEEDS)):
        build(plan)


@pytest.mark.processes
def test_a_run_begins_at_once_and_takes_compiled_steps_when_they_are_ready(store):
    shutil.rmtree(store)  # nothing is compiled yet
    game = GAMES["plain"].changed(steps=1_000_000)
    with Registry(cap=1, warm=0, make_compiler=Compiler) as registry:
        run = registry.submit(game, seeds=SEEDS, owner="a")
        run.pace(20)  # so that it leaves the processor to the compiler
        wait_for(lambda: run.step, "the first step")
        assert run.compiled_at is None
        wait_for(lambda: run.compiled_at or run.touch(), "the compiled step")
        compiled_at = run.compiled_at
        assert compiled_at > 0
        run.pace(None)
        wait_for(lambda: run.step > compiled_at + 500, "what follows")
        assert run.state == "running"
        run.set(d_lr=2e-4, noise=0.1, average=0.9)  # numbers: nothing is compiled for them
        wait_for(lambda: run.step > compiled_at + 1000, "what follows the change")
        assert run.compiled_at == compiled_at
        run.set(loss="hinge")  # another game
        wait_for(lambda: run.compiled_at is None, "plain steps of the other game")
        run.stop()

        again = registry.submit(game, seeds=[seed + 5 for seed in SEEDS], owner="a")
        wait_for(lambda: again.step, "the first step of another run")
        assert again.compiled_at == 0
        again.stop()


@pytest.mark.parametrize(
    "name",
    [
        "plain",
        # Its graph is held against the plain steps by `test_tracing`; to compile it, too, takes a minute or two.
        pytest.param("unrolled, penalised, noisy", marks=pytest.mark.long),
    ],
)
def test_a_compiled_step_gives_what_the_plain_one_gives(name):
    compiled(GAMES[name])
    taken, gap = gaps(GAMES[name])
    assert taken == {"discriminator": STEPS, "generator": STEPS}
    assert gap < ROUNDING


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is forked")
def test_a_compiled_step_works_in_a_fork():
    compiled(GAMES["plain"])
    runs = [Trainer(GAMES["plain"], SEEDS, "cpu") for _ in range(2)]
    for each in runs:
        assert use_compiled(each).compiled
        each.advance(2)
    here, there = runs
    found = weights_in_a_fork(there, 5)
    here.advance(5)
    assert torch.equal(found, here.g.params)


def test_what_is_there_is_not_compiled_again(monkeypatch):
    compiled(GAMES["plain"])

    def refuse(*_):
        raise AssertionError("compiled again")

    monkeypatch.setattr(build_module, "compiled", refuse)
    compiled(GAMES["plain"].changed(seed=3, d_lr=0.1, noise=0.5, data="grid"))


def test_a_library_outlives_its_file(tmp_path):
    """A step function that is loaded goes on when the store drops it."""
    compiled(GAMES["plain"])
    plan = plans_of(GAMES["plain"], 2)[0]
    entry = find(plan.key)
    copy = Path(shutil.copy(entry.library, tmp_path / "step.so"))
    function = step_function_of.__wrapped__(plan, entry._replace(library=copy))
    copy.unlink()
    run = Trainer(GAMES["plain"], SEEDS, "cpu")
    move = function(run.hyper, run.g, run.d, run._d_draws())
    assert move.loss.isfinite().all()


def test_what_is_compiled_lies_in_the_store_and_nothing_else_is_left(tmp_path):
    compiled(GAMES["plain"])
    home = find(plans_of(GAMES["plain"], 2)[0].key).library.parent
    said, _, left = answers([line(GAMES["plain"], 2), line(GAMES["plain"].changed(seed=1), 2)], tmp_path)
    assert said == [None, None]
    assert left == []
    assert {path.suffix for path in home.iterdir()} == {".so", ".json"}
