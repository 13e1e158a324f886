"""What the exhibit sends: the answer for the setting asked for, in words; what is asked is read with care."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.demos.augmented_gradient import BOUNDS, IMAGES, Augmenting, augmented_gradient
from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.frames import encode
from ui.channel.messages import Ask
from ui.exhibits.augmentation import words
from ui.exhibits.augmentation.answer import ANSWERED
from ui.exhibits.augmentation.codec import FIELDS, read, write

ASKED = Ask(kind="ask", number=1, exhibit="augmentation")


class SameProcess(ComputeClient):
    """A compute client that needs no compute worker."""

    def ask(self, job: str, **settings: Any) -> Any:
        assert job == "augmentation"
        return augmented_gradient(settings)


class Closed(ComputeClient):
    """A compute client that nobody answers at."""

    def ask(self, job: str, **settings: Any) -> Any:
        raise ValueError("No answer came.")


settings = st.builds(
    Augmenting,
    image=st.sampled_from(IMAGES),
    cutout=st.booleans(),
    **{name: st.floats(*bound.reach) for name, bound in BOUNDS.items()},
)


def said(**chosen: Any) -> tuple[dict[str, str], str]:
    """The sentences for one setting."""
    answer, _ = augmented_gradient(chosen)
    return words.effects(Augmenting(**chosen), answer), words.result(answer)


# ── In an address ─────────────────────────────────────────────────────────────────────────────────────────────────────


@given(settings, settings)
def test_an_address_gives_the_same_setting(chosen: Augmenting, usual: Augmenting) -> None:
    fields = write(chosen, usual)
    assert read(fields, usual) == (chosen, [])
    assert fields.keys() <= set(FIELDS)


def test_only_what_differs_is_written() -> None:
    assert write(Augmenting(), Augmenting()) == {}
    chosen = Augmenting(cutout=True, down=1 / 32)
    assert write(chosen, Augmenting()) == {"cutout": "on", "down": "0.03125"}


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50) | st.lists(st.none())


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=50), anything))
def test_strangers_words_become_a_setting_that_can_be_shown(fields: dict[str, Any]) -> None:
    chosen, sentences = read(fields, Augmenting())
    assert isinstance(chosen, Augmenting)  # it refuses what is out of range
    assert all(len(sentence) < 2000 for sentence in sentences)
    if any(name not in FIELDS for name in fields):
        assert "has no" in sentences[0]


@pytest.mark.parametrize(
    ("field", "value", "near", "sentence"),
    [
        ("contrast", "9", 1.5, "contrast is '9'; allowed is from 0.5 to 1.5. 1.5 is shown."),
        ("down", "nan", 0.0, "down is 'nan'; allowed is from -0.125 to 0.125. 0 is shown."),
        ("cutout", "yes", False, "cutout is 'yes'; allowed are on and off. off is shown."),
    ],
)
def test_what_is_wrong_is_said(field: str, value: str, near: object, sentence: str) -> None:
    chosen, sentences = read({field: value}, Augmenting())
    assert chosen == replace(Augmenting(), **{field: near})
    assert sentences == [sentence]


# ── What is sent ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_browser_gets_the_answer_of_the_setting() -> None:
    chosen = Augmenting(image=IMAGES[-1], contrast=0.7, cutout=True)
    meta, arrays = ANSWERED.answer(chosen, ASKED, SameProcess())
    expected, expected_arrays = augmented_gradient(asdict(chosen))
    assert meta["problem"] is None
    assert expected.items() <= meta["answer"].items()
    for name, array in expected_arrays.items():
        np.testing.assert_array_equal(arrays[name], array)
    assert len(encode(meta, arrays)) < 40_000  # while a slider is dragged


def test_where_no_answer_came_the_browser_is_told() -> None:
    meta, arrays = ANSWERED.answer(Augmenting(contrast=1.1), ASKED, Closed())
    assert meta["problem"] == "No answer came."
    assert meta["answer"] is None
    assert arrays == {}


# ── In words ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_t_that_does_nothing_is_off() -> None:
    effects, result = said()
    assert set(effects.values()) == {""}
    assert result == "What comes back: up to 1.00 a pixel (1 without T)."


def test_each_part_says_what_it_has_done() -> None:
    effects, result = said(brightness=0.2, contrast=1.25, down=2 / 32, right=-1 / 32, cutout=True, row=0.0)
    assert "nothing" in effects["brightness"]
    assert effects["saturation"] == ""
    assert effects["contrast"] == "comes back × 1.25"
    assert effects["translation"] == "moved back, 2 up and 1 right; none on the 9 % that left"
    assert effects["cutout"] == "no gradient on the 12 % that it covers"  # half of it lies outside
    assert "contrast’s mean" in result


def test_grey_images_have_no_colour_to_scale() -> None:
    assert "no colour" in said(image=IMAGES[-1], saturation=0.5)[0]["saturation"]
    assert "× 0.50" in said(saturation=0.5)[0]["saturation"]
    assert "no gradient on the colour" in said(saturation=0.0)[0]["saturation"]


def test_what_is_covered_gets_none() -> None:
    assert said(cutout=True)[1].endswith("D does not see 25 % of the pixels: they get none.")


@pytest.mark.processes
def test_the_web_process_needs_no_torch_for_it() -> None:
    code = "import sys, ui.exhibits.augmentation, ui.app.sessions; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"False"
