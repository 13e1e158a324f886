"""`gancore presets`: the named runs and their claims."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from gancore.cli.printing import print_json, wide_console
from gancore.experiments.presets import PRESETS


def presets(
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON, configs included.")] = False,
) -> None:
    """The named runs, each with the claim that `gancore run NAME --seeds 16` proves or refutes."""
    if as_json:
        print_json(
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
    wide_console().print(table)
