"""What all measured tables share: figures over the seeds, the machine, and a file that is read with care."""

from __future__ import annotations

import platform
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field, model_validator

from gancore.experiments.tables import Machine, MeasuredCell, MeasuredTable, Spread

DAY = date(2026, 1, 2)
MACHINE = Machine(architecture="x86_64", processor="a processor", device="cpu", torch="2.13.0")


class Walk(MeasuredCell):
    """Of a table of steps."""


class Steps(MeasuredTable[Walk]):
    subject: ClassVar[str] = "steps"

    counts: tuple[int, ...] = Field(default=(), max_length=3)

    @model_validator(mode="after")
    def _consistent(self) -> Steps:
        if 13 in self.counts:
            raise ValueError("13 steps bring bad luck")
        return self

    def with_cell(self, cell: Walk) -> Steps:
        return self.model_copy(update={"cells": (*self.cells, cell)})


def table(*counts: int) -> Steps:
    return Steps(machine=MACHINE, counts=counts)


def test_the_spread_is_over_n_less_one() -> None:
    assert Spread.of([1.0, 3.0]) == (2.0, pytest.approx(2**0.5), 2)
    assert Spread.of([4.0]) == (4.0, None, 1)
    assert Spread.of([]) == (None, None, 0)


def test_this_machine_is_named_without_its_host_or_paths() -> None:
    here = Machine.here("cpu")
    assert here.device == "cpu"
    assert platform.node() not in here.model_dump_json()
    assert str(Path.home()) not in here.model_dump_json()


def test_a_table_travels_as_json() -> None:
    assert Steps.from_json(table(1, 2).to_json()) == table(1, 2)
    walked = table(1).with_cell(Walk(seconds=1, date=DAY)).with_cell(Walk(seconds=2, date=DAY))
    assert Steps.from_json(walked.to_json()) == walked


def test_it_resumes_a_table_of_the_same_runs_on_the_same_machine_and_no_other() -> None:
    walked = table(1).with_cell(Walk(seconds=1, date=DAY))
    assert table(1).resumed(walked) == walked
    assert table(2).resumed(walked) == table(2)
    elsewhere = walked.model_copy(update={"machine": MACHINE.model_copy(update={"processor": "another"})})
    assert table(1).resumed(elsewhere) == table(1)


def test_a_table_is_written_at_once(tmp_path: Path) -> None:
    path = tmp_path / "steps.json"
    table().write(path)
    table(1, 2).write(path)
    assert Steps.read(path) == table(1, 2)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(ValueError, match=r"cannot be read: .*\.$"):
            Steps.read(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "Input should be an object"),
        ("{}", "machine: Field required"),
        (table(7).to_json().replace("7", "13"), "steps: 13 steps bring bad luck."),
        (table(7).to_json().replace("7", '"many"'), "counts.0: Input should be a valid integer"),
    ],
)
def test_a_wrong_file_is_one_sentence_that_says_where(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "steps.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"^steps\.json is no table of steps: .*[^.]\.$") as error:
        Steps.read(path)
    assert said in str(error.value)
    assert "Value error" not in str(error.value)
