"""`gancore remedies`: the table of remedies against mode collapse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer

from gancore.cli.failing import check_seeds, fail
from gancore.cli.figures import summary
from gancore.cli.measuring import check_folder, filled, resumed
from gancore.cli.printing import progress
from gancore.experiments.remedies import (
    ROWS,
    MixtureName,
    Remedy,
    RemedyCell,
    RemedyTable,
    config_of,
    measure,
    modes_of,
)
from gancore.experiments.tables import Machine


def remedies(
    seeds: Annotated[int, typer.Option(help="How many seeds, one after the other: nobody chose them.")] = 16,
    first: Annotated[int, typer.Option(help="The first of them.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, …")] = "auto",
    out: Annotated[
        Path, typer.Option(help="Where the table goes after each cell; what it holds of the same runs is kept.")
    ] = Path("assets/remedies.json"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of the markdown table.")] = False,
) -> None:
    """Train every remedy against mode collapse from the same start, and print the table that the page shows."""
    check_seeds(seeds, first)
    check_folder(out)
    try:
        table = RemedyTable(machine=Machine.here(device), seeds=tuple(range(first, first + seeds)))
    except ValueError as error:
        fail(str(error))

    def trained(place: tuple[Remedy, MixtureName]) -> RemedyCell:
        with progress(config_of(*place).steps, seeds, quiet=False) as watch:
            return measure(*place, table.seeds, device, watch)

    def words(place: tuple[Remedy, MixtureName], cell: RemedyCell) -> str:
        captured = summary("captured", cell.finished("captured"))
        return f"{place[0].title}, {place[1]}: {captured} modes captured, {cell.seconds:.0f} s"

    table = resumed(table, out)
    table = filled(table, out, table.missing(), trained, words)
    typer.echo(table.to_json() if as_json else markdown(table), nl=not as_json)


def markdown(table: RemedyTable) -> str:
    """The table in markdown, with what it was measured on above it."""
    mixtures: tuple[MixtureName, ...] = get_args(MixtureName)
    machine, seeds = table.machine, table.seeds
    heads = [
        f"{data}: captured of {modes_of(data)} | touched | high quality | seconds | published" for data in mixtures
    ]
    lines = [
        f"Seeds {seeds[0]} to {seeds[-1]}, {machine}, {table.dates}. Mean ± one standard deviation; seconds are those "
        "of training all seeds at once.",
        "",
        f"| remedy | {' | '.join(heads)} |",
        f"|---{'|---' * 5 * len(mixtures)}|",
    ]
    for row in ROWS:
        cells = [_cells(row, data, table) for data in mixtures]
        lines.append(f"| {row.title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(row: Remedy, data: MixtureName, table: RemedyTable) -> str:
    cell = table.cell(row.name, data)
    figures = "– | – | – | –"
    if cell is not None:
        lost = f" ({cell.diverged} diverged)" if cell.diverged else ""
        names = ("captured", "touched", "high_quality")
        captured, touched, good = (summary(name, cell.finished(name)) for name in names)
        figures = f"{captured}{lost} | {touched} | {good} | {cell.seconds:,.0f}"
    reported = [f"{each.modes:g}, {100 * each.high_quality:.1f} %" for each in row.published.get(data, ())]
    return f"{figures} | {'; '.join(reported) or '–'}"
