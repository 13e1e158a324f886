"""`gancore run`, `gancore prove`, `gancore remedies`, `gancore reproduce`, `gancore fields`, …: runs without a browser.

Results go to stdout, everything else to stderr. What is wrong is said in one sentence, with exit code 2.
"""

from __future__ import annotations

import difflib
import json
import platform
import statistics
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_args

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gancore.config import FIELDS, RunConfig
from gancore.experiments.claims import Judgement, judge, looked_at
from gancore.experiments.presets import PRESETS, SMALL, Verdict
from gancore.experiments.remedies import (
    ROWS,
    MixtureName,
    Remedy,
    RemedyTable,
    config_of,
    measure,
    modes_of,
)
from gancore.experiments.reproductions import EXPERIMENTS, FIGURE_NAMES, Experiment, Line, ReproducedTable
from gancore.experiments.reproductions import measure as reproduced
from gancore.experiments.search import append, combinations, row_of, tried
from gancore.experiments.small_data import MODES, Mode, SmallDataTable, sizes_of, table_of
from gancore.experiments.small_data import measure as measure_small
from gancore.experiments.tables import Machine
from gancore.experiments.trial import FIGURES, Trial, trial

MAX_SEEDS = 1024

# The columns of every table; what a preset's rule judges is added to them.
_OF_POINTS = ("captured", "touched", "high_quality", "reverse_kl", "transport")
_OF_IMAGES = ("fid", "fid_rise", "accuracy_train", "accuracy_held_out", "accuracy_fake", "variety", "memorised")

# The columns of `gancore prove`.
_PROVED_OF_POINTS = ("captured", "touched", "high_quality", "transport")
_PROVED_OF_IMAGES = ("fid", "accuracy_train", "accuracy_held_out")

# Whole numbers.
_COUNTS = ("captured", "touched")

# Shares of 1 that are written in per cent.
_SHARES = ("captured_weight", "high_quality", "variety", "memorised", "precision", "recall")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Train GANs that fail on purpose, and what fixes them.",
)


def _fail(sentence: str) -> NoReturn:
    typer.echo(" ".join(sentence.split()), err=True)
    raise typer.Exit(2)


def _fail_training(error: Exception) -> NoReturn:
    """Says in a sentence why torch gave up: such as more memory than there is."""
    _fail(f"Training failed: {str(error).strip().partition(chr(10))[0] or type(error).__name__}.")


def _check_seeds(seeds: int, first: int = 0) -> None:
    if not 1 <= seeds <= MAX_SEEDS:
        _fail(f"seeds is {seeds}; allowed are whole numbers from 1 to {MAX_SEEDS}.")
    if not 0 <= first < 2**31 - MAX_SEEDS:
        _fail(f"first is {first}; allowed are whole numbers from 0 to {2**31 - MAX_SEEDS - 1:,}.")


def _check_device(name: str) -> None:
    from gancore.device import pick_device  # imports torch, which the commands without a device never need

    try:
        pick_device(name)
    except ValueError as error:
        _fail(str(error))


def _say_how_read(config: RunConfig) -> None:
    """Tells how the images of a run were read, where there is anything to tell. ValueError: they cannot be had."""
    if config.data == "folder":
        from gancore.data.image_split import image_set  # imports torch

        if (reading := image_set(config).reading) is not None:
            typer.echo(str(reading), err=True)


def _start(source: str) -> tuple[RunConfig, Verdict | None, str | None]:
    """The config that a preset's name or a JSON file stands for, with the preset's rule and name."""
    if source in PRESETS:
        return PRESETS[source].config, PRESETS[source].verdict, source
    path = Path(source)
    if path.suffix == ".json" or path.is_file():
        try:
            return RunConfig.from_json(path.read_bytes()), None, None
        except OSError as error:
            raise ValueError(f"{source} cannot be read: {error.strerror or error}.") from None
    near = difflib.get_close_matches(source, PRESETS)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(PRESETS)}, or give a file.json."
    raise ValueError(f"There is no preset {source!r}; {hint}")


def _changes(assignments: list[str]) -> dict[str, str]:
    changes: dict[str, str] = {}
    for assignment in assignments:
        field, equals, value = assignment.partition("=")
        if not equals:
            raise ValueError(f"--set {assignment!r} is no assignment; field=value is needed, such as d_lr=0.001.")
        changes[field.strip()] = value.strip()
    return changes


