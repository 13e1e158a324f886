"""What a comparison does with commands: the same seed in every panel, live where it can be, anew where it must."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from gancore.config import ConfigError, RunConfig
from gancore.experiments.claims import looked_at
from gancore.experiments.presets import PRESETS, Verdict
from gancore.recording import RecordedRun, Recording
from gancore.recording.replay import MOST_FRAMES
from gancore.runtime import encode
from gancore.runtime.frames import read_header
from tests.ui.stage.fake_runs import FakeRegistry, FakeRun
from ui.app.address import MANY, Later, state_of
from ui.exhibits import USUAL
from ui.exhibits.dirac.codec import Lab
from ui.exhibits.optimal_discriminator.codec import Place
from ui.stage import USUAL_CURVES, SeedsVerdict
from ui.stage.annotations import reference_lines
from ui.stage.comparison import FIRST_PACE, SHORTEST, Comparison
from ui.stage.judging import judgement_of, seeds_verdict
from ui.stage.payload import scene_key
from ui.stage.repair import repaired
from ui.stage.scenario import Scenario

NAMES = sorted(PRESETS)[:2]
SCENARIOS = [Scenario("first", "First", tuple(NAMES)), Scenario("second", "Second", (NAMES[1], NAMES[0]))]


@pytest.fixture
def comparison() -> Any:
    return Comparison(FakeRegistry(), state_of(NAMES, 7), SCENARIOS)  # type: ignore[arg-type]


def test_play_starts_every_panel_from_the_same_seed(comparison: Any) -> None:
    comparison.obey("play")
    assert [run.seeds for run in comparison.runs] == [(7,), (7,)]
    assert [run.config for run in comparison.runs] == list(comparison.state.configs)


@pytest.mark.parametrize(
    ("presets", "curves", "wanted"),
    [
        (("ring-chase", "ring-chase-pac"), USUAL_CURVES, False),
        (("ring-chase", "ring-chase-pac"), ("losses", "layers"), True),
        (("deep-sigmoid", "deep-relu"), USUAL_CURVES, True),
    ],
)
def test_layers_are_read_out_where_something_on_the_stage_shows_them(
    presets: tuple[str, ...], curves: tuple[str, ...], wanted: bool
) -> None:
    scenario = Scenario("one", "one", presets, curves)
    comparison: Any = Comparison(FakeRegistry(), state_of(presets, 7), [scenario])  # type: ignore[arg-type]
    comparison.start()
    assert [("layers", True) in run.said for run in comparison.runs] == [wanted, wanted]


def test_no_run_is_over_before_it_can_be_seen(comparison: Any) -> None:
    comparison.start()
    assert [run.config.steps / run.speed for run in comparison.runs] == [SHORTEST, SHORTEST]
    comparison.obey("pace", value=12.0)
    assert [run.speed for run in comparison.runs] == [12.0, 12.0]
    comparison.start()
    assert [run.speed for run in comparison.runs] == [12.0, 12.0]
    comparison.obey("pace", value=None)
    assert [run.config.steps / run.speed for run in comparison.runs] == [SHORTEST, SHORTEST]


def test_a_panel_says_whether_its_steps_are_compiled(comparison: Any) -> None:
    comparison.start()
    comparison.runs[0].compiled_at, comparison.runs[1].why_plain = 40, "No C++ compiler was found."
    first, second = comparison.panels()
    assert (first.compiled_at, first.why_plain) == (40, "")
    assert (second.compiled_at, second.why_plain) == (None, "No C++ compiler was found.")


def test_a_live_field_acts_on_the_run_and_a_fixed_one_starts_it_again(comparison: Any) -> None:
    comparison.start()
    running = list(comparison.runs)
    comparison.change(1, "d_lr", 0.25)
    assert comparison.runs == running
    assert running[1].said == [{"d_lr": 0.25}]
    assert running[0].said == []
    assert comparison.state.configs[1].d_lr == 0.25
    comparison.change(None, "g_hidden", 17)
    assert all(run.state == "stopped" for run in running)
    assert [run.config.g_hidden for run in comparison.runs] == [17, 17]
    assert comparison.runs[1].config.d_lr == 0.25


def test_a_restart_while_paused_stays_paused(comparison: Any) -> None:
    comparison.start(paused=True)
    comparison.change(0, "batch_size", 64)
    assert [run.state for run in comparison.runs] == ["paused", "paused"]


def test_a_wrong_value_changes_nothing(comparison: Any) -> None:
    before = comparison.state
    with pytest.raises(ConfigError, match="d_lr"):
        comparison.change(None, "d_lr", -1)
    assert comparison.state == before


def test_the_seed_is_always_shared(comparison: Any) -> None:
    comparison.change(1, "seed", 3)
    assert [config.seed for config in comparison.state.configs] == [3, 3]
    comparison.obey("new_seed")
    assert [run.seeds for run in comparison.runs] == [(4,), (4,)]


def test_many_seeds_and_back_to_one_of_them(comparison: Any) -> None:
    comparison.obey("seeds")
    assert [run.seeds for run in comparison.runs] == [tuple(range(7, 7 + MANY))] * 2
    comparison.obey("open_seed", seed=9)
    assert [run.seeds for run in comparison.runs] == [(9,), (9,)]
    assert not comparison.state.many


def test_pause_and_single_steps_reach_the_runs(comparison: Any) -> None:
    comparison.start()
    comparison.obey("pause")
    comparison.obey("step")
    comparison.obey("step_d")
    comparison.obey("step_g")
    wanted = [("pause",), ("advance", 1, "both"), ("advance", 1, "discriminator"), ("advance", 1, "generator")]
    assert all(run.said == wanted for run in comparison.runs)


def test_what_is_put_aside_are_the_runs_that_have_not_ended(comparison: Any) -> None:
    comparison.start()
    first, second = comparison.runs
    second.stop()
    comparison.put_aside()
    assert ("put_aside", comparison.owner) in first.said
    assert ("put_aside", comparison.owner) not in second.said


def test_a_step_before_play_starts_paused(comparison: Any) -> None:
    comparison.obey("step")
    assert all(run.state == "paused" and run.said == [("advance", 1, "both")] for run in comparison.runs)


def test_a_scenario_keeps_the_seed(comparison: Any) -> None:
    comparison.choose(SCENARIOS[1], play=True)
    assert comparison.state.presets == SCENARIOS[1].presets
    assert [run.seeds for run in comparison.runs] == [(7,), (7,)]


def test_panels_are_changed_added_and_taken_away(comparison: Any) -> None:
    kept = comparison.state.configs[0]
    comparison.put(1, NAMES[0])
    comparison.put(2, NAMES[1])
    assert comparison.state.presets == (NAMES[0], NAMES[0], NAMES[1])
    assert comparison.state.configs[0] == kept
    assert {config.seed for config in comparison.state.configs} == {7}
    comparison.put(0, None)
    assert comparison.state.presets == (NAMES[0], NAMES[1])
    assert len(comparison.runs) == 2
    comparison.put(0, None)
    with pytest.raises(ValueError, match="One panel"):
        comparison.put(0, None)


def test_own_points_become_the_data_of_every_panel(comparison: Any) -> None:
    comparison.obey("points", points=[[0.0, 1.0], [2.0, 3.0]])
    assert all(run.config.points == ((0.0, 1.0), (2.0, 3.0)) for run in comparison.runs)


def test_a_diverged_run_offers_its_presets_rates() -> None:
    base = RunConfig(d_lr=1e-4)
    run = FakeRun(base.changed(d_lr=1e6), (0,), False)
    run.state = "diverged"
    config, label = repaired(run, base)  # type: ignore[arg-type]
    assert config == base
    assert "0.0001" in label
    run.config = base
    config, _ = repaired(run, base)  # type: ignore[arg-type]
    assert config.d_lr == base.d_lr / 10
    run.state = "failed"
    assert repaired(run, base)[0] == base  # type: ignore[arg-type]


def test_log_4_is_drawn_only_where_it_holds() -> None:
    for loss in ("wasserstein", "hinge", "least_squares"):
        assert reference_lines(RunConfig(loss=loss)) == []
    minimax = {line.curve: line.value for line in reference_lines(RunConfig(loss="minimax"))}
    assert minimax == pytest.approx({"d_loss": 2 * np.log(2), "g_loss": -np.log(2)})
    assert reference_lines(RunConfig(penalty="gradient_penalty")) == []


def many(*frames: tuple[int, dict[str, Any]], seeds: int = 4) -> Any:
    """A run of several seeds with these frames: (step, scalars)."""
    run = FakeRun(RunConfig(), range(seeds), False)
    for step, scalars in frames:
        run.history.append(step, 0.0, encode({"step": step, "scalars": scalars}, {}))
    return run


COLLAPSED = Verdict("captured", "at_most", 4, "collapsed", of=3, otherwise="kept more than 4 clouds")
ARRIVED = Verdict("transport", "at_most", 0.5, "arrived", of=2)


def test_seeds_are_judged_at_the_claim_s_length_and_counted_before() -> None:
    run = many((28, {"captured": [1, 2, 8, None]}))
    early = judgement_of(run, COLLAPSED, 2000)
    assert early is not None
    assert early.sentence == "2 of 4 so far: captured modes ≤ 4; 1 diverged"
    assert seeds_verdict(early) is None
    run.history.append(2000, 0.0, encode({"step": 2000, "scalars": {"captured": [1, 2, 3, 8]}}, {}))
    late = judgement_of(run, COLLAPSED, 2000)
    assert late is not None
    assert late.sentence == "3 of 4 collapsed (95 % interval 30–95 %)"
    assert seeds_verdict(late) == SeedsVerdict(
        step=2000,
        earlier="The verdict is of step 2,000.",
        good=1,
        words="kept more than 4 clouds",
        well=(False, False, False, True),
        failed=[True, True, True, False],
    )


def test_the_count_stays_while_frames_come_that_do_not_measure_it() -> None:
    run = many(seeds=2)
    for step, scalars in enumerate(
        ({"captured": [1, 1]}, {"transport": [0.4, 0.6]}, {"captured": [2, 2]}, {"captured": [3, 3]})
    ):
        run.history.append(step, 0.0, encode({"scalars": scalars}, {}))
        judged = judgement_of(run, ARRIVED, 9)
        assert (judged is not None) == (step > 0)
        assert judged is None or judged.sentence.startswith("1 of 2 so far: transport ≤ 0.5")
    # A frame at the claim's length that does not measure the figure makes no verdict of an earlier one.
    run.history.append(9, 0.0, encode({"scalars": {"captured": [3, 3]}}, {}))
    judged = judgement_of(run, ARRIVED, 9)
    assert judged is not None
    assert not judged.final
    run.history.append(9, 0.0, encode({"scalars": {"transport": [0.4, 0.4]}}, {}))
    judged = judgement_of(run, ARRIVED, 9)
    assert judged is not None
    assert judged.sentence.startswith("2 of 2 arrived")


def test_a_verdict_is_of_the_step_at_which_all_was_measured_that_it_looks_at() -> None:
    rule = Verdict("captured", "at_least", 7, "covered", of=2, also=("high_quality", 0.6))
    judged = judgement_of(
        many((8, {"captured": [8] * 2, "high_quality": [1] * 2}), (9, {"captured": [8] * 2})), rule, 9
    )
    assert judged is not None
    assert (judged.step, judged.final) == (8, False)


def test_a_diverged_seed_has_not_collapsed() -> None:
    judged = judgement_of(many((9, {"captured": [0, 0], "g_loss": [0.7, None]}), seeds=2), COLLAPSED, 9)
    assert judged is not None
    assert (judged.good_count.good, judged.good_count.of) == (0, 2)
    assert judged.sentence.startswith("1 of 2 collapsed")
    assert judged.sentence.endswith("; 1 diverged")


@pytest.mark.parametrize(
    ("rule", "failed"),
    [
        (ARRIVED, [False, False, True]),  # at the limit it has arrived
        (Verdict("transport", "at_least", 0.5, "stalled", of=2), [False, True, True]),
        (Verdict("accuracy_held_out", "at_least", 0.5, "knew new images", of=2), [True, False, False]),
        (Verdict("accuracy_held_out", "at_most", 0.5, "knew none", of=2), [True, True, False]),
        (Verdict("captured", "at_least", 0.5, "covered", of=2), [True, False, False]),
        (Verdict("fid_rise", "at_most", 0.5, "held", of=2), [False, False, True]),
        (Verdict("memorised", "at_most", 0.5, "held", of=2), [False, False, True]),
        (Verdict("d_accuracy", "at_least", 0.5, "was right", of=2), [False, False, False]),
    ],
)
def test_the_seeds_crossed_out_are_those_on_the_bad_side_of_the_rule(rule: Verdict, failed: list[bool]) -> None:
    judged = judgement_of(many((9, {rule.metric: [0.2, 0.5, 0.8]}), seeds=3), rule, 9)
    verdict = seeds_verdict(judged)
    assert verdict is not None
    assert judged is not None
    assert verdict.failed == failed
    assert judged.counted == tuple(rule.holds(value) for value in (0.2, 0.5, 0.8))
    assert verdict.good == verdict.well.count(True)
    assert not any(crossed and well for crossed, well in zip(verdict.failed, verdict.well, strict=True))


@pytest.mark.parametrize(
    "name", [name for name, preset in PRESETS.items() if preset.verdict or preset.figure == "captured"]
)
def test_a_panel_has_a_verdict_at_the_length_of_its_preset_s_claim_and_none_before(name: str) -> None:
    """Whether the preset has a verdict of its own, or the stage makes up a rule to count by."""
    preset = PRESETS[name]
    length = preset.config.steps
    comparison: Any = Comparison(FakeRegistry(), state_of((name,)), [Scenario("one", "One", (name,))])  # type: ignore[arg-type]
    comparison.change(0, "steps", max(30, length // 10))  # a run that ends before the claim's length
    comparison.obey("seeds")
    (run,) = comparison.runs
    figures = ("captured",) if preset.verdict is None else looked_at(preset.verdict)
    for step in (0, 28, length - 1, length):
        run.history.append(step, 0.0, encode({"step": step, "scalars": {each: [1.0] * MANY for each in figures}}, {}))
        (panel,) = comparison.panels()
        early = step < length
        assert (panel.verdict is None) == bool(panel.pending) == ("so far" in panel.message) == early
        assert ("95 % interval" in panel.message) == (not early)
    assert panel.verdict.words == (preset.verdict.good_words if preset.verdict else "captured more than half")
    assert panel.verdict.good in (0, MANY)  # all seeds are alike


def test_the_scenario_on_the_stage_says_which_curves_are_under_it() -> None:
    scenarios = [Scenario("one", "One", tuple(NAMES)), Scenario("two", "Two", (NAMES[0],), ("layers", "gradient"))]
    comparison = Comparison(FakeRegistry(), state_of(NAMES), scenarios)  # type: ignore[arg-type]
    assert comparison.scenario is scenarios[0]
    comparison.choose(scenarios[1], play=False)
    assert comparison.scenario is scenarios[1]
    comparison.put(0, NAMES[1])  # a preset that no scenario has alone
    assert comparison.scenario is scenarios[0]


def test_where_the_generator_is_frozen_the_curves_say_so(comparison: Any) -> None:
    comparison.change(0, "freeze_at", 100)
    a, b = comparison.panels()
    assert [step for step, _ in a.changes] == [100]
    assert b.changes == []


def test_where_another_generator_begins_the_curves_say_so(comparison: Any) -> None:
    comparison.change(0, "model", "adagan")
    a, b = comparison.panels()
    length = comparison.state.configs[0].steps // comparison.state.configs[0].generators
    assert [step for step, _ in a.changes] == [length, 2 * length, 3 * length]
    assert a.changes[0][1] == "generator 2 begins"
    assert b.changes == []


def test_a_panel_that_claims_nothing_is_judged_as_the_one_beside_it() -> None:
    names = ["swing-segment", "swing-segment-noise"]
    comparison = Comparison(FakeRegistry(), state_of(names), [Scenario("one", "One", tuple(names))])  # type: ignore[arg-type]
    a, b = comparison.panels()
    assert a.metric == b.metric == "oscillation"
    comparison.show(state_of(names[1:]))
    assert comparison.panels()[0].metric == "captured"


def test_many_seeds_end_with_their_scenario(comparison: Any) -> None:
    comparison.obey("seeds")
    comparison.choose(SCENARIOS[1], play=True)
    assert not comparison.state.many
    assert [run.seeds for run in comparison.runs] == [(7,), (7,)]


def test_many_seeds_give_back_what_the_one_had_shown(comparison: Any) -> None:
    comparison.start()
    one = list(comparison.runs)
    comparison.obey("seeds")
    comparison.obey("single")
    assert comparison.runs == one
    comparison.obey("seeds")
    comparison.turn(0, "d_lr", 0.5)
    comparison.obey("single")
    assert comparison.runs == [None, None]  # what they had shown is another GAN's


# ── Undo, what is kept, what changes on its way ───────────────────────────────────────────────────────────────────────


def test_turns_are_taken_back_one_by_one_as_hands_would(comparison: Any) -> None:
    comparison.start()
    first = comparison.state
    comparison.turn(1, "d_lr", 0.25)
    comparison.turn(1, "d_lr", 0.5)  # the same knob, still being turned
    second = comparison.state
    comparison.turn(0, "g_hidden", 17)
    running = list(comparison.runs)
    comparison.obey("undo")
    assert comparison.state == second
    assert all(run.ended for run in running)  # g_hidden acts from the start alone
    running = list(comparison.runs)
    comparison.obey("undo")
    assert comparison.state == first
    assert comparison.runs == running
    assert {"d_lr": first.configs[1].d_lr} in running[1].said
    assert not comparison.can_undo
    comparison.obey("undo")
    assert comparison.state == first


def test_what_was_refused_is_nothing_to_take_back(comparison: Any) -> None:
    comparison.turn(0, "d_lr", -1)
    assert comparison.notices
    assert not comparison.can_undo


def test_a_refused_turn_of_a_knob_leaves_its_earlier_turn_to_be_taken_back(comparison: Any) -> None:
    first = comparison.state
    comparison.turn(0, "d_lr", 0.25)
    comparison.turn(0, "d_lr", -1)
    comparison.obey("undo")
    assert comparison.state == first


def test_undo_brings_back_the_panels_that_were_there(comparison: Any) -> None:
    before = comparison.state
    comparison.put(1, None)
    comparison.choose(SCENARIOS[1], play=True)
    comparison.obey("undo")
    comparison.obey("undo")
    assert comparison.state == before
    assert len(comparison.runs) == len(before.configs)


def test_a_run_that_is_kept_stays_whatever_becomes_of_its_panel(comparison: Any) -> None:
    comparison.obey("keep", panel=0)
    assert comparison.notices  # there is none yet
    frame = encode({"step": 5, "scalars": {"captured": [3]}}, {})
    comparison.start()
    comparison.runs[0].history.append(5, 0.0, frame)
    comparison.obey("keep", panel=0)
    assert comparison.state.presets == (*NAMES, NAMES[0])
    kept = comparison.runs[2]
    assert (kept.recorded, kept.id != comparison.runs[0].id) == (True, True)
    comparison.turn(0, "d_lr", 0.25)
    assert comparison.runs[2] is kept
    assert comparison.state.configs[2].d_lr != 0.25
    comparison.obey("keep", panel=1)
    assert len(comparison.state.presets) == 3  # B has shown nothing yet
    comparison.runs[0].history.append(6, 0.0, frame)
    comparison.obey("keep", panel=0)
    comparison.obey("keep", panel=0)
    assert len(comparison.state.presets) == 4
    assert "4 panels are taken" in comparison.notices[0]


def test_what_changes_on_its_way_begins_as_it_is_and_is_told_its_step(comparison: Any) -> None:
    comparison.show(replace(comparison.state, later=(None, Later(500, {"d_lr": 0.5}))), play=True)
    first, second = comparison.runs
    assert (first.said, second.said) == ([], [(500, {"d_lr": 0.5}), ("play",)])
    assert second.config.d_lr != 0.5
    comparison.start(paused=True)
    assert comparison.runs[1].said == [(500, {"d_lr": 0.5})]


def test_runs_begin_slowly_unless_somebody_chose_a_speed(comparison: Any) -> None:
    comparison.start()
    assert {run.first for run in comparison.runs} == {FIRST_PACE}
    for value, held in ((None, [config.steps / SHORTEST for config in comparison.state.configs]), (25.0, [25.0] * 2)):
        comparison.obey("pace", value=value)
        assert [run.speed for run in comparison.runs] == held
        assert {run.first for run in comparison.runs} == {None}


def test_another_scenario_leaves_the_other_exhibits_as_they_are() -> None:
    state = replace(state_of(NAMES), settings={**USUAL, "optimal_discriminator": Place(1.0, 0.1), "dirac": Lab(h=0.5)})
    comparison = Comparison(FakeRegistry(), state, SCENARIOS)  # type: ignore[arg-type]
    comparison.choose(SCENARIOS[1], play=False)
    assert (
        comparison.state.settings
        == state.settings
        == {**USUAL, "optimal_discriminator": Place(1.0, 0.1), "dirac": Lab(h=0.5)}
    )


# ── Shared runs ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two() -> Any:
    """Two visitors of one page."""
    registry: Any = FakeRegistry()
    both = [Comparison(registry, state_of(NAMES, 7), SCENARIOS) for _ in range(2)]
    for each in both:
        each.start()
    return both


def test_visitors_of_one_page_see_the_same_runs(two: Any) -> None:
    assert two[0].runs == two[1].runs
    assert two[0].runs[0] is not two[0].runs[1]


@pytest.mark.parametrize(
    ("act", "panels", "goes_on"),
    [
        (lambda comparison: comparison.turn(0, "d_lr", 0.5), (0,), True),
        (lambda comparison: comparison.obey("pause"), (0, 1), True),
        (lambda comparison: comparison.obey("step"), (0, 1), True),
        (lambda comparison: comparison.obey("pace", value=5.0), (0, 1), True),
    ],
)
def test_who_turns_something_gets_a_run_of_his_own_and_the_other_keeps_what_he_had(
    two: Any, act: Any, panels: tuple[int, ...], goes_on: bool
) -> None:
    before = list(two[1].runs)
    act(two[0])
    assert two[1].runs == before
    assert all(run.said == [] for run in before)
    for index in (0, 1):
        assert (two[0].runs[index] is not before[index]) == (index in panels)
    assert ("play",) in two[0].runs[0].said


def test_what_only_shows_more_is_for_all(two: Any) -> None:
    two[0].obey("manifold", on=True)
    assert two[0].runs == two[1].runs
    assert ("manifold", True) in two[1].runs[0].said


def test_one_who_goes_leaves_the_runs_to_the_others(two: Any) -> None:
    runs = list(two[1].runs)
    two[0].show(state_of(NAMES, 8))
    assert not any(run.ended for run in runs)
    two[1].obey("rewind")
    assert all(run.ended for run in runs)


def test_whoever_starts_again_starts_from_the_beginning(two: Any) -> None:
    for act in (lambda: two[0].obey("rewind"), lambda: two[0].choose(SCENARIOS[0], play=True)):
        before = list(two[1].runs)
        act()
        assert not set(map(id, two[0].runs)) & set(map(id, before))


# ── What others are told ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("act", "redrawn"),
    [
        (lambda comparison: comparison.obey("new_seed"), True),
        (lambda comparison: comparison.obey("play"), True),  # there is something to save from now on
        (lambda comparison: comparison.obey("pause"), False),
        (lambda comparison: comparison.turn(0, "d_lr", 0.5), True),
        (lambda comparison: comparison.turn(0, "d_lr", -1), True),  # a notice
        (lambda comparison: comparison.adjust(card=2), True),
        (lambda comparison: comparison.adjust(card=1), False),
        (lambda comparison: comparison.note([]), False),
        (lambda comparison: comparison.set_setting("dirac", Lab(h=0.5), rests=False), False),
        (lambda comparison: comparison.set_setting("dirac", Lab(h=0.5), rests=True), True),
    ],
)
def test_the_page_is_drawn_again_where_it_shows_something_else(comparison: Any, act: Any, redrawn: bool) -> None:
    mark = comparison.mark
    act(comparison)
    assert (comparison.mark != mark) == redrawn


def test_what_stands_on_the_stage_is_described_with_the_scenes_that_it_names(comparison: Any) -> None:
    state, scenes, _ = comparison.described()
    assert [panel["scene"] for panel in state["panels"]] == [scene_key(scene) for scene in scenes]
    assert [panel["run"] for panel in state["panels"]] == [None, None]
    assert state["compare"] == comparison.id
    comparison.start()
    state, scenes, runs = comparison.described()
    assert [panel["run"] for panel in state["panels"]] == [run.id for run in comparison.runs]
    assert runs == comparison.runs
    assert scenes == [run.scene for run in comparison.runs]


def test_many_threads_change_one_comparison(comparison: Any) -> None:
    def turn(panel: int) -> None:
        for value in range(1, 60):
            comparison.turn(panel, "noise", value / 100)
            comparison.turn(panel, "d_lr", value / 100)

    threads = [threading.Thread(target=turn, args=(panel,)) for panel in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(config.noise, config.d_lr) for config in comparison.state.configs] == [(0.59, 0.59)] * 2


# ── Recordings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def recorded(preset: str | None = NAMES[0], seeds: tuple[int, ...] = (7,)) -> RecordedRun:
    scalars: Any = {"d_loss": [0.5] * len(seeds)}
    frames = [encode({"step": step, "d_steps": step, "time": 0.1, "scalars": scalars}, {}) for step in (0, 30)]
    config = PRESETS[NAMES[0]].config.changed(seed=7, d_lr=0.125)
    scene = encode({"view": [0, 1, 0, 1]}, {})
    return RecordedRun(config, seeds, scene, tuple(frames), "diverged", "Diverged at step 30.", preset)


def test_a_recording_stands_on_the_stage_as_it_ended(comparison: Any) -> None:
    comparison.start()
    live = list(comparison.runs)
    comparison.open(Recording((recorded(), recorded()), {}))
    assert all(run.state == "stopped" for run in live)
    assert [run.state for run in comparison.runs] == ["diverged", "diverged"]
    assert [panel.state for panel in comparison.panels()] == ["diverged", "diverged"]
    assert all(panel.recorded for panel in comparison.panels())
    assert [frame.step for frame in comparison.runs[0].history.since(0)] == [0, 30]
    assert comparison.runs[0].history.last.failure
    assert comparison.state.configs[0].d_lr == 0.125
    assert not comparison.state.many


def test_a_recorded_run_is_started_anew_like_any_other(comparison: Any) -> None:
    comparison.open(Recording((recorded(),), {}))
    comparison.obey("play")
    (run,) = comparison.runs
    assert run.state == "running"
    assert run.config.d_lr == 0.125
    assert not comparison.panels()[0].recorded


def test_a_recording_of_many_seeds_or_of_no_preset_of_ours_opens_too(comparison: Any) -> None:
    comparison.open(Recording((recorded("theirs", (7, 8)),), {}))
    assert comparison.state.many
    assert comparison.state.presets[0] in PRESETS
    assert comparison.runs[0].seeds == (7, 8)


def test_what_is_saved_is_what_was_opened(comparison: Any) -> None:
    assert comparison.recording() is None
    opened = Recording((recorded(), recorded(NAMES[1])), {})
    comparison.open(opened)
    assert comparison.recording().runs == opened.runs


def test_what_a_running_gan_has_shown_is_saved_and_says_how_far_it_came(comparison: Any) -> None:
    comparison.start()
    assert comparison.recording() is None
    (frame, _) = recorded().frames
    comparison.runs[1].history.append(40, 0.5, frame)
    comparison.runs[1].step = 40
    (saved,) = comparison.recording().runs
    assert (saved.outcome, saved.message) == ("stopped", "Recorded up to step 40.")
    assert saved.preset == NAMES[1]


def test_of_a_run_that_was_watched_for_long_an_even_selection_is_saved(comparison: Any) -> None:
    comparison.start()
    for step in range(1500):
        frame = encode({"step": step, "d_steps": step, "time": step / 30, "scalars": {"d_loss": [0.5]}}, {})
        comparison.runs[0].history.append(step, step / 30, frame)
    comparison.runs[0].step = 1499
    (saved,) = comparison.recording().runs
    steps = [read_header(frame)[0]["step"] for frame in saved.frames]
    assert (steps[0], steps[-1]) == (0, 1499)
    assert 200 < len(steps) <= MOST_FRAMES
    assert max(after - before for before, after in pairwise(steps)) <= 1500 / 100
