"""Training steps a second against a plain PyTorch loop as tutorials write it. `python -m benchmarks.training`

One process, one thread, pair by pair: a block of ours, a block of theirs, and again, so that what else the machine does
weighs on both alike; and timed in this process's own seconds of CPU. A ratio is the median over the rounds, with its
quartiles. Before each race both sides take the same steps from the same weights on the same numbers and must agree.
"""

from __future__ import annotations

import argparse
import copy
import platform
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.utils.flop_counter import FlopCounterMode

from gancore.config import RunConfig
from gancore.processor import processor
from gancore.train import Trainer

BATCH, WIDTH, LATENT = 128, 64, 16
CONFIG = RunConfig(batch_size=BATCH, g_hidden=WIDTH, d_hidden=WIDTH, latent_dim=LATENT, d_lr=1e-3, g_lr=1e-3)
BETAS = (CONFIG.d_beta1, CONFIG.d_beta2)
LOOK_AHEAD = 5
SEEDS = 16


# ── The plain loop ────────────────────────────────────────────────────────────────────────────────────────────────


def mlp(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inputs, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, outputs)
    )


class Plain:
    """Two nn.Modules, two torch.optim.Adams, BCEWithLogitsLoss and backward(): the loop of the tutorials."""

    def __init__(self, trainer: Trainer, seed: int) -> None:
        self.g, self.d = mlp(LATENT, 2), mlp(2, 1)
        _copy(trainer.rules.g.unpack(trainer.g.params), self.g)
        _copy(trainer.rules.d.unpack(trainer.d.params), self.d)
        self.opt_g = torch.optim.Adam(self.g.parameters(), lr=CONFIG.g_lr, betas=BETAS)
        self.opt_d = torch.optim.Adam(self.d.parameters(), lr=CONFIG.d_lr, betas=BETAS)
        self.criterion = nn.BCEWithLogitsLoss()
        self.ones, self.zeros = torch.ones(BATCH, 1), torch.zeros(BATCH, 1)
        self.centres = torch.from_numpy(trainer.mixture.centres.copy()).float()
        self.sigma = trainer.mixture.sigma
        self.source = torch.Generator().manual_seed(seed)

    def real(self) -> Tensor:
        mode = torch.randint(len(self.centres), (BATCH,), generator=self.source)
        return self.centres[mode] + self.sigma * torch.randn(BATCH, 2, generator=self.source)

    def latent(self) -> Tensor:
        return torch.randn(BATCH, LATENT, generator=self.source)

    def d_step(self, real: Tensor, latent: Tensor) -> None:
        self.opt_d.zero_grad()
        fake = self.g(latent).detach()
        loss = self.criterion(self.d(real), self.ones) + self.criterion(self.d(fake), self.zeros)
        loss.backward()
        self.opt_d.step()

    def g_step(self, latent: Tensor) -> None:
        self.opt_g.zero_grad()
        loss = self.criterion(self.d(self.g(latent)), self.ones)
        loss.backward()
        self.opt_g.step()

    def advance(self, steps: int) -> None:
        for _ in range(steps):
            self.d_step(self.real(), self.latent())
            self.g_step(self.latent())


