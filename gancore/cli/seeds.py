"""`gancore seeds`: the stored results of sixteen seeds that the stage answers with at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gancore.cli.failing import check_seeds, fail
from gancore.cli.figures import summary
from gancore.cli.measuring import check_folder, filled, resumed
from gancore.cli.printing import progress
from gancore.experiments.presets import PRESETS, Preset
from gancore.experiments.stored_seeds import FIRST_SEED, SEEDS, SeedsCell, SeedsTable, measure
from gancore.experiments.tables import Machine
from gancore.experiments.trial import FIGURES

_NO_CLAIM, _NONE = "no claim", "–"


def seeds(
    names: Annotated[list[str] | None, typer.Argument(help="Presets; all of them if none is named.")] = None,
    seeds: Annotated[int, typer.Option(help="How many seeds, one after the other: nobody chose them.")] = SEEDS,
    first: Annotated[int, typer.Option(help="The first of them.")] = FIRST_SEED,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, …")] = "auto",
    out: Annotated[
        Path, typer.Option(help="Where the table goes after each preset; what it holds of the same seeds is kept.")
    ] = Path("assets/seeds.json"),
) -> None:
    """Train presets over many seeds, store what came of each, and print the table that answers on the stage."""
    check_seeds(seeds, first)
    check_folder(out)
    if unknown := [name for name in names or [] if name not in PRESETS]:
        fail(f"There is no preset {unknown[0]!r}; there are {', '.join(PRESETS)}.")
    try:
        table = SeedsTable(machine=Machine.here(device), seeds=tuple(range(first, first + seeds)))
    except ValueError as error:
        fail(str(error))

    def trained(name: str) -> SeedsCell:
        with progress(PRESETS[name].config.steps, seeds, quiet=False) as watch:
            return measure(PRESETS[name], table.seeds, device, watch)

    def words(name: str, cell: SeedsCell) -> str:
        return f"{name}: {_judged(PRESETS[name], cell)[0]}, {cell.seconds:.0f} s"

    table = resumed(table, out)
    table = filled(table, out, table.missing(names or tuple(PRESETS)), trained, words)
    typer.echo(markdown(table))


def markdown(table: SeedsTable) -> str:
    """The table in markdown, with what it was measured on above it."""
    lines = [
        f"Seeds {table.seeds[0]} to {table.seeds[-1]}, {table.machine}, {table.dates}.",
        "",
        "| preset | what came of it | holds | judged by | steps | seconds | date |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell in (each for each in table.cells if each.is_current):
        preset = PRESETS[cell.preset]
        said, holds = _judged(preset, cell)
        metric = preset.verdict.metric if preset.verdict is not None else preset.figure
        values = cell.survivors(cell.figures.get(metric, (None,) * len(cell.failures)))
        figure = summary(metric, [value for value in values if value is not None])
        lines.append(
            f"| `{cell.preset}` | {said} | {holds} | {FIGURES[metric]} {figure} | {cell.steps:,} | "
            f"{cell.seconds:,.0f} | {cell.date.isoformat()} |"
        )
    return "\n".join(lines)


def _judged(preset: Preset, cell: SeedsCell) -> tuple[str, str]:
    """The verdict on a preset's claim, and whether it holds."""
    judged = cell.judged(preset.verdict) if preset.verdict is not None else None
    if judged is None:
        return _NO_CLAIM, _NONE
    return judged.sentence, "yes" if judged.holds else "**no**"
