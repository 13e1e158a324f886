"""Every lecture that is shipped can be read, and a mistake in one is named."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gancore.experiments.presets import PRESETS
from ui.app.address import state_of
from ui.exhibits import USUAL
from ui.exhibits.dirac.codec import Lab
from ui.lecture.card_action import CardAction, carry_out
from ui.lecture.cards import LECTURES, lecture, parse_card


@pytest.mark.parametrize("folder", sorted(LECTURES.glob("*/*")), ids=lambda folder: folder.name)
def test_shipped_lectures_have_four_to_nine_cards_and_a_question(folder) -> None:
    cards = lecture(folder.name, folder.parent.name)
    assert 4 <= len(cards) <= 9
    assert any(card.question for card in cards)
    assert all(card.text for card in cards)


GOOD = '+++\ntitle = "T"\nquestion = "Q?"\nchoices = ["a", "b"]\nanswer = 2\n+++\nText.'


def test_a_card_is_read() -> None:
    card = parse_card(GOOD, "x.md")
    assert (card.title, card.question, card.choices, card.answer, card.text) == ("T", "Q?", ("a", "b"), 2, "Text.")


def test_a_card_stands_beside_the_stage_unless_it_asks_for_another_exhibit() -> None:
    assert parse_card(GOOD, "x.md").exhibit == "stage"
    assert (
        parse_card(GOOD.replace('title = "T"', 'title = "T"\nexhibit = "optimal_discriminator"'), "x.md").exhibit
        == "optimal_discriminator"
    )


LAB = 'title = "T"\nexhibit = "dirac"\ndirac = {b = "roth", gamma = 0.5, starts = "1,1;0.5,-1"}'


def test_a_card_opens_the_laboratory_as_it_says() -> None:
    card = parse_card(GOOD.replace('title = "T"', LAB), "x.md")
    assert card.settings["dirac"] == Lab(b="roth", gamma=0.5, starts=((1.0, 1.0), (0.5, -1.0)))
    assert parse_card(GOOD, "x.md").settings == {}


@pytest.mark.parametrize("folder", sorted(LECTURES.glob("*/*")), ids=lambda folder: folder.name)
def test_a_card_is_read_in_a_minute(folder) -> None:
    for card in lecture(folder.name, folder.parent.name):
        assert len(card.text.split()) <= 60, card.title


def trying(table: str, exhibit: str = "stage") -> str:
    """A card with one thing to try."""
    return f'+++\ntitle = "T"\nexhibit = "{exhibit}"\n[[try]]\n{table}\n+++\nText.'


def test_a_card_names_what_to_try() -> None:
    card = parse_card(trying('say = "Noise"\npanel = "b"\nset = {noise = 1, d_steps = 5}'), "x.md")
    assert card.actions == (CardAction("Noise", 1, {"noise": 1.0, "d_steps": 5}, {}),)
    card = parse_card(
        trying('say = "All"\nset = {loss = "hinge"}\n[[try]]\nsay = "A"\npanel = "a"\nset = {pack = 2}'), "x.md"
    )
    assert [(each.say, each.panel) for each in card.actions] == [("All", None), ("A", 0)]
    card = parse_card(trying('say = "Slower"\ndirac = {h = 0.1}', "dirac"), "x.md")
    assert card.actions == (CardAction("Slower", None, {}, {"dirac": {"h": 0.1}}),)


def test_what_is_tried_is_read_as_in_the_game_that_the_card_opens() -> None:
    bilinear = trying('say = "P"\ndirac = {a = "plain"}', "dirac")
    with pytest.raises(ValueError, match="plain"):
        parse_card(bilinear, "x.md")
    assert parse_card(bilinear.replace("[[try]]", 'dirac = {game = "bilinear"}\n[[try]]'), "x.md").actions


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (trying('panel = "a"\nset = {noise = 1}'), "say"),
        (trying('say = "T"'), "one of set"),
        (trying('say = "T"\nset = {}'), "fields are needed"),
        (trying('say = "T"\nset = {nose = 1}'), "nose"),
        (trying('say = "T"\nset = {points = []}'), "points"),
        (trying('say = "T"\nset = {noise = -1}'), "noise"),
        (trying('say = "T"\nset = {loss = "hingo"}'), "hingo"),
        (trying('say = "T"\npanel = "e"\nset = {noise = 1}'), "'e'"),
        (trying('say = "T"\nsat = {noise = 1}'), "sat"),
        (trying('say = "T"\ndirac = {h = 0.1}'), "'dirac'"),
        (trying('say = "T"\nset = {noise = 1}', "dirac"), "'stage'"),
        (trying('say = "T"\ndirac = {h = 99}', "dirac"), "99"),
        (trying('say = "T"\npanel = "a"\ndirac = {h = 0.1}', "dirac"), "panel"),
        (trying('say = "T"\ndirac = {h = 0.1}\ncorruption = {noise = 0.3}', "dirac"), "one of set"),
        ('+++\ntitle = "T"\ntry = "noise"\n+++\n', "[[try]]"),
        ('+++\ntitle = "T"\ntry = ["noise"]\n+++\n', "[[try]]"),
    ],
)
def test_a_mistake_in_what_to_try_is_named_with_its_file(source: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^x\.md: ") as error:
        parse_card(source, "x.md")
    assert said in str(error.value)


class Tuned:
    """A comparison that remembers what was turned; `refused` names a field that is not taken."""

    def __init__(self, training: list[bool], refused: str = "") -> None:
        self.state = state_of(sorted(PRESETS)[: len(training)])
        self.notices: list[str] = ["of before"]
        self.training = training
        self.refused = refused
        self.done: list[Any] = []

    def turn(self, panel: int | None, field: str, value: Any) -> None:
        if field == self.refused:
            self.note([f"{field} is {value}"])
        else:
            self.done.append((panel, field, value))

    def start(self) -> None:
        self.done.append("start")

    def note(self, notices: Sequence[str]) -> None:
        self.notices = list(notices)

    def adjust(self, **fields: Any) -> None:
        self.state = replace(self.state, **fields)


def test_what_is_tried_is_turned_as_by_hand_and_where_nothing_trains_all_begins() -> None:
    attempt = parse_card(trying('say = "T"\npanel = "b"\nset = {noise = 1, d_steps = 5}'), "x.md").actions[0]
    turned: list[Any] = [(1, "noise", 1.0), (1, "d_steps", 5)]
    for training, done in (([False, True], turned), ([True, False], [*turned, "start"])):
        tuned = Tuned(training)
        carry_out(attempt, tuned)
        assert (tuned.done, tuned.notices) == (done, [])
    for_all = parse_card(trying('say = "T"\nset = {noise = 1}'), "x.md").actions[0]
    tuned = Tuned([True, False])
    carry_out(for_all, tuned)
    assert tuned.done == [(None, "noise", 1.0), "start"]


def test_what_cannot_be_tried_is_a_notice() -> None:
    attempt = parse_card(trying('say = "T"\npanel = "b"\nset = {noise = 1, d_steps = 5}'), "x.md").actions[0]
    tuned = Tuned([False])
    carry_out(attempt, tuned)
    assert tuned.done == []
    assert "B" in tuned.notices[0]
    tuned = Tuned([False, False], refused="noise")
    carry_out(attempt, tuned)
    assert (tuned.done, tuned.notices) == ([], ["noise is 1.0"])


def test_what_is_tried_in_an_exhibit_changes_its_setting_as_it_is_now() -> None:
    attempt = parse_card(trying('say = "T"\ndirac = {h = 0.5}', "dirac"), "x.md").actions[0]
    tuned = Tuned([False])
    tuned.state = replace(tuned.state, settings={**USUAL, "dirac": Lab(gamma=0.7)})
    carry_out(attempt, tuned)
    assert tuned.state.settings["dirac"] == Lab(gamma=0.7, h=0.5)
    assert (tuned.done, tuned.notices) == ([], [])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("no settings", "+++"),
        ("+++\ntitle = \n+++\n", "cannot be read"),
        ('+++\nquestion = "Q"\n+++\n', "title"),
        (GOOD.replace("answer = 2", "answer = 3"), "answer"),
        (GOOD.replace("answer", "anwser"), "anwser"),
        (GOOD.replace('title = "T"', 'title = "T"\nexhibit = "stagecoach"'), "stagecoach"),
        (GOOD.replace('title = "T"', 'title = "T"\nexhibit = "optimal_discriminator"\nscenario = "s"'), "scenario"),
        (GOOD.replace('title = "T"', LAB.replace('exhibit = "dirac"', 'exhibit = "optimal_discriminator"')), "dirac"),
        (GOOD.replace('title = "T"', LAB.replace("roth", "goth")), "goth"),
        (GOOD.replace('title = "T"', LAB.replace("gamma", "gama")), "gama"),
        (GOOD.replace('title = "T"', LAB.replace("0.5,-1", "9,9")), "starts"),
        (GOOD.replace('title = "T"', 'title = "T"\nexhibit = "dirac"\ndirac = "r1"'), "r1"),
    ],
)
def test_a_mistake_is_named_with_its_file(source: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"x\.md") as error:
        parse_card(source, "x.md")
    assert said in str(error.value)
