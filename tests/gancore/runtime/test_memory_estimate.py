"""What a run is told to take is what it takes, within a factor of 2."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gancore.config import FIELDS, ConfigError, RunConfig
from gancore.data.images import load_images
from gancore.runtime import memory_estimate
from gancore.runtime.history import BYTES_KEPT
from gancore.runtime.memory_estimate import BASE, CLASSES, SETS, estimate, greatest_saving
from gancore.step.moves import StepSpec

SEEDS = (1, 2, 4, 16)
SMALL_IMAGES = {"g_hidden": 8, "d_hidden": 8, "batch_size": 16}
EXTREMES = {
    "as it comes": ({}, 1),
    "batch": ({"batch_size": 4096}, 4),
    "seeds and batch": ({"batch_size": 2048}, 16),
    "wide": ({"g_hidden": 1024, "d_hidden": 1024}, 2),
    "wide and deep": ({"g_hidden": 1024, "d_hidden": 1024, "g_layers": 6, "d_layers": 6, "batch_size": 16}, 1),
    "latent": ({"latent_dim": 512, "batch_size": 2048}, 4),
    "unrolled": ({"unroll_steps": 20, "batch_size": 1024}, 1),
    "unrolled and wide": ({"unroll_steps": 20, "d_hidden": 256, "batch_size": 32}, 1),
    "unrolled and penalised": ({"unroll_steps": 6, "penalty": "roth", "batch_size": 1024}, 1),
    "unrolled and normalised": (
        {"unroll_steps": 4, "constraint": "spectral_norm", "d_hidden": 512, "batch_size": 16},
        1,
    ),
    "penalised": ({"penalty": "gradient_penalty", "batch_size": 4096, "d_hidden": 128}, 1),
    "many draws": ({"updates": "extragradient", "noise": 0.1, "batch_size": 1024}, 16),
    "consensus": ({"updates": "consensus", "batch_size": 2048, "g_hidden": 128, "d_hidden": 128}, 1),
    "MAD-GAN": ({"model": "mad_gan", "generators": 8, "batch_size": 1024}, 1),
    "AdaGAN": ({"model": "adagan", "generators": 2, "steps": 4, "classifier_steps": 1, "data_points": 65_536}, 1),
    "packed": ({"pack": 8, "batch_size": 4096}, 4),
    "digits": ({"data": "digits", **SMALL_IMAGES}, 4),
    "faces": ({"data": "faces", **SMALL_IMAGES, "g_hidden": 32, "architecture": "residual"}, 1),
    "shapes": ({"data": "shapes", "image_side": "16", "images": 500, **SMALL_IMAGES}, 1),
}


def at_random(count, most_bytes, first=0):
    """So many valid configs with their seeds, each field at random, of at most so many estimated bytes."""
    draw = np.random.default_rng(first)
    found = []
    while len(found) < count:
        values = {}
        for name in ("batch_size", "g_hidden", "d_hidden", "latent_dim"):
            low, high = FIELDS[name].low, FIELDS[name].high
            values[name] = int(np.exp(draw.uniform(np.log(low), np.log(high))))
        for name in ("g_layers", "d_layers", "unroll_steps", "pack", "d_steps"):
            values[name] = int(draw.integers(FIELDS[name].low, min(6, FIELDS[name].high) + 1))
        for name in ("loss", "penalty", "constraint", "updates", "d_optimizer", "g_optimizer", "model"):
            values[name] = str(draw.choice(FIELDS[name].choices))
        values |= {"noise": float(draw.choice([0, 0.1])), "average": float(draw.choice([0, 0.9]))}
        values |= {"steps": 8, "classifier_steps": 1, "seed": int(draw.integers(100))}
        values["unroll_steps"] *= int(draw.integers(2))
        seeds = int(draw.choice(SEEDS))
        try:
            config = RunConfig(**values)
        except ConfigError:
            continue
        if estimate(config, seeds).worker <= most_bytes:
            found.append((config, seeds))
    return found


@pytest.fixture(scope="module")
def measure():
    """(bytes of a warm worker, `measure(config, seeds)`: bytes of a run beyond that)."""
    command = [sys.executable, str(Path(__file__).parent / "peak_memory.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        warm = int(process.stdout.readline())

        def of(config, seeds):
            process.stdin.write(json.dumps([config.to_json(), seeds]) + "\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        yield warm, of
        process.stdin.close()


def assert_near(told, warm, taken):
    """The whole within a factor of 2; and the run by itself, where it is more than a tenth of a GB."""
    assert 0.5 < (BASE + told) / (warm + taken) < 2, f"told {told:,} bytes, and it took {taken:,.0f}"
    if max(told, taken) > 100e6:
        assert 0.5 < told / taken < 2, f"told {told:,} bytes, and it took {taken:,.0f}"


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="a process's peak is read from /proc")
@pytest.mark.parametrize("name", EXTREMES)
def test_it_is_what_is_measured_at_the_ends_of_what_a_config_allows(measure, name):
    values, seeds = EXTREMES[name]
    config = RunConfig(**values)
    warm, of = measure
    assert_near(estimate(config, seeds).worker, warm, of(config, seeds))


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="a process's peak is read from /proc")
@pytest.mark.parametrize(("config", "seeds"), at_random(8, 250e6), ids=range(8))
def test_it_is_what_is_measured_of_any_config(measure, config, seeds):
    warm, of = measure
    assert_near(estimate(config, seeds).worker, warm, of(config, seeds))


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="a process's peak is read from /proc")
@pytest.mark.parametrize(("config", "seeds"), at_random(60, 1.5e9, first=1), ids=range(60))
def test_it_is_what_is_measured_of_many_configs(measure, config, seeds):
    warm, of = measure
    assert_near(estimate(config, seeds).worker, warm, of(config, seeds))


# ── Its parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "config",
    [
        *(config for config, _ in at_random(20, 1e12, first=2)),
        *(
            RunConfig(data=data, architecture=architecture, pack=pack, g_hidden=24, d_hidden=40)
            for data in ("digits", "faces")
            for architecture in ("dcgan", "residual")
            for pack in (1, 2)
        ),
        RunConfig(data="digits", conditional="yes"),
    ],
    ids=repr,
)
def test_the_parameters_are_those_of_the_networks(config):
    nets, spec = memory_estimate._nets(config), StepSpec.of(config)
    for told, net in ((nets.g_row, spec.g), (nets.d_row, spec.d)):
        lines = 16 * len(net.shapes) * (config.generators if config.model == "mad_gan" else 1)
        assert told <= net.row_length <= told + lines


@pytest.mark.parametrize("name", ["digits", "faces", "shapes"])
def test_the_image_sets_are_as_told(name):
    images, told = load_images(name), SETS[name]
    others = len(images.held_out) + len(images.reference)
    assert (images.channels, images.side, len(images.train), others) == told
    assert len(images.classes) <= CLASSES


def test_every_image_set_is_told():
    assert SETS.keys() == {name for name in FIELDS["data"].choices if RunConfig(data=name, points=((0, 0),)).on_images}


@pytest.mark.parametrize(
    ("field", "value"),
    [("batch_size", 512), ("g_hidden", 256), ("d_layers", 4), ("unroll_steps", 5), ("latent_dim", 256)],
)
def test_more_of_something_takes_more(field, value):
    assert estimate(RunConfig(**{field: value})).host > estimate(RunConfig()).host
    assert estimate(RunConfig(), 16).host > estimate(RunConfig(), 4).host


def test_on_a_card_the_training_is_there_and_the_images_are_here():
    config = RunConfig(data="cifar10", images=50_000, batch_size=512)
    here, there = estimate(config), estimate(config, device="cuda:0")
    assert here.card == 0
    assert there.card > here.worker - there.worker > 0
    assert there.worker > 50_000 * 3072


def test_the_history_is_bounded_as_it_is():
    assert estimate(RunConfig(), 1024).history <= BYTES_KEPT


# ── What to turn down ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "seeds", "field"),
    [
        ({"batch_size": 4096}, 1, "batch_size"),
        ({"batch_size": 4096}, 16, None),
        ({"d_hidden": 1024, "g_hidden": 16, "d_layers": 6}, 1, "d_hidden"),
        ({"g_hidden": 1024, "d_hidden": 16, "g_layers": 6}, 1, "g_hidden"),
        ({"model": "adagan", "data_points": 65_536, "d_layers": 1}, 1, "data_points"),
    ],
)
def test_what_takes_most_is_named(values, seeds, field):
    assert greatest_saving(RunConfig(**values), seeds).field == field


@pytest.mark.parametrize(("config", "seeds"), at_random(10, 1e12, first=3), ids=range(10))
def test_nothing_else_that_can_be_halved_saves_more(config, seeds):
    saving = greatest_saving(config, seeds)
    for name, spec in FIELDS.items():
        if spec.kind == "int" and getattr(config, name) // 2 >= spec.low:
            try:
                halved = config.changed(**{name: getattr(config, name) // 2})
            except ConfigError:
                continue
            assert saving.halved.host <= estimate(halved, seeds).host
    assert seeds == 1 or saving.halved.host <= estimate(config, seeds // 2).host
