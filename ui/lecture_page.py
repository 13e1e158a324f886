"""A lecture: cards and knobs on the left, the stage on the right. Every page that teaches is one call of this.

A card may ask for another exhibit than the stage. The runs then wait, paused, until a card brings the stage back; so do
those of a page that is left for another.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from gancore.experiments.presets import PRESETS
from ui.address import LABELS, MANY, State, ours, read, state_of, write
from ui.attempt import Attempt, carry_out
from ui.augmenting import augmenting
from ui.comparison import Comparison, Scenario
from ui.dirac import dirac
from ui.frame import within_frame
from ui.knobs import knobs
from ui.lecture import Card, lecture
from ui.measuring import measuring
from ui.panel_picker import panel_picker
from ui.plain import plain
from ui.remedies import remedies
from ui.session import Seat, desk, registry, seat
from ui.settings import USUAL, Settings
from ui.small_data import small_data
from ui.stage import Preset, SeedsButton, stage
from ui.two_lines import two_lines

HEIGHT = 640  # of the stage and of the column beside it; with the navigation above it fills 720 pixels
_BESIDE = HEIGHT - 48  # of the card and the knobs, under the row of buttons
_WIDE = 52  # pixels of a button with a sign on it
_TICK = 0.25  # seconds between two messages to the stage; each carries all frames since the last
_JOBS = {"augment": "augment", "measuring": "spoil"}  # what the desk is asked by an exhibit
_AWAY = 10.0  # seconds between two signs of life to runs that nobody sees, so that they are there when they are back


def lecture_page(name: str, scenarios: Sequence[Scenario], *, foremost: Sequence[str] = ()) -> None:
    """Draws the lecture `name`.

    Args:
        name: of the lecture's folder.
        scenarios: what the keys 1 to 9 and the cards put on the stage.
        foremost: fields of `RunConfig` whose knobs stand above all others.
    """
    within_frame()
    cards = lecture(name)
    first = replace(state_of(scenarios[0].presets), settings=_openings(cards)[0])
    place = seat(name, lambda: _new_comparison(first, scenarios))
    comparison = place.comparison
    _leave_others(place)
    _follow_address(name, comparison, first)
    for job in {_JOBS[card.exhibit] for card in cards if card.exhibit in _JOBS}:
        desk().warm(job)
    exhibit = cards[comparison.state.card - 1].exhibit
    column, picture = st.columns([0.27, 0.73])
    with column:
        _buttons(name, cards, scenarios)
        with st.container(height=_BESIDE, border=False):
            _notices(comparison.notices)
            # A card that is put aside is still there: Streamlit forgets the answer to a question that is not drawn.
            with st.container(key="put-aside" if _alone(name) else "card"):
                _card(name, cards, scenarios, comparison.state, comparison.notices)
            if exhibit == "stage":
                _knobs(name, foremost)
    with picture:
        if exhibit == "stage":
            _stage(name, scenarios)
        else:
            comparison.put_aside()
            _EXHIBITS[exhibit](name)
            _away(name)


def _leave_others(place: Seat) -> None:
    """The page that was open before this one is seen no more."""
    before: Seat = st.session_state.get("place", place)
    st.session_state["place"] = place
    if before is not place:
        before.comparison.put_aside()


def _new_comparison(first: State, scenarios: Sequence[Scenario]) -> Comparison:
    """What a visit begins with. Meanwhile the GANs of this page are compiled ahead, of one seed and of many, then those
    of all other pages."""
    here = [PRESETS[name].config for scenario in scenarios for name in scenario.presets]
    runs = [*((config, 1) for config in here), *((config, MANY) for config in here)]
    registry().compile_ahead([*runs, *((preset.config, 1) for preset in PRESETS.values())])
    return Comparison(registry(), first, scenarios)


def _comparison(name: str) -> Comparison:
    """The session's comparison on this page, asked for anew in every fragment: a reload may have replaced it."""
    return seat(name, _missing).comparison


def _missing() -> Comparison:
    raise RuntimeError("the page that owns this fragment has not been drawn")


def _openings(cards: Sequence[Card]) -> list[Settings]:
    """The exhibits as each card opens them; where a card says nothing of one, an address is read as if it were new."""
    return [{**USUAL, **card.settings} for card in cards]


