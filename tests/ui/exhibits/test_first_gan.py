"""The first GAN in an address, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.demos.first_gan import MOST_STEPS, first_gan
from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.frames import encode
from ui.channel.messages import Ask
from ui.exhibits.first_gan.answer import answer
from ui.exhibits.first_gan.codec import FIELDS, Place, read, write
from ui.exhibits.first_gan.words import STEPS, tour


class SameProcess(ComputeClient):
    """A compute client that needs no compute worker."""

    def ask(self, job: str, **settings: Any) -> Any:
        assert job == "first_gan"
        return first_gan(settings)


places = st.builds(
    Place,
    step=st.integers(1, STEPS),
    done=st.booleans(),
    seed=st.integers(0, 999),
    moves=st.sampled_from(["", "d10", "d10,g10", "r3", "d1,g2,r200"]),
)


@given(places, places)
def test_an_address_gives_the_same_place(place: Place, usual: Place) -> None:
    fields = write(place, usual)
    assert fields.keys() <= set(FIELDS)
    assert read(fields, usual) == (place, [])


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50) | st.lists(st.none())


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=20), anything))
def test_strangers_words_become_a_place_that_can_be_shown(fields: dict[str, Any]) -> None:
    place, sentences = read(fields, Place())
    assert read(write(place, Place()), Place()) == (place, [])
    assert all(len(sentence) < 2000 for sentence in sentences)


@pytest.mark.parametrize(
    ("field", "value", "near", "said"),
    [
        ("step", "9", STEPS, "step is '9'"),
        ("seed", "-3", 0, "seed is '-3'"),
        ("done", "maybe", False, "allowed are yes and no"),
        ("moves", "dance", "", "moves is 'dance'"),
        ("moves", f"r{MOST_STEPS}", "", f"{MOST_STEPS} steps in all"),
    ],
)
def test_what_is_wrong_is_said(field: str, value: str, near: object, said: str) -> None:
    place, sentences = read({field: value}, Place())
    assert place == replace(Place(), **{field: near})
    assert len(sentences) == 1
    assert said in sentences[0]


@pytest.mark.training
def test_the_words_come_with_the_first_answer_and_not_while_it_plays() -> None:
    place = Place(step=2, done=True, moves="d10")
    first, _ = answer(place, Ask(kind="ask", number=1, exhibit="first_gan"), SameProcess())
    later, arrays = answer(place, Ask(kind="ask", number=2, exhibit="first_gan", setting={}), SameProcess())
    assert len(first["tour"]["steps"]) == STEPS
    assert "tour" not in later
    assert first["answer"] == later["answer"]
    assert len(encode(later, arrays)) < 20_000  # many a second


@pytest.mark.training
def test_what_was_seen_says_the_figures_that_are_on_the_screen() -> None:
    meta, _ = first_gan({"moves": "d10"})
    said = tour().seen(2, meta)
    for figure in (f"{100 * meta['says_real']:.0f} %", f"{100 * meta['says_fake']:.0f} %", f"{meta['d_loss']:.2f}"):
        assert figure in said
    untrained, trained = first_gan({})[0], first_gan({"moves": "r5"})[0]
    assert "nothing yet" in tour().seen(1, untrained)
    assert "nothing yet" not in tour().seen(1, trained)
    few, whole = ({**trained, "captured": count} for count in (1, 3))
    assert "captured 1 of 3" in tour().seen(5, few)
    assert "all 3 clouds" in tour().seen(5, whole)


def test_each_step_is_short_and_says_what_will_be_seen_and_what_was() -> None:
    for step in tour().steps:
        assert len(step["text"].split()) <= 60, step["title"]
        for key in ("title", "text", "formula", "meaning", "button", "look", "seen"):
            assert step[key].strip(), key
