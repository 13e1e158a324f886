"""Who may speak to the server: requests under a name of its own, and sockets that its own pages have opened.

A page elsewhere can give its own name the address of this machine (DNS rebinding), and is then of one origin with what
runs here. So each request has to come under `localhost`, an address of the loopback, or a name that was given at the
start: `--server.allowedHosts`, `--browser.serverAddress`, `--server.address`. Where the server was bound to more than
this machine, its addresses do too: an address as such is nobody's name. A WebSocket is not kept from strangers by the
browser, and has to come from a page of the very host that it asks for.
"""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

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
            await self._app(scope, receive, _guarded(send) if scope["type"] == "http" else send)
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


def _guarded(send: Send) -> Send:
    """Says with each page that it is nobody's frame but its own host's, and that its address stays here."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Frame-Options"] = "SAMEORIGIN"
            headers["Content-Security-Policy"] = "frame-ancestors 'self'; object-src 'none'; base-uri 'self'"
            headers["Referrer-Policy"] = "no-referrer"
            headers["X-Content-Type-Options"] = "nosniff"
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
