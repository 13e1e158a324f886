"""`gancore run`: trains a preset, or a config from a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from gancore.cli.failing import check_seeds, fail, fail_training, within_memory
from gancore.cli.figures import mean, shown
from gancore.cli.judging import judged_by
from gancore.cli.measuring import check_folder
from gancore.cli.printing import print_json, progress, wide_console
from gancore.cli.source import changes_of, config_named, say_how_read
from gancore.config import FIELDS, RunConfig
from gancore.experiments.claims import Judgement
from gancore.experiments.presets import PRESETS, Verdict
from gancore.experiments.trial import FIGURES, Trial, recorded_trial, trial
from gancore.metrics.measures import MEASURES
from gancore.recording import Recorder, read

if TYPE_CHECKING:
    from gancore.training.trainer import Trainer

# The columns of every table; what a preset's rule judges is added to them.
_TAKEN = tuple(name for name, each in MEASURES.items() if each.take is not None)
_OF_POINTS = ("captured", "touched", "high_quality", "reverse_kl", "transport", *_TAKEN)
_OF_IMAGES = ("fid", "fid_rise", "accuracy_train", "accuracy_held_out", "accuracy_fake", "variety", "memorised")


def run(
    source: Annotated[
        str | None, typer.Argument(metavar="PRESET|FILE.json", help="A preset's name or a config as JSON.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="How many seeds to train at once, from the config's own on.")] = 1,
    steps: Annotated[
        int | None, typer.Option(help=f"{FIELDS['steps'].help} ({FIELDS['steps'].allowed}; default: the config's)")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Change a field; see `gancore fields`.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps, …")] = "auto",
    save: Annotated[
        Path | None, typer.Option(metavar="FILE.gan", help="Record the run into a file, as it goes.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="FILE.gan", help="Go on with a recorded run, to the last bit; into the same file."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of the table.")] = False,
) -> None:
    """Train a preset, or a config from a file, and print what came of it.

    A recording holds what the stage shows, the figures as CSV, the weights as safetensors, and the state to go on from.
    """
    check_seeds(seeds)
    for out in (save, resume):
        if out is not None:
            check_folder(out)
    if resume is not None and (source is not None or set_ or seeds != 1):
        fail("--resume goes on with the run of its file: it takes no PRESET, no --set and no --seeds.")
    since = 0
    try:
        if resume is not None:
            since, preset, verdict, result = _resumed(resume, save or resume, steps, device, quiet=as_json)
        elif source is None:
            raise ValueError("PRESET or FILE.json is missing; `gancore presets` lists the presets.")
        else:
            preset, verdict, result = _begun(source, set_ or [], steps, seeds, device, save, quiet=as_json)
    except typer.Exit:
        raise
    except OSError as error:
        fail(f"{save or resume} cannot be written: {error.strerror or error}.")
    except ValueError as error:
        fail(str(error))
    except (RuntimeError, MemoryError) as error:
        fail_training(error)
    _tell(result, verdict, preset, since, as_json=as_json)


def _begun(
    source: str, assignments: list[str], steps: int | None, seeds: int, device: str, save: Path | None, *, quiet: bool
) -> tuple[str | None, Verdict | None, Trial]:
    """Trains from the beginning; also gives the preset and its rule."""
    config, verdict, preset = config_named(source)
    config = RunConfig.from_query(changes_of(assignments), config)
    if steps is not None:
        config = config.changed(steps=steps)
    check_seeds(seeds, config.seed)
    say_how_read(config)
    chosen = range(config.seed, config.seed + seeds)
    with within_memory(config, seeds, device), progress(config.steps, seeds, quiet=quiet) as watch:
        if save is None:
            return preset, verdict, trial(config, chosen, device, watch)
        trainer = _trainer(config, chosen, device)
        return preset, verdict, recorded_trial(Recorder(trainer, save, preset), trainer, watch)


def _trainer(config: RunConfig, seeds: Sequence[int], device: str) -> Trainer:
    from gancore.training.trainer import Trainer

    return Trainer(config, seeds, device)


def _resumed(
    path: Path, out: Path, steps: int | None, device: str, *, quiet: bool
) -> tuple[int, str | None, Verdict | None, Trial]:
    """Goes on with a recorded run, to `steps` or the end of its config; also gives the step at which it began to, its
    preset and that one's rule."""
    from safetensors.torch import load

    recording = read(path)
    if len(recording.runs) != 1:
        raise ValueError(f"{path.name} holds {len(recording.runs)} runs; one that goes on has to be alone in its file.")
    (run,) = recording.runs
    if run.state is None:
        raise ValueError(f"{path.name} holds no state to go on from.")
    preset = run.preset if run.preset in PRESETS else None
    config = run.config if steps is None else run.config.changed(steps=steps)
    if config.steps != run.config.steps and config.model == "adagan":
        raise ValueError("AdaGAN divides its steps among its generators: it cannot go on to another number of steps.")
    if config.steps <= run.step:
        raise ValueError(f"{path.name} has come to step {run.step:,}, and its end is {config.steps:,}; see --steps.")
    with within_memory(config, len(run.seeds), device):
        trainer = _trainer(config, run.seeds, device)
        try:
            trainer.load_state_dict(load(run.state))
        except ValueError as error:
            raise ValueError(f"{path.name} cannot be gone on with: {error}.") from None
        with progress(config.steps, len(run.seeds), quiet=quiet) as watch:
            result = recorded_trial(Recorder(trainer, out, preset, run), trainer, watch)
    return run.step, preset, PRESETS[preset].verdict if preset is not None else None, result


def _tell(result: Trial, verdict: Verdict | None, preset: str | None, since: int, *, as_json: bool) -> None:
    """Prints what came of a run; `since`: the step from which on it was trained now."""
    judged = None
    seeds = len(result.seeds)
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
    taken = result.steps - since
    rate = taken / max(result.seconds, 1e-9)
    console.print(
        f"{taken:,} steps in {result.seconds:.1f} s ({rate:,.0f} a second) on {result.device}, "
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
