"""What the laboratory sends: the library's numbers for the setting asked for, and what is asked is read with care."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from gancore.runtime.frames import encode
from gancore.theory.dirac import (
    GAMES,
    UPDATES,
    Setting,
    eigenvalues,
    near,
    outcome,
    step_eigenvalues,
    steps_to_see,
    survey,
    trajectory,
    velocity,
)
from tests.ui.strategies import anything
from ui.app.sessions import registry, rooms
from ui.channel.messages import Ask
from ui.exhibits.dirac import words
from ui.exhibits.dirac.answer import Wants, answer, computed
from ui.exhibits.dirac.codec import FIELDS, FIRST, FURTHEST, KNOBS, MOST_STARTS, Lab, read, write
from ui.lecture.cards import lecture

SHORT = Wants(flow=False)
LABS = [
    Lab(),
    Lab(a="wasserstein_gp", b="wasserstein_clip", clip=0.5),
    Lab(a="instance_noise", b="roth", updates="alternating", k=3, h=0.1),
    Lab(game="bilinear", a="optimistic", b="extragradient", starts=((1.0, 0.0), (-0.5, 2.0))),
]


def as_complex(pairs: list[list[float]] | None) -> Any:
    return None if pairs is None else [complex(*pair) for pair in pairs]


# ── What is sent ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lab", LABS)
def test_both_panels_hold_the_librarys_numbers(lab: Lab) -> None:
    meta, arrays = computed(lab)
    assert [panel["method"] for panel in meta["panels"]] == [lab.a, lab.b]
    for i, setting in enumerate(lab.settings()):
        steps = steps_to_see(setting)
        np.testing.assert_allclose(arrays["path"][i], trajectory(setting, lab.starts, steps), rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(arrays["field"][i], velocity(setting, arrays["grid"]), rtol=1e-6, atol=1e-6)
        panel = meta["panels"][i]
        for name, library in (("eigenvalues", eigenvalues), ("step_eigenvalues", step_eigenvalues)):
            expected = library(setting)
            found = as_complex(panel[name])
            assert (found is None) == (expected is None)
            if expected is not None:
                np.testing.assert_allclose(found, expected)
        judged = outcome(setting, lab.starts[-1], steps)  # of what is drawn
        assert (panel["verdict"], panel["reason"]) == (judged.verdict, judged.reason)


def test_the_knobs_of_one_method_reach_that_method() -> None:
    lab = Lab(sigma=1.1, gamma=1.2, penalty=1.3, clip=1.4, consensus=1.5, h=0.3, k=2, updates="alternating")
    for method, described in GAMES["dirac"].items():
        setting = lab.setting(method)
        assert (setting.h, setting.d_steps, setting.updates) == (0.3, 2, "alternating")
        if described.knob:
            assert getattr(setting, described.knob) == getattr(lab, described.knob)


@pytest.mark.parametrize(
    ("method", "value"), [("r1", 1.0), ("r2", 1.0), ("roth", 2.0), ("instance_noise", math.sqrt(2))]
)
def test_the_pair_meets_at_minus_a_half_on_the_real_axis_whatever_the_penalty(method: str, value: float) -> None:
    # Of R1: -γ/2 ± √(γ²/4 - ¼)
    meta, arrays = computed(Lab(b=method))
    met = meta["panels"][1]["critical"]
    assert met["value"] == pytest.approx(value)
    assert met["at"] == pytest.approx(-1 / 2)
    locus = arrays["locus_b"]
    real = np.abs(locus[:, :, 1]).max(axis=1) < 1e-3  # the root of rounding, where they meet
    first = int(real.argmax())
    assert 0 < first < len(locus) - 1
    assert real[first:].all()
    np.testing.assert_allclose(locus[first], [[-1 / 2, 0], [-1 / 2, 0]], atol=1e-3)
    np.testing.assert_allclose(np.hypot(*locus[:first].T), 1 / 2, rtol=1e-6)  # until then on a circle


def test_what_has_no_knob_has_no_locus() -> None:
    meta, arrays = computed(Lab())
    assert arrays["locus_a"].shape == (0, 2, 2)
    assert meta["panels"][0]["critical"] is None


def test_the_table_is_the_survey_and_comes_only_where_it_is_wanted() -> None:
    assert computed(Lab(), SHORT)[0]["table"] is None
    lab = Lab(h=0.3, gamma=0.5)
    rows = computed(lab, Wants(table=True))[0]["table"]
    expected = survey(Setting(h=0.3, gamma=0.5))
    assert [row["method"] for row in rows] == [row.method for row in expected] == list(GAMES["dirac"])
    for row, each in zip(rows, expected, strict=True):
        assert row["verdict"] == each.outcome.verdict
        assert row["size"] == (None if each.rate is None else pytest.approx(math.exp(each.rate)))
        assert row["halving"] == (None if each.halving is None else pytest.approx(each.halving))


def test_while_a_slider_is_dragged_the_continuous_dynamics_stay_out() -> None:
    assert computed(Lab(), SHORT)[1]["flow"].shape[1] == 0
    flow = computed(Lab())[1]["flow"]
    np.testing.assert_allclose(flow[:, :, 0], [[[1, 1]], [[1, 1]]], atol=1e-6)


def test_without_a_start_nothing_is_judged_and_nothing_is_said_of_a_start() -> None:
    lab = Lab(starts=())
    for panel, setting in zip(computed(lab)[0]["panels"], lab.settings(), strict=True):
        assert panel["verdict"] is None
        assert panel["reason"] == near(setting)
        assert "here" not in panel["reason"]


@pytest.mark.parametrize("game", GAMES)
def test_eigenvalues_that_are_the_plain_games_are_marked_so(game: str) -> None:
    """Optimism and the extra-gradient have no continuous dynamics: beside "converges" ±i would contradict it."""
    rows = computed(Lab().playing(game), Wants(table=True))[0]["table"]
    borrowed = {row["method"] for row in rows if row["stepwise"]}
    assert borrowed == {"optimistic", "extragradient"}
    meta, _ = computed(replace(Lab().playing(game), b="extragradient"))
    assert [panel["stepwise"] for panel in meta["panels"]] == [False, True]


def test_a_message_while_dragging_is_small() -> None:
    most = Lab(starts=tuple((i / 4, 1.0) for i in range(MOST_STARTS)))
    assert len(encode(*computed(most, SHORT))) < 100_000
    assert len(encode(*computed(replace(most, starts=()), SHORT))) < 30_000


def test_everything_that_can_be_chosen_is_explained() -> None:
    assert words.GAMES.keys() == GAMES.keys() == FIRST.keys()
    assert words.UPDATES.keys() == set(UPDATES)
    assert words.METHODS.keys() == {name for methods in GAMES.values() for name in methods}
    assert words.KNOBS.keys() == KNOBS.keys() == set(FIELDS) - {"a", "b", "game", "updates", "starts"}
    assert {method.knob for methods in GAMES.values() for method in methods.values()} - {None} <= KNOBS.keys()


@pytest.mark.parametrize("name", KNOBS)
@pytest.mark.parametrize("end", [0, 1])
def test_a_knob_reaches_no_further_than_the_library(name: str, end: int) -> None:
    lab = Lab(**{name: KNOBS[name].reach[end]})
    assert lab.survey_setting()


# ── What comes back, from the address, a card or the browser ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "lab", "said"),
    [
        ({}, Lab(), ()),
        ({"b": "roth", "gamma": "0.5"}, Lab(b="roth", gamma=0.5), ()),
        ({"b": "consensus", "h": 0.5, "k": 3}, Lab(b="consensus", h=0.5, k=3), ()),
        ({"game": "bilinear"}, Lab(game="bilinear", a="plain", b="extragradient"), ()),
        (
            {"game": "bilinear", "a": "r1"},
            Lab(game="bilinear", a="plain", b="extragradient"),
            ("a is 'r1'", "optimistic"),
        ),
        ({"a": "plain"}, Lab(), ("a is 'plain'", "minimax")),
        ({"game": "chess"}, Lab(), ("chess", "bilinear")),
        ({"h": "0"}, Lab(h=0.01), ("h is '0'", "0.01 to 2")),
        ({"h": "inf"}, Lab(h=2.0), ("inf",)),
        ({"h": "nan"}, Lab(), ("nan",)),
        ({"h": True}, Lab(), ("True",)),
        ({"gamma": None}, Lab(), ("None",)),
        ({"k": "2.5"}, Lab(k=2), ("2.5", "whole")),
        ({"k": 10**400}, Lab(), ("k is",)),
        ({"starts": "1,1;0.5,-1"}, Lab(starts=((1.0, 1.0), (0.5, -1.0))), ()),
        ({"starts": [[0.5, -1]]}, Lab(starts=((0.5, -1.0),)), ()),
        ({"starts": "none"}, Lab(starts=()), ()),
        ({"starts": []}, Lab(starts=()), ()),
        ({"starts": "1,1;9,9"}, Lab(), ("1 cannot be read",)),
        ({"starts": "1"}, Lab(), ("1 cannot be read",)),
        ({"starts": ""}, Lab(), ("cannot be read",)),
        ({"starts": 3}, Lab(), ("cannot be read",)),
        ({"starts": [[1, 1]] * 9}, Lab(starts=((1.0, 1.0),) * 8), ("9 points", "first 8")),
        ({"speed": "3"}, Lab(), ("'speed'", "gamma")),
    ],
)
def test_what_was_said_becomes_the_nearest_setting_with_a_sentence(
    fields: Any, lab: Lab, said: tuple[str, ...]
) -> None:
    found, sentences = read(fields, Lab())
    assert found == lab
    assert bool(sentences) == bool(said)
    for word in said:
        assert word in " ".join(sentences)


def test_another_game_is_opened_with_its_own_methods_and_the_numbers_stay() -> None:
    lab = Lab(b="roth", h=0.5)
    other = lab.playing("bilinear")
    assert (other.a, other.b, other.h) == (*FIRST["bilinear"], 0.5)
    assert write(other, Lab()) == {"game": "bilinear", "h": "0.5"}
    assert lab.playing("dirac") is lab


@pytest.mark.parametrize(("rests", "table"), [(False, True), (True, False), (True, True)])
def test_what_takes_long_is_answered_where_nobody_turns_anything(rests: bool, table: bool) -> None:
    meta, arrays = answer(Lab(), Ask(kind="ask", number=1, exhibit="dirac", rests=rests, table=table))
    assert (meta["table"] is not None) == (rests and table)
    assert (arrays["flow"].shape[1] > 0) == rests


@given(st.dictionaries(st.sampled_from(FIELDS), anything))
def test_whatever_the_browser_says_gives_a_setting_that_runs(said: Any) -> None:
    lab, _ = read(said, Lab())
    assert [setting.method for setting in lab.settings()] == [lab.a, lab.b]
    assert lab.survey_setting()
    assert all(abs(value) <= FURTHEST for start in lab.starts for value in start)


# ── On a page ─────────────────────────────────────────────────────────────────────────────────────────────────────────

CARDS = {
    "1_see.md": '+++\ntitle = "One"\nexhibit = "dirac"\ndirac = {b = "roth", gamma = 0.5}\n+++\nText.',
    "2_go_on.md": '+++\ntitle = "Two"\nexhibit = "dirac"\n+++\nText.',
    "3_other.md": '+++\ntitle = "Three"\nexhibit = "dirac"\ndirac = {game = "bilinear", h = 0.4}\n+++\nText.',
}
PAGE = """
from ui.stage.scenario import Scenario
from ui.lecture.page import lecture_page
lecture_page("cards", [Scenario("chase", "chase", ("ring-chase",))])
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    folder = tmp_path / "en" / "cards"
    folder.mkdir(parents=True)
    for name, text in CARDS.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr("ui.lecture.cards.LECTURES", tmp_path)
    lecture.cache_clear()
    yield AppTest.from_string(PAGE, default_timeout=60)
    lecture.cache_clear()
    registry().close()
    registry.clear()
    rooms.clear()


