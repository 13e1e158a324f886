"""Toy workers, and patience: nothing here asserts how long anything takes."""

import importlib.util
import os
import sys
import time
from pathlib import Path

import pytest

from gancore.runtime import Registry
from gancore.runtime.process import WorkerProcess

HERE = Path(__file__).parent
DEADLINE = 60.0


@pytest.fixture(scope="session")
def toy():
    """The module `toy_worker`."""
    spec = importlib.util.spec_from_file_location("toy_worker", HERE / "toy_worker.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["toy_worker"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def until():
    """`until(condition)` waits until it holds and returns what it gave."""

    def wait(condition, what="the condition"):
        end = time.monotonic() + DEADLINE
        while not (value := condition()):
            assert time.monotonic() < end, f"{what} did not come true in {DEADLINE:g} s"
            time.sleep(0.005)
        return value

    return wait


@pytest.fixture(scope="session")
def alive():
    """`alive(pid)`: whether that process runs; one that nobody has buried yet does not."""

    def is_alive(pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return not Path("/proc/self").exists()  # no such file system here: the signal has to do
        return stat.rpartition(")")[2].split()[0] != "Z"

    return is_alive


@pytest.fixture
def registry():
    """`registry(**options)`: a registry of toy workers, closed after the test."""
    made = []

    def make_worker(on_message, on_exit):
        return WorkerProcess(on_message, on_exit, (str(HERE / "toy_worker.py"),))

    def make(**options):
        made.append(Registry(**{"warm": 0, "make_worker": make_worker, **options}))
        return made[-1]

    yield make
    for each in made:
        each.close()
