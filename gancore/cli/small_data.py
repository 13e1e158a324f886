"""`gancore small-data`: fewer and fewer images, with DiffAugment and without."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gancore.cli.failing import check_seeds, fail
from gancore.cli.figures import mean
from gancore.cli.measuring import check_folder, filled, resumed
from gancore.cli.printing import progress
from gancore.cli.source import changes_of, say_how_read
from gancore.config import RunConfig
from gancore.experiments.presets.few_images import SMALL
from gancore.experiments.small_data import MODES, Mode, SmallDataCell, SmallDataTable, measure, sizes_of, table_of


def small_data(
    seeds: Annotated[int, typer.Option(help="How many seeds, one after the other: nobody chose them.")] = 5,
    first: Annotated[int, typer.Option(help="The first of them.")] = 0,
    sizes: Annotated[
        str, typer.Option(help="Numbers of training images, such as 1000,200,100; default: all, a fifth, a tenth.")
    ] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Change a field; see `gancore fields`.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, …")] = "auto",
    out: Annotated[
        Path, typer.Option(help="Where the table goes after each cell; what it holds of the same runs is kept.")
    ] = Path("assets/small_data.json"),
) -> None:
    """Train with fewer and fewer images, with DiffAugment and without, and print the table that the page shows.

    The paper's own data, on a GPU: --set data=cifar10 --set features=inception --set architecture=residual --set
    g_hidden=128 --set d_hidden=128 --set batch_size=64 --set steps=100000.
    """
    check_seeds(seeds, first)
    check_folder(out)
    try:
        base = RunConfig.from_query(changes_of(set_ or []), SMALL)
        say_how_read(base)
        table = table_of(base, range(first, first + seeds), device)
        asked = tuple(int(each) for each in sizes.split(",")) if sizes else sizes_of(base)
    except ValueError as error:
        fail(str(error))
    table = resumed(table, out)

    def trained(place: tuple[int, Mode]) -> SmallDataCell:
        with progress(base.steps, seeds, quiet=False) as watch:
            return measure(table, *place, device, watch)

    def words(place: tuple[int, Mode], cell: SmallDataCell) -> str:
        n, mode = place
        return f"{n:,} images, {mode}: {mean('fid', cell.finished('fid'))}, {cell.seconds:.0f} s"

    missing: list[tuple[int, Mode]] = [(n, mode) for n in asked for mode in MODES if table.cell(n, mode) is None]
    table = filled(table, out, missing, trained, words)
    typer.echo(markdown(table))


def markdown(table: SmallDataTable) -> str:
    """The table in markdown, with what it was measured on above it."""
    lines = [
        f"Seeds {table.seeds[0]} to {table.seeds[-1]}, {table.base.data}, {table.base.steps:,} steps, {table.machine}, "
        f"{table.dates}. Fréchet distance of {table.judged} images seen by {table.features}; two samples "
        f"of the data: {table.floor:.1f}.",
        "",
        "| images | without: at the end | best | score | DiffAugment: at the end | best | score |",
        "|---|---|---|---|---|---|---|",
    ]
    for n in table.sizes:
        cells = [table.cell(n, mode) for mode in MODES]
        figures = [
            "–" if cell is None else mean(name, cell.finished(name))
            for cell in cells
            for name in ("fid", "fid_best", "score")
        ]
        lines.append(f"| {n:,} | {' | '.join(figures)} |")
    return "\n".join(lines)
