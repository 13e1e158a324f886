"""Whatever a browser says is a message that fits, or a sentence."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.strategies import anything
from ui.channel.messages import LONGEST, MAX_POINTS, VERSION, Turn, arguments, read_message
from ui.stage.comparison import Comparison

HELLO = {"kind": "hello", "version": VERSION, "token": "t", "tab": "0123456789abcdef", "have": {"run": 4}}
TURN = {"kind": "turn", "number": 1, "panel": 0, "field": "d_lr", "value": 0.5}
COMMANDS: list[dict[str, Any]] = [
    *(
        {"kind": kind}
        for kind in ("play", "pause", "step", "step_d", "step_g", "rewind", "new_seed", "seeds", "single")
    ),
    {"kind": "keep", "panel": 2},
    {"kind": "pace", "value": None},
    {"kind": "pace", "value": 25.0},
    {"kind": "open_seed", "seed": 11},
    {"kind": "points", "points": [[0.0, 1.5], [-1.0, 2.0]]},
    {"kind": "fix", "panel": 1},
    {"kind": "manifold", "on": True},
]
KINDS = [*{each["kind"] for each in COMMANDS}, "hello", "got", "turn", "ask"]


@pytest.mark.parametrize(
    "said",
    [
        *COMMANDS,
        HELLO,
        {"kind": "got", "number": 7},
        TURN,
        {**TURN, "panel": None, "value": "hinge"},
        {"kind": "ask", "number": 1, "exhibit": "dirac", "setting": {"h": 0.5}, "rests": False, "table": True},
    ],
)
def test_a_message_is_read_as_it_was_said(said: dict[str, Any]) -> None:
    message = read_message(json.dumps(said))
    assert message.model_dump() == said


@pytest.mark.parametrize("said", COMMANDS)
def test_a_comparison_takes_every_command(said: dict[str, Any]) -> None:
    assert hasattr(Comparison, f"_on_{said['kind']}")
    command: Any = read_message(json.dumps(said))
    assert arguments(command) == {name: value for name, value in said.items() if name != "kind"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "play",
        '"play"',
        "[]",
        '[{"kind": "play"}]',
        "{}",
        '{"kind": "erase"}',
        '{"kind": ["play"]}',
        '{"kind": "play", "more": "x"}',
        '{"kind": "keep"}',
        '{"kind": "keep", "panel": -1}',
        '{"kind": "keep", "panel": 4}',
        '{"kind": "keep", "panel": true}',
        '{"kind": "pace", "value": 0}',
        '{"kind": "pace", "value": Infinity}',
        '{"kind": "pace", "value": 1e999}',
        '{"kind": "pace", "value": "fast"}',
        '{"kind": "pace", "value": 1' + 400 * "0" + "}",
        '{"kind": "open_seed", "seed": 1.5}',
        '{"kind": "points", "points": []}',
        json.dumps({"kind": "points", "points": [[0, 0]] * (MAX_POINTS + 1)}),
        '{"kind": "points", "points": [[0, NaN]]}',
        '{"kind": "points", "points": [[0, 1e300]]}',
        '{"kind": "points", "points": [[0, 0, 0]]}',
        '{"kind": "points", "points": [["0", "0"]]}',
        '{"kind": "manifold", "on": "yes"}',
        '{"kind": "got", "number": -1}',
        json.dumps({**HELLO, "tab": "../../etc"}),
        json.dumps({**HELLO, "token": "t" * 65}),
        json.dumps({**HELLO, "have": {str(i): 1 for i in range(65)}}),
        json.dumps({**TURN, "value": True}),
        json.dumps({**TURN, "value": None}),
        json.dumps({**TURN, "value": [0.1]}),
        json.dumps({**TURN, "panel": 4}),
        json.dumps({**TURN, "panel": -1}),
        json.dumps({**TURN, "panel": True}),
        json.dumps({**TURN, "field": ""}),
        json.dumps({**TURN, "value": "x" * 81}),
        '{"kind": "ask", "number": 1, "exhibit": "dirac", "setting": 3}',
        json.dumps({**HELLO, "token": LONGEST * "x"}),
        "[" * 10_000,
        '{"kind": "play"',
        '{"kind": "play"}' * 2,
        "\x00",
    ],
)
def test_what_does_not_fit_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as error:
        read_message(text)
    assert 0 < len(str(error.value)) < 300


def test_a_refusal_does_not_repeat_what_came() -> None:
    with pytest.raises(ValueError, match="token") as error:
        read_message(json.dumps({**HELLO, "token": "s3cret" * 20}))
    assert "s3cret" not in str(error.value)


NAMES = (
    "number", "panel", "field", "value", "index", "points", "on", "version", "token", "tab", "have", "exhibit",
    "setting", "rests", "table", "seed",
)  # fmt: skip
hostile = given(
    st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), anything, max_size=6),
    st.sampled_from(KINDS) | anything,
    st.integers(0, 200) | st.none(),
)


def read_or_refuse(fields: dict[str, Any], kind: Any, cut: int | None) -> None:
    text = json.dumps({"kind": kind, **fields})[:cut]
    try:
        message = read_message(text)
    except ValueError:
        return
    assert message.kind in KINDS
    if isinstance(message, Turn):
        assert type(message.value) in (str, int, float)


@settings(deadline=None)
@hostile
def test_hostile_messages_are_refused(fields: dict[str, Any], kind: Any, cut: int | None) -> None:
    read_or_refuse(fields, kind, cut)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@hostile
def test_ten_thousand_hostile_messages_are_refused(fields: dict[str, Any], kind: Any, cut: int | None) -> None:
    read_or_refuse(fields, kind, cut)
