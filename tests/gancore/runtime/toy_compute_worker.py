"""A compute worker whose jobs are toys: it needs no torch and breaks when it is told to."""

import os
import sys
import time

import numpy as np

from gancore.runtime.compute_worker import main
from gancore.runtime.game import do_nothing

done = []


def echo(settings):
    done.append("echo")
    print("this goes to the log", flush=True)
    return dict(settings), {"squares": np.arange(settings.get("count", 3), dtype=np.float32) ** 2}


def slow(settings):
    done.append("slow")
    time.sleep(settings["seconds"])
    return dict(settings), {}


def history(settings):
    return {"done": list(done)}, {}


def wrong(settings):
    raise ValueError("count is -1; allowed are 0 to 9")


def broken(settings):
    raise RuntimeError("secrets of the server")


def die(settings):
    sys.stderr.flush()
    os._exit(7)


if __name__ == "__main__":
    main({each.__name__: each for each in (echo, slow, history, wrong, broken, die)}, do_nothing)