@contextmanager
def _progress(steps: int, seeds: int, *, quiet: bool) -> Generator[Callable[[int], None]]:
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


def _is_share(name: str) -> bool:
    return name in _SHARES or name.startswith(("accuracy_", "seen_"))


def _shown(name: str, value: float) -> str:
    if name in _COUNTS:
        return f"{value:g}"
    return f"{100 * value:.1f} %" if _is_share(name) else f"{value:.3f}"


def _mean(name: str, values: list[float]) -> str:
    """Mean ± standard deviation (n - 1)."""
    if len(values) < 2:
        return "–"
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    if _is_share(name):
        return f"{100 * mean:.1f} ± {100 * spread:.1f} %"
    return f"{mean:.1f} ± {spread:.1f}" if name in _COUNTS else f"{mean:.3f} ± {spread:.3f}"


def _table(result: Trial, rule: Verdict | None) -> Table:
    usual = _OF_IMAGES if result.config.on_images else _OF_POINTS
    always = [name for name in usual if name in result.figures]
    names = [*always, rule.metric] if rule is not None and rule.metric not in always else always
    # A run that is too short, or has other settings than its preset, lacks some figures.
    names = [name for name in names if name in result.figures]
    table = Table("seed", *(FIGURES[name] for name in names), "state")
    for i, (seed, failure) in enumerate(zip(result.seeds, result.failures, strict=True)):
        table.add_row(
            str(seed), *(_shown(name, result.figures[name][i]) for name in names), failure or "finished",
            end_section=i == len(result.seeds) - 1,
        )  # fmt: skip
    if len(result.seeds) > 1:
        finished = result.failures.count(None)
        table.add_row(
            "mean",
            *(_mean(name, result.finished(name)) for name in names),
            f"± one standard deviation, n = {finished}",
        )
    return table


def _judged(result: Trial, rule: Verdict, length: int) -> Judgement | None:
    """What a rule about `length` steps says of a trial; None where the trial lacks the figure that it judges."""
    names = looked_at(rule)
    if not result.figures.keys() >= {*names}:
        return None
    return judge(rule, {name: result.values(name) for name in names}, step=result.steps, length=length)


def _verdict(judged: Judgement) -> dict[str, Any]:
    rule = judged.rule
    return {
        "metric": rule.metric,
        rule.rule: rule.limit,
        "also": rule.also,
        "word": rule.word,
        "count": judged.count,
        "of": judged.of,
        "interval": judged.interval,
        "sentence": judged.sentence,
    }


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=120)  # a pipe has no width: keep the rows whole


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


@app.command()
def run(
    source: Annotated[str, typer.Argument(metavar="PRESET|FILE.json", help="A preset's name or a config as JSON.")],
    seeds: Annotated[int, typer.Option(help="How many seeds to train at once, from the config's own on.")] = 1,
    steps: Annotated[
        int | None, typer.Option(help=f"{FIELDS['steps'].help} ({FIELDS['steps'].allowed}; default: the config's)")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Change a field; see `gancore fields`.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, …")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of the table.")] = False,
) -> None:
    """Train a preset, or a config from a file, and print what came of it."""
    _check_seeds(seeds)
    try:
        config, verdict, preset = _start(source)
        config = RunConfig.from_query(_changes(set_ or []), config)
        if steps is not None:
            config = config.changed(steps=steps)
        _say_how_read(config)
        with _progress(config.steps, seeds, quiet=as_json) as watch:
            result = trial(config, range(config.seed, config.seed + seeds), device, watch)
    except ValueError as error:
        _fail(str(error))
    except (RuntimeError, MemoryError) as error:
        _fail_training(error)
    judged = None
    if preset is not None and verdict is not None and seeds > 1:
        judged = _judged(result, verdict, PRESETS[preset].config.steps)
    if as_json:
        final, early = (judged, None) if judged is None or judged.final else (None, judged)
        said = {
            "verdict": None if final is None else _verdict(final),
            "so_far": None if early is None else f"{early.sentence}. {early.pending}",
        }
        _print_json({"preset": preset, **result.to_dict(), **said})
        return
    console = _console()
    console.print(_table(result, verdict))
    if judged is not None:
        console.print(judged.sentence if judged.final else f"{judged.sentence}. {judged.pending}", highlight=False)
    rate = result.steps / max(result.seconds, 1e-9)
    console.print(
        f"{result.steps:,} steps in {result.seconds:.1f} s ({rate:,.0f} a second) on {result.device}, "
        f"torch {result.torch}",
        style="dim", highlight=False,
    )  # fmt: skip


