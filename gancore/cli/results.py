"""`gancore results`: the tables that the commands have measured, written into the documentation's pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from gancore.cli import remedies, reproduce, seeds, small_data
from gancore.cli.failing import fail
from gancore.experiments.remedies import RemedyTable
from gancore.experiments.reproductions import EXPERIMENTS, ReproducedTable
from gancore.experiments.small_data import SmallDataTable
from gancore.experiments.stored_seeds import SeedsTable


def _reproduced(assets: Path) -> str:
    paths = {name: assets / "reproduced" / f"{name}.json" for name in EXPERIMENTS}
    tables = {name: ReproducedTable.read(path) for name, path in paths.items() if path.exists()}
    return "\n\n".join(
        f"`gancore reproduce {name}`: {reproduce.markdown(EXPERIMENTS[name], table, untrained=False)}"
        for name, table in tables.items()
    )


# Name in `<!-- name -->` -> the table in the folder of assets, as markdown.
TABLES: Mapping[str, Callable[[Path], str]] = {
    "remedies": lambda assets: remedies.markdown(RemedyTable.read(assets / "remedies.json")),
    "small-data": lambda assets: small_data.markdown(SmallDataTable.read(assets / "small_data.json")),
    "reproduced": _reproduced,
    "seeds": lambda assets: seeds.markdown(SeedsTable.read(assets / "seeds.json")),
}


def written(page: str, assets: Path) -> str:
    """A page of markdown with the table NAME between `<!-- NAME -->` and `<!-- /NAME -->`.

    Raises ValueError, one sentence, where a table cannot be read.
    """
    for name, table in TABLES.items():
        between = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
        if between.search(page):
            text = f"\n{table(assets)}\n\n"
            page = between.sub(lambda _, text=text: text, page)
    return page


def results(
    folder: Annotated[Path, typer.Argument(help="Of the pages.")] = Path("docs/results"),
    assets: Annotated[Path, typer.Option(help="Where the commands have put their tables.")] = Path("assets"),
) -> None:
    """Write the measured tables into the documentation: between <!-- NAME --> and <!-- /NAME --> of its pages."""
    if not folder.is_dir():
        fail(f"There is no folder {folder}.")
    try:
        for path in sorted(folder.glob("*.md")):
            page = path.read_text(encoding="utf-8")
            if (now := written(page, assets)) != page:
                path.write_text(now, encoding="utf-8")
                typer.echo(f"{path} is written anew.", err=True)
    except OSError as error:
        fail(f"{error.filename} cannot be written: {error.strerror}.")
    except ValueError as error:
        fail(str(error))
