"""Shows both tables of fewer and fewer images: the paper's, and the one that was measured here."""

from pathlib import Path
from typing import Any

from gancore.experiments.small_data import FRACTIONS, HUNDRED_SHOT, MODES, PUBLISHED, PublishedScores, SmallDataTable
from gancore.experiments.tables import Spread

TABLE = Path(__file__).parents[3] / "assets" / "small_data.json"

MODE_LABELS = {"none": "without", "diffaugment": "DiffAugment"}
PAPER = "Zhao et al. 2020, CIFAR-10"
SHOTS = "About 100 images, StyleGAN2, FID without → with: {shots}"
HERE = "Measured here, {data}"
NOTHING_HERE = "Measured here"
MISSING = "{reason} The command gancore small-data makes it."
ABOUT = (
    "FD: Fréchet distance of {judged} generated images, seen by {features}; two samples of the data are {floor:.1f} "
    "apart. Mean ± standard deviation, {seeds} seeds ({first} to {last}), {steps:,} steps, {device}, torch {torch}."
)
APART = "Small networks and small features: compare within a table, never across the two."
MADE_BY = "Made by "
COMMAND = "gancore small-data --seeds {seeds} --first {first}"


def content() -> dict[str, Any]:
    """What the component is mounted with: the tables, or a sentence where the file holds none."""
    return {"sides": shown(TABLE)}


def shown(path: Path) -> list[dict[str, Any]]:
    """The two sides as the browser is sent them: each has a title, tables of rows, and notes."""
    return [_published(), _ours(path)]


def _published() -> dict[str, Any]:
    most = max(each.fid for each in PUBLISHED)
    networks = dict.fromkeys(each.network for each in PUBLISHED)
    found = {(each.network, each.fraction, each.mode): each for each in PUBLISHED}
    shots = " · ".join(f"{each.images} {each.without:.0f} → {each.with_diffaugment:.0f}" for each in HUNDRED_SHOT)
    return {
        "title": PAPER,
        "tables": [
            {
                "head": [network, "IS", "FID"],
                "rows": [
                    _published_row(found[network, fraction, mode], most) for fraction in FRACTIONS for mode in MODES
                ],
            }
            for network in networks
        ],
        "notes": [_note(SHOTS.format(shots=shots), quiet=True)],
    }


def _published_row(row: PublishedScores, most: float) -> dict[str, Any]:
    return _row(f"{100 * row.fraction:.0f} %", row.mode, f"{row.score:.2f}", row.fid / most, f"{row.fid:.2f}")


def _ours(path: Path) -> dict[str, Any]:
    try:
        table = SmallDataTable.read(path)
    except ValueError as error:
        return {"title": NOTHING_HERE, "tables": [], "notes": [_note(MISSING.format(reason=error))]}
    most = max((Spread.of(fids).mean or 0.0 for cell in table.cells if (fids := cell.finished("fid"))), default=1.0)
    rows: list[dict[str, Any]] = []
    for n in table.sizes:
        for mode in MODES:
            cell = table.cell(n, mode)
            if cell is None:
                continue
            score, fid, best = (Spread.of(cell.finished(name)) for name in ("score", "fid", "fid_best"))
            deviation = "" if fid.deviation is None else f" ± {fid.deviation:.1f}"
            share = (fid.mean or 0.0) / most
            rows.append(
                _row(f"{n:,}", mode, _mean(score, 2), share, _mean(fid, 1) + deviation, quiet=f"({_mean(best, 1)})")
            )
    about = ABOUT.format(
        judged=table.judged,
        features=table.features,
        floor=table.floor,
        seeds=len(table.seeds),
        first=table.seeds[0],
        last=table.seeds[-1],
        steps=table.base.steps,
        device=table.machine.device,
        torch=table.machine.torch,
    )
    command = COMMAND.format(seeds=len(table.seeds), first=table.seeds[0])
    return {
        "title": HERE.format(data=table.base.data),
        "tables": [{"head": ["n", "score", "FD at the end (best)"], "rows": rows}],
        "notes": [_note(APART), _note(about, quiet=True), _note(MADE_BY, quiet=True, code=command)],
    }


def _row(first: str, mode: str, score: str, share: float, fid: str, quiet: str = "") -> dict[str, Any]:
    """A row; its number of images is said once, in the row of the first mode. The longest bar has a `share` of 1."""
    return {
        "first": first if mode == MODES[0] else "",
        "mode": mode,
        "label": MODE_LABELS[mode],
        "score": score,
        "share": share,
        "fid": fid,
        "quiet": quiet,
    }


def _note(words: str, *, quiet: bool = False, code: str = "") -> dict[str, Any]:
    return {"words": words, "quiet": quiet, "code": code}


def _mean(spread: Spread, digits: int) -> str:
    return "–" if spread.mean is None else f"{spread.mean:.{digits}f}"
