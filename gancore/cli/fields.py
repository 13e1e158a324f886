"""`gancore fields`: every field of a config."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from gancore.cli.printing import print_json, wide_console
from gancore.config import FIELDS


def fields(as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False) -> None:
    """Every field of a config: what it means, what it may be, and whether a running GAN can change it."""
    if as_json:
        print_json(
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
    wide_console().print(table)
