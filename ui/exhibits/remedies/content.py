"""Shows the table of remedies: what the command measured, beside what papers report."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from gancore.config import RunConfig
from gancore.experiments.presets.mode_collapse import GENERATORS, PARTS
from gancore.experiments.remedies import (
    BASES,
    ROWS,
    MixtureName,
    PublishedCoverage,
    Remedy,
    RemedyCell,
    RemedyTable,
    config_of,
    generator_steps,
    modes_of,
    places,
)
from gancore.experiments.reproductions import EXPERIMENTS, Experiment, Line, LineCell, ReproducedTable
from gancore.experiments.tables import Spread

TABLE = Path(__file__).parents[3] / "assets" / "remedies.json"
REPRODUCED = TABLE.parent / "reproduced"

_MIXTURES: tuple[MixtureName, ...] = get_args(MixtureName)
_STEPS, _STEPS_ON_GRID = (generator_steps(BASES[data]) for data in _MIXTURES)


def _d_steps(config: RunConfig) -> int:
    return config.steps * config.d_steps


_BEFORE, _AT_ONCE = (config_of(row, "ring") for row in ROWS if row.name in ("none", "mad_gan"))
FAIR = (
    f"Every row is the same GAN with one change: same networks, optimisers, batches, seeds, and {_STEPS:,} generator "
    f"steps in all ({_STEPS_ON_GRID:,} on the grid); MAD-GAN’s {GENERATORS} generators share them, AdaGAN’s {PARTS} "
    f"take them in turn. Unequal stay: MAD-GAN’s D sees {GENERATORS + 1} batches a step instead of 2, but takes "
    f"{_d_steps(_AT_ONCE):,} steps instead of {_d_steps(_BEFORE):,}; AdaGAN begins each part afresh, on "
    f"{_BEFORE.data_points:,} points, with a classifier; an unrolled step costs more (see the seconds). Another start "
    "may give another order."
)
TOUCHED = "As the papers count, where one sample of 2,500 within 3σ is enough, {touched} of {modes} modes are touched."
APART = "Published figures need not agree: other networks, optimisers and lengths of training; papers disagree, too."

HELP = {
    "remedy": "What is changed. Point at a row: the change and its paper.",
    "captured": "Modes captured: they hold at least a quarter of their fair share of 2,500 samples within 3σ of the "
    "centre, and at least half of the samples nearest to them lie so near. Mean ± one standard deviation. A star: the "
    "most, or within two standard errors of it, and at least half of the modes.",
    "high_quality": "Share of the 2,500 samples within 3σ of their nearest centre: mean ± one standard deviation. A "
    "star as for the modes.",
    "seconds": "Processor time of training all seeds at once, measuring not counted: it compares rows; one run takes "
    "less. A star: at most a fifth above the least.",
    "published": "Modes and high quality that papers report; they count a mode that one sample of 2,500 touches. Point "
    "at them: who measured.",
    "redone": "Modes touched and high quality that came here in the papers’ own settings: their networks, optimisers "
    "and batches. Point at them: which setting, for how many of the paper’s steps, and what is captured.",
}
# What a line of `gancore reproduce` says where it is pointed at.
REDONE = (
    "{title}, {line}: modes touched {touched}, captured {captured}, high quality {share}; {steps} of the paper’s "
    "{length} steps, {seeds}. {paper}. Where it departs says gancore reproduce {name}."
)


def content() -> dict[str, Any]:
    """What the component is mounted with: the table, or a sentence where the file holds none."""
    return shown(TABLE, REPRODUCED)


def shown(path: Path, reproduced: Path = REPRODUCED) -> dict[str, Any]:
    """The message to the browser: heads, rows and the words under them; without a table, the sentence that says why."""
    try:
        table = RemedyTable.read(path)
    except ValueError as error:
        return {"sentence": f"{error} The command gancore remedies makes it.", "heads": [], "rows": [], "words": {}}
    redone = _redone(reproduced)
    columns: dict[MixtureName, _Column] = {
        data: {row.name: table.cell(row.name, data) for row in ROWS} for data in _MIXTURES
    }
    return {
        "sentence": None,
        "heads": [
            {"data": data, "title": f"{data} of {modes_of(data)}", "modes": modes_of(data)} for data in _MIXTURES
        ],
        "rows": [
            {**_row(row, columns), "redone": {data: redone.get((row.name, data), []) for data in _MIXTURES}}
            for row in ROWS
        ],
        "words": {
            "help": HELP,
            "fair": FAIR,
            "apart": APART,
            "made": _made(table),
            "command": _command(table),
            "stale": _stale(table),
        },
    }


_Column = Mapping[str, RemedyCell | None]  # by the rows' names


def _row(row: Remedy, columns: Mapping[MixtureName, _Column]) -> dict[str, Any]:
    return {
        "name": row.name,
        "title": row.title,
        "about": f"{row.title}: {row.change}. {row.paper}.",
        "cells": {data: _cell(column[row.name], column) for data, column in columns.items()},
        "published": {data: [_published(row, each) for each in row.published.get(data, ())] for data in _MIXTURES},
    }


def _cell(cell: RemedyCell | None, column: _Column) -> dict[str, Any] | None:
    if cell is None:
        return None
    others = [each for each in column.values() if each is not None and each.finished("captured")]
    return {
        "captured": _spread(cell.finished("captured")),
        "high_quality": _spread([100 * value for value in cell.finished("high_quality")]),
        "seconds": {"value": cell.seconds, "text": f"{cell.seconds:,.0f}"},
        "touched": _touched(cell),
        "diverged": cell.diverged,
        "best": [name for name, is_best in _BEST.items() if len(others) > 1 and is_best(cell, others)],
    }


def _touched(cell: RemedyCell) -> str | None:
    """The papers' count of a cell as a sentence; None where no seed has finished."""
    mean = Spread.of(cell.finished("touched")).mean
    return None if mean is None else TOUCHED.format(touched=f"{mean:.1f}", modes=modes_of(cell.data))


