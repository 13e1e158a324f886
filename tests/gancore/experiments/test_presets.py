"""What holds for any table of presets. That their claims hold is what `gancore run NAME --seeds 16` shows."""

import dataclasses
import math

import pytest

from gancore.experiments.presets import PRESETS, Verdict, non_convergence
from gancore.experiments.trial import FIGURES


def test_a_rule_judges_one_value():
    collapsed, covered = (
        Verdict("captured", "at_most", 4, "collapsed", of=14),
        Verdict("captured", "at_least", 7, "covered", of=12),
    )
    assert [collapsed.holds(value) for value in (0, 4, 4.5, 8, math.nan)] == [True, True, False, False, False]
    assert [covered.holds(value) for value in (0, 6.9, 7, 8, math.nan)] == [False, False, True, True, False]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_shown(name):
    preset = PRESETS[name]
    assert preset.name == name
    assert preset.title
    assert name.isascii()
    assert " " not in name
    if preset.verdict is not None:
        assert preset.verdict.metric in FIGURES
        assert 0 < preset.verdict.of <= preset.verdict.seeds
        assert preset.verdict.word


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_travels_as_json_and_as_a_link(name):
    config = PRESETS[name].config
    assert type(config).from_json(config.to_json()) == config
    assert type(config).from_query(config.to_query()) == config


def test_every_verdict_is_a_preset_s():
    """What is found under no name would make a preset that claims nothing."""
    for name, verdict in non_convergence._VERDICTS.items():
        assert PRESETS[name].verdict is verdict


def test_presets_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        next(iter(PRESETS.values())).name = "other"
