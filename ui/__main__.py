"""`python -m ui` opens the app, and says in the terminal where it is and what to do next.

It is `streamlit run app.py` with words of our own in the place of Streamlit's, which `.streamlit/config.toml` hides:
they would advertise in the terminal and over the stage. Arguments go to `streamlit run`, such as `--server.port 8600`.
"""

import sys
from pathlib import Path

from streamlit import config, net_util
from streamlit.web import bootstrap
from streamlit.web.cli import main as streamlit
from streamlit.web.server import server_util

APP = Path(__file__).parents[1] / "app.py"

# What the terminal says, line by line.
RUNNING = '"Why GANs fail" is running. Open this address, if no browser window has opened by itself:'
NETWORK = "Others on this network open this one:"
NEXT = "There, press the space bar to play, and ? for all keys. Here, press Ctrl+C to stop the app."


def greeting() -> list[str]:
    """The lines that tell where a server that has started is, and what to do next."""
    bound: str = config.get_option("server.address") or "0.0.0.0"
    shown = server_util.get_display_address(bound)
    if config.is_manually_set("browser.serverAddress"):
        shown = bound = config.get_option("browser.serverAddress")
    lines = [RUNNING, f"    {server_util.get_url(shown)}"]
    inside = net_util.get_internal_ip() if shown != bound else None  # it is bound to every address of the machine
    if inside is not None:
        lines += [NETWORK, f"    {server_util.get_url(inside)}"]
    return [*lines, NEXT]


def _print_url(is_running_hello: bool) -> None:
    """In the place of Streamlit's own: called once, when the server listens and its port is final."""
    print("", *greeting(), "", sep="\n", flush=True)


def main() -> None:
    """Runs the app until it is stopped."""
    bootstrap._print_url = _print_url  # pyright: ignore[reportPrivateUsage]
    streamlit(["run", str(APP), *sys.argv[1:]], prog_name="streamlit")


if __name__ == "__main__":
    main()
