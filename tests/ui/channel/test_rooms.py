"""A tab that comes back finds its comparison, and what is wrong in the address that it was opened with."""

from typing import Any

import pytest

from ui.app.address import read, state_of
from ui.channel import Room, Rooms
from ui.channel import rooms as rooms_module
from ui.channel.viewer import Viewer
from ui.stage.comparison import Comparison
from ui.stage.scenario import Scenario

NAMES = ("ring-merge", "ring-merge-mad")
TAB = "0123456789abcdef"


class NoRuns:
    """A registry that starts nothing."""

    def __init__(self) -> None:
        self.released: list[str] = []

    def release(self, owner: str) -> None:
        self.released.append(owner)


def comparison() -> Comparison:
    registry: Any = NoRuns()
    return Comparison(registry, state_of(NAMES), [Scenario("one", "One", NAMES)])


def no_client() -> Any:
    raise AssertionError("nothing asks")


@pytest.fixture
def rooms() -> Rooms:
    return Rooms(no_client)


def left(rooms: Rooms, tab: str = TAB, page: str = "page") -> Room:
    """A room that a tab has opened and left."""
    room = rooms.open(page, comparison())
    rooms.greet(room, tab)
    room.leave()
    return room


def test_a_tab_that_finds_its_runs_again_is_told_what_its_address_cannot_have(rooms: Rooms) -> None:
    before = left(rooms)
    rooms.open("page", comparison())  # by now it is known to be empty
    back = rooms.open("page", comparison())
    query = {"a": NAMES[0], "b": NAMES[1], "b.loss": "wasserstein", "seed": "0"}
    state, notices = read(query, [state_of(NAMES)])
    back.comparison.note(notices)
    assert state == before.comparison.state  # repaired: MAD-GAN has no Wasserstein loss
    rooms.greet(back, TAB)
    assert back.comparison is before.comparison
    assert any("wasserstein" in sentence for sentence in back.comparison.notices)
    assert rooms.enter(before.id, before.driver) is None  # it has moved
    for _ in range(3):
        rooms.open("page", comparison())  # which looks for rooms that are empty


def test_a_room_is_taken_over_by_its_own_tab_alone_and_only_once_it_is_empty(rooms: Rooms) -> None:
    before = left(rooms)

    def finds(tab: str = TAB, page: str = "page", other: bool = False, settled: bool = True) -> bool:
        room = rooms.open(page, comparison())
        if other:
            room.comparison.adjust(card=2)
        assert rooms.greet(room, tab) == settled
        return room.comparison is before.comparison

    assert not finds(tab="fedcba9876543210")
    assert not finds(page="another")
    assert not finds(other=True)  # something else on the stage
    viewer = Viewer(drives=True)
    before.viewers.add(viewer)
    # A second tab that was made from the first, which is still there; or the same one, loaded anew.
    assert not finds(settled=False)
    before.viewers.discard(viewer)
    assert finds()


def test_a_session_that_was_cut_off_and_comes_back_holds_its_room_again(rooms: Rooms) -> None:
    room = left(rooms)
    assert not room.held
    assert rooms.resume(room.id) is room
    assert room.held
    assert rooms.resume("another") is None
    assert rooms.resume(None) is None


def test_the_end_of_a_session_frees_its_runs(rooms: Rooms) -> None:
    room = rooms.open("page", comparison())
    room.leave()
    registry: Any = room.comparison._registry
    assert registry.released == [room.comparison.owner]


def test_what_is_asked_for_in_the_last_moment_is_freed_too(rooms: Rooms) -> None:
    room = rooms.open("page", comparison())
    registry: Any = room.comparison._registry
    viewer, other = Viewer(drives=True), Viewer(drives=True)
    room.viewers |= {viewer, other}
    room.leave()
    room.part(viewer)
    assert len(registry.released) == 1
    room.part(other)  # the last command of this one came after the session had ended
    assert len(registry.released) == 2


def test_tokens_open_their_own_room_and_say_what_is_allowed_there(rooms: Rooms) -> None:
    room, other = rooms.open("page", comparison()), rooms.open("page", comparison())
    assert rooms.enter(room.id, room.driver) == (room, "drives")
    assert rooms.enter(room.id, room.watcher) == (room, "watches")
    for token in (other.driver, other.watcher, "", room.driver[:-1], room.driver + "x", "\udcff", "é"):
        assert rooms.enter(room.id, token) == (room, None)
    assert rooms.enter("nowhere", room.driver) is None
    tokens = {room.id, room.driver, room.watcher, other.id, other.driver, other.watcher}
    assert len(tokens) == 6
    assert min(len(token) for token in tokens) * 6 >= 128  # bits, as URL-safe base 64


def test_rooms_that_nobody_comes_back_to_are_forgotten(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(rooms_module.time, "monotonic", lambda: now)
    gone, kept = left(rooms), rooms.open("page", comparison())
    rooms.open("page", comparison())
    now += rooms_module.KEPT + 1
    rooms.open("page", comparison())
    assert rooms.enter(gone.id, gone.driver) is None
    assert rooms.enter(kept.id, kept.driver) is not None
    now += rooms_module.HELD
    rooms.open("page", comparison())
    assert rooms.enter(kept.id, kept.driver) is None  # its session may have ended without a word ...
    rooms.keep(kept)
    assert rooms.enter(kept.id, kept.driver) is not None  # ... and if not, it is there again


def test_many_rooms_that_were_left_do_not_fill_the_memory(rooms: Rooms) -> None:
    for i in range(rooms_module.MOST + 50):
        left(rooms, tab=f"{i:016x}")
    assert len(rooms._rooms) <= rooms_module.MOST + 2
