"""Papers' experiments in their own settings: what a line trains, what its table keeps, and what the command prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gancore.cli import app
from gancore.compiling import build
from gancore.config import RunConfig
from gancore.data.toy import toy_data
from gancore.experiments import reproductions
from gancore.experiments.remedies import ROWS
from gancore.experiments.reproductions import (
    EXPERIMENTS,
    FIGURE_NAMES,
    Line,
    LineCell,
    Reported,
    ReproducedTable,
    measure,
)
from gancore.experiments.tables import Machine
from gancore.experiments.trial import compiled_trial, trial
from gancore.recording import read
from gancore.theory.dirac import Setting, eigenvalues

MACHINE = Machine(architecture="x86_64", processor="a processor", device="cpu", torch="2.13.0")
SHORT = RunConfig(steps=4, batch_size=8, g_hidden=4, d_hidden=4)
EVERY_LINE = [(each, line) for each in EXPERIMENTS.values() for line in each.lines]
OF_LINE = [f"{each.name}-{line.name}" for each, line in EVERY_LINE]


@pytest.fixture(autouse=True)
def _no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(plan: object) -> None:
        raise build.CompileError("There is no compiler.")

    monkeypatch.setattr(build, "build", fails)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> str:
    """An experiment of two lines that take no time."""
    lines = (
        Line("plain", SHORT, says="It ends."),
        Line("packed", SHORT.changed(pack=2), reported={"touched": Reported(6, 1)}),
    )
    one = replace(EXPERIMENTS["unrolled-ring"], name="short", lines=lines)
    monkeypatch.setattr(reproductions, "EXPERIMENTS", {"short": one})
    monkeypatch.setattr("gancore.experiments.reproductions.table.EXPERIMENTS", {"short": one})
    monkeypatch.setattr("gancore.cli.reproduce.EXPERIMENTS", {"short": one})
    return "short"


def cell(line: Line, **values: Any) -> LineCell:
    usual: dict[str, Any] = {
        "line": line.name,
        "run": line.run,
        "seeds": (7, 8),
        "figures": {"touched": (3, 5)},
        "failures": (None, None),
        "seconds": 1.0,
        "date": date(2026, 1, 2),
    }
    return LineCell(**{**usual, **values})


# ── What the experiments are ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("experiment", "line"), EVERY_LINE, ids=OF_LINE)
def test_a_line_has_a_figure_for_whatever_its_paper_reports(experiment: Any, line: Line) -> None:
    assert {*experiment.figures} <= {*FIGURE_NAMES}
    assert {*line.reported} <= {*experiment.figures}
    assert line.says or line.reported or experiment.name in ("unrolled-ring", "pacgan-ring", "pacgan-grid")


@pytest.mark.parametrize(("experiment", "line"), EVERY_LINE, ids=OF_LINE)
def test_a_line_belongs_to_a_row_of_the_table_of_remedies_with_the_same_data(experiment: Any, line: Line) -> None:
    if not line.remedy:
        return
    assert line.remedy in [row.name for row in ROWS]
    assert isinstance(line.run, RunConfig)
    assert len(toy_data(line.run).centres) == {"ring": 8, "grid": 25}[line.data]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_pacgan_s_own_figures_stand_in_both_tables_alike(row: Any) -> None:
    for experiment in ("pacgan-ring", "pacgan-grid"):
        for line in EXPERIMENTS[experiment].lines:
            if line.remedy == row.name:
                (told,) = [each for each in row.published[line.data] if "PacGAN" in each.source]
                assert (told.modes, told.spread) == line.reported["touched"]
                assert told.high_quality == line.reported["high_quality"].mean


def test_the_repeated_angle_leaves_seven_places() -> None:
    line = EXPERIMENTS["unrolled-ring"].line("K 0, repeated")
    assert isinstance(line.run, RunConfig)
    places = {(round(x, 6), round(y, 6)) for x, y in toy_data(line.run).centres}
    assert len(places) == 7


def test_the_papers_eigenvalues_are_those_of_the_methods() -> None:
    for line in EXPERIMENTS["dirac"].lines:
        assert isinstance(line.run, Setting)
        assert eigenvalues(line.run).real.max() == pytest.approx(line.reported["growth"].mean, abs=1e-6)


def test_steps_of_the_dirac_gan_grow_as_the_paper_says() -> None:
    for line in EXPERIMENTS["dirac"].lines:
        (growth,) = measure(EXPERIMENTS["dirac"], line, [3]).finished("growth")
        # A step of h moves a single eigenvalue by O(h), a double one by O(√h).
        assert growth == pytest.approx(line.reported["growth"].mean, abs=0.05 if "twice" in line.says else 0.002)


def test_an_unknown_line_is_told_which_there_are() -> None:
    with pytest.raises(ValueError, match=r"no line 'K 7' in unrolled-ring; there are K 0, K 1, K 5, K 10"):
        EXPERIMENTS["unrolled-ring"].line("K 7")


# ── Measuring ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.training
def test_without_a_compiler_a_compiled_trial_is_the_trial() -> None:
    plain, compiled = trial(SHORT, [3, 4]), compiled_trial(SHORT, [3, 4])
    assert compiled.figures == plain.figures
    assert (compiled.steps, compiled.seeds, compiled.failures) == (plain.steps, plain.seeds, plain.failures)


@pytest.mark.training
def test_a_line_is_trained_for_a_share_of_its_steps(short: str) -> None:
    experiment = reproductions.EXPERIMENTS[short]
    found = measure(experiment, experiment.lines[0], [5, 6], share=0.5)
    assert (found.steps, found.seeds) == (2, (5, 6))
    assert {*found.figures} == {*experiment.figures}
    assert found.belongs(experiment.lines[0])


@pytest.mark.parametrize("share", [0, -1, 1.5, float("nan")])
def test_a_share_is_above_0_and_at_most_1(short: str, share: float) -> None:
    experiment = reproductions.EXPERIMENTS[short]
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        measure(experiment, experiment.lines[0], [5], share=share)


# ── The table ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_table_of_runs_and_of_settings_is_read_as_it_was_written(tmp_path: Path) -> None:
    for name in ("unrolled-ring", "dirac"):
        table = ReproducedTable(machine=MACHINE, experiment=name)
        for line in EXPERIMENTS[name].lines:
            table = table.with_cell(cell(line))
        table.write(tmp_path / "table.json")
        again = ReproducedTable.read(tmp_path / "table.json")
        assert again == table
        assert [each.line for each in again.cells] == [line.name for line in EXPERIMENTS[name].lines]
        assert all(again.cell(line) is not None for line in EXPERIMENTS[name].lines)


def test_a_cell_of_another_setting_belongs_to_no_line(tmp_path: Path) -> None:
    line = EXPERIMENTS["unrolled-ring"].lines[0]
    shorter, other = line.run.changed(steps=7), line.run.changed(d_lr=0.5)  # type: ignore[union-attr]
    table = ReproducedTable(machine=MACHINE, experiment="unrolled-ring")
    assert table.with_cell(cell(line, run=shorter)).cell(line) is not None
    stale = table.with_cell(cell(line, run=other))
    assert stale.cell(line) is None
    assert stale.with_cell(cell(EXPERIMENTS["unrolled-ring"].lines[1])).cells[0].line == "K 1"


def test_a_seed_that_diverged_is_in_no_mean() -> None:
    assert cell(EVERY_LINE[0][1], failures=(None, "diverged at step 3: D's loss")).finished("touched") == [3]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"machine":{},"experiment":"dirac"}', "machine.architecture"),
        (
            ReproducedTable(machine=MACHINE, experiment="dirac").to_json().replace("dirac", "other"),
            "experiment is 'other'; allowed are unrolled-ring",
        ),
        ("[]", "no table of reproductions"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "table.json").write_text(text)
    with pytest.raises(ValueError, match=sentence):
        ReproducedTable.read(tmp_path / "table.json")


def test_values_of_another_number_than_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match="touched of K 0 has 1 values; there are 2 seeds"):
        cell(EVERY_LINE[0][1], figures={"touched": (1,)})


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────────────────


def told(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["reproduce", *arguments])


@pytest.mark.training
def test_the_command_prints_ours_beside_theirs_and_trains_no_line_twice(short: str, tmp_path: Path) -> None:
    out = str(tmp_path / "short.json")
    first = told(short, "plain", "--first", "3", "--out", out)
    assert first.exit_code == 0, first.output
    assert "| plain | It ends. |" in first.stdout
    assert "| packed | – |" in first.stdout  # not trained yet: its place is kept
    assert "| 6 ± 1 | – |" in first.stdout
    both = told(short, "--first", "3", "--out", out)
    assert "plain: 0 s" not in both.output
    assert "1/1 packed" in both.output
    assert "4 of 4 | 3 to 4 |" in both.stdout
    longer = told(short, "plain", "--first", "3", "--share", "0.5", "--out", out)
    assert "2 of 4 | 3 to 4 |" in longer.stdout


@pytest.mark.training
def test_lines_are_recorded_side_by_side_where_that_is_asked_for(short: str, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "short.json"))
    assert told(short, "--first", "3", *out, "--save", str(tmp_path / "both.gan")).exit_code == 0
    plain, packed = read(tmp_path / "both.gan").runs
    assert (plain.seeds, plain.step, plain.outcome) == ((3, 4), 4, "finished")
    assert (plain.config.pack, packed.config.pack) == (1, 2)
    assert {path.name for path in tmp_path.iterdir()} == {"both.gan", "short.json"}
    again = told(short, "--first", "3", *out, "--save", str(tmp_path / "again.gan"))
    assert again.exit_code == 2
    assert "0 lines would be trained" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nothing",), "There is no experiment 'nothing'; there are"),
        (("dirac", "nothing"), "There is no line 'nothing' in dirac"),
        (("roth-toy", "--share", "0"), "share is 0"),
        (("dirac", "--seeds", "0"), "seeds is 0"),
        (("dirac", "--out", "/nowhere/at/all.json"), "there is no folder"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_sentence(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "assets" / "reproduced").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    result = told(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
