import numpy as np
import pytest
from scipy import stats

from gancore.config import RunConfig
from gancore.data.curves import STRETCHES, Curve, circle, segment
from gancore.data.toy import toy_data
from gancore.metrics.coverage import coverage

curves = pytest.mark.parametrize("curve", [segment(1.5), circle(0.8)], ids=["segment", "circle"])


def test_a_run_s_data():
    for name, made in (("segment", segment), ("circle", circle)):
        data = toy_data(RunConfig(data=name, radius=1.2))
        np.testing.assert_array_equal(data.corners, made(1.2).corners)


def test_the_points_lie_on_the_curve_and_have_no_width():
    rng = np.random.default_rng(0)
    on_segment = segment(1.5).sample(rng, 2000)
    assert (on_segment[:, 0] == 1.5).all()
    assert np.abs(on_segment[:, 1]).max() <= 1.5
    # The circle is made of straight lines between 961 points.
    radii = np.linalg.norm(circle(0.8).sample(rng, 2000), axis=1)
    assert (radii <= 0.8 + 1e-6).all()
    assert (radii >= 0.8 * np.cos(np.pi / 960) - 1e-6).all()


@curves
def test_noise_decides_the_place_along_it_alone(curve):
    rng = np.random.default_rng(1)
    uniforms = rng.random(50)
    a, b = (curve.place(uniforms, rng.standard_normal((50, 2))) for _ in range(2))
    np.testing.assert_array_equal(a, b)


@curves
def test_the_points_are_uniform_along_it(curve):
    samples = curve.sample(np.random.default_rng(2), 48_000)
    nearest = np.linalg.norm(samples[:, None] - curve.centres, axis=-1).argmin(1)
    counts = np.bincount(nearest, minlength=STRETCHES)
    assert stats.chisquare(counts, 48_000 * curve.weights).pvalue > 1e-4


@curves
def test_the_data_cover_themselves(curve):
    found = coverage(curve.sample(np.random.default_rng(3), 2500), curve)
    assert found.touched == STRETCHES
    assert found.high_quality == pytest.approx(1, abs=2e-3)  # a chord is shorter than its arc; ends are rounded
    assert found.reverse_kl < 0.05


@curves
def test_points_beside_it_are_of_no_quality(curve):
    beside = curve.sample(np.random.default_rng(4), 2500) * np.float32(1.2)
    assert coverage(beside, curve).high_quality < 0.05


@curves
def test_the_view_holds_the_data_and_the_origin(curve):
    xmin, xmax, ymin, ymax = curve.view
    assert xmax - xmin == pytest.approx(ymax - ymin)
    for x, y in [*curve.corners, (0.0, 0.0)]:
        assert xmin < x < xmax
        assert ymin < y < ymax


@pytest.mark.parametrize("corners", [np.zeros((1, 2)), np.zeros((3, 2)), np.zeros((3, 3)), np.zeros(3)])
def test_what_is_no_curve_is_refused(corners):
    with pytest.raises(ValueError, match="corners"):
        Curve(corners)
