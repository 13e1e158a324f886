"""Lecture cards: markdown files with a few settings on top, so that a lecturer edits words without touching code.

A lecture is a folder in assets/lectures/<language>; its cards are its files in the order of their names:

    +++
    title = "Predict"
    minutes = 3                     # that it takes in class
    scenario = "unrolled"           # optional: what it puts on the stage
    opens = "curtain"               # optional, how: see OPENS
    exhibit = "stage"               # optional: what stands beside the card, see BESIDE
    lab = {b = "r1", gamma = 0.3}   # optional, with exhibit "dirac": how it is opened; likewise aug and measure, see
                                    # ui.exhibits.settings
    question = "What will A do?"    # optional, with:
    choices = ["keep all eight modes", "lose some"]
    answer = 2                      # counted from 1
    because = "why that is so"
    reveal = 2000                   # optional: the step from which the answer is given; at once where it is not said
    panel = "a"                     # optional: the panel that has to have come so far
    notes = "What to say"           # optional: for the lecturer's eyes alone

    [[try]]                         # optional, once for every button: what it turns, see ui.lecture.card_action
    say = "Noise 1 for A"
    panel = "a"
    set = {noise = 1.0}
    +++
    Text in markdown.
"""

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from ui.app.address import LABELS
from ui.exhibits import CODECS, EXHIBITS, USUAL, Settings
from ui.lecture.card_action import CardAction, read_card_action

LECTURES = Path(__file__).parents[2] / "assets" / "lectures"

# What can stand beside a card: the runs, or an exhibit that needs no run (and so no scenario).
BESIDE = ("stage", *EXHIBITS)

# How a card's scenario stands on the stage when the card is turned to: at its start, with nothing running; running; or
# as the card before has left it, where it is there already, and running where it is not.
OPENS = ("curtain", "playing", "goes_on")

_WORDS = {"title", "minutes", "notes", "question", "choices", "answer", "because", "reveal", "panel"}
_KEYS = {*_WORDS, "scenario", "opens", "exhibit", "try", *CODECS}


@dataclass(frozen=True)
class Card:
    """One card. `answer` counts from 1; a card without a question has no choices.

    `settings` holds those in which the card opens an exhibit, by the names of `CODECS`; others it leaves as they are.
    `reveal` is the step that panel `panel` has to reach before the answer is given, 0 for at once. `minutes` and
    `notes` are for the lecturer.
    """

    title: str
    text: str
    minutes: int = 0
    notes: str = ""
    scenario: str | None = None
    opens: str = "curtain"
    exhibit: str = "stage"
    settings: Settings = field(default_factory=dict[str, Any])
    question: str | None = None
    choices: tuple[str, ...] = ()
    answer: int = 0
    because: str = ""
    reveal: int = 0
    panel: int = 0
    actions: tuple[CardAction, ...] = ()


def parse_card(source: str, name: str) -> Card:
    """A card from its file's text; raises ValueError that names the file and what is wrong."""
    parts = source.split("+++", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ValueError(f"{name}: the file begins with settings between two lines of +++")
    try:
        settings = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: the settings cannot be read: {error}") from None
    if unknown := settings.keys() - _KEYS:
        raise ValueError(
            f"{name}: there is no setting {', '.join(sorted(unknown))}; settings are {', '.join(sorted(_KEYS))}"
        )
    if "title" not in settings:
        raise ValueError(f"{name}: a title is missing")
    settings["choices"] = tuple(settings.get("choices", ()))
    settings["settings"] = {key: _setting(key, settings.pop(key), name) for key in CODECS if key in settings}
    settings["notes"] = str(settings.get("notes", "")).strip()
    actions = settings.pop("try", [])
    settings["panel"] = _panel(settings.get("panel", "a"), name)
    for key in ("minutes", "reveal"):
        if type(settings.get(key, 0)) is not int or settings.get(key, 0) < 0:
            raise ValueError(f"{name}: {key} is {settings[key]!r}; a whole number from 0 is needed")
    card = Card(text=parts[2].strip(), **settings)
    if bool(card.question) != bool(card.choices) or (card.question and not 1 <= card.answer <= len(card.choices)):
        raise ValueError(f"{name}: a question needs choices, and an answer from 1 to their number")
    if card.opens not in OPENS:
        raise ValueError(f"{name}: opens is {card.opens!r}; allowed are {', '.join(OPENS)}")
    if card.reveal and not (card.question and card.scenario):
        raise ValueError(f"{name}: reveal is for the question of a card with a scenario")
    if card.exhibit not in BESIDE:
        raise ValueError(f"{name}: exhibit is {card.exhibit!r}; allowed are {', '.join(BESIDE)}")
    if card.scenario and card.exhibit != "stage":
        raise ValueError(f"{name}: a scenario runs on the stage, and the exhibit of this card is {card.exhibit!r}")
    for key in card.settings:
        if card.exhibit != key:
            raise ValueError(
                f"{name}: {key} opens the exhibit of that name, and the exhibit of this card is {card.exhibit!r}"
            )
    return replace(card, actions=_actions(actions, card, name))


def _panel(label: object, name: str) -> int:
    if label not in tuple(LABELS):
        raise ValueError(f"{name}: panel is {label!r}; allowed are {', '.join(LABELS)}")
    return LABELS.index(cast("str", label))


def _actions(tables: Any, card: Card, name: str) -> tuple[CardAction, ...]:
    if not isinstance(tables, list):
        raise ValueError(f"{name}: try is {tables!r}; tables are needed, each after its own [[try]]")
    try:
        return tuple(read_card_action(table, card.settings, card.exhibit) for table in cast("list[object]", tables))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _setting(key: str, fields: Any, name: str) -> Any:
    if not isinstance(fields, dict):
        raise ValueError(f"{name}: {key} is {fields!r}; fields are needed, as in {{b = 'r1'}}")
    found, wrong = CODECS[key].read(fields, USUAL[key])
    if wrong:
        raise ValueError(f"{name}: {key}: {' '.join(wrong)}")
    return found


@cache
def lecture(name: str, language: str = "en") -> tuple[Card, ...]:
    """The cards of a lecture, in order."""
    files = sorted((LECTURES / language / name).glob("*.md"))
    if not files:
        raise ValueError(f"There is no lecture {name!r} in language {language!r}")
    return tuple(parse_card(file.read_text(encoding="utf-8"), file.name) for file in files)