class PlainUnrolled(Plain):
    """The generator's step through K differentiable Adam steps of D: functional_call and create_graph, Adam by hand."""

    ahead_real: Tensor | None = None

    def g_step(self, latent: Tensor) -> None:
        self.opt_g.zero_grad()
        fake = self.g(latent)
        real = self.real() if self.ahead_real is None else self.ahead_real
        params = dict(self.d.named_parameters())
        means = {name: self.opt_d.state[p]["exp_avg"] for name, p in params.items()}
        squares = {name: self.opt_d.state[p]["exp_avg_sq"] for name, p in params.items()}
        taken = int(self.opt_d.state[next(iter(params.values()))]["step"])
        beta1, beta2 = BETAS
        for _ in range(LOOK_AHEAD):
            taken += 1
            real_logits = functional_call(self.d, params, (real,))
            fake_logits = functional_call(self.d, params, (fake,))
            loss = self.criterion(real_logits, self.ones) + self.criterion(fake_logits, self.zeros)
            gradients = torch.autograd.grad(loss, list(params.values()), create_graph=True)
            ahead = {}
            for (name, p), gradient in zip(params.items(), gradients, strict=True):
                means[name] = beta1 * means[name] + (1 - beta1) * gradient
                squares[name] = beta2 * squares[name] + (1 - beta2) * gradient**2
                # The ε inside the root too: its slope at 0 is infinite.
                root = (squares[name] / (1 - beta2**taken) + 1e-30).sqrt() + CONFIG.d_epsilon
                ahead[name] = p - CONFIG.d_lr * (means[name] / (1 - beta1**taken)) / root
            params = ahead
        loss = self.criterion(functional_call(self.d, params, (fake,)), self.ones)
        for p, gradient in zip(self.g.parameters(), torch.autograd.grad(loss, list(self.g.parameters())), strict=True):
            p.grad = gradient
        self.opt_g.step()


def _copy(layers: list[Tensor], module: nn.Sequential) -> None:
    parameters = list(module.parameters())
    with torch.no_grad():
        for parameter, part in zip(parameters, layers, strict=True):
            parameter.copy_(part[0].T if parameter.ndim == 2 else part[0, 0])


def assert_fair(config: RunConfig, kind: type[Plain], steps: int = 3) -> None:
    """Both sides, from the same weights and on the numbers that the trainer draws, must take the same steps."""
    trainer, twin = Trainer(config, (0,), "cpu"), Trainer(config, (0,), "cpu")
    plain = kind(trainer, 0)
    for _ in range(steps):
        trainer.advance(1)
        plain.d_step(twin._real("real")[0], twin._latent("latent_d")[0])
        if isinstance(plain, PlainUnrolled):
            plain.ahead_real = twin._real("real_ahead")[0]
        plain.g_step(twin._latent("latent_g")[0])
    for net, player, module in ((trainer.rules.d, trainer.d, plain.d), (trainer.rules.g, trainer.g, plain.g)):
        ours = copy.deepcopy(module)
        _copy(net.unpack(player.params), ours)
        gaps = torch.cat([(a - b).abs().flatten() for a, b in zip(ours.parameters(), module.parameters(), strict=True)])
        # Adam makes a whole step of rounding where a gradient is next to 0: a few parameters may differ by that much.
        if gaps.mean() > 0.01 * steps * config.d_lr or gaps.max() > 2.5 * steps * config.d_lr:
            raise AssertionError(f"the two loops do not take the same steps: they are {gaps.mean():.2g} apart")


# ── Timing ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Race(NamedTuple):
    """Two ways to the same steps. Rates in GAN steps a second (each a step of D and one of G), one number a round."""

    name: str
    ours: list[float]
    theirs: list[float]
    flops: float  # in the matrix products of one GAN step

    @property
    def ratios(self) -> list[float]:
        return [a / b for a, b in zip(self.ours, self.theirs, strict=True)]


def _rate(advance: Callable[[int], None], steps: int, runs: int) -> float:
    began = time.process_time()
    advance(steps)
    return steps * runs / (time.process_time() - began)


def _fitting(advance: Callable[[int], None], seconds: float) -> int:
    """How many steps take about so long, after a few to warm up."""
    advance(5)
    began = time.process_time()
    advance(10)
    return max(5, round(10 * seconds / (time.process_time() - began)))


def race(
    name: str, ours: Callable[[int], None], theirs: Callable[[int], None], runs: int, flops: float, args: Arguments
) -> Race:
    """`runs`: GAN runs that one call of either side advances."""
    blocks = _fitting(ours, args.seconds), _fitting(theirs, args.seconds)
    rates: tuple[list[float], list[float]] = [], []
    for _ in range(args.rounds):
        for side, advance in enumerate((ours, theirs)):
            rates[side].append(_rate(advance, blocks[side], runs))
    return Race(name, *rates, flops)


