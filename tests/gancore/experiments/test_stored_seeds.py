"""Stored results of many seeds: measured by a command, read with care, and only of runs that nobody has changed."""

from __future__ import annotations

import csv
import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gancore.cli import app
from gancore.cli.seeds import markdown
from gancore.config import RunConfig
from gancore.experiments import stored_seeds
from gancore.experiments.claims import looked_at
from gancore.experiments.presets import PRESETS, Preset, Verdict
from gancore.experiments.stored_seeds import FIRST_SEED, SEEDS, SeedsCell, SeedsTable, kept
from gancore.experiments.tables import Machine

ROOT = Path(stored_seeds.__file__).parents[2]
SHIPPED = ROOT / "assets" / "seeds.json"
MACHINE = Machine(architecture="x86_64", processor="a processor", device="cpu", torch="2.13.0")
TINY = RunConfig(steps=20, batch_size=8, g_hidden=4, d_hidden=4)
RULE = Verdict("captured", "at_most", 4, "collapsed", of=1, seeds=2, otherwise="kept more than 4 clouds")
JUDGED = Preset("judged", "judged", "It collapses.", TINY, RULE)
SILENT = Preset("silent", "silent", "Nothing.", TINY.changed(d_lr=1e-5))


@pytest.fixture(autouse=True)
def _presets(monkeypatch: pytest.MonkeyPatch) -> None:
    for preset in (JUDGED, SILENT):
        monkeypatch.setitem(PRESETS, preset.name, preset)


def made(preset: Preset = JUDGED, **values: Any) -> SeedsCell:
    usual = {
        "preset": preset.name,
        "config": preset.config,
        "date": datetime.date(2026, 1, 2),
        "steps": preset.config.steps,
        "figures": {"captured": (1.0, 8.0, None)},
        "failures": (None, None, "diverged at step 3: the discriminator's loss"),
        "seconds": 1.5,
    }
    return SeedsCell(**{**usual, **values})


def table(*cells: SeedsCell) -> SeedsTable:
    return SeedsTable(machine=MACHINE, seeds=(5, 6, 7), cells=cells)


def test_a_preset_as_it_is_has_a_stored_result_whatever_its_seed() -> None:
    found = table(made()).stored("judged", TINY.changed(seed=9))
    assert found is not None
    assert found.judgement is not None
    assert (found.judgement.counted, found.judgement.final) == ((True, False, None), True)
    assert found.judgement.good_count == (1, 3, "kept more than 4 clouds")
    assert found.sentence == (
        f"Recorded: {found.judgement.sentence}. Seeds 5 to 7, 2026-01-02, "
        "x86_64, a processor, device cpu, torch 2.13.0."
    )
    assert found.judgement.sentence.startswith("1 of 3 collapsed (95 % interval")
    assert found.judgement.sentence.endswith("; 1 diverged")


@pytest.mark.parametrize("change", [{"d_lr": 0.5}, {"steps": 19}, {"data": "grid"}, {"unroll_steps": 5}])
def test_where_a_knob_has_been_turned_there_is_none(change: dict[str, Any]) -> None:
    assert table(made()).stored("judged", TINY.changed(**change)) is None


def test_a_preset_that_was_not_measured_or_has_changed_since_or_is_gone_has_none() -> None:
    measured = table(made(), made(Preset("gone", "t", "c", TINY)), made(SILENT, config=TINY))
    assert measured.stored("gone", TINY) is None
    assert measured.stored("silent", SILENT.config) is None
    assert measured.stored("ring-merge", PRESETS["ring-merge"].config) is None
    assert measured.missing(["judged", "silent"]) == ["silent"]


def test_a_preset_without_a_claim_says_so_or_is_judged_by_the_rule_beside_it() -> None:
    measured = table(made(SILENT))
    silent = measured.stored("silent", SILENT.config)
    assert silent is not None
    assert silent.judgement is None
    assert silent.sentence.startswith("Recorded, no claim is made of it. Seeds 5 to 7, 2026-01-02, ")
    beside = measured.stored("silent", SILENT.config, RULE)
    assert beside is not None
    assert beside.judgement is not None
    assert beside.judgement.sentence.startswith("1 of 3 collapsed")
    lacking = measured.stored("silent", SILENT.config, Verdict("fid", "at_most", 1, "came close", of=1))
    assert lacking is not None
    assert lacking.judgement is None


