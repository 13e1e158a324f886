"""`gancore reproduce`: papers’ experiments in the papers’ own settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gancore.cli.failing import check_seeds, fail
from gancore.cli.figures import form_of, summary
from gancore.cli.measuring import check_folder, filled, resumed
from gancore.cli.printing import progress
from gancore.experiments.reproductions import (
    EXPERIMENTS,
    FIGURE_NAMES,
    Experiment,
    Line,
    LineCell,
    ReproducedTable,
    measure,
)
from gancore.experiments.tables import Machine
from gancore.recording import LABELS, Recording, read, write


def reproduce(
    name: Annotated[str, typer.Argument(metavar="EXPERIMENT", help=f"One of {', '.join(EXPERIMENTS)}.")],
    lines: Annotated[list[str] | None, typer.Argument(metavar="[LINE]...", help="Its lines; all by default.")] = None,
    seeds: Annotated[int, typer.Option(help="How many seeds, one after the other: nobody chose them.")] = 2,
    first: Annotated[int, typer.Option(help="The first of them.")] = 0,
    share: Annotated[float, typer.Option(help="Of the paper's steps, above 0 and at most 1.")] = 1.0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, …")] = "auto",
    out: Annotated[
        Path | None, typer.Option(help="Where the table goes after each line. [default: assets/reproduced/NAME.json]")
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE.gan", help="Record the one to four lines that are trained, side by side."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of the markdown table.")] = False,
) -> None:
    """Train a paper's experiment in the paper's own setting, and print what came beside what the paper reports.

    Lines that the table holds with the same seeds and as many steps are not trained again.
    """
    check_seeds(seeds, first)
    if name not in EXPERIMENTS:
        fail(f"There is no experiment {name!r}; there are {', '.join(EXPERIMENTS)}.")
    experiment = EXPERIMENTS[name]
    out = out or Path("assets/reproduced") / f"{name}.json"
    check_folder(out)
    if save is not None:
        check_folder(save)
    chosen = tuple(range(first, first + seeds))
    try:
        asked = [experiment.line(line) for line in lines or []] or list(experiment.lines)
        table = ReproducedTable(machine=Machine.here(device), experiment=name)
    except ValueError as error:
        fail(str(error))
    table = resumed(table, out)

    def trained(line: Line) -> LineCell:
        file = None if save is None else save.with_name(f"{save.name}.{line.name}")
        with progress(line.steps_of(share), seeds, quiet=False) as watch:
            return measure(experiment, line, chosen, share, device, watch, file)

    def stands(line: Line) -> bool:
        cell = table.cell(line)
        return cell is not None and cell.answers(chosen, share, line)

    missing = [line for line in asked if not stands(line)]
    if save is not None and not 1 <= len(missing) <= len(LABELS):
        fail(f"{len(missing)} lines would be trained; a recording holds 1 to {len(LABELS)}.")
    table = filled(table, out, missing, trained, lambda line, cell: f"{line.name}: {cell.seconds:,.0f} s")
    if save is not None:
        _gather([save.with_name(f"{save.name}.{line.name}") for line in missing], save)
    typer.echo(table.to_json() if as_json else markdown(experiment, table), nl=not as_json)


def _gather(parts: list[Path], save: Path) -> None:
    """Puts the recordings of single lines side by side into one file; they are no more then."""
    recordings = [read(part) for part in parts if part.exists()]  # a line of the Dirac-GAN has none
    if not recordings:
        fail("Nothing of this can be recorded.")
    # Side by side they are for looking at: nothing goes on from there.
    runs = tuple(replace(run, weights=None, state=None) for each in recordings for run in each.runs)
    write(Recording(runs, recordings[0].made_by), save)
    for part in parts:
        part.unlink(missing_ok=True)


def markdown(experiment: Experiment, table: ReproducedTable, *, untrained: bool = True) -> str:
    """The table in markdown: each figure as the paper reports it and as it came, and for how many steps.

    `untrained`: with the lines that have not been trained.
    """
    machine = table.machine
    heads = " | ".join(f"{FIGURE_NAMES[each]}: paper | ours" for each in experiment.figures)
    rows = [
        f"{experiment.title}. {experiment.paper}; setting: {experiment.settings_from}.",
        f"Departures: {experiment.departs}",
        f"{machine}.",
        "",
        f"| line | the paper shows | {heads} | steps of the paper’s | seeds | seconds | date |",
        f"|---|---|{'---|---|' * len(experiment.figures)}---|---|---|---|",
    ]
    for line in experiment.lines:
        cell = table.cell(line)
        if cell is None and not untrained:
            continue
        figures = " | ".join(
            f"{_reported(each, line)} | {'–' if cell is None else summary(each, cell.finished(each))}"
            for each in experiment.figures
        )
        made = "– | – | – | –"
        if cell is not None:
            steps = f"{cell.steps:,} of {line.steps:,}" if line.steps else "–"
            of = str(cell.seeds[0]) if len(cell.seeds) == 1 else f"{cell.seeds[0]} to {cell.seeds[-1]}"
            of += f" ({cell.diverged} diverged)" if cell.diverged else ""
            made = f"{steps} | {of} | {cell.seconds:,.0f} | {cell.date.isoformat()}"
        rows.append(f"| {line.name} | {line.says or '–'} | {figures} | {made} |")
    return "\n".join(rows)


def _reported(figure: str, line: Line) -> str:
    found = line.reported.get(figure)
    if found is None:
        return "–"
    if form_of(figure) == "share":
        return f"{100 * found.mean:g} %"
    return f"{found.mean:g}" + ("" if found.spread is None else f" ± {found.spread:g}")
