"""`gancore run`, `gancore prove`, `gancore remedies`, `gancore reproduce`, `gancore fields`, …: runs without a browser.

Results go to stdout, everything else to stderr. What is wrong is said in one sentence, with exit code 2.
"""

import typer

from gancore.cli import features, fields, presets, prove, remedies, reproduce, run, search, small_data

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Train GANs that fail on purpose, and what fixes them.",
)
for command in (
    run.run, presets.presets, prove.prove, remedies.remedies, reproduce.reproduce, search.search, small_data.small_data,
    features.features, fields.fields,
):  # fmt: skip
    app.command(command.__name__.replace("_", "-"))(command)
