"""What compiling costs the runs beside it, when it takes over, and what it brings. `python -m benchmarks.swapping`

Steps/s of runs in real workers: as they are, while their steps are compiled, and compiled. Each round is of a network
that was not compiled before; with one run there is a core to spare where there are two, with two runs there is none.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from itertools import count
from statistics import median

from benchmarks.kinds import empty_store
from gancore.config import RunConfig
from gancore.runtime import Registry, Run
from gancore.runtime.compiler import Compiler

LEAD = 2.0  # seconds until a run's first steps are behind it, and its compiling has begun
PATIENCE = 600.0


def rate(runs: Sequence[Run], goes_on: Callable[[], bool]) -> float:
    """Steps/s of all runs together, while something goes on."""
    before, began = [run.step for run in runs], time.perf_counter()
    while goes_on():
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError("nothing was compiled")
        for run in runs:
            run.look()
        time.sleep(0.05)
    return sum(run.step - step for run, step in zip(runs, before, strict=True)) / (time.perf_counter() - began)


def for_a_while(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() < end


def measure(runs: int, seconds: float, width: int) -> tuple[float, float, float, float]:
    """Steps/s as they are, while being compiled, and compiled; and seconds until compiled steps took over."""
    configs = [RunConfig(steps=1_000_000, g_hidden=width, d_hidden=width, seed=seed) for seed in range(runs)]
    with Registry(cap=runs, warm=runs) as plain:
        while plain.ready < runs:
            time.sleep(0.1)
        going = [plain.submit(config, owner="benchmark") for config in configs]
        rate(going, for_a_while(LEAD))
        before = rate(going, for_a_while(seconds))
    with Registry(cap=runs, warm=runs, make_compiler=Compiler) as server:
        while server.ready < runs:
            time.sleep(0.1)
        began = time.perf_counter()
        going = [server.submit(config, owner="benchmark") for config in configs]
        rate(going, for_a_while(LEAD))
        during = rate(going, lambda: any(run.compiled_at is None for run in going))
        took = time.perf_counter() - began
        after = rate(going, for_a_while(seconds))
    return before, during, after, took


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each measurement (default: 5)")
    options = parser.parse_args(argv)
    widths = count(60)
    with empty_store():
        print("| | as it is, steps/s | while compiling | compiled | compiled after |")
        print("|---|---:|---:|---:|---:|")
        for runs, name in ((1, "one run"), (2, "two runs")):
            found = [measure(runs, options.seconds, next(widths)) for _ in range(options.rounds)]
            before = median(each[0] for each in found)
            during, after = (median(each[i] / each[0] for each in found) for i in (1, 2))
            took = median(each[3] for each in found)
            print(f"| {name} | {before:,.0f} | × {during:.2f} | × {after:.2f} | {took:.0f} s |")


if __name__ == "__main__":
    main()
