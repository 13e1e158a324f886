"""What a wheel brings: the library and all of the app, under one name; the library without Streamlit."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.wheel import ROOT, built, unpacked

pytestmark = pytest.mark.processes

PURE = sysconfig.get_paths()["purelib"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def committed(*folders: str) -> list[Path]:
    """Files that lie in folders of the checkout, without what Python leaves behind."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return [path.relative_to(ROOT) for path in found if "__pycache__" not in path.parts]


def test_there_is_one_package(names: set[str]) -> None:
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"gancore"}


def test_it_holds_every_file_of_the_library_and_of_the_app(names: set[str]) -> None:
    assert {path.as_posix() for path in committed("gancore")} <= names
    app = [*committed("ui", "pages", "assets"), Path("app.py"), Path(".streamlit/config.toml")]
    assert {f"gancore/_app/{path.as_posix()}" for path in app} <= names


def test_the_library_needs_no_streamlit_and_the_app_does(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        needed = Parser().parsestr(archive.read(name).decode()).get_all("Requires-Dist") or []
    plain = [each for each in needed if "extra ==" not in each]
    assert not any(each.lower().startswith("streamlit") for each in plain)
    assert any(each.lower().startswith("streamlit") and "extra == 'app'" in each for each in needed)


def test_everything_that_is_depended_on_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["app"]]
    imported = {"pillow": "PIL"}
    code = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in committed("gancore", "ui", "pages")
                     if path.suffix == ".py")  # fmt: skip
    for line in needed:
        name = line.partition(">")[0].partition("~")[0].partition("=")[0]
        module = imported.get(name, name)
        assert f"import {module}" in code or f"from {module}" in code, name


def test_the_library_trains_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    library = unpacked(wheel, tmp_path / "library")
    code = (
        "import gancore, sys\n"
        "trainer = gancore.Trainer(gancore.RunConfig(steps=2, g_hidden=8, d_hidden=8), [0])\n"
        "trainer.advance(2)\n"
        "print(gancore.__file__, trainer.step, 'streamlit' in sys.modules)\n"
    )
    (empty := tmp_path / "empty").mkdir()
    # -S: nothing that is installed for development is found, but for the libraries that are named.
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=empty, env={"PYTHONPATH": f"{library}:{PURE}", "PATH": ""},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert ran.stdout.split() == [str(library / "gancore" / "__init__.py"), "2", "False"], ran.stderr
