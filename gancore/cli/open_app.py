"""`gancore app`: the teaching app, from wherever the library is installed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from gancore.cli.failing import fail
from gancore.recording import read

PACKAGE = Path(__file__).parents[1]


def app_folder() -> Path:
    """The folder that holds app.py: within the installed library, or beside it in a checkout."""
    installed = PACKAGE / "_app"
    return installed if installed.is_dir() else PACKAGE.parent


def app(
    recording: Annotated[
        Path | None, typer.Argument(metavar="[FILE.gan]", help="A recording to begin with; see `gancore run --save`.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="On which it listens; the first free one from 8501 on.")] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
) -> None:
    """Open the teaching app on localhost."""
    if importlib.util.find_spec("streamlit") is None:
        fail("The app needs Streamlit, which is not installed: pip install 'gancore[app]' brings it.")
    environment = dict(os.environ)
    if recording is not None:
        try:
            read(recording)
        except ValueError as error:
            fail(str(error))
        environment["GANCORE_RECORDING"] = str(recording.resolve())
    folder = app_folder()
    options = [] if port is None else ["--server.port", str(port)]
    if not browser:
        options += ["--server.headless", "true"]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    # Streamlit reads its settings from the folder in which it is started.
    command = [sys.executable, "-m", "ui", *options]
    try:
        raise typer.Exit(subprocess.call(command, cwd=folder, env=environment))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
