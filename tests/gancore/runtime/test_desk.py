"""The desk: whoever asks gets their own answer, whatever becomes of the clerk."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gancore.runtime.desk import Desk
from gancore.runtime.process import WorkerProcess

pytestmark = pytest.mark.processes

TOY = str(Path(__file__).parent / "toy_clerk.py")


def toy_clerk(on_message, on_exit):
    return WorkerProcess(on_message, on_exit, (TOY,))


@pytest.fixture
def desk():
    made = Desk(make_clerk=toy_clerk)
    yield made
    made.close()


def test_an_answer_is_meta_data_and_arrays(desk):
    meta, arrays = desk.ask("echo", count=4, name="é")
    assert meta == {"count": 4, "name": "é"}
    assert arrays["squares"].tolist() == [0, 1, 4, 9]


def test_everyone_gets_their_own_answer(desk):
    def ask(count):
        return desk.ask("echo", count=count)[1]["squares"].size

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(200))) == list(range(200))


def test_it_starts_with_the_first_question(desk, alive):
    assert desk.pid is None
    desk.ask("echo")
    first = desk.pid
    desk.ask("echo")
    assert desk.pid == first
    assert alive(first)


def test_what_is_wrong_comes_back_as_a_sentence_and_the_clerk_goes_on(desk):
    with pytest.raises(ValueError, match=r"^count is -1; allowed are 0 to 9$"):
        desk.ask("wrong")
    with pytest.raises(ValueError, match="job is 'dance'; allowed are echo, slow"):
        desk.ask("dance")
    pid = desk.pid
    with pytest.raises(ValueError, match="RuntimeError") as caught:
        desk.ask("broken")
    assert "secrets" not in str(caught.value)
    assert desk.ask("echo")[0] == {}
    assert desk.pid == pid


def test_what_cannot_be_sent_is_refused_and_nothing_waits(desk):
    for wrong in (float("nan"), {1, 2}):
        with pytest.raises((ValueError, TypeError)):
            desk.ask("echo", value=wrong)
    assert desk.ask("echo", count=1)[0] == {"count": 1}


def test_whoever_asked_a_clerk_that_dies_is_told_and_the_next_question_finds_a_new_one(desk, until, alive):
    desk.ask("echo")
    first = desk.pid
    with ThreadPoolExecutor(3) as pool:
        before = pool.submit(desk.ask, "slow", seconds=0.5)
        until(lambda: len(desk._questions) == 1)
        fatal = pool.submit(desk.ask, "die")
        until(lambda: len(desk._questions) == 2)
        behind = pool.submit(desk.ask, "echo")
        assert before.result()[0] == {"seconds": 0.5}
        for lost in (fatal, behind):
            with pytest.raises(ValueError, match=r"died .exit code 7.*starts anew"):
                lost.result()
    assert desk.pid is None
    assert desk.ask("echo", count=2)[0] == {"count": 2}
    assert desk.pid != first
    assert not alive(first)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_clerk_that_was_killed_while_nobody_asked_is_not_missed(desk, until):
    desk.ask("echo")
    first, process = desk.pid, desk._clerk.process
    os.kill(first, signal.SIGKILL)
    until(lambda: process.poll() is not None)  # its last thread is gone too, and nobody reads what it is asked
    assert desk.ask("echo", count=5)[0] == {"count": 5}  # perhaps before the desk has noticed
    assert desk.pid != first


def test_nobody_waits_for_ever(desk):
    desk.ask("echo")
    desk._patience = 0.3
    for job, settings in (("slow", {"seconds": 2.0}), ("echo", {})):  # the one that is being done, and one behind it
        with pytest.raises(ValueError, match=r"within 0\.3 s"):
            desk.ask(job, **settings)


def test_a_question_that_was_given_up_is_left_out(desk, until):
    desk.ask("echo")
    hasty = desk._patience
    with ThreadPoolExecutor(2) as pool:
        busy = pool.submit(desk.ask, "slow", seconds=1.0)
        until(lambda: desk._questions)
        desk._patience = 0.2
        with pytest.raises(ValueError, match="No answer"):
            desk.ask("slow", seconds=0.0)
        desk._patience = hasty
        busy.result()
    assert desk.ask("history")[0]["done"] == ["echo", "slow"]


def test_warming_does_a_job_once_for_each_clerk(desk):
    for _ in range(3):
        desk.warm("echo")
    assert desk.ask("history")[0]["done"] == ["echo"]
    with pytest.raises(ValueError, match="died"):
        desk.ask("die")
    assert desk.ask("history")[0]["done"] == []  # another one
    desk.warm("echo")
    assert desk.ask("history")[0]["done"] == ["echo"]


def test_a_closed_desk_refuses_and_leaves_no_process(desk, until, alive):
    desk.ask("echo")
    pid = desk.pid
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(desk.ask, "slow", seconds=60)
        until(lambda: desk._questions)
        desk.close()
        with pytest.raises(ValueError, match="died"):
            waits.result()
    assert not alive(pid)
    with pytest.raises(ValueError, match="ending"):
        desk.ask("echo")


PARENT = """
import sys, threading, time
from gancore.runtime.desk import Desk
from gancore.runtime.process import WorkerProcess
desk = Desk(make_clerk=lambda *callbacks: WorkerProcess(*callbacks, (sys.argv[2],)))
desk.ask("echo")
if sys.argv[1] == "killed":
    threading.Thread(target=desk.ask, args=("slow",), kwargs={"seconds": 600}, daemon=True).start()
    time.sleep(0.2)
print(desk.pid, flush=True)
if sys.argv[1] == "killed":
    time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("end", ["killed", "exits"])
def test_the_clerk_does_not_outlive_its_parent(until, alive, end):
    """Killed while the clerk computes; or gone in peace."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, end, TOY], stdout=subprocess.PIPE, text=True)
    try:
        pid = int(parent.stdout.readline())
        if end == "killed":
            assert alive(pid)
            parent.send_signal(signal.SIGKILL)
        parent.wait(60)
        until(lambda: not alive(pid))
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()


def test_the_real_clerk_knows_its_jobs_and_asking_it_loads_no_torch_here():
    code = """
import sys
from gancore.runtime.desk import Desk
desk = Desk(patience=60)
meta, arrays = desk.ask("augmentation", cutout=True)
print(meta["unseen"], arrays["gradient"].shape)
for job, settings in (("augmentation", {"contrast": 9}), ("dance", {})):
    try:
        desk.ask(job, **settings)
    except ValueError as error:
        print(error)
print("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "0.25 (32, 32)",
        "contrast is 9; allowed are 0.5 to 1.5",
        "job is 'dance'; allowed are augmentation, corruption",
        "False",
    ], done.stderr
