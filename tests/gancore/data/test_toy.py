import numpy as np
import pytest
from scipy import stats

from gancore.config import IMAGE_DATA, POINTS_DATA, RunConfig
from gancore.data.toy import CURVE_CENTRES, Mixture, grid, line, moons, ring, spiral, toy_data, two_rings

names = pytest.mark.parametrize("name", [each for each in POINTS_DATA if each not in ("segment", "circle")])


def of(name, **values):
    return toy_data(RunConfig(data=name, points=((0.0, 0.0), (1.5, -1.0)), **values))


@names
def test_every_data_set_is_a_mixture_inside_its_view(name):
    data = of(name)
    count = {"grid": 25, "spiral": CURVE_CENTRES, "moons": CURVE_CENTRES, "points": 2}.get(name, 8)
    assert data.centres.shape == (count, 2)
    assert len(np.unique(data.centres.round(9), axis=0)) == count
    assert data.weights.sum() == pytest.approx(1)
    samples = data.sample(np.random.default_rng(0), 3000)
    assert samples.shape == (3000, 2)
    assert samples.dtype == np.float32
    xmin, xmax, ymin, ymax = data.view
    assert xmax - xmin == pytest.approx(ymax - ymin)
    assert ((samples > (xmin, ymin)) & (samples < (xmax, ymax))).all()


def test_the_view_holds_the_origin_where_a_generator_starts():
    xmin, xmax, ymin, ymax = of("ring", modes=1, radius=9.0, sigma=0.01).view
    assert xmin < -1
    assert xmax > 10
    assert ymin < 0 < ymax


@names
def test_sizes_follow_the_radius(name):
    if name == "points":
        return
    half = {radius: np.abs(of(name, radius=radius).centres).max() for radius in (1.0, 3.0)}
    assert half[3.0] == pytest.approx(3 * half[1.0])
    assert half[1.0] == pytest.approx(1, abs=1e-6)


@names
@pytest.mark.parametrize("sigma", [0.02, 0.3])
def test_samples_have_the_claimed_mean_and_width(name, sigma):
    # Placed by their uniforms on one mode after the other, so that each mode's samples are known.
    data = of(name, sigma=sigma)
    rng, n = np.random.default_rng(1), 4000
    bounds = np.concatenate([[0], np.cumsum(data.weights)])
    for m, centre in enumerate(data.centres):
        uniforms = bounds[m] + (bounds[m + 1] - bounds[m]) * rng.uniform(0.001, 0.999, n)
        samples = data.place(uniforms, rng.standard_normal((n, 2))).astype(np.float64)
        np.testing.assert_allclose(samples.mean(0), centre, atol=5 * sigma / n**0.5 + 1e-6)
        np.testing.assert_allclose(samples.std(0), sigma, rtol=5 / (2 * n) ** 0.5)


@names
def test_modes_come_as_often_as_their_weights_say(name):
    data = of(name, sigma=1e-3)
    n = 40_000
    samples = data.sample(np.random.default_rng(2), n)
    nearest = np.linalg.norm(samples[:, None] - data.centres, axis=-1).argmin(1)
    counts = np.bincount(nearest, minlength=len(data.weights))
    assert stats.chisquare(counts, n * data.weights).pvalue > 1e-4


def test_the_last_mode_takes_a_uniform_at_the_very_end():
    data = of("unbalanced", sigma=1e-3)
    placed = data.place(np.array([0.0, np.float32(0.99999997)]), np.zeros((2, 2)))
    np.testing.assert_allclose(placed, data.centres[[0, -1]], atol=1e-6)


@names
def test_the_density_is_scipy_s_mixture(name):
    data = of(name, sigma=0.1)
    points = np.random.default_rng(0).uniform(-3, 3, (200, 2))
    expected = sum(
        weight * stats.multivariate_normal(centre, data.sigma**2).pdf(points)
        for centre, weight in zip(data.centres, data.weights, strict=True)
    )
    np.testing.assert_allclose(np.exp(data.log_density(points)), expected, rtol=1e-9, atol=1e-300)


