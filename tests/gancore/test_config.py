import json
import pickle
import random
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gancore.config import FIELDS, IMAGE_DATA, LIVE_FIELDS, MAX_POINTS, ConfigError, RunConfig

coordinates = st.floats(-10, 10)


def _values(name):
    """Every value that one field allows by itself."""
    spec = FIELDS[name]
    match spec.kind:
        case "int":
            return st.integers(int(spec.low), int(spec.high))
        case "float":
            return st.floats(spec.low, spec.high)
        case "choice":
            return st.sampled_from(spec.choices)
        case "points":
            return st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=MAX_POINTS).map(tuple)


@st.composite
def configs(draw):
    values = draw(st.fixed_dictionaries({}, optional={name: _values(name) for name in FIELDS}))
    if values.get("data") == "points" and "points" not in values:
        values["points"] = ((0.0, 1.0),)
    batch_size = values.get("batch_size", 128)
    if values.get("data") in IMAGE_DATA:
        values.pop("model", None)
        if values.get("conditional") == "yes":
            values["pack"] = 1
        if values["data"] in ("shapes", "faces"):
            values.pop("image_side", None)
        if values["data"] == "faces":
            values.pop("conditional", None)
    if values.get("model", "gan") != "gan":
        values.update(pack=1, freeze_at=0, steps=max(values.get("steps", 3000), 8))
    if values.get("model") == "mad_gan" and values.get("loss") not in ("minimax", None):
        values["loss"] = "non_saturating"
    values["batch_size"] = max(batch_size - batch_size % values.get("pack", 1), 8 * values.get("pack", 1))
    return RunConfig(**values)


ODD = ("", "nan", "-inf", "1e999", "9" * 5000, "1_0", "3.7", "<script>alert(1)</script>", "0,0;" * 65, "\x00", "\ud800")
CHOICES = tuple(choice for spec in FIELDS.values() for choice in spec.choices)

# What a URL may hold: anything, but often near to something that means something.
texts = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(CHOICES),
    st.sampled_from(ODD),
    st.lists(st.tuples(st.floats(), st.floats()), max_size=4).map(lambda ps: ";".join(f"{x},{y}" for x, y in ps)),
)
names = st.one_of(st.sampled_from(list(FIELDS)), st.text(max_size=12), st.sampled_from(["self", "seeed", "__class__"]))
queries = st.dictionaries(names, texts, max_size=6)


def scrambled(seed):
    """A hundred queries of the same kind: hypothesis shrinks better, this draws a hundred times faster."""
    rng = random.Random(seed)
    makers = (
        lambda: str(rng.randint(-(10 ** rng.randint(0, 12)), 10 ** rng.randint(0, 12))),
        lambda: repr(rng.choice((-1, 1)) * 10 ** rng.uniform(-320, 308)),
        lambda: rng.choice(CHOICES),
        lambda: rng.choice(ODD),
        lambda: "".join(rng.choices(string.printable + "äé日😀", k=rng.randint(0, 20))),
        lambda: ";".join(f"{rng.uniform(-12, 12)},{rng.uniform(-12, 12)}" for _ in range(rng.randint(1, 5))),
        lambda: str(rng.choice((rng.randint(1, 64), rng.random()))),
    )
    fields = list(FIELDS)
    for _ in range(100):
        chosen = [rng.choice(fields) if rng.random() < 0.9 else makers[4]() for _ in range(rng.randint(0, 6))]
        yield {name: rng.choice(makers)() for name in chosen}


def _is_sentence(text):
    return len(text) > 10 and text[-1] in ".?" and "\n" not in text and len(text) < 2000


# ── Round trips ───────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=150)
@given(configs())
def test_json_round_trip(config):
    assert RunConfig.from_json(config.to_json()) == config
    assert set(json.loads(config.to_json())) == set(FIELDS)


@settings(max_examples=150)
@given(configs(), configs())
def test_url_round_trip(config, base):
    query = config.to_query(base)
    assert all(isinstance(text, str) for text in query.values())
    assert RunConfig.from_query(query, base) == config
    assert RunConfig.nearest(query, base) == (config, [])


def test_a_url_says_only_what_differs():
    assert RunConfig().to_query() == {}
    assert RunConfig(d_lr=0.5).to_query() == {"d_lr": "0.5"}


# ── Wrong values ──────────────────────────────────────────────────────────────────────────────────────────────────


def attempt(make):
    """A config and no sentences, or no config and the sentences that say why; any other error goes through."""
    try:
        return make(), ()
    except ConfigError as error:
        return None, error.sentences


