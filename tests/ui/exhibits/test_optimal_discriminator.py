"""What the two lines send: all distances at once, as the library has them, and what comes back read with care."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gancore.runtime.frames import encode
from gancore.theory.optimal_discriminator import LOSS_NAMES, TwoLines, js, kl, wasserstein
from ui.channel.messages import Ask
from ui.exhibits.optimal_discriminator.answer import answer
from ui.exhibits.optimal_discriminator.codec import SIGMA, SIGMAS, THETA, THETAS, Place, read

META, ARRAYS = answer(Place(), Ask(kind="ask", number=1, exhibit="optimal_discriminator"))


def test_everything_fits_one_message() -> None:
    assert len(encode(META, ARRAYS)) < 1_000_000
    s, t, losses, points = len(SIGMAS), len(THETAS), len(LOSS_NAMES), len(META["spread"])
    assert ARRAYS["sizes"].shape == (s, t, losses, points)
    assert ARRAYS["q"].shape == ARRAYS["probability"].shape == (s, t, META["x"][2])
    assert [loss["name"] for loss in META["losses"]] == list(LOSS_NAMES)
    assert THETA in THETAS
    assert SIGMA in SIGMAS
    assert 0.0 in THETAS


def test_a_browser_that_says_where_its_sliders_rest_has_the_numbers_already() -> None:
    asked = Ask(kind="ask", number=2, exhibit="optimal_discriminator", setting={"theta": 1.0})
    assert answer(Place(1.0), asked) == (META, {})


@pytest.mark.parametrize("sigma", SIGMAS)
def test_the_arrays_are_the_librarys(sigma: float) -> None:
    s, thetas = SIGMAS.index(sigma), np.array(THETAS)
    x = np.linspace(*META["x"][:2], META["x"][2])
    for t in (0, 75, 80, 120, 160):
        lines = TwoLines(thetas[t], sigma)
        np.testing.assert_allclose(ARRAYS["probability"][s, t] / 255, lines.probability(x), atol=0.002)
        np.testing.assert_allclose(ARRAYS["q"][s, t] / 255, lines.q(x) / lines.q(thetas[t]), atol=0.002)
        points = thetas[t] + sigma * np.array(META["spread"])
        for i, loss in enumerate(LOSS_NAMES):
            np.testing.assert_allclose(ARRAYS["sizes"][s, t, i], lines.log10_size(loss, points), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(ARRAYS["js"][s], js(thetas, sigma), atol=1e-6)
    np.testing.assert_allclose(ARRAYS["kl"][s], kl(thetas, sigma), rtol=1e-6)
    np.testing.assert_allclose(ARRAYS["w"], wasserstein(thetas), rtol=1e-6)


def test_the_best_accuracy_is_half_and_half_the_total_variation() -> None:
    x = np.linspace(-12, 12, 48_001)
    for s, t in ((0, 85), (3, 120), (5, 160), (2, 80)):
        lines = TwoLines(THETAS[t], SIGMAS[s])
        variation = 0.5 * np.abs(lines.p(x) - lines.q(x)).sum() * (x[1] - x[0])
        assert ARRAYS["accuracy"][s, t] == pytest.approx(0.5 + 0.5 * variation, abs=1e-4)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"theta": 1.5, "sigma": 0.3}, Place(1.5, 0.3)),
        ({"theta": 1.52, "sigma": 9}, Place(1.5, 1.0)),
        ({"theta": 1}, Place(1.0)),
        ({"theta": "theta"}, Place()),
        ({"theta": True}, Place()),
        ({"theta": [1]}, Place()),
        ({"theta": math.nan}, Place()),
        ({"theta": 10**400}, Place()),
    ],
)
def test_what_the_browser_says_is_read_as_a_strangers(said: Any, place: Place) -> None:
    assert read(said, Place())[0] == place
