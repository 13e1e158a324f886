"""What compiling costs and what it gives, game by game. `python -m benchmarks.compiling`

One row for all presets and remedies that compile alike, named after the first: how long it takes from nothing, in a
process of its own; GAN-steps/s of both kinds, round by round in turn; and how far a compiled step leads from the plain
one. That is measured from where the plain run stands at each of its first hundred steps: a game is chaotic, and would
make of the first rounding error whatever it likes.
"""

from __future__ import annotations

import argparse
import platform
import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import torch

from benchmarks.kinds import compile_turns, compiled, empty_store
from benchmarks.races import one_core
from gancore.compiling.plan import canonical_config
from gancore.config import RunConfig
from gancore.experiments.presets import PRESETS
from gancore.experiments.remedies import config_of, places
from gancore.processor import processor
from gancore.training.frozen_generator import games_of
from gancore.training.trainer import Trainer

STEPS = 100  # over which the two are compared
HEADS = ("game", "compiling, s", "of a processor, s", "plain, GAN-steps/s", "compiled", "ratio (quartiles)", "gap")


class Row(NamedTuple):
    """Of one game.

    cold, processor: seconds until its turns are compiled, by the clock and of all processors, imports included; plain,
    compiled: GAN-steps a second, one number a round; gap: the largest ‖compiled - plain‖ / ‖plain‖ of either player's
    weights after one step.
    """

    cold: float
    processor: float
    plain: list[float]
    compiled: list[float]
    gap: float


def games() -> dict[RunConfig, list[str]]:
    """What presets and remedies play, each game once, with the names of all that play it."""
    named = [(name, preset.config) for name, preset in PRESETS.items()]
    named += [(f"{remedy.name} on {data}", config_of(remedy, data)) for remedy, data in places()]
    found: dict[RunConfig, list[str]] = {}
    for name, config in named:
        for game in games_of(config):
            found.setdefault(canonical_config(game), []).append(name)
    return found


def gap(game: RunConfig, replicas: int) -> float:
    """The largest relative distance between the two kinds of steps, each begun where the plain run stands."""
    plain, quick = Trainer(game, range(replicas), "cpu"), compiled(game, range(replicas), "cpu")
    most = 0.0
    for _ in range(STEPS):
        quick.g, quick.d = plain.g, plain.d
        plain.advance(1)
        quick.advance(1)
        for one, other in ((plain.g.params, quick.g.params), (plain.d.params, quick.d.params)):
            most = max(most, ((other - one).norm() / one.norm()).item())
    return most


def measured(game: RunConfig, replicas: int, rounds: int, seconds: float) -> Row:
    """Raises CompileError where the game cannot be compiled."""
    with empty_store():
        before = _of_children()
        cold = compile_turns(game, replicas).cold
        took = _of_children() - before
        trainers = Trainer(game, range(replicas), "cpu"), compiled(game, range(replicas), "cpu")
        with one_core():
            plain, quick = _rates(trainers, replicas, rounds, seconds)
        if any(each.diverged for each in trainers):
            raise ValueError(f"{game.to_query()} does not stay finite: its steps cannot be timed")
        return Row(cold, took, plain, quick, gap(game, replicas))


def _rates(trainers: Sequence[Trainer], replicas: int, rounds: int, seconds: float) -> list[list[float]]:
    """GAN-steps a second of each trainer, one number a round."""
    blocks = [_fitting(each, seconds) for each in trainers]
    rates: list[list[float]] = [[] for _ in trainers]
    for _ in range(rounds):
        for trainer, steps, found in zip(trainers, blocks, rates, strict=True):
            began = time.process_time()
            trainer.advance(steps)
            found.append(replicas * steps / (time.process_time() - began))
    return rates


def _fitting(trainer: Trainer, seconds: float) -> int:
    """How many steps take about so long, once warm."""
    trainer.advance(3)
    began = time.process_time()
    trainer.advance(5)
    return max(2, round(5 * seconds / (time.process_time() - began)))


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cells(name: str, row: Row) -> list[str]:
    """The row's figures in words."""
    ratios = [a / b for a, b in zip(row.compiled, row.plain, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    plain, quick = statistics.median(row.plain), statistics.median(row.compiled)
    speed = f"**{middle:.2f}** ({low:.2f}–{high:.2f})"
    return [name, f"{row.cold:.0f}", f"{row.processor:.0f}", f"{plain:,.0f}", f"{quick:,.0f}", speed, f"{row.gap:.1g}"]


def lines(wanted: list[str], replicas: int, rounds: int, seconds: float) -> Iterator[str]:
    """The table as markdown, line by line as it is measured."""
    what = "one replica" if replicas == 1 else f"{replicas} replicas"
    yield (
        f"{date.today()}, {processor()}, one thread; Python {platform.python_version()}, torch {torch.__version__}; "
        f"{what}; medians of {rounds} rounds."
    )
    yield ""
    yield f"| {' | '.join(HEADS)} |"
    yield "|---|" + "---:|" * (len(HEADS) - 1)
    for game, names in games().items():
        if not wanted or any(name in wanted for name in names):
            others = f" and {len(names) - 1} more" if len(names) > 1 else ""
            yield f"| {' | '.join(cells(names[0] + others, measured(game, replicas, rounds, seconds)))} |"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="presets and remedies to measure (default: all)")
    parser.add_argument("--replicas", type=int, default=1, help="of each (default: 1)")
    parser.add_argument("--rounds", type=int, default=9, help="of each kind, at least 2 (default: 9)")
    parser.add_argument("--seconds", type=float, default=0.3, help="length of one round of one kind (default: 0.3)")
    options = parser.parse_args(argv)
    known = {name for names in games().values() for name in names}
    if unknown := set(options.names) - known:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    for line in lines(options.names, options.replicas, max(options.rounds, 2), options.seconds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
