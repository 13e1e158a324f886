"""Whole runs in real worker processes, torch included."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from gancore.config import RunConfig
from gancore.runtime import Registry, decode
from gancore.runtime.protocol import Message, read_message

pytestmark = pytest.mark.processes

SMALL = RunConfig(steps=120, batch_size=32, seed=5)


@pytest.fixture(scope="module")
def server():
    with Registry(cap=2, warm=2) as made:
        yield made


def final_points(run):
    return decode(run.history.last.data)[1]["fake"].tobytes()


def test_a_run_is_the_same_watched_or_not_paced_or_not(server, until):
    alone = server.submit(SMALL, owner="a")
    watched = server.submit(SMALL, owner="a", paused=True)
    until(lambda: watched.state == "paused")
    assert watched.advance(1) == 1
    assert watched.advance(30) == 31
    watched.manifold(True)
    watched.pace(200)
    watched.play()
    until(lambda: watched.history.since(0)[-1].step > 60)
    watched.pause()
    watched.manifold(False)
    watched.pace(None)
    watched.play()
    until(lambda: watched.ended and alone.ended)
    assert (alone.state, watched.state) == ("finished", "finished")
    assert len(watched.history.since(0)) != len(alone.history.since(0))
    assert final_points(watched) == final_points(alone)


def test_it_is_the_run_that_the_trainer_makes_without_a_runtime(server, until):
    from gancore.runtime.frames import encode_snapshot
    from gancore.training.trainer import Trainer

    config = SMALL.changed(steps=20)
    run = server.submit(config, owner="a")
    until(lambda: run.ended)
    trainer = Trainer(config)
    trainer.advance(config.steps)
    _, arrays = decode(encode_snapshot(trainer.snapshot(), 0.0, "probability"))
    # One thread there, perhaps several here: the sums may differ in the last digits, and training magnifies that.
    np.testing.assert_allclose(decode(run.history.last.data)[1]["fake"], arrays["fake"], atol=0.01)


def test_frames_hold_what_the_viewer_draws(server, until):
    run = server.submit(SMALL, owner="a")
    until(lambda: run.ended)
    scene, fixed = decode(run.scene)
    assert len(scene["view"]) == 4
    assert fixed["centres"].shape == (SMALL.modes, 2)
    for frame in run.history.since(0):
        meta, arrays = decode(frame.data)
        assert meta["step"] == frame.step
        assert arrays["fake"].shape[0] == 1
        assert arrays["field"].ndim == 2
        assert arrays["arrows"].shape[1] == 2
        assert {"d_loss", "g_loss", "d_grad", "g_grad", "d_accuracy"} <= meta["scalars"].keys()
        assert frame.judged == ({"captured", "high_quality"} <= meta["scalars"].keys())
        assert len(frame.data) < 10_000
    for frame in (run.history.first, run.history.last):
        assert decode(frame.data)[0]["scalars"]["transport"][0] > 0


def test_a_run_on_images_holds_what_the_viewer_draws(server, until):
    config = RunConfig(data="digits", steps=30, batch_size=8, g_hidden=8, d_hidden=8, augment="diffaugment")
    run = server.submit(config, owner="a")
    until(lambda: run.ended)
    assert run.state == "finished"
    scene, fixed = decode(run.scene)
    assert (scene["kind"], scene["n"], scene["features"]) == ("images", 100, "digits-net")
    assert fixed["real"].shape == (64, 8, 8, 1)
    for frame in run.history.since(0):
        assert decode(frame.data)[1]["images"].shape == (64, 8, 8, 1)
    for frame in (run.history.first, run.history.last):
        meta, arrays = decode(frame.data)
        assert meta["scalars"]["fid"][0] > 0
        assert arrays["nearest"].shape == (8, 8, 8, 1)


def test_images_that_are_not_to_be_had_are_a_sentence(server, until, monkeypatch):
    monkeypatch.delenv("GANCORE_IMAGES", raising=False)
    with Registry(cap=1, warm=0) as bare:
        run = bare.submit(RunConfig(data="folder"), owner="a")
        until(lambda: run.ended)
    assert run.state == "failed"
    assert run.message.startswith("The run could not start: No folder is named")


def test_many_seeds_are_one_run(server, until):
    run = server.submit(SMALL.changed(steps=10), seeds=range(4), owner="a")
    until(lambda: run.ended)
    meta, arrays = decode(run.history.last.data)
    assert run.state == "finished"
    assert arrays["fake"].shape[0] == len(meta["scalars"]["captured"]) == 4
    assert "field" not in arrays


def test_an_absurd_learning_rate_is_a_divergence_with_its_step(server, until):
    run = server.submit(RunConfig(d_lr=1e6), owner="a")
    until(lambda: run.ended)
    assert run.state == "diverged"
    assert run.message.startswith("Diverged at step ")
    assert run.message.endswith("is no longer finite.")
    assert run.history.last.failure
    assert run.history.first.step == 0


def test_a_change_reaches_the_gan(server, until):
    run = server.submit(RunConfig(steps=1_000_000), owner="a")
    until(lambda: run.step > 0)
    at = until(lambda: run.set(d_lr=1e6))
    until(lambda: run.ended)
    assert run.state == "diverged"
    assert run.changes == [(at, "d_lr", 0.001, 1e6)]
    assert run.step >= at


def test_workers_are_used_again(server, until):
    runs = [server.submit(SMALL.changed(steps=5), owner="a") for _ in range(2)]
    until(lambda: all(run.ended for run in runs))
    before = set(server.pids)
    run = server.submit(RunConfig(), owner="a", paused=True)
    until(lambda: run.state == "paused")
    assert run.pid in before
    run.stop()


PARENT = """
import sys, time
from gancore.config import RunConfig
from gancore.runtime import Registry
server = Registry(warm=2, cap=2)
if sys.argv[1] == "killed":
    run = server.submit(RunConfig(steps=1_000_000), owner="a")
    while run.step == 0:
        time.sleep(0.02)
while len(server.pids) < 2:
    time.sleep(0.02)
print(*server.pids, flush=True)
if sys.argv[1] == "killed":
    time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("end", ["killed", "exits"])
def test_no_worker_outlives_its_parent(until, alive, end):
    """Killed while one worker trains; or gone in peace while they still import torch."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, end], stdout=subprocess.PIPE, text=True)
    try:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        if end == "killed":
            assert all(alive(pid) for pid in pids)
            parent.send_signal(signal.SIGKILL)
        parent.wait(60)
        until(lambda: not any(alive(pid) for pid in pids))
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()


NOISY = """
import os
from gancore.runtime.game import do_nothing
from gancore.runtime.worker import main

def shout():
    print("from Python", flush=True)
    os.write(1, b"from C")
    assert os.read(0, 10) == b""

main(None, shout, do_nothing)
"""


def test_what_libraries_print_goes_to_the_log_and_the_end_of_the_input_ends_the_process():
    worker = subprocess.Popen(
        [sys.executable, "-c", NOISY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    first = read_message(worker.stdout)
    out, log = worker.communicate(b"not a command\n", timeout=60)
    assert first == Message("ready", {})
    assert out == b""
    assert b"from Python" in log
    assert b"from C" in log
    assert b"not understood" in log
    assert worker.returncode == 0
