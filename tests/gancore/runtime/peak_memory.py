"""Peak memory of trainings, each in a copy of one warm worker: reads [config, seeds] a line, writes bytes a line.

First come the bytes of the warm worker; then, for each run, what its copy held at most beyond what it began with.
"""

import json
import os
import sys
from pathlib import Path

from gancore.config import RunConfig
from gancore.runtime.worker import make_trainer, warm_up


def held(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def peak(config, seeds):
    """Bytes of a few steps and two of the largest frames."""
    before = held("VmRSS")
    game = make_trainer(RunConfig.from_json(config), range(seeds), "cpu")
    game.scene()
    for steps in (2, 1):
        game.snapshot(measure=True, manifold=True)
        game.advance(steps)
    return held("VmHWM") - before


def main():
    warm_up()
    print(held("VmRSS"), flush=True)
    for line in sys.stdin:
        read, write = os.pipe()
        if not (pid := os.fork()):
            os.write(write, str(peak(*json.loads(line))).encode())
            os._exit(0)
        os.close(write)
        print(os.read(read, 100).decode() or "nan", flush=True)
        os.close(read)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
