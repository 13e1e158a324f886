"""A lesson: each card brings its own stage, keeps what was answered on it, and its buttons do not add up."""

from dataclasses import replace
from typing import Any

import pytest

from tests.ui.stage.fake_runs import FakeRegistry
from ui.app.address import Later, state_of
from ui.exhibits.dirac.codec import Lab
from ui.lecture.card_action import CardAction
from ui.lecture.cards import Card
from ui.lecture.lesson import Lesson
from ui.stage.scenario import Scenario

PAIR, OTHER = ("ring-merge", "ring-merge-wasserstein"), ("ring-merge-pac",)
SCENARIOS = [Scenario("pair", "a pair", PAIR), Scenario("other", "another", OTHER)]
ANSWER = {"choices": ("one", "two"), "answer": 2}
PACKED = CardAction("A: PacGAN", 0, {"pack": 4}, {})
UNROLLED = CardAction("A: unroll", 0, {"unroll_steps": 5}, {})
LATER = CardAction("A: −log D", 0, {"loss": "minimax"}, {}, at=500)
STEEP = CardAction("γ = 3", None, {}, {"dirac": {"gamma": 3.0}})
CARDS = (
    Card("Predict", "", scenario="pair", question="What?", reveal=100, **ANSWER),
    Card("What came", "", scenario="pair", opens="goes_on", question="Why?", **ANSWER),
    Card("Another", "", scenario="other", opens="playing"),
    Card("Try", "", scenario="pair", actions=(PACKED, UNROLLED, LATER)),
    Card("Laboratory", "", exhibit="dirac", settings={"dirac": Lab(h=0.25)}, actions=(STEEP,)),
)


@pytest.fixture
def lesson() -> Any:
    return Lesson(FakeRegistry(), state_of(PAIR, 7), SCENARIOS, CARDS)  # type: ignore[arg-type]


# ── Cards ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_card_with_a_prediction_opens_with_nothing_running(lesson: Any) -> None:
    lesson.bring()
    assert [run.state for run in lesson.runs] == ["paused", "paused"]


@pytest.mark.parametrize("number", [3, 4])
def test_a_card_that_is_turned_to_brings_its_own_stage_whatever_was_there(lesson: Any, number: int) -> None:
    lesson.turn(0, "d_lr", 0.5)
    lesson.obey("seeds")
    lesson.put(1, None)
    lesson.turn_to(number)
    wanted = {3: OTHER, 4: PAIR}[number]
    assert replace(lesson.state, card=1) == state_of(wanted, 7)
    assert {run.state for run in lesson.runs} == {"running" if number == 3 else "paused"}
    assert not lesson.can_undo


def test_a_card_that_goes_on_leaves_the_runs_of_the_card_before(lesson: Any) -> None:
    lesson.bring()
    lesson.obey("play")
    runs = list(lesson.runs)
    lesson.turn_to(2)
    assert lesson.runs == runs
    assert not any(run.ended for run in runs)


def test_a_card_that_goes_on_plays_where_there_is_nothing_to_go_on_with(lesson: Any) -> None:
    lesson.turn_to(3)
    lesson.turn_to(2)
    assert lesson.state.presets == PAIR
    assert {run.state for run in lesson.runs} == {"running"}


def test_a_knob_can_be_turned_on_the_next_card_too(lesson: Any) -> None:
    for number in (1, 4):
        lesson.turn_to(number)
        lesson.turn(0, "d_lr", 0.5)
        assert lesson.can_undo


def test_many_seeds_end_with_their_card(lesson: Any) -> None:
    lesson.bring()
    lesson.obey("seeds")
    lesson.turn_to(2)
    assert not lesson.state.many


def test_a_card_that_was_answered_keeps_its_runs_when_it_is_turned_back_to(lesson: Any) -> None:
    lesson.bring()
    lesson.obey("choose", choice=1)
    runs = list(lesson.runs)
    lesson.turn_to(2)
    lesson.turn_to(1)
    assert lesson.runs == runs
    assert lesson.chosen == 1


def test_there_are_no_cards_beyond_the_first_and_the_last(lesson: Any) -> None:
    before = lesson.mark
    for number in (0, 6, -1):
        lesson.turn_to(number)
    assert lesson.mark == before


def test_a_card_begins_again_as_it_was_opened(lesson: Any) -> None:
    lesson.turn_to(4)
    lesson.turn(0, "d_lr", 0.5)
    lesson.put(1, None)
    lesson.obey("reset")
    assert replace(lesson.state, card=1) == state_of(PAIR, 7)
    assert {run.state for run in lesson.runs} == {"paused"}
    lesson.obey("undo")
    assert len(lesson.state.configs) == 1


