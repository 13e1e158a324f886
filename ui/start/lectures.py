"""The map of the lectures with their minutes, plans for those who give them, and the lecturer's guide.

assets/start/<language>/lectures.toml names the lectures in their order, plans.toml the plans; a card is named as its
file is: "mode_collapse/2_predict".
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import streamlit as st

from ui.lecture.cards import LECTURES, Card, lecture

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "pages"
TEXTS = ROOT / "assets" / "start"

_WHOLE = "{cards} cards, about {minutes} minutes. {about}"
_CARDS = "The cards, with minutes"
_CARD = "{number} · {title} ({minutes} min)"
_PLAN = "{title}, {minutes} minutes"
_LINK = "[{title}]({page}?card={number}) ({minutes} min)"
_WHY = "- {lecture}, {card}: {why}"
_DROPPED = "**What can be dropped first**"


@dataclass(frozen=True)
class Lecture:
    """A lecture's title, and a sentence on what it is about."""

    title: str
    about: str


@dataclass(frozen=True)
class Stop:
    """A card on the way: its lecture, its number there, and the card."""

    page: str
    number: int
    card: Card


@dataclass(frozen=True)
class Plan:
    """A way through the cards for so many minutes."""

    title: str
    minutes: int
    says: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Dropped:
    """A card that can be left out, and why."""

    stop: Stop
    why: str


def stop(name: str, language: str = "en") -> Stop:
    """The card whose file is called so. Raises ValueError where there is none."""
    page, _, file = name.partition("/")
    files = sorted(path.stem for path in (LECTURES / language / page).glob("*.md"))
    if file not in files:
        raise ValueError(f"there is no card {name!r}; those of {page!r} are {', '.join(files) or 'none'}")
    number = files.index(file) + 1
    return Stop(page, number, lecture(page, language)[number - 1])


@cache
def lectures(language: str = "en") -> dict[str, Lecture]:
    """The lectures in their order, by the names of their folders."""
    found = tomllib.loads((TEXTS / language / "lectures.toml").read_text(encoding="utf-8"))
    return {each["name"]: Lecture(each["title"], each["about"]) for each in found["lecture"]}


@cache
def plans(language: str = "en") -> tuple[tuple[Plan, ...], tuple[Dropped, ...]]:
    """The plans, the shortest first, and the cards that can be dropped."""
    found = tomllib.loads((TEXTS / language / "plans.toml").read_text(encoding="utf-8"))
    made = tuple(
        Plan(each["title"], each["minutes"], each["says"], tuple(stop(name, language) for name in each["cards"]))
        for each in found["plan"]
    )
    return made, tuple(Dropped(stop(each["card"], language), each["why"]) for each in found["dropped"])


def minutes_of(stops: Sequence[Stop]) -> int:
    """How long these cards take together."""
    return sum(each.card.minutes for each in stops)


def draw_map() -> None:
    """Draws the lectures side by side: what each is about, how long it takes, and its cards."""
    every = lectures()
    for column, (name, each) in zip(st.columns(len(every)), every.items(), strict=True):
        cards = lecture(name)
        with column:
            st.page_link(PAGES / f"{name}.py")
            minutes = sum(card.minutes for card in cards)
            st.markdown(_WHOLE.format(cards=len(cards), minutes=minutes, about=each.about))
            with st.expander(_CARDS):
                for number, card in enumerate(cards, 1):
                    label = _CARD.format(number=number, title=card.title, minutes=card.minutes)
                    st.page_link(PAGES / f"{name}.py", label=label, query_params={"card": str(number)})


def draw_guide(language: str = "en") -> None:
    """Draws the plans, what can be dropped, and the guide."""
    made, dropped = plans(language)
    for column, plan in zip(st.columns(len(made)), made, strict=True):
        with column:
            st.markdown(f"**{_PLAN.format(title=plan.title, minutes=plan.minutes)}**\n\n{plan.says}")
            for page, stops in groupby(plan.stops, key=lambda each: each.page):
                listed = "\n".join(f"{each.number}. {_linked(each)}" for each in stops)
                st.markdown(f"{lectures(language)[page].title}\n\n{listed}")
    with st.expander(_DROPPED):
        st.markdown(
            "\n".join(
                _WHY.format(lecture=lectures(language)[each.stop.page].title, card=_linked(each.stop), why=each.why)
                for each in dropped
            )
        )
    st.markdown((TEXTS / language / "lecturers.md").read_text(encoding="utf-8"))


def _linked(each: Stop) -> str:
    return _LINK.format(title=each.card.title, page=each.page, number=each.number, minutes=each.card.minutes)
