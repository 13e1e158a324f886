"""Runs that several see, that are split off, put away and taken up again; and slots that are shared out."""

from itertools import pairwise

import pytest

from gancore.config import RunConfig
from gancore.runtime import Registry, worker_slot
from gancore.runtime.worker_slot import WorkerSlot

pytestmark = pytest.mark.processes

ENDLESS = RunConfig(steps=1_000_000)
OTHERS = [ENDLESS.changed(seed=seed) for seed in range(1, 20)]


@pytest.fixture
def shared(registry, until):
    """(registry, run): a run of "a" and "b" that trains."""
    server = registry(cap=2)
    run = server.share(ENDLESS, owner="a")
    assert server.share(ENDLESS, owner="b") is run
    until(lambda: run.state == "running" and run.step > 20)
    return server, run


@pytest.fixture
def short_turns(monkeypatch):
    monkeypatch.setattr(worker_slot, "TURN", 0.05)
    monkeypatch.setattr(worker_slot, "BEGINNINGS", 0)


# ── One run for all who see the same ──────────────────────────────────────────────────────────────────────────────────


def test_equal_runs_are_one_until_somebody_has_done_something_to_it(shared):
    server, run = shared
    assert server.share(ENDLESS, owner="a") is not run  # a second one of one's own begins anew
    assert server.share(ENDLESS.changed(seed=1), owner="c") is not run
    assert server.share(ENDLESS, seeds=(0, 1), owner="c") is not run
    assert server.share(ENDLESS, owner="c", pace=5.0) is not run
    assert run in server.owned_by("a")
    assert run in server.owned_by("b")


@pytest.mark.parametrize("act", [lambda run: run.pause(), lambda run: run.set(d_lr=0.5), lambda run: run.advance(3)])
def test_a_run_that_was_touched_is_nobody_else_s(registry, until, act):
    server = registry(cap=2)
    run = server.share(ENDLESS, owner="a")
    until(lambda: run.state == "running")
    act(run)
    assert server.share(ENDLESS, owner="b") is not run


def test_what_has_ended_is_not_shared(registry, until):
    server = registry()
    run = server.share(RunConfig(steps=20), owner="a")
    until(lambda: run.ended)
    assert server.share(RunConfig(steps=20), owner="b") is not run


def test_it_goes_on_for_the_others_when_one_drops_it_or_looks_away(shared, until):
    server, run = shared
    run.put_aside("a")
    assert run.state == "running"
    assert not run.aside
    run.put_aside("b")
    assert run.aside
    assert run.state == "paused"
    run.look("a")
    assert not run.aside
    server.drop(run, "a")
    assert not run.ended
    assert server.owned_by("a") == []
    server.drop(run, "b")
    assert run.state == "stopped"


def test_it_is_freed_once_all_of_its_owners_have_gone(registry, until):
    server = registry(cap=2, grace=0.2)
    run = server.share(ENDLESS, owner="a")
    server.share(ENDLESS, owner="b")
    until(lambda: run.state == "running")
    server.release("a")
    until(lambda: server.owned_by("a") == [])
    assert run.state == "running"
    server.release("b")
    until(lambda: run.ended)


# ── A run of one's own ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_split_run_is_the_same_up_to_then_and_paused(shared, until):
    server, run = shared
    mine = server.split(run, "b")
    assert (mine.state, mine.parked, mine.owners) == ("paused", True, {"b"})
    assert run.owners == {"a"}
    assert mine.parent.run == run.id
    whole = {frame.seq: frame for frame in run.history.since(0)}
    assert all(whole[frame.seq] is frame for frame in mine.history.since(0))
    assert mine.history.last.step <= mine.step
    assert mine.parent.seq == mine.history.last.seq
    before = mine.step
    mine.set(d_lr=0.5)
    mine.play()
    until(lambda: mine.history.last.step > before)
    assert mine.config.d_lr == 0.5
    assert run.config.d_lr == ENDLESS.d_lr
    assert run.state == "running"
    steps = [frame.step for frame in mine.history.since(0)]
    assert steps == sorted(steps)
    times = [frame.time for frame in mine.history.since(0)]
    assert all(one <= other for one, other in pairwise(times))


def test_a_split_run_of_one_that_cannot_be_put_away_begins_anew(registry, until):
    server = registry(cap=2)
    run = server.share(ENDLESS, seeds=(1, 2, 3), owner="a")
    server.share(ENDLESS, seeds=(1, 2, 3), owner="b")
    until(lambda: run.state == "running" and run.step > 5)
    mine = server.split(run, "b")
    assert mine.history.last is None
    mine.set(d_lr=0.5)
    mine.play()
    until(lambda: mine.state == "running" and mine.step > 0)
    assert mine.config.d_lr == 0.5


def test_one_that_waits_is_split_too(registry, until):
    server = registry(cap=1)
    going = server.submit(OTHERS[0], owner="x")
    until(lambda: going.state == "running")
    waiting = server.share(ENDLESS, owner="a")
    server.share(ENDLESS, owner="b")
    mine = server.split(waiting, "b")
    going.stop()
    mine.play()
    waiting.stop()
    until(lambda: mine.state == "running")


# ── Put away and taken up ─────────────────────────────────────────────────────────────────────────────────────────────


def put_away_and_taken_up(server, until, config, times=3):
    run = server.submit(config, owner="a")
    for _ in range(times):
        step = run.step
        until(lambda step=step: run.state == "running" and run.step > step)
        run.park()
        until(lambda: run.parked or run.ended)
        if run.ended:
            break
        run.play()
    until(lambda: run.ended)
    return run


