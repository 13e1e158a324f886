"""Draws both tables of fewer and fewer images as HTML: the paper's, and the one that was measured here."""

import html
from pathlib import Path

import streamlit as st

from gancore.experiments.small_data import FRACTIONS, HUNDRED_SHOT, MODES, PUBLISHED, SmallDataTable
from gancore.experiments.tables import Spread

TABLE = Path(__file__).parents[3] / "assets" / "small_data.json"

_MODES = {"none": "without", "diffaugment": "DiffAugment"}

_STYLE = """
<style>
.small-data { display: grid; grid-template-columns: 0.9fr 1fr; gap: 0 1.75rem; align-content: start; height: %dpx;
  overflow: auto; font-size: 1.06rem; line-height: 1.3; }
.small-data h4 { margin: 0 0 0.25rem 0; padding: 0; font-size: 1.2rem; }
.small-data p { margin: 0.5rem 0 0 0; }
.small-data table { border-collapse: collapse; width: 100%%; margin: 0.25rem 0 0.75rem 0; }
.small-data th, .small-data td { white-space: nowrap; text-align: left; font-weight: 400;
  padding: 0.24rem 0.5rem 0.24rem 0; border: 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%%, transparent); }
.small-data th { font-weight: 600; }
.small-data td.bar { width: 54%%; }
.small-data .fid { display: inline-block; height: 0.9em; margin-right: 0.5em; vertical-align: -0.08em;
  background: #ef6c00; }
.small-data .fid.diffaugment { background: repeating-linear-gradient(45deg, #1e88e5 0 4px, #64b5f6 4px 8px); }
.small-data .quiet { opacity: 0.75; font-size: 1rem; }
</style>
"""


def mount(
    setting: None = None, client: object = None, *, height: int = 640, key: str = "small_data", path: Path = TABLE
) -> tuple[None, bool]:
    """Draws both tables; in place of ours a sentence, where the file holds none.

    Args:
        setting: none to set.
        client: not asked.
        height: of the whole exhibit, in CSS pixels.
        key: not used: what is drawn keeps no state.
        path: of the file that `gancore small-data` writes.
    """
    st.html(_STYLE % height + f'<div class="small-data" data-testid="small_data">{_published()}{_ours(path)}</div>')
    return None, True


def _published() -> str:
    most = max(each.fid for each in PUBLISHED)
    parts = ["<div><h4>Zhao et al. 2020, CIFAR-10</h4>"]
    for network in dict.fromkeys(each.network for each in PUBLISHED):
        rows = [each for each in PUBLISHED if each.network == network]
        parts.append(_head(network, ("IS", "FID")))
        for fraction in FRACTIONS:
            for mode in MODES:
                row = next(each for each in rows if (each.fraction, each.mode) == (fraction, mode))
                share = f"{100 * fraction:.0f} %" if mode == MODES[0] else ""
                parts.append(_row(share, mode, f"{row.score:.2f}", row.fid / most, f"{row.fid:.2f}"))
        parts.append("</table>")
    shots = " · ".join(f"{each.images} {each.without:.0f} → {each.with_diffaugment:.0f}" for each in HUNDRED_SHOT)
    parts.append(f'<p class="quiet">About 100 images, StyleGAN2, FID without → with: {shots}</p></div>')
    return "".join(parts)


def _ours(path: Path) -> str:
    try:
        table = SmallDataTable.read(path)
    except ValueError as error:
        return f"<div><h4>Measured here</h4><p>{html.escape(str(error))} gancore small-data makes it.</p></div>"
    most = max((Spread.of(fids).mean or 0.0 for cell in table.cells if (fids := cell.finished("fid"))), default=1.0)
    parts = [
        f"<div><h4>Measured here, {html.escape(table.base.data)}</h4>",
        _head("n", ("score", "FD at the end (best)")),
    ]
    for n in table.sizes:
        for mode in MODES:
            cell = table.cell(n, mode)
            if cell is None:
                continue
            score, fid, best = (Spread.of(cell.finished(name)) for name in ("score", "fid", "fid_best"))
            deviation = "" if fid.deviation is None else f" ± {fid.deviation:.1f}"
            parts.append(
                _row(
                    f"{n:,}" if mode == MODES[0] else "",
                    mode,
                    _mean(score, 2),
                    (fid.mean or 0.0) / most,
                    f"{_mean(fid, 1)}{deviation} <span class='quiet'>({_mean(best, 1)})</span>",
                )
            )
    seeds = f"{len(table.seeds)} seeds ({table.seeds[0]} to {table.seeds[-1]})"
    command = f"gancore small-data --seeds {len(table.seeds)} --first {table.seeds[0]}"
    about = (
        f"FD: Fréchet distance of {table.judged} generated images, seen by {table.features}; two samples of the data "
        f"are {table.floor:.1f} apart. Mean ± standard deviation, {seeds}, {table.base.steps:,} steps, "
        f"{table.machine.device}, torch {table.machine.torch}."
    )
    apart = "Small networks and small features: compare within a table, never across the two."
    parts.append(
        f"</table><p>{html.escape(apart)}</p><p class='quiet'>{html.escape(about)}</p>"
        f"<p class='quiet'>Made by <code>{html.escape(command)}</code></p></div>"
    )
    return "".join(parts)


def _head(first: str, figures: tuple[str, str]) -> str:
    return f"<table><tr><th colspan='2'>{html.escape(first)}</th><th>{figures[0]}</th><th>{figures[1]}</th></tr>"


def _row(first: str, mode: str, score: str, share: float, fid: str) -> str:
    """`score` and `fid` are this module's own texts; the bar's length is a share of the longest."""
    bar = f'<span class="fid {mode}" style="width:{4.5 * share:.2f}rem"></span>'
    return f"<tr><td>{first}</td><td>{_MODES[mode]}</td><td>{score}</td><td class='bar'>{bar}{fid}</td></tr>"


def _mean(spread: Spread, digits: int) -> str:
    return "–" if spread.mean is None else f"{spread.mean:.{digits}f}"