def shown(page: AppTest) -> Lab:
    assert not page.exception
    found: Sequence[Any] = page.get("bidi_component")
    return read(json.loads(found[0].proto.json)["setting"], Lab())[0]


def test_a_card_that_is_turned_to_opens_the_laboratory_as_it_says(page: AppTest) -> None:
    assert shown(page.run()) == Lab(b="roth", gamma=0.5)
    assert not any(key.startswith("dirac.") for key in page.query_params)
    page.button(key="cards:on").click().run()
    assert shown(page) == Lab(b="roth", gamma=0.5)  # the second card leaves it as it is
    assert page.query_params["dirac.b"] == "roth"
    page.button(key="cards:on").click().run()
    assert shown(page) == Lab(game="bilinear", a="plain", b="extragradient", h=0.4)
    assert not any(key.startswith("dirac.") for key in page.query_params)


def test_an_address_says_more_than_the_card(page: AppTest) -> None:
    page.query_params["card"] = "3"
    page.query_params["dirac.h"] = "0.7"
    assert shown(page.run()) == Lab(game="bilinear", a="plain", b="extragradient", h=0.7)


def test_an_address_that_is_wrong_is_a_sentence_and_the_nearest_laboratory(page: AppTest) -> None:
    page.query_params["dirac.h"] = "9"
    page.query_params["dirac.b"] = "<b>"
    assert shown(page.run()) == Lab(b="roth", gamma=0.5, h=2.0)
    said = " ".join(each.value for each in page.warning)
    assert "h is" in said
    assert "b is" in said