def test_a_run_that_was_put_away_ends_as_one_that_was_not(registry, until):
    server = registry(cap=2)
    config = RunConfig(steps=1500, g_lr=0.3)
    whole = server.submit(config, owner="b")
    broken = put_away_and_taken_up(server, until, config)
    until(lambda: whole.ended)
    assert whole.put_away().step == broken.put_away().step == 1500
    assert whole.put_away().state == broken.put_away().state
    steps = [frame.step for frame in broken.history.since(0)]
    assert steps == sorted(steps)


@pytest.fixture(scope="module")
def real_registry():
    """Workers that really train."""
    with Registry(cap=2, warm=1) as made:
        yield made


@pytest.mark.parametrize("family", ["plain", "unrolled", "adagan"])
def test_a_gan_that_was_put_away_ends_as_one_that_was_not(real_registry, until, family):
    config = {
        "plain": RunConfig(steps=400, g_hidden=16, d_hidden=16),
        "unrolled": RunConfig(steps=60, g_hidden=16, d_hidden=16, unroll_steps=2),
        "adagan": RunConfig(steps=300, g_hidden=16, d_hidden=16, model="adagan", data_points=256),
    }[family]
    whole = real_registry.submit(config, owner="b")
    until(lambda: whole.ended)
    broken = put_away_and_taken_up(real_registry, until, config, times=2)
    assert whole.state == broken.state == "finished"
    assert whole.put_away().state == broken.put_away().state
    assert whole.put_away().weights == broken.put_away().weights


def test_what_is_said_while_it_is_put_away_is_done_when_it_goes_on(registry, until):
    server = registry(cap=1)
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.state == "running")
    run.park()
    run.set(d_lr=0.5)  # on its way to be put away, or there
    run.pause()
    until(lambda: run.parked)
    assert run.state == "paused"
    step = run.step
    run.advance(3)
    until(lambda: run.step == step + 3)
    assert run.config.d_lr == 0.5


def test_a_run_is_stopped_while_it_is_put_away(registry, until):
    server = registry(cap=1)
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.state == "running")
    run.park()
    run.stop()
    assert run.state == "stopped"
    other = server.submit(OTHERS[0], owner="a")
    until(lambda: other.state == "running")


# ── Slots ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_who_wait_train_in_turns(registry, until, short_turns):
    server = registry(cap=2)
    runs = [server.submit(config, owner=f"owner {i}") for i, config in enumerate(OTHERS[:7])]
    for _ in range(2):
        steps = [run.step for run in runs]
        until(lambda steps=steps: all(run.step > step for run, step in zip(runs, steps, strict=True)))
    assert all(run.state in ("running", "queued", "starting", "paused") for run in runs)


def test_a_slot_goes_to_who_has_fewest(registry, until):
    server = registry(cap=3)
    greedy = [server.submit(config, owner="greedy") for config in OTHERS[:3]]
    until(lambda: all(run.state == "running" for run in greedy))
    more = [server.submit(config, owner="greedy") for config in OTHERS[3:6]]
    late = server.submit(OTHERS[6], owner="modest")
    greedy[0].stop()
    until(lambda: late.state == "running")
    assert all(run.state == "queued" for run in more)


def test_nobody_is_put_away_where_nobody_waits(registry, until, short_turns):
    server = registry(cap=2)
    runs = [server.submit(config, owner="a") for config in OTHERS[:2]]
    until(lambda: all(run.step > 400 for run in runs))
    assert [run.history.last.seq for run in runs] == [len(run.history) for run in runs]
    assert not any(run.parked for run in runs)


def test_a_paused_run_keeps_its_worker_for_a_while_and_then_gives_way(registry, until, short_turns, monkeypatch):
    server = registry(cap=1)
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.state == "running")
    run.pause()
    wants = server.submit(OTHERS[0], owner="b")
    assert wants.place == 1
    assert not run.parked
    monkeypatch.setattr(worker_slot, "PAUSED", 0.1)
    until(lambda: wants.state == "running")
    assert run.parked
    assert "Play goes on" in run.message


def test_a_run_that_cannot_be_put_away_keeps_its_worker(registry, until, short_turns):
    server = registry(cap=1)
    run = server.submit(ENDLESS, seeds=(1, 2, 3), owner="a")
    until(lambda: run.state == "running")
    wants = server.submit(OTHERS[0], owner="b")
    until(lambda: not run.parkable)
    assert run.state == "running"
    assert wants.state == "queued"
    run.put_aside()  # but where nobody sees it, it is stopped
    until(lambda: wants.state == "running")
    assert run.state == "stopped"


def test_what_is_said_to_a_run_that_cannot_be_put_away_is_done_all_the_same(registry, until):
    server = registry(cap=1)
    run = server.submit(ENDLESS, seeds=(1, 2, 3), owner="a")
    until(lambda: run.state == "running")
    run.park()
    run.set(d_lr=0.5)  # before it is known that the run stays
    run.pause()
    until(lambda: run.state == "paused")
    until(lambda: run.config.d_lr == 0.5)
    assert not run.parked


def test_a_run_has_its_turn_from_when_it_began_and_a_paused_one_keeps_its_worker_for_a_while():
    slot = WorkerSlot(None, 0.0)
    slot.give(None, 100.0)
    assert slot.turn_ends() is None
    slot.enter("running", 100.1)
    assert slot.turn_ends() == 100.1 + worker_slot.TURN
    slot.enter("paused", 500.0)  # after a long training: it keeps it no longer for that
    assert slot.turn_ends() == 500.0 + worker_slot.PAUSED
    slot.enter("running", 505.0)
    assert slot.turn_ends() == 100.1 + worker_slot.TURN
    slot.give(None, 600.0)
    slot.enter("running", 610.0)  # of images that had to be read
    assert slot.turn_ends() == 610.0 + 10 * worker_slot.BEGINNINGS
