"""A page's state and its URL say the same thing, and no URL can break the page."""

import re
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gancore.config import FIELDS, RunConfig
from gancore.demos.augmented_gradient import BOUNDS, IMAGES, Augmenting
from gancore.experiments.presets import PRESETS
from gancore.theory.dirac import GAMES, UPDATES
from ui.app import address
from ui.app.address import LABELS, Later, PageState, names_stage, ours, read, state_of, write
from ui.exhibits import USUAL
from ui.exhibits.augmentation.codec import FIELDS as AUGMENT_FIELDS
from ui.exhibits.corruption.codec import FIELDS as MEASURE_FIELDS
from ui.exhibits.corruption.codec import PRESETS as SPOILED
from ui.exhibits.corruption.codec import TABS, CorruptionSetting
from ui.exhibits.dirac.codec import FIELDS as LAB_FIELDS
from ui.exhibits.dirac.codec import FURTHEST, KNOBS, MOST_STARTS, Lab
from ui.exhibits.optimal_discriminator.codec import SIGMAS, THETAS, Place

NAMES = sorted(PRESETS)
DEFAULT = state_of(NAMES[:2])
LABS = [Lab(), Lab(), Lab(b="consensus", h=0.5), Lab(game="bilinear", a="plain", b="optimistic"), Lab(starts=())]
OPENINGS = [replace(DEFAULT, card=card, settings={**USUAL, "dirac": lab}) for card, lab in enumerate(LABS, 1)]
CARDS = len(LABS)

words = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(repr),
    st.sampled_from(
        ["nan", "inf", "-inf", "1e999", "<script>", "", "none", "1,2;3,4", "9" * 400, *NAMES, "bilinear", "plain"]
    ),
)
keys = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "seed",
            "card",
            "many",
            "theta",
            "sigma",
            *LABELS,
            *(f"{label}.{field}" for label in LABELS for field in FIELDS),
            *(f"{label}@{step}.{field}" for label in LABELS for step in (0, 7, "x") for field in FIELDS),
            *(f"dirac.{field}" for field in LAB_FIELDS),
            *(f"augmentation.{field}" for field in AUGMENT_FIELDS),
            *(f"corruption.{field}" for field in MEASURE_FIELDS),
        ]
    ),
)
queries = st.dictionaries(keys, words, max_size=12)


@settings(max_examples=400, deadline=None)
@given(queries)
def test_any_query_gives_a_state_that_runs_or_sentences(query: dict[str, str]) -> None:
    state, sentences = read(query, OPENINGS)
    assert 1 <= len(state.configs) == len(state.presets) <= len(LABELS)
    assert all(RunConfig.from_json(config.to_json()) == config for config in state.configs)
    assert len({config.seed for config in state.configs}) == 1
    assert 1 <= state.card <= CARDS
    assert all(sentence.strip() for sentence in sentences)
    assert all(setting.method in GAMES[state.settings["dirac"].game] for setting in state.settings["dirac"].settings())
    assert len(state.settings["dirac"].starts) <= MOST_STARTS


@settings(max_examples=300, deadline=None)
@given(queries)
def test_what_was_read_is_written_and_read_again(query: dict[str, str]) -> None:
    state, _ = read(query, OPENINGS)
    assert read(write(state, OPENINGS), OPENINGS) == (state, [])


coordinates = st.floats(-FURTHEST, FURTHEST)
labs = st.sampled_from(sorted(GAMES)).flatmap(
    lambda game: st.builds(
        Lab,
        a=st.sampled_from(sorted(GAMES[game])),
        b=st.sampled_from(sorted(GAMES[game])),
        game=st.just(game),
        updates=st.sampled_from(UPDATES),
        k=st.integers(1, 20),
        starts=st.lists(st.tuples(coordinates, coordinates), max_size=MOST_STARTS).map(tuple),
        **{name: st.floats(*knob.reach) for name, knob in KNOBS.items() if not knob.whole},
    )
)


