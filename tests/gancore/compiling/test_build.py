"""What is refused, and what is said where there is no compiler."""

import json

import pytest

import gancore.compiling.build as build_module
from gancore.compiling.build import CompileError, build
from gancore.compiling.plan import Plan
from gancore.compiling.store import find
from gancore.config import RunConfig
from gancore.runtime import Registry
from gancore.runtime.compiler import Compiler
from tests.gancore.compiling.elsewhere import answers, line, wait_for
from tests.gancore.compiling.games import FEW, SMALL

GAME = RunConfig(**FEW)

# ── What is refused ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.compiler
def test_a_library_that_computes_something_else_is_refused(monkeypatch, tmp_path):
    plan = Plan.of("discriminator", RunConfig(**SMALL), 1)
    traced = build_module.trace(plan)
    monkeypatch.setattr(build_module, "need_compiler", lambda: None)
    monkeypatch.setattr(build_module, "compiled", lambda *_: _touched(tmp_path / "step.so"))

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


@pytest.mark.compiler
def test_without_a_compiler_it_says_so_in_a_sentence(tmp_path):
    said, chatter, left = answers([line(GAME), line(GAME)], tmp_path, PATH="/nowhere")
    assert said == ["No C++ compiler was found."] * 2
    assert "Traceback" not in chatter
    assert left == []


@pytest.mark.compiler
def test_it_goes_on_after_a_wrong_line(tmp_path):
    wrong = [
        "",
        "no JSON",
        "[]",
        "{}",
        '{"config": 3}',
        line(GAME, replicas=0),
        line(GAME, replicas="x"),
        line(GAME, replicas=True),
    ]
    unfit = json.dumps({"config": '{"d_lr": "quick"}', "replicas": 1})
    said, chatter, _ = answers([*wrong, unfit, line(GAME)], tmp_path, CXX="no-such-compiler")
    assert len(said) == len(wrong) + 2
    assert all(said)
    assert "replicas is 0" in said[5]
    assert "replicas is 'x'" in said[6]
    assert "d_lr is 'quick'" in said[-2]
    assert said[-1] == "No C++ compiler was found."
    assert "Traceback" not in chatter


@pytest.mark.compiler
@pytest.mark.processes
def test_without_a_compiler_a_run_goes_on_as_it_is_and_says_why(monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    with Registry(cap=1, warm=0, make_compiler=Compiler) as registry:
        run = registry.submit(GAME.changed(steps=1_000_000), owner="a")
        run.pace(20)  # so that it leaves the processor to what looks for one
        wait_for(lambda: run.why_plain or run.touch(), "the reason")
        assert run.why_plain == "No C++ compiler was found."
        step = run.step
        wait_for(lambda: run.step > step, "the next step")
        assert (run.state, run.compiled_at) == ("running", None)
        run.stop()
