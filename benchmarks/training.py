"""Training steps a second against a plain PyTorch loop as tutorials write it. `python -m benchmarks.training`

Each kind of trainer, the plain loop and, where there is one, a peer in JAX, round by round; all on one core, timed in
their own seconds of CPU, but where all cores train or a GPU does: there in wall time. Before a race all sides take the
same steps from the same weights on the same numbers and must agree. Takes some minutes, most of them to compile.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from contextlib import ExitStack, nullcontext
from datetime import date
from typing import NamedTuple

import torch

from benchmarks.fairness import assert_fair
from benchmarks.jax_peer import JaxPeer, has_jax, jax_peer
from benchmarks.kinds import Compiling, compile_turns, empty_store, prepare
from benchmarks.plain_loop import PLAIN, plain_loop, products
from benchmarks.races import (
    Arguments,
    Race,
    finished,
    gflops,
    in_turn,
    matrix_product,
    one_core,
    race,
    row,
    table,
    timed,
)
from gancore.compiling.build import CompileError
from gancore.config import RunConfig
from gancore.processor import processor
from gancore.runtime.sharding import ShardedTrainer
from gancore.training.trainer import Trainer

CONFIG = RunConfig(batch_size=128, g_hidden=64, d_hidden=64, latent_dim=16, d_lr=1e-3, g_lr=1e-3)
UNROLLED = CONFIG.changed(unroll_steps=5)
REPLICAS = 8
SEEDS = 16


class Workload(NamedTuple):
    """So many replicas of one configuration."""

    name: str
    config: RunConfig
    replicas: int


WORKLOADS = (
    Workload("plain step", CONFIG, 1),
    Workload(f"plain step, {REPLICAS} replicas", CONFIG, REPLICAS),
    Workload("unrolled K=5", UNROLLED, 1),
    Workload(f"unrolled K=5, {REPLICAS} replicas", UNROLLED, REPLICAS),
)


class Compiled(NamedTuple):
    """What compiling a workload took: our steps, unless they could not be; seconds of JAX from nothing, if there."""

    name: str
    ours: Compiling | None
    jax: float | None


def measured(work: Workload, device: str, jax: JaxPeer | None, args: Arguments) -> tuple[Race, Compiled]:
    """All ways to one workload."""
    name, config, replicas = work
    seeds = range(replicas)
    on_gpu = device == "cuda"
    clock = time.perf_counter if on_gpu else time.process_time
    with empty_store():
        makes, ours = prepare(config, replicas, device)
        with nullcontext() if on_gpu else one_core():
            loops = [plain_loop(Trainer(config, (seed,), device), seed) for seed in seeds]
            ways = [timed(PLAIN, finished(in_turn([each.advance for each in loops]), device), clock)]
            for kind, make in makes.items():
                assert_fair(config, plain_loop, seeds, make, device)
                ways.append(timed(kind, finished(make(config, seeds, device).advance, device), clock))
            if jax is not None:
                assert_fair(config, jax.begin, seeds)
                ways.append(jax.way())
            flops = products(plain_loop(Trainer(config, (0,), device)))
            found = race(name, ways, replicas, flops, matrix_product(device, clock), args)
    return found, Compiled(name, ours, jax.compiling if jax is not None else None)


def on_all_cores(args: Arguments) -> Race:
    """Sixteen seeds, in one process and in several, against sixteen plain loops in turn on one core; in wall time."""
    clock = time.perf_counter
    loops = [plain_loop(Trainer(CONFIG, (seed,), "cpu"), seed) for seed in range(SEEDS)]
    ways = [timed(PLAIN, in_turn([each.advance for each in loops]), clock)]
    with empty_store(), ExitStack() as until_raced:
        for kind, make in prepare(CONFIG, SEEDS, "cpu").makes.items():
            ways.append(timed(kind, make(CONFIG, range(SEEDS), "cpu").advance, clock))
            several = until_raced.enter_context(ShardedTrainer(Trainer(CONFIG, range(SEEDS), "cpu")))
            settle(several)
            if kind == "compiled":
                for config, replicas in several.use_compiled().missing:
                    compile_turns(config, replicas)
                if not several.use_compiled().compiled:
                    raise CompileError(f"not all step functions are compiled for a run in {several.shards} processes")
            # In how many processes is found out while it is raced, too: `benchmarks.seeds` says.
            ways.append(timed(f"{kind}, free to split", several.advance, clock))
        flops = products(plain_loop(Trainer(CONFIG, (0,), "cpu")))
        return race(f"{SEEDS} seeds, wall time", ways, SEEDS, flops, matrix_product("cpu", clock), args)


def settle(trainer: ShardedTrainer, seconds: float = 5) -> None:
    """Trains for as long as it takes to find out in how many processes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        trainer.advance(8)


def heading(device: str, races: list[Race], jax: str) -> str:
    where = f"{processor()}, {os.cpu_count()} cores" if device == "cpu" else torch.cuda.get_device_name()
    return (
        f"{date.today()}, {where}; Python {platform.python_version()}, torch {torch.__version__}, {jax}; MLPs with two "
        f"hidden layers of {CONFIG.g_hidden}, batch {CONFIG.batch_size}, latent {CONFIG.latent_dim}, Adam; medians of "
        f"{len(races[0].products)} rounds. A large matrix product reaches {gflops(races):,.0f} GFLOP/s in the same run"
        f"{', on one core' if device == 'cpu' else ''}."
    )


def compiling_table(found: list[Compiled]) -> str:
    """Seconds to compile, as markdown."""
    lines = [row(("seconds to compile", "from nothing", "from the store", "JAX, from nothing")), "|---|---:|---:|---:|"]
    for name, ours, jax in found:
        cold, stored = (f"{ours.cold:.0f}", f"{ours.stored:.2f}") if ours else ("–", "–")
        lines.append(row((name, cold, stored, "–" if jax is None else f"{jax:.0f}")))
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each race, at least 2 (default: 9)")
    parser.add_argument("--seconds", type=float, default=0.5, help="length of one way's block (default: 0.5)")
    parser.add_argument("--jax", default=sys.executable, metavar="PYTHON", help="a Python that has JAX (default: this)")
    options = parser.parse_args(argv)
    args = Arguments(max(options.rounds, 2), options.seconds)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with jax_peer(options.jax) if has_jax(options.jax) else nullcontext() as jax:
            measurements = [measured(work, "cpu", jax, args) for work in WORKLOADS]
            version = f"JAX {jax.version}" if jax is not None else "JAX not installed"
        races = [found for found, _ in measurements]
        races.append(on_all_cores(args))
        print(heading("cpu", races, version), table(races, (PLAIN, "JAX")), sep="\n\n")
        print("", compiling_table([compiled for _, compiled in measurements]), sep="\n")
        if torch.cuda.is_available():
            races = [measured(work, "cuda", None, args)[0] for work in WORKLOADS]
            print("", heading("cuda", races, "no JAX"), "", table(races, (PLAIN,)), sep="\n")
    finally:
        torch.set_num_threads(threads)


if __name__ == "__main__":
    main()
