"""Really compiled turns, where there is a C++ compiler; and what is said where there is none."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import gancore.compiling.build as build_module
from gancore.compiling.build import CompileError, build
from gancore.compiling.plan import Plan, plans_of
from gancore.compiling.store import find
from gancore.compiling.swap import quicken, turn_of
from gancore.config import RunConfig
from gancore.train import Trainer
from tests.cxx import needs_compiler
from tests.gancore.compiling.elsewhere import weights_in_a_fork
from tests.gancore.compiling.games import SMALL
from tests.gancore.compiling.side_by_side import STEPS, gaps

# Each turn takes some fifteen seconds to compile; few layers compile soonest.
FEW = {**SMALL, "g_layers": 1, "d_layers": 1}
GAMES = {
    "plain": RunConfig(**FEW),
    "unrolled, penalised, noisy": RunConfig(
        **FEW, unroll_steps=1, noise=0.2, penalty="gradient_penalty", penalty_weight=1.0
    ),
}

# Sums are added up in another order than PyTorch's: 1e-7 of them, and more of what is left where terms cancel. What
# they are off by, Adam divides by the root of its second moment: next to a gradient of 0 that is the most.
ROUNDING = 1e-4


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """`compiled(game)` compiles its turns into a store that lasts for this file, and uses it."""
    store = tmp_path_factory.mktemp("store")

    def make(game, replicas=2):
        os.environ["GANCORE_CACHE"] = str(store)  # after a test, the other fixture puts back what was there
        for plan in plans_of(game, replicas):
            build(plan)

    return make


@needs_compiler
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "name",
    [
        "plain",
        # Its graph is held against the plain steps by `test_tracing`; to compile it, too, takes a minute or two.
        pytest.param("unrolled, penalised, noisy", marks=pytest.mark.long),
    ],
)
def test_a_compiled_turn_gives_what_the_plain_one_gives(compiled, name):
    compiled(GAMES[name])
    taken, gap = gaps(GAMES[name])
    assert taken == {"discriminator": STEPS, "generator": STEPS}
    assert gap < ROUNDING


@needs_compiler
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is forked")
def test_a_compiled_turn_works_in_a_fork(compiled):
    compiled(GAMES["plain"])
    runs = [Trainer(GAMES["plain"], (0, 1), "cpu") for _ in range(2)]
    for each in runs:
        assert quicken(each).compiled
        each.advance(2)
    here, there = runs
    found = weights_in_a_fork(there, 5)
    here.advance(5)
    assert torch.equal(found, here.g.params)


@needs_compiler
@pytest.mark.timeout(600)
def test_what_is_there_is_not_compiled_again(compiled, monkeypatch):
    compiled(GAMES["plain"])

    def refuse(*_):
        raise AssertionError("compiled again")

    monkeypatch.setattr(build_module, "compiled", refuse)
    compiled(GAMES["plain"].changed(seed=3, d_lr=0.1, noise=0.5, data="grid"))


@needs_compiler
@pytest.mark.timeout(600)
def test_a_library_outlives_its_file(compiled, tmp_path, monkeypatch):
    """A turn that is loaded goes on when the store drops it."""
    compiled(GAMES["plain"])
    plan = plans_of(GAMES["plain"], 2)[0]
    entry = find(plan.key)
    copy = Path(shutil.copy(entry.library, tmp_path / "turn.so"))
    turn = turn_of.__wrapped__(plan, entry._replace(library=copy))
    copy.unlink()
    run = Trainer(GAMES["plain"], (0, 1), "cpu")
    move = turn(run.knobs, run.g, run.d, run._d_draws())
    assert move.loss.isfinite().all()


# ── What is refused ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.compiler
def test_a_library_that_computes_something_else_is_refused(monkeypatch, tmp_path):
    plan = Plan.of("discriminator", RunConfig(**SMALL), 1)
    traced = build_module.trace(plan)
    monkeypatch.setattr(build_module, "need_compiler", lambda: None)
    monkeypatch.setattr(build_module, "compiled", lambda *_: _touched(tmp_path / "turn.so"))

    def load(off):
        return lambda _: lambda inputs: [each * (1 + off) for each in traced.graph(*inputs)]

    for off in (0.01, float("nan")):
        monkeypatch.setattr(build_module, "load", load(off))
        with pytest.raises(CompileError, match="does not compute what the plain one does"):
            build(plan)
        assert find(plan.key) is None
    monkeypatch.setattr(build_module, "load", load(1e-6))
    assert build(plan) == find(plan.key)


def _touched(path):
    path.touch()
    return path


def test_why_a_compiler_gave_up_is_a_sentence(monkeypatch):
    def fail(*_):
        raise RuntimeError("a page of compiler output")

    monkeypatch.setattr(build_module, "need_compiler", lambda: None)
    monkeypatch.setattr(build_module, "compiled", fail)
    with pytest.raises(CompileError, match=r"^The compiler gave up \(RuntimeError\)\.$"):
        build(Plan.of("generator", RunConfig(**SMALL), 1))


# ── The process ───────────────────────────────────────────────────────────────────────────────────────────────────────


def line(game=GAMES["plain"], replicas=1):
    return json.dumps({"config": game.to_json(), "replicas": replicas})


def answers(lines, tmp_path, **environment):
    """What the process says to the lines, and what it leaves in the folder for temporary files."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    own = {name: value for name, value in os.environ.items() if name != "TORCHINDUCTOR_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "gancore.compiling.build"],
        input="\n".join(lines) + "\n", text=True, capture_output=True, timeout=280,
        env={**own, "OMP_NUM_THREADS": "1", "TMPDIR": str(temporary), **environment},
    )  # fmt: skip
    assert done.returncode == 0
    said = [json.loads(each) for each in done.stdout.splitlines()]
    assert all(each.keys() == {"error"} for each in said)
    left = sorted(path.name for path in temporary.iterdir())
    # PyTorch makes a folder of its own there as soon as its compiler is imported.
    left = [name for name in left if not name.startswith("torchinductor_")]
    return [each["error"] for each in said], done.stderr, left


@pytest.mark.compiler
def test_without_a_compiler_it_says_so_in_a_sentence(tmp_path):
    said, chatter, left = answers([line(), line()], tmp_path, PATH="/nowhere")
    assert said == ["No C++ compiler was found."] * 2
    assert "Traceback" not in chatter
    assert left == []


@pytest.mark.compiler
def test_it_goes_on_after_a_wrong_line(tmp_path):
    wrong = ["", "no JSON", "[]", "{}", '{"config": 3}', line(replicas=0), line(replicas="x"), line(replicas=True)]
    unfit = json.dumps({"config": '{"d_lr": "quick"}', "replicas": 1})
    said, chatter, _ = answers([*wrong, unfit, line()], tmp_path, CXX="no-such-compiler")
    assert len(said) == len(wrong) + 2
    assert all(said)
    assert "replicas is 0" in said[5]
    assert "replicas is 'x'" in said[6]
    assert "d_lr is 'quick'" in said[-2]
    assert said[-1] == "No C++ compiler was found."
    assert "Traceback" not in chatter


@needs_compiler
@pytest.mark.timeout(600)
def test_what_is_compiled_lies_in_the_store_and_nothing_else_is_left(compiled, tmp_path):
    compiled(GAMES["plain"])
    home = find(plans_of(GAMES["plain"], 2)[0].key).library.parent
    said, _, left = answers([line(replicas=2), line(GAMES["plain"].changed(seed=1), 2)], tmp_path)
    assert said == [None, None]
    assert left == []
    assert {path.suffix for path in home.iterdir()} == {".so", ".json"}