def _follow_address(name: str, comparison: Comparison, first: State) -> None:
    """Reads the URL when it is not what this page wrote last; a bare one keeps what is on the stage.

    Whoever opens a lecture that begins on the stage finds its first GAN already at it.
    """
    query = ours(st.query_params.to_dict())
    written = st.session_state.get(f"{name}:address")
    if query and query != written:
        state, comparison.notices = read(query, first, _openings(lecture(name)))
        if state != comparison.state:
            comparison.show(state)
        if not any(label in query for label in LABELS):
            comparison.offer(lecture(name)[state.card - 1].scenario)
    elif written is None and lecture(name)[0].exhibit == "stage":
        comparison.start()
    _write_address(name, comparison)


def _write_address(name: str, comparison: Comparison) -> None:
    query = write(comparison.state, _openings(lecture(name)))
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    st.session_state[f"{name}:address"] = query


def _buttons(name: str, cards: Sequence[Card], scenarios: Sequence[Scenario]) -> None:
    """What leads from card to card and puts runs on the stage: always in the same place, however long a card is."""
    comparison = _comparison(name)
    number = comparison.state.card
    card = cards[number - 1]
    scenario = _scenario(card, scenarios)
    with st.container(key="buttons", horizontal=True, gap="xsmall"):
        _turn_button("◀", name, "back", number - 1, disabled=number == 1)
        if scenario is not None:
            st.button(
                "Run it", key=f"{name}:run", type="primary", width="stretch", on_click=_run, args=(name, scenario)
            )
        else:
            st.space("stretch")
        if card.exhibit == "stage":
            about = "Choose what stands side by side"
            with st.popover("", icon=":material/view_column:", help=about, width=_WIDE):
                panel_picker(comparison, scenarios, key=f"{name}:picker")
            alone = _alone(name)
            st.button(
                "",
                key=f"{name}:knobs:alone",
                icon=":material/article:" if alone else ":material/tune:",
                help="Back to the card" if alone else "All knobs, in the card's place",
                type="primary" if alone else "secondary",
                width=_WIDE,
                on_click=_put_aside,
                args=(name, not alone),
            )
        _turn_button("▶", name, "on", number + 1, disabled=number == len(cards))


def _turn_button(label: str, name: str, key: str, number: int, *, disabled: bool) -> None:
    st.button(label, key=f"{name}:{key}", disabled=disabled, width=_WIDE, on_click=_turn, args=(name, number))


def _alone(name: str) -> bool:
    """Whether the knobs have the card's place."""
    card = lecture(name)[_comparison(name).state.card - 1]
    return card.exhibit == "stage" and st.session_state.get(f"{name}:alone", False)


def _put_aside(name: str, alone: bool) -> None:
    st.session_state[f"{name}:alone"] = alone


def _run(name: str, scenario: Scenario) -> None:
    _comparison(name).choose(scenario, play=True)
    _write_address(name, _comparison(name))


def _scenario(card: Card, scenarios: Sequence[Scenario]) -> Scenario | None:
    return next((each for each in scenarios if each.name == card.scenario), None)


def _notices(notices: Sequence[str]) -> None:
    for sentence in notices if len(notices) <= 4 else notices[:3]:
        st.warning(plain(sentence))
    if len(notices) > 4:
        st.warning(f"And {len(notices) - 3} more of this kind.")


@st.fragment
def _card(
    name: str, cards: Sequence[Card], scenarios: Sequence[Scenario], drawn: State, notices: Sequence[str]
) -> None:
    """Draws the card that is open; the whole page, where what is around it is not as it was `drawn`, with its
    `notices`."""
    comparison = _comparison(name)
    number = comparison.state.card
    card = cards[number - 1]
    before = st.query_params.to_dict()
    _write_address(name, comparison)
    around = (comparison.state.settings, comparison.notices, st.query_params.to_dict())
    if around != (drawn.settings, notices, before):
        st.rerun()
    st.subheader(f"{number}/{len(cards)} {card.title}", anchor=False)
    scenario = _scenario(card, scenarios)
    if scenario is not None and comparison.state.presets != scenario.presets:
        st.markdown(":material/info: On the stage is something else; **Run it** brings this card's runs back.")
    st.markdown(card.text)
    if card.attempts:
        with st.container(key="attempts", horizontal=True, gap="xsmall"):
            for index, each in enumerate(card.attempts):
                st.button(each.say, key=f"{name}:try:{number}:{index}", on_click=_attempt, args=(name, each))
    if card.question:
        _question(card, key=f"{name}:answer:{number}")


def _attempt(name: str, attempt: Attempt) -> None:
    carry_out(attempt, _comparison(name))


