import os
import time

import pytest
import torch

from benchmarks.races import (
    Arguments,
    Race,
    Way,
    gflops,
    in_turn,
    matrix_product,
    one_core,
    race,
    row,
    table,
    timed,
)

PRODUCTS = Way("a large matrix product", lambda operations: operations / 50e9, at_once=10**9)


def paced(name, pace, log=None):
    """A way of so many steps a second, exactly."""

    def seconds(steps):
        if log is not None:
            log.append((name, steps))
        return steps / pace

    return Way(name, seconds)


def test_rates_ratios_and_shares_are_those_of_the_ways():
    found = race("r", [paced("plain", 100.0), paced("ours", 250.0)], 4, 1e6, PRODUCTS, Arguments(3, 1.0))
    assert found.rates["plain"] == pytest.approx([400.0] * 3)
    assert found.ratios("ours", "plain") == pytest.approx([2.5] * 3)
    assert found.products == pytest.approx([50e9] * 3)
    # 1000 steps/s of 1e6 operations, of 50e9 operations/s
    assert found.shares("ours") == pytest.approx([0.02] * 3)
    assert gflops([found]) == pytest.approx(50.0)


def test_they_take_turns_in_blocks_of_the_asked_length():
    log = []
    race("r", [paced("a", 100.0, log), paced("b", 300.0, log)], 1, 1.0, PRODUCTS, Arguments(3, 2.0))
    assert log[-6:] == [("a", 200), ("b", 600)] * 3


def test_a_way_takes_only_multiples_of_its_own():
    log = []
    race("r", [paced("a", 70.0, log)._replace(at_once=50)], 1, 1.0, PRODUCTS, Arguments(2, 1.0))
    assert log
    assert all(steps > 0 and steps % 50 == 0 for _, steps in log)


def test_a_slow_moment_of_the_machine_weighs_on_all():
    slow = iter([1.0] * 6 + [1.0, 1.0, 1.0] + [3.0, 3.0, 3.0] + [7.0, 7.0, 7.0])

    def slowed(way):
        return way._replace(seconds=lambda steps: way.seconds(steps) * next(slow))

    ways = [slowed(paced("plain", 100.0)), slowed(paced("ours", 200.0))]
    found = race("r", ways, 1, 1e6, slowed(PRODUCTS), Arguments(3, 1.0))
    assert found.rates["plain"] == pytest.approx([100, 100 / 3, 100 / 7])
    assert found.ratios("ours", "plain") == pytest.approx([2.0] * 3)
    assert found.shares("ours") == pytest.approx([200e6 / 50e9] * 3)


def test_timed_is_the_clock_s_time_over_the_steps():
    now = [0.0]

    def advance(steps):
        now[0] += 0.25 * steps

    assert timed("way", advance, lambda: now[0]).seconds(8) == 2.0


def test_in_turn_advances_each():
    taken = {"a": 0, "b": 0}

    def loop(name):
        return lambda steps: taken.update({name: taken[name] + steps})

    in_turn([loop("a"), loop("b")])(3)
    assert taken == {"a": 3, "b": 3}


def test_a_matrix_product_is_asked_for_in_whole_products(monkeypatch):
    made = []
    way = matrix_product("cpu")
    monkeypatch.setattr(torch, "mm", lambda a, b, out: made.append(2 * a.shape[0] * a.shape[1] * b.shape[1]))
    way.seconds(3 * way.at_once)
    assert made == [way.at_once] * 3


def test_one_core_holds_and_lets_go():
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system does not say which cores a process may use")
    cores, threads = os.sched_getaffinity(0), torch.get_num_threads()
    with one_core():
        assert os.sched_getaffinity(0) == {max(cores)}
        assert torch.get_num_threads() == 1
    assert (os.sched_getaffinity(0), torch.get_num_threads()) == (cores, threads)


def test_the_table_has_a_row_a_way_and_a_column_for_what_is_compared_with():
    with_jax = Race(
        "one", {"plain": [100.0, 200.0, 400.0], "ours": [200.0, 600.0, 1600.0], "JAX": [400.0] * 3}, 1e6, [1e9] * 3
    )
    without = Race("two", {"plain": [10.0, 10.0], "ours": [30.0, 30.0]}, 1e6, [1e9] * 2)
    lines = table([with_jax, without], ("plain", "JAX", "nobody")).splitlines()
    assert lines[0] == row(
        ("", "way", "GAN steps/s", "to plain (quartiles)", "to JAX (quartiles)", "share of the matrix-product rate")
    )
    assert lines[2] == row(("one", "plain", "200", "–", "**0.50** (0.38–0.75)", "20 %"))
    assert lines[3] == row(("one", "ours", "600", "**3.00** (2.50–3.50)", "**1.50** (1.00–2.75)", "60 %"))
    assert lines[6] == row(("two", "ours", "30", "**3.00** (3.00–3.00)", "–", "3 %"))
    assert len(lines) == 7
    assert len({line.count("|") for line in lines}) == 1


def test_cpu_seconds_leave_out_sleep():
    # What the machine gives to others meanwhile is not the way's own time; sleep stands for it.
    assert timed("asleep", lambda steps: time.sleep(0.2)).seconds(1) < 0.1
