"""Real workers whose steps are really compiled beside them, where there is a C++ compiler."""

import time

import pytest

from gancore.config import RunConfig
from gancore.runtime import Registry
from gancore.runtime.compiler import Compiler
from tests.cxx import needs_compiler

pytestmark = pytest.mark.processes

# Few layers compile soonest.
CONFIG = RunConfig(steps=1_000_000, g_layers=1, d_layers=1, g_hidden=8, d_hidden=8, batch_size=32)
PATIENCE = 280.0  # seconds: compiling steps back behind whatever else the machine does


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("GANCORE_CACHE", str(tmp_path))
    with Registry(cap=1, warm=0, make_compiler=Compiler) as made:
        yield made


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < end, f"{what} did not come in {PATIENCE:g} s"
        time.sleep(0.05)
    return value


@needs_compiler
@pytest.mark.timeout(600)
def test_a_run_begins_at_once_and_takes_compiled_steps_when_they_are_ready(server):
    run = server.submit(CONFIG, owner="a")
    wait_for(lambda: run.step, "the first step")
    assert run.compiled_at is None
    wait_for(lambda: run.compiled_at or run.touch(), "the compiled step")
    compiled_at = run.compiled_at
    assert compiled_at > 0
    wait_for(lambda: run.step > compiled_at + 500, "what follows")
    assert run.state == "running"
    run.set(d_lr=2e-4, noise=0.1, average=0.9)  # numbers: nothing is compiled for them
    wait_for(lambda: run.step > compiled_at + 1000, "what follows the change")
    assert run.compiled_at == compiled_at
    run.set(loss="hinge")  # another game
    wait_for(lambda: run.compiled_at is None, "plain steps of the other game")
    run.stop()

    again = server.submit(CONFIG.changed(seed=5), owner="a")
    wait_for(lambda: again.step, "the first step of another run")
    assert again.compiled_at == 0
    again.stop()


@pytest.mark.compiler
def test_without_a_compiler_a_run_goes_on_as_it_is_and_says_why(server, monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    run = server.submit(CONFIG, owner="a")
    wait_for(lambda: run.why_plain or run.touch(), "the reason")
    assert run.why_plain == "No C++ compiler was found."
    step = run.step
    wait_for(lambda: run.step > step, "the next step")
    assert (run.state, run.compiled_at) == ("running", None)
    run.stop()
