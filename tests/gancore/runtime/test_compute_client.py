"""The compute client: whoever asks gets their own answer, whatever becomes of the compute worker."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.process import WorkerProcess

pytestmark = pytest.mark.processes

TOY = str(Path(__file__).parent / "toy_compute_worker.py")


def toy_compute_worker(on_message, on_exit):
    return WorkerProcess(on_message, on_exit, (TOY,))


@pytest.fixture
def client():
    made = ComputeClient(make_worker=toy_compute_worker)
    yield made
    made.close()


def test_an_answer_is_meta_data_and_arrays(client):
    meta, arrays = client.ask("echo", count=4, name="é")
    assert meta == {"count": 4, "name": "é"}
    assert arrays["squares"].tolist() == [0, 1, 4, 9]


def test_everyone_gets_their_own_answer(client):
    def ask(count):
        return client.ask("echo", count=count)[1]["squares"].size

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(200))) == list(range(200))


def test_it_starts_with_the_first_question(client, alive):
    assert client.pid is None
    client.ask("echo")
    first = client.pid
    client.ask("echo")
    assert client.pid == first
    assert alive(first)


def test_what_is_wrong_comes_back_as_a_sentence_and_the_worker_goes_on(client):
    with pytest.raises(ValueError, match=r"^count is -1; allowed are 0 to 9$"):
        client.ask("wrong")
    with pytest.raises(ValueError, match="job is 'dance'; allowed are echo, slow"):
        client.ask("dance")
    pid = client.pid
    with pytest.raises(ValueError, match="RuntimeError") as caught:
        client.ask("broken")
    assert "secrets" not in str(caught.value)
    assert client.ask("echo")[0] == {}
    assert client.pid == pid


def test_what_cannot_be_sent_is_refused_and_nothing_waits(client):
    for wrong in (float("nan"), {1, 2}):
        with pytest.raises((ValueError, TypeError)):
            client.ask("echo", value=wrong)
    assert client.ask("echo", count=1)[0] == {"count": 1}


def test_whoever_asked_a_worker_that_dies_is_told_and_the_next_question_finds_a_new_one(client, until, alive):
    client.ask("echo")
    first = client.pid
    with ThreadPoolExecutor(3) as pool:
        before = pool.submit(client.ask, "slow", seconds=0.5)
        until(lambda: len(client._questions) == 1)
        fatal = pool.submit(client.ask, "die")
        until(lambda: len(client._questions) == 2)
        behind = pool.submit(client.ask, "echo")
        assert before.result()[0] == {"seconds": 0.5}
        for lost in (fatal, behind):
            with pytest.raises(ValueError, match=r"died .exit code 7.*starts anew"):
                lost.result()
    assert client.pid is None
    assert client.ask("echo", count=2)[0] == {"count": 2}
    assert client.pid != first
    assert not alive(first)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_worker_that_was_killed_while_nobody_asked_is_not_missed(client, until):
    client.ask("echo")
    first, process = client.pid, client._worker.process
    os.kill(first, signal.SIGKILL)
    until(lambda: process.poll() is not None)  # its last thread is gone too, and nobody reads what it is asked
    assert client.ask("echo", count=5)[0] == {"count": 5}  # perhaps before the compute client has noticed
    assert client.pid != first


def test_nobody_waits_for_ever(client):
    client.ask("echo")
    client._patience = 0.3
    for job, settings in (("slow", {"seconds": 2.0}), ("echo", {})):  # the one that is being done, and one behind it
        with pytest.raises(ValueError, match=r"within 0\.3 s"):
            client.ask(job, **settings)


def test_a_question_that_was_given_up_is_left_out(client, until):
    client.ask("echo")
    hasty = client._patience
    with ThreadPoolExecutor(2) as pool:
        busy = pool.submit(client.ask, "slow", seconds=1.0)
        until(lambda: client._questions)
        client._patience = 0.2
        with pytest.raises(ValueError, match="No answer"):
            client.ask("slow", seconds=0.0)
        client._patience = hasty
        busy.result()
    assert client.ask("history")[0]["done"] == ["echo", "slow"]


def test_warming_does_a_job_once_for_each_worker(client):
    for _ in range(3):
        client.warm("echo")
    assert client.ask("history")[0]["done"] == ["echo"]
    with pytest.raises(ValueError, match="died"):
        client.ask("die")
    assert client.ask("history")[0]["done"] == []  # another one
    client.warm("echo")
    assert client.ask("history")[0]["done"] == ["echo"]


def test_a_closed_client_refuses_and_leaves_no_process(client, until, alive):
    client.ask("echo")
    pid = client.pid
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(client.ask, "slow", seconds=60)
        until(lambda: client._questions)
        client.close()
        with pytest.raises(ValueError, match="died"):
            waits.result()
    assert not alive(pid)
    with pytest.raises(ValueError, match="ending"):
        client.ask("echo")


PARENT = """
import sys, threading, time
from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.process import WorkerProcess
client = ComputeClient(make_worker=lambda *callbacks: WorkerProcess(*callbacks, (sys.argv[2],)))
client.ask("echo")
if sys.argv[1] == "killed":
    threading.Thread(target=client.ask, args=("slow",), kwargs={"seconds": 600}, daemon=True).start()
    time.sleep(0.2)
print(client.pid, flush=True)
if sys.argv[1] == "killed":
    time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("end", ["killed", "exits"])
def test_the_worker_does_not_outlive_its_parent(until, alive, end):
    """Killed while the compute worker computes; or gone in peace."""
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


def test_the_real_worker_knows_its_jobs_and_asking_it_loads_no_torch_here():
    code = """
import sys
from gancore.runtime.compute_client import ComputeClient
client = ComputeClient(patience=60)
meta, arrays = client.ask("augmentation", cutout=True)
print(meta["unseen"], arrays["gradient"].shape)
for job, settings in (("augmentation", {"contrast": 9}), ("dance", {})):
    try:
        client.ask(job, **settings)
    except ValueError as error:
        print(error)
print("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "0.25 (32, 32)",
        "contrast is 9; allowed is from 0.5 to 1.5",
        "job is 'dance'; allowed are augmentation, corruption, first_gan",
        "False",
    ], done.stderr