@names
def test_the_density_integrates_to_one(name):
    data = of(name, sigma=0.1)
    xmin, xmax, ymin, ymax = data.view
    x, y = np.linspace(xmin - 1, xmax + 1, 180), np.linspace(ymin - 1, ymax + 1, 180)
    points = np.stack(np.meshgrid(x, y, indexing="ij"), -1)
    mass = np.exp(data.log_density(points)).sum() * (x[1] - x[0]) * (y[1] - y[0])
    assert mass == pytest.approx(1, abs=1e-4)


def test_the_density_is_finite_far_away():
    data = of("ring", sigma=1e-4)
    values = data.log_density(np.array([[1e3, 1e3], [0.0, 0.0]]))
    assert values.shape == (2,)
    assert np.isfinite(values).all()


@pytest.mark.parametrize("modes", [1, 2, 8, 25])
def test_a_ring_has_as_many_angles_as_modes(modes):
    centres = ring(modes, 2.0)
    np.testing.assert_allclose(np.linalg.norm(centres, axis=1), 2)
    angles = np.sort(np.arctan2(centres[:, 1], centres[:, 0]) % (2 * np.pi))
    gaps = np.diff(np.append(angles, angles[0] + 2 * np.pi))
    np.testing.assert_allclose(gaps, 2 * np.pi / modes)


@pytest.mark.parametrize("side", [1, 2, 5])
def test_a_grid_is_square(side):
    centres = grid(side, 2.0)
    assert len(centres) == side**2
    assert {len(np.unique(centres[:, axis])) for axis in range(2)} == {side}


@pytest.mark.parametrize("modes", [1, 2, 3, 8, 9])
def test_two_rings_share_the_modes(modes):
    lengths = np.linalg.norm(two_rings(modes, 2.0), axis=1)
    assert len(lengths) == modes
    assert np.isclose(lengths, 1).sum() == modes // 2
    assert np.isclose(lengths, 2).sum() == modes - modes // 2


@pytest.mark.parametrize("modes", [1, 2, 7])
def test_a_line_is_straight_and_even(modes):
    centres = line(modes, 2.0)
    assert (centres[:, 1] == 0).all()
    if modes > 1:
        np.testing.assert_allclose(np.diff(centres[:, 0]), 4 / (modes - 1))


def test_a_spiral_is_even_and_turns_twice():
    centres = spiral(2.0)
    steps = np.linalg.norm(np.diff(centres, axis=0), axis=1)
    assert steps.max() / steps.min() < 1.2
    angle = np.unwrap(np.arctan2(centres[:, 1], centres[:, 0]))
    assert abs(angle[-1] - angle[0]) == pytest.approx(4 * np.pi, rel=0.1)
    assert (np.diff(np.linalg.norm(centres, axis=1)) > 0).all()


def test_moons_are_two_and_each_the_other_turned_round():
    upper, lower = np.split(moons(1.5), 2)
    np.testing.assert_allclose(upper, -lower)
    assert upper[:, 1].mean() > lower[:, 1].mean()


def test_unbalanced_weights_fall_tenfold():
    weights = of("unbalanced").weights
    assert weights[0] / weights[-1] == pytest.approx(10)
    assert (np.diff(weights) < 0).all()


@pytest.mark.parametrize(
    ("centres", "weights", "sigma", "match"),
    [
        (np.zeros((0, 2)), np.ones(0), 0.1, "centres have shape"),
        (np.zeros((2, 3)), np.ones(2) / 2, 0.1, "centres have shape"),
        (np.zeros((2, 2)), np.ones(3) / 3, 0.1, "weights are"),
        (np.zeros((2, 2)), np.array([1.5, -0.5]), 0.1, "weights are"),
        (np.zeros((2, 2)), np.ones(2), 0.1, "weights sum to 2"),
        (np.zeros((2, 2)), np.ones(2) / 2, 0.0, "sigma is 0"),
    ],
)
def test_what_is_no_mixture_is_refused(centres, weights, sigma, match):
    with pytest.raises(ValueError, match=match):
        Mixture(centres, weights, sigma)


def test_a_mixture_does_not_change():
    data = of("ring")
    with pytest.raises(ValueError, match="read-only"):
        data.centres[0, 0] = 5


@pytest.mark.parametrize("name", IMAGE_DATA)
def test_images_are_no_points(name):
    with pytest.raises(ValueError, match=f"data is '{name}', which are images"):
        of(name)
