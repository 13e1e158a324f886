"""The commands that fill a table, cell by cell, and may be interrupted and begun again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import typer

from gancore.cli.failing import fail, fail_training
from gancore.experiments.tables import MeasuredCell, MeasuredTable

_Table = TypeVar("_Table", bound=MeasuredTable[Any])
_Cell = TypeVar("_Cell", bound=MeasuredCell)
_Place = TypeVar("_Place")


def check_folder(out: Path) -> None:
    """Ends the command with a sentence where a file cannot lie."""
    if not out.parent.is_dir():
        fail(f"{out} cannot be written: there is no folder {out.parent}.")


def resumed(table: _Table, out: Path) -> _Table:
    """The table with what its file holds of the same runs."""
    if not out.exists():
        return table
    try:
        return table.resumed(type(table).read(out))
    except ValueError as error:
        fail(f"{error} Delete it, or name another file with --out.")


def filled(
    table: _Table,
    out: Path,
    places: Sequence[_Place],
    measure: Callable[[_Place], _Cell],
    words: Callable[[_Place, _Cell], str],
) -> _Table:
    """The table with a cell in each of `places`, written after each of them.

    An error of `measure` or of the file ends the command with a sentence.

    Args:
        table: as it is so far.
        out: its file.
        places: what is still to be measured.
        measure: trains one.
        words: say what came of it, for the terminal.
    """
    for number, place in enumerate(places, 1):
        try:
            cell = measure(place)
            table = table.with_cell(cell)
            table.write(out)
        except ValueError as error:
            fail(str(error))
        except OSError as error:
            fail(f"{out} cannot be written: {error.strerror or error}.")
        except (RuntimeError, MemoryError) as error:
            fail_training(error)
        typer.echo(f"{number}/{len(places)} {words(place, cell)}", err=True)
    return table
