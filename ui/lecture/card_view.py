"""A card as it is drawn: its words, what it offers to try, its question with the answer."""

import streamlit as st

from ui.lecture.card_action import CardAction
from ui.lecture.cards import Card
from ui.lecture.glossary import explained_markdown
from ui.lecture.lesson import Lesson

_EYEBROW = "Card {number} of {count}"
_OTHER = ":material/info: Something else is on the stage; this card speaks of **{title}**. ↺ brings it back."
_FROM_START = "From the start:"
_IN_EXHIBIT = "Try:"
_FROM_STEP = "From step {step:,} on:"
_ABOUT_TRY = "Press to try it on this card's own experiment; press again to take it back"
_GUESS = "Your guess, before it runs: {question}"
_WAITS = "You guessed **{choice}**. The answer comes at step {step:,}."
_TELL = "Show the answer now"
_RIGHT, _WRONG = "**Yes.** {because}", "**Not so.** {because}"
_GUESSED_RIGHT = "You guessed **{choice}**, and so it is. {because}"
_GUESSED_WRONG = "You guessed **{choice}**; it is **{answer}**. {because}"
_NOTES = "**For the lecturer.** {notes}"


def card_view(lesson: Lesson, key: str, *, notes: bool) -> None:
    """Draws the open card; `notes`: with what is for the lecturer's eyes."""
    card, number = lesson.card, lesson.state.card
    with st.container(key="eyebrow"):
        st.markdown(_EYEBROW.format(number=number, count=len(lesson.cards)))
    st.subheader(card.title, anchor=False)
    scenario = lesson.scenario_of_card
    if scenario is not None and lesson.is_other:
        st.markdown(_OTHER.format(title=scenario.title))
    st.markdown(explained_markdown(card.text), unsafe_allow_html=True)
    if card.question:
        _question(lesson, card, key=f"{key}:{number}:choice")
    _actions(lesson, card, key=f"{key}:{number}:try")
    if notes and card.notes:
        st.info(_NOTES.format(notes=card.notes))


def _actions(lesson: Lesson, card: Card, key: str) -> None:
    for step in sorted({action.at for action in card.actions}):
        when = _FROM_STEP.format(step=step) if step else _FROM_START if card.exhibit == "stage" else _IN_EXHIBIT
        st.markdown(when)
        with st.container(key=f"actions-{step}", horizontal=True, gap="xsmall"):
            for index, action in enumerate(card.actions):
                if action.at == step:
                    _action(lesson, action, key=f"{key}:{index}")


def _action(lesson: Lesson, action: CardAction, key: str) -> None:
    on = lesson.is_tried(action)
    st.button(
        action.say,
        key=key,
        help=_ABOUT_TRY,
        icon=":material/check:" if on else None,
        type="primary" if on else "secondary",
        on_click=lesson.try_out,
        args=(action,),
    )


def _question(lesson: Lesson, card: Card, key: str) -> None:
    chosen, told = lesson.chosen, lesson.is_told
    question = card.question or ""
    st.markdown(_GUESS.format(question=question) if card.reveal and not told else f"**{question}**")
    with st.container(key="choices", gap="xsmall"):
        for number, choice in enumerate(card.choices, 1):
            icon = None
            if told:
                if number not in (chosen, card.answer):
                    continue  # what is left says what was thought and what is so
                icon = ":material/check:" if number == card.answer else ":material/close:"
            st.button(
                choice,
                key=f"{key}:{number}",
                icon=icon,
                type="primary" if number == chosen else "secondary",
                width="stretch",
                shortcut=str(number),
                on_click=lesson.obey,
                args=("choose",),
                kwargs={"choice": number},
            )
    if chosen is None:
        return
    words = {"choice": card.choices[chosen - 1], "answer": card.choices[card.answer - 1], "because": card.because}
    if not told:
        st.markdown(_WAITS.format(step=card.reveal, **words))
        st.button(_TELL, key=f"{key}:tell", on_click=lesson.tell)
    elif chosen == card.answer:
        st.success((_GUESSED_RIGHT if card.reveal else _RIGHT).format(**words), icon=":material/check:")
    else:
        st.error((_GUESSED_WRONG if card.reveal else _WRONG).format(**words), icon=":material/close:")
