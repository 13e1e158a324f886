"""What the README and the documentation say that a short computation can check."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from gancore.cli import app
from gancore.cli.results import TABLES, written
from gancore.data.toy import toy_data
from gancore.experiments.presets import PRESETS
from gancore.metrics import transport_distance

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
}
ALL = "\n".join(PAGES.values())
FLOORS = re.findall(
    r"^\| [^|]+ \| ([a-z, -]+) \| ([\d.]+) ± ([\d.]+) \|$", PAGES["docs/results/index.md"], re.MULTILINE
)
CODE = [
    (page, language, block)
    for page, text in PAGES.items()
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
]
DRAWS = 100


def test_every_file_and_folder_that_they_name_is_there() -> None:
    named = re.findall(r"`((?:assets|benchmarks|docs|examples|gancore|tests|ui)/[\w./-]+)`", ALL)
    assert named
    assert [path for path in named if "NAME" not in path and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/results/")])
def test_the_tables_are_those_that_the_commands_have_measured(page: str) -> None:
    assert written(PAGES[page], ROOT / "assets") == PAGES[page], "`gancore results` writes them"


def test_every_measured_table_stands_on_a_page() -> None:
    assert [name for name in TABLES if f"<!-- {name} -->" not in ALL] == []


def test_the_readme_is_a_front_door() -> None:
    assert len(PAGES["README.md"].splitlines()) <= 150


@pytest.mark.parametrize("page", [page for page in PAGES if "/" not in page])
def test_every_link_of_the_pages_in_front_leads_somewhere(page: str) -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", PAGES[page]) if "://" not in target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.processes
def test_the_site_is_built_and_every_link_in_it_leads_somewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(tmp_path / "site")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert built.returncode == 0, built.stderr
    pages = {path.name for path in (tmp_path / "site").rglob("*.html")}
    assert {"index.html", "lecturer.html", "exercises.html", "architecture.html", "contributing.html"} <= pages
    asked = re.findall(r'(?:src|href)="(https?://[^"]+)"', (tmp_path / "site" / "index.html").read_text("utf-8"))
    loaded = [address for address in asked if address.endswith((".js", ".css", ".woff2"))]
    assert loaded == []  # it reads without a network


@pytest.mark.training
@pytest.mark.parametrize("block", [block for _, language, block in CODE if language == "python"])
def test_the_code_in_them_runs(block: str) -> None:
    exec(compile(re.sub(r"advance\(\d+\)", "advance(2)", block), "a page", "exec"), {})


COMMANDS = sorted({line.split("#")[0].strip() for _, _, block in CODE for line in block.splitlines()
                   if line.startswith("gancore ")})  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_in_them_are_there_with_their_options(command: str) -> None:
    _, name, *arguments = command.split()
    said = CliRunner().invoke(app, [name, "--help"]).output
    assert "Usage" in said
    for option in (each.partition("=")[0] for each in arguments if each.startswith("--")):
        assert option in said, command
    for preset in (each for each in arguments if name in ("run", "prove", "search") and not each.startswith("-")):
        if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", preset):
            assert preset in PRESETS, command


def begun(beginnings: str) -> list[str]:
    """The presets on points that a row of floors is for: those whose longest beginning in the table is one of its."""
    every = [each for row, _, _ in FLOORS for each in row.split(", ")]
    of_points = [name for name, preset in PRESETS.items() if not preset.config.on_images]
    return [
        name
        for name in of_points
        if max((each for each in every if name.startswith(each)), key=len, default="") in beginnings.split(", ")
    ]


def test_every_preset_on_points_has_one_floor() -> None:
    on_points = [name for name, preset in PRESETS.items() if not preset.config.on_images]
    assert sorted(name for row, _, _ in FLOORS for name in begun(row)) == sorted(on_points)


@pytest.mark.parametrize(("beginnings", "mean", "spread"), FLOORS)
def test_a_floor_is_how_far_apart_two_samples_of_the_data_are(beginnings: str, mean: str, spread: str) -> None:
    rng = np.random.default_rng(0)
    for data in {
        repr(toy_data(PRESETS[name].config)): toy_data(PRESETS[name].config) for name in begun(beginnings)
    }.values():
        found = [transport_distance(data.sample(rng, 128), data.sample(rng, 128)) for _ in range(DRAWS)]
        assert np.mean(found) == pytest.approx(float(mean), abs=0.005 + 3 * np.std(found) / np.sqrt(DRAWS))
        assert np.std(found) == pytest.approx(float(spread), rel=0.35)
