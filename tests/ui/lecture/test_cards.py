"""Every lecture that is shipped can be read, and a mistake in one is named."""

import pytest

from ui.exhibits.dirac.codec import Lab
from ui.lecture.card_action import CardAction
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
        (trying('say = "T"\nset = {noise = 1}\nat = -5'), "at is -5"),
        (trying('say = "T"\nset = {noise = 1}\nat = "late"'), "'late'"),
        (trying('say = "T"\nset = {unroll_steps = 3, g_hidden = 9}\nat = 100'), "g_hidden"),
        (trying('say = "T"\ndirac = {h = 0.1}\nat = 100', "dirac"), "at is for set"),
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


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("no settings", "+++"),
        ("+++\ntitle = \n+++\n", "cannot be read"),
        ('+++\nquestion = "Q"\n+++\n', "title"),
        (GOOD.replace("answer = 2", "answer = 3"), "answer"),
        (GOOD.replace("answer", "anwser"), "anwser"),
        (GOOD.replace("answer = 2", "answer = 2\nreveal = 100"), "reveal"),
        (GOOD.replace("answer = 2", 'answer = 2\nscenario = "s"\nreveal = -1'), "reveal"),
        (GOOD.replace('title = "T"', 'title = "T"\nminutes = "three"'), "minutes"),
        (GOOD.replace('title = "T"', 'title = "T"\nopens = "slowly"'), "slowly"),
        (GOOD.replace('title = "T"', 'title = "T"\npanel = "z"'), "'z'"),
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
