"""Spoiled images and what the measures say of them: the three statements of the lectures, on the embedded sets."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from gancore.data.images import EMBEDDED_CLASSES
from gancore.demos.corruption import (
    BOUNDS,
    MEASURES,
    MOST,
    TRAINING,
    Corruption,
    answers,
    corrupt,
    corrupted_images,
)
from gancore.runtime.frames import decode, encode


def report(**settings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return corrupt(settings)


def figures(**settings: Any) -> dict[str, float]:
    return report(**settings)[0]["scores"]["corrupted"]


# ── Images ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.statistics
@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
def test_nothing_is_spoiled_by_default(data: str) -> None:
    images = corrupted_images(Corruption(data, n=MOST))
    assert len(images) == MOST
    assert images.dtype == np.float32
    np.testing.assert_allclose(np.rint(127.5 * (images + 1)), 127.5 * (images + 1), atol=1e-3)  # bytes, as they were
    meta, _ = report(data=data)
    assert meta["scores"]["corrupted"] == meta["scores"]["clean"]
    assert set(meta["answers"].values()) == {"same"}
    assert meta["different"] >= 0.97 * meta["n"]


@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
@pytest.mark.parametrize(
    ("knob", "values"),
    [
        ("noise", (0.0, 0.1, 0.3, 1.0)),
        ("blur", (0.0, 0.3, 1.0, 3.0)),
        ("colour", (0.0, 0.1, 0.4, 1.0)),
        ("copies", (0.0, 0.2, 0.6, 1.0)),
    ],
)
def test_a_knob_turned_further_takes_the_same_images_further_away(
    data: str, knob: str, values: tuple[float, ...]
) -> None:
    corrupted = [corrupted_images(Corruption(data, n=100, **{knob: value})) for value in values]
    assert all(np.abs(images).max() <= 1 for images in corrupted)
    away = [np.square(images - corrupted[0]).mean() for images in corrupted]
    assert all(less < more for less, more in pairwise(away))


def test_noise_is_the_same_noise_scaled() -> None:
    one, two = (corrupted_images(Corruption("shapes", n=100, noise=sigma)) for sigma in (0.01, 0.02))
    images = corrupted_images(Corruption("shapes", n=100))
    inside = np.abs(images) < 0.85  # where nothing is clipped
    np.testing.assert_allclose((two - images)[inside], 2 * (one - images)[inside], atol=1e-6)
    assert (one - images)[inside].std() == pytest.approx(0.01, rel=0.02)


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    small, large = (corrupted_images(Corruption(n=n, noise=0.2)) for n in (100, 300))
    np.testing.assert_array_equal(small, large[:100])


def test_blur_keeps_what_is_even_and_takes_the_contrast() -> None:
    sharp, blurred = (corrupted_images(Corruption("shapes", n=100, blur=sigma)) for sigma in (0, 1.5))
    assert blurred.std() < sharp.std()
    assert blurred.mean() == pytest.approx(sharp.mean(), abs=0.01)
    # So wide a blur leaves next to nothing of a digit of 8 pixels.
    assert corrupted_images(Corruption(n=100, blur=4)).std(axis=(2, 3)).max() < 0.2


@pytest.mark.parametrize(("data", "classes", "variety"), [("digits", 10, 3), ("digits", 4, 1), ("shapes", 10, 2)])
def test_classes_and_variety_say_how_many_different_images_there_are(data: str, classes: int, variety: int) -> None:
    images = corrupted_images(Corruption(data, n=200, classes=classes, variety=variety))
    kept = min(classes, 10 if data == "digits" else 5)
    assert len(np.unique(images.reshape(200, -1), axis=0)) == kept * variety
    # Place i is of class i modulo the classes that are left.
    assert len(np.unique(images[::kept].reshape(-1, images[0].size), axis=0)) == variety


def test_shift_of_colour_goes_to_red_and_a_grey_image_becomes_brighter() -> None:
    images, shifted = (corrupted_images(Corruption("shapes", n=100, colour=colour)) for colour in (0, 0.2))
    moved = (shifted - images).mean(axis=(0, 2, 3))
    assert moved[0] > 0.15
    assert moved[1] < -0.05
    assert moved[2] < -0.05
    images, shifted = (corrupted_images(Corruption("digits", n=100, colour=colour)) for colour in (0, 0.2))
    assert (shifted >= images).all()


# ── The statements of the lectures ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
def test_one_image_a_class_fools_the_score_and_no_other(data: str) -> None:
    meta, _ = report(data=data, variety=1)
    corrupted, clean = meta["scores"]["corrupted"], meta["scores"]["clean"]
    classes = len(meta["classes"])
    assert meta["different"] == classes
    assert corrupted["score"] > 0.94 * classes  # of K, its most
    assert meta["answers"]["score"] != "worse"
    assert corrupted["fid"] > 10 * clean["fid"]
    assert corrupted["recall"] < 0.05
    assert {"fid", "kid", "recall"} <= {name for name, said in meta["answers"].items() if said == "worse"}


@pytest.mark.statistics
@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
def test_the_frechet_distance_answers_to_noise_gradually(data: str) -> None:
    found = [figures(data=data, noise=sigma / 20)["fid"] for sigma in range(11)]
    steps = np.diff(found)
    assert (steps > 0).all()
    assert steps.max() < 0.4 * (found[-1] - found[0])  # no jump


@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
def test_only_the_neighbours_notice_copies(data: str) -> None:
    meta, arrays = report(data=data, copies=1.0)
    assert meta["scores"]["corrupted"]["memorised"] == 1
    assert meta["scores"]["clean"]["memorised"] < 0.1
    assert [name for name, said in meta["answers"].items() if said == "worse"] == ["memorised"]
    for distance in ("pixel_distance", "feature_distance"):
        assert arrays[distance].max() < 1e-4
    np.testing.assert_array_equal(arrays["pixel_nearest"], arrays["images"][:8])
    np.testing.assert_array_equal(arrays["feature_nearest"], arrays["images"][:8])


def test_half_of_the_copies_are_half_memorised() -> None:
    assert 0.5 <= figures(copies=0.5)["memorised"] <= 0.5 + 0.5 * 0.05 + 0.03
    assert figures(copies=1.0, noise=0.6)["memorised"] == 0  # it is the pixels that tell


def test_fewer_classes_lower_score_and_recall_and_not_precision() -> None:
    whole, half = figures(), figures(classes=5)
    assert half["score"] == pytest.approx(5, abs=0.3)
    assert half["recall"] < 0.6 < 0.85 < whole["recall"]
    assert half["precision"] == pytest.approx(whole["precision"], abs=0.05)
    assert half["fid"] > 5 * whole["fid"]


# ── The report ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
@pytest.mark.parametrize("settings", [{}, {"noise": 0.4}, {"variety": 1}, {"classes": 1}, {"n": 100, "blur": 2}])
def test_the_terms_add_up_to_the_distance(data: str, settings: dict[str, Any]) -> None:
    meta, _ = report(data=data, **settings)
    for sample in ("corrupted", "clean"):
        terms, fid = meta["terms"][sample], meta["scores"][sample]["fid"]
        assert terms["mean"] + terms["own"] + terms["others"] + terms["shared"] == pytest.approx(fid, rel=1e-9)
        assert terms["distance"] == fid
        assert terms["mean"] >= 0
        assert terms["own"] >= 0
        assert terms["others"] > 0 > terms["shared"]


def test_the_traces_notice_one_image_a_class_and_the_means_do_not() -> None:
    terms = report(variety=1)[0]["terms"]["corrupted"]
    assert terms["own"] + terms["others"] + terms["shared"] > 3 * terms["mean"]


@pytest.mark.statistics
@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
def test_the_bias_falls_with_n_and_the_unspoiled_sample_lies_on_its_curve(data: str) -> None:
    meta, _ = report(data=data)
    n, mean, std = (np.array(meta["bias"][name]) for name in ("n", "mean", "std"))
    assert (np.diff(mean) < 0).all()
    assert mean[0] > 4 * mean[-1]
    at = list(n).index(meta["n"])
    assert abs(meta["scores"]["clean"]["fid"] - mean[at]) < 4 * std[at]
    assert report(data=data, n=MOST)[0]["scores"]["clean"]["fid"] == pytest.approx(mean[-1], rel=1e-6)


@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
def test_probabilities_make_the_score(data: str) -> None:
    meta, arrays = report(data=data, noise=0.2)
    given, every = arrays["given"], arrays["all"]
    assert given.shape == (8, len(meta["classes"]))
    np.testing.assert_allclose(given.sum(1), 1, rtol=1e-5)
    np.testing.assert_allclose(every.sum(), 1, rtol=1e-5)
    expected = np.sum(given * np.log(np.maximum(given, 1e-30) / every), axis=1)
    np.testing.assert_allclose(arrays["kl"], expected, rtol=1e-3, atol=1e-4)
    # One image a class: each is told for sure, and each class is as frequent.
    meta, arrays = report(data=data, variety=1)
    assert np.exp(arrays["kl"].mean()) == pytest.approx(meta["scores"]["corrupted"]["score"], rel=0.05)


@pytest.mark.parametrize("data", EMBEDDED_CLASSES)
def test_the_wall_shows_the_nearest_training_images_at_their_distances(data: str) -> None:
    meta, arrays = report(data=data, noise=0.1)
    sample = arrays["images"][:8].astype(np.float64)
    rms = np.sqrt(np.square((sample - arrays["pixel_nearest"]) / 127.5).mean((1, 2, 3)))
    np.testing.assert_allclose(arrays["pixel_distance"], rms, atol=0.01)
    assert meta["training"] == TRAINING
    assert 0 < meta["near"] < 1
    assert 0 < meta["ratio"] < 1
    distance, second = arrays["pixel_distance"], arrays["pixel_second"]
    assert (second > distance).all()
    near_one = (distance <= meta["near"]) & (distance / second <= meta["ratio"])
    np.testing.assert_array_equal(arrays["memorised"], near_one)
    assert (arrays["feature_distance"] > 0).all()


def test_the_answer_can_be_sent_and_names_its_features_and_sizes() -> None:
    for data in EMBEDDED_CLASSES:
        meta, arrays = decode(encode(*report(data=data, n=200, blur=0.5)))
        assert (meta["n"], meta["features"], meta["dims"]) == (200, f"{data}-net", 64)
        assert meta["reference"] >= 500
        assert len(arrays["images"]) == 40
        assert set(meta["answers"]) == set(MEASURES) <= set(meta["scores"]["corrupted"])
    assert meta["setting"]["blur"] == 0.5


def test_the_same_question_has_the_same_answer() -> None:
    one, two = report(noise=0.3, copies=0.2), report(noise=0.3, copies=0.2)
    assert one[0] == two[0]
    for name, array in one[1].items():
        np.testing.assert_array_equal(array, two[1][name])


def test_a_small_change_is_none_and_each_measure_has_its_own_direction() -> None:
    usual = {"score": 9.0, "fid": 1.0, "kid": 0.0, "kid_std": 0.1, "precision": 0.9, "recall": 0.9, "memorised": 0.05}
    assert set(answers(usual, usual).values()) == {"same"}
    near = usual | {"score": 8.7, "fid": 1.4, "kid": 0.05, "precision": 0.87, "recall": 0.93, "memorised": 0.08}
    assert set(answers(near, usual).values()) == {"same"}
    worse = usual | {"score": 8.0, "fid": 3.0, "kid": 0.5, "precision": 0.7, "recall": 0.7, "memorised": 0.5}
    assert set(answers(worse, usual).values()) == {"worse"}
    better = answers(usual, worse)
    assert [name for name in MEASURES if better[name] == "better"] == ["score", "fid", "kid", "precision", "recall"]
    assert better["memorised"] == "same"  # fewer near-copies are no merit


# ── Settings ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", BOUNDS)
def test_ends_are_allowed_and_what_lies_beyond_is_refused(name: str) -> None:
    bound = BOUNDS[name]
    for end, beyond in ((bound.low, bound.low - 0.01), (bound.high, bound.high + 0.01)):
        assert getattr(replace(Corruption(), **{name: end}), name) == end
        for wrong in (beyond, float("nan"), True, "1", None):
            with pytest.raises(ValueError, match=f"{name} is .*allowed is"):
                corrupt({name: wrong})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data": "faces"}, "data is 'faces'; allowed are digits, shapes"),
        ({"data": ["digits"]}, "allowed are digits"),
        ({"speed": 1}, "there is no setting speed; settings are data, n, noise"),
        ({"classes": 2.5}, "whole numbers from 1 to 10"),
        ({"n": 500.0}, "n is 500.0; allowed is whole numbers"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_is_allowed(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        corrupt(settings)


def test_extremes_of_all_knobs_together_still_have_an_answer() -> None:
    for data in EMBEDDED_CLASSES:
        encode(*report(data=data, n=100, noise=1, blur=4, classes=1, variety=1, copies=1, colour=1))


@pytest.mark.processes
def test_the_settings_are_read_without_torch() -> None:
    code = "import sys, gancore.demos.corruption; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