augmentings = st.builds(
    Augmenting,
    image=st.sampled_from(IMAGES),
    cutout=st.booleans(),
    brightness=st.floats(*BOUNDS["brightness"].reach),
    contrast=st.floats(*BOUNDS["contrast"].reach),
)
measures = st.builds(
    lambda name, tab: CorruptionSetting(**SPOILED[name], tab=tab),
    st.sampled_from(sorted(SPOILED)),
    st.sampled_from(TABS),
)


@given(
    names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
    seed=st.integers(0, 2**31 - 1),
    card=st.integers(1, CARDS),
    many=st.booleans(),
    rate=st.floats(0, 1e6),
    place=st.builds(Place, st.sampled_from(THETAS), st.sampled_from(SIGMAS)),
    lab=st.one_of(st.sampled_from(LABS), labs),
    aug=augmentings,
    measure=measures,
)
def test_every_state_survives_its_url(
    names: list[str],
    seed: int,
    card: int,
    many: bool,
    rate: float,
    place: Place,
    lab: Lab,
    aug: Augmenting,
    measure: CorruptionSetting,
) -> None:
    state = state_of(names, seed, card)
    configs = (state.configs[0].changed(d_lr=rate), *state.configs[1:])
    state = PageState(
        state.presets,
        configs,
        card,
        many,
        {**USUAL, "dirac": lab, "augmentation": aug, "corruption": measure, "optimal_discriminator": place},
    )
    assert read(write(state, OPENINGS), OPENINGS) == (state, [])


def test_a_wrong_value_is_named_and_the_nearest_is_used() -> None:
    query = {"a": NAMES[0], "a.d_lr": "-3", "b": "no-such", "c.d_lr": "1", "seed": "2.5", "card": "99", "a.d_lrr": "1"}
    state, sentences = read(query, OPENINGS)
    text = " ".join(sentences)
    assert state.presets == (NAMES[0], DEFAULT.presets[1])
    assert state.configs[0].d_lr == 0
    assert state.seed == 2
    assert state.card == 1
    for said in ("d_lr", "-3", "no-such", "2.5", "99", "d_lrr", "panel C"):
        assert said in text, said


STRANGERS = {"utm_source": "lms", "utm.medium": "mail", "fbclid": "IwAR2x", "": "", "x": "1", "e": "2", "labs.h": "9"}


@given(queries, st.dictionaries(st.sampled_from(sorted(STRANGERS)), words))
def test_parameters_of_others_change_nothing_and_draw_no_complaint(
    query: dict[str, str], others: dict[str, str]
) -> None:
    assert not ours(others)
    assert read(others, OPENINGS) == (DEFAULT, [])
    assert read({**query, **others}, OPENINGS) == read(ours(query), OPENINGS)
    state, _ = read({**query, **others}, OPENINGS)
    assert not {*write(state, OPENINGS)} & {*STRANGERS}


def test_a_slip_in_a_name_of_ours_is_named() -> None:
    for key in ("a.d_lrr", "dirac.hh", "augmentation.colour", "corruption.noisee"):
        _, sentences = read({key: "1"}, OPENINGS)
        assert any(key.partition(".")[2] in sentence for sentence in sentences), key


def test_the_example_in_the_docstring_is_an_address() -> None:
    (example,) = re.findall(r"`\?(\S+)`", address.__doc__ or "")
    query = dict(parse_qsl(example, strict_parsing=True))
    assert ours(query) == query
    state, sentences = read(query, [DEFAULT, DEFAULT])
    assert sentences == []
    assert query.items() <= write(state, [DEFAULT, DEFAULT]).items()


def test_an_empty_query_is_the_default() -> None:
    assert read({}, OPENINGS) == (DEFAULT, [])


@pytest.mark.parametrize(
    ("text", "theta", "words"),
    [("1.5", 1.5, 0), ("1.52", 1.5, 1), ("9", 4.0, 1), ("-inf", -4.0, 1), ("nan", 2.0, 1), ("far", 2.0, 1)],
)
def test_the_slider_goes_to_the_nearest_stop(text: str, theta: float, words: int) -> None:
    state, sentences = read({"theta": text}, OPENINGS)
    assert (state.settings["optimal_discriminator"].theta, len(sentences)) == (theta, words)


