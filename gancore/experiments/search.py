"""A search among configurations: every combination of some fields' values, each tried with several seeds.

What a search came to is a table of its own, a row a combination, appended as they come: a preset that was found by a
search names the file, and the claim that is made of it is proved on seeds that the search has not seen.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from gancore.config import RunConfig
from gancore.experiments.trial import Trial

__all__ = ["COLUMNS", "append", "combinations", "row_of", "tried"]

COLUMNS = ("start", "changes", "seeds", "captured", "high_quality", "transport", "diverged", "steps", "seconds", "date")
_FIGURES = ("captured", "high_quality", "transport")


def combinations(base: RunConfig, over: Mapping[str, Sequence[str]]) -> Iterator[tuple[dict[str, str], RunConfig]]:
    """Every combination of the values of some fields, as changes of `base` and as a config, the last field first.

    Raises ConfigError, a ValueError, for a field or a value that there is not, and for values that cannot go together.
    """
    for values in itertools.product(*over.values()):
        changes = dict(zip(over, values, strict=True))
        yield changes, RunConfig.from_query(changes, base)


def row_of(start: str, changes: Mapping[str, str], result: Trial) -> dict[str, str]:
    """Results of one combination, as a row of the table: the figure of each seed, in order."""
    return {
        "start": start,
        "changes": _text(changes),
        "seeds": _range(result.seeds),
        **{name: " ".join(f"{value:.3g}" for value in result.figures[name]) for name in _FIGURES},
        "diverged": str(len(result.seeds) - result.failures.count(None)),
        "steps": f"{result.steps}",
        "seconds": f"{result.seconds:.0f}",
        "date": date.today().isoformat(),
    }


def tried(path: Path, start: str, changes: Mapping[str, str], seeds: Sequence[int]) -> bool:
    """Whether the table has this combination of these seeds. Raises ValueError where the file is no such table."""
    if not path.exists():
        return False
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path} is no table of a search; its first line has to be {','.join(COLUMNS)}.")
        looked_for = (start, _text(changes), _range(seeds))
        return any((row["start"], row["changes"], row["seeds"]) == looked_for for row in rows)


def append(path: Path, row: Mapping[str, str]) -> None:
    """Adds a row to the table, and its first line where it is new. Raises OSError where it cannot be written."""
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] = csv.DictWriter(file, COLUMNS)
        if new:
            writer.writeheader()
        writer.writerow(row)


def _text(changes: Mapping[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in changes.items())


def _range(seeds: Sequence[int]) -> str:
    return f"{seeds[0]}-{seeds[-1]}"
