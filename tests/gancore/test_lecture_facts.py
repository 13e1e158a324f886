"""Answers that cards give, held against what the library computes for the very setting that the card opens.

Where a card names no data set its answer has to hold on each that can be chosen beside it.
"""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gancore import Trainer
from gancore.data.images import EMBEDDED_CLASSES, to_floats
from gancore.data.toy import toy_data
from gancore.demos.augmented_gradient import IMAGES, augmented_gradient
from gancore.demos.corruption import corrupt
from gancore.experiments.presets import PRESETS
from gancore.experiments.presets.vanishing_gradients import DEEP, FREEZE, VANISH
from gancore.experiments.remedies import RemedyTable
from gancore.methods.losses import LOSSES
from gancore.methods.mad_gan import realness
from gancore.metrics import coverage, transport_distance
from gancore.metrics.image_scores import image_scorer
from gancore.theory.dirac import Setting, eigenvalues
from gancore.theory.optimal_discriminator import TwoLines, js
from gancore.training.frozen_generator import EPOCH
from ui.exhibits.corruption.codec import CorruptionSetting
from ui.lecture.cards import Card, lecture

pytestmark = pytest.mark.training

ROOT = Path(__file__).parents[2]
# The tables of claims; the page of stored seeds names the same presets.
RESULTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (ROOT / "docs" / "results").glob("*.md")
    if path.stem != "sixteen_seeds"
)


def card(page: str, number: int) -> Card:
    return lecture(page)[number - 1]


def row(preset: str) -> str:
    """What the table of its results says of a preset."""
    (found,) = [line for line in RESULTS.splitlines() if line.startswith(f"| `{preset}` |")]
    return found


# ── Measuring ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def named(words: str) -> list[str]:
    """The data sets that words are about: those they name, or else all."""
    return [data for data in EMBEDDED_CLASSES if data in words] or list(EMBEDDED_CLASSES)


@cache
def corrupted(measure: CorruptionSetting) -> dict[str, Any]:
    return corrupt(asdict(measure.corruption()))[0]


def test_measuring_1_the_score_alone_says_that_all_is_well_with_noise_on_what_the_card_names() -> None:
    see = card("measuring", 1)
    assert see.question is not None
    (noise,) = see.actions
    for data in named(see.question):
        said = corrupted(CorruptionSetting(data=data, **noise.settings["corruption"]))["answers"]
        assert said["score"] == "same", data
        assert {said[name] for name in ("fid", "kid", "precision", "recall")} == {"worse"}
    # As the answer goes on: of the others the score falls.
    assert corrupted(CorruptionSetting(data="shapes", **noise.settings["corruption"]))["answers"]["score"] == "worse"


@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
def test_measuring_3_the_trace_gives_most_and_how_much_the_means_give(data: str) -> None:
    frechet = card("measuring", 3)
    (one_a_class,) = frechet.actions
    measure = replace(frechet.settings["corruption"], data=data, **one_a_class.settings["corruption"])
    terms = corrupted(measure)["terms"]["corrupted"]
    share = terms["mean"] / terms["distance"]
    assert share < 0.5  # the answer is the trace
    if "give little" in frechet.because and data in named(frechet.because.split("give little")[0]):
        assert share < 0.15
    else:
        assert 0.25 < share < 0.4  # a third


def test_uniform_noise_touches_what_it_does_not_capture() -> None:
    told = card("measuring", 8)
    assert told.answer == 2
    assert told.choices[1] == "7 or 8 touched, 0 captured"
    data = toy_data(PRESETS["ring-merge-wasserstein"].config)
    edge = np.abs(data.centres).max()
    for seed in range(40):
        found = coverage(np.random.default_rng(seed).uniform(-edge, edge, (2500, 2)), data)
        assert found.touched in (7, 8)
        assert found.captured == 0


# ── DiffAugment ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("image", IMAGES)
def test_diffaugment_2_no_gradient_arrives_where_d_sees_nothing_but_through_contrast(image: str) -> None:
    opened = card("diffaugment", 2).settings["augmentation"]
    assert opened.cutout
    meta, _ = augmented_gradient(asdict(replace(opened, image=image)))
    assert meta["unseen"] > 0
    assert meta["leak"] == 0
    half, _ = augmented_gradient(asdict(replace(opened, image=image, contrast=0.5)))
    assert half["leak"] > 0


