"""`gancore run`: trains a preset, or a config from a file."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from gancore.cli.failing import check_seeds, fail, fail_training
from gancore.cli.figures import mean, shown
from gancore.cli.judging import judged_by
from gancore.cli.printing import print_json, progress, wide_console
from gancore.cli.source import changes_of, config_named, say_how_read
from gancore.config import FIELDS, RunConfig
from gancore.experiments.claims import Judgement
from gancore.experiments.presets import PRESETS, Verdict
from gancore.experiments.trial import FIGURES, Trial, trial
from gancore.metrics.measures import MEASURES

# The columns of every table; what a preset's rule judges is added to them.
_TAKEN = tuple(name for name, each in MEASURES.items() if each.take is not None)
_OF_POINTS = ("captured", "touched", "high_quality", "reverse_kl", "transport", *_TAKEN)
_OF_IMAGES = ("fid", "fid_rise", "accuracy_train", "accuracy_held_out", "accuracy_fake", "variety", "memorised")


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
    check_seeds(seeds)
    try:
        config, verdict, preset = config_named(source)
        config = RunConfig.from_query(changes_of(set_ or []), config)
        if steps is not None:
            config = config.changed(steps=steps)
        say_how_read(config)
        with progress(config.steps, seeds, quiet=as_json) as watch:
            result = trial(config, range(config.seed, config.seed + seeds), device, watch)
    except ValueError as error:
        fail(str(error))
    except (RuntimeError, MemoryError) as error:
        fail_training(error)
    judged = None
    if preset is not None and verdict is not None and seeds > 1:
        judged = judged_by(result, verdict, PRESETS[preset].config.steps)
    if as_json:
        final, early = (judged, None) if judged is None or judged.final else (None, judged)
        said = {
            "verdict": None if final is None else _verdict(final),
            "so_far": None if early is None else f"{early.sentence}. {early.pending}",
        }
        print_json({"preset": preset, **result.to_dict(), **said})
        return
    console = wide_console()
    console.print(_table(result, verdict))
    if judged is not None:
        console.print(judged.sentence if judged.final else f"{judged.sentence}. {judged.pending}", highlight=False)
    rate = result.steps / max(result.seconds, 1e-9)
    console.print(
        f"{result.steps:,} steps in {result.seconds:.1f} s ({rate:,.0f} a second) on {result.device}, "
        f"torch {result.torch}",
        style="dim", highlight=False,
    )  # fmt: skip


def _table(result: Trial, rule: Verdict | None) -> Table:
    usual = _OF_IMAGES if result.config.on_images else _OF_POINTS
    always = [name for name in usual if name in result.figures]
    names = [*always, rule.metric] if rule is not None and rule.metric not in always else always
    # A run that is too short, or has other settings than its preset, lacks some figures.
    names = [name for name in names if name in result.figures]
    table = Table("seed", *(FIGURES[name] for name in names), "state")
    for i, (seed, failure) in enumerate(zip(result.seeds, result.failures, strict=True)):
        table.add_row(
            str(seed), *(shown(name, result.figures[name][i]) for name in names), failure or "finished",
            end_section=i == len(result.seeds) - 1,
        )  # fmt: skip
    if len(result.seeds) > 1:
        finished = result.failures.count(None)
        table.add_row(
            "mean",
            *(mean(name, result.finished(name)) for name in names),
            f"± one standard deviation, n = {finished}",
        )
    return table


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
