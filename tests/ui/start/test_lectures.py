"""Plans name cards that are there, and fit into their minutes."""

import pytest

from ui.lecture.cards import LECTURES, lecture
from ui.start.lectures import PAGES, Plan, lectures, minutes_of, plans, stop

TOUR = 5  # minutes of the first GAN, with which each plan begins
PLANS, DROPPED = plans()


def test_every_lecture_is_on_the_map() -> None:
    assert set(lectures()) == {folder.name for folder in (LECTURES / "en").iterdir()}
    navigation = (PAGES.parent / "ui" / "app" / "navigation.py").read_text(encoding="utf-8")
    for name, each in lectures().items():
        assert f'_PAGES / "{name}.py",\n            title="{each.title}"' in navigation


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.title)
def test_a_plan_fills_its_time_and_keeps_some_for_questions(plan: Plan) -> None:
    assert 0.7 * plan.minutes <= minutes_of(plan.stops) + TOUR <= plan.minutes
    assert len({(each.page, each.number) for each in plan.stops}) == len(plan.stops)


def test_what_can_be_dropped_is_in_no_plan_of_three_failures_or_fewer() -> None:
    dropped = {(each.stop.page, each.stop.number) for each in DROPPED}
    for plan in PLANS[:2]:
        assert dropped.isdisjoint((each.page, each.number) for each in plan.stops)


@pytest.mark.parametrize("name", lectures())
def test_every_card_has_minutes_and_notes_for_the_lecturer(name: str) -> None:
    for card in lecture(name):
        assert 1 <= card.minutes <= 6, card.title
        assert 2 <= card.notes.count(".") + card.notes.count("?") <= 6, card.title


def test_a_card_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="1_see"):
        stop("mode_collapse/0_missing")
