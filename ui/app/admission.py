"""Who may speak to the server: requests under a name of its own, and sockets that its own pages have opened.

A page elsewhere can give its own name the address of this machine (DNS rebinding), and is then of one origin with what
runs here. So each request has to come under `localhost`, an address of the loopback, or a name that was given at the
start: `--server.allowedHosts`, `--browser.serverAddress`, `--server.address`. Where the server was bound to more than
this machine, its addresses do too: an address as such is nobody's name. A WebSocket is not kept from strangers by the
browser, and has to come from a page of the very host that it asks for.
"""

import base64
import hashlib
import ipaddress
import os
import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

OWN = frozenset(("localhost", "127.0.0.1", "::1"))
REFUSED = "This server is not known under that name. Open http://localhost, or name it at the start: {}.\n"
HINT = "--server.allowedHosts NAME"


class Admission:
    """The outermost middleware: refuses what comes under another name or from another page."""

    def __init__(self, app: ASGIApp, *, named: Iterable[str] | None = None, addresses: bool | None = None) -> None:
        """As Streamlit's options say, unless told.

        Args:
            app: the application within.
            named: hosts that are allowed besides `OWN`; `*.example.org` allows every name below.
            addresses: whether every IP address is allowed.
        """
        self._app = app
        self._named = frozenset(_hosts(named_hosts() if named is None else named))
        self._addresses = is_bound_to_more() if addresses is None else addresses
        self._told = policy(sites_that_frame())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what may come in."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        admitted = len(hosts) == 1 and self.is_own(hosts[0])
        if scope["type"] == "websocket":
            admitted = admitted and is_of_host(headers.getlist("origin"), hosts[0])
        if admitted:
            await self._app(scope, receive, _guarded(send, self._told) if scope["type"] == "http" else send)
        else:
            await self._refuse(scope, receive, send)

    def is_own(self, host: str) -> bool:
        """Whether a Host header names this server."""
        name = _name_of(host)
        if name is None:
            return False
        if name in OWN or name in self._named:
            return True
        if any(name.endswith(each[1:]) for each in self._named if each.startswith("*.")):
            return True
        return self._addresses and _is_address(name)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "Not from here."})
        else:
            await PlainTextResponse(REFUSED.format(HINT), 421)(scope, receive, send)


def named_hosts() -> list[str]:
    """The names that were given at the start."""
    named: list[str] = [*(config.get_option("server.allowedHosts") or ())]
    if config.is_manually_set("browser.serverAddress"):
        named.append(config.get_option("browser.serverAddress"))
    bound = config.get_option("server.address")
    if bound and not _is_wildcard(bound):
        named.append(bound)
    elif is_bound_to_more():
        named.append(socket.gethostname())
    return named


def is_bound_to_more() -> bool:
    """Whether others than this machine can reach the server."""
    bound = config.get_option("server.address") or "0.0.0.0"
    return _is_wildcard(bound) or (_is_address(bound) and not ipaddress.ip_address(bound).is_loopback)


def is_of_host(origins: list[str], host: str) -> bool:
    """Whether a socket was opened by a page of the very host that it asks for; programs send no Origin."""
    if not origins:
        return True
    try:
        origin = urlsplit(origins[0])
        return len(origins) == 1 and origin.scheme in ("http", "https") and origin.netloc.lower() == host.lower()
    except ValueError:
        return False


def policy(framed_by: Sequence[str] = ()) -> dict[str, str]:
    """What a browser is told with each page: whose scripts it runs, who may frame it, and that its address stays here.

    Streamlit's own page needs styles that it makes as it goes, and compiles WebAssembly. It evaluates no script, and of
    those that stand in a page only its own are run, by their hashes.

    Args:
        framed_by: origins of sites that may show the app in a frame, besides its own.
    """
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "'wasm-unsafe-eval'", *map(_hash_of, streamlits_scripts())]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "connect-src": "'self' ws: wss:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(["'self'", *framed_by]),
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {allowed}" for name, allowed in rules.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return headers if framed_by else {**headers, "X-Frame-Options": "SAMEORIGIN"}


def streamlits_scripts() -> list[str]:
    """The scripts that stand in the page that Streamlit serves."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def _hash_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def sites_that_frame() -> list[str]:
    """The origins in GANCORE_EMBED, such as "https://lms.example.org https://slides.example.org".

    Raises ValueError where one is none.
    """
    sites = os.environ.get("GANCORE_EMBED", "").split()
    for site in sites:
        parts = urlsplit(site)
        plain = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
        if parts.scheme not in ("http", "https") or not parts.hostname or not plain or set(site) & set(";,'\""):
            raise ValueError(f"GANCORE_EMBED holds {site!r}; origins such as https://lms.example.org are needed.")
    return sites


def _guarded(send: Send, told: Mapping[str, str]) -> Send:
    """Tells the browser a policy with each answer."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in told.items():
                headers[name] = value
        await send(message)

    return with_headers


def _hosts(named: Iterable[str]) -> Iterable[str]:
    return (each.strip().lower().rstrip(".").strip("[]") for each in named)


def _name_of(host: str) -> str | None:
    """The name in a Host header, without its port; None where it is no host."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # in range
    except ValueError:
        return None
    if parts.path or parts.query or parts.fragment or parts.username is not None or not parts.hostname:
        return None
    return parts.hostname.rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_wildcard(bound: str) -> bool:
    return bound in ("0.0.0.0", "::")
