"""The exercises' answers are those that the library computes, and their links open what they say."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest

from gancore.demos.augmented_gradient import augmented_gradient
from gancore.demos.corruption import corrupt
from gancore.demos.first_gan import EVEN
from gancore.theory.optimal_discriminator import js, kl, wasserstein
from ui.app.address import ours, read, state_of
from ui.exhibits import CODECS, USUAL
from ui.lecture.cards import lecture
from ui.start.exercises import Exercise, exercises

EVERY = exercises()
BY_TITLE = {each.title: each for each in EVERY}
H = 1.0

ANSWERS = {
    "A D that cannot tell": EVEN["d_loss"],
    "KL and the width": float(kl(2.0, 1.0)),
    "What only W says": float(wasserstein(4.0) - wasserstein(1.0)),
    "Where eigenvalues meet": next(gamma for gamma in np.arange(0.5, 2, 0.01) if gamma**2 / 4 - 0.25 >= 0),
    "Outwards": math.sqrt(1 + H**2 / 4),
    "What D does not see": 100 * augmented_gradient({"cutout": True})[0]["unseen"],
}


def test_there_are_ten_and_each_is_asked_once() -> None:
    assert len(EVERY) == len(BY_TITLE) == 10


@pytest.mark.parametrize("title", [each.title for each in EVERY if each.number is not None])
def test_a_number_is_what_is_computed(title: str) -> None:
    exercise = BY_TITLE[title]
    assert exercise.is_right(ANSWERS[title])
    assert not exercise.is_right(ANSWERS[title] + 2.1 * exercise.within)


def test_js_says_the_same_at_both_places() -> None:
    assert js(1.0, 0.1) == pytest.approx(math.log(2), abs=0.005)
    assert js(4.0, 0.1) == pytest.approx(math.log(2), abs=0.005)


@pytest.mark.training
def test_it_is_recall_that_falls() -> None:
    whole, half = (corrupt(settings)[0]["scores"]["corrupted"] for settings in ({}, {"classes": 5}))
    fall = {name: whole[name] - half[name] for name in ("precision", "recall")}
    assert fall["recall"] > 0.3 > abs(fall["precision"])


@pytest.mark.parametrize("exercise", EVERY, ids=lambda each: each.title)
def test_its_link_opens_what_it_names(exercise: Exercise) -> None:
    query = dict(parse_qsl(exercise.query, strict_parsing=True))
    assert ours(query) == query
    cards = lecture(exercise.page) if exercise.page else ()
    first = state_of(("ring-chase",))
    openings = [replace(first, settings={**USUAL, **card.settings}) for card in cards] or [first]
    state, wrong = read(query, openings)
    assert wrong == []
    card = cards[state.card - 1] if cards else None
    for name in {key.partition(".")[0] for key in query} & set(CODECS):
        assert name == (card.exhibit if card is not None else "first_gan")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"choices": ("a",), "answer": 2},
        {"choices": ("a",), "answer": 1, "number": 1.0, "within": 0.1},
        {"number": 1.0},
    ],
)
def test_an_exercise_without_one_answer_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="exercise 'T'"):
        Exercise("T", "text", "", "card=1", "Q?", "because", **fields)
