"""Which games share a compiled step function: all those, and only those, whose step functions are the same code."""

import random

import pytest
import torch

from gancore.compiling.plan import Plan, arguments, canonical_config, plans_of
from gancore.compiling.pytree import leaves
from gancore.compiling.tracing import trace
from gancore.config import FIELDS, ConfigError, RunConfig
from gancore.training.trainer import Trainer
from tests.gancore.compiling.games import GAMES, ON_IMAGES, SMALL
from tests.gancore.compiling.traces import trace_once

BASES = {
    "points": RunConfig(**SMALL),
    "unrolled": RunConfig(**SMALL, unroll_steps=1, constraint="clip"),
    "penalised": RunConfig(**SMALL, penalty="r1", constraint="clip"),
    "consensus": RunConfig(**SMALL, updates="consensus"),
    "MAD-GAN": RunConfig(**SMALL, model="mad_gan"),
    "AdaGAN": RunConfig(**SMALL, model="adagan"),
    "images": RunConfig(**ON_IMAGES),
    "augmented images": RunConfig(**ON_IMAGES, augment="diffaugment", conditional="yes"),
}

# Numbers that a control may be dragged through while a GAN runs, and that change what a step computes, not how.
STRUCTURE = {"d_steps", "unroll_steps"}  # how many step functions there are, and how far one looks ahead
LIVE_NUMBERS = [name for name, spec in FIELDS.items() if spec.live and spec.kind != "choice" and name not in STRUCTURE]


def others(name):
    """Values of a field that are not its default: every choice, and both ends of a range."""
    spec = FIELDS[name]
    if spec.kind == "choice":
        values = spec.choices
    elif spec.kind == "points":
        values = (((1.0, 0.5), (-1.0, 0.0)),)
    else:
        low, high = spec.slider or (spec.low, spec.high)
        values = (int(low), int(high)) if spec.kind == "int" else (low, high)
    return [value for value in values if value != spec.default]


def changed(game, **values):
    """The game with other values; None where they cannot go together, or need data that is not there."""
    try:
        return game.changed(**values)
    except ConfigError:
        return None


def is_at_hand(game):
    """Whether its data need no download."""
    return game.data not in ("mnist", "fashion_mnist", "cifar10", "folder")


def told(traced):
    """All that a compiler is told: the code, its constants, and the shapes that it is made for."""
    graph = traced.graph
    constants = {node.target: getattr(graph, node.target) for node in graph.graph.nodes if node.op == "get_attr"}
    return (
        graph.code,
        {name: each.tolist() for name, each in constants.items()},
        [(each.shape, each.stride(), each.dtype) for each in traced.inputs],
        traced.takes,
        traced.gives,
    )


def pairs(base):
    """(field, value, the changed game) for every field."""
    for name in FIELDS:
        for value in others(name):
            game = changed(BASES[base], **{name: value})
            if game is not None and is_at_hand(game):
                yield name, value, game


@pytest.mark.compiler
@pytest.mark.parametrize("base", BASES)
def test_games_that_share_a_plan_are_the_same_code(base):
    """However the fields that make no other plan are changed, and all of them at once: it makes no other code."""
    draw = random.Random(0)
    for plan in plans_of(BASES[base], 1):
        free: dict[str, list[object]] = {}
        for name, value, game in pairs(base):
            if Plan.of(plan.function, game, 1) == plan:
                free.setdefault(name, []).append(value)
        assert free.keys() >= {"seed", "d_lr", "noise", "steps", "init", "latent"}
        expected = told(trace_once(plan))
        for _ in range(2):
            game = BASES[base]
            for name, values in free.items():
                game = changed(game, **{name: draw.choice(values)}) or game
            assert Plan.of(plan.function, game, 1) == plan
            # As the game is, with all that the plan leaves out still in it.
            assert told(trace(Plan(plan.function, game, 1))) == expected


def test_a_field_that_no_plan_knows_of_makes_another_plan():
    """What is left out is listed, what is kept is not: a field that is added tomorrow makes plans of its own."""
    game = RunConfig(**SMALL, unroll_steps=1, penalty="r1", model="mad_gan")
    plan = Plan.of("generator", game, 1)
    kept = {name for name in FIELDS for value in others(name) if _differs(plan, changed(game, **{name: value}))}
    given = {f"{who}_{rate}" for who in "dg" for rate in ("lr", "beta1", "beta2", "epsilon", "momentum")}
    assert not kept & (given | {"seed", "steps", "penalty_weight", "noise", "average", "sigma", "init"})
    assert kept >= {
        "batch_size", "latent_dim", "g_hidden", "g_layers", "g_activation", "d_hidden", "d_layers", "d_activation",
        "generators", "loss", "penalty", "constraint", "unroll_steps", "d_optimizer", "g_optimizer", "model",
    }  # fmt: skip