@app.command()
def presets(
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON, configs included.")] = False,
) -> None:
    """The named runs, each with the claim that `gancore run NAME --seeds 16` proves or refutes."""
    if as_json:
        _print_json(
            [
                {
                    "name": preset.name,
                    "title": preset.title,
                    "claim": preset.claim,
                    "figure": preset.figure,
                    "config": preset.config.model_dump(mode="json"),
                }
                for preset in PRESETS.values()
            ]
        )
        return
    table = Table("name", "title", "claim", show_lines=True)
    for preset in PRESETS.values():
        table.add_row(preset.name, preset.title, preset.claim)
    _console().print(table)


@app.command()
def prove(
    names: Annotated[list[str] | None, typer.Argument(help="Presets; all of them if none is named.")] = None,
    seeds: Annotated[int, typer.Option(help="How many seeds, one after the other: nobody chose them.")] = 16,
    first: Annotated[int, typer.Option(help="The first of them.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, …")] = "auto",
) -> None:
    """Run presets over many seeds and print what came of their claims, as a markdown table."""
    _check_seeds(seeds, first)
    if unknown := [name for name in names or [] if name not in PRESETS]:
        _fail(f"There is no preset {unknown[0]!r}; there are {', '.join(PRESETS)}.")
    _check_device(device)
    tried = f"Seeds {first} to {first + seeds - 1}"
    typer.echo(f"{tried}, {platform.machine()}, device {device}, {date.today().isoformat()}\n")
    columns: tuple[str, ...] = ()
    for name in names or PRESETS:
        preset = PRESETS[name]
        rule = preset.verdict
        wanted = _PROVED_OF_IMAGES if preset.config.on_images else _PROVED_OF_POINTS
        if wanted != columns:
            heads = " | ".join(FIGURES[each] for each in wanted)
            gap = "\n" if columns else ""
            typer.echo(f"{gap}| preset | what came of it | holds | judged by | {heads} | steps | seconds |")
            typer.echo("|---" * (6 + len(wanted)) + "|")
            columns = wanted
        try:
            with _progress(preset.config.steps, seeds, quiet=False) as watch:
                result = trial(preset.config, range(first, first + seeds), device, watch)
        except ValueError as error:
            _fail(str(error))
        figures = " | ".join(_mean(each, result.finished(each)) for each in columns)
        metric = rule.metric if rule is not None else preset.figure
        judged = f"{FIGURES[metric]} {_mean(metric, result.finished(metric))}"
        said, holds = "no claim", "–"
        if rule is not None and (found := _judged(result, rule, preset.config.steps)) is not None:
            said, holds = found.sentence, "yes" if found.holds else "**no**"
        typer.echo(f"| `{name}` | {said} | {holds} | {judged} | {figures} | {result.steps:,} | {result.seconds:.0f} |")


@app.command()
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
    _check_seeds(seeds, first)
    if not out.parent.is_dir():
        _fail(f"{out} cannot be written: there is no folder {out.parent}.")
    try:
        table = RemedyTable(machine=Machine.here(device), seeds=tuple(range(first, first + seeds)))
    except ValueError as error:
        _fail(str(error))
    if out.exists():
        try:
            table = table.resumed(RemedyTable.read(out))
        except ValueError as error:
            _fail(f"{error} Delete it, or name another file with --out.")
    todo = table.missing()
    for number, (remedy, data) in enumerate(todo, 1):
        try:
            with _progress(config_of(remedy, data).steps, seeds, quiet=False) as watch:
                cell = measure(remedy, data, table.seeds, device, watch)
            table = table.with_cell(cell)
            table.write(out)
        except OSError as error:
            _fail(f"{out} cannot be written: {error.strerror or error}.")
        except (RuntimeError, MemoryError) as error:
            _fail_training(error)
        came = f"{_came('captured', cell.finished('captured'))} modes captured, {cell.seconds:.0f} s"
        typer.echo(f"{number}/{len(todo)} {remedy.title}, {data}: {came}", err=True)
    typer.echo(table.to_json() if as_json else _remedy_table(table), nl=not as_json)


