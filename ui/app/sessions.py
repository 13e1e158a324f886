"""State that outlives a script run: the server's registry of runs, its compute client, its rooms."""

import os
from collections.abc import Callable

import streamlit as st

from gancore.runtime.compiler import Compiler
from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.registry import GRACE, Registry
from ui.channel import Room, Rooms
from ui.stage.comparison import Comparison

_LEASE = 90.0  # seconds that a run goes on unseen: longer than a browser takes that has lost the connection


@st.cache_resource(show_spinner=False)
def registry() -> Registry:
    """The server's runs; its worker processes end with it.

    GANCORE_COMPILE=off leaves their steps as they are; GANCORE_GRACE is for how many seconds a closed tab's runs wait
    for it to come back.
    """
    compiling = os.environ.get("GANCORE_COMPILE") != "off"
    grace = float(os.environ.get("GANCORE_GRACE", GRACE))
    return Registry(lease=_LEASE, grace=grace, make_compiler=Compiler if compiling else None)


@st.cache_resource(show_spinner=False)
def compute_client() -> ComputeClient:
    """Where exhibits ask what only torch can answer; its process ends with the server."""
    return ComputeClient()


@st.cache_resource(show_spinner=False)
def rooms() -> Rooms:
    """The server's rooms."""
    return Rooms(compute_client)


def open_room(page: str, make: Callable[[], Comparison]) -> Room:
    """This session's room on a page; made at its first visit. A session that was cut off and comes back finds it."""
    room = _held(page, make)
    rooms().keep(room)
    return room


def leave_others(room: Room) -> None:
    """The page that this session had open before `room`'s is seen no more: its runs wait, paused."""
    before: Room = st.session_state.get("room", room)
    st.session_state["room"] = room
    if before is not room:
        before.comparison.put_aside()


@st.cache_resource(scope="session", show_spinner=False, on_release=Room.leave)
def _held(page: str, _make: Callable[[], Comparison]) -> Room:
    """Given up when the session is disconnected; the session's state outlives that for a while."""
    kept = f"room:{page}"
    room = rooms().resume(st.session_state.get(kept)) or rooms().open(page, _make())
    st.session_state[kept] = room.id
    return room
