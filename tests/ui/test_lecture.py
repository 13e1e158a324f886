"""Every lecture that is shipped can be read, and a mistake in one is named."""

import pytest

from ui.dirac import Lab
from ui.lecture import LECTURES, lecture, parse_card


@pytest.mark.parametrize("folder", sorted(LECTURES.glob("*/*")), ids=lambda folder: folder.name)
def test_shipped_lectures_have_four_to_six_cards_and_a_question(folder) -> None:
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
    assert parse_card(GOOD.replace('title = "T"', 'title = "T"\nexhibit = "two_lines"'), "x.md").exhibit == "two_lines"


LAB = 'title = "T"\nexhibit = "dirac"\nlab = {b = "roth", gamma = 0.5, starts = "1,1;0.5,-1"}'


def test_a_card_opens_the_laboratory_as_it_says() -> None:
    card = parse_card(GOOD.replace('title = "T"', LAB), "x.md")
    assert card.settings["lab"] == Lab(b="roth", gamma=0.5, starts=((1.0, 1.0), (0.5, -1.0)))
    assert parse_card(GOOD, "x.md").settings == {}


@pytest.mark.parametrize("folder", sorted(LECTURES.glob("*/*")), ids=lambda folder: folder.name)
def test_a_card_is_read_in_a_minute(folder) -> None:
    for card in lecture(folder.name, folder.parent.name):
        assert len(card.text.split()) <= 60, card.title


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("no settings", "+++"),
        ("+++\ntitle = \n+++\n", "cannot be read"),
        ('+++\nquestion = "Q"\n+++\n', "title"),
        (GOOD.replace("answer = 2", "answer = 3"), "answer"),
        (GOOD.replace("answer", "anwser"), "anwser"),
        (GOOD.replace('title = "T"', 'title = "T"\nexhibit = "stagecoach"'), "stagecoach"),
        (GOOD.replace('title = "T"', 'title = "T"\nexhibit = "two_lines"\nscenario = "s"'), "scenario"),
        (GOOD.replace('title = "T"', LAB.replace("dirac", "two_lines")), "lab"),
        (GOOD.replace('title = "T"', LAB.replace("roth", "goth")), "goth"),
        (GOOD.replace('title = "T"', LAB.replace("gamma", "gama")), "gama"),
        (GOOD.replace('title = "T"', LAB.replace("0.5,-1", "9,9")), "starts"),
        (GOOD.replace('title = "T"', 'title = "T"\nexhibit = "dirac"\nlab = "r1"'), "r1"),
    ],
)
def test_a_mistake_is_named_with_its_file(source: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"x\.md") as error:
        parse_card(source, "x.md")
    assert said in str(error.value)
