"""The list of a lecture's cards: jumps to any of them, tells how long each takes, and shows the lecturer's notes."""

from collections.abc import Callable

import streamlit as st

from ui.lecture.lesson import Lesson

_HELP = "All cards of this lecture"
_CARD = "{number} · {title}"
_CARD_MINUTES = "{number} · {title} ({minutes} min)"
_TOTAL = "{cards} cards, {minutes} minutes"
_NOTES = "Show the lecturer's notes under the card"
_NOTES_KEY = "lecture:notes"


def shows_notes() -> bool:
    """Whether this visitor wants to see the lecturer's notes."""
    return bool(st.session_state.get(_NOTES_KEY, False))


def card_list(lesson: Lesson, key: str, turn: Callable[[int], None]) -> None:
    """Draws the list; `turn` opens the card of a number."""
    cards, number = lesson.cards, lesson.state.card
    with st.popover(f"{number}/{len(cards)}", help=_HELP):
        for each, card in enumerate(cards, 1):
            template = _CARD_MINUTES if card.minutes else _CARD
            st.button(
                template.format(number=each, title=card.title, minutes=card.minutes),
                key=f"{key}:{each}",
                type="primary" if each == number else "secondary",
                width="stretch",
                on_click=turn,
                args=(each,),
            )
        if minutes := sum(card.minutes for card in cards):
            st.caption(_TOTAL.format(cards=len(cards), minutes=minutes))
        # A widget's own key goes with the page that draws it; the wish does not.
        shown = st.toggle(_NOTES, value=shows_notes(), key=f"{key}:notes")
        if shown != shows_notes():
            st.session_state[_NOTES_KEY] = shown
            st.rerun()