# ── Its question ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_guess_starts_the_runs_and_its_answer_waits_for_them(lesson: Any) -> None:
    lesson.bring()
    lesson.obey("choose", choice=1)
    assert all(("play",) in run.said for run in lesson.runs)
    assert (lesson.chosen, lesson.is_told) == (1, False)
    lesson.obey("choose", choice=2)  # a guess may be changed until then
    lesson.runs[0].step = 99
    lesson.described()
    assert not lesson.is_told
    mark, stamp = lesson.mark, lesson.stamp
    lesson.runs[0].step = 100
    assert lesson.stamp != stamp  # whoever looks at the stage hears of it
    lesson.described()
    assert (lesson.chosen, lesson.is_told) == (2, True)
    assert lesson.mark != mark  # and the page is drawn again
    lesson.obey("choose", choice=1)
    assert lesson.chosen == 2


@pytest.mark.parametrize("state", ["queued", "starting", "paused"])
def test_a_guess_that_comes_before_the_runs_are_there_starts_them_too(lesson: Any, state: str) -> None:
    lesson.bring()
    for run in lesson.runs:
        run.state = state
    lesson.obey("choose", choice=1)
    assert all(("play",) in run.said for run in lesson.runs)


def test_no_answer_without_a_guess(lesson: Any) -> None:
    lesson.bring()
    lesson.obey("play")
    lesson.runs[0].step = 5000
    lesson.described()
    assert not lesson.is_told
    lesson.obey("choose", choice=2)
    assert lesson.is_told


def test_a_run_that_ends_early_tells_the_answer_too(lesson: Any) -> None:
    lesson.bring()
    lesson.obey("choose", choice=1)
    lesson.runs[0].step, lesson.runs[0].state = 60, "diverged"
    lesson.described()
    assert lesson.is_told


def test_a_question_about_no_run_is_answered_at_once_and_may_be_answered_again(lesson: Any) -> None:
    lesson.turn_to(2)
    for choice in (1, 2):
        lesson.obey("choose", choice=choice)
        assert (lesson.chosen, lesson.is_told) == (choice, True)
    lesson.obey("choose", choice=3)
    assert lesson.chosen == 2


def test_a_guess_does_not_stop_what_runs_or_start_what_was_paused_on_its_way(lesson: Any) -> None:
    lesson.bring()
    lesson.obey("play")
    lesson.obey("pause")
    for run in lesson.runs:
        run.step, run.said = 40, []
    lesson.obey("choose", choice=1)
    assert all(run.said == [] for run in lesson.runs)


# ── What it offers to try ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_tried_shows_that_it_is_on_and_the_same_button_takes_it_back(lesson: Any) -> None:
    lesson.turn_to(4)
    own = lesson.state
    for action in (PACKED, UNROLLED, LATER):
        lesson.try_out(action)
        assert [lesson.is_tried(each) for each in CARDS[3].actions] == [each is action for each in CARDS[3].actions]
        assert {run.state for run in lesson.runs} <= {"running", "paused"}
        lesson.try_out(action)
        assert lesson.state == own
        assert not lesson.is_tried(action)


def test_two_that_are_tried_never_add_up(lesson: Any) -> None:
    lesson.turn_to(4)
    lesson.try_out(UNROLLED)
    lesson.try_out(PACKED)
    assert (lesson.state.configs[0].pack, lesson.state.configs[0].unroll_steps) == (4, 0)
    lesson.try_out(LATER)
    assert (lesson.state.configs[0].pack, lesson.state.later) == (1, (Later(500, {"loss": "minimax"}), None))
    lesson.try_out(PACKED)
    assert lesson.state.later == ()


@pytest.mark.parametrize("action", [PACKED, LATER])
def test_pressed_late_it_does_what_it_does_early(lesson: Any, action: CardAction) -> None:
    told = []
    for step, state in ((0, "paused"), (300, "running"), (12_000, "finished")):
        lesson.turn_to(4)
        for run in lesson.runs:
            run.step, run.state = step, state
        lesson.turn(1, "d_lr", 0.5)  # nor does it matter what was turned before
        lesson.try_out(action)
        told.append((lesson.state, [(run.config, run.said, run.step) for run in lesson.runs]))
        lesson.turn_to(3)
    assert told[0] == told[1] == told[2]


def test_what_is_tried_beside_an_exhibit_begins_from_the_card_s_own_setting(lesson: Any) -> None:
    lesson.turn_to(5)
    lesson.set_setting("dirac", Lab(h=0.9), rests=True)
    lesson.try_out(STEEP)
    assert lesson.state.settings["dirac"] == Lab(h=0.25, gamma=3.0)
    assert lesson.is_tried(STEEP)
    lesson.try_out(STEEP)
    assert lesson.state.settings["dirac"] == Lab(h=0.25)


def test_what_is_tried_can_be_undone(lesson: Any) -> None:
    lesson.turn_to(4)
    before = lesson.state
    lesson.try_out(PACKED)
    lesson.obey("undo")
    assert lesson.state == before