def _differs(plan, game):
    return game is not None and Plan.of(plan.function, game, plan.replicas) != plan


@pytest.mark.parametrize("base", BASES)
def test_another_code_has_another_key(base):
    """Of all games one field away: as many keys as plans, and never one key for two codes."""
    plans = {Plan.of(plan.function, game, 1) for plan in plans_of(BASES[base], 1) for _, _, game in pairs(base)}
    assert len({plan.key for plan in plans}) == len(plans)


def test_replicas_and_steps_are_part_of_the_key():
    game = RunConfig(**SMALL)
    keys = {
        Plan.of(function, game, replicas).key for function in ("discriminator", "generator") for replicas in (1, 2, 16)
    }
    assert len(keys) == 6
    assert Plan.of("generator", game, 2).key == Plan.of("generator", RunConfig(**SMALL, seed=5), 2).key
    with pytest.raises(ValueError, match="replicas is 0; at least 1"):
        Plan.of("generator", game, 0)


@pytest.mark.parametrize("name", LIVE_NUMBERS)
@pytest.mark.parametrize("base", BASES)
def test_a_live_number_never_recompiles(base, name):
    game = BASES[base]
    for value in others(name):
        assert plans_of(game.changed(**{name: value}), 3) == plans_of(game, 3)
        assert canonical_config(game.changed(**{name: value})) == canonical_config(game)


def test_the_list_of_live_numbers_is_not_empty():
    assert {"d_lr", "g_beta1", "penalty_weight", "noise", "noise_steps", "clip", "average"} <= set(LIVE_NUMBERS)


@pytest.mark.parametrize("name", GAMES)
def test_the_essence_of_a_game_has_its_plans(name):
    for game in (GAMES[name], RunConfig(**SMALL, data="points", points=((0.0, 1.0),))):
        assert plans_of(canonical_config(game), 2) == plans_of(game, 2)
        assert canonical_config(canonical_config(game)) == canonical_config(game)


@pytest.mark.parametrize("base", BASES)
def test_the_essence_is_one_for_all_games_that_compile_alike(base):
    for name, value, game in pairs(base):
        if plans_of(game, 1) == plans_of(BASES[base], 1) and game.model == BASES[base].model:
            assert canonical_config(game) == canonical_config(BASES[base]), f"{name} {value}"


@pytest.mark.training
@pytest.mark.parametrize("name", GAMES)
def test_a_step_is_tried_on_what_it_will_be_given(name):
    """Numbers of the shapes, types and layouts of a trainer's own, whatever the game."""
    game = GAMES[name].changed(noise=0.1, freeze_at=0)
    trainer = Trainer(game, (0, 1), "cpu")
    own = {"discriminator": trainer._d_draws, "generator": trainer._g_draws}
    for plan in plans_of(game, 2):
        hyper, g, d, draws = arguments(plan)
        drawn = (own["discriminator"](), own["generator"]()) if plan.function == "together" else own[plan.function]()
        for made, real in ((hyper, trainer.hyper), (g, trainer.g), (d, trainer.d), (draws, drawn)):
            assert layouts(made) == layouts(real)


def layouts(tree):
    """Shape and type of every tensor, None where there is none, as nested as they are; a step function makes all
    contiguous."""
    if tree is None or isinstance(tree, torch.Tensor):
        return tree if tree is None else (tuple(tree.shape), tree.dtype)
    return tuple(layouts(part) for part in tree)


def test_what_a_step_is_tried_on_is_the_same_each_time_and_all_different():
    plan = Plan.of("generator", RunConfig(**SMALL, unroll_steps=1), 2)
    one, other = (list(leaves(arguments(plan))) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    # A step function that mixes two arguments up must be found out.
    drawn = [each for each in one if each.numel() > 50]
    assert not any(a.shape == b.shape and torch.equal(a, b) for i, a in enumerate(drawn) for b in drawn[:i])
