"""Images a second in training, against a plain PyTorch DCGAN loop. `python -m benchmarks.images`

As benchmarks.training, pair by pair, in seconds of CPU, on one thread: nn.Modules of the same layers, the same batch,
torch.optim.Adam, and both sides take the same steps first. Where there is a CUDA device, on that too, with wider
networks and a larger batch; there the trainer's convolutions are in bfloat16, the plain loop's as the tutorials have
them, in float32. An image is one that the discriminator is shown from the training set.
"""

from __future__ import annotations

import argparse
import copy
import platform
import statistics
from datetime import date
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn

from benchmarks.training import Arguments, Race, race
from gancore.config import RunConfig
from gancore.conv_nets import ConvDiscriminator, ConvGenerator
from gancore.image_data import ImageData
from gancore.processor import processor
from gancore.train import Trainer

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


class Plain:
    """Two nn.Modules, two torch.optim.Adams, BCEWithLogitsLoss and backward()."""

    def __init__(self, trainer: Trainer) -> None:
        assert isinstance(trainer.data, ImageData)
        config, device = trainer.config, trainer.device
        self.g, self.d = (net.to(device) for net in dcgan(config, trainer.data.channels, trainer.data.side))
        _copy(trainer.rules.g.unpack(trainer.g.params), self.g)
        _copy(trainer.rules.d.unpack(trainer.d.params), self.d)
        self.opt_g = torch.optim.Adam(self.g.parameters(), lr=config.g_lr, betas=(config.g_beta1, config.g_beta2))
        self.opt_d = torch.optim.Adam(self.d.parameters(), lr=config.d_lr, betas=(config.d_beta1, config.d_beta2))
        self.criterion = nn.BCEWithLogitsLoss()
        self.ones, self.zeros = (make(config.batch_size, 1, device=device) for make in (torch.ones, torch.zeros))
        self.images = trainer.data.train.view(-1, trainer.data.channels, trainer.data.side, trainer.data.side)
        self.latent_shape = config.batch_size, config.latent_dim

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
        device = self.images.device
        for _ in range(steps):
            real = self.images[torch.randint(len(self.images), (len(self.ones),), device=device)]
            self.d_step(real, torch.randn(self.latent_shape, device=device))
            self.g_step(torch.randn(self.latent_shape, device=device))


def _copy(layers: list[Tensor], module: nn.Sequential) -> None:
    with torch.no_grad():
        for parameter, part in zip(module.parameters(), layers, strict=True):
            parameter.copy_(part[0].T.reshape(parameter.shape))


def assert_fair(config: RunConfig, steps: int = 3) -> None:
    """Both sides, from the same weights and on the numbers that the trainer draws, must take the same steps."""
    trainer, twin = Trainer(config, (0,), "cpu"), Trainer(config, (0,), "cpu")
    plain = Plain(trainer)
    for _ in range(steps):
        trainer.advance(1)
        real = twin._real("real")[0].view(-1, *plain.images.shape[1:])
        plain.d_step(real, twin._latent("latent_d")[0])
        plain.g_step(twin._latent("latent_g")[0])
    for net, player, module in ((trainer.rules.d, trainer.d, plain.d), (trainer.rules.g, trainer.g, plain.g)):
        assert isinstance(net, ConvGenerator | ConvDiscriminator)
        ours = copy.deepcopy(module)
        _copy(net.unpack(player.params), ours)
        gaps = torch.cat([(a - b).abs().flatten() for a, b in zip(ours.parameters(), module.parameters(), strict=True)])
        # Adam makes a whole step of rounding where a gradient is next to 0: a few parameters may differ by that much.
        if gaps.mean() > 0.01 * steps * config.d_lr or gaps.max() > 2.5 * steps * config.d_lr:
            raise AssertionError(f"the two loops do not take the same steps: they are {gaps.mean():.2g} apart")


def _finished(side: Trainer | Plain, steps: int) -> None:
    side.advance(steps)
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def measure(device: str, args: Arguments) -> list[Race]:
    """A race a side, in images a second."""
    batch, width = SIZES[device]
    races: list[Race] = []
    for side, data in SETS.items():
        config = CONFIG.changed(data=data, image_side=str(side), batch_size=batch, g_hidden=width, d_hidden=width)
        assert_fair(config)
        ours = Trainer(config, (0,), device)
        plain = Plain(Trainer(config, (0,), device))
        name = f"{data}, {plain.images.shape[1]}×{side}×{side}"
        races.append(race(name, partial(_finished, ours), partial(_finished, plain), batch, 0.0, args))
    return races


def table(device: str, races: list[Race]) -> str:
    """The figures as markdown."""
    median = statistics.median
    batch, width = SIZES[device]
    where = processor() + ", one thread" if device == "cpu" else torch.cuda.get_device_name()
    lines = [
        f"{date.today()}, {where}; Python {platform.python_version()}, torch {torch.__version__}; DCGAN of width "
        f"{width}, batch {batch}, Adam; medians of {len(races[0].ours)} rounds.",
        "",
        "| | ours, images/s | theirs | ratio (quartiles) | a GAN step of ours |",
        "|---|---:|---:|---:|---:|",
    ]
    for each in races:
        low, middle, high = statistics.quantiles(each.ratios, n=4, method="inclusive")
        lines.append(
            f"| {each.name} | {median(each.ours):,.0f} | {median(each.theirs):,.0f} "
            f"| **{middle:.2f}** ({low:.2f}–{high:.2f}) | {1e3 * batch / median(each.ours):.1f} ms |"
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
        for device in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
            print(table(device, measure(device, Arguments(max(options.rounds, 2), options.seconds))))
            print()
    finally:
        torch.set_num_threads(threads)


if __name__ == "__main__":
    main()
