"""Runs, owners, queue and workers; the workers are real processes, their GAN is a toy."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gancore.config import RunConfig
from gancore.runtime import Registry, decode
from gancore.runtime import registry as registry_module
from gancore.runtime.process import WorkerProcess, how_it_died

pytestmark = pytest.mark.processes

ENDLESS = RunConfig(steps=1_000_000)
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")


@pytest.fixture
def running(registry, until):
    """(registry, run): a registry, and a run of it that trains."""
    server = registry()
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.state == "running")
    return server, run


def test_a_run_goes_through_its_states_and_keeps_its_frames(registry, until):
    run = registry().submit(RunConfig(steps=300), owner="a")
    assert run.state in ("queued", "starting")
    assert run.scene is None
    until(lambda: run.ended)
    assert (run.state, run.step, run.pid, run.place) == ("finished", 300, None, None)
    assert decode(run.scene)[0]["sigma"] == 0.1
    frames = run.history.since(0)
    assert (frames[0].step, frames[-1].step) == (0, 300)
    assert [frame.seq for frame in frames] == list(range(1, len(frames) + 1))
    assert run.history.since(frames[-1].seq) == []
    assert 0 <= run.readout <= 1


def test_past_the_cap_runs_wait_and_know_their_place(registry, until):
    server = registry(cap=1)
    first, second, third = (server.submit(ENDLESS, owner=owner) for owner in "abc")
    until(lambda: first.state == "running")
    assert [(run.state, run.place) for run in (first, second, third)] == [
        ("running", None), ("queued", 1), ("queued", 2),
    ]  # fmt: skip
    assert "place 2" in third.message
    first.stop()
    until(lambda: second.state == "running")
    assert (third.state, third.place) == ("queued", 1)
    third.stop()
    assert (third.state, third.place) == ("stopped", None)
    assert "before its first step" in third.message


def test_a_finished_run_gives_its_worker_to_the_next(registry, until):
    server = registry(cap=1)
    pids = []
    for _ in range(3):
        run = server.submit(RunConfig(steps=50), owner="a", paused=True)
        until(lambda: run.state == "paused")  # noqa: B023
        pids.append(run.pid)
        run.play()
        until(lambda: run.ended)  # noqa: B023
    assert len(set(pids)) == 1


def test_what_a_waiting_run_is_told_acts_at_its_start(registry, until):
    server = registry(cap=1)
    first = server.submit(ENDLESS, owner="a")
    waiting = server.submit(ENDLESS, owner="a")
    assert waiting.set(d_lr=0.25) is None
    assert waiting.advance(3) is None
    waiting.manifold(True)
    first.stop()
    until(lambda: waiting.step == 3)
    assert waiting.changes == [(0, "d_lr", 0.001, 0.25)]
    assert waiting.config == waiting.first_config.changed(d_lr=0.25)
    until(lambda: waiting.state == "paused")
    assert "manifold" in decode(waiting.history.last.data)[1]


@pytest.mark.parametrize("last", ["play", "pause"])
def test_a_waiting_run_remembers_play_and_pause(registry, until, last):
    server = registry(cap=1)
    first = server.submit(ENDLESS, owner="a")
    waiting = server.submit(ENDLESS, owner="a", paused=last == "play")
    waiting.advance(5)
    getattr(waiting, last)()
    first.stop()
    until(lambda: waiting.state == ("running" if last == "play" else "paused"))
    assert last == "play" or waiting.step == 0


def test_a_pause_holds_and_single_steps_are_exact(running, until):
    _, run = running
    run.pause()
    assert run.state == "paused"
    step = run.step
    assert run.history.last.step == step
    seq = run.history.last.seq
    assert run.advance(1) == step + 1
    assert run.advance(4) == step + 5
    assert run.advance(2, "discriminator") == step + 5
    assert run.advance(1, "generator") == step + 6
    assert [frame.step for frame in run.history.since(seq)] == [step + 1, step + 5, step + 5, step + 6]
    assert run.state == "paused"
    run.play()
    until(lambda: run.step > step + 6)
    assert run.state == "running"
    # One step asked for in the middle of it all is a step, and a halt.
    reached = run.advance(1)
    assert run.state == "paused"
    assert run.step == reached == run.history.last.step


def test_a_change_acts_on_the_running_gan_and_is_recorded(running):
    _, run = running
    at = run.set(d_lr=0.5, loss="hinge")
    assert run.changes == [(at, "d_lr", 0.001, 0.5), (at, "loss", "non_saturating", "hinge")]
    assert run.config == ENDLESS.changed(d_lr=0.5, loss="hinge")
    assert run.first_config == ENDLESS
    run.pause()
    assert decode(run.history.last.data)[0]["field"]["kind"] == "critic"
    assert run.set(d_lr=0.5) == run.step
    assert len(run.changes) == 2


def test_a_run_that_starts_to_wait_is_held_until_it_is_told_to_play(registry, until):
    run = registry().submit(ENDLESS, owner="a", paused=True)
    assert (run.state in ("queued", "starting"), run.held) == (True, True)
    run.play()
    assert not run.held
    until(lambda: run.step > 1)
    other = registry().submit(ENDLESS, owner="a")
    assert not other.held
    other.pause()
    until(lambda: other.state == "paused")
    assert not other.held  # it has started


def test_a_change_acts_before_the_step_for_which_it_was_asked(registry, until):
    server = registry()
    run = server.submit(ENDLESS.changed(steps=400), owner="a", paused=True)
    run.set(at=150, d_lr=0.5)
    run.set(at=100, g_lr=0.25)
    run.play()
    until(lambda: run.ended)
    assert run.changes == [(100, "g_lr", 0.001, 0.25), (150, "d_lr", 0.001, 0.5)]


def test_steps_of_one_player_alone_are_counted_until_both_move(registry, until):
    run = registry().submit(ENDLESS, owner="a", paused=True)
    until(lambda: run.state == "paused")
    run.advance(4, "discriminator")
    run.advance(2, "discriminator")
    assert (run.step, run.ahead) == (0, (6, 0))
    run.advance(1, "generator")
    assert run.ahead == (6, 1)
    run.advance(1)
    assert run.ahead == (0, 0)


def test_a_change_for_a_step_that_is_past_acts_now(running, until):
    _, run = running
    until(lambda: run.step > 1)
    at = run.set(at=1, d_lr=0.5)
    assert run.changes == [(at, "d_lr", 0.001, 0.5)]
    assert at > 1


def test_a_change_to_come_is_put_away_with_its_run(registry, until):
    server = registry(cap=1)
    run = server.submit(ENDLESS.changed(steps=4000), owner="a", pace=200)
    run.set(at=3000, d_lr=0.5)
    until(lambda: run.step > 10)
    run.put_aside("a")
    other = server.submit(RunConfig(steps=20), owner="b")
    until(lambda: other.ended)
    assert run.parked
    run.pace(None)
    run.look("a")
    run.play()
    until(lambda: run.ended)
    assert run.changes == [(3000, "d_lr", 0.001, 0.5)]


def test_what_cannot_be_changed_is_refused_with_a_sentence(running):
    _, run = running
    with pytest.raises(ValueError, match="modes needs a restart"):
        run.set(modes=3)
    with pytest.raises(ValueError, match="d_lr is -1"):
        run.set(d_lr=-1)
    with pytest.raises(ValueError, match="no field 'd_rl'"):
        run.set(d_rl=1)
    with pytest.raises(ValueError, match="player is 'nobody'"):
        run.advance(1, "nobody")
    with pytest.raises(ValueError, match="steps is 0"):
        run.advance(0)
    for wrong in (-1, 0, float("nan"), float("inf"), 1e300):
        with pytest.raises(ValueError, match="pace is "):
            run.pace(wrong)
    assert run.state == "running"
    assert run.changes == []


@pytest.mark.parametrize("end", ["finished", "stopped", "diverged"])
def test_commands_after_the_end(registry, until, toy, end):
    server = registry()
    config = {"finished": RunConfig(steps=5), "stopped": ENDLESS, "diverged": RunConfig(d_lr=toy.DIVERGES)}[end]
    run = server.submit(config, owner="a")
    if end == "stopped":
        until(lambda: run.state == "running")
        run.stop()
    until(lambda: run.ended and run.pid is None)
    assert run.state == end
    for command in (run.play, run.advance, lambda: run.set(d_lr=0.1)):
        with pytest.raises(ValueError, match="This run has"):
            command()
    message, frames = run.message, run.history.since(0)
    for command in (run.pause, run.stop, run.touch, lambda: run.pace(5), lambda: run.manifold(True)):
        command()
    assert (run.state, run.message, run.history.since(0)) == (end, message, frames)
    assert frames


def test_a_diverged_run_says_so_keeps_its_frames_and_frees_its_worker(registry, until, toy):
    server = registry(cap=1)
    run = server.submit(RunConfig(d_lr=toy.DIVERGES), owner="a")
    after = server.submit(RunConfig(steps=5), owner="a")
    until(lambda: after.ended)
    assert run.state == "diverged"
    assert run.message == "Diverged at step 5: the discriminator's loss is no longer finite."
    assert run.history.since(0)[-1].failure
    assert [frame.measured for frame in run.history.since(0)] == [
        "transport" in decode(frame.data)[0]["scalars"] for frame in run.history.since(0)
    ]


@posix
def test_a_killed_worker_fails_its_run_and_nothing_else(registry, until, alive):
    server = registry(cap=2, warm=1)
    run, other = (server.submit(ENDLESS, owner=owner) for owner in "ab")
    until(lambda: run.step > 50 and other.step > 0)
    pid = run.pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: run.ended)
    assert run.state == "failed"
    assert run.message.startswith("The worker process died (signal 9, SIGKILL) at step ")
    assert "; its history is kept. Where memory runs out the system ends a process so." in run.message
    assert "first: with half of it, it needs about" in run.message
    assert run.history.since(0)[-1].step > 0
    assert not alive(pid)
    again = server.submit(RunConfig(steps=20), owner="a")
    until(lambda: again.state == "finished")
    assert other.state == "running"


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("OUT_OF_MEMORY", "Out of memory at step 5"), ("BROKEN", "something gave way"), ("KILLED", "exit code 7")],
)
def test_a_broken_run_is_a_sentence_and_its_worker_is_replaced(registry, until, toy, kind, sentence):
    server = registry(cap=1)
    run = server.submit(RunConfig(g_lr=getattr(toy, kind)), owner="a")
    after = server.submit(RunConfig(steps=5), owner="a")
    until(lambda: after.ended)
    assert after.state == "finished"
    assert run.state == "failed"
    assert sentence in run.message
    assert run.history.since(0)


def test_workers_that_cannot_start_are_given_up_with_a_sentence(registry, until):
    def make_worker(on_message, on_exit):
        return WorkerProcess(on_message, on_exit, ("-c", "raise SystemExit(3)"))

    server = registry(make_worker=make_worker, warm=1)
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.ended)
    assert run.state == "failed"
    assert "exit code 3" in run.message
    # Not over and over again: what has died so far is all that is tried for now.
    until(lambda: server._no_spares_until > time.monotonic())
    assert server.pids == [] or server._deaths < registry_module.SHORT_LIVED + 3


@pytest.fixture
def slow_start():
    """A registry of one slot whose workers take more than a second to be ready."""
    toy = str(Path(__file__).parent / "toy_worker.py")
    code = f"import runpy, time; time.sleep(1.5); runpy.run_path({toy!r}, run_name='__main__')"

    def make_worker(on_message, on_exit):
        return WorkerProcess(on_message, on_exit, ("-c", code))

    with Registry(cap=1, warm=0, make_worker=make_worker) as made:
        yield made


def test_a_worker_that_is_starting_is_waited_for_when_its_run_is_stopped(slow_start, until, monkeypatch):
    monkeypatch.setattr(registry_module, "PATIENCE", 0.05)
    first = slow_start.submit(ENDLESS, owner="a")
    pid = until(lambda: first.pid)
    first.stop()
    second = slow_start.submit(ENDLESS, owner="a")
    until(lambda: second.state == "running")
    assert second.pid == pid


def test_workers_that_are_ended_here_while_they_start_fail_no_run_that_waits(slow_start, until, monkeypatch):
    monkeypatch.setattr(registry_module, "STARTING", 0.0)
    run = slow_start.submit(ENDLESS, owner="a")
    until(lambda: run.pid)
    for _ in range(registry_module.SHORT_LIVED + 1):
        waiting = slow_start.submit(ENDLESS, owner="a")
        run.stop()
        until(lambda waiting=waiting: waiting.pid or waiting.ended)
        assert not waiting.ended, waiting.message
        run = waiting


def test_a_run_that_nobody_looks_at_stops_by_itself(registry, until):
    server = registry(lease=0.3)
    alone, watched = (server.submit(ENDLESS, owner=owner) for owner in "ab")

    def looked():
        watched.look()
        return alone.ended

    until(looked)
    assert alone.state == "stopped"
    assert "nobody has looked" in alone.message
    assert alone.history.last.step == alone.step
    assert watched.state == "running"


def test_a_run_put_aside_waits_and_goes_on(running, until):
    _, run = running
    run.put_aside()
    assert run.state == "paused"
    assert run.aside
    run.look()
    step = run.history.since(0)[-1].step
    assert not run.aside
    run.play()
    until(lambda: run.step > step)


@pytest.mark.parametrize("put_aside", ["before", "after"])
def test_a_run_put_aside_gives_its_worker_to_one_that_waits(registry, until, put_aside):
    server = registry(cap=2)
    seen, unseen = (server.submit(ENDLESS, owner="a") for _ in range(2))
    until(lambda: seen.state == unseen.state == "running")
    if put_aside == "before":
        unseen.put_aside()
    wants = server.submit(ENDLESS, owner="b")
    if put_aside == "after":
        assert wants.place == 1
        unseen.put_aside()
    until(lambda: wants.state == "running")
    assert unseen.parked
    assert unseen.state == "paused"
    assert "Play goes on" in unseen.message
    step = unseen.history.last.step
    assert seen.state == "running"
    wants.stop()
    unseen.look()
    unseen.play()
    until(lambda: unseen.history.last.step > step)


def test_of_runs_put_aside_the_one_goes_first_that_was_looked_at_longest_ago(registry, until):
    server = registry(cap=2)
    lately, long_ago = (server.submit(ENDLESS, owner="a") for _ in range(2))
    until(lambda: lately.state == long_ago.state == "running")
    lately.look()
    for run in (lately, long_ago):
        run.put_aside()
    wants = server.submit(ENDLESS, owner="b")
    until(lambda: wants.state == "running")
    assert (lately.parked, long_ago.parked) == (False, True)


def test_a_run_that_somebody_looks_at_again_gives_way_no_more(running):
    server, run = running
    run.put_aside()
    run.look()
    others = [server.submit(ENDLESS, owner="b") for _ in range(server.cap)]
    assert others[-1].place == 1
    assert run.state == "paused"


def test_what_waits_and_is_put_aside_lets_others_pass(registry, until):
    server = registry(cap=1)
    first, unseen, wants = (server.submit(ENDLESS, owner=owner) for owner in "abc")
    until(lambda: first.state == "running")
    unseen.put_aside()
    assert (wants.place, unseen.place) == (1, 2)
    first.stop()
    until(lambda: wants.state == "running")
    assert unseen.place == 1


def test_owners_do_not_see_each_other(registry):
    server = registry()
    ours, theirs = server.submit(ENDLESS, owner="a"), server.submit(ENDLESS, owner="b")
    assert server.owned_by("a") == [ours]
    assert server.owned_by("b") == [theirs]
    assert server.owned_by("c") == []
    assert server.get(ours.id) is ours
    assert server.get("no such run") is None
    assert len({ours.id, theirs.id}) == 2
    assert min(len(ours.id), len(theirs.id)) >= 20


def test_what_an_owner_leaves_is_freed_after_the_grace(registry, until):
    server = registry(grace=0.2)
    gone, stays = server.submit(ENDLESS, owner="a"), server.submit(ENDLESS, owner="b")
    until(lambda: gone.state == stays.state == "running")
    server.release("a")
    until(lambda: server.get(gone.id) is None)
    assert gone.state == "stopped"
    until(lambda: gone.pid is None)
    assert server.owned_by("a") == []
    assert stays.state == "running"


def test_what_an_owner_leaves_gives_way_within_the_grace(registry, until):
    server = registry(cap=1, grace=1000)
    left, wants = (server.submit(ENDLESS, owner=owner) for owner in "ab")
    until(lambda: left.state == "running")
    assert wants.place == 1
    server.release("a")
    until(lambda: wants.state == "running")
    assert left.parked
    assert server.get(left.id) is left


@pytest.mark.parametrize("how", ["adopt", "touch", "submit"])
def test_an_owner_who_comes_back_in_time_finds_everything(registry, until, how):
    server = registry(grace=0.5)
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.state == "running")
    server.release("a")
    match how:
        case "adopt":
            assert server.adopt("a") == [run]
        case "touch":
            run.touch()
        case _:
            server.submit(RunConfig(steps=5), owner="a")
    # A later owner's grace is over: so was the first one's.
    other = server.submit(RunConfig(steps=5), owner="b")
    server.release("b")
    until(lambda: server.get(other.id) is None)
    assert server.get(run.id) is run
    assert run.state == "running"


def test_an_owner_keeps_a_bounded_number_of_ended_runs(registry, until):
    server = registry(kept_runs=2)
    alive = server.submit(ENDLESS, owner="a")
    short = []
    for _ in range(4):
        short.append(server.submit(RunConfig(steps=2), owner="a"))
        until(lambda: short[-1].pid is None and short[-1].ended)
    until(lambda: server.owned_by("a") == [alive, *short[-2:]])
    assert short[0].history.since(0) == []


def test_all_ended_runs_together_keep_a_bounded_number_of_bytes(registry, until):
    server = registry(memory=1)
    runs = []
    for owner in "abc":
        runs.append(server.submit(RunConfig(steps=2), owner=owner))
        until(lambda: runs[-1].pid is None and runs[-1].ended)
    until(lambda: server.get(runs[0].id) is None and server.get(runs[1].id) is None)
    assert server.get(runs[2].id) is runs[2]  # the newest stays, whatever its size


def test_the_history_is_bounded(registry, until):
    run = registry(history=8).submit(ENDLESS, owner="a", paused=True)
    until(lambda: run.state == "paused")
    for _ in range(30):
        run.advance()
    frames = run.history.since(0)
    assert len(frames) <= 8
    assert (frames[0].step, frames[-1].step) == (0, 30)


@posix
def test_a_worker_that_does_not_obey_is_ended(registry, until, monkeypatch):
    monkeypatch.setattr(registry_module, "PATIENCE", 0.2)
    server = registry(cap=1)
    hanging = server.submit(ENDLESS, owner="a")
    until(lambda: hanging.state == "running")
    os.kill(hanging.pid, signal.SIGSTOP)
    hanging.stop()
    assert hanging.state == "stopped"
    after = server.submit(RunConfig(steps=5), owner="a")
    until(lambda: after.state == "finished")


def test_spares_wait_and_surplus_ones_go(registry, until, monkeypatch):
    monkeypatch.setattr(registry_module, "IDLE", 0.1)
    server = registry(cap=3, warm=1)
    until(lambda: server.ready == 1)
    runs = [server.submit(RunConfig(steps=50), owner="a") for _ in range(3)]
    until(lambda: all(run.ended for run in runs))
    until(lambda: len(server.pids) == server.ready == 1)


def test_closing_ends_everything(registry, until, alive):
    server = registry(cap=2, warm=1)
    runs = [server.submit(ENDLESS, owner="a") for _ in range(3)]
    until(lambda: runs[0].state == runs[1].state == "running")
    pids = server.pids
    server.close()
    assert [run.state for run in runs] == ["stopped"] * 3
    until(lambda: not any(alive(pid) for pid in pids))
    with pytest.raises(ValueError, match="closed"):
        server.submit(ENDLESS, owner="a")
    server.close()


def test_a_registry_needs_room_for_a_run(registry):
    with pytest.raises(ValueError, match="cap is 0"):
        registry(cap=0)
    with pytest.raises(ValueError, match="seeds is empty"):
        registry().submit(ENDLESS, owner="a", seeds=())


def test_an_exit_code_in_words():
    assert how_it_died(3) == "exit code 3"
    assert how_it_died(-9).startswith("signal 9")
    assert how_it_died(-250) == "signal 250"


def test_the_web_process_does_not_import_torch():
    code = "import gancore.runtime, sys; sys.exit('torch' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class Answering:
    """A compiler that refuses at once, and notes what it hears."""

    def __init__(self, on_answer):
        self.on_answer, self.wanted, self.planned, self.resting, self.closed = on_answer, [], [], [], False

    def want(self, job):
        self.wanted.append(job)
        self.on_answer(job, "There is no compiler." if len(self.wanted) == 1 else None)

    def ahead(self, jobs):
        self.planned = list(jobs)

    def rest(self, on):
        self.resting.append(on)

    def close(self):
        self.closed = True


@pytest.fixture
def compiling(registry):
    """(registry, compiler)"""
    made = []

    def make(on_answer):
        made.append(Answering(on_answer))
        return made[0]

    return registry(make_compiler=make), made[0]


def test_a_run_asks_for_compiled_steps_and_hears_why_there_are_none(compiling, until):
    server, compiler = compiling
    run = server.submit(ENDLESS, owner="a", seeds=[4, 5, 6])
    assert (run.compiled_at, run.why_plain) == (None, None)
    until(lambda: run.why_plain)
    assert run.why_plain == "There is no compiler."
    assert [job.replicas for job in compiler.wanted] == [3]
    assert run.state == "running"


def test_a_run_knows_since_when_its_steps_are_compiled(compiling, until, toy):
    server, _ = compiling
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.step)
    run.set(g_lr=toy.COMPILED)
    until(lambda: run.compiled_at)
    assert run.compiled_at <= run.step + 1000
    run.set(g_lr=0.1)
    until(lambda: run.compiled_at is None)


def test_a_run_says_why_its_compiled_steps_cannot_be_used(compiling, until, toy):
    server, _ = compiling
    run = server.submit(ENDLESS.changed(g_lr=toy.BROKEN_STORE), owner="a")
    until(lambda: run.why_plain)
    assert run.why_plain == "The compiled steps could not be used (OSError)."
    assert run.state == "running"


def test_runs_are_compiled_ahead_only_while_nothing_trains(compiling, until):
    server, compiler = compiling
    server.compile_ahead([(RunConfig(seed=1), 1), (RunConfig(seed=2), 16)])
    assert compiler.planned == [(RunConfig(seed=1).to_json(), 1), (RunConfig(seed=2).to_json(), 16)]
    run = server.submit(ENDLESS, owner="a")
    until(lambda: run.state == "running")
    assert compiler.resting[-1] is True
    run.stop()
    until(lambda: compiler.resting[-1] is False)
    server.close()
    assert compiler.closed


def test_without_a_compiler_runs_stay_as_they_are(running, until):
    server, run = running
    server.compile_ahead([(RunConfig(), 1)])
    until(lambda: run.step > 2000)
    assert (run.compiled_at, run.why_plain) == (None, None)


# ── A worker that hangs ───────────────────────────────────────────────────────────────────────────────────────────────


@posix
def test_a_worker_that_gives_no_sign_is_told_and_heard_again_when_it_goes_on(registry, until):
    run = registry(silence=1.5).submit(ENDLESS, owner="a")
    until(lambda: run.step)
    os.kill(run.pid, signal.SIGSTOP)
    until(lambda: run.silent)
    assert "no sign" in run.message
    assert run.state == "running"
    run.pause()  # returns, and does nothing
    with pytest.raises(ValueError, match="no sign"):
        run.play()
    os.kill(run.pid, signal.SIGCONT)
    until(lambda: not run.silent)
    step = run.step
    until(lambda: run.step > step)


@posix
def test_a_worker_that_waits_gives_signs(registry):
    run = registry(silence=1.5).submit(ENDLESS, owner="a", paused=True)
    end = time.monotonic() + 4
    while time.monotonic() < end:
        assert not run.silent
        time.sleep(0.05)


@posix
def test_the_slot_of_a_worker_that_hangs_goes_to_others_and_its_end_is_at_once(registry, until, alive):
    server = registry(cap=1, silence=1.5)
    hung = server.submit(ENDLESS, owner="a")
    until(lambda: hung.step)
    waiting = server.submit(ENDLESS, owner="b")
    pid = hung.pid
    os.kill(pid, signal.SIGSTOP)
    until(lambda: waiting.state == "running")
    assert hung.silent
    hung.stop()
    assert (hung.state, hung.silent) == ("stopped", False)
    until(lambda: not alive(pid))
    assert waiting.state == "running"


@posix
def test_a_spare_that_hangs_is_replaced(registry, until, alive):
    server = registry(warm=1, silence=1.5)
    until(lambda: server.ready == 1)
    (pid,) = server.pids
    os.kill(pid, signal.SIGSTOP)
    until(lambda: not alive(pid))
    until(lambda: server.ready == 1)
    run = server.submit(RunConfig(steps=50), owner="a")
    until(lambda: run.state == "finished")


# ── Bounds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_owner_s_runs_do_not_wait_without_end(registry, until):
    server = registry(cap=1)
    going = server.submit(ENDLESS, owner="a")
    until(lambda: going.state == "running")
    waiting = [server.submit(ENDLESS, owner="a") for _ in range(registry_module.MOST_QUEUED)]
    with pytest.raises(ValueError, match="16 runs of yours wait already"):
        server.submit(ENDLESS, owner="a")
    assert server.submit(ENDLESS, owner="b").state == "queued"
    waiting[0].stop()
    assert server.submit(ENDLESS, owner="a").state == "queued"


@pytest.mark.skipif(not os.path.exists("/proc/self/oom_score_adj"), reason="only Linux ends processes so")  # noqa: PTH110
def test_a_worker_goes_before_the_server_where_memory_runs_out(running):
    _, run = running
    with open(f"/proc/{run.pid}/oom_score_adj") as file:  # noqa: PTH123
        assert int(file.read()) == 500
