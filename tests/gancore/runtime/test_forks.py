"""Copies of a process: what they say, and that they go."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gancore.runtime.forks import ElsewhereError, Fork

pytestmark = [pytest.mark.processes, pytest.mark.skipif(sys.platform != "linux", reason="only Linux is forked")]


def asked(fork, *request):
    fork.ask(*request)
    return fork.answer()


def descriptors(pid="self"):
    """number -> what it is"""
    found = list(Path(f"/proc/{pid}/fd").iterdir())
    return {each.name: str(each.readlink()) for each in found if each.is_symlink()}  # that of the list is gone


@pytest.fixture
def fork():
    made = []

    def make(work, name="the test"):
        made.append(Fork(work, name))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_copy_has_what_the_process_had_and_goes_its_own_way(fork):
    numbers = [1]

    def add(number):
        numbers.append(number)
        return os.getpid(), list(numbers)

    one, other = fork(add), fork(add)
    assert asked(one, 2) == (one.pid, [1, 2])
    assert asked(one, 3) == (one.pid, [1, 2, 3])
    assert asked(other, 4) == (other.pid, [1, 4])
    assert numbers == [1]


def test_copies_work_at_the_same_time(fork, tmp_path):
    def meet(mine, theirs):
        (tmp_path / mine).touch()
        while not (tmp_path / theirs).exists():
            time.sleep(0.001)

    one, other = fork(meet), fork(meet)
    one.ask("a", "b")
    other.ask("b", "a")
    assert one.answer() is other.answer() is None


def test_an_error_comes_home_with_its_traceback_and_the_copy_goes_on(fork):
    def divide(by):
        return 1 / by

    one = fork(divide, "some seeds")
    with pytest.raises(ZeroDivisionError) as caught:
        asked(one, 0)
    assert isinstance(caught.value.__cause__, ElsewhereError)
    said = str(caught.value.__cause__)
    assert said.startswith("in the process of some seeds\n")
    assert "return 1 / by" in said
    assert asked(one, 2) == 0.5


class HomelessError(Exception):
    """Can be packed and not unpacked: what it is made of is not what it is made with."""

    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def test_what_cannot_travel_is_said(fork):
    class LocalError(Exception):
        """Cannot even be packed."""

    def fail(what):
        if what == "homeless":
            raise HomelessError(1, 2)
        if what == "local":
            raise LocalError("from here")
        return lambda: None

    one = fork(fail)
    with pytest.raises(RuntimeError, match="HomelessError: 1 and 2"):
        asked(one, "homeless")
    with pytest.raises(RuntimeError, match="LocalError: from here"):
        asked(one, "local")
    with pytest.raises(Exception, match=r"[Pp]ickle"):
        asked(one, "result")


@pytest.mark.parametrize(
    ("dies", "how"),
    [(lambda: os.kill(os.getpid(), signal.SIGKILL), "signal 9, SIGKILL"), (lambda: os._exit(3), "exit code 3")],
    ids=["killed", "left"],
)
def test_one_that_dies_at_work_is_an_error_with_its_name(fork, dies, how):
    one = fork(dies, "the seeds 8, 9")
    with pytest.raises(ChildProcessError, match=f"the seeds 8, 9 has ended, {how}"):
        asked(one)


def test_one_that_died_before_it_was_asked_is_no_other(fork):
    one = fork(os.getpid)
    os.kill(one.pid, signal.SIGKILL)
    os.waitid(os.P_PID, one.pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(ChildProcessError, match="signal 9"):
        asked(one)
    with pytest.raises(ChildProcessError):
        asked(one)


def test_it_goes_with_its_object_and_leaves_nothing_behind(alive, until):
    before = descriptors()
    pids = []
    for _ in range(20):
        one, other = Fork(os.getpid, "one"), Fork(time.sleep, "other")
        pids += [asked(one), other.pid]
        other.ask(1000)  # whatever it is doing
        del one, other
    gc.collect()
    assert descriptors().keys() == before.keys()
    until(lambda: not any(map(alive, pids)))
    for pid in pids:
        with pytest.raises(ChildProcessError):  # no zombie
            os.waitpid(pid, os.WNOHANG)


def test_it_holds_no_descriptor_of_its_parent_s(fork):
    inherited = os.pipe()
    stdin = os.dup(0)
    os.dup2(inherited[0], 0)  # as of a worker, whose commands come that way
    try:
        sibling, one = fork(os.getpid), fork(os.getpid)
    finally:
        os.dup2(stdin, 0)
        os.close(stdin)
    asked(sibling)
    asked(one)
    held = descriptors(one.pid)
    for each in inherited:
        os.close(each)
    assert held["0"] == os.devnull
    assert held["1"] == held["2"]  # what is printed goes to the log
    others = [what for descriptor, what in held.items() if int(descriptor) > 2]
    assert len(others) == 1
    assert others[0].startswith("socket:")
    assert others[0] not in descriptors(sibling.pid).values()


BUSY_PARENT = """
import os, sys, threading, time
from gancore.runtime.forks import Fork

waiting, busy, late = Fork(os.getpid, "one"), Fork(time.sleep, "two"), Fork(time.sleep, "three")
busy.ask(0.3)
print(waiting.pid, busy.pid, late.pid, flush=True)
time.sleep(1000)
"""


def test_it_does_not_outlive_its_parent(alive, until):
    parent = subprocess.Popen([sys.executable, "-c", BUSY_PARENT], stdout=subprocess.PIPE, text=True)
    pids = [int(each) for each in parent.stdout.readline().split()]
    assert all(map(alive, pids))
    parent.kill()
    parent.wait()
    assert parent.stdout.read() == ""  # its output ends though a copy may still be busy
    parent.stdout.close()
    until(lambda: not any(map(alive, pids)))


def test_locks_that_other_threads_hold_do_not_matter(fork):
    """As in a worker: one thread blocks in reading a pipe, another in printing, a third holds a lock of its own."""
    reading, writing = os.pipe()
    source = os.fdopen(reading, "rb")
    lock, held, done = threading.Lock(), threading.Event(), threading.Event()

    def hold():
        with lock:
            held.set()
            done.wait()

    threads = [threading.Thread(target=source.readline), threading.Thread(target=hold)]
    for each in threads:
        each.start()
    held.wait()
    try:
        one = fork(lambda: sum(range(1000)))
        assert asked(one) == 499500
    finally:
        done.set()
        os.write(writing, b"\n")
        for each in threads:
            each.join()
        os.close(writing)
        source.close()


SEVERAL_THREADS_BEFORE = """
import torch
from torch.nn.functional import conv2d
from gancore.runtime.forks import Fork

def work():
    torch.set_num_threads(1)
    w = torch.randn(300, 300, requires_grad=True)
    (torch.bmm(w.expand(4, -1, -1), torch.randn(4, 300, 300)).exp().sum()).backward()
    conv2d(torch.randn(64, 8, 32, 32), torch.randn(16, 8, 3, 3)).sum()
    return torch.get_num_threads(), w.grad.shape[0]

torch.set_num_threads(2)
work_before = torch.randn(2000, 2000) @ torch.randn(2000, 2000)
conv2d(torch.randn(64, 8, 32, 32), torch.randn(16, 8, 3, 3)).sum()
one = Fork(work, "one")
one.ask()
print(*one.answer())
"""


def test_torch_works_on_one_thread_after_several_were_used():
    done = subprocess.run(
        [sys.executable, "-c", SEVERAL_THREADS_BEFORE],
        env={**os.environ, "OMP_NUM_THREADS": "2"}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("1 300\n", 0), done.stderr