def test_diffaugment_4_what_has_variety_and_what_distance_and_copies_do_not_see() -> None:
    said = card("diffaugment", 4)
    config = PRESETS["faces-none"].config
    scorer = image_scorer(config.data, config.images, config.pixels_a_side, config.features)
    train, held_out = (to_floats(part.pixels) for part in (scorer.image_set.train, scorer.image_set.held_out))
    found = scorer.score(held_out)
    assert f"Held-out faces have {100 * found.variety:.0f} %" in said.text.replace("\n", " ")
    assert "Twenty are" in said.text
    assert len(held_out) == 20
    one = scorer.score(np.repeat(train.mean(0, keepdims=True), 20, 0))
    noise = scorer.score(np.random.default_rng(0).uniform(-1, 1, held_out.shape).astype(np.float32))
    assert (round(one.variety, 6), noise.variety) == (0, 0)
    # The mean face is nearer to its nearest face than most real faces are to theirs, and is no copy.
    assert one.memorised == 0
    assert one.nearest.distances[0] < np.median(found.nearest.distances)
    assert said.choices[said.answer - 1] == "Variety"


def test_diffaugment_1_and_3_d_learns_faces_by_heart_and_without_t_they_become_one() -> None:
    none, with_t = (row(name).split("|") for name in ("faces-none", "faces-diffaugment"))
    trained, held_out = (float(each.split("±")[0]) for each in none[6:8])
    assert trained > 95
    assert held_out < 20 < float(with_t[7].split("±")[0])
    alike, varied = (float(each[4].strip().removeprefix("variety").split("±")[0]) for each in (none, with_t))
    assert alike < 71 / 2 < varied


def test_diffaugment_6_a_thousand_digits_leave_d_knowing_new_ones() -> None:
    said = card("diffaugment", 6)
    assert (said.scenario, said.choices[said.answer - 1]) == ("few", "A's")
    few, all_ = (float(row(name).split("|")[7].split("±")[0]) for name in ("small-none", "small-all"))
    assert few < 30 < all_


# ── Mode collapse ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_mode_collapse_1_against_the_d_of_the_moment_one_cloud_is_as_good_as_eight() -> None:
    data, spread, collapsed = np.full(8, 1 / 8), np.full(8, 1 / 8), np.eye(8)[0]
    undecided = torch.zeros(8, dtype=torch.float64)  # D's logit on each cloud
    for loss in LOSSES.values():
        judged = loss.g(undecided).numpy()
        assert spread @ judged == pytest.approx(collapsed @ judged)

    def at_best(generated: np.ndarray) -> float:
        """E_p log D* + E_q log(1 - D*), natural logarithm, with 0 log 0 = 0."""
        best = data / (data + generated)
        return float(data @ np.log(best) + generated @ np.log(np.where(generated > 0, 1 - best, 1)))

    assert at_best(spread) == pytest.approx(-math.log(4))  # its least
    assert at_best(collapsed) > at_best(spread) + 0.5


def test_mode_collapse_6_a_perfect_d_weighs_the_sum_of_the_generators() -> None:
    # The optimal softmax has l_0 = log p and l_i = log q_i: which generator made what does not matter.
    q = torch.tensor([0.4, 0.3, 0.2, 0.1], dtype=torch.float64)
    scores = [
        torch.cat([torch.zeros(1, dtype=torch.float64), each.log()]) for each in (q, q.flip(0), q.mean().expand(4))
    ]
    assert torch.allclose(realness(torch.stack(scores)), torch.zeros(3, 1, dtype=torch.float64))


# ── Vanishing gradients ───────────────────────────────────────────────────────────────────────────────────────────────


def test_mode_collapse_8_what_the_table_of_remedies_is_said_to_show() -> None:
    table = RemedyTable.read(ROOT / "assets" / "remedies.json")
    captured = {(cell.remedy, cell.data): np.mean(cell.captured) for cell in table.cells}
    touched = {(cell.remedy, cell.data): np.mean(cell.touched) for cell in table.cells}
    names = {cell.remedy for cell in table.cells}
    assert sum(captured[name, "ring"] == 8 for name in names) == 3
    assert [name for name in names if captured[name, "grid"] > 12] == ["r1"]
    assert (touched["pac4", "grid"], captured["pac4", "grid"]) == (25, 0)


