"""The memory that a run takes at most, told from its config before anything of it is made. Imports no torch.

Counted are the tensors that live at once in the most crowded moment of a step; the factors are what a worker was seen
to hold (`tests/gancore/runtime/test_memory_estimate.py` compares the two, within a factor of 2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from gancore.config import FIELDS, ConfigError, RunConfig
from gancore.networks.layers import (
    Layer,
    discriminator_channels,
    discriminator_layers,
    generator_channels,
    generator_layers,
)
from gancore.runtime.history import BYTES_KEPT, FRAMES_KEPT

__all__ = ["BASE", "MemoryEstimate", "Saving", "estimate", "greatest_saving"]

MB = 2**20
BASE = 310 * MB  # of a warm worker: torch, and what its libraries keep
_HEAPS = 32 * MB  # of any run: what heaps and libraries take beside its tensors
OF_A_CARD = 500 * MB  # of a graphics card: the context, and the libraries' own

_FLOAT = 4
# Row of parameters: what is held between two steps (weights, both moments, an optimistic optimiser's last move), and
# what a move adds while the old state is still there (gradients, the optimiser's intermediate results).
_HELD, _MOVING = 4, 10
_UNROLLED, _NORMALISED = 10, 6  # of each unrolled step, and more where weights are divided by their spectral norm
# Activations: of a step and its way back; of an unrolled step, whose graph is kept; of each point of a penalty and of
# both players where gradients are differentiated once more.
_STEP, _KEPT, _TWICE = 3, 4, 8
_POINT = 10  # numbers of a point of AdaGAN's training set: itself, its weights and ratios
_DRAWN, _MOST_DRAWS = 2**18, 64  # numbers of a block of random draws, and its draws at most
_JUDGED, _JUDGED_IMAGES = 2500, 500  # samples that the measures see
_DISTANCES = 3  # arrays of the distances of judged samples to modes
_REFERENCE, _SPACE = 2000, 500  # images that measures are taken against, and that their directions are found in
_LOADING, _DRAWING = 3, 9  # bytes a pixel while a set is read; while it is drawn, or brought to another side
_PICTURES, _FIELD, _POINTS, _FIGURES = 2**14, 2**13, 2**10, 2**8  # bytes of a frame's parts
_SEEN = 24  # bytes a pixel of held-out images, while they are placed among the directions


class _Set(NamedTuple):
    """An image set before it is loaded: channels, own side, images for training at most, and all others."""

    channels: int
    side: int
    train: int
    others: int


SETS: dict[str, _Set] = {
    "digits": _Set(1, 8, 1000, 797),
    "shapes": _Set(3, 32, 4000, 3000),
    "faces": _Set(1, 24, 80, 20),
    "mnist": _Set(1, 32, 60_000, 10_000),
    "fashion_mnist": _Set(1, 32, 60_000, 10_000),
    "cifar10": _Set(3, 32, 50_000, 10_000),
    "folder": _Set(3, 32, 6000, 4000),  # in colour; how many there are is only known once they have been read
}
CLASSES = 10  # of a set, at most


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes that a run takes at most.

    worker: of the run in its worker, beyond `BASE`; history: of its frames, in the server; card: on a graphics card.
    """

    worker: int
    history: int
    card: int = 0

    @property
    def host(self) -> int:
        """Bytes of this machine's memory, beyond a warm worker's."""
        return self.worker + self.history


def estimate(config: RunConfig, seeds: int = 1, device: str = "cpu") -> MemoryEstimate:
    """The memory of a run of so many seeds on a device such as "cpu" or "cuda:0"."""
    nets = _nets(config)
    loading, data = _data(config) if config.on_images else (0, 0)
    training = _FLOAT * seeds * (_parameters(config, nets) + _step(config, nets) + _draws(config, nets))
    reading = _FLOAT * _readout(config, seeds, nets)
    history = min(BYTES_KEPT, FRAMES_KEPT * _frame(config, seeds))
    if device.startswith("cuda"):
        draws = _FLOAT * seeds * _draws(config, nets)
        return MemoryEstimate(_HEAPS + max(loading, data + draws), history, OF_A_CARD + training + reading)
    return MemoryEstimate(_HEAPS + max(loading, data + training + reading), history)


