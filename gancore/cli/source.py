"""Reads a config from a command line: a preset or a file, with changes to it."""

from __future__ import annotations

import difflib
from pathlib import Path

import typer

from gancore.config import RunConfig
from gancore.experiments.presets import PRESETS, Verdict


def say_how_read(config: RunConfig) -> None:
    """Tells how the images of a run were read, where there is anything to tell. ValueError: they cannot be had."""
    if config.data == "folder":
        from gancore.data.image_split import image_set  # imports torch

        if (reading := image_set(config).reading) is not None:
            typer.echo(str(reading), err=True)


def config_named(source: str) -> tuple[RunConfig, Verdict | None, str | None]:
    """The config that a preset's name or a JSON file stands for, with the preset's rule and name."""
    if source in PRESETS:
        return PRESETS[source].config, PRESETS[source].verdict, source
    path = Path(source)
    if path.exists() and not path.is_file():
        raise ValueError(f"{source} is no file; a preset's name or a config as JSON is needed.")
    if path.suffix == ".json" or path.is_file():
        try:
            return RunConfig.from_json(path.read_bytes()), None, None
        except OSError as error:
            raise ValueError(f"{source} cannot be read: {error.strerror or error}.") from None
    near = difflib.get_close_matches(source.lower(), PRESETS)
    hint = f"did you mean {' or '.join(near)}?" if near else "`gancore presets` lists them; or give a file.json."
    raise ValueError(f"There is no preset {source!r}; {hint}")


def changes_of(assignments: list[str]) -> dict[str, str]:
    """Parses field=value assignments: field -> text. Raises ValueError for what is no assignment."""
    changes: dict[str, str] = {}
    for assignment in assignments:
        field, equals, value = assignment.partition("=")
        if not equals:
            raise ValueError(f"--set {assignment!r} is no assignment; field=value is needed, such as d_lr=0.001.")
        if field.strip() in changes:
            raise ValueError(f"--set gives {field.strip()} twice; once is needed.")
        changes[field.strip()] = value.strip()
    return changes