def check(query):
    """A query is right as it stands, or something is said about it; either way there is a config that runs."""
    nearest, said = RunConfig.nearest(query)
    assert RunConfig(**nearest.model_dump()) == nearest
    assert all(_is_sentence(sentence) for sentence in said)
    config, refused = attempt(lambda: RunConfig.from_query(query))
    assert all(_is_sentence(sentence) for sentence in refused)
    assert bool(said) == bool(refused)
    assert config in (nearest, None)


@settings(max_examples=400)
@given(queries)
@example({"self": "1"})
def test_any_query_gives_a_config_or_sentences(query):
    check(query)


@pytest.mark.statistics
@pytest.mark.parametrize("block", range(100))
def test_ten_thousand_more_queries(block):
    for query in scrambled(block):
        check(query)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.one_of(st.dictionaries(names, json_values, max_size=4), json_values).map(json.dumps) | st.text(max_size=40))
@example('{"self": 1}')
@example('{"seed": ' + "9" * 400 + "}")
@example('{"d_lr": ' + "9" * 400 + "}")
@example("[" * 100_000)
@example('{"points": [[0, 0, 0]]}')
def test_from_json_gives_a_config_or_sentences(text):
    config, refused = attempt(lambda: RunConfig.from_json(text))
    assert (config is None) == bool(refused)
    assert all(_is_sentence(sentence) for sentence in refused)


@pytest.mark.parametrize("text", [b"\xff\xfe", "", "3", "null", "{"])
def test_what_is_no_json_object_is_refused(text):
    with pytest.raises(ConfigError, match="configuration is"):
        RunConfig.from_json(text)


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({"modes": 65}, ["modes", "65", "1 to 64"]),
        ({"modes": 2.5}, ["modes", "2.5", "whole numbers"]),
        ({"d_lr": -1}, ["d_lr", "-1", "0 to 1,000,000"]),
        ({"noise": float("nan")}, ["noise", "nan", "0 to 10"]),
        ({"sigma": 0}, ["sigma", "0", "0.0001 to 1"]),
        ({"loss": "minmax"}, ["loss", "minmax", "minimax, non_saturating"]),
        ({"points": ((0, 11),)}, ["points", "11", "±10"]),
        ({"points": ((0.0, 0.0),) * 65}, ["points", "64 pairs"]),
        ({"d_lrr": 1}, ["d_lrr", "did you mean d_lr"]),
        ({"batch_size": 10, "pack": 4}, ["batch_size is 10", "pack is 4", "multiple"]),
        ({"data": "points"}, ["points is empty", "at least one"]),
        ({"model": "mad_gan", "pack": 2}, ["model is 'mad_gan'", "pack is 2", "one generator"]),
        ({"model": "adagan", "freeze_at": 10}, ["model is 'adagan'", "freeze_at is 10", "one generator"]),
        ({"model": "mad_gan", "loss": "hinge"}, ["loss is 'hinge'", "minimax or non_saturating"]),
        ({"data": "digits", "conditional": "yes", "pack": 2}, ["conditional is 'yes'", "pack is 2", "no class"]),
        ({"model": "adagan", "data": "digits"}, ["data is 'digits'", "model is 'adagan'", "one generator"]),
        ({"model": "adagan", "steps": 3}, ["steps is 3", "generators is 4", "each generator"]),
        ({"generators": 9}, ["generators", "9", "1 to 8"]),
        ({"beta": 1}, ["beta", "1", "0.05 to 0.95"]),
    ],
)
def test_errors_name_the_field_what_came_and_what_is_allowed(values, parts):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the parts are the match
        RunConfig(**values)
    assert isinstance(caught.value, ConfigError)
    for part in parts:
        assert part in str(caught.value)


def test_every_wrong_field_has_its_own_sentence():
    with pytest.raises(ConfigError) as caught:
        RunConfig(modes=0, d_lr=-1, loss="x")
    assert [sentence.split()[0] for sentence in caught.value.sentences] == ["modes", "loss", "d_lr"]


