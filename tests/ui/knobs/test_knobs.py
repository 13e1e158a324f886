"""The knobs, seen from Python: what the browser is sent, and what is made of what it sends back."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gancore.config import FIELDS, LIVE_FIELDS, RunConfig, cautions
from ui.knobs import Change, described, settle

A = RunConfig()
B = RunConfig(loss="wasserstein", penalty="gradient_penalty", d_lr=1e-4, d_optimizer="sgd", pack=2)
KNOBS = set(FIELDS) - {"points"}


def sent(configs: list[RunConfig], **values: Any) -> dict[str, Any]:
    labels = list("ABCD")[: len(configs)]
    return described(configs, labels, activity=("nothing",) * len(configs), **values)


def outcome(field: str, value: Any, panel: int | None = 0, configs: tuple[RunConfig, ...] = (A, B)) -> Any:
    """What one turn of a knob comes to: a Change, or the sentence with which it is refused."""
    return settle(panel, field, value, configs, list("ABCD")[: len(configs)])


# ---- what is sent


@pytest.mark.parametrize("configs", [[A], [A, B], [A, B, A, B]])
def test_what_is_sent_holds_every_field_once_with_a_value_for_each_panel(configs: list[RunConfig]) -> None:
    fields = sent(configs)["fields"]
    names = [field["name"] for field in fields]
    assert len(names) == len(set(names))
    assert set(names) == KNOBS
    for field in fields:
        assert field["values"] == [getattr(config, field["name"]) for config in configs]
        assert field["live"] == (field["name"] in LIVE_FIELDS)
        assert field["help"]
        assert field["label"]


def test_what_is_sent_is_small_json() -> None:
    text = json.dumps(sent([A, B, A, B]), allow_nan=False)
    assert len(text) < 36_000


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


@given(st.lists(st.sampled_from([{}, {"loss": "wasserstein"}, {"d_lr": 0}, {"g_layers": 0}]), min_size=1, max_size=4))
def test_every_caution_stands_at_its_field_and_its_panel_and_nowhere_else(changes: list[dict[str, Any]]) -> None:
    configs = [RunConfig(**each) for each in changes]
    told = {
        (panel, field["name"], sentence)
        for field in sent(configs)["fields"]
        for panel, sentence in enumerate(field.get("cautions", []))
        if sentence
    }
    assert told == {(panel, *caution) for panel, config in enumerate(configs) for caution in cautions(config)}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"configs": [], "labels": [], "activity": []}, "configs"),
        ({"configs": [A] * 5, "labels": list("ABCDE"), "activity": ["nothing"] * 5}, "configs"),
        ({"configs": [A, B], "labels": ["A"], "activity": ["nothing", "nothing"]}, "labels"),
        ({"configs": [A, B], "labels": ["A", "A"], "activity": ["nothing", "nothing"]}, "labels"),
        ({"configs": [A, B], "labels": ["A", ""], "activity": ["nothing", "nothing"]}, "labels"),
        ({"configs": [A], "labels": ["A"], "activity": []}, "activity"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}: came "):
        described(**arguments)


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
    assert isinstance(refusal, str)
    assert refusal.startswith(f"{field} is ")
    assert "allowed are" in refusal
    assert len(refusal) < 250


def test_what_does_not_fit_the_other_fields_is_refused() -> None:
    assert "pack is 3" in outcome("pack", 3)
    assert "points is empty" in outcome("data", "points")


def test_all_panels_take_a_value_or_none_does() -> None:
    assert outcome("d_lr", 0.5, None) == Change(None, "d_lr", 0.5)
    refusal = outcome("batch_size", 33, None)  # B judges two at a time, A one
    assert isinstance(refusal, str)
    assert refusal.startswith("B: ")
    assert outcome("d_lr", -1, None).count("d_lr") == 1


@pytest.mark.parametrize(("field", "panel"), [("points", 0), ("model_config", 0), ("__class__", 0), ("d_lr", 2)])
def test_a_knob_or_a_panel_that_there_is_not_is_a_sentence(field: str, panel: int) -> None:
    assert outcome(field, 1, panel).startswith("There is no ")


def test_the_seed_is_shared_by_all_panels() -> None:
    assert outcome("seed", 3, 1) == Change(None, "seed", 3)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=100)
json_values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))


@settings(max_examples=150, deadline=None)
@given(st.none() | st.integers(0, 3), st.sampled_from(sorted(FIELDS)) | st.text(max_size=40), json_values)
def test_whatever_a_browser_sends_is_a_valid_change_or_a_sentence(panel: int | None, field: str, value: Any) -> None:
    configs = [A, B]
    settled = settle(panel, field, value, configs, ["A", "B"])
    if isinstance(settled, str):
        assert settled
    else:
        for index in range(2) if settled.panel is None else [settled.panel]:
            configs[index] = configs[index].changed(**{settled.field: settled.value})


def test_what_a_lecture_is_about_stands_first_and_once() -> None:
    fields = described([A], ["A"], activity=("nothing",), foremost=("d_steps", "loss", "g_layers"))["fields"]
    assert [field["name"] for field in fields[:3]] == ["d_steps", "loss", "g_layers"]
    assert {field["group"] for field in fields[:3]} == {"In this lecture"}
    assert sorted(field["name"] for field in fields) == sorted(field["name"] for field in sent([A])["fields"])
    with pytest.raises(ValueError, match="foremost"):
        described([A], ["A"], activity=("nothing",), foremost=("points",))
