"""The socket of a running server: who comes in, what is sent, and whom it hurts when somebody misbehaves."""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from gancore.runtime.frames import encode, read_header
from tests.ui.channel.test_messages import HELLO
from tests.ui.stage.test_comparison import NAMES, SCENARIOS, FakeRegistry, FakeRun
from ui.app.address import state_of
from ui.app.admission import Admission
from ui.channel import VERSION, Room, Rooms, Serving, serving
from ui.channel.allowance import Allowance
from ui.channel.viewer import WINDOW
from ui.stage.comparison import Comparison

TAB = "0123456789abcdef"


class StampedRun(FakeRun):
    """A run that can be watched."""

    @property
    def stamp(self) -> tuple[object, ...]:
        return (self.id, self.state)


class StampedRegistry(FakeRegistry):
    make = StampedRun


def no_client() -> Any:
    raise AssertionError("nothing asks")


class Hall:
    """A server with one room."""

    def __init__(self, port: int, rooms: Rooms) -> None:
        self.port = port
        self.rooms = rooms
        self.room = self.open()

    def open(self) -> Room:
        registry: Any = StampedRegistry()
        return self.rooms.open("page", Comparison(registry, state_of(NAMES, 7), SCENARIOS))

    def connect(self, room: str | None = None, **headers: str) -> ClientConnection:
        url = f"ws://localhost:{self.port}/channel/{room or self.room.id}"
        return connect(url, additional_headers=headers or None, max_size=None, ping_interval=None, legacy=True)

    def enter(self, token: str | None = None, **hello: Any) -> Guest:
        socket = self.connect()
        said = {**HELLO, "version": VERSION, "token": token or self.room.driver, "tab": TAB, "have": {}, **hello}
        socket.send(json.dumps(said))
        return Guest(socket)


class Guest:
    """Somebody who is connected."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.count = 0

    def hear(self, seconds: float = 5) -> dict[str, Any]:
        message = self.socket.recv(seconds)
        assert isinstance(message, bytes)
        self.count += 1
        return read_header(message)[0]

    def hear_until(self, what: Callable[[dict[str, Any]], bool], seconds: float = 10) -> dict[str, Any]:
        """Takes and acknowledges messages until one is as wanted."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            header = self.hear(seconds)
            self.say(kind="got", number=self.count)
            if what(header):
                return header
        raise TimeoutError

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def ended(self, seconds: float = 5) -> int:
        """Takes what still comes; the code with which the connection then ends."""
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                self.socket.recv(max(0.01, deadline - time.monotonic()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 0
        raise TimeoutError


@pytest.fixture
def hall() -> Iterator[Hall]:
    rooms = Rooms(no_client)
    app = Starlette(
        routes=Serving(lambda: rooms).routes(), middleware=[Middleware(Admission, named=(), addresses=False)]
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Hall(server.servers[0].sockets[0].getsockname()[1], rooms)
    server.should_exit = True
    thread.join(10)


def is_state(header: dict[str, Any]) -> bool:
    return header["kind"] == "state"


def train(hall: Hall, frames: int, weight: int = 0) -> None:
    run: Any = hall.room.comparison.runs[0]
    for _ in range(frames):
        run.history.append(0, 0.0, encode({"step": 0, "scalars": {}}, {}) + bytes(weight))


# ── Coming in ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_drives_is_told_the_state_and_the_knobs_and_what_it_presses_is_done(hall: Hall) -> None:
    guest = hall.enter()
    assert guest.hear()["drives"] is True
    assert guest.hear_until(is_state)["compare"] == hall.room.comparison.id
    guest.hear_until(lambda header: header["kind"] == "knobs")
    guest.say(kind="play")
    state = guest.hear_until(lambda header: is_state(header) and header["panels"][0]["run"] is not None)
    assert [panel["run"] for panel in state["panels"]] == [run for run, *_ in hall.room.runs()]


def test_a_watcher_sees_the_same_and_drives_nothing(hall: Hall) -> None:
    guest = hall.enter(hall.room.watcher)
    assert guest.hear()["drives"] is False
    guest.hear_until(is_state)
    before = hall.room.comparison.state
    guest.say(kind="play")
    guest.say(kind="turn", number=1, panel=0, field="d_lr", value=0.5)
    guest.say(kind="ask", number=1, exhibit="dirac")
    driver = hall.enter()
    driver.hear_until(is_state)
    driver.say(kind="new_seed")
    state = guest.hear_until(lambda header: is_state(header) and header["panels"][0]["seed"] == 8)
    assert state["compare"] == hall.room.comparison.id
    assert hall.room.comparison.state == before.with_seed(8)
    assert len({run for run, *_ in hall.room.runs()}) == 2  # the driver's alone


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": "x" * 22}, serving.NO_ENTRY),
        ({"token": ""}, serving.NO_ENTRY),
        ({"version": VERSION + 1}, serving.OTHER_VERSION),
        ({"tab": "x"}, serving.NOT_UNDERSTOOD),
    ],
)
def test_who_does_not_belong_here_is_sent_away_with_a_reason(hall: Hall, changes: dict[str, Any], code: int) -> None:
    socket = hall.connect()
    socket.send(json.dumps({**HELLO, "token": hall.room.driver, **changes}))
    assert Guest(socket).ended() == code


def test_a_room_that_is_gone_is_told_apart_from_a_wrong_token(hall: Hall) -> None:
    socket = hall.connect("nowhere")
    socket.send(json.dumps({**HELLO, "token": hall.room.driver}))
    assert Guest(socket).ended() == serving.NO_ROOM


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}, {"Host": "127.0.0.1.nip.io"}],
)
def test_a_page_of_another_host_does_not_get_a_socket(hall: Hall, headers: dict[str, str]) -> None:
    with pytest.raises((InvalidStatus, ConnectionClosed, OSError, ValueError)):
        hall.connect(**headers).recv(5)


