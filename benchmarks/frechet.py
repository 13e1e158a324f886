"""The Fréchet distance of given features, against what else computes it. `python -m benchmarks.frechet`

From features of 2048 dimensions, as Inception v3 has them, in single precision, to the distance: 10,000 and 1,000 a
side. Ours, torchmetrics, torch-fidelity and the formula as it stands with scipy's matrix root, round by round, so that
what else the machine does weighs on all alike. How far they are from ours is in the table. Takes minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import sqrtm
from torch import Tensor, nn

from gancore.metrics import frechet_from_features
from gancore.processor import processor
from tests.gancore.metrics.peers import FrechetInceptionDistance, fid_features_to_statistics, fid_statistics_to_metric

DIMENSIONS = 2048

Features = NDArray[np.float32]


def features(n: int, seed: int) -> Features:
    """Non-negative, of widths over two orders of magnitude, as averages of rectified units are; `seed` shifts them."""
    rng = np.random.default_rng(seed)
    widths = np.random.default_rng(0).gamma(2.0, 1.0, DIMENSIONS)
    mixing = np.random.default_rng(1).normal(size=(DIMENSIONS, DIMENSIONS)) / np.sqrt(DIMENSIONS)
    hidden = rng.normal(0.1 * seed, 1, (n, DIMENSIONS))
    return np.maximum(widths * (hidden @ mixing + 0.5), 0).astype(np.float32)


def ours(a: Features, b: Features) -> float:
    return frechet_from_features(a, b).distance


class _Given(nn.Module):
    """Features for torchmetrics that are images already. It keeps their precision for its result, hence double."""

    num_features = DIMENSIONS

    def forward(self, x: Tensor) -> Tensor:
        return x


def torchmetrics(a: Features, b: Features) -> float:
    metric = FrechetInceptionDistance(_Given())
    metric.update(torch.from_numpy(a).double(), real=True)
    metric.update(torch.from_numpy(b).double(), real=False)
    return metric.compute().item()


def torch_fidelity(a: Features, b: Features) -> float:
    moments = (fid_features_to_statistics(torch.from_numpy(each).double()) for each in (a, b))
    return float(fid_statistics_to_metric(*moments, verbose=False)["frechet_inception_distance"])


def matrix_root(a: Features, b: Features) -> float:
    # ‖μ₁-μ₂‖² + tr(Σ₁ + Σ₂ - 2 (Σ₁Σ₂)^½)
    (mu1, sigma1), (mu2, sigma2) = ((x.mean(0, np.float64), np.cov(x, rowvar=False)) for x in (a, b))
    return float(np.square(mu1 - mu2).sum() + np.trace(sigma1 + sigma2 - 2 * sqrtm(sigma1 @ sigma2).real))


WAYS: dict[str, Callable[[Features, Features], float]] = {
    "ours": ours,
    "torchmetrics": torchmetrics,
    "torch-fidelity": torch_fidelity,
    "scipy's matrix root": matrix_root,
}


class Timed(NamedTuple):
    """Seconds of every round, and the distance found."""

    seconds: list[float]
    distance: float


def measure(n: int, rounds: int) -> dict[str, Timed]:
    """Every way on the same features of n images a side."""
    a, b = features(n, 1), features(n, 2)
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    distances: dict[str, float] = {}
    for _ in range(rounds):
        for name, way in WAYS.items():
            began = time.perf_counter()
            distances[name] = way(a, b)
            seconds[name].append(time.perf_counter() - began)
    return {name: Timed(seconds[name], distances[name]) for name in WAYS}


def table(found: dict[int, dict[str, Timed]]) -> str:
    """The figures as markdown, by the number of images a side."""
    peers = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "scipy", "torch", "torchmetrics", "torch-fidelity")
    )
    lines = [
        f"{date.today()}, {processor()}, {os.cpu_count()} cores, {torch.get_num_threads()} threads; "
        f"Python {platform.python_version()}, {peers}; {DIMENSIONS} dimensions.",
        "",
        "| images a side | | seconds (median) | rounds | ours is faster by | distance | apart from ours, relatively |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for n, ways in found.items():
        own = ways["ours"]
        for name, each in ways.items():
            taken = statistics.median(each.seconds)
            faster = taken / statistics.median(own.seconds)
            apart = abs(each.distance - own.distance) / own.distance
            lines.append(
                f"| {n:,} | {name} | {taken:.2f} | {len(each.seconds)} | {faster:.1f} × | {each.distance:.6f} "
                f"| {apart:.1g} |"
            )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--few", type=int, default=3, help="rounds of 1,000 images a side (default: 3)")
    parser.add_argument("--many", type=int, default=3, help="rounds of 10,000 images a side; 0 for none (default: 3)")
    options = parser.parse_args(argv)
    rounds = {1_000: options.few, 10_000: options.many}
    print(table({n: measure(n, times) for n, times in rounds.items() if times > 0}))


if __name__ == "__main__":
    main()
