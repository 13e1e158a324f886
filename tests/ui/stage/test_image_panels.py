"""Panels of images: what they show before a run, how they are headed, and when a seed of theirs has failed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from gancore.config import RunConfig
from gancore.data.images import load_images
from gancore.experiments.presets import PRESETS
from gancore.runtime.frames import decode
from ui.app.address import state_of
from ui.shared.headings import heading
from ui.stage.comparison import Comparison
from ui.stage.scenario import Scenario
from ui.stage.scene_before import scene_before

DIGITS = RunConfig(data="digits", images=100)
# A preset on points whose seeds are judged by something else than modes
POINTS = next(
    name
    for name, each in PRESETS.items()
    if not each.config.on_images and each.verdict and each.verdict.metric != "captured"
)


def test_before_a_run_the_first_training_images_are_shown():
    meta, arrays = decode(scene_before(DIGITS.changed(images=40)))
    assert (meta["kind"], meta["n"], meta["side"], meta["channels"]) == ("images", 40, 8, 1)
    train = load_images("digits").train.pixels
    assert arrays["real"].shape == (40, 8, 8, 1)
    np.testing.assert_array_equal(arrays["real"][..., 0], train[:40, 0])


def test_colours_come_last_and_the_side_is_the_one_asked_for():
    config = RunConfig(data="shapes", image_side="16")
    _, arrays = decode(scene_before(config))
    red = load_images("shapes", 16).train.pixels[3, 0]
    np.testing.assert_array_equal(arrays["real"][3, :, :, 0], red)


def test_no_more_images_are_promised_than_there_are():
    meta, _ = decode(scene_before(DIGITS.changed(images=60_000)))
    assert meta["n"] == len(load_images("digits").train)


@pytest.mark.parametrize("name", ["mnist", "cifar10", "folder"])
def test_nothing_is_downloaded_or_read_for_a_run_that_has_not_begun(name: Any, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("the images were asked for")

    monkeypatch.setattr("ui.stage.scene_before.load_images", refuse)
    meta, arrays = decode(scene_before(RunConfig(data=name)))
    assert meta["kind"] == "images"
    assert len(arrays["real"]) == 0


@pytest.mark.processes
def test_showing_images_loads_no_torch_into_the_web_process():
    code = (
        "import sys; from gancore.config import RunConfig; from ui.stage.scene_before import scene_before;"
        "scene_before(RunConfig(data='digits')); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_images_in_a_panel_that_was_of_points_are_not_judged_by_modes():
    comparison = Comparison(None, state_of((POINTS,)), [Scenario("a", "A", (POINTS,))])  # type: ignore[arg-type]
    (points,) = comparison.panels()
    assert (points.kind, points.modes > 0) == ("plane", True)
    assert points.metric == PRESETS[POINTS].verdict.metric  # type: ignore[union-attr]
    comparison.state = comparison.state.with_config(0, DIGITS)
    (panel,) = comparison.panels()
    assert (panel.kind, panel.headline, panel.modes) == ("images", "fid", 0)
    assert (panel.metric, panel.verdict) == ("fid", None)
    # So few faces have no Fréchet distance, whatever preset they are put in.
    for state in (comparison.state, state_of(("small-none",))):
        comparison.state = state.with_config(0, DIGITS.changed(data="faces"))
        (panel,) = comparison.panels()
        assert (panel.headline, panel.metric) == ("variety", "variety")
    comparison.state = state_of((POINTS,)).with_config(0, DIGITS)
    (panel,) = comparison.panels()
    assert decode(panel.scene or b"")[0]["kind"] == "images"


def test_a_heading_says_which_images_and_how_many_and_who_sees_them_transformed():
    preset = PRESETS["small-none"]
    config = preset.config
    assert heading(config, preset) == "100 images"
    assert heading(config.changed(images=50), preset) == "digits, 50 images, non-saturating, average of G, β 0.99"
    assert "T on D only" in heading(config.changed(augment="d_only"), preset)
    assert heading(config.changed(data="fashion_mnist", images=1000), preset).startswith("Fashion-MNIST, 1,000 images")


def test_headings_tell_policies_apart():
    augmented = DIGITS.changed(augment="diffaugment")
    policies = ("color,translation,cutout", "translation,cutout", "color")
    first, second, third = (heading(augmented.changed(policy=policy), PRESETS["small-none"]) for policy in policies)
    assert len({first, second, third}) == 3
    assert "translation + cutout" in second
