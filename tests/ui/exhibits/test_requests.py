"""Requests of a browser: each is heard once, and what comes from a stranger is never trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import streamlit as st

from ui.exhibits.requests import Asking, asking, is_new
from ui.shared.acknowledgements import Acknowledgements


def read(fields: Mapping[str, object], usual: str) -> tuple[str, list[str]]:
    return str(fields.get("name", usual)), []


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stands for the session's state, in which Streamlit puts what the browser has said."""
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "1", None, 2**53])
def test_a_request_without_a_proper_number_is_not_heard(number: Any) -> None:
    heard = Acknowledgements()
    assert not is_new({"viewer": "v", "number": number}, heard)
    assert not is_new({"viewer": 3, "number": 1}, heard)
    assert is_new({"viewer": "v", "number": 1}, heard)
    assert not is_new({"viewer": "v", "number": 1}, heard)


def test_a_request_is_taken_once_and_then_nobody_turns_anything(said: dict[str, Any]) -> None:
    memory = asking("it")
    assert memory.take("usual", read) == ("usual", True)
    said["it"] = {"asked": {"viewer": "v", "number": 1, "setting": {"name": "other"}, "rests": False, "table": True}}
    memory.arrive()
    assert asking("it") is memory
    assert memory.take("usual", read) == ("other", False)
    assert memory.take("usual", read) == ("usual", True)
    memory.arrive()  # the same request again: its answer was under way
    assert memory.take("usual", read) == ("usual", True)
    assert memory.newest["table"] is True
    assert memory.heard.last == {"v": 1}


def test_of_two_requests_before_a_run_the_newer_is_answered(said: dict[str, Any]) -> None:
    memory = Asking("it")
    for number, name in ((1, "first"), (2, "second")):
        said["it"] = {"asked": {"viewer": "v", "number": number, "setting": {"name": name}, "rests": True}}
        memory.arrive()
    assert memory.take("usual", read) == ("second", True)


@pytest.mark.parametrize("state", [None, 3, {}, {"asked": None}, {"asked": [1]}, {"asked": {"viewer": "v"}}])
def test_what_is_no_request_asks_nothing(said: dict[str, Any], state: Any) -> None:
    memory = Asking("it")
    said["it"] = state
    memory.arrive()
    assert memory.take("usual", read) == ("usual", True)
    assert memory.heard.last == {}
