import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gancore.config import RunConfig
from gancore.data.toy import Mixture, ring, toy_data
from gancore.experiments.presets import PRESETS
from gancore.metrics.coverage import CAPTURED_SHARE, coverage, holdings

N = 2500
RING = toy_data(RunConfig(data="ring", modes=8, sigma=0.05))


def perfect(data=RING, n=N, seed=0):
    return data.sample(np.random.default_rng(seed), n)


def one_mode(data=RING, n=N):
    alone = Mixture(data.centres[:1].copy(), np.ones(1), data.sigma)
    return alone.sample(np.random.default_rng(0), n)


def noise(data=RING, n=N):
    return np.random.default_rng(0).uniform(data.view[0], data.view[1], (n, 2)).astype(np.float32)


# The mixtures of the presets, and the others at two widths.
MIXTURES = {
    **{
        f"{config.data} {config.modes} {config.radius:g} {config.sigma:g}": toy_data(config)
        for config in (preset.config for preset in PRESETS.values())
        if config.data in ("ring", "grid", "unbalanced") and config.modes > 1
    },
    **{
        f"{name} {sigma:g}": toy_data(RunConfig(data=name, sigma=sigma))
        for name in ("two_rings", "unbalanced")
        for sigma in (0.02, 0.05)
    },
}
PAIR = toy_data(PRESETS["pair-chase"].config)
every_mixture = pytest.mark.parametrize("data", MIXTURES.values(), ids=MIXTURES)


@every_mixture
def test_a_perfect_a_collapsed_and_a_noisy_generator_in_the_right_order(data):
    best, collapsed, scattered = (coverage(make(data), data) for make in (perfect, one_mode, noise))
    modes = len(data.centres)
    assert best.touched == best.captured == modes
    assert collapsed.touched == collapsed.captured == 1
    # Within 3σ of the centre lie 1 - exp(-9/2) of a plane Gaussian: 98.9 %.
    for good in (best, collapsed):
        assert good.high_quality == pytest.approx(1 - math.exp(-4.5), abs=5 * math.sqrt(0.011 / N))
    assert scattered.high_quality < 0.2
    assert best.reverse_kl < scattered.reverse_kl < collapsed.reverse_kl
    assert best.reverse_kl == pytest.approx(0, abs=modes / N)  # about (M-1)/2n
    assert collapsed.reverse_kl == pytest.approx(-math.log(data.weights[0]))  # all of q on one mode


def fuzzy_ring(data, draw):
    angle, radius = draw.uniform(0, 2 * np.pi, N), np.abs(data.centres).max() + draw.normal(0, 0.15, N)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def through_all_centres(data, draw):
    """Even along straight lines from each centre to the next, and back to the first."""
    ends = np.concatenate([data.centres, data.centres[:1]])
    lengths = np.linalg.norm(np.diff(ends, axis=0), axis=1)
    line = draw.choice(len(lengths), N, p=lengths / lengths.sum())
    return ends[line] + draw.random((N, 1)) * (ends[line + 1] - ends[line])


IGNORANT = {
    "uniform over the picture": lambda data, draw: draw.uniform(data.view[0], data.view[1], (N, 2)),
    "uniform over the data": lambda data, draw: draw.uniform(data.centres.min(0), data.centres.max(0), (N, 2)),
    "one Gaussian": lambda data, draw: draw.normal(data.centres.mean(0), data.centres.std(), (N, 2)),
    "a fuzzy ring": fuzzy_ring,
    "a line through all centres": through_all_centres,
}


@pytest.mark.parametrize("data", [*MIXTURES.values(), PAIR], ids=[*MIXTURES, "two clusters"])
@pytest.mark.parametrize("make", IGNORANT.values(), ids=IGNORANT)
def test_what_has_not_learnt_the_modes_captures_none(make, data):
    for seed in range(3):
        found = coverage(make(data, np.random.default_rng(seed)), data)
        assert found.captured == 0
        assert found.high_quality < 1 / 3


def test_the_papers_rule_is_met_by_what_has_learnt_nothing():
    draw = np.random.default_rng(0)
    assert coverage(fuzzy_ring(RING, draw), RING).touched == 8
    grid = toy_data(PRESETS["grid-merge"].config)
    assert coverage(noise(grid), grid).touched >= 15


@every_mixture
@given(data_and_modes=st.data())
@settings(max_examples=10)
def test_a_sampler_of_some_modes_captures_these(data, data_and_modes):
    chosen = data_and_modes.draw(st.lists(st.integers(0, len(data.centres) - 1), min_size=1, unique=True))
    some = Mixture(data.centres[chosen], np.full(len(chosen), 1 / len(chosen)), data.sigma)
    assert coverage(perfect(some), data).captured == len(chosen)


