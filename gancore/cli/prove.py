"""`gancore prove`: presets over many seeds, and what came of their claims."""

from __future__ import annotations

import platform
from datetime import date
from typing import Annotated

import typer

from gancore.cli.failing import check_device, check_seeds, fail
from gancore.cli.figures import mean
from gancore.cli.judging import judged_by
from gancore.cli.printing import progress
from gancore.experiments.presets import PRESETS
from gancore.experiments.trial import FIGURES, trial

_OF_POINTS = ("captured", "touched", "high_quality", "transport")
_OF_IMAGES = ("fid", "accuracy_train", "accuracy_held_out")


def prove(
    names: Annotated[list[str] | None, typer.Argument(help="Presets; all of them if none is named.")] = None,
    seeds: Annotated[int, typer.Option(help="How many seeds, one after the other: nobody chose them.")] = 16,
    first: Annotated[int, typer.Option(help="The first of them.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, …")] = "auto",
) -> None:
    """Run presets over many seeds and print what came of their claims, as a markdown table."""
    check_seeds(seeds, first)
    if unknown := [name for name in names or [] if name not in PRESETS]:
        fail(f"There is no preset {unknown[0]!r}; there are {', '.join(PRESETS)}.")
    check_device(device)
    tried = f"Seeds {first} to {first + seeds - 1}"
    typer.echo(f"{tried}, {platform.machine()}, device {device}, {date.today().isoformat()}\n")
    columns: tuple[str, ...] = ()
    for name in names or PRESETS:
        preset = PRESETS[name]
        rule = preset.verdict
        wanted = _OF_IMAGES if preset.config.on_images else _OF_POINTS
        if wanted != columns:
            heads = " | ".join(FIGURES[each] for each in wanted)
            gap = "\n" if columns else ""
            typer.echo(f"{gap}| preset | what came of it | holds | judged by | {heads} | steps | seconds |")
            typer.echo("|---" * (6 + len(wanted)) + "|")
            columns = wanted
        try:
            with progress(preset.config.steps, seeds, quiet=False) as watch:
                result = trial(preset.config, range(first, first + seeds), device, watch)
        except ValueError as error:
            fail(str(error))
        figures = " | ".join(mean(each, result.finished(each)) for each in columns)
        metric = rule.metric if rule is not None else preset.figure
        judged = f"{FIGURES[metric]} {mean(metric, result.finished(metric))}"
        said, holds = "no claim", "–"
        if rule is not None and (found := judged_by(result, rule, preset.config.steps)) is not None:
            said, holds = found.sentence, "yes" if found.holds else "**no**"
        typer.echo(f"| `{name}` | {said} | {holds} | {judged} | {figures} | {result.steps:,} | {result.seconds:.0f} |")
