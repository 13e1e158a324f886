"""The table of remedies: one change a row, equal generator steps, and a file that is read with care."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

from gancore.cli import app
from gancore.config import RunConfig
from gancore.experiments import remedies
from gancore.experiments.presets import PRESETS
from gancore.experiments.remedies import (
    BASES,
    ROWS,
    MixtureName,
    RemedyCell,
    RemedyTable,
    config_of,
    generator_steps,
    modes_of,
    places,
)
from gancore.experiments.tables import Machine, Spread

pytestmark = pytest.mark.training

SHIPPED = Path(remedies.__file__).parents[2] / "assets" / "remedies.json"
RESULTS = (SHIPPED.parents[1] / "docs" / "results" / "mode_collapse.md").read_text(encoding="utf-8")
PLACES = list(places())
MACHINE = Machine(architecture="x86_64", processor="a processor", device="cpu", torch="2.13.0")

every_place = pytest.mark.parametrize(("row", "data"), PLACES, ids=[f"{row.name}-{data}" for row, data in PLACES])


def differences(one: RunConfig, other: RunConfig) -> set[str]:
    return set(one.to_query(other))


def made(row: remedies.Remedy, data: MixtureName, n: int = 2, **values: Any) -> RemedyCell:
    usual = {
        "remedy": row.name,
        "data": data,
        "config": config_of(row, data),
        "date": datetime.date(2026, 1, 2),
        "captured": (3.0,) * n,
        "touched": (4.0,) * n,
        "high_quality": (0.5,) * n,
        "failures": (None,) * n,
        "seconds": 1.5,
    }
    return RemedyCell(**{**usual, **values})


def table(cells: list[RemedyCell] | None = None, seeds: tuple[int, ...] = (0, 1)) -> RemedyTable:
    full = [made(row, data, len(seeds)) for row, data in PLACES] if cells is None else cells
    return RemedyTable(machine=MACHINE, seeds=seeds, cells=tuple(full))


# ── The comparison is fair ────────────────────────────────────────────────────────────────────────────────────────────


def test_there_is_a_cell_for_every_remedy_on_both() -> None:
    assert [row.name for row in ROWS] == ["none", "unrolled", "wasserstein", "r1", "pac2", "pac4", "mad_gan", "adagan"]
    assert len({(row.name, data) for row, data in PLACES}) == 2 * len(ROWS)
    assert {data: modes_of(data) for data in get_args(MixtureName)} == {"ring": 8, "grid": 25}


CHANGES = {
    "none": set(),
    "unrolled": {"unroll_steps"},
    "wasserstein": {"loss", "penalty"},
    "r1": {"penalty", "penalty_weight"},
    "pac2": {"pack"},
    "pac4": {"pack"},
    "mad_gan": {"model", "steps", "lr_steps"},
    "adagan": {"model", "lr_steps"},
}


@every_place
def test_a_cell_is_the_base_with_its_change_alone(row: remedies.Remedy, data: MixtureName) -> None:
    assert differences(config_of(row, data), BASES[data]) - {"generators"} == CHANGES[row.name]


@every_place
def test_all_take_the_same_generator_steps_in_all(row: remedies.Remedy, data: MixtureName) -> None:
    assert generator_steps(config_of(row, data)) == BASES[data].steps


def test_the_bases_are_presets_that_collapse() -> None:
    assert {"ring": PRESETS["ring-merge"].config, "grid": PRESETS["grid-even"].config} == BASES
    for name in ("ring-merge", "grid-even"):
        rule = PRESETS[name].verdict
        assert rule is not None
        assert (rule.metric, rule.rule) == ("captured", "at_most")


@pytest.mark.parametrize(
    ("remedy", "preset", "apart"),
    [
        ("none", "", {}),
        ("wasserstein", "-wasserstein", {}),
        ("pac4", "-pac", {}),
        ("mad_gan", "-mad", {"latent_dim": 2}),
        ("adagan", "-ada", {}),
    ],
)
def test_a_remedy_that_is_a_preset_too_is_the_same_run(remedy: str, preset: str, apart: dict[str, Any]) -> None:
    row = next(each for each in ROWS if each.name == remedy)
    assert config_of(row, "ring").changed(**apart) == PRESETS[f"ring-merge{preset}"].config


# Modes, and high quality in per cent, as the papers print them.
PUBLISHED = {
    ("none", "ring"): [("VEEGAN", 1, 99.3), ("PacGAN", 6.3, 98.2)],
    ("none", "grid"): [("VEEGAN", 3.3, 0.5), ("PacGAN", 17.3, 94.8)],
    ("unrolled", "ring"): [("VEEGAN", 7.6, 35.6)],
    ("unrolled", "grid"): [("VEEGAN", 23.6, 16)],
    ("pac2", "ring"): [("PacGAN", 7.9, 95.6)],
    ("pac2", "grid"): [("PacGAN", 23.8, 91.3)],
    ("pac4", "ring"): [("PacGAN", 7.8, 95.9)],
    ("pac4", "grid"): [("PacGAN", 24.8, 93.6)],
}


@every_place
def test_published_figures_are_those_of_the_papers(row: remedies.Remedy, data: MixtureName) -> None:
    reports = row.published.get(data, ())
    expected = PUBLISHED.get((row.name, data), [])
    assert [(each.modes, pytest.approx(100 * each.high_quality)) for each in reports] == [
        (modes, quality) for _, modes, quality in expected
    ]
    assert all(who in each.source for (who, *_), each in zip(expected, reports, strict=True))


COUNTS = ("captured", "touched")


def test_the_results_show_the_shipped_table() -> None:
    shipped = RemedyTable.read(SHIPPED)
    lines = [[each.strip() for each in line.split("|")] for line in RESULTS.splitlines()]
    rows = {cells[1]: cells[2:] for cells in lines if len(cells) == 13}
    for row in ROWS:
        for data, (captured, touched, quality, seconds) in {
            "ring": rows[row.title][:4],
            "grid": rows[row.title][5:9],
        }.items():
            cell = shipped.cell(row.name, data)
            assert cell is not None
            of_quality = Spread.of(cell.finished("high_quality"))
            for said, of_modes in zip((captured, touched), map(Spread.of, map(cell.finished, COUNTS)), strict=True):
                assert said == f"{of_modes.mean:.1f} ± {of_modes.deviation:.1f}"
            assert quality == f"{100 * of_quality.mean:.1f} ± {100 * of_quality.deviation:.1f} %"
            assert seconds == f"{cell.seconds:,.0f}"


# ── Figures ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_seeds_that_diverged_are_counted_and_in_no_mean() -> None:
    cell = made(ROWS[0], "ring", 3, captured=(2, 4, 8), failures=(None, None, "diverged at step 3: the loss"))
    assert cell.finished("captured") == [2, 4]
    assert cell.diverged == 1


# ── The file ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_table_is_whole_and_belongs_to_the_code_s_configurations() -> None:
    shipped = RemedyTable.read(SHIPPED)  # `gancore remedies` makes it
    assert [(row.name, data) for row, data in shipped.missing()] == []
    assert len(shipped.seeds) == 8


def test_a_table_travels_as_json() -> None:
    whole = table([made(row, data, failures=(None, "lost")) for row, data in PLACES])
    assert RemedyTable.from_json(whole.to_json()) == whole
    assert RemedyTable.from_json(table([]).to_json()) == table([])
    assert len(whole.to_json().splitlines()) == len(PLACES) + 2  # a line a cell


def test_a_table_of_other_configurations_is_noticed() -> None:
    assert table().missing() == []
    (row, data), *others = PLACES
    stale = made(row, data, config=config_of(row, data).changed(d_lr=0.123))
    mixed = table([stale, *(made(*place) for place in others)])
    assert mixed.missing() == [(row, data)]
    assert mixed.cell(row.name, data) is None
    assert RemedyTable.from_json(mixed.to_json()).missing() == [(row, data)]


def test_a_cell_takes_its_place_and_stale_ones_go() -> None:
    first, second, third = (made(*place) for place in PLACES[:3])
    grown = table([third]).with_cell(first).with_cell(second)
    assert grown.cells == (first, second, third)
    again = made(*PLACES[1], seconds=9)
    assert grown.with_cell(again).cells == (first, again, third)
    stale = made(*PLACES[2], config=RunConfig())
    assert table([stale]).with_cell(first).cells == (first,)


def test_only_the_same_seeds_on_the_same_machine_are_resumed() -> None:
    empty, earlier = table([]), table()
    assert empty.resumed(earlier) == earlier
    assert table([], (0, 2)).resumed(earlier).cells == ()
    elsewhere = RemedyTable(machine=MACHINE.model_copy(update={"device": "cuda"}), seeds=(0, 1))
    assert elsewhere.resumed(earlier).cells == ()


def test_the_dates_span_the_cells() -> None:
    later = made(*PLACES[1], date=datetime.date(2026, 1, 4))
    assert table().dates == "2026-01-02"
    assert table([made(*PLACES[0]), later]).dates == "2026-01-02 to 2026-01-04"
    assert table([]).dates == ""


def broken(path: list[Any], value: Any) -> str:
    """The JSON of a whole table with one value in it replaced."""
    whole: Any = json.loads(table().to_json())
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "JSON"),
        ("[]", "object"),
        ("{}", "machine"),
        ("\x00", "JSON"),
        ("[" * 5000, "JSON"),
        (broken(["seeds"], []), "seeds"),
        (broken(["seeds"], [0, 0]), "once"),
        (broken(["seeds"], [0, -1]), "seeds.1"),
        (broken(["seeds"], [0, 1, 2]), "there are 3 seeds"),
        (broken(["host"], "lab-7"), "host"),
        (broken(["machine", "torch"], ""), "machine.torch"),
        (broken(["cells", 0, "remedy"], "prayer"), "prayer"),
        (broken(["cells", 1, "remedy"], "none"), "none on ring stands there twice"),
        (broken(["cells", 2, "data"], "spiral"), "cells.2.data"),
        (broken(["cells", 0, "captured"], [9, 1]), "captured of none goes up to 9; the ring has 8 modes"),
        (broken(["cells", 0, "touched"], [9, 1]), "touched of none goes up to 9; the ring has 8 modes"),
        (broken(["cells", 0, "captured"], [1]), "captured of none on ring has 1 values"),
        (broken(["cells", 0, "captured"], [-1, 1]), "cells.0.captured.0"),
        (broken(["cells", 0, "high_quality"], [1.5, 1]), "cells.0.high_quality.0"),
        (broken(["cells", 0, "high_quality"], [float("nan"), 1]), "high_quality"),
        (broken(["cells", 0, "seconds"], float("inf")), "seconds"),
        (broken(["cells", 0, "date"], "yesterday"), "cells.0.date"),
        (broken(["cells", 0, "config", "d_lr"], -1), "d_lr is -1"),
        (broken(["cells", 0, "config", "magic"], 1), "magic"),
        (broken(["cells", 0, "config"], None), "cells.0.config"),
    ],
)
def test_a_wrong_file_is_one_sentence_that_says_where(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"."):
        RemedyTable.from_json(text)
    path = tmp_path / "remedies.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"^remedies\.json is no table of remedies: .*\.$") as error:
        RemedyTable.read(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert str(tmp_path) not in str(error.value)


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells that train in no time."""
    tiny = {"batch_size": 8, "g_hidden": 4, "d_hidden": 4, "classifier_steps": 1, "data_points": 16}

    def short(row: remedies.Remedy, data: MixtureName) -> RunConfig:
        config = config_of(row, data)
        return config.changed(steps=config.steps // 500, **tiny)

    monkeypatch.setattr("gancore.experiments.remedies.config_of", short)
    monkeypatch.setattr("gancore.cli.remedies.config_of", short)


def command(out: Path, *more: str) -> Any:
    return CliRunner().invoke(app, ["remedies", "--seeds", "2", "--device", "cpu", "--out", str(out), *more])


@pytest.mark.usefixtures("small")
def test_every_cell_is_trained_written_and_printed(tmp_path: Path) -> None:
    out = tmp_path / "remedies.json"
    result = command(out)
    assert result.exit_code == 0, result.stderr
    rows = [line.split(" | ") for line in result.stdout.splitlines() if line.startswith("| ")]
    assert [row[0].removeprefix("| ") for row in rows] == ["remedy", *(row.title for row in ROWS)]
    assert {len(row) for row in rows} == {11}
    assert all("±" in row[column] for row in rows[1:] for column in (1, 2, 3, 6, 7, 8))
    assert result.stderr.count("\n") == len(PLACES)
    written = RemedyTable.read(out)
    assert written.missing() == []
    assert written.seeds == (0, 1)
    for cell in written.cells:
        assert generator_steps(cell.config) == {"ring": 24, "grid": 20}[cell.data]


@pytest.mark.usefixtures("small")
def test_an_interrupted_table_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "remedies.json"
    trained: list[str] = []
    real = remedies.measure

    def stops(row: remedies.Remedy, *args: Any) -> RemedyCell:
        if row.name == "pac2":
            raise RuntimeError("the lights went out")
        trained.append(row.name)
        return real(row, *args)

    monkeypatch.setattr("gancore.cli.remedies.measure", stops)
    result = command(out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the lights went out" in result.stderr
    assert trained == ["none", "unrolled", "wasserstein", "r1"]
    before = RemedyTable.read(out).cells

    monkeypatch.setattr("gancore.cli.remedies.measure", lambda row, *args: trained.append(row.name) or real(row, *args))
    result = command(out, "--json")
    assert len(trained) == len(PLACES)
    assert RemedyTable.from_json(result.stdout) == RemedyTable.read(out)
    assert RemedyTable.read(out).cells[: len(before)] == before
    assert RemedyTable.read(out).missing() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seeds", "0"], "seeds is 0"),
        (["--first", "-1"], "The first seed is -1"),
        (["--device", "nonsense"], "device is 'nonsense'"),
        (["--out", "nowhere/remedies.json"], "there is no folder nowhere"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_trained(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["remedies", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_file_that_is_no_table_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "thesis.json"
    out.write_text('{"my": "thesis"}', encoding="utf-8")
    result = command(out)
    assert result.exit_code == 2
    assert "thesis.json is no table of remedies" in result.stderr
    assert out.read_text(encoding="utf-8") == '{"my": "thesis"}'


def test_reading_the_table_loads_no_torch() -> None:
    code = "import gancore.experiments.remedies, sys; assert not {'torch', 'rich', 'typer'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
