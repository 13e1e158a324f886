"""What may import what: the web process stays without torch, the library without the web."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gancore

pytestmark = pytest.mark.processes

ROOT = Path(gancore.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


def loaded(statement):
    """The top-level packages that a fresh interpreter has loaded after a statement."""
    code = f"import sys\n{statement}\nprint(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT.parent, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_the_package_is_cheap():
    assert not loaded("import gancore") & {"torch", "scipy", "numpy", "streamlit", "plotly", "rich", "typer"}


def test_the_web_process_does_not_load_torch():
    modules = [
        "config",
        "data.images",
        "data.toy",
        "demos.augmented_gradient",
        "demos.corruption",
        "experiments.claims",
        "experiments.presets",
        "experiments.remedies",
        "experiments.small_data",
        "experiments.statistics",
        "experiments.stored_seeds",
        "methods.adagan",
        "metrics",
        "runtime",
        "runtime.compute_client",
        "theory.dirac",
        "theory.optimal_discriminator",
        "training.frozen_generator",
        "training.snapshot",
    ]
    assert "torch" not in loaded("\n".join(f"import gancore.{module}" for module in modules))


def test_help_and_tables_do_not_load_torch():
    assert "torch" not in loaded("import gancore.cli")


def test_the_trainer_is_loaded_when_asked_for():
    assert "torch" in loaded("import gancore; gancore.Trainer")
    assert "torch" not in loaded("import gancore; gancore.PRESETS, gancore.metrics")
    assert all(getattr(gancore, name) is not None for name in gancore.__all__)
    with pytest.raises(AttributeError, match="Trainr"):
        _ = gancore.Trainr


# What trains networks, sees through them, or hands a trainer its images; nothing of the web process imports these.
WITH_TORCH = ("feature_nets.py", "feature_training.py", "image_scores.py", "image_split.py", "torchvision_import.py")


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_knows_nothing_of_the_web(path):
    tops = {name.partition(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}
    assert not tops & {"streamlit", "plotly", "ui", "pages", "app"}
    if ("metrics" in path.parts or "data" in path.parts) and path.name not in WITH_TORCH:
        assert "torch" not in tops


# Each imports only those on lower floors; what stands on one floor does not know of its neighbours.
FLOORS = (
    ("bounds",),
    ("config", "device", "networks", "processor", "theory"),
    ("data",),
    ("methods", "metrics"),
    ("step",),
    ("training",),
    ("compiling", "demos"),
    ("runtime",),
    ("recording",),
    ("experiments",),
    ("cli",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def test_every_room_has_its_floor():
    assert {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in FILES} - {"__init__"} == FLOOR_OF.keys()


def test_the_documentation_names_every_room():
    told = (ROOT.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [room for room in FLOOR_OF if f"`gancore/{room}`" not in told and f"`gancore/{room}.py`" not in told] == []


@pytest.mark.parametrize("room", FLOOR_OF)
def test_a_room_imports_only_from_the_floors_below(room):
    for path in FILES:
        if path.relative_to(ROOT).parts[0].removesuffix(".py") == room:
            for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
                top, _, rest = name.partition(".")
                other = rest.partition(".")[0]
                if top == "gancore" and other and other != room:
                    assert FLOOR_OF[other] < FLOOR_OF[room], f"{path.relative_to(ROOT)} imports {name}"


def test_the_check_sees_the_files():
    assert len(FILES) > 15
    assert "streamlit" in set(imported(ast.parse("def f():\n    import streamlit")))
