"""The search for configurations: every combination is tried once, and written down."""

import csv

import pytest
from typer.testing import CliRunner

from gancore.cli import app
from gancore.config import ConfigError, RunConfig
from gancore.experiments.search import COLUMNS, combinations, tried

TINY = ("--set", "batch_size=8", "--set", "g_hidden=4", "--set", "d_hidden=4", "--set", "steps=3", "--device", "cpu")


def search(out, *more):
    return CliRunner().invoke(app, ["search", "ring-chase", *TINY, "--seeds", "2", "--out", str(out), *more])


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_combination_is_a_config_that_has_its_values():
    base = RunConfig(d_steps=3)
    found = list(combinations(base, {"pack": ("1", "2"), "loss": ("minimax", "hinge", "wasserstein")}))
    assert len(found) == 6
    for changes, config in found:
        assert config == base.changed(pack=int(changes["pack"]), loss=changes["loss"])
    assert len({config.to_json() for _, config in found}) == 6


def test_values_that_are_wrong_or_cannot_go_together_are_refused_before_anything_is_trained():
    for over in ({"pack": ("2", "x")}, {"packing": ("2",)}, {"pack": ("3",)}):
        with pytest.raises(ConfigError):
            list(combinations(RunConfig(batch_size=8), over))


def test_what_came_of_each_is_written_down_and_not_tried_again(tmp_path):
    out = tmp_path / "search.csv"
    assert search(out, "--over", "pack=1,2").exit_code == 0
    assert [row["changes"] for row in rows(out)] == ["pack=1", "pack=2"]
    assert all(len(row["captured"].split()) == 2 for row in rows(out))
    before = out.read_bytes()
    more = search(out, "--over", "pack=1,2,4")
    assert out.read_bytes().startswith(before)
    assert [row["changes"] for row in rows(out)] == ["pack=1", "pack=2", "pack=4"]
    assert len(more.stdout.splitlines()) == 1
    assert search(out, "--over", "pack=1", "--first", "7").exit_code == 0  # other seeds are another trial
    assert [row["seeds"] for row in rows(out)] == ["500-501"] * 3 + ["7-8"]


def test_a_file_that_is_no_such_table_is_left_as_it_is(tmp_path):
    out = tmp_path / "notes.csv"
    out.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="no table of a search"):
        tried(out, "x", {}, [1])
    result = search(out, "--over", "pack=1")
    assert result.exit_code == 2
    assert ",".join(COLUMNS) in result.stderr
    assert out.read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize("over", ["pack", "pack=5000", "nothing=1"])
def test_what_cannot_be_tried_is_a_sentence(over, tmp_path):
    result = search(tmp_path / "search.csv", "--over", over)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "search.csv").exists()
