"""A store of compiled step functions for each test, and graphs that stand in for what a compiler would make of them."""

from pathlib import Path

import pytest

import gancore.compiling.swap as swap
from gancore.compiling.plan import plans_of
from gancore.compiling.store import Entry
from tests.gancore.compiling.traces import trace_once


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("GANCORE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def interpreted(monkeypatch):
    """Every step function counts as compiled: what its library would compute, PyTorch computes node by node from its
    graph.

    The rest is as it is with libraries: which tensors go in, what comes out, and when which function is taken.
    """
    plans = {}

    def planned(game, replicas):
        found = plans_of(game, replicas)
        plans.update((plan.key, plan) for plan in found)
        return found

    def find(key):
        traced = trace_once(plans[key])
        return Entry(Path(key), tuple(traced.takes), tuple(traced.gives))

    def load(path):
        return lambda inputs: list(trace_once(plans[path.name]).graph(*inputs))

    swap.step_function_of.cache_clear()
    monkeypatch.setattr(swap, "plans_of", planned)
    monkeypatch.setattr(swap, "find", find)
    monkeypatch.setattr(swap, "load", load)
    yield
    swap.step_function_of.cache_clear()