def test_vanishing_3_the_non_saturating_gradient_grows_while_its_fall_from_the_peak_is_small() -> None:
    trainer = Trainer(FREEZE.changed(loss="non_saturating"), range(2), "cpu")
    trainer.advance(EPOCH + 1)
    first = trainer.snapshot().scalars["g_grad"]
    trainer.advance(150)
    last = trainer.snapshot().scalars
    assert (last["g_grad"] > 2 * first).all()
    assert (last["g_grad_fall"] >= 0).all()
    assert (last["d_accuracy"] > 0.99).all()


def test_vanishing_3_a_d_that_lags_may_point_the_way() -> None:
    # What the next card has A try from the start is a preset of its own, and its results are printed.
    lagging = VANISH.changed(loss="minimax", **card("vanishing_gradients", 4).actions[0].changes)
    weak = PRESETS["vanish-minimax-weak"]
    assert lagging.changed(steps=weak.config.steps) == weak.config
    assert " arrived " in row("vanish-minimax-weak")
    assert " stalled " in row("vanish-minimax")


def test_vanishing_5_overlapping_gaussians_leave_minimax_a_slope_and_lines_none() -> None:
    # The mean over q of ∂ log(1 - D*)/∂x is the slope of 2 JS in θ: not 0 though D is D*, so no bound Mε/(1-ε) holds.
    x = np.linspace(-12, 12, 20_001)
    lines = TwoLines(1.0, 1.0)
    mean = np.sum(lines.q(x) * lines.gradient("minimax", x)) * (x[1] - x[0])
    slope = 2 * (js(1 + 1e-5, 1.0) - js(1 - 1e-5, 1.0)) / 2e-5
    assert -mean == pytest.approx(slope, rel=1e-5)
    assert slope > 0.3
    assert js(2.0, 0.0) - js(1.0, 0.0) == 0


@pytest.mark.parametrize("name", ["deep-sigmoid", "deep-relu"])
def test_vanishing_6_the_title_counts_the_hidden_layers(name: str) -> None:
    config = PRESETS[name].config
    hidden = int(PRESETS[name].title.split()[0])
    assert hidden == config.g_layers
    assert len(Trainer(config, [0], "cpu").spec.g.shapes) == 2 * (hidden + 1)  # weights and biases; the last is linear


def test_vanishing_6_another_activation_mends_it_and_fewer_layers_ease_it() -> None:
    tries = {each.say: each.changes for each in card("vanishing_gradients", 6).actions}
    fall = {}
    for say, changes in {"as it is": {}, **tries}.items():
        trainer = Trainer(DEEP.changed(g_activation="sigmoid").changed(**changes), range(2), "cpu")
        trainer.advance(50)
        fall[say] = trainer.snapshot().scalars["g_depth_fall"].mean()
    assert fall["as it is"] > 4
    assert fall["A: 2 hidden layers"] < fall["as it is"] - 1.5
    assert fall["A: tanh"] < 1.5


# ── Non-convergence ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("method", "turn"), [("minimax", 0.5), ("non_saturating", 0.5), ("wasserstein_clip", 1.0)])
def test_non_convergence_2_which_game_turns_how_fast(method: str, turn: float) -> None:
    found = eigenvalues(Setting(method=method))
    assert found is not None
    np.testing.assert_allclose(found, [1j * turn, -1j * turn], atol=1e-12)


def test_non_convergence_6_the_average_is_calm_and_not_always_there() -> None:
    # Of 16 runs most have settled, and yet W is on average more than twice that of two samples of the data.
    said = row("swing-segment-average")
    assert " settled " in said
    w = float(said.split("|")[7].split("±")[0])
    data = toy_data(PRESETS["swing-segment-average"].config)
    rng = np.random.default_rng(0)
    floor = np.mean([transport_distance(data.sample(rng, 128), data.sample(rng, 128)) for _ in range(30)])
    assert w > 2 * floor
    assert "Not always" in card("non_convergence", 6).choices[card("non_convergence", 6).answer - 1]