def test_nobody_waits_for_ever_before_saying_who_it_is(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HELLO", 0.2)
    assert Guest(hall.connect()).ended() == serving.NOT_UNDERSTOOD


# ── Going on ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_frames_come_as_they_are_made_and_after_a_break_from_where_it_left_off(hall: Hall) -> None:
    hall.room.comparison.start()
    guest = hall.enter()
    guest.hear_until(is_state)
    seen: list[int] = []
    for count in (1, 3):
        train(hall, count)
        while len(seen) < count:
            header = guest.hear_until(lambda header: header["kind"] == "frames")
            seen += [seq for each in header["runs"] for seq, *_ in each["frames"]]
    assert seen == [1, 2, 3, 4]
    guest.socket.close()
    train(hall, 2)
    run = hall.room.comparison.runs[0].id  # type: ignore[union-attr]
    again = hall.enter(have={run: 4})
    header = again.hear_until(lambda header: header["kind"] == "frames")
    assert [seq for each in header["runs"] for seq, *_ in each["frames"]] == [5, 6]


def test_one_who_acknowledges_nothing_is_sent_a_window_and_hurts_nobody(hall: Hall) -> None:
    hall.room.comparison.start()
    sleeper, guest = hall.enter(), hall.enter()
    guest.hear_until(is_state)
    seen: set[int] = set()
    for _ in range(20):
        train(hall, 1, weight=20_000)
        header = guest.hear_until(lambda header: header["kind"] == "frames")
        seen |= {seq for each in header["runs"] for seq, *_ in each["frames"]}
    assert max(seen) >= 19
    heard = 0
    try:
        while True:
            sleeper.socket.recv(0.3)
            heard += 1
    except TimeoutError:
        pass
    assert heard <= WINDOW + 1


def test_one_who_comes_late_to_a_run_that_stands_still_is_sent_all_of_it(hall: Hall) -> None:
    hall.room.comparison.start()
    train(hall, 300, weight=6_500)
    hall.room.older = Allowance(3e6, 1e5)  # less at once than there is
    guest = hall.enter()
    seen: set[int] = set()
    while len(seen) < 300:
        header = guest.hear_until(lambda header: header["kind"] == "frames")
        seen |= {seq for each in header["runs"] for seq, *_ in each["frames"]}
    assert seen == set(range(1, 301))


def test_the_tab_that_comes_back_has_its_runs_again(hall: Hall) -> None:
    guest = hall.enter()
    guest.hear_until(is_state)
    hall.room.comparison.start()
    runs = [run.id for run in hall.room.comparison.runs if run is not None]
    guest.socket.close()
    hall.room.leave()
    deadline = time.monotonic() + 5
    while hall.room.viewers and time.monotonic() < deadline:
        time.sleep(0.02)
    hall.room = hall.open()
    again = hall.enter()
    state = again.hear_until(is_state)
    assert [panel["run"] for panel in state["panels"]] == runs


def test_when_the_last_one_goes_the_runs_are_let_go_after_the_last_look_at_them(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    usual = Comparison.seen

    def slowly(comparison: Comparison) -> None:
        usual(comparison)
        time.sleep(0.3)
        said.append("seen")

    monkeypatch.setattr(serving, "TOUCH", 0.0)
    monkeypatch.setattr(Comparison, "seen", slowly)
    monkeypatch.setattr(Comparison, "leave", lambda comparison: said.append("left"))
    guest = hall.enter()
    guest.hear_until(is_state)
    hall.room.leave()
    guest.socket.close()
    deadline = time.monotonic() + 5
    while (not said or said[-1] != "left" or hall.room.viewers) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.5)
    assert said[-1] == "left"


# ── Hostile ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def hostile_messages() -> list[str | bytes]:
    draw = random.Random(5)
    noise = ["".join(chr(draw.randrange(32, 0x3000)) for _ in range(draw.randrange(1, 60))) for _ in range(20)]
    return [
        *noise,
        b"\x00\x01",
        b"",
        "",
        "[]",
        '{"kind": "hello"}',
        json.dumps({**HELLO, "token": "again"}),
        '{"kind": "got", "number": 999999}',
        '{"kind": "play"',
        '{"kind": "erase"}',
        '{"kind": "turn", "number": 1, "panel": 0, "field": "d_lr", "value": [1]}',
        "x" * 20_000,
        "[" * 15_000,
        "x" * 3_000_000,
    ]


@pytest.mark.parametrize("index", range(len(hostile_messages())))
def test_a_hostile_message_ends_its_own_connection_and_no_other(hall: Hall, index: int) -> None:
    message = hostile_messages()[index]
    good, bad = hall.enter(), hall.enter()
    good.hear_until(is_state)
    bad.hear_until(is_state)
    bad.socket.send(message)
    assert bad.ended() == serving.NOT_UNDERSTOOD
    good.say(kind="new_seed")
    good.hear_until(lambda header: is_state(header) and header["panels"][0]["seed"] == 8)


def test_who_says_too_much_at_once_is_sent_away(hall: Hall) -> None:
    good, bad = hall.enter(), hall.enter(hall.room.watcher)
    good.hear_until(is_state)
    bad.hear_until(is_state)
    with contextlib.suppress(ConnectionClosed):
        for _ in range(10 * serving.MOST_AT_ONCE):
            bad.say(kind="pause")  # which is not obeyed, but counted
    assert bad.ended(20) in (serving.TOO_MANY, 0)  # 0: it was gone before the reason could be read
    good.say(kind="new_seed")
    good.hear_until(lambda header: is_state(header) and header["panels"][0]["seed"] == 8)


def test_a_room_whose_stage_cannot_be_described_still_sends_frames(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    hall.room.comparison.start()
    guest = hall.enter()
    guest.hear_until(is_state)
    monkeypatch.setattr(Room, "describe", lambda self: 1 / 0)
    train(hall, 3)
    guest.hear_until(lambda header: header["kind"] == "frames")


def test_nobody_looks_at_a_room_without_viewers(hall: Hall) -> None:
    guest = hall.enter()
    guest.hear_until(is_state)
    assert any(thread.name for thread in threading.enumerate())
    guest.socket.close()
    deadline = time.monotonic() + 5
    while hall.room.viewers and time.monotonic() < deadline:
        time.sleep(0.02)
    assert hall.room.viewers == set()
    assert hall.room.state is None  # what can be described anew is not kept
    again = hall.enter()  # and somebody who comes later finds it looked at again
    again.hear_until(is_state)
    again.say(kind="new_seed")
    again.hear_until(lambda header: is_state(header) and header["panels"][0]["seed"] == 8)


def test_a_server_below_a_path_has_its_channel_there() -> None:
    (route,) = Serving(lambda: Rooms(no_client)).routes("/why/gans/")
    (bare,) = Serving(lambda: Rooms(no_client)).routes("")
    assert [getattr(each, "path", "") for each in (route, bare)] == ["/why/gans/channel/{room}", "/channel/{room}"]
