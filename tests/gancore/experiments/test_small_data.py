"""The table of fewer and fewer images: what is published, what is measured, and how it is kept."""

import json

import pytest
from typer.testing import CliRunner

from gancore.cli import app
from gancore.config import RunConfig
from gancore.experiments.presets.few_images import SMALL
from gancore.experiments.small_data import (
    FRACTIONS,
    MODES,
    PUBLISHED,
    SmallDataCell,
    SmallDataTable,
    measure,
    sizes_of,
    table_of,
)

pytestmark = pytest.mark.training

TINY = RunConfig(data="digits", steps=20, batch_size=8, g_hidden=8, d_hidden=8)


@pytest.fixture(scope="module")
def table():
    return table_of(TINY, (3, 4), "cpu")


@pytest.fixture(scope="module")
def cell(table):
    return measure(table, 20, "diffaugment", "cpu")


def test_the_published_table_is_whole_and_shows_its_pattern():
    found = {(each.network, each.mode, each.fraction): each for each in PUBLISHED}
    assert len(found) == len(PUBLISHED) == 2 * len(MODES) * len(FRACTIONS)
    for network in ("BigGAN", "StyleGAN2"):
        for fraction in FRACTIONS:
            bare, augmented = (found[network, mode, fraction] for mode in MODES)
            assert augmented.fid < bare.fid
            assert augmented.score > bare.score
        for mode in MODES:
            fids = [found[network, mode, fraction].fid for fraction in FRACTIONS]
            assert fids == sorted(fids)  # less data, worse


def test_the_sizes_are_all_a_fifth_and_a_tenth():
    assert sizes_of(SMALL) == (1000, 200, 100)


def test_a_table_says_what_it_is_measured_through(table):
    assert (table.features, table.judged, table.machine.device) == ("digits-net", 500, "cpu")
    assert 0 < table.floor < 5  # two samples of the data are near each other


def test_a_cell_holds_a_figure_of_each_seed(table, cell):
    assert (cell.n, cell.mode) == (20, "diffaugment")
    for name in ("fid", "fid_best", "score", "accuracy_held_out"):
        assert len(cell.finished(name)) == 2, name
    assert all(best <= end * 1.0001 for best, end in zip(cell.finished("fid_best"), cell.finished("fid"), strict=True))


def test_a_seed_that_diverged_is_in_no_mean(table):
    lost = measure(table.model_copy(update={"base": TINY.changed(d_lr=1e6, g_lr=1e6, steps=40)}), 20, "none", "cpu")
    assert lost.finished("fid") == []
    assert len(lost.figures["fid"]) == 2


def test_a_table_survives_its_file(table, cell, tmp_path):
    file = tmp_path / "table.json"
    full = table.with_cell(cell)
    full.write(file)
    assert SmallDataTable.read(file) == full
    assert full.cell(20, "diffaugment") == cell
    assert full.cell(20, "none") is None
    assert full.sizes == (20,)


def test_the_same_runs_are_resumed_and_others_are_not(table, cell):
    full = table.with_cell(cell)
    assert table.resumed(full).cells == full.cells
    assert table_of(TINY, (3, 5), "cpu").resumed(full).cells == ()
    assert table_of(TINY.changed(g_lr=1e-5), (3, 4), "cpu").resumed(full).cells == ()


def test_a_wrong_file_is_a_sentence(tmp_path, table, cell):
    file = tmp_path / "table.json"
    with pytest.raises(ValueError, match=r"table\.json cannot be read"):
        SmallDataTable.read(file)
    file.write_text("{}")
    with pytest.raises(ValueError, match=r"table\.json is no table of small data"):
        SmallDataTable.read(file)
    values = json.loads(table.with_cell(cell).model_dump_json())
    values["cells"][0]["figures"]["fid"] = [1.0]
    file.write_text(json.dumps(values))
    with pytest.raises(ValueError, match="has 1 values; there are 2 seeds"):
        SmallDataTable.read(file)


def test_cells_lie_in_the_order_of_the_paper_s_table(table, cell):
    def of(n, mode):
        return SmallDataCell(n=n, mode=mode, figures=cell.figures, seconds=1.0, date=cell.date)

    full = table
    for n, mode in ((20, "diffaugment"), (100, "none"), (20, "none"), (100, "diffaugment")):
        full = full.with_cell(of(n, mode))
    assert [(each.n, each.mode) for each in full.cells] == [(n, mode) for n in (100, 20) for mode in MODES]
    assert len(full.with_cell(of(20, "none")).cells) == 4


def test_the_command_writes_and_prints_the_table(tmp_path):
    out = tmp_path / "table.json"
    sets = [part for field in ("steps=10", "batch_size=8", "g_hidden=8", "d_hidden=8") for part in ("--set", field)]
    said = CliRunner().invoke(
        app, ["small-data", "--seeds", "1", "--sizes", "30,20", "--device", "cpu", "--out", str(out), *sets]
    )
    assert said.exit_code == 0, said.output
    assert SmallDataTable.read(out).sizes == (30, 20)
    rows = [line for line in said.stdout.splitlines() if line.startswith(("| 30 ", "| 20 "))]
    assert len(rows) == 2
    assert "digits-net" in said.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sizes", "many"], "many"),
        (["--set", "images=3"], "images is 3"),
        (["--set", "data=folder"], "No folder is named"),
        (["--out", "nowhere/at/all.json"], "there is no folder"),
    ],
)
def test_the_command_says_what_is_wrong(arguments, words, tmp_path, monkeypatch):
    monkeypatch.delenv("GANCORE_IMAGES", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "assets").mkdir()
    said = CliRunner().invoke(app, ["small-data", *arguments])
    assert said.exit_code == 2
    assert words in said.stderr
    assert "Traceback" not in said.output