@every_mixture
@pytest.mark.parametrize("kept", [1, 2, 3])
def test_the_captured_modes_weigh_what_the_data_puts_there(data, kept):
    chosen = data.weights[-kept:]
    of_some = Mixture(data.centres[-kept:].copy(), chosen / chosen.sum(), data.sigma)
    found = coverage(perfect(of_some), data)
    assert found.captured == kept
    assert found.captured_weight == pytest.approx(chosen.sum())
    assert coverage(noise(data), data).captured_weight == 0
    assert coverage(perfect(data), data).captured_weight == pytest.approx(1)


@every_mixture
def test_a_starved_mode_is_missed(data):
    weights = data.weights.copy()
    weights[data.weights.argmin()] *= 0.2
    starving = Mixture(data.centres, weights / weights.sum(), data.sigma)
    found = coverage(perfect(starving, 20_000), data)
    assert found.captured == len(data.centres) - 1
    assert found.touched == len(data.centres)


def test_a_mode_that_is_smeared_over_its_surroundings_is_missed():
    wide = Mixture(RING.centres, RING.weights, 5 * RING.sigma)  # within 3σ then lie 1 - exp(-9/50): 16 %
    assert coverage(perfect(wide), RING).captured == 0
    assert coverage(perfect(Mixture(RING.centres, RING.weights, 2 * RING.sigma)), RING).captured == 8  # 68 %


def test_the_rules_differ_on_a_mode_that_is_hardly_reached():
    fair = N / 8
    for held, strict in ((1, 7), (math.ceil(CAPTURED_SHARE * fair) - 1, 7), (math.ceil(CAPTURED_SHARE * fair), 8)):
        others = np.repeat(RING.centres[1:], 350, axis=0)
        samples = np.concatenate([np.repeat(RING.centres[:1], held, axis=0), others])[:N]
        found = coverage(samples, RING)
        assert (found.touched, found.captured) == (8, strict)
        assert found.counts[0] == held


def test_the_edge_of_high_quality_is_three_sigma():
    centre = RING.centres[3]
    for distance, good in ((2.99, 1), (3.01, 0)):
        found = coverage(np.array([[centre[0], centre[1] + distance * RING.sigma]]), RING)
        assert (found.high_quality, found.touched) == (good, good)


def test_half_of_the_modes():
    found = coverage(np.repeat(RING.centres[::2], 100, axis=0), RING)
    assert (found.touched, found.captured, found.high_quality) == (4, 4, 1)
    assert found.reverse_kl == pytest.approx(math.log(2))
    assert found.counts.tolist() == [100, 0] * 4


def test_unbalanced_modes_are_held_to_their_own_share():
    data = toy_data(RunConfig(data="unbalanced", modes=8, sigma=0.05))
    best = coverage(perfect(data), data)
    assert best.touched == best.captured == 8
    assert best.reverse_kl < 8 / N
    # Samples that are even over the modes are not those of the uneven data: KL(1/8 ‖ w) by its formula.
    even = coverage(np.repeat(data.centres, 100, axis=0), data)
    assert even.captured == 8
    assert even.reverse_kl == pytest.approx(np.sum(1 / 8 * np.log(1 / 8 / data.weights)))


def test_samples_that_are_not_finite_are_of_no_quality():
    samples = np.repeat(RING.centres, 10, axis=0)
    samples[::2] = np.nan
    samples[1] = np.inf
    samples[3, 1] = -np.inf
    found = coverage(samples, RING)
    assert found.n == 80
    assert found.high_quality == pytest.approx(38 / 80)
    assert found.counts.sum() == 38
    assert math.isfinite(found.reverse_kl)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nothing_finite_covers_nothing(value):
    found = coverage(np.full((5, 2), value), RING)
    assert (found.touched, found.captured, found.high_quality, found.reverse_kl) == (0, 0, 0, math.inf)


@pytest.mark.parametrize("value", [1e4, 1e20, 3e38])
def test_samples_far_away_are_no_error(value):
    found = coverage(np.full((5, 2), value, dtype=np.float32), RING)
    assert (found.touched, found.high_quality) == (0, 0)


def test_the_order_of_samples_does_not_matter_and_they_are_not_changed():
    samples = perfect()
    before = samples.copy()
    found, reverse = coverage(samples, RING), coverage(samples[::-1], RING)
    np.testing.assert_array_equal(samples, before)
    assert found.reverse_kl == pytest.approx(reverse.reverse_kl)
    np.testing.assert_array_equal(found.counts, reverse.counts)


@given(st.lists(st.tuples(st.floats(width=32), st.floats(width=32)), min_size=1, max_size=30))
def test_figures_keep_their_ranges(points):
    found = coverage(np.array(points, dtype=np.float32), RING)
    assert 0 <= found.captured <= found.touched <= 8
    assert 0 <= found.high_quality <= 1
    assert found.reverse_kl >= 0
    assert found.counts.sum() == pytest.approx(found.high_quality * found.n)


