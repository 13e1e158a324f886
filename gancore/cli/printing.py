"""The console, JSON, and progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def progress(steps: int, seeds: int, *, quiet: bool) -> Generator[Callable[[int], None]]:
    """A bar on stderr, where that is a terminal; gives what is to be told each step."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("steps"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as progress:
        task = progress.add_task("1 seed" if seeds == 1 else f"{seeds} seeds", total=steps)
        yield lambda step: progress.update(task, completed=step)


def wide_console() -> Console:
    """Makes the console for tables, 120 columns wide where it is a pipe."""
    console = Console()
    return console if console.is_terminal else Console(width=120)  # a pipe has no width: keep the rows whole


def print_json(value: Any) -> None:
    """One line of JSON on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))
