"""`gancore features`: trains the networks that images are measured through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gancore.cli.failing import fail


def features(
    data: Annotated[
        list[str] | None, typer.Argument(metavar="[DATA]...", help="digits, shapes; default: both.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder of the weights.")] = Path("gancore/metrics/feature_weights"),
) -> None:
    """Train the small networks that images are measured through, on one core, and print what came of them."""
    import torch  # two seconds, which no other command needs to spend

    from gancore.metrics.feature_nets import FEATURE_NETS
    from gancore.metrics.feature_training import train_feature_net

    if unknown := [name for name in data or [] if name not in FEATURE_NETS]:
        fail(f"There is no feature network for {unknown[0]!r}; there are ones for {', '.join(FEATURE_NETS)}.")
    torch.set_num_threads(1)
    for name in data or FEATURE_NETS:
        typer.echo(f"Training {FEATURE_NETS[name].name} …", err=True)
        try:
            facts = train_feature_net(name, out)
        except OSError as error:
            fail(f"{out} cannot be written: {error.strerror or error}.")
        for fact, value in facts.items():
            typer.echo(f"{fact}: {value}")
        typer.echo()
