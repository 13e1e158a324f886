"""The page on which the app opens: a first GAN that is stepped by hand, and below it what there is to go on with.

It used to be Mode collapse on which the app opened. Links of that time have no path, and a lecture's parameters: they
are sent on to that lecture, and a recording that the app was started with is opened there.
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import streamlit as st

from gancore.experiments.presets import PRESETS
from ui.app.address import ours, state_of
from ui.app.following import Following
from ui.app.opened import opened
from ui.app.sessions import compute_client, leave_others, open_room, registry
from ui.channel.mount import mount
from ui.exhibits import EXHIBITS
from ui.shared.markdown import escape_markdown
from ui.stage.comparison import Comparison
from ui.stage.scenario import Scenario
from ui.start.exercises import draw_exercises, exercises
from ui.start.glossary import draw_glossary
from ui.start.lectures import PAGES, draw_guide, draw_map

NAME = "first_gan"
_PREFIX = f"{NAME}."
_OPENED_BEFORE = PAGES / "mode_collapse.py"  # where the app opened in earlier versions
_FOLDER = Path(__file__).parents[1] / "exhibits" / NAME
_NO_STAGE = Scenario("first", "One GAN", ("ring-chase",))  # a room has one, and this page never starts it
_TABS = ("Lectures", "For lecturers", "For students", "Glossary")


def start_page() -> None:
    """Draws the page, or goes to the lecture that an old link means."""
    query = ours(st.query_params.to_dict())
    if any(not key.startswith(_PREFIX) for key in query):
        st.switch_page(_OPENED_BEFORE, query_params=query)
    if opened() is not None and not st.session_state.get("opened", False):
        st.switch_page(_OPENED_BEFORE)
    room = open_room("start", _new_comparison)
    leave_others(room)
    notices = _follow_address(room.comparison)
    compute_client().warm(NAME)
    for sentence in notices:
        st.warning(escape_markdown(sentence))
    comparison = room.comparison
    setting = comparison.state.settings[NAME]
    mount(_FOLDER, room, drawn=comparison.mark, key=f"start:{NAME}", data={"setting": asdict(setting)})
    lectures, lecturers, students, terms = st.tabs(_TABS)
    with lectures:
        draw_map()
    with lecturers:
        draw_guide()
    with students:
        draw_exercises(exercises())
    with terms:
        draw_glossary()


def _new_comparison() -> Comparison:
    """Begins a visit. Nothing is on this page's stage; meanwhile the GANs of the lectures are compiled ahead."""
    registry().compile_ahead([(preset.config, 1) for preset in PRESETS.values()])
    return Comparison(registry(), state_of(_NO_STAGE.presets), [_NO_STAGE])


def _follow_address(comparison: Comparison) -> list[str]:
    """Reads the URL where it is not what was written last, and writes what is shown. Returns what is wrong in it."""
    codec = EXHIBITS[NAME].codec
    assert codec is not None
    notices: list[str] = []
    following = Following("start")
    query = following.asked()
    if query is not None:
        setting, notices = codec.read({key.removeprefix(_PREFIX): text for key, text in query.items()}, codec.usual)
        if setting != comparison.state.settings[NAME]:
            comparison.adjust(settings={**comparison.state.settings, NAME: setting})
    shown: Any = comparison.state.settings[NAME]
    # The step is always written: a way back through the browser's history leads to the first one too.
    fields = {"step": str(shown.step), **codec.write(shown, replace(codec.usual, step=shown.step))}
    address = {f"{_PREFIX}{key}": text for key, text in fields.items()}
    following.write(address)
    return notices
