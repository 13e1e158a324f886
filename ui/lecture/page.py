"""A lecture: cards and knobs on the left, the stage on the right. Every page that teaches is one call of this.

A card may ask for an exhibit instead of the stage. The runs then wait, paused, until a card brings the stage back; so
do those of a page that is left for another.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import streamlit as st

from gancore.experiments.presets import PRESETS
from ui.app.address import MANY, PageState, names_stage, read, state_of, write
from ui.app.following import Following
from ui.app.frame import title_card
from ui.app.opened import opened
from ui.app.sessions import compute_client, leave_others, open_room, registry
from ui.app.view import current_view, write_view
from ui.channel import Room
from ui.channel.mount import mount
from ui.exhibits import EXHIBITS, USUAL, Exhibit
from ui.lecture.card_list import card_list, shows_notes
from ui.lecture.card_view import card_view
from ui.lecture.cards import Card, lecture
from ui.lecture.lesson import Lesson, scenario_of
from ui.lecture.panel_picker import panel_picker
from ui.lecture.recordings import recordings
from ui.shared.markdown import escape_markdown
from ui.stage.scenario import Scenario

_WIDE = 44  # pixels of a button with a sign on it
_PICKER = "Choose what stands side by side; save or open a recording"
_PICKER_TABS = ("Side by side", "Recording")
_ALL_KNOBS, _THE_CARD = "All knobs, in the card's place (K)", "Back to the card (K)"
_BACK, _ON = "The card before (PageUp)", "The next card (PageDown)"
_UNDO = "Take back the last change (U)"
_RESET = "Begin this card again, as it was opened"
_UI = Path(__file__).parents[1]


def lecture_page(name: str, scenarios: Sequence[Scenario], *, foremost: Sequence[str] = ()) -> None:
    """Draws the lecture `name`.

    Args:
        name: of the lecture's folder.
        scenarios: what the cards and the menu put on the stage.
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
        self._following = Following(name)
        # Each card as it opens; where it says nothing of an exhibit, an address is read as if that were new.
        self.openings = [self._opening(number, card) for number, card in enumerate(self.cards, 1)]

    def _opening(self, number: int, card: Card) -> PageState:
        """A card as it opens: with its own scenario, or the first where it brings none."""
        scenario = scenario_of(card, self.scenarios) or self.scenarios[0]
        return replace(state_of(scenario.presets, card=number), settings={**USUAL, **card.settings})

    @property
    def room(self) -> Room:
        """The session's room on this page."""
        return open_room(self.name, self._new_lesson)

    @property
    def lesson(self) -> Lesson:
        """The lesson in this room; asked for anew each time, for a reload may have given the room another one."""
        return cast("Lesson", self.room.comparison)

    @property
    def card(self) -> Card:
        """The card that is open."""
        return self.lesson.card

    @property
    def alone(self) -> bool:
        """Whether the knobs have the card's place."""
        return self.card.exhibit == "stage" and st.session_state.get(self._key("alone"), False)

    def draw(self) -> None:
        """Draws all of it."""
        lesson = self.lesson
        leave_others(self.room)
        self._follow_address()
        self._drawn = self.lesson.mark
        title_card(self.card.title, self.lesson.state.card, len(self.cards))
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
                _notices(lesson.notices)
                if not self.alone:
                    with st.container(key="card"):
                        self._card()
                if exhibit is None:
                    with st.container(key="knobs"):
                        self._knobs()
        with picture, st.container(key="picture"):
            if exhibit is None:
                self._stage()
            else:
                lesson.put_aside()
                self._exhibit(exhibit)

    def _key(self, name: str) -> str:
        return f"{self.name}:{name}"

    def _new_lesson(self) -> Lesson:
        """Begins a visit. Meanwhile the GANs of this page are compiled ahead, of one seed and of many, then
        those of all other pages."""
        here = [PRESETS[name].config for scenario in self.scenarios for name in scenario.presets]
        runs = [*((config, 1) for config in here), *((config, MANY) for config in here)]
        registry().compile_ahead([*runs, *((preset.config, 1) for preset in PRESETS.values())])
        return Lesson(registry(), self.openings[0], self.scenarios, self.cards)

    # ── The address ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _follow_address(self) -> None:
        """Reads the URL when it is not what this page wrote last; a bare one keeps what is on the stage.

        Whoever opens a lecture that begins on the stage finds its first GAN there, as the first card opens it.
        """
        lesson = self.lesson
        query = self._following.asked()
        if query is not None:
            state, notices = read(query, self.openings)
            notices += current_view()[1]
            if state != lesson.state:
                lesson.show(state)
            if not names_stage(query):
                lesson.bring()
            lesson.note(notices)
        elif self._following.is_new and self.cards[0].exhibit == "stage":
            recording = opened()
            if recording is not None and not st.session_state.get("opened", False):
                st.session_state["opened"] = True
                lesson.open(recording)
            else:
                lesson.bring()
        self._write_address()

    def _write_address(self) -> None:
        self._following.write(write(self.lesson.state, self.openings) | write_view(current_view()[0]))

    # ── The buttons above the card ────────────────────────────────────────────────────────────────────────────────────

    def _buttons(self) -> None:
        """The row that leads from card to card and back: in the same place however long a card is."""
        lesson = self.lesson
        number = lesson.state.card
        with st.container(key="buttons", horizontal=True, gap="xsmall", horizontal_alignment="distribute"):
            self._button("back", "◀", _BACK, self._turn, number - 1, disabled=number == 1, shortcut="PageUp")
            card_list(lesson, key=self._key("cards"), turn=self._turn)
            self._button("undo", ":material/undo:", _UNDO, lesson.obey, "undo", disabled=not lesson.can_undo)
            self._button("reset", ":material/restart_alt:", _RESET, lesson.obey, "reset")
            if self.card.exhibit == "stage":
                with st.container(key="secondary", horizontal=True, gap="xsmall", width="content"):
                    self._secondary()
            last = number == len(self.cards)
            self._button("on", "▶", _ON, self._turn, number + 1, disabled=last, shortcut="PageDown")

    def _secondary(self) -> None:
        """What a presentation leaves out: what stands side by side, and all knobs."""
        lesson = self.lesson
        with st.popover("", icon=":material/view_column:", help=_PICKER):
            beside, recorded = st.tabs(_PICKER_TABS)
            with beside:
                panel_picker(lesson, self.scenarios, key=self._key("picker"))
            with recorded:
                recordings(lesson, key=self._key("recording"))
        icon, what = (":material/article:", _THE_CARD) if self.alone else (":material/tune:", _ALL_KNOBS)
        self._button("knobs:alone", icon, what, self._put_aside, not self.alone, primary=self.alone, shortcut="K")

    def _button(
        self,
        key: str,
        label: str,
        about: str,
        act: Callable[..., None],
        *arguments: object,
        disabled: bool = False,
        primary: bool = False,
        shortcut: str | None = None,
    ) -> None:
        st.button(
            label,
            key=self._key(key),
            help=about,
            disabled=disabled,
            type="primary" if primary else "secondary",
            width=_WIDE,
            shortcut=shortcut,
            on_click=act,
            args=arguments,
        )

    def _turn(self, number: int) -> None:
        self.lesson.turn_to(number)
        self._put_aside(alone=False)
        self._write_address()

    def _put_aside(self, alone: bool) -> None:
        st.session_state[self._key("alone")] = alone

    # ── The card and the knobs ────────────────────────────────────────────────────────────────────────────────────────

    def _whole_page_if_needed(self) -> None:
        """Draws all of it again where what is on the stage is no longer what is drawn around it."""
        if self.lesson.mark != self._drawn:
            st.rerun()

    @st.fragment
    def _card(self) -> None:
        """Draws the card that is open."""
        self._whole_page_if_needed()
        card_view(self.lesson, key=self._key("card"), notes=shows_notes())

    def _knobs(self) -> None:
        tried = [field for action in self.card.actions for field in action.changes]
        # What the card asks to be turned comes first.
        self.room.foremost = list(dict.fromkeys([*tried, *self.foremost]))
        self._mount("knobs")

    # ── The picture ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _stage(self) -> None:
        self.lesson.look()
        self._mount("stage")

    def _exhibit(self, exhibit: Exhibit) -> None:
        """Draws an exhibit. It asks over the channel; the address follows when nobody turns anything."""
        setting = self.lesson.state.settings.get(exhibit.name)
        data = {} if setting is None else {"setting": asdict(setting)}
        if exhibit.content is not None:
            data = dict(exhibit.content())
        self._mount(exhibit.name, folder=_UI / "exhibits" / exhibit.name, data=data)

    def _mount(self, name: str, *, folder: Path | None = None, data: dict[str, Any] | None = None) -> None:
        told = {"card": self.lesson.state.card, **(data or {})}
        mount(folder or _UI / name, self.room, drawn=self._drawn, key=self._key(name), data=told)


def _notices(notices: Sequence[str]) -> None:
    for sentence in notices if len(notices) <= 4 else notices[:3]:
        st.warning(escape_markdown(sentence))
    if len(notices) > 4:
        st.warning(f"And {len(notices) - 3} more of this kind.")
