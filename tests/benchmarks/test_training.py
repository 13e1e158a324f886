import pytest

from benchmarks import training
from benchmarks.kinds import Compiling, Prepared
from benchmarks.races import Arguments
from benchmarks.training import Compiled, Workload, compiling_table, measured
from gancore.config import RunConfig
from gancore.training.trainer import Trainer

pytestmark = pytest.mark.training

SMALL = RunConfig(batch_size=32, latent_dim=5, g_hidden=8, d_hidden=6)
SHORT = Arguments(rounds=2, seconds=0.01)


@pytest.fixture
def nothing_compiles(monkeypatch):
    monkeypatch.setattr(training, "prepare", lambda *_: Prepared({"eager": Trainer}, None))


@pytest.mark.usefixtures("nothing_compiles")
@pytest.mark.parametrize(("unroll_steps", "replicas"), [(0, 1), (0, 2), (1, 2)])
def test_every_workload_is_raced_by_the_plain_loop_and_every_kind(unroll_steps, replicas):
    work = Workload("some", SMALL.changed(unroll_steps=unroll_steps), replicas)
    found, compiled = measured(work, "cpu", None, SHORT)
    assert list(found.rates) == ["plain loop", "eager"]
    assert all(len(rates) == SHORT.rounds and min(rates) > 0 for rates in found.rates.values())
    # Steps hold other work than products, and a large product is the fastest there is.
    assert all(0 < share < 1 for way in found.rates for share in found.shares(way))
    assert compiled == Compiled("some", None, None)


def test_a_kind_that_takes_other_steps_is_not_raced(monkeypatch):
    class Other(Trainer):
        def advance(self, steps=1):
            super().advance(2 * steps)

    monkeypatch.setattr(training, "prepare", lambda *_: Prepared({"eager": Trainer, "other": Other}, None))
    with pytest.raises(AssertionError, match="do not take the same steps"):
        measured(Workload("some", SMALL, 1), "cpu", None, SHORT)


@pytest.mark.usefixtures("nothing_compiles")
def test_what_is_printed_without_jax_says_so(monkeypatch, capsys):
    monkeypatch.setattr(training, "WORKLOADS", (Workload("one", SMALL, 1), Workload("two", SMALL, 2)))
    monkeypatch.setattr(training, "CONFIG", SMALL)
    monkeypatch.setattr(training, "SEEDS", 2)
    monkeypatch.setattr(training, "settle", lambda trainer: trainer.advance(1))
    monkeypatch.setattr(training, "has_jax", lambda python: False)
    monkeypatch.setattr(training.torch.cuda, "is_available", lambda: False)
    training.main(["--rounds", "2", "--seconds", "0.01"])
    printed = capsys.readouterr().out
    assert "JAX not installed" in printed.splitlines()[0]
    assert "to plain loop" in printed
    assert "to JAX" not in printed
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in printed.splitlines() if line.startswith("| ")]
    eager_or_not = [["one", "plain loop"], ["one", "eager"], ["two", "plain loop"], ["two", "eager"]]
    assert rows[1:5] == eager_or_not
    assert [way for name, way in rows if name == "2 seeds, wall time"][:2] == ["plain loop", "eager"]
    assert ["one", "–"] in rows


def test_seconds_to_compile_are_those_of_each_workload():
    lines = compiling_table([Compiled("one", Compiling(12.4, 0.026), 3.6), Compiled("two", None, None)]).splitlines()
    assert lines[2:] == ["| one | 12 | 0.03 | 4 |", "| two | – | – | – |"]
