"""Exercises that check themselves: assets/start/<language>/exercises.toml, once for each

[[exercise]]
title = "Where does D stand?"
text = "What to do, in markdown."
page = "mode_collapse"            # "" is the page Start
query = "card=2"                  # the state that its link opens
question = "What is asked?"
choices = ["a", "b"]              # either these, with
answer = 2                        # counted from 1,
number = 1.39                     # or a number, with
within = 0.02                     # how far off an answer may be
because = "Why that is so."
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from ui.start.lectures import TEXTS

OPEN = "[Open it in a new tab]({address})"
HEADING = "**{number}. {title}**"
RIGHT = "**Yes.** {because}"
WRONG = "**Not so.** {because}"
HINT = "A number; press Enter to check it"
INTRODUCTION = (
    "Ten exercises. Each link opens its state in a new tab; answer here, and the answer is checked and explained."
)


@dataclass(frozen=True)
class Exercise:
    """One exercise; it has either `choices` and an `answer`, or a `number` that may be missed by `within`."""

    title: str
    text: str
    page: str
    query: str
    question: str
    because: str
    choices: tuple[str, ...] = ()
    answer: int = 0
    number: float | None = None
    within: float = 0.0

    def __post_init__(self) -> None:
        if bool(self.choices) == (self.number is not None):
            raise ValueError(f"exercise {self.title!r}: either choices or a number is needed")
        if self.choices and not 1 <= self.answer <= len(self.choices):
            raise ValueError(f"exercise {self.title!r}: answer is {self.answer}; allowed are 1 to {len(self.choices)}")
        if self.number is not None and self.within <= 0:
            raise ValueError(f"exercise {self.title!r}: within is {self.within}; a number above 0 is needed")

    @property
    def address(self) -> str:
        """The link to its state, from the page Start."""
        return f"{self.page or '.'}?{self.query}"

    def is_right(self, said: str | float) -> bool:
        """Whether a choice, or a number, is the answer."""
        if self.number is None:
            return said in self.choices and self.choices.index(str(said)) == self.answer - 1
        return abs(float(said) - self.number) <= self.within


@cache
def exercises(language: str = "en") -> tuple[Exercise, ...]:
    """All exercises of a language."""
    found = tomllib.loads((TEXTS / language / "exercises.toml").read_text(encoding="utf-8"))
    tables: list[dict[str, Any]] = [{**each, "choices": tuple(each.get("choices", ()))} for each in found["exercise"]]
    return tuple(Exercise(**each) for each in tables)


def draw_exercises(every: Sequence[Exercise]) -> None:
    """Draws all of them, two beside each other."""
    st.markdown(INTRODUCTION)
    for first in range(0, len(every), 2):
        for column, number in zip(st.columns(2), range(first, min(first + 2, len(every))), strict=False):
            with column, st.container(border=True):
                _draw(number + 1, every[number])


@st.fragment
def _draw(number: int, exercise: Exercise) -> None:
    """Draws one; an answer draws it alone again."""
    st.markdown(HEADING.format(number=number, title=exercise.title))
    st.markdown(f"{exercise.text} {OPEN.format(address=exercise.address)}")
    key = f"exercise:{number}"
    if exercise.number is None:
        said = st.radio(exercise.question, exercise.choices, index=None, key=key)
    else:
        said = st.number_input(exercise.question, value=None, step=None, format="%g", placeholder=HINT, key=key)
    if said is None:
        return
    if exercise.is_right(said):
        st.success(RIGHT.format(because=exercise.because), icon=":material/check:")
    else:
        st.error(WRONG.format(because=exercise.because), icon=":material/close:")
