"""What the terminal is told when the app has started, wherever it is served."""

import inspect
from typing import Any

import pytest
from streamlit.web import bootstrap

from ui import __main__ as start

INSIDE = "10.1.2.3"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Streamlit's options: what a test puts in here stands for what somebody has set."""
    options: dict[str, Any] = {"browser.serverPort": 8777, "server.address": "localhost"}
    usual = start.config.get_option
    monkeypatch.setattr(start.config, "get_option", lambda name: options[name] if name in options else usual(name))
    monkeypatch.setattr(start.config, "is_manually_set", lambda name: name in options)
    monkeypatch.setattr(start.net_util, "get_internal_ip", lambda: INSIDE)
    return options


def test_an_app_for_this_machine_alone_has_one_address(served: dict[str, Any]) -> None:
    assert start.greeting() == [start.RUNNING, "    http://localhost:8777", start.NEXT]


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", None])
def test_an_app_for_a_network_has_one_for_the_others_too(served: dict[str, Any], bound: str | None) -> None:
    served["server.address"] = bound
    here, others = "    http://localhost:8777", f"    http://{INSIDE}:8777"
    assert start.greeting() == [start.RUNNING, here, start.NETWORK, others, start.NEXT]


def test_where_there_is_no_network_none_is_named(served: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    served["server.address"] = "0.0.0.0"
    monkeypatch.setattr(start.net_util, "get_internal_ip", lambda: None)
    assert start.greeting() == [start.RUNNING, "    http://localhost:8777", start.NEXT]


@pytest.mark.parametrize("bound", ["localhost", "0.0.0.0"])
def test_a_name_that_browsers_use_is_the_one_that_is_told(served: dict[str, Any], bound: str) -> None:
    served |= {"server.address": bound, "browser.serverAddress": "gan.example.org", "server.baseUrlPath": "/why/"}
    assert start.greeting() == [start.RUNNING, "    http://gan.example.org:8777/why", start.NEXT]


def test_streamlit_says_its_own_words_in_one_function() -> None:
    assert list(inspect.signature(bootstrap._print_url).parameters) == ["is_running_hello"]
    assert "_print_url(" in inspect.getsource(bootstrap._on_server_start)


def test_all_arguments_go_to_streamlit(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []
    monkeypatch.setattr(start, "streamlit", lambda arguments, prog_name: told.append(arguments))
    monkeypatch.setattr(bootstrap, "_print_url", bootstrap._print_url)
    monkeypatch.setattr("sys.argv", ["ui", "--server.port", "8600"])
    start.main()
    assert told == [["run", str(start.APP), "--server.port", "8600"]]
    assert start.APP.is_file()
