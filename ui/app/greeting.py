"""The terminal's first lines: where the app is, and what to do next. A browser is opened on it, unless told not to.

Words of our own in the place of Streamlit's, which `.streamlit/config.toml` hides: they would advertise in the terminal
and over the stage.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import streamlit as st
from streamlit import cli_util, config, net_util
from streamlit.web.server import server_util

from ui.app.open_files import allow_many

# What the terminal says, line by line.
RUNNING = '"Why GANs fail" is running. Open this address, if no browser window has opened by itself:'
NETWORK = "Others on this network open this one:"
NEXT = "There, step a first GAN by hand, or choose a lecture. Here, press Ctrl+C to stop the app."


def greeting() -> list[str]:
    """The lines that tell where a server that has started is, and what to do next."""
    bound, shown = _bound(), _shown()
    lines = [RUNNING, f"    {server_util.get_url(shown)}"]
    named = config.is_manually_set("browser.serverAddress")
    # It is bound to every address of the machine.
    inside = net_util.get_internal_ip() if not named and shown != bound else None
    if inside is not None:
        lines += [NETWORK, f"    {server_util.get_url(inside)}"]
    return [*lines, NEXT]


def _bound() -> str:
    return config.get_option("server.address") or "0.0.0.0"


def _shown() -> str:
    """The name by which a browser on this machine reaches the server."""
    if config.is_manually_set("browser.serverAddress"):
        return config.get_option("browser.serverAddress")
    return server_util.get_display_address(_bound())


@asynccontextmanager
async def greet(app: st.App) -> AsyncGenerator[None]:
    """The app's life: greets once it is bound to its port, which is final then; whoever comes now waits a moment."""
    allow_many()
    print("", *greeting(), "", sep="\n", flush=True)
    if not config.get_option("server.headless"):
        cli_util.open_browser(server_util.get_url(_shown()))
    yield