def _remedy_table(table: RemedyTable) -> str:
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
        cells = [_remedy_cells(row, data, table) for data in mixtures]
        lines.append(f"| {row.title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _remedy_cells(row: Remedy, data: MixtureName, table: RemedyTable) -> str:
    cell = table.cell(row.name, data)
    figures = "– | – | – | –"
    if cell is not None:
        lost = f" ({cell.diverged} diverged)" if cell.diverged else ""
        counted = f"{_came('captured', cell.finished('captured'))}{lost} | {_came('touched', cell.finished('touched'))}"
        figures = f"{counted} | {_came('high_quality', cell.finished('high_quality'))} | {cell.seconds:.0f}"
    reported = [f"{each.modes:g}, {100 * each.high_quality:.1f} %" for each in row.published.get(data, ())]
    return f"{figures} | {'; '.join(reported) or '–'}"


def _came(figure: str, values: list[float]) -> str:
    """A figure's mean ± standard deviation; the figure itself where there is but one."""
    return _shown(figure, values[0]) if len(values) == 1 else _mean(figure, values)


@app.command()
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
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of the markdown table.")] = False,
) -> None:
    """Train a paper's experiment in the paper's own setting, and print what came beside what the paper reports.

    Lines that the table holds with the same seeds and as many steps are not trained again.
    """
    _check_seeds(seeds, first)
    if name not in EXPERIMENTS:
        _fail(f"There is no experiment {name!r}; there are {', '.join(EXPERIMENTS)}.")
    experiment = EXPERIMENTS[name]
    out = out or Path("assets/reproduced") / f"{name}.json"
    if not out.parent.is_dir():
        _fail(f"{out} cannot be written: there is no folder {out.parent}.")
    chosen = tuple(range(first, first + seeds))
    try:
        asked = [experiment.line(line) for line in lines or []] or list(experiment.lines)
        table = ReproducedTable(machine=Machine.here(device), experiment=name)
        if out.exists():
            table = table.resumed(ReproducedTable.read(out))
        for number, line in enumerate(asked, 1):
            if (cell := table.cell(line)) is not None and cell.answers(chosen, share, line):
                continue
            with _progress(line.steps_of(share), seeds, quiet=False) as watch:
                cell = reproduced(experiment, line, chosen, share, device, watch)
            table = table.with_cell(cell)
            table.write(out)
            typer.echo(f"{number}/{len(asked)} {line.name}: {cell.seconds:,.0f} s", err=True)
    except ValueError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{out} cannot be written: {error.strerror or error}.")
    except (RuntimeError, MemoryError) as error:
        _fail_training(error)
    typer.echo(table.to_json() if as_json else _reproduced_table(experiment, table), nl=not as_json)


