"""The command line as a shell starts it: where its output goes nowhere, is cut off, or has another alphabet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gancore.config import RunConfig
from gancore.config.seeds import LAST, seeds_from

pytestmark = pytest.mark.processes

COMMAND = [sys.executable, "-m", "gancore.cli"]
SHORT = ["run", "ring-merge", "--steps", "3", "--set", "g_hidden=8", "--set", "d_hidden=8"]


def told(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    usual: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "timeout": 120}
    return subprocess.run([*COMMAND, *arguments], **{**usual, **options}, check=False)


def assert_one_sentence(done: subprocess.CompletedProcess[str], sentence: str, status: int = 2) -> None:
    assert done.returncode == status, done.stderr
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["presets"], ["fields"], SHORT, [*SHORT, "--json"], ["--help"]])
def test_a_full_disk_is_a_sentence(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        assert_one_sentence(told(*arguments, stdout=full), "The output cannot be written: No space left", status=1)


def test_a_reader_that_has_gone_is_no_word() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w") as nobody:
        done = told("fields", stdout=nobody)
    assert done.returncode == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"TERM": "dumb", "COLUMNS": "20"}],
    ids=["ASCII", "a narrow terminal that can nothing"],
)
def test_a_terminal_that_can_little_is_written_to_all_the_same(environment: dict[str, str]) -> None:
    done = told(*SHORT, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    assert "finished" in done.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", ["pipe", "pipe.json"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert_one_sentence(told("run", str(tmp_path / name)), "is no file")


def test_what_is_said_twice_is_asked_back(tmp_path: Path) -> None:
    (tmp_path / "twice.json").write_text('{"steps": 20, "d_lr": 0.1, "steps": 30}')
    assert_one_sentence(told("run", str(tmp_path / "twice.json")), "steps stands twice")
    assert_one_sentence(told("run", "ring-merge", "--set", "d_lr=1", "--set", " d_lr =2"), "d_lr twice")
    with pytest.raises(ValueError, match="stands twice"):
        RunConfig.from_json('{"points": [[0, 1]], "points": [[1, 0]]}')


def test_a_preset_s_name_in_another_case_is_understood_as_a_slip() -> None:
    assert_one_sentence(told("run", "Ring-Merge"), "did you mean ring-merge")
    assert_one_sentence(told("run", "nothing-like-it"), "`gancore presets` lists them")


def test_seeds_beyond_the_last_are_refused_and_in_the_app_begin_anew() -> None:
    assert_one_sentence(told("run", "ring-merge", "--set", f"seed={LAST}", "--seeds", "3"), f"{LAST + 2:,}")
    assert_one_sentence(told("prove", "ring-merge", "--first", str(LAST - 3)), "allowed are 0 to")
    assert seeds_from(LAST - 1, 4) == (LAST - 1, LAST, 0, 1)
    assert seeds_from(5, 1) == (5,)
