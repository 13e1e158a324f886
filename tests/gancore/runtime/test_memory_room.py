"""How much memory there is for a run, and what becomes of one for which there is too little."""

import os
import sys
from pathlib import Path

import pytest

from gancore.config import ConfigError, RunConfig
from gancore.runtime import Registry
from gancore.runtime.memory_estimate import BASE, estimate
from gancore.runtime.memory_room import SHARE, VARIABLE, MemoryRoom, available, card_refusal, named, resident, room
from gancore.runtime.process import WorkerProcess

ENDLESS = RunConfig(steps=1_000_000)
LARGE = ENDLESS.changed(batch_size=4096)
LITTLE = estimate(ENDLESS).host + 1_000_000


# ── What is there ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def machine(tmp_path):
    """`machine(files)`: a root with these files, names to texts."""

    def make(files):
        for name, text in {"proc/meminfo": "MemTotal: 9000 kB\nMemAvailable:   4000 kB\n", **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return make


V2 = {"proc/self/cgroup": "0::/app/run\n"}
V1 = {"proc/self/cgroup": "5:cpu:/x\n4:memory:/app\n"}
INSIDE = {"memory.max": "1000000\n", "memory.current": "700000\n", "memory.stat": "anon 5\ninactive_file 200000\n"}


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({}, 4_096_000),
        (V2, 4_096_000),
        (V2 | {f"sys/fs/cgroup/app/run/{name}": text for name, text in INSIDE.items()}, 500_000),
        (V2 | {f"sys/fs/cgroup/app/{name}": text for name, text in INSIDE.items()}, 500_000),  # of one around it
        (V2 | {f"sys/fs/cgroup/{name}": text for name, text in INSIDE.items()}, 500_000),  # as in a container
        (V2 | {"sys/fs/cgroup/app/memory.max": "max", "sys/fs/cgroup/app/memory.current": "5"}, 4_096_000),
        (V2 | {"sys/fs/cgroup/app/memory.max": "9", "sys/fs/cgroup/app/memory.current": "50"}, 0),
        (
            V1
            | {
                "sys/fs/cgroup/memory/app/memory.limit_in_bytes": "3000000",
                "sys/fs/cgroup/memory/app/memory.usage_in_bytes": "1000000",
                "sys/fs/cgroup/memory/app/memory.stat": "total_inactive_file 1000",
            },
            2_001_000,
        ),
        (V1 | {"sys/fs/cgroup/memory/app/memory.limit_in_bytes": str(2**63 - 4096)}, 4_096_000),
    ],
)
def test_what_is_free_is_that_of_the_narrowest(machine, files, free):
    assert available(machine(files)) == free


def test_where_the_system_says_nothing_nothing_is_known(tmp_path):
    assert available(tmp_path) is None


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_here_it_is_known():
    assert 0 < room() <= SHARE * available() * 1.1
    assert 10e6 < resident(os.getpid()) < 100e9
    assert resident(2**22 + 1) == 0


@pytest.mark.parametrize(
    ("text", "size"),
    [("4000", 4000), ("3G", 3 * 2**30), ("1.5 g", 3 * 2**29), ("500M", 500 * 2**20), ("2GiB", 2**31), ("7kB", 7168)],
)
def test_it_can_be_named(monkeypatch, text, size):
    monkeypatch.setenv(VARIABLE, text)
    assert named() == size
    runs = MemoryRoom(lambda: 1, lambda _: 0)
    assert runs.left() == size
    runs.claim(1, 1000)
    assert runs.left() == size - 1000
    runs.change(1, 3000)
    runs.change(2, 3000)  # which has no run
    assert runs.left() == size - 3000


@pytest.mark.parametrize("text", ["much", "-1", "nan", "1e99G", "G", "3 apples"])
def test_what_is_no_size_is_a_sentence(monkeypatch, text):
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(ValueError, match="a number of bytes is needed, such as 500M or 3G"):
        named()


def test_what_runs_have_yet_to_take_is_not_free():
    taken = {1: BASE, 2: BASE, 3: 0}
    runs = MemoryRoom(lambda: 1000, lambda pid: taken[pid])
    runs.claim(1, 300)
    assert runs.left() == 700
    taken[1] += 150
    assert runs.left() == 850
    taken[1] += 900  # more than was told: what is free says it already
    assert runs.left() == 1000
    runs.claim(2, 5000)
    assert runs.left() == 0
    runs.release(2)
    runs.claim(3, 100)  # has yet to import torch
    assert runs.left() == 0
    taken[3] = BASE
    assert runs.left() == 900


