"""`gancore search`: combinations of fields’ values on a few seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gancore.cli.failing import check_seeds, fail
from gancore.cli.printing import progress
from gancore.cli.source import changes_of, config_named
from gancore.config import RunConfig
from gancore.experiments.search import append, combinations, row_of, tried
from gancore.experiments.trial import trial


def search(
    source: Annotated[str, typer.Argument(metavar="PRESET|FILE.json", help="A preset's name or a config as JSON.")],
    over: Annotated[
        list[str], typer.Option(metavar="FIELD=VALUE,VALUE,…", help="Values of a field to try; every combination.")
    ],
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Change a field in all of them.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="How many seeds of each, one after the other.")] = 4,
    first: Annotated[int, typer.Option(help="The first of them. A claim is proved on seeds that no search saw.")] = 500,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, …")] = "auto",
    out: Annotated[
        Path, typer.Option(help="The table that each combination is added to; what it has is not tried.")
    ] = (Path("search.csv")),
) -> None:
    """Try every combination of some fields' values on a few seeds, and write down what came of each."""
    check_seeds(seeds, first)
    if not out.parent.is_dir():
        fail(f"{out} cannot be written: there is no folder {out.parent}.")
    try:
        base, _, _ = config_named(source)
        base = RunConfig.from_query(changes_of(set_ or []), base)
        values = {field: tuple(text.split(",")) for field, text in changes_of(over).items()}
        start = " ".join([source, *(set_ or [])])
        for changes, config in list(combinations(base, values)):
            if tried(out, start, changes, range(first, first + seeds)):
                continue
            with progress(config.steps, seeds, quiet=False) as watch:
                row = row_of(start, changes, trial(config, range(first, first + seeds), device, watch))
            append(out, row)
            typer.echo(
                " ".join(f"{name}={value}" if name in ("steps", "seconds") else value for name, value in row.items())
            )
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror or error}.")
    except ValueError as error:
        fail(str(error))
