"""Races: several ways to the same steps, block by block, and their table.

In a round every way runs one block, and so does a large matrix product: what else the machine does weighs on all of
them alike. What is compared is compared within a round; medians and quartiles are over the rounds.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import torch


class Way(NamedTuple):
    """One way to take steps.

    `seconds` takes so many steps and returns how long that took; `at_once`: it only takes multiples of so many.
    """

    name: str
    seconds: Callable[[int], float]
    at_once: int = 1


class Arguments(NamedTuple):
    """How many rounds, and how many seconds a block should take."""

    rounds: int
    seconds: float


class Race(NamedTuple):
    """What was measured, one number a round: steps a second, summed over the runs, by name of the way.

    A GAN step is one of D and one of G. `flops`: operations in the matrix products that a step needs; `products`:
    operations a second in those of a large matrix product.
    """

    name: str
    rates: dict[str, list[float]]
    flops: float
    products: list[float]

    def ratios(self, way: str, to: str) -> list[float]:
        """How many times as fast one way was as the other, round by round."""
        return [a / b for a, b in zip(self.rates[way], self.rates[to], strict=True)]

    def shares(self, way: str) -> list[float]:
        """Share of the matrix-product rate that the steps' own products make up, round by round, 0 to 1."""
        return [rate * self.flops / peak for rate, peak in zip(self.rates[way], self.products, strict=True)]


def timed(name: str, advance: Callable[[int], object], clock: Callable[[], float] = time.process_time) -> Way:
    """A way of this process. Seconds of CPU leave out what others take; with a GPU, or forks, it must be wall time."""

    def seconds(steps: int) -> float:
        began = clock()
        advance(steps)
        return clock() - began

    return Way(name, seconds)


@contextmanager
def one_core() -> Iterator[None]:
    """Holds PyTorch to one thread and, on Linux, this process and those that it begins to one core."""
    threads = torch.get_num_threads()
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()
    torch.set_num_threads(1)
    if cores:
        os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        if cores:
            os.sched_setaffinity(0, cores)


def in_turn(loops: Sequence[Callable[[int], object]]) -> Callable[[int], None]:
    """Advances one after the other by as many steps."""

    def advance(steps: int) -> None:
        for each in loops:
            each(steps)

    return advance


def finished(advance: Callable[[int], object], device: str) -> Callable[[int], None]:
    """The same, and waits until the device has done it."""

    def finish(steps: int) -> None:
        advance(steps)
        if device == "cuda":
            torch.cuda.synchronize()

    return finish


def matrix_product(device: str, clock: Callable[[], float] = time.process_time) -> Way:
    """Large single-precision matrix products; a step is one floating-point operation."""
    size = 1024 if device == "cpu" else 4096
    a, b = torch.randn(size, size, device=device), torch.randn(size, size, device=device)
    out = a @ b

    def advance(operations: int) -> None:
        for _ in range(operations // (2 * size**3)):
            torch.mm(a, b, out=out)

    return timed("a large matrix product", finished(advance, device), clock)._replace(at_once=2 * size**3)


def race(name: str, ways: Sequence[Way], runs: int, flops: float, products: Way, args: Arguments) -> Race:
    """`runs`: how many are advanced by each step that is asked of a way; `flops`: in the matrix products of one."""
    entrants = [*ways, products]
    blocks = [_block(each, args.seconds) for each in entrants]
    rates: list[list[float]] = [[] for _ in entrants]
    for _ in range(args.rounds):
        for way, steps, found in zip(entrants, blocks, rates, strict=True):
            found.append(steps / way.seconds(steps))
    found = {way.name: [runs * each for each in rate] for way, rate in zip(ways, rates, strict=False)}
    return Race(name, found, flops, rates[-1])


def _block(way: Way, seconds: float) -> int:
    """How many steps take about so long, once warm."""
    few = max(4 // way.at_once, 1) * way.at_once
    way.seconds(few)
    return max(round(few * seconds / max(way.seconds(few), 1e-9) / way.at_once), 1) * way.at_once


def table(races: Sequence[Race], against: Iterable[str], unit: str = "GAN steps/s") -> str:
    """Markdown: a row a way. A column for each way in `against` that took part says how many times as fast."""
    bases = [each for each in against if any(each in race.rates for race in races)]
    heads = ["", "way", unit, *(f"to {each} (quartiles)" for each in bases), "share of the matrix-product rate"]
    lines = [row(heads), "|---|---|" + "---:|" * (len(heads) - 2)]
    for each in races:
        for way, rates in each.rates.items():
            ratios = (_ratio(each, way, base) for base in bases)
            share = f"{100 * statistics.median(each.shares(way)):.0f} %"
            lines.append(row([each.name, way, f"{statistics.median(rates):,.0f}", *ratios, share]))
    return "\n".join(lines)


def _ratio(race: Race, way: str, base: str) -> str:
    if way == base or base not in race.rates:
        return "–"
    ratios = race.ratios(way, base)
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
    return f"**{middle:.2f}** ({low:.2f}–{high:.2f})"


def row(cells: Iterable[str]) -> str:
    """A row of a markdown table."""
    return f"| {' | '.join(cells)} |"


def gflops(races: Iterable[Race]) -> float:
    """The median rate of the large matrix product over all rounds of all races, in GFLOP/s."""
    return statistics.median(each for race in races for each in race.products) / 1e9