def test_a_refusal_says_what_is_needed_what_is_there_and_what_to_turn_down():
    said = MemoryRoom(lambda: 10_000_000).refusal(LARGE, 1)
    assert said is not None
    assert said.startswith("This run needs about ")
    assert "there is room for 10 MB" in said
    assert "Turn down “batch size” (batch_size, now 4,096) first" in said
    assert "Train fewer seeds at once (now 16)" in MemoryRoom(lambda: 10_000_000).refusal(LARGE, 16)
    assert MemoryRoom(lambda: 10**10).refusal(LARGE, 1) is None
    assert MemoryRoom(lambda: None).refusal(LARGE, 16) is None
    assert "now 4,096" in card_refusal(LARGE, 1, "cuda", 10_000_000)
    assert card_refusal(LARGE, 1, "cuda", 10**11) is None


# ── Runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.processes
def test_a_run_that_is_too_large_fails_before_it_begins_and_the_next_trains(registry, until):
    server = registry(cap=1, room=lambda: LITTLE)
    large = server.submit(LARGE, owner="a")
    small = server.submit(ENDLESS, owner="a")
    until(lambda: small.state == "running")
    assert large.state == "failed"
    assert large.history.last is None
    assert "batch_size, now 4,096" in large.message


@pytest.mark.processes
def test_two_that_do_not_fit_together_do_not_train_together(registry, until):
    server = registry(cap=2, room=lambda: LITTLE)
    first = server.submit(ENDLESS, owner="a")
    until(lambda: first.state == "running")
    second = server.submit(ENDLESS, owner="b")
    until(lambda: second.ended)
    assert "This run needs about" in second.message
    first.stop()  # and its memory is waited for
    third = server.submit(ENDLESS, owner="b")
    until(lambda: third.state == "running")


@pytest.mark.processes
def test_a_change_that_takes_too_much_is_refused_and_the_run_goes_on(registry, until):
    server = registry(cap=1, room=lambda: LITTLE)
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.state == "running")
    with pytest.raises(ConfigError, match="This run needs about"):
        run.set(unroll_steps=20)
    run.set(d_lr=0.5)
    assert run.config.d_lr == 0.5
    assert run.state == "running"


@pytest.mark.processes
@pytest.mark.parametrize("at", [0, 100])
def test_what_a_run_that_waits_was_told_counts_when_its_turn_comes(registry, until, at):
    free = [10**10]
    server = registry(cap=1, room=lambda: free[0])
    first = server.submit(ENDLESS, owner="a")
    until(lambda: first.state == "running")
    second = server.submit(ENDLESS, owner="b")
    second.set(at=at, unroll_steps=20)
    assert second.configs_ahead[-1].unroll_steps == 20
    free[0] = LITTLE
    first.stop()
    until(lambda: second.ended)
    assert "This run needs about" in second.message


@pytest.mark.processes
def test_a_setting_that_is_no_size_is_told_to_who_starts_a_run(registry, until, monkeypatch):
    monkeypatch.setenv(VARIABLE, "much")
    run = registry(cap=1).submit(ENDLESS, owner="a")
    until(lambda: run.ended)
    assert run.message == (
        "The environment variable GANCORE_MEMORY is 'much'; a number of bytes is needed, such as 500M or 3G."
    )


@pytest.mark.processes
def test_a_run_that_was_put_away_goes_on_when_there_is_little(registry, until):
    left = [10**10]
    server = registry(cap=1, room=lambda: left[0])
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.state == "running" and run.step > 0)
    run.pause()
    run.park()
    until(lambda: run.parked)
    left[0] = 0
    step = run.step
    run.play()
    until(lambda: run.step > step)


# ── Memory that has run out ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's data")
def test_a_worker_that_takes_more_than_it_may_says_so_in_a_sentence(until):
    said, gone = [], []
    worker = WorkerProcess(lambda _, message: said.append(message), lambda _, code: gone.append(code))
    worker.listen()
    config = LARGE.changed(d_hidden=512)
    start = {"kind": "start", "run": "a", "config": config.to_json(), "seeds": [0, 1], "memory": 40 * 2**20}
    worker.send(start)
    until(lambda: gone)
    state = [each for each in said if each.kind == "state"][-1].fields
    assert state["state"] == "failed"
    assert state["message"].startswith("Out of memory at step ")
    assert "first: with half of it, it needs about" in state["message"]
    assert gone == [0]


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's data")
def test_what_a_run_may_take_is_no_bound_for_the_next(until):
    with Registry(cap=1, warm=0, room=lambda: LITTLE) as server:
        run = server.submit(RunConfig(steps=3), owner="a")
        until(lambda: run.ended)
        assert run.state == "finished", run.message
        (pid,) = server.pids
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
        assert "unlimited" in next(line for line in limits if line.startswith("Max data size"))
