"""What the table of remedies sends to the browser: the file's figures, the best of each column, or a sentence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gancore.experiments import reproductions
from gancore.experiments.remedies import ROWS, RemedyCell, RemedyTable, config_of, modes_of, places
from gancore.experiments.reproductions import EXPERIMENTS, ReproducedTable
from gancore.experiments.tables import Machine
from ui.exhibits.remedies.content import shown
from ui.lecture.cards import parse_card

MACHINE = Machine(architecture="x86_64", processor="a <b>processor</b>", device="cpu", torch="2.13.0")
CHANGED: dict[tuple[str, str], dict[str, Any]] = {
    ("adagan", "ring"): {"failures": ("lost", "lost"), "captured": (8.0, 8.0), "seconds": 0.1},
    ("mad_gan", "grid"): {"failures": (None, "lost"), "captured": (25.0, 0.0)},
}


def cell(name: str, data: Any, **values: Any) -> RemedyCell:
    row = next(each for each in ROWS if each.name == name)
    usual = {
        "remedy": name,
        "data": data,
        "config": config_of(row, data),
        "date": date(2026, 1, 2),
        "captured": (2.0, 4.0),
        "touched": (5.0, 6.0),
        "high_quality": (0.25, 0.75),
        "failures": (None, None),
        "seconds": 3.0,
    }
    return RemedyCell(**{**usual, **CHANGED.get((name, data), {}), **values})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    cells = tuple(cell(row.name, data) for row, data in places())
    RemedyTable(machine=MACHINE, seeds=(0, 1), cells=cells).write(tmp_path / "remedies.json")
    return tmp_path / "remedies.json"


def rows(path: Path) -> dict[str, Any]:
    return {row["name"]: row for row in shown(path)["rows"]}


def test_every_remedy_has_its_row_in_order(path: Path) -> None:
    said = shown(path)
    assert said["sentence"] is None
    assert [row["name"] for row in said["rows"]] == [row.name for row in ROWS]
    assert [(head["data"], head["modes"]) for head in said["heads"]] == [("ring", 8), ("grid", 25)]
    json.dumps(said, allow_nan=False)


def test_figures_are_mean_and_spread_over_the_seeds(path: Path) -> None:
    of_none = rows(path)["none"]["cells"]["ring"]
    assert of_none["captured"] == {"value": 3.0, "text": "3.0", "spread": "1.4"}
    assert of_none["high_quality"] == {"value": 50.0, "text": "50.0", "spread": "35.4"}
    assert of_none["seconds"] == {"value": 3.0, "text": "3"}


def starred(tmp_path: Path, column: str, **changed: dict[str, Any]) -> list[str]:
    """The rows with a star in a column of the ring, where all other cells are as usual."""
    cells = tuple(cell(row.name, "ring", **changed.get(row.name, {})) for row in ROWS)
    RemedyTable(machine=MACHINE, seeds=tuple(range(4)), cells=cells).write(tmp_path / "stars.json")
    return [name for name, row in rows(tmp_path / "stars.json").items() if column in row["cells"]["ring"]["best"]]


def of_four(**values: Any) -> dict[str, Any]:
    return {"failures": (None,) * 4, "high_quality": (0.5,) * 4, "captured": (2.0,) * 4, "touched": (3.0,) * 4} | values


def test_a_difference_inside_the_spread_is_none(tmp_path: Path) -> None:
    usual = {row.name: of_four() for row in ROWS}
    # The means are 7 and 6.5, their standard errors 0.41 and 0.29: two of the difference are 1.
    near = usual | {"pac2": of_four(captured=(6, 7, 7, 8)), "pac4": of_four(captured=(6, 6, 7, 7))}
    assert starred(tmp_path, "captured", **near) == ["pac2", "pac4"]
    apart = usual | {"pac2": of_four(captured=(8, 8, 8, 7.9)), "pac4": of_four(captured=(6, 6, 7, 7))}
    assert starred(tmp_path, "captured", **apart) == ["pac2"]


def test_a_collapsed_gan_is_not_praised_for_what_is_left_of_it(tmp_path: Path) -> None:
    cells = {row.name: of_four(captured=(6.0,) * 4, high_quality=(0.2,) * 4) for row in ROWS}
    cells |= {"none": of_four(captured=(1.0,) * 4, high_quality=(0.99,) * 4)}
    cells |= {"pac4": of_four(captured=(6.0,) * 4, high_quality=(0.3,) * 4)}
    assert starred(tmp_path, "high_quality", **cells) == ["pac4"]


def test_the_most_of_next_to_nothing_is_not_praised(tmp_path: Path) -> None:
    cells = {row.name: of_four(captured=(0.0,) * 4) for row in ROWS}
    assert starred(tmp_path, "captured", **cells) == []
    assert starred(tmp_path, "captured", **cells | {"pac4": of_four(captured=(3.0,) * 4)}) == []
    assert starred(tmp_path, "captured", **cells | {"pac4": of_four(captured=(4.0,) * 4)}) == ["pac4"]


def test_the_quickest_and_those_hardly_slower(tmp_path: Path) -> None:
    cells = {row.name: of_four(seconds=50.0) for row in ROWS}
    cells |= {"pac2": of_four(seconds=20.0), "pac4": of_four(seconds=23.9), "mad_gan": of_four(seconds=24.1)}
    assert starred(tmp_path, "seconds", **cells) == ["pac2", "pac4"]


def test_what_diverged_is_said_and_is_never_best(path: Path) -> None:
    lost = rows(path)["adagan"]["cells"]["ring"]
    assert (lost["captured"]["text"], lost["diverged"], lost["best"]) == (None, 2, [])
    half = rows(path)["mad_gan"]["cells"]["grid"]
    assert (half["captured"], half["diverged"]) == ({"value": 25.0, "text": "25.0", "spread": None}, 1)


def test_alone_nothing_is_best(tmp_path: Path) -> None:
    path = tmp_path / "remedies.json"
    RemedyTable(machine=MACHINE, seeds=(0, 1), cells=(cell("none", "ring"),)).write(path)
    assert rows(path)["none"]["cells"]["ring"]["best"] == []
    assert rows(path)["none"]["cells"]["grid"] is None
    assert "15 of 16 cells" in shown(path)["words"]["stale"]


def test_cells_of_other_settings_are_not_shown(path: Path) -> None:
    assert shown(path)["words"]["stale"] is None
    table = RemedyTable.read(path)
    stale = cell("none", "ring", config=config_of(ROWS[0], "ring").changed(d_lr=0.123))
    RemedyTable(machine=MACHINE, seeds=(0, 1), cells=(stale, *table.cells[1:])).write(path)
    assert rows(path)["none"]["cells"]["ring"] is None
    assert "1 of 16 cells" in shown(path)["words"]["stale"]


def test_published_figures_stand_beside_their_row_with_their_source(path: Path) -> None:
    for row in ROWS:
        sent = rows(path)[row.name]["published"]
        for data, reports in sent.items():
            expected = row.published.get(data, ())
            assert [each["modes"] for each in reports] == [each.modes for each in expected]
            assert all(one.source in each["about"] for one, each in zip(expected, reports, strict=True))
            assert all(each["modes"] <= modes_of(data) for each in reports)


def test_what_came_in_a_paper_s_setting_stands_beside_it_with_its_length(path: Path, tmp_path: Path) -> None:
    experiment = EXPERIMENTS["pacgan-grid"]
    line = experiment.line("PacGAN 4")
    run = line.shortened(0.5)
    figures = {"touched": (20.0, 22.0), "captured": (17.0, 19.0), "high_quality": (0.5, 0.7)}
    made = reproductions.LineCell(
        line=line.name, run=run, seeds=(4, 5), figures=figures, failures=(None, None), seconds=9, date=date(2026, 1, 2)
    )
    table = ReproducedTable(machine=MACHINE, experiment=experiment.name, cells=(made,))
    table.write(tmp_path / f"{experiment.name}.json")
    (tmp_path / "pacgan-ring.json").write_text("no table")
    sent = {row["name"]: row["redone"] for row in shown(path, tmp_path)["rows"]}
    assert [name for name, redone in sent.items() if any(redone.values())] == ["pac4"]
    (one,) = sent["pac4"]["grid"]
    assert (one["modes"], one["high_quality"]) == (21.0, pytest.approx(60))
    for part in (
        "modes touched 21",
        "captured 18",
        "high quality 60.0 %",
        "200,000 of the paper’s 400,000",
        "seeds 4 to 5",
    ):
        assert part in one["about"]
    assert f"gancore reproduce {experiment.name}." in one["about"]


def test_date_machine_seeds_and_command_are_named(path: Path) -> None:
    words = shown(path)["words"]
    made = words["made"] + words["command"]
    for part in (
        "2026-01-02",
        "x86_64",
        MACHINE.processor,
        "torch 2.13.0",
        "all 2 seeds (0 to 1) at once",
        "gancore remedies",
    ):
        assert part in made
    assert str(path.parent) not in made


@pytest.mark.parametrize("text", [None, "", "{", '{"seeds": 3}', "\udcff"])
def test_without_a_table_there_is_a_sentence(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "remedies.json"
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    said = shown(path)
    assert said["rows"] == []
    assert said["sentence"].startswith("remedies.json ")
    assert "gancore remedies" in said["sentence"]
    assert str(tmp_path) not in said["sentence"]


def test_a_card_can_stand_beside_it() -> None:
    assert parse_card('+++\ntitle = "T"\nexhibit = "remedies"\n+++\nText.', "x.md").exhibit == "remedies"
