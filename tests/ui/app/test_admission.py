"""Who is let in: under names of the server's own, and sockets from its own pages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from ui.app import admission
from ui.app.admission import Admission


async def within(scope: Scope, receive: Receive, send: Send) -> None:
    """The application: answers 200, or accepts."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})


def asked(
    *hosts: str, kind: str = "http", origins: tuple[str, ...] = (), named: tuple[str, ...] = (), addresses: bool = False
) -> list[Message]:
    """What is answered to a request with these headers."""
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    headers = [(b"host", host.encode()) for host in hosts] + [(b"origin", origin.encode()) for origin in origins]
    scope: Scope = {"type": kind, "headers": headers, "method": "GET", "path": "/"}
    answering = Admission(within, named=named, addresses=addresses)(scope, receive, send)
    with pytest.raises(StopIteration):  # it waits for nothing, and needs no event loop: a browser's test may have one
        answering.send(None)
    return said


def is_in(*hosts: str, **asking: Any) -> bool:
    first = asked(*hosts, **asking)[0]
    return first["type"] == "websocket.accept" or first.get("status") == 200


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8501", "LOCALHOST:1", "localhost.", "127.0.0.1", "127.0.0.1:8501", "[::1]", "[::1]:8501"],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_this_machine_is_always_let_in(host: str, kind: str) -> None:
    assert is_in(host, kind=kind)


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("",),
        ("evil.example",),
        ("localhost", "evil.example"),
        ("localhost.evil.example",),
        ("evil.example:8501",),
        ("user@localhost",),
        ("localhost/evil.example",),
        ("localhost:99999",),
        ("localhost:x",),
        ("192.168.1.5",),
        ("[::1",),
        ("127.0.0.1.nip.io",),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_name_for_this_machine_is_refused(hosts: tuple[str, ...], kind: str) -> None:
    assert not is_in(*hosts, kind=kind)


def test_names_given_at_the_start_are_let_in_and_addresses_where_it_is_bound_to_more() -> None:
    assert is_in("gan.example.org:80", named=("gan.example.org",))
    assert is_in("GAN.example.org", named=(" Gan.example.org. ",))
    assert is_in("a.example.org", named=("*.example.org",))
    assert not is_in("example.org", named=("*.example.org",))
    assert not is_in("badexample.org", named=("*.example.org",))
    assert is_in("192.168.1.5:8501", addresses=True)
    assert is_in("[fe80::1]:8501", addresses=True)
    assert not is_in("gan.example.org", addresses=True)


@pytest.mark.parametrize(
    ("origins", "let_in"),
    [
        ((), True),  # a program, no page
        (("http://localhost:8501",), True),
        (("https://localhost:8501",), True),  # behind a proxy
        (("http://LOCALHOST:8501",), True),
        (("http://localhost:8502",), False),
        (("http://localhost",), False),
        (("http://evil.example",), False),
        (("null",), False),
        (("",), False),
        (("file://",), False),
        (("http://localhost:8501", "http://evil.example"), False),
        (("http://localhost:8501@evil.example",), False),
        (("http://[",), False),
    ],
)
def test_a_socket_has_to_come_from_a_page_of_the_same_host(origins: tuple[str, ...], let_in: bool) -> None:
    assert is_in("localhost:8501", kind="websocket", origins=origins) == let_in


def test_the_pages_of_others_may_ask_for_a_page_but_not_frame_it() -> None:
    start, body = asked("localhost", origins=("http://evil.example",))
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert body["body"] == b"hello"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


def test_no_script_that_stands_in_a_page_is_run_and_nothing_comes_from_elsewhere() -> None:
    told = admission.policy()["Content-Security-Policy"]
    (scripts,) = [rule for rule in told.split("; ") if rule.startswith("script-src")]
    assert "unsafe-inline" not in scripts
    assert "unsafe-eval" not in scripts.replace("wasm-unsafe-eval", "")
    assert "http" not in told


def test_sites_that_are_named_may_frame_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANCORE_EMBED", "https://lms.example.org http://localhost:8000")
    headers = {name.decode(): value.decode() for name, value in asked("localhost")[0]["headers"]}
    assert "frame-ancestors 'self' https://lms.example.org http://localhost:8000" in headers["content-security-policy"]
    assert "x-frame-options" not in headers  # it could not name them


@pytest.mark.parametrize(
    "site", ["lms.example.org", "https://a/path", "*", "javascript:x", "https://a;script-src", "https://u@a"]
)
def test_what_is_no_site_is_a_sentence(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANCORE_EMBED", site)
    with pytest.raises(ValueError, match="GANCORE_EMBED"):
        admission.sites_that_frame()


def test_who_is_refused_hears_how_to_come_in() -> None:
    start, body = asked("evil.example")
    assert start["status"] == 421
    assert b"http://localhost" in body["body"]
    assert b"allowedHosts" in body["body"]


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_the_headers_say_it_is_an_answer(host: str, origin: str) -> None:
    for kind in ("http", "websocket"):
        assert asked(host, kind=kind, origins=(origin,))


@pytest.mark.parametrize(
    ("options", "named", "more"),
    [
        ({"server.address": "localhost"}, ["localhost"], False),
        ({"server.address": "127.0.0.1"}, ["127.0.0.1"], False),
        ({"server.address": "192.168.1.5"}, ["192.168.1.5"], True),
        ({"server.address": "0.0.0.0"}, ["here"], True),
        ({"server.address": None}, ["here"], True),
        ({"server.address": "localhost", "browser.serverAddress": "gan.org"}, ["gan.org", "localhost"], False),
        ({"server.address": "localhost", "server.allowedHosts": ["a", "b"]}, ["a", "b", "localhost"], False),
    ],
)
def test_what_was_said_at_the_start_decides(
    options: dict[str, Any], named: list[str], more: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission.config, "get_option", lambda name: options.get(name))
    monkeypatch.setattr(admission.config, "is_manually_set", lambda name: name in options)
    monkeypatch.setattr(admission.socket, "gethostname", lambda: "here")
    assert admission.named_hosts() == named
    assert admission.is_bound_to_more() == more
