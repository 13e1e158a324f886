"""A run is recorded as it goes, and a killed one leaves a file that opens and can be gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load
from typer.testing import CliRunner

from gancore.cli import app
from gancore.config import RunConfig
from gancore.experiments.presets import PRESETS
from gancore.recording import Recorder, read
from gancore.recording.recorder import moments
from gancore.runtime.frames import decode
from gancore.training.measure_steps import measure_steps
from gancore.training.trainer import Trainer

pytestmark = pytest.mark.training

CONFIG = RunConfig(g_hidden=8, d_hidden=8, batch_size=8, steps=40)


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["run", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["run", *map(str, arguments)])
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


@pytest.mark.parametrize("steps", [1, 7, 96, 12_000])
@pytest.mark.parametrize("data", ["ring", "digits"])
def test_a_recording_has_a_frame_at_the_start_at_the_end_and_wherever_the_run_is_measured(
    steps: int, data: str
) -> None:
    config = RunConfig().changed(steps=steps, data=data)
    found = moments(config)
    assert {0, 1, steps, *measure_steps(config)} <= set(found)
    assert list(found) == sorted(set(found))
    assert len(found) < 300


def test_a_run_is_the_same_recorded_or_not(tmp_path: Path) -> None:
    plain = json.loads(run("ring-merge", "--steps", 60, "--seeds", 2, "--json"))
    recorded = json.loads(run("ring-merge", "--steps", 60, "--seeds", 2, "--json", "--save", tmp_path / "a.gan"))
    assert plain["figures"] == recorded["figures"]
    (kept,) = read(tmp_path / "a.gan").runs
    assert (kept.config, kept.seeds) == (PRESETS["ring-merge"].config.changed(steps=60), (0, 1))
    assert (kept.preset, kept.step, kept.outcome, kept.message) == (
        "ring-merge", 60, "finished", "Finished after 60 steps.",
    )  # fmt: skip
    assert [decode(frame)[0]["step"] for frame in kept.frames] == list(moments(kept.config))


def test_its_weights_are_those_of_the_players(tmp_path: Path) -> None:
    trainer = Trainer(CONFIG, (3,), "cpu")
    trainer.advance(5)
    Recorder(trainer, tmp_path / "a.gan").write()
    (kept,) = read(tmp_path / "a.gan").runs
    assert kept.weights is not None
    weights = load(kept.weights)
    latent = torch.randn(1, 6, CONFIG.latent_dim)
    x = latent
    layers = sorted({int(name.split(".")[1]) for name in weights if name.startswith("generator.")})
    for layer in layers:
        x = x @ weights[f"generator.{layer}.weight"] + weights[f"generator.{layer}.bias"]
        x = x.relu() if layer != layers[-1] else x
    torch.testing.assert_close(x, trainer.spec.g(trainer.averaged, latent), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("preset", ["ring-merge", "ring-chase-unrolled", "swing-ring"])
def test_half_and_half_are_the_whole(tmp_path: Path, preset: str) -> None:
    half, whole = tmp_path / "half.gan", tmp_path / "whole.gan"
    run(preset, "--steps", 20, "--save", half)
    run("--resume", half, "--steps", 40)
    run(preset, "--steps", 40, "--save", whole)
    (mine,), (others,) = read(half).runs, read(whole).runs
    assert mine.state is not None
    assert others.state is not None
    first, second = load(mine.state), load(others.state)
    trained = [name for name in first if not name.startswith("readout.")]  # a shorter run is measured at other steps
    assert all(torch.equal(first[name].nan_to_num(-1.5), second[name].nan_to_num(-1.5)) for name in trained)
    assert first.keys() == second.keys()
    assert mine.weights == others.weights
    assert mine.step == others.step == 40
    assert decode(mine.frames[0])[0]["step"] == 0


def test_what_cannot_be_gone_on_with_is_one_sentence(tmp_path: Path) -> None:
    done = tmp_path / "done.gan"
    run("ring-merge", "--steps", 5, "--save", done)
    assert "its end is 5; see --steps" in refused("--resume", done)
    assert "takes no PRESET" in refused("ring-merge", "--resume", done)
    assert "cannot be read" in refused("--resume", tmp_path / "none.gan")
    assert "there is no folder" in refused("ring-merge", "--save", tmp_path / "none" / "a.gan")
    (tmp_path / "text.gan").write_text("Not a recording.")
    assert "no zip file" in refused("--resume", tmp_path / "text.gan")
    adagan = tmp_path / "adagan.gan"
    run("ring-merge-ada", "--steps", 8, "--set", "classifier_steps=1", "--save", adagan)
    assert "cannot go on to another number of steps" in refused("--resume", adagan, "--steps", 20)


def test_the_app_is_not_started_with_what_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "text.gan").write_text("Not a recording.")
    result = CliRunner().invoke(app, ["app", str(tmp_path / "text.gan")])
    assert result.exit_code == 2
    assert "no zip file" in result.stderr


@pytest.mark.processes
def test_a_killed_run_leaves_a_file_that_can_be_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "killed.gan"
    code = (
        "from gancore.recording import recorder; recorder.WRITE_EVERY = 0.0\n"
        "from gancore.cli import app; import sys\n"
        f"app(['run', 'ring-merge', '--save', {str(path)!r}])"
    )
    killed = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not path.exists() and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    (kept,) = read(path).runs
    assert kept.outcome == "stopped"
    assert kept.message == f"Recorded up to step {kept.step:,}."
    assert kept.step < kept.config.steps
    run("--resume", path, "--steps", kept.step + 3, "--save", tmp_path / "on.gan")
    (on,) = read(tmp_path / "on.gan").runs
    assert on.step == kept.step + 3
    assert on.frames[: len(kept.frames)] == kept.frames
