"""docs/channel.md names every message, every field and every bound."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from ui.channel import messages, serving
from ui.channel.messages import Message

TEXT = (Path(__file__).parents[3] / "docs" / "channel.md").read_text(encoding="utf-8")
MESSAGES: list[Any] = list(get_args(Message))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: each.__name__)
def test_every_message_of_a_browser_is_described_with_its_fields(message: Any) -> None:
    kinds = get_args(message.model_fields["kind"].annotation)
    for kind in kinds:
        (row,) = re.findall(rf"^\|[^|]*`{kind}`[^|]*\|([^|]*)\|", TEXT, re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", row)) == set(message.model_fields) - {"kind"}


def test_every_message_of_the_server_is_described() -> None:
    packing = (Path(__file__).parents[3] / "ui" / "channel" / "packing.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r'"kind": "(\w+)"', packing))
    assert kinds == {"beat", "scene", "state", "knobs", "frames", "answer"}
    for kind in kinds:
        assert re.search(rf"^\| `{kind}` \|", TEXT, re.MULTILINE), kind


def test_the_bounds_are_those_of_the_code() -> None:
    for number in (f"{messages.LONGEST:,}", str(serving.MOST_A_SECOND), str(serving.MOST_AT_ONCE)):
        assert number in TEXT
    codes = {int(code) for code in re.findall(r"\b44\d\d\b", TEXT)}
    assert codes == {
        serving.NOT_UNDERSTOOD,
        serving.NO_ENTRY,
        serving.NO_ROOM,
        serving.OTHER_VERSION,
        serving.TOO_MANY,
    }


def test_both_sides_speak_the_same_version() -> None:
    browser = (Path(serving.__file__).parent / "frontend" / "live_source.js").read_text(encoding="utf-8")
    (version,) = re.findall(r"^export const VERSION = (\d+);", browser, re.MULTILINE)
    assert int(version) == messages.VERSION