def matrix_rate(seconds: float, size: int = 1024) -> float:
    """GFLOP/s of a large single-precision matrix product on one thread."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    out = a @ b
    best = 0.0
    end = time.process_time() + seconds
    while time.process_time() < end:
        began = time.process_time()
        torch.mm(a, b, out=out)
        best = max(best, 2 * size**3 / (time.process_time() - began) / 1e9)
    return best


def counted(plain: Plain) -> float:
    """Floating-point operations in the matrix products of one GAN step, counted on the plain loop."""
    plain.advance(1)
    with FlopCounterMode(display=False) as counter:
        plain.advance(1)
    return float(counter.get_total_flops())


class Arguments(NamedTuple):
    rounds: int
    seconds: float


def measure(args: Arguments) -> tuple[list[Race], float]:
    """All races, and the matrix-product rate: the median of one look before each race and one after."""
    unrolled = CONFIG.changed(unroll_steps=LOOK_AHEAD)
    assert_fair(CONFIG, Plain)
    assert_fair(unrolled, PlainUnrolled)
    rates = [matrix_rate(args.seconds)]
    races: list[Race] = []

    def add(name: str, ours: Callable[[int], None], theirs: Callable[[int], None], runs: int, flops: float) -> None:
        races.append(race(name, ours, theirs, runs, flops, args))
        rates.append(matrix_rate(args.seconds))

    def alone(config: RunConfig, seed: int = 0) -> Trainer:
        return Trainer(config, (seed,), "cpu")

    flops = counted(Plain(alone(CONFIG), 0))
    add("one seed, against the plain loop", alone(CONFIG).advance, Plain(alone(CONFIG), 0).advance, 1, flops)

    together = Trainer(CONFIG, range(SEEDS), "cpu")
    trainers = [alone(CONFIG, seed) for seed in range(SEEDS)]
    loops = [Plain(each, seed) for seed, each in enumerate(trainers)]

    def in_turn(runs: list[Trainer] | list[Plain]) -> Callable[[int], None]:
        def advance(steps: int) -> None:
            for each in runs:
                each.advance(steps)

        return advance

    add(f"{SEEDS} seeds at once, against {SEEDS} in turn", together.advance, in_turn(trainers), SEEDS, flops)
    add(f"{SEEDS} seeds at once, against {SEEDS} plain loops", together.advance, in_turn(loops), SEEDS, flops)

    ahead = counted(PlainUnrolled(alone(unrolled), 0))
    plain = PlainUnrolled(alone(unrolled), 0)
    add(f"unrolled K={LOOK_AHEAD}, against plain create_graph", alone(unrolled).advance, plain.advance, 1, ahead)
    return races, statistics.median(rates)


def table(races: list[Race], gflops: float) -> str:
    """The figures as markdown."""
    median = statistics.median
    lines = [
        f"{date.today()}, {processor()}, one thread; Python {platform.python_version()}, torch {torch.__version__}; "
        f"MLPs with two hidden layers of {WIDTH}, batch {BATCH}, latent {LATENT}, Adam; medians of "
        f"{len(races[0].ours)} rounds. A large matrix product reaches {gflops:.0f} GFLOP/s in the same run.",
        "",
        "| | ours, GAN steps/s | theirs | ratio (quartiles) | share of the matrix-product rate: ours, theirs |",
        "|---|---:|---:|---:|---:|",
    ]
    for each in races:
        low, middle, high = statistics.quantiles(each.ratios, n=4, method="inclusive")
        ours, theirs = (100 * median(rates) * each.flops / 1e9 / gflops for rates in (each.ours, each.theirs))
        lines.append(
            f"| {each.name} | {median(each.ours):,.0f} | {median(each.theirs):,.0f} "
            f"| **{middle:.2f}** ({low:.2f}–{high:.2f}) | {ours:.0f} %, {theirs:.0f} % |"
        )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each race, at least 2 (default: 9)")
    parser.add_argument("--seconds", type=float, default=0.5, help="length of one side's block (default: 0.5)")
    options = parser.parse_args(argv)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        print(table(*measure(Arguments(max(options.rounds, 2), options.seconds))))
    finally:
        torch.set_num_threads(threads)


if __name__ == "__main__":
    main()