def test_a_new_cell_takes_the_place_of_the_old_one_and_of_what_belongs_to_no_preset() -> None:
    measured = table(made(Preset("gone", "t", "c", TINY)), made(SILENT)).with_cell(made()).with_cell(made(seconds=9))
    assert [(cell.preset, cell.seconds) for cell in measured.cells] == [("judged", 9), ("silent", 1.5)]
    assert SeedsTable.from_json(measured.to_json()) == measured


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"cells": (made(), made())}, "judged stands there twice"),
        ({"cells": (made(figures={"captured": (1.0,)}),)}, "captured of judged has 1 values; there are 3 seeds"),
        ({"cells": (made(failures=()),)}, "failures of judged has 0 values; there are 3 seeds"),
        ({"seeds": (5, 7, 9)}, "each has to be one more than the one before"),
    ],
)
def test_a_wrong_file_is_one_sentence_that_says_where(values: dict[str, Any], said: str, tmp_path: Path) -> None:
    path = tmp_path / "seeds.json"
    table(made()).model_copy(update=values).write(path)
    with pytest.raises(ValueError, match=r"^seeds\.json is no table of stored seeds: ") as error:
        SeedsTable.read(path)
    assert said in str(error.value)


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.verdict is not None])
def test_what_a_preset_is_judged_by_is_kept(name: str) -> None:
    rule = PRESETS[name].verdict
    assert rule is not None
    assert set(looked_at(rule)) <= set(kept(PRESETS[name]))


# ── What is shipped ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_table_is_of_sixteen_seeds_and_of_presets_as_they_are_today() -> None:
    shipped = SeedsTable.read(SHIPPED)
    assert shipped.seeds == tuple(range(FIRST_SEED, FIRST_SEED + SEEDS))
    assert shipped.cells
    for cell in shipped.cells:
        assert cell.is_current, f"{cell.preset} has changed: `gancore seeds {cell.preset}` measures it again"
        preset = PRESETS[cell.preset]
        found = shipped.stored(cell.preset, preset.config)
        assert found is not None
        assert (found.judgement is None) == (preset.verdict is None)
        assert found.judgement is None or found.judgement.final


def test_no_search_has_seen_the_seeds_of_the_shipped_table() -> None:
    ours = set(range(FIRST_SEED, FIRST_SEED + SEEDS))
    for path in (ROOT / "docs" / "searches").glob("*.csv"):
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            first, _, last = row["seeds"].partition("-")
            assert not ours & set(range(int(first), int(last) + 1)), path.name


def test_reading_the_table_loads_no_torch() -> None:
    code = "import gancore.experiments.stored_seeds, sys; assert not {'torch', 'rich', 'typer'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────────────────


def command(out: Path, *more: str) -> Any:
    return CliRunner().invoke(app, ["seeds", *more, "--seeds", "2", "--device", "cpu", "--out", str(out)])


@pytest.mark.training
def test_presets_are_trained_written_printed_and_not_trained_again(tmp_path: Path) -> None:
    out = tmp_path / "seeds.json"
    result = command(out, "judged")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith("1/1 judged: ")
    first = SeedsTable.read(out)
    assert (first.seeds, [cell.preset for cell in first.cells]) == ((FIRST_SEED, FIRST_SEED + 1), ["judged"])
    assert first.cells[0].failures == (None, None)
    assert {"captured", "high_quality", "transport"} <= first.cells[0].figures.keys()
    assert {len(values) for values in first.cells[0].figures.values()} == {2}
    result = command(out, "judged", "silent")
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["1/1 silent"]
    both = SeedsTable.read(out)
    assert both.cells[0] == first.cells[0]
    assert result.stdout.strip() == markdown(both)
    rows = [line.split(" | ") for line in result.stdout.splitlines() if line.startswith("| `")]
    assert [(row[0], row[2]) for row in rows] == [("| `judged`", "yes"), ("| `silent`", "–")]
    assert rows[1][1] == "no claim"


@pytest.mark.training
def test_a_seed_that_diverged_is_stored_with_what_ceased_to_be_finite(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Preset("lost", "lost", "It diverges.", TINY.changed(d_lr=1e6, steps=200), RULE)
    monkeypatch.setitem(PRESETS, "lost", lost)
    cell = stored_seeds.measure(lost, (3, 4), "cpu")
    assert all(failure is not None and failure.startswith("diverged at step ") for failure in cell.failures)
    assert cell.figures["captured"] == (None, None)
    judged = cell.judged(RULE)
    assert judged is not None
    assert (judged.good_count.good, judged.good_count.of) == (0, 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "There is no preset 'nonsense'"),
        (["--seeds", "0"], "seeds is 0"),
        (["--first", "-1"], "The first seed is -1"),
        (["--device", "nonsense"], "device is 'nonsense'"),
        (["--out", "nowhere/seeds.json"], "there is no folder nowhere"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_trained(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["seeds", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_file_that_is_no_table_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "thesis.json"
    out.write_text(json.dumps({"my": "thesis"}), encoding="utf-8")
    assert "thesis.json is no table of stored seeds" in command(out, "judged").stderr
    assert out.read_text(encoding="utf-8") == '{"my": "thesis"}'