def _reproduced_table(experiment: Experiment, table: ReproducedTable) -> str:
    """The table in markdown: each figure as the paper reports it and as it came, and for how many steps."""
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
        figures = " | ".join(
            f"{_reported(each, line)} | {'–' if cell is None else _came(each, cell.finished(each))}"
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
    if _is_share(figure):
        return f"{100 * found.mean:g} %"
    return f"{found.mean:g}" + ("" if found.spread is None else f" ± {found.spread:g}")


@app.command()
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
    _check_seeds(seeds, first)
    if not out.parent.is_dir():
        _fail(f"{out} cannot be written: there is no folder {out.parent}.")
    try:
        base, _, _ = _start(source)
        base = RunConfig.from_query(_changes(set_ or []), base)
        values = {field: tuple(text.split(",")) for field, text in _changes(over).items()}
        start = " ".join([source, *(set_ or [])])
        for changes, config in list(combinations(base, values)):
            if tried(out, start, changes, range(first, first + seeds)):
                continue
            with _progress(config.steps, seeds, quiet=False) as watch:
                row = row_of(start, changes, trial(config, range(first, first + seeds), device, watch))
            append(out, row)
            typer.echo(
                " ".join(f"{name}={value}" if name in ("steps", "seconds") else value for name, value in row.items())
            )
    except OSError as error:
        _fail(f"{out} cannot be written: {error.strerror or error}.")
    except ValueError as error:
        _fail(str(error))


@app.command(name="small-data")
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
    _check_seeds(seeds, first)
    if not out.parent.is_dir():
        _fail(f"{out} cannot be written: there is no folder {out.parent}.")
    try:
        base = RunConfig.from_query(_changes(set_ or []), SMALL)
        _say_how_read(base)
        table = table_of(base, range(first, first + seeds), device)
        asked = tuple(int(each) for each in sizes.split(",")) if sizes else sizes_of(base)
        if out.exists():
            table = table.resumed(SmallDataTable.read(out))
    except ValueError as error:
        _fail(str(error))
    for n in asked:
        for mode in MODES:
            if table.cell(n, mode) is not None:
                continue
            try:
                with _progress(base.steps, seeds, quiet=False) as watch:
                    table = table.with_cell(measure_small(table, n, mode, device, watch))
                table.write(out)
            except ValueError as error:
                _fail(str(error))
            except OSError as error:
                _fail(f"{out} cannot be written: {error.strerror or error}.")
            typer.echo(f"{n:,} images, {mode}: {_fids(table, n, mode)}", err=True)
    machine = table.machine
    typer.echo(
        f"Seeds {first} to {first + seeds - 1}, {base.data}, {base.steps:,} steps, {machine}, "
        f"{date.today().isoformat()}. Fréchet "
        f"distance of {table.judged} images seen by {table.features}; two samples of the data: {table.floor:.1f}.\n"
    )
    typer.echo("| images | without: at the end | best | score | DiffAugment: at the end | best | score |")
    typer.echo("|---|---|---|---|---|---|---|")
    for n in asked:
        cells = [cell for mode in MODES if (cell := table.cell(n, mode)) is not None]
        figures = [_mean(name, cell.finished(name)) for cell in cells for name in ("fid", "fid_best", "score")]
        typer.echo(f"| {n:,} | {' | '.join(figures)} |")


def _fids(table: SmallDataTable, n: int, mode: Mode) -> str:
    cell = table.cell(n, mode)
    return "" if cell is None else f"{_mean('fid', cell.finished('fid'))}, {cell.seconds:.0f} s"


@app.command()
def features(
    data: Annotated[
        list[str] | None, typer.Argument(metavar="[DATA]...", help="digits, shapes; default: both.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder of the weights.")] = Path("assets/features"),
) -> None:
    """Train the small networks that images are measured through, on one core, and print what came of them."""
    import torch  # two seconds, which no other command needs to spend

    from gancore.metrics.feature_nets import FEATURE_NETS
    from gancore.metrics.feature_training import train_feature_net

    if unknown := [name for name in data or [] if name not in FEATURE_NETS]:
        _fail(f"There is no feature network for {unknown[0]!r}; there are ones for {', '.join(FEATURE_NETS)}.")
    torch.set_num_threads(1)
    for name in data or FEATURE_NETS:
        typer.echo(f"Training {FEATURE_NETS[name].name} …", err=True)
        try:
            facts = train_feature_net(name, out)
        except OSError as error:
            _fail(f"{out} cannot be written: {error.strerror or error}.")
        for fact, value in facts.items():
            typer.echo(f"{fact}: {value}")
        typer.echo()


@app.command()
def fields(as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False) -> None:
    """Every field of a config: what it means, what it may be, and whether a running GAN can change it."""
    if as_json:
        _print_json(
            [
                {
                    "name": spec.name,
                    "group": spec.group,
                    "kind": spec.kind,
                    "allowed": list(spec.choices) or [spec.low, spec.high],
                    "default": spec.default,
                    "unit": spec.unit,
                    "acts": "now" if spec.live else "at a restart",
                    "help": spec.help,
                }
                for spec in FIELDS.values()
            ]
        )
        return
    table = Table("field", "default", "allowed", "acts", "meaning")
    group = ""
    for spec in FIELDS.values():
        if spec.group != group:
            table.add_section()
            table.add_row(f"[bold]{spec.group}[/bold]")
        group = spec.group
        default = f"{spec.default:g}" if isinstance(spec.default, float) else str(spec.default)
        meaning = spec.help if not spec.unit else f"{spec.help} ({spec.unit})"
        table.add_row(spec.name, default, spec.allowed, "now" if spec.live else "at a restart", meaning)
    _console().print(table)


if __name__ == "__main__":
    sys.exit(app())