@pytest.mark.parametrize("query", [{}, {"seed": "7"}, {"card": "2"}, {"dirac.h": "0.4"}, {"present": "1"}])
def test_a_link_that_names_nothing_of_the_stage_leaves_it_to_the_card(query: dict[str, str]) -> None:
    assert not names_stage(query)


@pytest.mark.parametrize("query", [{"a": NAMES[0]}, {"b.d_lr": "0.5"}, {"a@500.loss": "hinge"}, {"many": "16"}])
def test_a_link_that_names_a_panel_shows_what_it_names(query: dict[str, str]) -> None:
    assert names_stage(query)


def test_a_change_without_a_preset_is_one_of_the_card_s_own() -> None:
    second = replace(state_of(NAMES[2:4], card=2), settings=OPENINGS[1].settings)
    state, sentences = read({"card": "2", "b.steps": "50"}, [OPENINGS[0], second])
    assert sentences == []
    assert state == second.with_config(1, second.configs[1].changed(steps=50))


def test_what_a_panel_changes_on_its_way_is_written_and_read_again() -> None:
    state = replace(DEFAULT, later=(None, Later(500, {"d_lr": 0.5, "loss": "hinge"})))
    query = write(state, OPENINGS)
    assert (query["b@500.d_lr"], query["b@500.loss"]) == ("0.5", "hinge")
    assert read(query, OPENINGS) == (state, [])


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("a@0.d_lr", "0.5", "no step of it"),
        ("a@-5.d_lr", "0.5", "no step of it"),
        ("a@99999999.d_lr", "0.5", "no step of it"),
        ("a@1e3.d_lr", "0.5", "no step of it"),
        ("a@500.g_hidden", "9", "cannot be changed at a step"),
        ("a@500.nonsense", "9", "cannot be changed at a step"),
        ("a@500.d_lr", "-1", "d_lr is"),
        ("d@500.d_lr", "0.5", "shows only 2"),
    ],
)
def test_what_cannot_be_changed_on_the_way_is_a_sentence(key: str, text: str, said: str) -> None:
    _, sentences = read({"a": NAMES[0], "b": NAMES[1], key: text}, OPENINGS)
    assert len(sentences) == 1
    assert said in sentences[0]


def test_only_what_the_class_has_changed_is_written() -> None:
    for card, lab in enumerate(LABS, 1):
        state = PageState(DEFAULT.presets, DEFAULT.configs, card, settings={**USUAL, "dirac": lab})
        assert not [key for key in write(state, OPENINGS) if key.startswith("dirac.")]
    state = PageState(DEFAULT.presets, DEFAULT.configs, 3, settings={**USUAL, "dirac": Lab(b="consensus", h=0.5, k=2)})
    assert {key: text for key, text in write(state, OPENINGS).items() if key.startswith("dirac.")} == {"dirac.k": "2"}


@pytest.mark.parametrize(("card", "lab"), list(enumerate(LABS, 1)))
def test_a_link_to_a_card_opens_the_laboratory_as_the_card_does_unless_it_says_otherwise(card: int, lab: Lab) -> None:
    state, sentences = read({"card": str(card)}, OPENINGS)
    assert (state.settings["dirac"], sentences) == (lab, [])
    state, sentences = read({"card": str(card), "dirac.h": "0.4"}, OPENINGS)
    assert (state.settings["dirac"], sentences) == (replace(lab, h=0.4), [])


@pytest.mark.parametrize(
    ("before", "today"),
    [
        ("lab.b", "dirac.b"),
        ("aug.contrast", "augmentation.contrast"),
        ("measure.noise", "corruption.noise"),
        ("theta", "optimal_discriminator.theta"),
        ("sigma", "optimal_discriminator.sigma"),
    ],
)
def test_a_link_from_before_an_exhibit_was_renamed_opens_it_as_it_did(before: str, today: str) -> None:
    value = {"lab.b": "consensus", "theta": "1.5", "aug.contrast": "1.25"}.get(before, "0.2")
    found = read({before: value}, [DEFAULT])
    assert found == read({today: value}, [DEFAULT])
    assert found[1] == []
    assert write(found[0], [DEFAULT])[today] == value
