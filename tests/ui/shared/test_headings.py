"""Headings of panels: what each GAN is, by itself, and truly what differs from the first."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.config import FIELDS, RunConfig
from gancore.experiments.presets import PRESETS, Preset
from ui.shared.headings import MOST, differences, heading

PLAIN = Preset("plain", "plain", "", RunConfig())


def differs(base: RunConfig, *others: RunConfig) -> list[str]:
    """What the others have that the first has not; all of them began as they are."""
    configs = [base, *others]
    return differences(configs, [Preset("", "", "", config) for config in configs], "ABCD")[1:]


# ── What a GAN is ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PRESETS)
def test_a_gan_that_nobody_has_changed_is_called_by_its_title_whatever_its_seed(name: str) -> None:
    preset = PRESETS[name]
    assert heading(preset.config, preset) == preset.title
    assert heading(preset.config.changed(seed=7), preset) == preset.title


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in ("seed", "points")])
def test_whatever_is_changed_that_acts_makes_another_heading_which_says_it(name: str) -> None:
    spec = FIELDS[name]
    preset = PRESETS["small-none" if "digits" in spec.when.get("data", ()) else "ring-chase"]
    others = {other: choices[0] for other, choices in spec.when.items() if getattr(preset.config, other) not in choices}
    base = preset.config.changed(**others)
    low, high = spec.slider or (0, 0)
    values = spec.choices if spec.kind == "choice" else (spec.default, low, high, 2)
    said = set()
    tried = 0
    for value in dict.fromkeys(values):
        config, wrong = RunConfig.nearest({name: str(value)}, base)
        if not wrong and config != preset.config and getattr(config, name) != getattr(preset.config, name):
            said.add(heading(config, preset))
            tried += 1
    steps_of_a_schedule = name.endswith("_steps") and name not in ("d_steps", "unroll_steps", "classifier_steps")
    assert steps_of_a_schedule or len(said) == tried > 0
    assert not any("{" in each for each in said)


def test_a_heading_says_the_remedies_and_what_was_changed_in_them() -> None:
    unrolled = PRESETS["ring-chase-unrolled"]
    assert heading(unrolled.config.changed(unroll_steps=3), unrolled) == "non-saturating, unrolled K 3"
    assert heading(unrolled.config.changed(d_lr=0.01), unrolled) == "non-saturating, unrolled K 5, D rate 0.01"
    assert heading(unrolled.config.changed(unroll_steps=0), unrolled) == "non-saturating, unrolled K 0"
    critic = PRESETS["ring-merge-wasserstein"]
    assert heading(critic.config.changed(steps=500), critic) == "WGAN-GP, k 3, 500 steps"
    assert heading(critic.config.changed(penalty="none"), critic) == "Wasserstein, k 3, no penalty"


# ── What differs from the first ───────────────────────────────────────────────────────────────────────────────────────

MAD = RunConfig(model="mad_gan")


@pytest.mark.parametrize(
    ("base", "config", "said"),
    [
        (RunConfig(d_steps=5), RunConfig(d_steps=5, unroll_steps=5), "unrolled K 5 instead of 0"),
        (MAD, MAD.changed(model="adagan"), "AdaGAN of 4 instead of MAD-GAN of 4"),
        (MAD, MAD.changed(generators=7), "7 generators instead of 4"),
        (MAD, MAD.changed(model="gan"), "one generator instead of MAD-GAN of 4"),
        (RunConfig(loss="minimax"), RunConfig(), "non-saturating instead of minimax"),
        (RunConfig(), RunConfig(loss="wasserstein", penalty="gradient_penalty"), "WGAN-GP instead of non-saturating"),
        (
            RunConfig(),
            RunConfig(d_optimizer="optimistic_adam", g_optimizer="optimistic_adam"),
            "optimistic Adam instead of Adam",
        ),
        (RunConfig(noise=1), RunConfig(noise=1, noise_schedule="linear"), "noise linear to 0 instead of constant"),
        (RunConfig(), RunConfig(noise=0.5, noise_schedule="linear"), "noise σ 0.5 instead of 0, linear to 0"),
        (RunConfig(), RunConfig(penalty="r1", penalty_weight=3), "with R1, weight 3"),
        (RunConfig(penalty="r1"), RunConfig(penalty="r1", penalty_weight=5), "penalty weight 5 instead of 0.1"),
        (RunConfig(penalty="r1", penalty_weight=3), RunConfig(), "without penalty"),
        (RunConfig(lr_schedule="linear"), RunConfig(), "without falling learning rates"),
        (
            RunConfig(constraint="clip"),
            RunConfig(constraint="spectral_norm"),
            "spectral norm instead of weight clipping",
        ),
        (RunConfig(), RunConfig(noise_schedule="linear"), "the same as A"),  # there is no noise
    ],
)
def test_a_difference_says_what_stands_in_the_place_of_what(base: RunConfig, config: RunConfig, said: str) -> None:
    assert differs(base, config) == [said]


def test_what_is_equal_is_said_to_be_and_a_seed_is_no_difference() -> None:
    base = RunConfig()
    assert differs(base, base, base.changed(seed=4)) == ["the same as A", "the same as A"]


def test_many_differences_are_counted_and_a_few_said() -> None:
    (said,) = differs(RunConfig(), RunConfig(loss="hinge", d_steps=3, pack=2, noise=1, unroll_steps=5))
    assert said.count(" instead of ") == MOST
    assert said.endswith("and 2 more")


def test_a_length_is_said_where_somebody_has_set_it() -> None:
    presets = [PRESETS["ring-merge"], PRESETS["ring-merge-mad"]]
    one, several = (preset.config for preset in presets)
    assert one.steps != several.steps
    assert "steps" not in differences([one, several], presets, "AB")[1]
    assert "7 steps" in differences([one.changed(steps=9), one.changed(steps=7)], [presets[0]] * 2, "AB")[1]
    assert "steps" not in differences([each.changed(steps=60) for each in (one, several)], presets, "AB")[1]


changes: Any = st.dictionaries(
    st.sampled_from([name for name, spec in FIELDS.items() if spec.kind == "choice"]), st.integers(0, 6), max_size=4
)


@given(changes, changes, changes)
def test_a_heading_is_of_its_own_gan_and_a_difference_of_two(a: Any, b: Any, other: Any) -> None:
    def of(chosen: dict[str, int]) -> RunConfig:
        names = {name: FIELDS[name].choices[at % len(FIELDS[name].choices)] for name, at in chosen.items()}
        return RunConfig.nearest(names)[0]

    configs = [of(a), of(b)]
    first, second = differences(configs, [PLAIN, PLAIN], "AB")
    assert first == ""
    assert (second == "the same as A") or configs[0] != configs[1]
    assert differences([*configs, of(other)], [PLAIN] * 3, "ABC")[:2] == ["", second]
