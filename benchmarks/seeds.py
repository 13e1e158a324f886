"""Sixteen seeds on all cores: one run in several processes against the same in one. `python -m benchmarks.seeds`

Each run goes through a worker of its own, as a page's does, frames included and nothing compiled; GAN steps a second by
the worker's clock. Three sides take step functions, round by round: kept whole, split into a process a core, and as it
comes, where a rehearsal decides. What else the machine does weighs on the split side most: read it on an idle one."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from gancore.config import RunConfig
from gancore.processor import processor
from gancore.runtime import Registry
from gancore.runtime.game import Game, Progress
from gancore.runtime.process import WorkerProcess
from gancore.runtime.sharding import ShardedTrainer, most_shards, usable_cores
from gancore.runtime.worker import main as serve
from gancore.runtime.worker import make_trainer
from gancore.training.trainer import Trainer

CONFIG = RunConfig(steps=1_000_000, batch_size=128, g_hidden=64, d_hidden=64, latent_dim=16)
SEEDS = 16
SETTLED = 2.0  # seconds of a run that are not counted: its rehearsal is among them


class Whole(ShardedTrainer):
    """Never looks whether several processes were faster."""

    def __init__(self, config: RunConfig, seeds: Sequence[int], device: str, progress: Progress | None = None) -> None:
        super().__init__(Trainer(config, seeds, device))
        self._most = 1


def split(config: RunConfig, seeds: Sequence[int], device: str, progress: Progress | None = None) -> Game:
    trainer = Trainer(config, seeds, device)
    game = ShardedTrainer(trainer)
    game.split(most_shards(trainer, usable_cores()))
    return game


SIDES: dict[str, Callable[..., Game]] = {"whole": Whole, "split": split, "as it comes": make_trainer}


class Round(NamedTuple):
    """GAN steps a second of one run, and the processes that trained it."""

    rate: float
    processes: int


def run_of(server: Registry, seconds: float) -> Round:
    run = server.submit(CONFIG, seeds=range(SEEDS), owner="benchmark")
    while run.history.last is None or run.history.last.time < SETTLED + seconds:
        time.sleep(0.05)
    assert run.pid is not None
    processes = 1 + len(children(run.pid))
    frames = [frame for frame in run.history.since(0) if frame.time >= SETTLED]
    run.stop()
    while run.pid is not None:
        time.sleep(0.01)
    first, last = frames[0], frames[-1]
    return Round(SEEDS * (last.step - first.step) / (last.time - first.time), processes)


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def measure(rounds: int, seconds: float) -> dict[str, list[Round]]:
    found: dict[str, list[Round]] = {name: [] for name in SIDES}
    servers: dict[str, Registry] = {}
    for name in SIDES:
        make_worker = partial(WorkerProcess, command=("-m", "benchmarks.seeds", "--serve", name))
        servers[name] = Registry(cap=1, warm=1, make_worker=make_worker)
    try:
        while not all(server.ready for server in servers.values()):
            time.sleep(0.05)
        for _ in range(rounds):
            for name, server in servers.items():
                found[name].append(run_of(server, seconds))
    finally:
        for server in servers.values():
            server.close()
    return found


def table(found: dict[str, list[Round]]) -> str:
    """The figures as markdown."""
    lines = [
        f"{date.today()}, {processor()}, {usable_cores()} cores, load {os.getloadavg()[0]:.1f}; {SEEDS} seeds, "
        f"ring-{CONFIG.modes}, {CONFIG.g_hidden} wide, batch {CONFIG.batch_size}, through a worker, not compiled; "
        f"medians of {len(found['whole'])} rounds.",
        "",
        "| | GAN steps/s | against whole (quartiles) | processes |",
        "|---|---:|---:|---:|",
    ]
    for name, side in found.items():
        ratios = [mine.rate / theirs.rate for mine, theirs in zip(side, found["whole"], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
        processes = ", ".join(str(each.processes) for each in side)
        rate = statistics.median(each.rate for each in side)
        lines.append(f"| {name} | {rate:,.0f} | **{middle:.2f}** ({low:.2f}–{high:.2f}) | {processes} |")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds, at least 2 (default: 5)")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds counted of each run (default: 4)")
    parser.add_argument("--serve", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.serve:
        serve(SIDES[options.serve])
    print(table(measure(max(options.rounds, 2), options.seconds)))


if __name__ == "__main__":
    main()
