"""Lecture cards: markdown files with a few settings on top, so that a lecturer edits words without touching code.

A lecture is a folder in assets/lectures/<language>; its cards are its files in the order of their names:

    +++
    title = "Predict"
    scenario = "unrolled"           # optional: what "Run it" starts
    exhibit = "stage"               # optional: what stands beside the card, see EXHIBITS
    lab = {b = "r1", gamma = 0.3}   # optional, with exhibit "dirac": how it is opened, fields of ui.dirac.Lab
    question = "What will A do?"    # optional, with:
    choices = ["keep all eight modes", "lose some"]
    answer = 2                      # counted from 1
    because = "why that is so"
    +++
    Text in markdown.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ui.dirac.reach import Lab, read_lab

LECTURES = Path(__file__).parents[1] / "assets" / "lectures"

# What can stand beside a card: the runs, or an exhibit that needs no run (and so no scenario).
EXHIBITS = ("stage", "two_lines", "dirac", "remedies")

_KEYS = {"title", "scenario", "exhibit", "lab", "question", "choices", "answer", "because"}


@dataclass(frozen=True)
class Card:
    """One card. `answer` counts from 1; a card without a question has no choices.

    `lab` is the setting in which the card opens the laboratory; None leaves it as it is.
    """

    title: str
    text: str
    scenario: str | None = None
    exhibit: str = "stage"
    lab: Lab | None = None
    question: str | None = None
    choices: tuple[str, ...] = ()
    answer: int = 0
    because: str = ""


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
    if "lab" in settings:
        settings["lab"] = _lab(settings["lab"], name)
    card = Card(text=parts[2].strip(), **settings)
    if bool(card.question) != bool(card.choices) or (card.question and not 1 <= card.answer <= len(card.choices)):
        raise ValueError(f"{name}: a question needs choices, and an answer from 1 to their number")
    if card.exhibit not in EXHIBITS:
        raise ValueError(f"{name}: exhibit is {card.exhibit!r}; allowed are {', '.join(EXHIBITS)}")
    if card.scenario and card.exhibit != "stage":
        raise ValueError(f"{name}: a scenario runs on the stage, and the exhibit of this card is {card.exhibit!r}")
    if card.lab and card.exhibit != "dirac":
        raise ValueError(f"{name}: lab opens the exhibit 'dirac', and the exhibit of this card is {card.exhibit!r}")
    return card


def _lab(settings: Any, name: str) -> Lab:
    if not isinstance(settings, dict):
        raise ValueError(f"{name}: lab is {settings!r}; fields of the laboratory are needed, as in {{b = 'r1'}}")
    lab, wrong = read_lab(settings, Lab())
    if wrong:
        raise ValueError(f"{name}: lab: {' '.join(wrong)}")
    return lab


@cache
def lecture(name: str, language: str = "en") -> tuple[Card, ...]:
    """The cards of a lecture, in order."""
    files = sorted((LECTURES / language / name).glob("*.md"))
    if not files:
        raise ValueError(f"There is no lecture {name!r} in language {language!r}")
    return tuple(parse_card(file.read_text(encoding="utf-8"), file.name) for file in files)
