"""A lecture: cards and knobs on the left, the stage on the right. Every page that teaches is one call of this.

A card may ask for an exhibit instead of the stage. The runs then wait, paused, until a card brings the stage back; so
do those of a page that is left for another.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import streamlit as st

from gancore.experiments.presets import PRESETS
from ui.app.address import LABELS, MANY, ours, read, state_of, write
from ui.app.frame import title_card
from ui.app.opened import opened
from ui.app.sessions import compute_client, open_room, registry
from ui.app.view import current_view, write_view
from ui.channel import Room
from ui.channel.mount import mount
from ui.exhibits import EXHIBITS, USUAL, Exhibit, Settings
from ui.lecture.card_action import CardAction, carry_out
from ui.lecture.cards import Card, lecture
from ui.lecture.panel_picker import panel_picker
from ui.lecture.recordings import recordings
from ui.shared.markdown import escape_markdown
from ui.stage.comparison import Comparison
from ui.stage.scenario import Scenario

_WIDE = 52  # pixels of a button with a sign on it
_PICKER = "Choose what stands side by side; save or open a recording"
_PICKER_TABS = ("Side by side", "Recording")
_ADDRESS_UNDER_WAY = 1.0  # seconds that a new address takes at most to the browser and back
_UI = Path(__file__).parents[1]


def lecture_page(name: str, scenarios: Sequence[Scenario], *, foremost: Sequence[str] = ()) -> None:
    """Draws the lecture `name`.

    Args:
        name: of the lecture's folder.
        scenarios: what the keys 1 to 9 and the cards put on the stage.
        foremost: fields of `RunConfig` whose knobs stand above all others.
    """
    LecturePage(name, scenarios, foremost).draw()


class LecturePage:
    """One lecture as a session sees it: its cards, its scenarios, and what stands on its stage."""

    def __init__(self, name: str, scenarios: Sequence[Scenario], foremost: Sequence[str] = ()) -> None:
        """The arguments are those of `lecture_page`."""
        self.name = name
        self.cards = lecture(name)
        self.scenarios = scenarios
        self.foremost = foremost
        # The exhibits as each card opens them; where a card says nothing of one, an address is read as if it were new.
        self.openings: list[Settings] = [{**USUAL, **card.settings} for card in self.cards]
        self.first = replace(state_of(scenarios[0].presets), settings=self.openings[0])

    @property
    def room(self) -> Room:
        """The session's room on this page."""
        return open_room(self.name, self._new_comparison)

    @property
    def comparison(self) -> Comparison:
        """The comparison on the stage; asked for anew each time, for a reload may have given the room another one."""
        return self.room.comparison

    @property
    def card(self) -> Card:
        """The card that is open."""
        return self.cards[self.comparison.state.card - 1]

    @property
    def alone(self) -> bool:
        """Whether the knobs have the card's place."""
        return self.card.exhibit == "stage" and st.session_state.get(self._key("alone"), False)

    def draw(self) -> None:
        """Draws all of it."""
        comparison = self.comparison
        self._leave_others()
        self._follow_address()
        self._drawn = self.comparison.mark
        title_card(self.card.title, self.comparison.state.card, len(self.cards))
        for name in {card.exhibit for card in self.cards if card.exhibit in EXHIBITS}:
            if EXHIBITS[name].has_job:
                compute_client().warm(name)
        exhibit = EXHIBITS.get(self.card.exhibit)
        # Sizes are the frame's: the hall fills the window, and what is read in it scrolls by itself.
        with st.container(key="hall"):
            column, picture = st.columns([0.25, 0.75], gap="small")
        with column, st.container(key="beside"):
            self._buttons()
            with st.container(key="reading"):
                _notices(comparison.notices)
                # A card that is put aside is still there: Streamlit forgets the answer to a question that is not drawn.
                with st.container(key="put-aside" if self.alone else "card"):
                    self._card()
                if exhibit is None:
                    with st.container(key="knobs"):
                        self._knobs()
        with picture, st.container(key="picture"):
            if exhibit is None:
                self._stage()
            else:
                comparison.put_aside()
                self._exhibit(exhibit)

    def _key(self, name: str) -> str:
        return f"{self.name}:{name}"

    def _leave_others(self) -> None:
        """The page that was open before this one is seen no more."""
        before: Room = st.session_state.get("room", self.room)
        st.session_state["room"] = self.room
        if before is not self.room:
            before.comparison.put_aside()

    def _new_comparison(self) -> Comparison:
        """Begins a visit. Meanwhile the GANs of this page are compiled ahead, of one seed and of many, then
        those of all other pages."""
        here = [PRESETS[name].config for scenario in self.scenarios for name in scenario.presets]
        runs = [*((config, 1) for config in here), *((config, MANY) for config in here)]
        registry().compile_ahead([*runs, *((preset.config, 1) for preset in PRESETS.values())])
        return Comparison(registry(), self.first, self.scenarios)

    # ── The address ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _follow_address(self) -> None:
        """Reads the URL when it is not what this page wrote last; a bare one keeps what is on the stage.

        Whoever opens a lecture that begins on the stage finds its first GAN already at it.
        """
        comparison = self.comparison
        query = ours(st.query_params.to_dict())
        written = st.session_state.get(self._key("address"))
        if query and query != written and not self._is_on_its_way(query):
            state, notices = read(query, self.first, self.openings)
            comparison.note([*notices, *current_view()[1]])
            if state != comparison.state:
                comparison.show(state)
            if not any(label in query for label in LABELS):
                comparison.offer(self.card.scenario)
        elif written is None and self.cards[0].exhibit == "stage":
            recording = opened()
            if recording is not None and not st.session_state.get("opened", False):
                st.session_state["opened"] = True
                comparison.open(recording)
            else:
                comparison.start()
        self._write_address()

    def _write_address(self) -> None:
        query = write(self.comparison.state, self.openings) | write_view(current_view()[0])
        if st.query_params.to_dict() != query:
            st.query_params.from_dict(query)
        written = st.session_state.get(self._key("address"))
        if written not in (None, query):
            st.session_state[self._key("address:before")] = written, time.monotonic()
        st.session_state[self._key("address")] = query

    def _is_on_its_way(self, query: dict[str, str]) -> bool:
        """Whether the browser asked for this run of the script before it heard of the address that was written last.

        Then it still names the one before, which would put back what has just been left.
        """
        before, when = st.session_state.get(self._key("address:before"), (None, 0.0))
        return query == before and time.monotonic() - when < _ADDRESS_UNDER_WAY

    # ── The buttons above the card ────────────────────────────────────────────────────────────────────────────────────

    def _buttons(self) -> None:
        """The row that leads from card to card and puts runs on the stage: in the same place however long a card is."""
        number = self.comparison.state.card
        scenario = self._scenario()
        with st.container(key="buttons", horizontal=True, gap="xsmall"):
            self._turn_button("◀", "back", number - 1, disabled=number == 1)
            if scenario is not None:
                run = self._key("run")
                st.button("Run it", key=run, type="primary", width="stretch", on_click=self._run, args=(scenario,))
            else:
                st.space("stretch")
            if self.card.exhibit == "stage":
                with st.container(key="secondary", horizontal=True, gap="xsmall", width="content"):
                    self._secondary()
            self._turn_button("▶", "on", number + 1, disabled=number == len(self.cards))

    def _secondary(self) -> None:
        """What a presentation leaves out: what stands side by side, and all knobs."""
        with st.popover("", icon=":material/view_column:", help=_PICKER, width=_WIDE):
            beside, recorded = st.tabs(_PICKER_TABS)
            with beside:
                panel_picker(self.comparison, self.scenarios, key=self._key("picker"))
            with recorded:
                recordings(self.comparison, key=self._key("recording"))
        alone = self.alone
        st.button(
            "",
            key=self._key("knobs:alone"),
            icon=":material/article:" if alone else ":material/tune:",
            help="Back to the card" if alone else "All knobs, in the card's place",
            type="primary" if alone else "secondary",
            width=_WIDE,
            on_click=self._put_aside,
            args=(not alone,),
        )

    def _turn_button(self, label: str, key: str, number: int, *, disabled: bool) -> None:
        st.button(label, key=self._key(key), disabled=disabled, width=_WIDE, on_click=self._turn, args=(number,))

    def _turn(self, number: int) -> None:
        comparison, card = self.comparison, self.cards[number - 1]
        settings = {**comparison.state.settings, **card.settings}
        comparison.adjust(card=number, settings=settings)
        comparison.note([])
        comparison.offer(card.scenario)
        self._put_aside(alone=False)
        self._write_address()

    def _put_aside(self, alone: bool) -> None:
        st.session_state[self._key("alone")] = alone

    def _run(self, scenario: Scenario) -> None:
        self.comparison.choose(scenario, play=True)
        self._write_address()

    def _scenario(self) -> Scenario | None:
        return next((each for each in self.scenarios if each.name == self.card.scenario), None)

    # ── The card and the knobs ────────────────────────────────────────────────────────────────────────────────────────

    def _whole_page_if_needed(self) -> None:
        """Draws all of it again where what is on the stage is no longer what is drawn around it."""
        if self.comparison.mark != self._drawn:
            st.rerun()

    @st.fragment
    def _card(self) -> None:
        """Draws the card that is open."""
        self._whole_page_if_needed()
        comparison, card = self.comparison, self.card
        number = comparison.state.card
        st.subheader(f"{number}/{len(self.cards)} {card.title}", anchor=False)
        scenario = self._scenario()
        if scenario is not None and comparison.state.presets != scenario.presets:
            st.markdown(":material/info: On the stage is something else; **Run it** brings this card's runs back.")
        st.markdown(card.text)
        if card.actions:
            with st.container(key="actions", horizontal=True, gap="xsmall"):
                for index, each in enumerate(card.actions):
                    key = self._key(f"try:{number}:{index}")
                    st.button(each.say, key=key, on_click=self._carry_out, args=(each,))
        if card.question:
            _question(card, key=self._key(f"answer:{number}"))

    def _carry_out(self, action: CardAction) -> None:
        carry_out(action, self.comparison)

    def _knobs(self) -> None:
        tried = [field for action in self.card.actions for field in action.changes]
        # What the card asks to be turned comes first.
        self.room.foremost = list(dict.fromkeys([*tried, *self.foremost]))
        self._mount("knobs")

    # ── The picture ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _stage(self) -> None:
        self.comparison.look()
        self._mount("stage")

    def _exhibit(self, exhibit: Exhibit) -> None:
        """Draws an exhibit. It asks over the channel; the address follows when nobody turns anything."""
        setting = self.comparison.state.settings.get(exhibit.name)
        data = {} if setting is None else {"setting": asdict(setting)}
        if exhibit.content is not None:
            data = dict(exhibit.content())
        self._mount(exhibit.name, folder=_UI / "exhibits" / exhibit.name, data=data)

    def _mount(self, name: str, *, folder: Path | None = None, data: dict[str, Any] | None = None) -> None:
        told = {"card": self.comparison.state.card, **(data or {})}
        mount(folder or _UI / name, self.room, drawn=self._drawn, key=self._key(name), data=told)


def _notices(notices: Sequence[str]) -> None:
    for sentence in notices if len(notices) <= 4 else notices[:3]:
        st.warning(escape_markdown(sentence))
    if len(notices) > 4:
        st.warning(f"And {len(notices) - 3} more of this kind.")


def _question(card: Card, key: str) -> None:
    answer = st.radio(card.question or "", card.choices, index=None, key=key)
    if answer is None:
        return
    if card.choices.index(answer) == card.answer - 1:
        st.success(f"**Yes.** {card.because}", icon=":material/check:")
    else:
        st.error(f"**Not so.** {card.because}", icon=":material/close:")