@pytest.mark.parametrize(
    ("query", "field", "expected"),
    [
        ({"modes": "1000"}, "modes", 64),
        ({"modes": "-3"}, "modes", 1),
        ({"modes": "3.7"}, "modes", 3),
        ({"d_lr": "inf"}, "d_lr", 1e6),
        ({"d_lr": "nan"}, "d_lr", 1e-3),
        ({"loss": "lsgan"}, "loss", "non_saturating"),
        ({"points": "0,0;" * 65}, "points", ()),
        ({"pack": "3"}, "pack", 1),
        ({"data": "points"}, "data", "ring"),
        ({"model": "mad_gan", "loss": "hinge"}, "loss", "non_saturating"),
        ({"model": "mad_gan", "pack": "2"}, "pack", 1),
        ({"model": "adagan", "freeze_at": "9"}, "freeze_at", 0),
        ({"model": "adagan", "steps": "3"}, "generators", 3),
        ({"model": "mad_gan", "data": "shapes"}, "model", "gan"),
        ({"images": "3"}, "images", 16),
        ({"data": "shapes", "image_side": "8"}, "image_side", "16"),
        ({"data": "shapes", "image_side": "24"}, "image_side", "16"),
        ({"data": "faces", "image_side": "32"}, "image_side", "24"),
        ({"data": "faces", "conditional": "yes"}, "conditional", "no"),
        ({"policy": "cutout,color"}, "policy", "color,translation,cutout"),
    ],
)
def test_nearest_goes_to_the_bound_or_back_to_the_base(query, field, expected):
    config, sentences = RunConfig.nearest(query)
    assert getattr(config, field) == expected
    assert len(sentences) == 1


def test_nearest_says_each_thing_that_an_ensemble_cannot_have():
    query = {"model": "mad_gan", "loss": "wasserstein", "pack": "3", "freeze_at": "5"}
    config, sentences = RunConfig.nearest(query)
    assert (config.model, config.loss, config.pack, config.freeze_at) == ("mad_gan", "non_saturating", 1, 0)
    assert len(sentences) == 3  # packing 3 divides no batch of 128 either, and gives way once


def test_what_an_ensemble_cannot_have_one_generator_can_and_adagan_plays_any_game():
    for loss in FIELDS["loss"].choices:
        assert RunConfig(model="adagan", loss=loss).loss == loss
    assert RunConfig(pack=2, freeze_at=5, loss="hinge", steps=1).model == "gan"
    assert RunConfig(model="mad_gan", steps=1).steps == 1
    with pytest.raises(ConfigError, match="loss is 'wasserstein'"):
        RunConfig(model="mad_gan").changed(loss="wasserstein")


def test_nearest_repairs_only_what_is_wrong():
    config, sentences = RunConfig.nearest({"d_lr": "0.5", "modes": "1000", "nonsense": "1"}, RunConfig(g_lr=0.25))
    assert (config.d_lr, config.modes, config.g_lr) == (0.5, 64, 0.25)
    assert len(sentences) == 2


# ── The model itself ──────────────────────────────────────────────────────────────────────────────────────────────


def test_frozen():
    config = RunConfig()
    with pytest.raises(ValueError, match="frozen"):
        config.seed = 3
    assert config.changed(seed=3).seed == 3
    assert config.seed == 0


def test_changed_validates_the_whole():
    with pytest.raises(ConfigError, match="multiple"):
        RunConfig(batch_size=10).changed(pack=4)


def test_equal_configs_are_one_key_of_a_dict():
    assert len({RunConfig(), RunConfig(), RunConfig(seed=1)}) == 2


def test_configs_and_errors_travel_between_processes():
    config = RunConfig(points=((1, 2),))
    assert pickle.loads(pickle.dumps(config)) == config
    error = ConfigError(["One.", "Two."])
    assert pickle.loads(pickle.dumps(error)).sentences == error.sentences


# ── What the controls are drawn from ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_can_be_drawn(name):
    spec = FIELDS[name]
    assert spec.label
    assert spec.group
    assert spec.help.endswith(".")
    assert set(spec.when) <= set(FIELDS)
    for other, chosen in spec.when.items():
        assert set(chosen) <= set(FIELDS[other].choices)
    if spec.kind in ("int", "float"):
        assert spec.low <= spec.default <= spec.high
        assert spec.slider is not None
        assert spec.low <= spec.slider[0] < spec.slider[1] <= spec.high
        assert not spec.log or spec.slider[0] > 0
    if spec.kind == "choice":
        assert spec.default in spec.choices


def test_what_shapes_tensors_or_data_is_not_live():
    shape = {name for name, spec in FIELDS.items() if spec.group in ("Data", "Networks", "Ensemble")}
    assert not shape & LIVE_FIELDS
    assert {"loss", "penalty", "d_steps", "unroll_steps", "noise", "d_lr", "g_lr"} <= LIVE_FIELDS


def test_a_field_matters_only_where_it_acts():
    assert FIELDS["clip"].matters(RunConfig(constraint="clip"))
    assert not FIELDS["clip"].matters(RunConfig())
    assert not FIELDS["d_momentum"].matters(RunConfig())
    assert FIELDS["beta"].matters(RunConfig(model="adagan", mixing="constant"))
    assert not FIELDS["beta"].matters(RunConfig(mixing="constant"))
    assert not FIELDS["beta"].matters(RunConfig(model="adagan"))
