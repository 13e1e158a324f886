"""The knobs, seen from Python: what the browser is sent, and what is made of what it sends back."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from gancore.config import FIELDS, LIVE_FIELDS, RunConfig
from ui.knobs import Change, Refusal, Request, payload, read_requests, settle
from ui.knobs.changes import applied
from ui.shared.acknowledgements import Acknowledgements

A = RunConfig()
B = RunConfig(loss="wasserstein", penalty="gradient_penalty", d_lr=1e-4, d_optimizer="sgd", pack=2)
KNOBS = set(FIELDS) - {"points"}


def sent(configs: list[RunConfig], **values: Any) -> dict[str, Any]:
    labels = list("ABCD")[: len(configs)]
    return payload(configs, labels, running=[False] * len(configs), **values)


def request(field: str, value: Any, panel: int | None = 0, number: int = 1, viewer: str = "v") -> dict[str, Any]:
    return {"viewer": viewer, "number": number, "panel": panel, "field": field, "value": value}


def outcome(field: str, value: Any, panel: int | None = 0, configs: tuple[RunConfig, ...] = (A, B)) -> Any:
    """What one request from the browser comes to: a Change, a Refusal, or None where it is dropped."""
    requests = read_requests([request(field, value, panel)], len(configs), Acknowledgements())
    if not requests:
        return None
    settled = settle(requests[0], configs, list("ABCD")[: len(configs)])
    return settled if isinstance(settled, Refusal) else settled[0]


# ---- what is sent


@pytest.mark.parametrize("configs", [[A], [A, B], [A, B, A, B]])
def test_payload_holds_every_field_once_with_a_value_for_each_panel(configs: list[RunConfig]) -> None:
    fields = sent(configs)["fields"]
    names = [field["name"] for field in fields]
    assert len(names) == len(set(names))
    assert set(names) == KNOBS
    for field in fields:
        assert field["values"] == [getattr(config, field["name"]) for config in configs]
        assert field["live"] == (field["name"] in LIVE_FIELDS)
        assert field["help"]
        assert field["label"]


def test_payload_is_small_json() -> None:
    text = json.dumps(sent([A, B, A, B]), allow_nan=False)
    assert len(text) < 24_000


def test_fields_without_effect_are_marked_for_each_panel() -> None:
    matters = {field["name"]: field["matters"] for field in sent([A, B])["fields"]}
    assert matters["penalty_weight"] == [False, True]
    assert matters["d_beta1"] == [True, False]
    assert matters["d_momentum"] == [False, True]
    assert matters["clip"] == [False, False]
    assert matters["d_lr"] == [True, True]


def test_groups_keep_together_and_come_in_the_order_of_teaching() -> None:
    for live, expected in ((True, "Loss Training Discriminator Generator"), (False, "Training Data Networks")):
        groups = [field["group"] for field in sent([A])["fields"] if field["live"] is live]
        order = list(dict.fromkeys(groups))
        assert order[: len(expected.split())] == expected.split()
        assert groups == sorted(groups, key=order.index)


def test_choices_have_readable_names_and_own_points_only_once_drawn() -> None:
    def choices(configs: list[RunConfig]) -> dict[str, dict[str, str]]:
        return {field["name"]: dict(field["choices"]) for field in sent(configs)["fields"] if field["kind"] == "choice"}

    assert choices([A])["loss"]["non_saturating"] == "non-saturating"
    assert choices([A])["penalty"]["gradient_penalty"] == "gradient penalty"
    assert "points" not in choices([A])["data"]
    assert "points" in choices([A, A.changed(data="points", points=((0, 0),))])["data"]
    for name, offered in choices([A]).items():
        assert set(FIELDS[name].choices) - set(offered) <= {"points"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"configs": [], "labels": [], "running": []}, "configs"),
        ({"configs": [A] * 5, "labels": list("ABCDE"), "running": [False] * 5}, "configs"),
        ({"configs": [A, B], "labels": ["A"], "running": [False, False]}, "labels"),
        ({"configs": [A, B], "labels": ["A", "A"], "running": [False, False]}, "labels"),
        ({"configs": [A, B], "labels": ["A", ""], "running": [False, False]}, "labels"),
        ({"configs": [A], "labels": ["A"], "running": []}, "running"),
        ({"configs": [A], "labels": ["A"], "running": [True], "height": 0}, "height"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}: came "):
        payload(**arguments)


# ---- what comes back


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("d_lr", 0.01, 0.01),
        ("d_lr", 0, 0.0),
        ("d_lr", "0.01", 0.01),
        ("d_steps", 5, 5),
        ("d_steps", 5.0, 5),
        ("loss", "hinge", "hinge"),
        ("data", "grid", "grid"),
    ],
)
def test_values_come_as_the_type_of_their_field(field: str, value: Any, expected: Any) -> None:
    change = outcome(field, value)
    assert change == Change(0, field, expected)
    assert type(change.value) is type(expected)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("d_lr", -1),
        ("d_lr", 1e7),
        ("d_lr", "fast"),
        ("d_lr", "1e999"),
        ("d_lr", ""),
        ("d_lr", 10**400),
        ("d_steps", 0),
        ("d_steps", 2.5),
        ("d_steps", 10**5000 // 10**4000),
        ("loss", "vae"),
        ("loss", 3),
        ("batch_size", 5000),
    ],
)
def test_refused_values_come_back_as_the_sentence_of_run_config(field: str, value: Any) -> None:
    refusal = outcome(field, value)
    assert isinstance(refusal, Refusal)
    assert refusal.sentence.startswith(f"{field} is ")
    assert "allowed are" in refusal.sentence
    assert len(refusal.sentence) < 250


def test_what_does_not_fit_the_other_fields_is_refused() -> None:
    assert "pack is 3" in outcome("pack", 3).sentence
    assert "points is empty" in outcome("data", "points").sentence


def test_all_panels_take_a_value_or_none_does() -> None:
    assert outcome("d_lr", 0.5, None) == Change(None, "d_lr", 0.5)
    refusal = outcome("batch_size", 33, None)  # B judges two at a time, A one
    assert isinstance(refusal, Refusal)
    assert refusal.sentence.startswith("B: ")
    assert outcome("d_lr", -1, None).sentence.count("d_lr") == 1


@pytest.mark.parametrize(
    "item",
    [
        request("points", "0,0"),
        request("model_config", 1),
        request("__class__", "x"),
        request("d_lr", True),
        request("d_lr", None),
        request("d_lr", [0.1]),
        request("d_lr", {"a": 1}),
        request("d_lr", math.nan),
        request("d_lr", math.inf),
        request("d_lr", 0.1, panel=2),
        request("d_lr", 0.1, panel=-1),
        request("d_lr", 0.1, panel=True),
        request("d_lr", 0.1, number=0),
        request("d_lr", 0.1, viewer=""),
        request("d_lr", 0.1, viewer="v" * 41),
        {"field": "d_lr", "value": 0.1},
        "d_lr",
        None,
    ],
)
def test_what_is_no_change_is_dropped(item: Any) -> None:
    assert read_requests([item], 2, Acknowledgements()) == []


@pytest.mark.parametrize("value", [None, {}, "x", 3, [[]]])
def test_a_trigger_that_is_no_list_of_changes_is_nothing(value: Any) -> None:
    assert read_requests(value, 2, Acknowledgements()) == []


def test_a_repeated_request_is_heard_once_and_the_last_value_wins() -> None:
    heard = Acknowledgements()
    first = [request("d_lr", 0.1, number=1), request("g_lr", 0.1, number=2)]
    again = [request("g_lr", 0.1, number=2), request("d_lr", 0.2, number=3)]
    assert [each.number for each in read_requests(first, 2, heard)] == [1, 2]
    assert [each.value for each in read_requests(again, 2, heard)] == [0.2]
    assert read_requests(again, 2, heard) == []
    assert heard.last == {"v": 3}


def test_changes_of_one_message_are_judged_in_their_order() -> None:
    configs: list[RunConfig] = [A]
    values = [request("batch_size", 129, number=1), request("pack", 3, number=2)]
    for each in read_requests(values, 1, Acknowledgements()):
        settled = settle(each, configs, ["A"])
        assert not isinstance(settled, Refusal)
        configs = settled[1]
    assert (configs[0].batch_size, configs[0].pack) == (129, 3)


def test_the_seed_is_shared_by_all_panels() -> None:
    assert outcome("seed", 3, 1) == Change(None, "seed", 3)


def test_drawing_own_data_is_a_wish_and_no_value() -> None:
    change = outcome("data", "draw", 1)
    assert change == Change(None, "data", "draw")
    assert change.wants_drawing
    assert not outcome("data", "ring").wants_drawing
    assert applied(change, [A, B]) == [A, B]


def test_applying_leaves_alone_what_no_longer_fits() -> None:
    assert applied(Change(None, "batch_size", 33), [A, B]) == [A.changed(batch_size=33), B]
    assert applied(Change(3, "d_lr", 0.1), [A, B]) == [A, B]


# ---- mounted in a page


def _page() -> None:
    import streamlit as st

    from gancore.config import RunConfig
    from ui.knobs import knobs

    memory = st.session_state.setdefault("knobs:memory", knobs.__globals__["_Memory"]())
    memory.arrived = st.session_state.pop("browser", [])
    changes = knobs([RunConfig()], ["A"], running=[True])
    st.session_state["changes"] = [(change.panel, change.field, change.value) for change in changes]


def test_a_run_hands_back_changes_once_and_shows_them_at_once() -> None:
    page = AppTest.from_function(_page)
    page.session_state["browser"] = [[request("d_lr", 0.25, number=4), request("g_lr", -1, number=5)]]
    page.run()
    assert not page.exception
    assert page.session_state["changes"] == [(0, "d_lr", 0.25)]
    shown = json.loads(page.get("bidi_component")[0].proto.json)
    values = {field["name"]: field["values"] for field in shown["fields"]}
    assert values["d_lr"] == [0.25]
    assert values["g_lr"] == [RunConfig().g_lr]
    assert shown["ack"] == {"v": 5}
    assert shown["refused"]["g_lr"]["sentence"].startswith("g_lr is -1; allowed are")
    page.run()
    assert page.session_state["changes"] == []


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=100)
json_values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        {"viewer": st.just("v"), "number": st.integers(0, 9)},
        optional={
            "panel": st.none() | st.integers(-1, 3) | json_values,
            "field": st.sampled_from(sorted(FIELDS)) | st.text(),
            "value": json_values,
        },
    )
)
def test_whatever_a_browser_sends_is_a_valid_change_a_sentence_or_nothing(item: dict[str, Any]) -> None:
    configs = [A, B]
    for each in read_requests([item], 2, Acknowledgements()):
        assert isinstance(each, Request)
        settled = settle(each, configs, ["A", "B"])
        if isinstance(settled, Refusal):
            assert settled.sentence
        else:
            change, after = settled
            assert change.wants_drawing or applied(change, configs) == after


def test_what_a_lecture_is_about_stands_first_and_once() -> None:
    fields = payload([A], ["A"], running=[False], foremost=("d_steps", "loss", "g_layers"))["fields"]
    assert [field["name"] for field in fields[:3]] == ["d_steps", "loss", "g_layers"]
    assert {field["group"] for field in fields[:3]} == {"In this lecture"}
    assert sorted(field["name"] for field in fields) == sorted(field["name"] for field in sent([A])["fields"])
    with pytest.raises(ValueError, match="foremost"):
        payload([A], ["A"], running=[False], foremost=("points",))
