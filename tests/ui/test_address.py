"""A page's state and its URL say the same thing, and no URL can break the page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gancore.config import FIELDS, RunConfig
from gancore.presets import PRESETS
from ui.address import LABELS, State, read, state_of, write
from ui.two_lines import SIGMAS, THETAS

NAMES = sorted(PRESETS)
DEFAULT = state_of(NAMES[:2])
CARDS = 5

words = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(repr),
    st.sampled_from(["nan", "inf", "-inf", "1e999", "<script>", "", "none", "1,2;3,4", "9" * 400, *NAMES]),
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
        ]
    ),
)
queries = st.dictionaries(keys, words, max_size=12)


@settings(max_examples=4000, deadline=None)
@given(queries)
def test_any_query_gives_a_state_that_runs_or_sentences(query: dict[str, str]) -> None:
    state, sentences = read(query, DEFAULT, CARDS)
    assert 1 <= len(state.configs) == len(state.presets) <= len(LABELS)
    assert all(RunConfig.from_json(config.to_json()) == config for config in state.configs)
    assert len({config.seed for config in state.configs}) == 1
    assert 1 <= state.card <= CARDS
    assert all(sentence.strip() for sentence in sentences)


@settings(max_examples=1000, deadline=None)
@given(queries)
def test_what_was_read_is_written_and_read_again(query: dict[str, str]) -> None:
    state, _ = read(query, DEFAULT, CARDS)
    assert read(write(state), DEFAULT, CARDS) == (state, [])


@given(
    names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
    seed=st.integers(0, 2**31 - 1),
    card=st.integers(1, CARDS),
    many=st.booleans(),
    rate=st.floats(0, 1e6),
    theta=st.sampled_from(THETAS),
    sigma=st.sampled_from(SIGMAS),
)
def test_every_state_survives_its_url(
    names: list[str], seed: int, card: int, many: bool, rate: float, theta: float, sigma: float
) -> None:
    state = state_of(names, seed, card)
    configs = (state.configs[0].changed(d_lr=rate), *state.configs[1:])
    state = State(state.presets, configs, card, many, theta, sigma)
    assert read(write(state), DEFAULT, CARDS) == (state, [])


def test_a_wrong_value_is_named_and_the_nearest_is_used() -> None:
    query = {"a": NAMES[0], "a.d_lr": "-3", "b": "no-such", "c.d_lr": "1", "seed": "2.5", "card": "99", "x": "1"}
    state, sentences = read(query, DEFAULT, CARDS)
    text = " ".join(sentences)
    assert state.presets == (NAMES[0], DEFAULT.presets[1])
    assert state.configs[0].d_lr == 0
    assert state.seed == 2
    assert state.card == 1
    for said in ("d_lr", "-3", "no-such", "2.5", "99", "'x'", "panel C"):
        assert said in text, said


def test_an_empty_query_is_the_default() -> None:
    assert read({}, DEFAULT, CARDS) == (DEFAULT, [])


@pytest.mark.parametrize(
    ("text", "theta", "words"),
    [("1.5", 1.5, 0), ("1.52", 1.5, 1), ("9", 4.0, 1), ("-inf", -4.0, 1), ("nan", 2.0, 1), ("far", 2.0, 1)],
)
def test_the_slider_goes_to_the_nearest_stop(text: str, theta: float, words: int) -> None:
    state, sentences = read({"theta": text}, DEFAULT, CARDS)
    assert (state.theta, len(sentences)) == (theta, words)
