"""`gancore app`, `gancore run`, `gancore prove`, `gancore remedies`, `gancore reproduce`, `gancore fields`, …

Results go to stdout, everything else to stderr. What is wrong is said in one sentence, with exit code 2.
"""

import sys

import typer

from gancore.cli import (
    features,
    fields,
    open_app,
    presets,
    prove,
    remedies,
    reproduce,
    results,
    run,
    search,
    seeds,
    small_data,
)
from gancore.cli.writing import give_up_writing, make_printable

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Train GANs that fail on purpose, and what fixes them.",
)
for command in (
    open_app.app,
    run.run, presets.presets, prove.prove, remedies.remedies, reproduce.reproduce, results.results, search.search,
    seeds.seeds, small_data.small_data, features.features, fields.fields,
):  # fmt: skip
    app.command(command.__name__.replace("_", "-"))(command)


def main() -> None:
    """Runs the command line and leaves with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        make_printable(stream)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OSError as error:
        sys.exit(give_up_writing(error))
