"""What the README says that a short computation can check."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from gancore.data.toy import toy_data
from gancore.experiments.presets import PRESETS
from gancore.metrics import transport_distance

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FLOORS = re.findall(r"^\| [^|]+ \| ([a-z, -]+) \| ([\d.]+) ± ([\d.]+) \|$", README, re.MULTILINE)
DRAWS = 100


def test_every_file_and_folder_that_it_names_is_there() -> None:
    named = re.findall(r"`((?:assets|benchmarks|docs|gancore|tests|ui)/[\w./-]+)`", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def begun(beginnings: str) -> list[str]:
    """The presets on points that a row of floors is for: those whose longest beginning in the table is one of its."""
    every = [each for row, _, _ in FLOORS for each in row.split(", ")]
    of_points = [name for name, preset in PRESETS.items() if not preset.config.on_images]
    return [
        name
        for name in of_points
        if max((each for each in every if name.startswith(each)), key=len, default="") in beginnings.split(", ")
    ]


def test_every_preset_on_points_has_one_floor() -> None:
    on_points = [name for name, preset in PRESETS.items() if not preset.config.on_images]
    assert sorted(name for row, _, _ in FLOORS for name in begun(row)) == sorted(on_points)


@pytest.mark.parametrize(("beginnings", "mean", "spread"), FLOORS)
def test_a_floor_is_how_far_apart_two_samples_of_the_data_are(beginnings: str, mean: str, spread: str) -> None:
    rng = np.random.default_rng(0)
    for data in {
        repr(toy_data(PRESETS[name].config)): toy_data(PRESETS[name].config) for name in begun(beginnings)
    }.values():
        found = [transport_distance(data.sample(rng, 128), data.sample(rng, 128)) for _ in range(DRAWS)]
        assert np.mean(found) == pytest.approx(float(mean), abs=0.005 + 3 * np.std(found) / np.sqrt(DRAWS))
        assert np.std(found) == pytest.approx(float(spread), rel=0.35)
