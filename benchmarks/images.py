"""Images a second in training, against a plain PyTorch DCGAN loop. `python -m benchmarks.images`

As benchmarks.training, round by round, in seconds of CPU, on one core: nn.Modules of the same layers, the same batch,
torch.optim.Adam, and all sides take the same steps first. Where there is a CUDA device, on that too, in wall time, with
wider networks and a larger batch; there the trainer's convolutions are in bfloat16, the plain loop's as the tutorials
have them, in float32. An image is one that the discriminator is shown from the training set.
"""

from __future__ import annotations

import argparse
import platform
import time
from contextlib import nullcontext
from datetime import date
from itertools import pairwise

import torch
from torch import Tensor, nn

from benchmarks.fairness import assert_fair
from benchmarks.kinds import empty_store, prepare
from benchmarks.plain_loop import PLAIN, Plain, products
from benchmarks.races import Arguments, Race, finished, gflops, matrix_product, one_core, race, table, timed
from gancore.config import RunConfig
from gancore.data.image_split import ImageData
from gancore.processor import processor
from gancore.training.trainer import Trainer

CONFIG = RunConfig(
    data="digits", images=1000, architecture="dcgan", latent_dim=32, d_activation="leaky_relu", d_lr=1e-3, g_lr=1e-3
)
SETS = {8: "digits", 16: "shapes", 32: "shapes"}
SIZES = {"cpu": (32, 16), "cuda": (64, 64)}  # images in a batch, channels of the widest picture


def dcgan(config: RunConfig, channels: int, side: int) -> tuple[nn.Sequential, nn.Sequential]:
    """G and D as a tutorial writes them, layer for layer those of `architecture="dcgan"`."""
    width = config.g_hidden
    widths = {8: [2, 1], 16: [4, 2, 1], 32: [4, 4, 2, 1]}[side]
    stages: list[nn.Module] = []
    for i, o in pairwise(widths):
        stages += [nn.ReLU(), nn.Upsample(scale_factor=2), nn.Conv2d(i * width, o * width, 3, padding=1)]
    g = nn.Sequential(
        nn.Linear(config.latent_dim, 16 * widths[0] * width),
        nn.Unflatten(1, (widths[0] * width, 4, 4)),
        *stages,
        nn.ReLU(),
        nn.Conv2d(width, channels, 3, padding=1),
        nn.Tanh(),
    )
    halvings: list[nn.Module] = []
    outputs = [width * each for each in ([1, 2, 4] if side == 32 else [1, 2])]
    for i, o in pairwise([channels, *outputs]):
        halvings += [nn.Conv2d(i, o, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    left = (side >> len(outputs)) ** 2
    return g, nn.Sequential(*halvings, nn.Flatten(), nn.Linear(outputs[-1] * left, 1))


class PlainImages(Plain):
    """The plain loop on images: other networks, and batches of the training set."""

    def networks(self, trainer: Trainer) -> tuple[nn.Sequential, nn.Sequential]:
        assert isinstance(trainer.data, ImageData)
        return dcgan(trainer.config, trainer.data.channels, trainer.data.side)

    def take_data(self, trainer: Trainer) -> None:
        assert isinstance(trainer.data, ImageData)
        self.images = trainer.data.train.view(-1, trainer.data.channels, trainer.data.side, trainer.data.side)

    def real(self) -> Tensor:
        n = self.config.batch_size
        return self.images[torch.randint(len(self.images), (n,), generator=self.source, device=self.device)]

    def d_step(self, real: Tensor, latent: Tensor) -> None:
        super().d_step(real.view(-1, *self.images.shape[1:]), latent)


def measure(device: str, args: Arguments) -> list[Race]:
    """A race a side, in images a second."""
    batch, width = SIZES[device]
    clock = time.process_time if device == "cpu" else time.perf_counter
    races: list[Race] = []
    for side, data in SETS.items():
        config = CONFIG.changed(data=data, image_side=str(side), batch_size=batch, g_hidden=width, d_hidden=width)
        with empty_store():
            makes, _ = prepare(config, 1, device)
            with one_core() if device == "cpu" else nullcontext():
                plain = PlainImages(Trainer(config, (0,), device))
                ways = [timed(PLAIN, finished(plain.advance, device), clock)]
                for kind, make in makes.items():
                    if device == "cpu":  # a GPU's convolutions in bfloat16 take other steps
                        assert_fair(config, PlainImages, make=make)
                    ways.append(timed(kind, finished(make(config, (0,), device).advance, device), clock))
                name = f"{data}, {plain.images.shape[1]}×{side}×{side}"
                # A step is one of a whole batch: what is counted is its images.
                races.append(race(name, ways, batch, products(plain) / batch, matrix_product(device, clock), args))
    return races


def heading(device: str, races: list[Race]) -> str:
    batch, width = SIZES[device]
    where = processor() + ", one core" if device == "cpu" else torch.cuda.get_device_name()
    return (
        f"{date.today()}, {where}; Python {platform.python_version()}, torch {torch.__version__}; DCGAN of width "
        f"{width}, batch {batch}, Adam; medians of {len(races[0].products)} rounds. A large matrix product in float32 "
        f"reaches {gflops(races):,.0f} GFLOP/s in the same run."
    )


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each race, at least 2 (default: 9)")
    parser.add_argument("--seconds", type=float, default=0.5, help="length of one side's block (default: 0.5)")
    options = parser.parse_args(argv)
    for device in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
        races = measure(device, Arguments(max(options.rounds, 2), options.seconds))
        print(heading(device, races), table(races, (PLAIN,), "images/s"), "", sep="\n\n")


if __name__ == "__main__":
    main()