@pytest.mark.parametrize("shape", [(0, 2), (3,), (2,), (3, 3), (2, 0, 2), (2, 3, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="samples has shape"):
        coverage(np.zeros(shape), RING)


def test_against_a_loop_over_samples():
    data = Mixture(ring(5, 1.0), np.array([0.4, 0.3, 0.1, 0.1, 0.1]), 0.2)
    samples = np.random.default_rng(3).normal(size=(400, 2))
    good, assigned = np.zeros(5), np.zeros(5)
    for x in samples:
        distances = [math.dist(x, c) for c in data.centres]
        m = int(np.argmin(distances))
        assigned[m] += 1
        good[m] += distances[m] <= 0.6
    found = coverage(samples, data)
    assert found.counts.tolist() == good.tolist()
    q = assigned / 400
    assert found.reverse_kl == pytest.approx(sum(a * math.log(a / w) for a, w in zip(q, data.weights, strict=True)))


def by_the_definition(samples, data):
    """Of each sample by itself: the first of the nearest centres, None if it is not finite, and whether it is good."""
    centres = data.centres.astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        squared = np.square(samples[:, None] - centres).sum(-1, dtype=np.float32)
    first = [None if not np.isfinite(x).all() else int(np.argmin(row)) for x, row in zip(samples, squared, strict=True)]
    edge = (3 * data.sigma) ** 2
    return [(mode, mode is not None and row[mode] <= edge) for mode, row in zip(first, squared, strict=True)]


SQUARE = Mixture(np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]]), np.array([0.4, 0.3, 0.2, 0.1]), 0.5)
coordinates = st.one_of(
    st.sampled_from([0.0, 1.0, 2.0, -1.0, 3.5]),  # half way between centres, on them, and on the edge of three sigma
    st.floats(-5, 5, width=32),
    st.floats(width=32),  # whatever there is: far away, infinite, no number
)


@example([(0.0, 1.0), (0.0, math.inf)])  # a tie beside a sample that is nobody's
@given(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=40))
def test_it_is_its_definition_for_ties_and_for_what_is_no_number(points):
    samples = np.array(points, dtype=np.float32)
    said = by_the_definition(samples, SQUARE)
    found = coverage(samples, SQUARE)
    assert found.counts.tolist() == [sum(mode == m and good for mode, good in said) for m in range(4)]
    assert found.high_quality == sum(good for _, good in said) / len(samples)
    near = [sum(mode == m for mode, _ in said) for m in range(4)]
    if not sum(near):
        assert found.reverse_kl == math.inf
    else:
        shares = [each / sum(near) for each in near]
        wanted = sum(q * math.log(q / w) for q, w in zip(shares, SQUARE.weights, strict=True) if q)
        assert found.reverse_kl == pytest.approx(wanted, abs=1e-12)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2**31))
def test_many_at_once_are_each_by_itself(rows, k, seed):
    source = np.random.default_rng(seed)
    samples = (source.normal(size=(2, rows, 50, 2)) * 1.5).astype(np.float32)
    samples[source.random(samples.shape[:-1]) < 0.1] = np.nan
    owner = source.integers(0, k, samples.shape[:-1])
    together, held = coverage(samples, RING), holdings(samples, owner, k, RING)
    for index in np.ndindex(2, rows):
        alone = coverage(samples[index], RING)
        for name in ("touched", "captured", "high_quality", "reverse_kl", "counts"):
            np.testing.assert_array_equal(getattr(together, name)[index], getattr(alone, name))
        np.testing.assert_array_equal(held[index], holdings(samples[index], owner[index], k, RING))


# ── Who holds which mode ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("make", [perfect, one_mode, noise])
@pytest.mark.parametrize("k", [1, 3, 8])
def test_what_all_hold_is_what_the_mixture_holds(make, k):
    samples = make()
    samples[:7] = np.nan
    owner = np.random.default_rng(1).integers(0, k, len(samples))
    held = holdings(samples, owner, k, RING)
    assert held.shape == (k, 8)
    np.testing.assert_array_equal(held.sum(0), coverage(samples, RING).counts)
    for i in range(k):
        np.testing.assert_array_equal(held[i], coverage(samples[owner == i], RING).counts)


def test_a_generator_without_samples_holds_nothing():
    np.testing.assert_array_equal(holdings(perfect(), np.full(N, 2), 4, RING).sum(1) > 0, [False, False, True, False])
    assert holdings(np.full((5, 2), np.inf), np.zeros(5, np.int64), 2, RING).sum() == 0


@pytest.mark.parametrize(
    ("samples", "owner", "match"),
    [
        (np.zeros((4, 3)), np.zeros(4, np.int64), "samples has shape"),
        (np.zeros((4, 2)), np.zeros(3, np.int64), "owner"),
        (np.zeros((4, 2)), np.array([0, 1, 2, 0]), "0 to 1"),
        (np.zeros((4, 2)), np.array([0, -1, 1, 0]), "owner goes from -1"),
    ],
)
def test_what_nobody_can_own_is_refused(samples, owner, match):
    with pytest.raises(ValueError, match=match):
        holdings(samples, owner, 2, RING)
