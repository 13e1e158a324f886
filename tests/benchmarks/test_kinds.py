import json
import os
import subprocess
import sys

import pytest

from benchmarks.kinds import compile_turns, compiled, empty_store, kinds, prepare
from gancore.compiling.build import CompileError
from gancore.config import RunConfig
from gancore.data.cache import cache_directory
from gancore.training.trainer import Trainer

SMALL = RunConfig(batch_size=32, g_hidden=8, d_hidden=8)


def test_an_empty_store_is_empty_and_goes(monkeypatch, tmp_path):
    monkeypatch.setenv("GANCORE_CACHE", str(tmp_path))
    with empty_store():
        inside = cache_directory()
        assert inside != tmp_path
        assert not list(inside.iterdir())
    assert not inside.exists()
    assert cache_directory() == tmp_path


def test_an_empty_store_leaves_no_setting_where_there_was_none(monkeypatch):
    monkeypatch.delenv("GANCORE_CACHE", raising=False)
    with pytest.raises(ZeroDivisionError), empty_store():
        raise ZeroDivisionError
    assert "GANCORE_CACHE" not in os.environ


def test_a_trainer_that_is_not_compiled_is_not_taken_for_one():
    with empty_store(), pytest.raises(CompileError, match="Not all step functions are compiled for 2 replicas"):
        compiled(SMALL, (0, 1), "cpu")


def test_where_nothing_can_be_compiled_the_kind_is_left_out(monkeypatch, capsys):
    answers = subprocess.CompletedProcess([], 0, json.dumps({"error": "No C++ compiler was found."}) + "\n", "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answers)
    assert prepare(SMALL, 1, "cpu") == ({"eager": Trainer}, None)
    assert "No C++ compiler was found." in capsys.readouterr().err


def test_where_nothing_can_be_captured_the_kind_is_left_out(monkeypatch, capsys):
    # A trainer on a CPU has turns as plain as one on a GPU whose step functions could not be captured.
    monkeypatch.setattr("benchmarks.kinds.Trainer", lambda config, seeds, device: Trainer(config, seeds, "cpu"))
    makes, compiling = prepare(SMALL, 1, "cuda")
    assert (list(makes), compiling) == (["eager"], None)
    assert "could not be captured" in capsys.readouterr().err


def test_a_process_that_says_nothing_is_an_error_that_says_what_it_wrote(monkeypatch):
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 3, "", "ImportError: no torch")
    )
    with pytest.raises(CompileError, match=r"ended with 3: ImportError: no torch"):
        compile_turns(SMALL, 1)


@pytest.mark.processes
def test_the_real_process_is_asked_as_it_wants_to_be():
    # A configuration that cannot be is refused at once: what is sent was understood, and nothing was compiled.
    wanted = json.dumps({"config": json.dumps({"batch_size": 1}), "replicas": 1}) + "\n"
    command = [sys.executable, "-m", "gancore.compiling.build"]
    ran = subprocess.run(command, input=wanted, capture_output=True, text=True, check=False)
    assert "batch_size" in json.loads(ran.stdout)["error"]


@pytest.mark.parametrize(("device", "names"), [("cpu", ["eager", "compiled"]), ("cuda", ["eager", "captured"])])
def test_plain_trainers_are_of_every_table(device, names):
    assert list(kinds(device)) == names
    assert kinds(device)["eager"] is Trainer