def _turn(name: str, number: int) -> None:
    comparison = _comparison(name)
    card = lecture(name)[number - 1]
    settings = {**comparison.state.settings, **card.settings}
    comparison.state = replace(comparison.state, card=number, settings=settings)
    comparison.notices = []
    comparison.offer(card.scenario)
    _put_aside(name, alone=False)
    _write_address(name, comparison)


def _question(card: Card, key: str) -> None:
    answer = st.radio(card.question or "", card.choices, index=None, key=key)
    if answer is None:
        return
    if card.choices.index(answer) == card.answer - 1:
        st.success(f"**Yes.** {card.because}", icon=":material/check:")
    else:
        st.error(f"**Not so.** {card.because}", icon=":material/close:")


@st.fragment
def _knobs(name: str, foremost: Sequence[str]) -> None:
    place = seat(name, _missing)
    comparison = place.comparison
    place.training = comparison.training
    tried = [field for attempt in lecture(name)[comparison.state.card - 1].attempts for field in attempt.changes]
    changes = knobs(
        comparison.state.configs,
        [label.upper() for label in LABELS[: len(comparison.runs)]],
        running=comparison.training,
        foremost=list(dict.fromkeys([*tried, *foremost])),  # what the card asks to be turned comes first
        height=_BESIDE if _alone(name) else None,
        key=f"{name}:knobs",
    )
    before = comparison.notices
    for change in changes:
        if change.wants_drawing:
            comparison.drawing += 1
        else:
            comparison.turn(change.panel, change.field, change.value)
    if changes:
        _write_address(name, comparison)
    if comparison.notices != before:
        st.rerun()


@st.fragment(run_every=_TICK)
def _stage(name: str, scenarios: Sequence[Scenario]) -> None:
    place = seat(name, _missing)
    comparison = place.comparison
    comparison.seen()
    commands = stage(
        comparison.panels(),
        compare=comparison.id,
        presets=[Preset(key=str(i), name=each.title) for i, each in enumerate(scenarios[:9], 1)],
        seeds_button=SeedsButton(),
        card=str(comparison.state.card),
        options={
            "pace": comparison.pace,
            "draw": comparison.drawing,
            "curves": comparison.curves,
            "densities": comparison.scenario.densities,
        },
        height=HEIGHT,
        key=f"{name}:stage",
    )
    # Until all is obeyed nothing asks for the session's state: the script may be ended there, and a command comes once.
    greeted = [place.greet(name, command["token"]) for command in commands if command["kind"] == "hello"]
    changed = place.comparison.obey(commands)
    # The knobs say which runs train; nobody else draws them again when a run begins or ends by itself.
    if changed or any(greeted) or place.comparison.training != place.training:
        st.rerun()


@st.fragment
def _two_lines(name: str) -> None:
    comparison = _comparison(name)
    moved = two_lines(comparison.state.two_lines, height=HEIGHT, key=f"{name}:two_lines")
    if moved is not None:
        comparison.state = replace(comparison.state, two_lines=moved)
        _write_address(name, comparison)


@st.fragment
def _dirac(name: str) -> None:
    lab, rests = dirac(_comparison(name).state.settings["lab"], height=HEIGHT, key=f"{name}:dirac")
    _keep(name, "lab", lab, rests)


@st.fragment
def _augmenting(name: str) -> None:
    chosen, rests = augmenting(_comparison(name).state.settings["aug"], desk(), height=HEIGHT, key=f"{name}:augment")
    _keep(name, "aug", chosen, rests)


@st.fragment
def _measuring(name: str) -> None:
    measure, rests = measuring(
        _comparison(name).state.settings["measure"], desk(), height=HEIGHT, key=f"{name}:measuring"
    )
    _keep(name, "measure", measure, rests)


def _keep(name: str, kind: str, setting: Any, rests: bool) -> None:
    """Keeps an exhibit's setting; the address follows when nobody turns anything."""
    comparison = _comparison(name)
    comparison.state = replace(comparison.state, settings={**comparison.state.settings, kind: setting})
    if rests:
        _write_address(name, comparison)


def _small_data(name: str) -> None:
    small_data(height=HEIGHT)


def _remedies(name: str) -> None:
    remedies(height=HEIGHT, key=f"{name}:remedies")


# The exhibits that need no run, by the name that cards give them
_EXHIBITS = {
    "two_lines": _two_lines,
    "dirac": _dirac,
    "remedies": _remedies,
    "augment": _augmenting,
    "measuring": _measuring,
    "small_data": _small_data,
}


@st.fragment(run_every=_AWAY)
def _away(name: str) -> None:
    _comparison(name).seen()
