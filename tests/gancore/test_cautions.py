"""What is said of settings that are allowed and senseless is true, and of no setting that is worth showing."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gancore.config import FIELDS, RunConfig, cautions
from gancore.config.choices import PENALTIES
from gancore.experiments.presets import PRESETS
from gancore.training.trainer import Trainer


def fields(**values: Any) -> set[str]:
    return {caution.field for caution in cautions(RunConfig(**values))}


@pytest.mark.parametrize("name", PRESETS)
def test_no_preset_is_cautioned_against(name: str) -> None:
    assert cautions(PRESETS[name].config) == []


SENSELESS: list[tuple[dict[str, Any], str]] = [
    ({"loss": "wasserstein"}, "penalty"),
    ({"loss": "wasserstein", "penalty": "r1", "penalty_weight": 0}, "penalty"),
    ({"penalty": "roth", "penalty_weight": 0}, "penalty_weight"),
    ({"penalty": "gradient_penalty", "constraint": "spectral_norm"}, "constraint"),
    ({"updates": "consensus", "consensus_weight": 0}, "consensus_weight"),
    ({"d_lr": 0}, "d_lr"),
    ({"g_lr": 0}, "g_lr"),
    ({"lr_schedule": "cosine", "steps": 5000, "lr_steps": 4999}, "lr_steps"),
    ({"noise_schedule": "linear"}, "noise_schedule"),
    ({"freeze_at": 3000, "steps": 3000}, "freeze_at"),
    ({"unroll_steps": 11}, "unroll_steps"),
    ({"pack": 4, "batch_size": 16}, "pack"),
    ({"model": "mad_gan", "generators": 1}, "generators"),
    ({"g_layers": 0}, "g_layers"),
    ({"d_layers": 0}, "d_layers"),
]


@pytest.mark.parametrize(("values", "field"), SENSELESS)
def test_a_senseless_setting_is_named_beside_its_control(values: dict[str, Any], field: str) -> None:
    assert field in fields(**values)


@pytest.mark.parametrize("mended", [{"penalty": name} for name in PENALTIES] + [{"constraint": "clip"}])
def test_whatever_bounds_a_wasserstein_critic_ends_the_caution(mended: dict[str, Any]) -> None:
    assert "penalty" not in fields(loss="wasserstein", **mended)


@pytest.mark.parametrize("loss", ["minimax", "non_saturating", "hinge", "least_squares"])
def test_a_loss_that_needs_no_bound_is_let_be(loss: str) -> None:
    assert fields(loss=loss) == set()


@given(st.data())
def test_whatever_runs_gets_one_whole_sentence_a_field_beside_a_control_that_is_there(data: st.DataObject) -> None:
    values = {
        name: data.draw(st.sampled_from(spec.choices) if spec.kind == "choice" else st.sampled_from([0, 1, 2, 16]))
        for name, spec in FIELDS.items()
        if spec.kind != "points" and data.draw(st.booleans(), name)
    }
    config, _ = RunConfig.nearest({name: str(value) for name, value in values.items()})
    said = cautions(config)
    assert len({caution.field for caution in said}) == len(said)
    for caution in said:
        assert FIELDS[caution.field].matters(config)
        assert caution.sentence.endswith(".")
        assert "{" not in caution.sentence


# ── What the sentences say ────────────────────────────────────────────────────────────────────────────────────────────


def after(count: int, **values: Any) -> torch.Tensor:
    trained = Trainer(RunConfig(**{"batch_size": 32, "g_hidden": 16, "d_hidden": 16, **values}), device="cpu")
    trained.advance(count)
    return torch.cat([trained.g.params, trained.d.params], 1)


@pytest.mark.training
@pytest.mark.parametrize(
    ("senseless", "same"),
    [
        ({"penalty": "roth", "penalty_weight": 0.0}, {}),
        ({"updates": "consensus", "consensus_weight": 0.0}, {"updates": "simultaneous"}),
        ({"noise_schedule": "linear", "noise_steps": 2}, {}),
    ],
)
def test_what_is_said_to_be_another_gan_is_that_one(senseless: dict[str, Any], same: dict[str, Any]) -> None:
    assert cautions(RunConfig(**senseless))
    torch.testing.assert_close(after(3, **senseless), after(3, **same))


@pytest.mark.training
@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_once_the_rates_are_0_neither_player_learns(schedule: str) -> None:
    values = {"lr_schedule": schedule, "lr_steps": 4, "steps": 10}
    assert "lr_steps" in fields(**values)
    assert torch.equal(after(4, **values), after(8, **values))
    assert not torch.equal(after(3, **values), after(4, **values))


@pytest.mark.training
def test_a_generator_without_a_hidden_layer_is_linear() -> None:
    trained = Trainer(RunConfig(g_layers=0, latent_dim=2), device="cpu")
    trained.advance(3)
    z = torch.randn(1, 3, 2)
    points = trained.spec.g(trained.g.params, torch.cat([z, z.mean(1, keepdim=True)], 1))
    torch.testing.assert_close(points[:, :3].mean(1), points[:, 3])
