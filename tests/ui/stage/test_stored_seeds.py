"""The button for many seeds tells the stored results where they are of what stands on the stage, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gancore.experiments.presets import PRESETS
from gancore.experiments.stored_seeds import SeedsTable
from tests.ui.stage.fake_runs import FakeRegistry
from ui.app.address import Later, PageState, state_of
from ui.stage import SeedsButton
from ui.stage.comparison import Comparison
from ui.stage.scenario import Scenario
from ui.stage.stored_seeds import TABLE, seeds_button

CLAIMED = ("swing-segment", "swing-segment-ttur")
UNCLAIMED = "swing-segment-noise"
MISSING = next(name for name in PRESETS if SeedsTable.read(TABLE).cell(name) is None)


def test_each_panel_has_the_stored_sentence_of_its_preset_whatever_the_seed() -> None:
    table = SeedsTable.read(TABLE)
    results = [table.stored(name, PRESETS[name].config) for name in CLAIMED]
    wanted = [f"{label}: {result.sentence}" for label, result in zip("AB", results, strict=True) if result]
    assert len(wanted) == 2
    button = seeds_button(state_of(CLAIMED, seed=7))
    assert list(button.stored) == wanted
    assert button.label == SeedsButton().label
    assert button.title != SeedsButton().title


def test_a_panel_that_claims_nothing_is_judged_as_the_one_beside_it() -> None:
    _, beside = seeds_button(state_of(("swing-segment-ttur", UNCLAIMED))).stored
    assert "of 16 settled" in beside
    (alone,) = seeds_button(state_of((UNCLAIMED,))).stored
    assert "no claim is made of it" in alone


def turned(state: PageState) -> PageState:
    return state.with_config(1, state.configs[1].changed(batch_size=64))


def changing_later(state: PageState) -> PageState:
    return replace(state, later=(None, Later(100, {"d_lr": 0.5})))


def with_unmeasured(state: PageState) -> PageState:
    return state_of((*state.presets, MISSING))


@pytest.mark.parametrize("other", [turned, changing_later, with_unmeasured])
def test_nothing_is_stored_where_one_panel_shows_another_run(other: Any) -> None:
    assert seeds_button(other(state_of(CLAIMED))) == SeedsButton()


@pytest.mark.parametrize("text", [None, "", "{", '{"seeds": 3}'])
def test_without_a_table_that_can_be_read_seeds_are_run_when_they_are_asked_for(
    tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "seeds.json"
    if text is not None:
        path.write_text(text)
    assert seeds_button(state_of(CLAIMED), path) == SeedsButton()


def test_the_stage_is_told_and_a_turned_knob_takes_it_back() -> None:
    comparison: Any = Comparison(FakeRegistry(), state_of(CLAIMED), [Scenario("one", "One", CLAIMED)])  # type: ignore[arg-type]
    sentences = comparison.described().state["seeds_button"]["stored"]
    assert len(sentences) == 2
    comparison.turn(0, "batch_size", 64)
    assert not comparison.described().state["seeds_button"]["stored"]
    comparison.obey("undo")
    assert comparison.described().state["seeds_button"]["stored"] == sentences
