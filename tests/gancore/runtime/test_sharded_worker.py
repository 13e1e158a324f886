"""Runs whose replicas are trained in two processes, in real workers."""

import os
import signal
import sys
from pathlib import Path

import pytest

from gancore.config import RunConfig
from gancore.runtime import Registry, decode
from gancore.runtime.process import WorkerProcess

pytestmark = [pytest.mark.processes, pytest.mark.skipif(sys.platform != "linux", reason="only Linux is forked")]

HERE = Path(__file__).parent
ENDLESS = RunConfig(steps=1_000_000, batch_size=32, g_hidden=8, d_hidden=8)


def children(pid):
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Worker:
    """A worker that is spoken to by hand."""

    def __init__(self, until):
        self.until = until
        self.messages = []
        self.left = None
        self.process = WorkerProcess(
            lambda _, message: self.messages.append(message), self._leave, (str(HERE / "sharded_worker.py"),)
        )
        self.process.listen()
        until(lambda: self.said("ready"))

    def _leave(self, _, code):
        self.left = code

    def said(self, kind, **fields):
        return next((m for m in list(self.messages) if m.kind == kind and fields.items() <= m.fields.items()), None)

    def start(self, number, config, seeds):
        self.process.send({"kind": "start", "run": number, "config": config.model_dump_json(), "seeds": seeds})

    def state(self, number, *states):
        return self.until(lambda: next(filter(None, (self.said("state", run=number, state=s) for s in states)), None))


@pytest.fixture
def worker(until):
    made = Worker(until)
    yield made
    made.process.kill()
    made.process.join()


def test_it_is_the_run_that_one_process_trains(until):
    config = ENDLESS.changed(steps=60)

    def make_worker(on_message, on_exit):
        return WorkerProcess(on_message, on_exit, (str(HERE / "sharded_worker.py"),))

    with Registry(cap=1, warm=0, make_worker=make_worker) as in_two, Registry(cap=1, warm=0) as whole:
        runs = [each.submit(config, seeds=range(4), owner="a") for each in (in_two, whole)]
        until(lambda: all(run.ended for run in runs))
    assert [run.state for run in runs] == ["finished", "finished"]
    (of_two, points_of_two), (of_whole, points) = (decode(run.history.last.data) for run in runs)
    assert points["fake"].shape[0] == 4
    assert points_of_two["fake"].tobytes() == points["fake"].tobytes()
    assert of_two["scalars"] == of_whole["scalars"]


@pytest.fixture
def in_two():
    """A registry whose runs of several seeds train in two processes."""

    def make_worker(on_message, on_exit):
        return WorkerProcess(on_message, on_exit, (str(HERE / "sharded_worker.py"),))

    with Registry(cap=2, warm=0, make_worker=make_worker) as made:
        yield made


def test_put_away_and_taken_up_it_is_the_run_that_was_not(in_two, until):
    whole, broken = (in_two.submit(ENDLESS, seeds=range(4), owner=owner, paused=True) for owner in "ab")
    whole.advance(60)
    for step in (20, 40, 60):
        broken.advance(20)
        until(lambda step=step: broken.step == step and broken.state == "paused")
        if step < 60:
            broken.park()
            until(lambda: broken.parked)
    until(lambda: whole.step == 60 and whole.state == "paused")
    assert whole.put_away() == broken.put_away()
    assert whole.put_away().step == 60
    steps = [frame.step for frame in broken.history.since(0)]
    assert steps == sorted(steps)


def test_who_turns_something_has_a_run_of_his_own_from_that_step(in_two, until):
    run = in_two.share(ENDLESS, seeds=range(4), owner="a")
    assert in_two.share(ENDLESS, seeds=range(4), owner="b") is run
    until(lambda: run.state == "running" and run.step > 20)
    mine = in_two.split(run, "b")
    assert (mine.state, mine.parked) == ("paused", True)
    assert mine.step >= 20
    assert mine.parent.run == run.id
    before = mine.step
    mine.set(d_lr=0.5)
    mine.play()
    until(lambda: mine.history.last.step > before)
    assert (mine.config.d_lr, run.config.d_lr) == (0.5, ENDLESS.d_lr)
    assert run.state == "running"


def test_a_part_that_is_killed_ends_the_run_with_a_sentence(worker, until):
    worker.start(1, ENDLESS, [0, 1, 2, 3])
    worker.state(1, "running")
    (child,) = children(worker.process.pid)
    os.kill(child, signal.SIGKILL)
    said = worker.state(1, "failed")
    assert "the process of the seeds 2, 3 has ended, signal 9, SIGKILL" in said.fields["message"]
    assert "; its history is kept. Where memory runs out the system ends a process so." in said.fields["message"]
    until(lambda: worker.left is not None)


def test_no_part_outlives_its_worker(worker, until, alive):
    worker.start(1, ENDLESS, [0, 1])
    worker.state(1, "running")
    (child,) = children(worker.process.pid)
    assert alive(child)
    worker.process.kill()
    until(lambda: not alive(child))
    until(lambda: worker.left is not None)  # nobody else holds its output open


def test_twenty_runs_leave_nothing_behind(worker, until):
    pid = worker.process.pid

    def held():
        until(lambda: not children(pid))
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))

    counts = []
    for number in range(20):
        worker.start(number, ENDLESS.changed(steps=3), [0, 1])
        worker.state(number, "finished")
        worker.start(f"after {number}", ENDLESS.changed(steps=1), [0])  # the run before has been put away
        worker.state(f"after {number}", "finished")
        counts.append(held())
    assert len(set(counts)) == 1
