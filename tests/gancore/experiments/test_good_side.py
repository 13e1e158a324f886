"""The count that is shown large reads the right way round: high is good, and cannot be had by learning nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pytest
import torch

from gancore.config import FIELDS, RunConfig
from gancore.data.images import WITHOUT_REFERENCE
from gancore.data.toy import toy_data
from gancore.data.view import view_of
from gancore.experiments.claims import Judgement, judge, looked_at
from gancore.experiments.presets import PRESETS, Preset, Verdict
from gancore.experiments.presets.preset import Provided
from gancore.metrics import coverage, transport_distance
from gancore.metrics.measures import MEASURES
from gancore.metrics.oscillation import Oscillation
from gancore.training.image_readout import JUDGED, scorer_of

JUDGED_PRESETS = [preset for preset in PRESETS.values() if preset.verdict is not None]
SEEDS, MOMENTS, DISTANCES = 4, 18, 128
DATA_FIELDS = {name for name, spec in FIELDS.items() if spec.group == "Data"} - {"batch_size"}


def judged(preset: Preset, figures: Mapping[str, Sequence[float | None]]) -> Judgement:
    assert preset.verdict is not None
    asked = {name: figures[name] for name in looked_at(preset.verdict)}
    return judge(preset.verdict, asked, step=preset.config.steps, length=preset.config.steps)


def perfect(preset: Preset) -> dict[str, float]:
    """The figures of a generator that draws the data, before a discriminator that can only guess."""
    return {
        "captured": 0 if preset.config.on_images else len(toy_data(preset.config).centres),
        "captured_weight": 1, "high_quality": 1, "transport": 0, "oscillation": 0,
        "fid": 0, "fid_rise": 1, "variety": 1, "accuracy_held_out": 0.5, "accuracy_fake": 0.5,
        "g_grad_fall": 0, "g_depth_fall": 0,
    }  # fmt: skip


@cache
def noise_on_points(config: RunConfig) -> dict[str, list[float]]:
    """The figures of uniform noise all over the picture, of `SEEDS` seeds."""
    rng, data = np.random.default_rng(0), toy_data(config)
    left, right, bottom, top = view_of(data.centres, 3 * data.sigma)

    def drawn(n: int) -> np.ndarray:
        return rng.uniform((left, bottom), (right, top), (n, 2))

    found = coverage(np.stack([drawn(2500) for _ in range(SEEDS)]), data)
    oscillation = Oscillation()
    real = [data.sample(rng, DISTANCES) for _ in range(SEEDS)]
    for step in range(MOMENTS):
        away = [transport_distance(each, drawn(DISTANCES)) for each in real]
        oscillation.add(step, away)
    assert oscillation.spread is not None
    return {
        "captured": found.captured.tolist(), "captured_weight": found.captured_weight.tolist(),
        "high_quality": found.high_quality.tolist(), "transport": away, "oscillation": oscillation.spread.tolist(),
    }  # fmt: skip


@cache
def noise_of_images(config: RunConfig) -> dict[str, list[float]]:
    """The figures of images of noise, of `SEEDS` seeds, before a discriminator that is right of each image."""
    draw, scorer = torch.Generator().manual_seed(0), scorer_of(config)
    shape = (JUDGED, scorer.image_set.channels, scorer.image_set.side, scorer.image_set.side)
    scores = [scorer.score(2 * torch.rand(shape, generator=draw) - 1) for _ in range(SEEDS)]
    figures = {name: [1.0] * SEEDS for name in ("accuracy_held_out", "accuracy_fake", "fid_rise")}
    figures["variety"] = [each.variety for each in scores]
    return figures if config.data in WITHOUT_REFERENCE else {**figures, "fid": [each.fid for each in scores]}


@pytest.mark.parametrize("preset", JUDGED_PRESETS, ids=lambda preset: preset.name)
def test_the_words_of_both_sides_are_there_and_differ(preset: Preset) -> None:
    rule = preset.verdict
    assert rule is not None
    assert rule.word
    assert rule.otherwise
    assert rule.word != rule.otherwise
    assert rule.good_words != (rule.otherwise if rule.counts_good else rule.word)
    assert rule.provided is None or MEASURES[rule.provided.metric].better is not None
    assert "mode" not in rule.good_words
    assert len(rule.good_words) <= 24  # they stand under a number


@pytest.mark.parametrize("preset", JUDGED_PRESETS, ids=lambda preset: preset.name)
def test_the_large_number_of_a_perfect_generator_is_all_of_its_seeds(preset: Preset) -> None:
    found = judged(preset, {name: [value] * 16 for name, value in perfect(preset).items()})
    assert found.good_count[:2] == (16, 16)


@pytest.mark.parametrize("preset", JUDGED_PRESETS, ids=lambda preset: preset.name)
def test_the_large_number_of_a_generator_that_has_learnt_nothing_is_none(preset: Preset) -> None:
    """Uniform noise by every measure of samples; where a gradient is judged, one that has gone."""
    noise = noise_of_images if preset.config.on_images else noise_on_points
    without = RunConfig(**preset.config.model_dump(include=DATA_FIELDS))
    gone = dict.fromkeys(("g_grad_fall", "g_depth_fall"), [12.0] * SEEDS)
    assert judged(preset, {**noise(without), **gone}).good_count.good == 0


def test_a_seed_that_diverged_is_on_neither_side_and_is_named() -> None:
    rule = Verdict("captured", "at_most", 4, "collapsed", of=3, seeds=4, otherwise="kept more than 4 clouds")
    found = judge(rule, {"captured": [1, 8, 8, None]}, step=9, length=9)
    assert (found.count, found.good_count) == (1, (2, 4, "kept more than 4 clouds"))
    assert found.sentence.endswith("; 1 diverged")


def test_what_is_asked_for_as_well_makes_no_seed_good_that_is_on_the_bad_side() -> None:
    rule = Verdict("captured", "at_most", 3, "lost the rare", of=1, also=("captured_weight", 0.8), otherwise="kept all")
    found = judge(rule, {"captured": [2, 0, 4], "captured_weight": [0.9, 0.0, 1.0]}, step=9, length=9)
    assert found.counted == (True, False, False)  # the second has lost more than the rare
    assert found.good == (False, False, True)


def test_what_has_settled_far_away_counts_as_settled_and_has_not_come_out_well() -> None:
    near = Provided("transport", 0.3, "settled near the data")
    rule = Verdict("oscillation", "at_most", 0.1, "settled", of=1, otherwise="did not settle", provided=near)
    found = judge(rule, {"oscillation": [0.01, 0.01, 0.2], "transport": [0.2, 0.9, 0.2]}, step=9, length=9)
    assert (found.count, found.good_count) == (2, (1, 3, "settled near the data"))
    assert found.sentence.startswith("2 of 3 settled")
