"""What is added, is added in the files that CONTRIBUTING names, and nowhere else.

Each addition is made in a copy of the project, used there by another Python, and gone with the copy.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.wheel import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.training]

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PURE = sysconfig.get_paths()["purelib"]
Edits = Mapping[str, tuple[str, str]]  # file -> what stands there, and what takes its place; "" stands for a new file

PENALTY: Edits = {
    "gancore/methods/penalties.py": (
        'PENALTIES: dict[str, Penalty] = {"gradient_penalty"',
        "def drift(critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:\n"
        '    """E s(x_r)²: the logit of real points is held near 0."""\n'
        "    return critic(real).square().mean((1, 2))\n\n\n"
        'PENALTIES: dict[str, Penalty] = {"drift": drift, "gradient_penalty"',
    ),
    "gancore/config/choices.py": ('PenaltyName = Literal["none", ', 'PenaltyName = Literal["none", "drift", '),
}
DATA: Edits = {
    "gancore/data/toy.py": (
        "TOY_DATA: dict[str, Callable[[RunConfig], ToyData]] = {\n",
        'TOY_DATA: dict[str, Callable[[RunConfig], ToyData]] = {\n    "cross": lambda config: '
        "_alike(config.radius * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], float), config.sigma),\n",
    ),
    "gancore/config/choices.py": ('    "ring", "grid",', '    "cross", "ring", "grid",'),
}
MEASURE: Edits = {
    "gancore/metrics/coverage.py": (
        "def _whole(",
        "def reach(samples: ArrayLike, data: ToyData) -> NDArray[np.float64]:\n"
        '    """How far samples (R, n, 2) reach from the origin, (R,)."""\n'
        "    return np.abs(samples).max((1, 2))\n\n\ndef _whole(",
    ),
    "gancore/metrics/measures.py": (
        "    # Of the discriminator's answers\n",
        '    Measure("reach", "how far it reaches", "reach", form="distance", take=reach),\n',
    ),
}
EXHIBIT: Edits = {
    "ui/exhibits/NAME/__init__.py": (
        "",
        "from ui.exhibits.exhibit import Exhibit\n\n"
        'EXHIBIT = Exhibit("NAME", content=lambda: {"words": "An exhibit."})\n',
    ),
    "ui/exhibits/NAME/frontend/NAME.css": ("", ".exhibit { font-size: 18px; }\n"),
    "ui/exhibits/NAME/frontend/NAME.js": (
        "",
        "export default ({ data, parentElement }) => {\n  parentElement.textContent = data.words;\n};\n",
    ),
}
PAGE: Edits = {
    "assets/lectures/en/NAME/1_see.md": ("", '+++\ntitle = "A page of one card"\n+++\nLook.\n'),
    "pages/NAME.py": (
        "",
        "from ui.lecture.page import lecture_page\nfrom ui.stage.scenario import Scenario\n\n"
        'lecture_page("NAME", [Scenario("one", "One", ("ring-chase",))])\n',
    ),
    "ui/app/navigation.py": (
        "    ],\n    position",
        '        st.Page(_PAGES / "NAME.py", title="A new page"),\n    ],\n    position',
    ),
}
SECTIONS = {"A penalty": PENALTY, "A data set of points": DATA, "A measure": MEASURE, "An exhibit": EXHIBIT,
            "A page": PAGE}  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's code and words, to be changed."""
    ignored = shutil.ignore_patterns("__pycache__", "*.npz", "*.safetensors")
    for folder in ("gancore", "ui", "pages", "assets"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    for path in (ROOT / "gancore").rglob("*"):
        if path.suffix in (".npz", ".safetensors"):
            (tmp_path / path.relative_to(ROOT)).symlink_to(path)
    return tmp_path


def change(copy: Path, edits: Edits, name: str = "addition") -> None:
    for file, (before, after) in edits.items():
        path = copy / file.replace("NAME", name)
        if not before:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(after.replace("NAME", name), encoding="utf-8")
            continue
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, file
        path.write_text(text.replace(before, after.replace("NAME", name)), encoding="utf-8")


def python(copy: Path, *arguments: str) -> str:
    """What Python prints in the copy, which it takes its modules from; nothing that is installed for development."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(copy), PURE]), "GANCORE_COMPILE": "off"}
    ran = subprocess.run(
        [sys.executable, "-S", *arguments], cwd=copy, env=environment, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return ran.stdout


def command(copy: Path, *arguments: str) -> str:
    return python(copy, "-m", "gancore.cli", *arguments)


@pytest.mark.parametrize("section", SECTIONS)
def test_an_addition_takes_the_edits_that_contributing_numbers(section: str) -> None:
    text = CONTRIBUTING.partition(f"## {section}\n")[2].partition("\n## ")[0]
    numbered = re.findall(r"^\d+\. `([^`]+)`", text, re.MULTILINE)
    assert numbered == list(SECTIONS[section])


SMALL = ("--steps", "3", "--set", "g_hidden=8", "--set", "d_hidden=8", "--set", "batch_size=32", "--json")


def test_a_penalty_trains_is_a_choice_and_its_weight_matters(copy: Path) -> None:
    change(copy, PENALTY)
    said = json.loads(command(copy, "run", "ring-chase", "--set", "penalty=drift", *SMALL))
    assert said["config"]["penalty"] == "drift"
    assert said["failures"] == [None]
    code = (
        "from gancore.config import FIELDS, RunConfig\nfrom ui.app.address import read, state_of\n"
        "state, wrong = read({'a.penalty': 'drift'}, [state_of(['ring-chase'])])\n"
        "print(FIELDS['penalty_weight'].matters(state.configs[0]), wrong)"
    )
    assert python(copy, "-c", code).split() == ["True", "[]"]


def test_a_data_set_trains_and_has_its_modes_counted(copy: Path) -> None:
    change(copy, DATA)
    said = json.loads(command(copy, "run", "ring-chase", "--set", "data=cross", *SMALL))
    assert said["config"]["data"] == "cross"
    assert said["figures"]["captured"] == [0]


def test_a_measure_is_taken_printed_written_and_offered_as_a_plot(copy: Path) -> None:
    imported = "from typing import TYPE_CHECKING, Any, Literal\n"
    change(copy, MEASURE)
    change(
        copy, {"gancore/metrics/measures.py": (imported, f"{imported}\nfrom gancore.metrics.coverage import reach\n")}
    )
    arguments = ("run", "ring-chase", *SMALL)
    assert json.loads(command(copy, *arguments))["figures"]["reach"][0] > 0
    assert "how far it reaches" in " ".join(command(copy, *arguments[:-1]).split())
    code = "from ui.stage import CHARTS; print(CHARTS['reach'].title)"
    assert python(copy, "-c", code).strip() == "how far it reaches"


VISIT = """
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("ui/app/navigation.py", default_timeout=60)
app.switch_page("../../pages/addition.py")
app.run()
assert not app.exception, app.exception
print(app.subheader[0].value, [each.proto.component_name for each in app.get("bidi_component")], flush=True)
import os
os._exit(0)
"""


def test_a_page_and_an_exhibit_are_drawn(copy: Path) -> None:
    change(copy, PAGE)
    change(copy, EXHIBIT)
    card = copy / "assets/lectures/en/addition/1_see.md"
    card.write_text(card.read_text(encoding="utf-8").replace("\n+++\nLook", '\nexhibit = "addition"\n+++\nLook'))
    said = python(copy, "-c", VISIT + "import sys; sys.stdout.flush()")
    assert "A page of one card" in said
    assert "gancore.addition" in said
