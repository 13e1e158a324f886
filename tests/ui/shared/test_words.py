"""Headings of panels: what is played, and truly what differs."""

import pytest

from gancore.config import FIELDS, RunConfig
from gancore.experiments.presets import PRESETS
from ui.shared.words import headings, value_text


def test_headings_say_only_what_differs() -> None:
    base = RunConfig(d_steps=5)
    assert headings([base, base.changed(unroll_steps=5)]) == ["non-saturating, k 5", "the same + unrolled K 5"]
    assert headings([base, base])[1] == "the same"


def test_three_headings_are_brief() -> None:
    base = RunConfig(loss="minimax")
    critic = base.changed(loss="wasserstein", penalty="gradient_penalty")
    said = headings([base, base.changed(loss="non_saturating"), critic])
    assert said == ["minimax", "non-saturating", "WGAN-GP"]


def test_the_first_heading_says_what_the_others_change_away_from() -> None:
    base = RunConfig(g_activation="sigmoid", d_lr=0.5)
    assert headings([base, base.changed(g_activation="relu")])[0] == "non-saturating, generator activation sigmoid"
    assert headings([base, base.changed(pack=2)])[0] == "non-saturating"


MAD = RunConfig(model="mad_gan")


@pytest.mark.parametrize(
    ("base", "config", "said"),
    [
        (MAD, MAD.changed(model="adagan"), "AdaGAN instead"),
        (MAD, MAD.changed(generators=7), "7 generators instead"),
        (MAD, MAD.changed(model="gan"), "one generator instead"),
        (MAD, MAD.changed(d_steps=4), "k 4 instead"),
        (RunConfig(loss="minimax"), RunConfig(), "non-saturating instead"),
        (RunConfig(), RunConfig(loss="wasserstein", penalty="gradient_penalty"), "WGAN-GP instead"),
        (
            RunConfig(),
            RunConfig(d_optimizer="optimistic_adam", g_optimizer="optimistic_adam"),
            "optimistic Adam instead",
        ),
        (RunConfig(noise=1), RunConfig(noise=1, noise_schedule="linear"), "noise linear to 0 instead"),
        (RunConfig(noise=1, noise_schedule="linear"), RunConfig(noise=1), "noise constant instead"),
        (RunConfig(penalty="r1"), RunConfig(penalty="r1", penalty_weight=5), "penalty weight 5 instead"),
        (RunConfig(loss="hinge"), RunConfig(d_steps=3, pack=2), "the same but non-saturating, k 3 + PacGAN m 2"),
    ],
)
def test_what_takes_the_place_of_something_is_no_addition(base: RunConfig, config: RunConfig, said: str) -> None:
    assert headings([base, config])[1] == said


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        ({"unroll_steps": 5}, "unrolling"),
        ({"pack": 2}, "packing"),
        ({"noise": 0.5, "noise_schedule": "linear"}, "noise"),
        ({"penalty": "r1", "penalty_weight": 3.0}, "penalty"),
        ({"constraint": "clip"}, "constraint"),
        ({"average": 0.9}, "averaging"),
        ({"lr_schedule": "linear"}, "falling learning rates"),
    ],
)
def test_what_goes_back_to_its_default_is_gone(changes: dict[str, object], gone: str) -> None:
    plain, extra = RunConfig(), RunConfig(**changes)
    assert headings([extra, plain])[1] == f"the same, without {gone}"
    assert headings([extra, plain, plain])[1] == f"without {gone}"
    assert headings([plain, extra])[1].startswith("the same + ")


def test_a_schedule_of_noise_that_is_not_there_changes_nothing() -> None:
    assert headings([RunConfig(), RunConfig(noise_schedule="linear")])[1] == "the same"


def of(*names: str) -> list[str]:
    presets = [PRESETS[name] for name in names]
    return headings([preset.config for preset in presets], presets)


def test_a_preset_that_nobody_has_changed_has_its_title_where_more_cannot_be_read() -> None:
    names = ["swing-segment-extragradient", "swing-segment-optimistic", "swing-segment-roth-annealed", "swing-segment"]
    said = of(*names)
    assert said[:3] == ["extra-gradient", "optimistic Adam", "Roth, annealed"]
    presets = [PRESETS[name] for name in names]
    configs = [preset.config for preset in presets]
    configs[2] = configs[2].changed(penalty_weight=7.0, seed=5)
    assert "7" in headings(configs, presets)[2]
    assert of("ring-chase", "ring-chase-unrolled") == ["non-saturating", "the same + unrolled K 5"]


def test_a_length_is_said_where_somebody_has_set_it() -> None:
    presets = [PRESETS["ring-merge"], PRESETS["ring-merge-mad"]]
    configs = [preset.config for preset in presets]
    assert configs[0].steps != configs[1].steps
    assert not any("steps" in said for said in headings(configs, presets))
    first, second = headings([configs[0], configs[1].changed(steps=7)], presets)
    assert "steps" not in first
    assert "7 steps" in second
    assert "1,234 steps" in headings([configs[0].changed(steps=1234), configs[1]], presets)[0]
    assert not any("steps" in said for said in headings([config.changed(steps=60) for config in configs], presets))


@pytest.mark.parametrize("name", [name for name, spec in FIELDS.items() if spec.kind == "choice"])
def test_every_choice_is_said_in_words_and_not_by_its_name_in_the_code(name: str) -> None:
    said = [value_text(name, choice) for choice in FIELDS[name].choices]
    assert not any("_" in each for each in said)
    assert len(set(said)) == len(said)
