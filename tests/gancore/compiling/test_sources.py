"""What a compiled step function is made of: every file that a step function executes, and none that it has nothing to
do with."""

import shutil
import sys
from pathlib import Path

import pytest

import gancore.compiling.plan as plan_module
from gancore.compiling.plan import Plan, arguments, plans_of
from gancore.compiling.sources import LIBRARY, digest, sources
from gancore.config import RunConfig
from gancore.step.moves import StepSpec
from gancore.step.updates import StepFunctions
from tests.gancore.compiling.games import GAMES, ON_IMAGES, SMALL


@pytest.fixture
def library(tmp_path):
    """A copy of the library's code."""
    return Path(shutil.copytree(LIBRARY, tmp_path / "gancore", ignore=shutil.ignore_patterns("__pycache__", "*.npz")))


def module_of(path):
    *folders, name = Path(path).relative_to(LIBRARY).with_suffix("").parts
    return ".".join(["gancore", *folders, *([name] if name != "__init__" else [])])


def file_of(module, library):
    place = library.joinpath(*module.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def edited(library, module, change):
    """The digest after a change of a module's text; the text is put back."""
    path = file_of(module, library)
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    try:
        return digest(library=library)
    finally:
        path.write_text(before, encoding="utf-8")


def executed(plans):
    """The library's modules whose functions are called while functions are taken."""
    files = set()

    def note(frame, event, _):
        if event == "call":
            files.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        for plan in plans:
            getattr(StepFunctions.of(StepSpec.of(plan.config)), plan.function)(*arguments(plan))
    finally:
        sys.setprofile(before)
    return {module_of(file) for file in files if Path(file).is_relative_to(LIBRARY)}


# Every network, loss, penalty, constraint, optimiser, and what else a step function may call.
CALLED = [
    "plain", "penalty roth", "constraint clip", "constraint spectral_norm", "d_optimizer optimistic_adam",
    "updates consensus", "unrolled, penalised, noisy", "MAD-GAN", "packing", "residual, conditional, spectral norm",
    "augment diffaugment", "conditional",
]  # fmt: skip


@pytest.mark.compiler
def test_every_file_that_a_step_executes_is_in_it(library):
    called = executed(plan for name in CALLED for plan in plans_of(GAMES[name], 1))
    assert called >= {
        f"gancore.{name}"
        for name in ("step.updates", "step.moves", "methods.losses", "methods.penalties", "methods.constraints",
                     "methods.optimizers", "methods.unrolling", "methods.diff_augment", "methods.mad_gan",
                     "networks.mlp", "networks.convolutional", "compiling.plan")
    }  # fmt: skip
    before = digest(library=library)
    for module in called:
        assert edited(library, module, lambda text: text + "\nONE_MORE = 1\n") != before, module
    assert digest(library=library) == before


def talked_about_otherwise(text):
    """The same code with other docstrings, comments and empty lines."""
    return "# …\n" + text.replace('"""\n', ' Otherwise."""\n').replace("\n    # ", "\n    # Or: ").replace(
        "\n\n", "\n\n\n"
    )


def test_it_is_the_code_and_not_what_is_said_about_it(library):
    before = digest(library=library)
    for module in sources():
        path = file_of(module, library)
        path.write_text(talked_about_otherwise(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert digest(library=library) == before
    for old, new in (("1e-30", "1e-29"), ("2 * move - last", "2 * move + last")):
        assert (
            edited(library, "gancore.methods.optimizers", lambda text, old=old, new=new: text.replace(old, new))
            != before
        )


def test_what_a_step_has_nothing_to_do_with_compiles_nothing_anew(library):
    before, made_of = digest(library=library), sources()
    others = set(library.rglob("*.py")) - {file_of(module, library) for module in made_of}
    named = ("cli", "compiling.swap", "experiments.presets", "experiments.remedies", "metrics", "runtime.loop",
             "runtime.sharding", "training.points_readout", "training.trainer")  # fmt: skip
    assert {file_of(f"gancore.{name}", library) for name in named} <= others
    for path in others:
        path.write_text(path.read_text(encoding="utf-8") + "\nONE_MORE = 1\n", encoding="utf-8")
    assert digest(library=library) == before


def test_an_import_is_followed_wherever_it_stands(library):
    (library / "another.py").write_text("from gancore import further\n")
    (library / "further.py").write_text("SIZE = 1\n")
    lazily = library / "methods" / "unrolling.py"
    lazily.write_text(lazily.read_text() + "\n\ndef later():\n    import gancore.another\n")
    before = digest(library=library)
    assert {"gancore.another", "gancore.further"} <= sources(library=library).keys()
    assert edited(library, "gancore.further", lambda text: "SIZE = 2\n") != before


def test_another_code_is_another_key(monkeypatch):
    key = Plan.of("generator", RunConfig(**SMALL), 1).key
    assert Plan.of("generator", RunConfig(**SMALL), 1).key == key
    plan_module._surroundings.cache_clear()
    monkeypatch.setattr(plan_module, "_CODE", "another")
    try:
        assert Plan.of("generator", RunConfig(**SMALL), 1).key != key
    finally:
        plan_module._surroundings.cache_clear()


def test_images_of_another_format_are_another_key(monkeypatch):
    # A folder that has been given a class: the configuration is the same, and a step function's shapes are not.
    game = RunConfig(**{**ON_IMAGES, "data": "folder", "conditional": "yes"})
    keys = set()
    for format in ((3, 32, 2), (3, 32, 3), (1, 32, 2), (3, 16, 2)):
        monkeypatch.setattr(plan_module, "image_format", lambda config, found=format: found)
        keys.add(Plan.of("discriminator", game, 1).key)
    assert len(keys) == 4
