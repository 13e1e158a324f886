"""Memory over a long run at full speed. `python -m benchmarks.soak --minutes 60`

Runs in a worker of a real registry, compiled beside them, one after the other where one reaches its last step, never
paused, their frames asked for four times a second as a page does, and let go. Each minute: resident memory of the
worker and of this process, which stands for the web process; frames kept and how far they lie apart. At the end how
fast memory grew once the history was full, after some two minutes, by least squares. With `--hostile` it is another
soak: `benchmarks.hostile`.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.watching import POLL
from gancore.config import RunConfig
from gancore.runtime import Registry, Run
from gancore.runtime.compiler import Compiler

LONGEST = 1_000_000  # steps, the most that a run may have


@dataclass(frozen=True)
class Moment:
    """Seconds since the beginning; MiB of the worker and of this process; frames of this run that have come, those
    that are kept, and the longest and the median time between two of them, seconds."""

    seconds: float
    worker: float
    here: float
    came: int
    kept: int
    widest: float
    usual: float


def resident(pid: int | str) -> float:
    """MiB of memory that a process holds now; "self" is this one."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no resident memory; a living one is needed")


def moment(run: Run, seconds: float) -> Moment:
    frames = run.history.since(0)
    apart = [after.time - before.time for before, after in itertools.pairwise(frames)] or [0.0]
    worker = float("nan") if run.pid is None else resident(run.pid)
    return Moment(seconds, worker, resident("self"), frames[-1].seq, len(frames), max(apart), float(np.median(apart)))


def slope(moments: Sequence[Moment], name: str) -> float:
    """MiB an hour by which memory grew once the history was full, that is, since a frame had first been given up; NaN
    from fewer than two moments."""
    full = next((i for i, each in enumerate(moments) if each.kept < each.came), len(moments))
    late = moments[full:]
    if len(late) < 2:
        return float("nan")
    hours = np.array([each.seconds / 3600 for each in late])
    return float(np.polyfit(hours, [getattr(each, name) for each in late], 1)[0])


def soak(config: RunConfig, seeds: Sequence[int], minutes: float, every: float = 60.0) -> list[Moment]:
    """Trains for so many minutes, prints a line each `every` seconds, and returns what they say."""
    moments: list[Moment] = []
    with Registry(cap=1, warm=1, make_compiler=Compiler) as server:
        run, seq = begun(server, config, seeds), 0
        began = time.monotonic()
        while (now := time.monotonic() - began) <= 60 * minutes + POLL:
            run.look()
            seq = max([seq, *(frame.seq for frame in run.history.since(seq))])
            if run.state == "finished":
                run, seq = begun(server, config, seeds), 0
            elif run.ended:
                raise RuntimeError(f"the run ended before its time: {run.message}")
            if now >= every * (len(moments) + 1):
                moments.append(moment(run, now))
                report(moments[-1])
            time.sleep(POLL)
        run.stop()
    return moments


def begun(server: Registry, config: RunConfig, seeds: Sequence[int]) -> Run:
    run = server.submit(config, seeds=list(seeds), owner="soak")
    while run.history.last is None:
        time.sleep(0.05)
    return run


def report(each: Moment) -> None:
    print(
        f"{each.seconds / 60:6.1f} min   worker {each.worker:7.1f} MiB   web {each.here:7.1f} MiB   "
        f"frames {each.came:7,} came, {each.kept:5,} kept, {each.usual:5.2f} s apart, at most {each.widest:5.2f} s",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Memory over a long run at full speed.")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seeds", type=int, default=1, help="trained at once")
    parser.add_argument("--hostile", action="store_true", help="random users instead, some of whom mean harm")
    options = parser.parse_args()
    if options.hostile:
        from benchmarks import hostile

        hostile.main(options.minutes)
        return
    moments = soak(RunConfig(steps=LONGEST), range(options.seeds), options.minutes)
    print(f"worker grew by {slope(moments, 'worker'):+8.2f} MiB an hour once the history was full")
    print(f"web grew by    {slope(moments, 'here'):+8.2f} MiB an hour once the history was full")


if __name__ == "__main__":
    main()