class Saving(NamedTuple):
    """What to turn down: a field, or the number of seeds where it is None; its value; the estimate at half of it."""

    field: str | None
    value: int
    halved: MemoryEstimate


def greatest_saving(config: RunConfig, seeds: int = 1, device: str = "cpu") -> Saving:
    """The field whose halving saves most, among all that count something; or the seeds, where halving these does."""
    return min(_halvings(config, seeds, device), key=lambda each: each.halved.host + each.halved.card)


def _halvings(config: RunConfig, seeds: int, device: str) -> Iterator[Saving]:
    for name, spec in FIELDS.items():
        if spec.kind != "int" or not spec.matters(config):
            continue
        value: int = getattr(config, name)
        try:
            yield Saving(name, value, estimate(config.changed(**{name: value // 2}), seeds, device))
        except ConfigError:  # below what is allowed, or it does not go with the other fields
            continue
    if seeds > 1:
        yield Saving(None, seeds, estimate(config, seeds // 2, device))


# ── Networks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Nets(NamedTuple):
    """Numbers: a row of parameters of all generators and of D; what a sample makes on its way through one generator and
    through D; and its largest two layers in G, one after the other."""

    g_row: int
    d_row: int
    g_sample: int
    d_sample: int
    g_widest: int
    features: int


def _nets(config: RunConfig) -> _Nets:
    if config.on_images:
        return _image_nets(config)
    several = config.model == "mad_gan"
    generators = config.generators if several else 1
    g = (config.latent_dim, *[config.g_hidden] * config.g_layers, 2)
    d = (2 * config.pack, *[config.d_hidden] * config.d_layers, generators + 1 if several else 1)
    g_row, d_row = (_row([Layer(i, o) for i, o in pairwise(each)]) for each in (g, d))
    return _Nets(generators * g_row, d_row, sum(g), sum(d), 2 * config.g_hidden, 2)


def _image_nets(config: RunConfig) -> _Nets:
    kind = SETS[config.data]
    side = config.pixels_a_side or kind.side
    told = CLASSES if config.conditional == "yes" else 0
    features = kind.channels * side**2
    g_layers = generator_layers(config.architecture, kind.channels, side, config.g_hidden, config.latent_dim + told)
    d_layers = discriminator_layers(config.architecture, config.pack * kind.channels, side, config.d_hidden, told)
    each_picture = 1 if config.architecture == "dcgan" else 3
    widths = generator_channels(side, config.g_hidden)
    g = [width * (side >> halvings) ** 2 for halvings, width in enumerate(reversed(widths))]
    widths = discriminator_channels(config.architecture, config.pack * kind.channels, side, config.d_hidden)
    d = [width * (side >> halvings) ** 2 for halvings, width in enumerate(widths)]
    return _Nets(
        _row(g_layers), _row(d_layers), each_picture * sum(g) + features, each_picture * sum(d) + features,
        each_picture * sum(g[:2]), features,
    )  # fmt: skip


def _row(layers: tuple[Layer, ...] | list[Layer]) -> int:
    return sum((i * k * k + 1) * o for i, o, k in layers)


# ── Numbers of one replica ────────────────────────────────────────────────────────────────────────────────────────────


def _parameters(config: RunConfig, nets: _Nets) -> int:
    """Weights, what the optimisers keep, and what a move takes; of AdaGAN its mixture and training set, too."""
    averaged = nets.g_row if config.average else 0
    mixture = config.generators * nets.g_row + _POINT * config.data_points if config.model == "adagan" else 0
    return _HELD * (nets.g_row + nets.d_row) + averaged + mixture + _MOVING * max(nets.g_row, nets.d_row)


def _step(config: RunConfig, nets: _Nets) -> int:
    """Activations and their gradients, in the larger of the two moves."""
    generators = config.generators if config.model == "mad_gan" else 1
    fakes = config.batch_size * generators
    shown = (config.batch_size + fakes) // config.pack * nets.d_sample
    points = _STEP * (config.batch_size + fakes) * nets.features
    discriminator = _STEP * shown + _penalty(config, nets, fakes)
    generator = _STEP * (fakes * nets.g_sample + fakes // config.pack * nets.d_sample)
    if config.updates == "consensus":
        both = _TWICE * (fakes * nets.g_sample + shown) + 2 * _penalty(config, nets, fakes)
        return points + both + _MOVING * (nets.g_row + nets.d_row)
    if not config.unroll_steps:
        return points + max(discriminator, generator, _classifier(config, nets))
    rows = _UNROLLED + (_NORMALISED if config.constraint == "spectral_norm" else 0)
    ahead = _KEPT * shown + _penalty(config, nets, fakes) + rows * nets.d_row
    return points + generator + config.unroll_steps * ahead


def _penalty(config: RunConfig, nets: _Nets, fakes: int) -> int:
    if config.penalty == "none":
        return 0
    kinds = 2 if config.penalty == "roth" else 1
    return _TWICE * kinds * fakes // config.pack * nets.d_sample


def _classifier(config: RunConfig, nets: _Nets) -> int:
    """AdaGAN's: it is asked about all training points at once."""
    if config.model != "adagan":
        return 0
    return 2 * config.data_points * config.d_hidden


def _draws(config: RunConfig, nets: _Nets) -> int:
    """Random numbers drawn ahead, each purpose in a block of its own, and the largest once more while it is made."""
    generators = config.generators if config.model in ("mad_gan", "adagan") else 1
    numbers = [config.latent_dim * generators] * 2 + [generators]
    numbers += [1] if config.on_images else [3]
    noise = [nets.features] * 3 if config.noise else []
    augment = [7] * 3 if config.augment != "none" else []
    ahead = [numbers[-1], generators, *noise[:1], *augment[:1]] if config.unroll_steps else []
    once = [*numbers, *noise, *augment]
    purposes = [*once, *ahead, *(once if config.updates == "extragradient" else [])]
    blocks = [_block(each * config.batch_size) for each in purposes]
    return sum(blocks) + max(blocks)


def _block(size: int) -> int:
    return min(max(_DRAWN // size, 1), _MOST_DRAWS) * size


def _readout(config: RunConfig, seeds: int, nets: _Nets) -> int:
    """Numbers of what a frame shows and measures, of all replicas."""
    if config.on_images:
        # One replica after the other makes its pictures; all are held.
        return seeds * _JUDGED_IMAGES * (config.latent_dim + nets.features) + _JUDGED_IMAGES * nets.g_widest
    modes = {"grid": config.side**2, "points": len(config.points)}.get(config.data, config.modes)
    return seeds * _JUDGED * (config.latent_dim + _DISTANCES * modes)


def _frame(config: RunConfig, seeds: int) -> int:
    """Bytes of a frame: pictures or points, and, of points, the field and the arrows."""
    if config.on_images:
        return _PICTURES + _FIGURES * seeds
    return _FIELD + (_POINTS + _FIGURES) * seeds


def _data(config: RunConfig) -> tuple[int, int]:
    """Bytes of an image set while it is loaded, and of what is kept of it."""
    kind = SETS[config.data]
    side = config.pixels_a_side or kind.side
    images, pixels = kind.train + kind.others, kind.channels * side**2
    resized = config.data == "shapes" or side != kind.side
    own = kind.channels * max(side, kind.side) ** 2
    loading = images * own * (_DRAWING if resized else _LOADING)
    n = min(config.images, kind.train)
    held = min(kind.others, _REFERENCE)
    floats = 2 * (n + held) * pixels * _FLOAT
    return loading, math.ceil(images * pixels + floats + held * pixels * _SEEN + 4 * min(n, _SPACE) * pixels * 8)
