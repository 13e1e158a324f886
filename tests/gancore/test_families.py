"""A family is one table: what `RunConfig` allows are its keys, both ways, and a name that is not there is an error."""

import re
from itertools import combinations

import pytest
import torch

from gancore.config import FIELDS, ConfigError, RunConfig
from gancore.data.images import IMAGE_SETS
from gancore.data.toy import TOY_DATA
from gancore.methods.adagan import MIXINGS
from gancore.methods.constraints import CONSTRAINTS
from gancore.methods.diff_augment import AUDIENCES, POLICIES
from gancore.methods.losses import LOSSES
from gancore.methods.models import MODELS
from gancore.methods.optimizers import OPTIMIZERS
from gancore.methods.penalties import PENALTIES
from gancore.methods.schedules import SCHEDULES
from gancore.metrics.feature_nets import features_for
from gancore.networks.convolutional import ARCHITECTURES, SIDES
from gancore.networks.mlp import ACTIVATIONS, first_layer
from gancore.runtime.frames import kind_of_field
from gancore.step.updates import UPDATES
from gancore.theory.dirac.linear import MATRICES
from gancore.theory.dirac.methods import GAMES
from gancore.theory.dirac.setting import Setting
from gancore.theory.dirac.steps import MOVES, trajectory
from gancore.training.latent import LATENTS
from gancore.training.trainer import Trainer


def named(call):
    """The names that an error for a wrong one says are allowed."""
    with pytest.raises(ValueError, match="allowed") as caught:
        call()
    _, _, said = str(caught.value).partition(";")
    return set(re.sub(r"\b(allowed|are)\b", " ", said).replace(",", " ").split())


# For every choice of a configuration the names that the library knows; none means that there is nothing of the kind.
FAMILIES = {
    "data": {*TOY_DATA, *IMAGE_SETS},
    "image_side": {"own", *map(str, SIDES)},
    "conditional": {"no", "yes"},
    "features": named(lambda: features_for("digits", 1, 8, "?")),
    "latent": LATENTS,
    "architecture": ARCHITECTURES,
    "g_activation": ACTIVATIONS,
    "d_activation": ACTIVATIONS,
    "init": named(lambda: first_layer("?", 2, 2, 2, torch.Generator())),
    "model": MODELS,
    "mixing": MIXINGS,
    "loss": LOSSES,
    "penalty": {"none", *PENALTIES},
    "penalty_schedule": SCHEDULES,
    "constraint": {"none", *CONSTRAINTS},
    "updates": UPDATES,
    "augment": AUDIENCES,
    "policy": {",".join(each) for n in range(1, len(POLICIES) + 1) for each in combinations(POLICIES, n)},
    "noise_schedule": SCHEDULES,
    "lr_schedule": SCHEDULES,
    "d_optimizer": OPTIMIZERS,
    "g_optimizer": OPTIMIZERS,
}


def test_every_choice_of_a_configuration_has_its_family():
    assert FAMILIES.keys() == {name for name, spec in FIELDS.items() if spec.kind == "choice"}


@pytest.mark.parametrize("field", FAMILIES)
def test_what_a_configuration_allows_is_what_the_family_has(field):
    assert set(FIELDS[field].choices) == set(FAMILIES[field])
    assert len(set(FIELDS[field].choices)) == len(FIELDS[field].choices)


# ── A name that a table lacks ─────────────────────────────────────────────────────────────────────────────────────────

SMALL = {"batch_size": 8, "g_hidden": 8, "d_hidden": 8, "latent_dim": 4}
ON_IMAGES = {"data": "digits", "g_hidden": 4, "d_hidden": 4}
# What makes each field matter.
MATTERS = {
    "data": {"points": ((0.0, 1.0),)},
    "mixing": {"model": "adagan", "generators": 2, "steps": 10, "classifier_steps": 1, "data_points": 16},
    "model": {"generators": 2, "steps": 10, "classifier_steps": 1, "data_points": 16},
    "penalty_schedule": {"penalty": "r1"},
    "noise_schedule": {"noise": 0.1},
    "augment": ON_IMAGES,
}
TABLES = {name: table for name, table in FAMILIES.items() if isinstance(table, dict)}
TABLES |= {"penalty": PENALTIES, "constraint": CONSTRAINTS, "data": TOY_DATA}


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, table in TABLES.items() for name in table])
def test_a_name_that_a_table_lacks_does_not_train_as_another(field, name, monkeypatch):
    config = RunConfig(**{**SMALL, **MATTERS.get(field, {}), field: name})
    Trainer(config, (0,), "cpu").advance(1)
    if (field, name) == ("penalty_schedule", "constant"):
        return  # the weight is the knob's own: no schedule is asked
    monkeypatch.delitem(TABLES[field], name)
    with pytest.raises((KeyError, ValueError), match=name):
        Trainer(config, (0,), "cpu").advance(1)


# ── The same facts elsewhere ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_field_shows_probabilities_where_the_loss_makes_them():
    for name, loss in LOSSES.items():
        assert (kind_of_field(RunConfig(loss=name)) == "probability") == loss.probability


def test_several_generators_at_once_take_the_losses_whose_d_answers_with_a_probability():
    def is_taken(name):
        try:
            return bool(RunConfig(model="mad_gan", loss=name))
        except ConfigError:
            return False

    assert {name for name in LOSSES if is_taken(name)} == {name for name, loss in LOSSES.items() if loss.probability}


METHODS = [(game, name) for game, methods in GAMES.items() for name in methods]


@pytest.mark.parametrize(("game", "name"), METHODS)
def test_a_method_of_the_laboratory_moves_as_its_row_says_or_not_at_all(game, name, monkeypatch):
    move = GAMES[game][name].move
    assert move in MOVES
    assert move in MATRICES
    monkeypatch.delitem(MOVES, move)
    with pytest.raises(KeyError, match=move):
        trajectory(Setting(game, name), [[1.0, 1.0]], 1)


def test_every_move_of_the_laboratory_is_a_method_s():
    assert set(MOVES) == set(MATRICES) == {GAMES[game][name].move for game, name in METHODS}
