"""What the exhibit sends: the library's answer for the setting asked for, and what is asked is read with care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.data.images import EMBEDDED_CLASSES
from gancore.demos.corruption import BOUNDS, MEASURES, MOST, Corruption
from gancore.runtime.compute_client import ComputeClient
from tests.ui.strategies import anything
from ui.channel.messages import Ask
from ui.exhibits.corruption import words
from ui.exhibits.corruption.answer import ANSWERED
from ui.exhibits.corruption.codec import FIELDS, PRESETS, TABS, CorruptionSetting, read, write
from ui.exhibits.exhibit import Answer

ANSWER = {"said": "what the library says"}


class FakeClient:
    """Remembers what it was asked, and answers at once."""

    def __init__(self, refuse: str | None = None) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refuse = refuse

    def ask(self, job: str, **settings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.asked.append((job, settings))
        if self.refuse:
            raise ValueError(self.refuse)
        return ANSWER, {"images": np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3)}


def sent(measure: CorruptionSetting, client: FakeClient) -> Answer:
    return ANSWERED.answer(measure, Ask(kind="ask", number=1, exhibit="corruption"), cast("ComputeClient", client))


# ── What is sent ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_desk_is_asked_for_the_spoiling_and_its_answer_is_passed_on() -> None:
    client = FakeClient()
    measure = CorruptionSetting("shapes", n=300, noise=0.2, tab="formula")
    meta, arrays = sent(measure, client)
    assert client.asked == [("corruption", asdict(Corruption("shapes", n=300, noise=0.2)))]
    assert meta["answer"] == ANSWER
    assert meta["problem"] is None
    assert arrays["images"].shape == (1, 2, 2, 3)


def test_where_the_desk_has_no_answer_the_reason_is_sent() -> None:
    meta, arrays = sent(CorruptionSetting(), FakeClient(refuse="The machine is busy."))
    assert (meta["answer"], meta["problem"], arrays) == (None, "The machine is busy.", {})
    assert meta["knobs"]


def test_everything_that_can_be_chosen_is_explained() -> None:
    meta, _ = sent(CorruptionSetting(), FakeClient())
    assert [each["name"] for each in meta["data"]] == list(EMBEDDED_CLASSES)
    assert [each["name"] for each in meta["tabs"]] == list(TABS)
    assert [each["name"] for each in meta["measures"]] == list(MEASURES)
    assert {knob["name"]: (knob["low"], knob["high"], knob["whole"]) for knob in meta["knobs"]} == {
        name: (bound.low, bound.high, bound.whole) for name, bound in BOUNDS.items()
    }
    assert words.PRESETS.keys() == PRESETS.keys()


def test_a_preset_undoes_what_another_did_and_leaves_the_sample_and_the_tab() -> None:
    meta, _ = sent(CorruptionSetting(), FakeClient())
    for preset in meta["presets"]:
        assert set(preset["corrupts"]) == set(BOUNDS) - {"n"}
        assert Corruption(**preset["corrupts"]) == Corruption(**cast("dict[str, Any]", PRESETS[preset["name"]]))
    assert Corruption(**cast("dict[str, Any]", PRESETS["real"])) == Corruption()


# ── What comes back, from the address, a card or the browser ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "measure", "said"),
    [
        ({}, CorruptionSetting(), ()),
        ({"variety": 1, "tab": "classes"}, CorruptionSetting(variety=1, tab="classes"), ()),
        ({"copies": "1", "data": "shapes"}, CorruptionSetting("shapes", copies=1.0), ()),
        ({"noise": "0.3", "n": "200"}, CorruptionSetting(n=200, noise=0.3), ()),
        ({"noise": "2"}, CorruptionSetting(noise=1.0), ("noise is '2'", "from 0 to 1")),
        ({"n": 12}, CorruptionSetting(n=100), ("n is '12'", f"whole numbers from 100 to {MOST}")),
        ({"classes": "2.5"}, CorruptionSetting(classes=2), ("classes is '2.5'",)),
        ({"noise": "nan"}, CorruptionSetting(), ("nan",)),
        ({"noise": True}, CorruptionSetting(), ("True",)),
        ({"noise": 10**400}, CorruptionSetting(), ("noise is",)),
        ({"noise": None}, CorruptionSetting(), ("None",)),
        ({"data": "faces"}, CorruptionSetting(), ("'faces'", "shapes")),
        ({"tab": 3}, CorruptionSetting(), ("tab is '3'", "neighbours")),
        ({"speed": "3"}, CorruptionSetting(), ("'speed'", "variety")),
    ],
)
def test_what_was_said_becomes_the_nearest_setting_with_a_sentence(
    fields: Mapping[str, object], measure: CorruptionSetting, said: tuple[str, ...]
) -> None:
    found, sentences = read(fields, CorruptionSetting())
    assert found == measure
    assert bool(sentences) == bool(said)
    for word in said:
        assert word in " ".join(sentences)


@pytest.mark.parametrize("usual", [CorruptionSetting(), CorruptionSetting("shapes", variety=1, tab="formula")])
@pytest.mark.parametrize(
    "measure",
    [
        CorruptionSetting(),
        CorruptionSetting("shapes", n=750, noise=0.02, blur=1.3, tab="bias"),
        CorruptionSetting(classes=3, copies=0.05),
    ],
)
def test_what_is_written_in_an_address_is_read_again(measure: CorruptionSetting, usual: CorruptionSetting) -> None:
    written = write(measure, usual)
    assert all(isinstance(text, str) for text in written.values())
    assert read(written, usual) == (measure, [])
    assert write(usual, usual) == {}


@given(st.dictionaries(st.sampled_from(FIELDS), anything))
def test_whatever_the_browser_says_gives_a_setting_that_runs(said: Any) -> None:
    measure, _ = read(said, CorruptionSetting())
    assert isinstance(measure.corruption(), Corruption)
    assert measure.tab in TABS
