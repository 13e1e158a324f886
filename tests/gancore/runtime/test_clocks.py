"""No clock that can be set decides anything of a run: a jump of the time of day, or a laptop's sleep, ends none."""

import ast
import re
from pathlib import Path

import pytest

import gancore

ROOT = Path(gancore.__file__).parents[1]
PYTHON = sorted([*(ROOT / "gancore" / "runtime").glob("*.py"), *(ROOT / "ui").rglob("*.py")])
SCRIPTS = sorted((ROOT / "ui").rglob("*.js"))
OF_THE_DAY = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}


def clocks(tree):
    """The (object, attribute) pairs that a module names, and what it imports by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_server_and_its_workers_go_by_the_monotonic_clock(path):
    assert not OF_THE_DAY & set(clocks(ast.parse(path.read_text(encoding="utf-8"))))


def test_the_browser_goes_by_its_own():
    named = [path.name for path in SCRIPTS if re.search(r"\bDate\b", path.read_text(encoding="utf-8"))]
    assert named == []


def test_the_check_sees_clocks():
    assert OF_THE_DAY & set(clocks(ast.parse("import time\ntime.time()")))
    assert OF_THE_DAY & set(clocks(ast.parse("from time import time")))
    assert len(PYTHON) > 50
    assert len(SCRIPTS) > 10
