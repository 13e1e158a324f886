"""The examples run, and what they are about comes true in few steps."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import torch

from tests.wheel import ROOT

pytestmark = pytest.mark.training

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def example(name: str) -> ModuleType:
    path = ROOT / "examples" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"examples.{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def _quiet_threads() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_fits_on_a_page_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert len(text.splitlines()) <= 75
    assert "def main(" in text


def test_each_has_a_test_here() -> None:
    named = set(re.findall(r'example\("(\w+)"\)', Path(__file__).read_text(encoding="utf-8")))
    assert named == {path.stem for path in EXAMPLES}


def test_an_unrolled_generator_finds_the_ring() -> None:
    unrolled = example("unroll_your_d")
    assert unrolled.main(steps=300) < unrolled.main(steps=1)


def test_a_critic_tells_how_far_there_is_to_go() -> None:
    wgan = example("wgan_gp_in_your_loop")
    assert wgan.main(steps=150) < 0.5 * wgan.main(steps=10)


def test_transformed_images_are_not_learnt_by_heart() -> None:
    dcgan = example("diff_augment_in_your_dcgan")
    plain, augmented = dcgan.main(steps=500, policy=""), dcgan.main(steps=500)
    assert plain[0] - plain[1] > augmented[0] - augmented[1]


def test_the_scores_tell_new_images_from_copies_and_from_one_image() -> None:
    scoring = example("score_your_images")
    (new, copies, mean) = scoring.main().values()
    assert mean[0] > 10 * new[0]  # Fréchet distance
    assert mean[1] < 0.05 < new[1]  # variety
    assert copies[2] == 1  # memorised
    assert max(new[2], mean[2]) < 0.1
    assert scoring.modes(torch.zeros(2500, 2).numpy()) == 0


def test_sixteen_seeds_are_judged_together() -> None:
    said = example("sixteen_seeds").main(steps=20, seeds=3)
    assert re.fullmatch(r"\d of 3 collapsed \(95 % interval \d+–\d+ %\)", said)


def test_one_change_is_all_that_differs() -> None:
    change = example("one_change")
    assert change.same_beginning()
    assert change.main(steps=20).keys() == {"as it is", "packed"}


def test_a_recorded_run_is_gone_on_with() -> None:
    recorded = example("record_a_run")
    distances = recorded.main(steps=40)
    assert len(distances) == 2
    assert recorded.main(steps=20)[1] == recorded.main(steps=20)[1]
