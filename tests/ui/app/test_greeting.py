"""What the terminal is told when the app has started, wherever it is served."""

import asyncio
import inspect
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.web import bootstrap

from ui import __main__ as start
from ui.app import greeting

ROOT = Path(__file__).parents[3]

INSIDE = "10.1.2.3"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Streamlit's options: what a test puts in here stands for what somebody has set."""
    options: dict[str, Any] = {"browser.serverPort": 8777, "server.address": "localhost"}
    usual = greeting.config.get_option
    monkeypatch.setattr(greeting.config, "get_option", lambda name: options[name] if name in options else usual(name))
    monkeypatch.setattr(greeting.config, "is_manually_set", lambda name: name in options)
    monkeypatch.setattr(greeting.net_util, "get_internal_ip", lambda: INSIDE)
    return options


def test_an_app_for_this_machine_alone_has_one_address(served: dict[str, Any]) -> None:
    assert greeting.greeting() == [greeting.RUNNING, "    http://localhost:8777", greeting.NEXT]


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", None])
def test_an_app_for_a_network_has_one_for_the_others_too(served: dict[str, Any], bound: str | None) -> None:
    served["server.address"] = bound
    here, others = "    http://localhost:8777", f"    http://{INSIDE}:8777"
    assert greeting.greeting() == [greeting.RUNNING, here, greeting.NETWORK, others, greeting.NEXT]


def test_where_there_is_no_network_none_is_named(served: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    served["server.address"] = "0.0.0.0"
    monkeypatch.setattr(greeting.net_util, "get_internal_ip", lambda: None)
    assert greeting.greeting() == [greeting.RUNNING, "    http://localhost:8777", greeting.NEXT]


@pytest.mark.parametrize("bound", ["localhost", "0.0.0.0"])
def test_a_name_that_browsers_use_is_the_one_that_is_told(served: dict[str, Any], bound: str) -> None:
    served |= {"server.address": bound, "browser.serverAddress": "gan.example.org", "server.baseUrlPath": "/why/"}
    assert greeting.greeting() == [greeting.RUNNING, "    http://gan.example.org:8777/why", greeting.NEXT]


def test_streamlit_says_nothing_of_its_own() -> None:
    """It prints, in the place where ours would have to stand, nothing where `.streamlit/config.toml` hides it."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert settings["logger"]["hideWelcomeMessage"]
    assert 'get_option("logger.hideWelcomeMessage")' in inspect.getsource(bootstrap._print_url)


@pytest.mark.parametrize("headless", [True, False])
def test_a_browser_is_opened_unless_told_not_to(
    served: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], headless: bool
) -> None:
    served["server.headless"] = headless
    opened: list[str] = []
    monkeypatch.setattr(greeting.cli_util, "open_browser", opened.append)

    async def live() -> None:
        async with greeting.greet(st.App(str(ROOT / "ui" / "app" / "navigation.py"))):
            pass

    # In a thread of its own: in this one a browser's test may have left an event loop.
    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    thread.join()
    assert opened == ([] if headless else ["http://localhost:8777"])
    assert capsys.readouterr().out.split("\n") == ["", *greeting.greeting(), "", ""]


def test_all_arguments_go_to_streamlit(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []
    monkeypatch.setattr(start, "streamlit", lambda arguments, prog_name: told.append(arguments))
    monkeypatch.setattr("sys.argv", ["ui", "--server.port", "8600"])
    start.main()
    assert told == [["run", str(start.APP), "--server.port", "8600"]]
    assert start.APP.is_file()