def _most(figure: Literal["captured", "high_quality"], cell: RemedyCell, others: Sequence[RemedyCell]) -> bool:
    """Whether no other cell has clearly more of a figure: by more than two standard errors of the difference."""
    own = Spread.of(cell.finished(figure))
    return own.mean is not None and not any(
        theirs.mean - own.mean > 2 * math.hypot(own.standard_error, theirs.standard_error)
        for theirs in (Spread.of(each.finished(figure)) for each in others)
        if theirs.mean is not None
    )


def _is_spread_out(cell: RemedyCell) -> bool:
    """True where at least half of the modes are captured: a collapsed GAN may well draw what is left of it perfectly,
    and the most of next to none is no praise."""
    mean = Spread.of(cell.finished("captured")).mean
    return mean is not None and mean >= modes_of(cell.data) / 2


def _best_drawn(cell: RemedyCell, others: Sequence[RemedyCell]) -> bool:
    return _is_spread_out(cell) and _most("high_quality", cell, [each for each in others if _is_spread_out(each)])


def _among_the_quickest(cell: RemedyCell, others: Sequence[RemedyCell]) -> bool:
    return bool(cell.finished("captured")) and cell.seconds <= 1.2 * min(each.seconds for each in others)


_BEST: dict[str, Callable[[RemedyCell, Sequence[RemedyCell]], bool]] = {
    "captured": lambda cell, others: _is_spread_out(cell) and _most("captured", cell, others),
    "high_quality": _best_drawn,
    "seconds": _among_the_quickest,
}


def _spread(values: list[float]) -> dict[str, Any]:
    """A mean to sort by, and both as text: rounded here, so that the screen and the command say the same."""
    mean, deviation, _ = Spread.of(values)
    text, spread = (None if value is None else f"{value:.1f}" for value in (mean, deviation))
    return {"value": mean, "text": text, "spread": spread}


def _published(row: Remedy, each: PublishedCoverage) -> dict[str, Any]:
    spread = "" if each.spread is None else f" ± {each.spread:g}"
    modes = "1 mode" if each.modes == 1 else f"{each.modes:g}{spread} modes"
    about = f"{row.title}: {modes}, {100 * each.high_quality:.1f} % high quality. {each.source}."
    return {"modes": each.modes, "high_quality": 100 * each.high_quality, "about": about}


def _redone(folder: Path) -> dict[tuple[str, MixtureName], list[dict[str, Any]]]:
    """Figures from the papers' settings, by remedy and data; none from a file that is missing or no table."""
    found: dict[tuple[str, MixtureName], list[dict[str, Any]]] = {}
    for experiment in EXPERIMENTS.values():
        try:
            table = ReproducedTable.read(folder / f"{experiment.name}.json")
        except ValueError:
            continue
        for line in experiment.lines:
            if line.remedy and (cell := table.cell(line)) is not None and cell.finished("touched"):
                found.setdefault((line.remedy, line.data), []).append(_one_redone(experiment, line, cell))
    return found


def _one_redone(experiment: Experiment, line: Line, cell: LineCell) -> dict[str, Any]:
    touched, captured, share = (Spread.of(cell.finished(name)) for name in ("touched", "captured", "high_quality"))
    percent = 100 * (share.mean or 0)
    seeds = cell.seeds
    about = REDONE.format(
        title=experiment.title,
        line=line.name,
        touched=f"{touched.mean:.3g}",
        captured=f"{captured.mean:.3g}",
        share=f"{percent:.1f} %",
        steps=f"{cell.steps:,}",
        length=f"{line.steps:,}",
        seeds=f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}",
        paper=experiment.paper,
        name=experiment.name,
    )
    return {"modes": round(touched.mean or 0, 1), "high_quality": percent, "about": about}


def _made(table: RemedyTable) -> str:
    machine, seeds = table.machine, table.seeds
    n = len(seeds)
    spoken = f"seed {seeds[0]}" if n == 1 else f"seconds: all {n} seeds ({seeds[0]} to {seeds[-1]}) at once"
    return (
        f"{table.dates} · {machine.architecture}, {machine.processor}, {machine.device} · torch {machine.torch} · "
        f"{spoken} · "
    )


def _command(table: RemedyTable) -> str:
    first = f" --first {table.seeds[0]}" if table.seeds[0] else ""
    return f"gancore remedies --seeds {len(table.seeds)}{first}"


def _stale(table: RemedyTable) -> str | None:
    missing = len(table.missing())
    if not missing:
        return None
    return f"{missing} of {len(list(places()))} cells are missing or were made with other settings than today’s."
