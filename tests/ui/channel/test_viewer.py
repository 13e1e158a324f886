"""What one viewer is sent: all of it at last, the newest first, and never more at once than it can take."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gancore.runtime.frames import encode, read_header
from gancore.runtime.history import History
from gancore.runtime.run import Parent
from ui.channel.allowance import Allowance
from ui.channel.messages import VERSION
from ui.channel.packing import Stretch, pack_frames, pack_state
from ui.channel.viewer import AT_ONCE, BEAT, WINDOW, Refusal, Viewer
from ui.stage.payload import scene_key

FIELDS = [{"name": "d_lr", "values": [1.0]}, {"name": "g_lr", "values": [2.0]}]


class Stage:
    """A room with two runs."""

    def __init__(self) -> None:
        self.state: bytes | None = pack_state({"compare": "c"})
        self.scenes: Mapping[str, bytes] = {}
        self.knobs: Mapping[str, Any] | None = None
        self.older = Allowance(1e9, 1e9)
        self.parents: dict[str, Parent] = {}
        self.histories = {"a": History(100_000), "b": History(100_000)}

    def runs(self) -> Sequence[tuple[str, History, Parent | None]]:
        return [(run, history, self.parents.get(run)) for run, history in self.histories.items()]

    def packed(self, stretches: Sequence[Stretch]) -> bytes:
        return pack_frames(stretches)

    def train(self, frames: int, run: str = "a", weight: int = 0) -> None:
        for _ in range(frames):
            self.histories[run].append(0, 0.0, encode({"step": 0}, {}) + bytes(weight))


class Browser:
    """What a viewer has been sent, read as the browser reads it."""

    def __init__(self, room: Stage, **viewer: Any) -> None:
        self.room = room
        self.viewer = Viewer(**{"drives": True, **viewer})
        self.heard: list[dict[str, Any]] = []
        self.seqs: dict[str, list[int]] = {"a": [], "b": [], "mine": []}
        self.complete: dict[str, bool] = {}
        self.sizes: list[int] = []

    def take(self, now: float = 0.0, most: int = 10_000) -> int:
        """Takes what is sent until nothing comes; returns how many messages that were."""
        for taken in range(most):
            message = self.viewer.next(self.room, now)
            if message is None:
                return taken
            header, _ = read_header(message)
            self.heard.append(header)
            self.sizes.append(len(message))
            for each in header.get("runs", ()):
                self.seqs[each["run"]] += [seq for seq, *_ in each["frames"]]
                self.complete[each["run"]] = each["complete"]
        return most

    def keep_up(self, now: float = 0.0) -> None:
        """Takes and acknowledges until nothing more comes."""
        while self.take(now, most=1):
            assert self.viewer.got(len(self.heard))

    def kinds(self) -> list[str]:
        return [header["kind"] for header in self.heard]


@pytest.fixture
def room() -> Stage:
    return Stage()


def test_it_is_told_who_it_is_then_the_scenes_then_the_state_that_names_them(room: Stage) -> None:
    scenes = [encode({"view": [0, 1, 0, 1]}, {}), encode({"view": [0, 2, 0, 2]}, {})]
    room.scenes = {scene_key(scene): scene for scene in scenes}
    browser = Browser(room, drives=False)
    browser.keep_up()
    assert browser.kinds() == ["beat", "scene", "scene", "state"]
    assert (browser.heard[0]["version"], browser.heard[0]["drives"]) == (VERSION, False)
    room.state = pack_state({"compare": "d"})
    browser.keep_up()
    assert browser.kinds()[4:] == ["state"]  # it has the scenes
    kept, room.scenes, room.state = room.scenes, {}, pack_state({"compare": "e"})
    browser.keep_up()
    room.scenes, room.state = kept, pack_state({"compare": "f"})
    browser.keep_up()
    assert browser.kinds()[5:] == ["state", "scene", "scene", "state"]  # on both sides they were forgotten


def test_frames_come_once_and_in_order(room: Stage) -> None:
    browser = Browser(room)
    for _ in range(20):
        room.train(2, "a")
        room.train(1, "b")
        browser.keep_up()
    assert browser.seqs == {"a": list(range(1, 41)), "b": list(range(1, 21)), "mine": []}
    assert browser.complete == {"a": True, "b": True}


def test_one_who_comes_late_sees_the_present_first_and_all_of_the_past_in_the_end(room: Stage) -> None:
    room.train(400, "a", weight=6_500)
    browser = Browser(room)
    browser.take(most=3)  # who it is, the state, frames
    assert browser.seqs["a"] == [400]
    assert not browser.complete["a"]
    assert browser.viewer.got(3)
    browser.keep_up()
    assert sorted(browser.seqs["a"]) == list(range(1, 401))
    assert len(browser.seqs["a"]) == 400
    assert browser.complete["a"]
    assert max(browser.sizes) < AT_ONCE


def test_a_slow_one_gets_fewer_frames_and_no_queue(room: Stage) -> None:
    browser = Browser(room)
    browser.keep_up()
    sent = 0
    for _ in range(100):
        room.train(5, weight=AT_ONCE // 20)
        sent += browser.take()
    assert sent <= WINDOW
    assert len(browser.seqs["a"]) <= 5 * WINDOW
    seen = len(browser.seqs["a"])
    assert browser.viewer.got(len(browser.heard))
    browser.take(most=1)
    assert browser.seqs["a"][seen] == 500  # what is now comes before what was missed


def test_one_who_was_away_goes_on_where_it_left_off(room: Stage) -> None:
    room.train(50)
    browser = Browser(room, have={"a": 30, "gone": 9})
    browser.keep_up()
    assert browser.seqs["a"] == list(range(31, 51))
    assert browser.complete["a"]


@pytest.mark.parametrize(("seen", "first"), [(40, 31), (20, 21)])
def test_of_a_run_that_was_split_off_it_is_sent_what_its_parent_did_not_have(
    room: Stage, seen: int, first: int
) -> None:
    room.train(seen)
    browser = Browser(room)
    browser.keep_up()
    room.train(40 - seen)
    room.histories["mine"] = room.histories["a"].copy(0)  # all frames of these tests are of step 0
    room.parents["mine"] = Parent("a", 30)
    del room.histories["a"]
    browser.keep_up()
    assert browser.seqs["mine"][0] == first
    assert browser.seqs["mine"][-1] == 40


def test_one_who_lacks_some_of_the_parent_is_sent_all_of_the_run(room: Stage) -> None:
    room.train(60, weight=9_000)
    browser = Browser(room)
    browser.take(most=3)
    assert browser.seqs["a"] == [60]
    room.histories["mine"], room.parents["mine"] = room.histories["a"].copy(0), Parent("a", 60)
    browser.viewer.got(3)
    browser.keep_up()
    assert set(browser.seqs["mine"]) == set(range(1, 61))


def test_one_who_has_frames_of_another_life_of_the_server_is_sent_nothing_twice(room: Stage) -> None:
    room.train(5)
    browser = Browser(room, have={"a": 10**6})
    browser.keep_up()
    assert browser.seqs["a"] == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.booleans()), min_size=1, max_size=25),
    st.integers(0, 60),
)
def test_however_it_lags_it_has_all_in_the_end_and_never_more_than_a_window_under_way(
    moments: list[tuple[int, int, bool]], had: int
) -> None:
    room = Stage()
    room.train(60, weight=9_000)
    browser = Browser(room, have={"a": had})
    got = 0
    for trained, messages, acknowledges in moments:
        room.train(trained, weight=9_000)
        browser.take(most=messages)
        assert len(browser.heard) - got <= WINDOW
        if acknowledges:
            got = len(browser.heard)
            assert browser.viewer.got(got)
    assert browser.viewer.got(len(browser.heard))
    browser.keep_up()
    last = room.histories["a"].last
    assert last is not None
    assert set(browser.seqs["a"]) == set(range(had + 1, last.seq + 1))


def test_knobs_are_sent_to_one_who_drives_and_then_only_what_has_changed(room: Stage) -> None:
    room.knobs = {"panels": [{"label": "A"}], "fields": FIELDS}
    browser, watcher = Browser(room), Browser(room, drives=False)
    for each in (browser, watcher):
        each.keep_up()
    assert "knobs" not in watcher.kinds()
    told = browser.heard[-1]
    assert (told["kind"], told["names"], told["fields"]) == ("knobs", ["d_lr", "g_lr"], FIELDS)
    turned = {"name": "g_lr", "values": [3.0]}
    room.knobs = {"panels": [{"label": "A"}], "fields": [FIELDS[0], turned]}
    browser.viewer.heard = 4
    browser.keep_up()
    told = browser.heard[-1]
    assert (told["names"], told["fields"], told["heard"]) == (["d_lr", "g_lr"], [turned], 4)
    count = len(browser.heard)
    browser.keep_up()
    assert len(browser.heard) == count
    browser.viewer.refused["d_lr"] = Refusal(5, "d_lr is -1.")
    browser.keep_up()
    assert browser.heard[-1]["refused"] == {"d_lr": {"number": 5, "sentence": "d_lr is -1."}}


def test_an_answer_goes_before_frames_and_waits_for_no_state(room: Stage) -> None:
    browser = Browser(room)
    browser.keep_up()
    room.train(3)
    browser.viewer.answer(encode({"kind": "answer", "number": 1}, {}))
    browser.keep_up()
    assert browser.kinds()[-2:] == ["answer", "frames"]


def test_silence_is_broken_now_and_then_even_where_nothing_is_heard_of_it(room: Stage) -> None:
    browser = Browser(room)
    browser.keep_up(now=0.0)
    assert browser.take(now=0.9 * BEAT) == 0
    assert browser.take(now=1.1 * BEAT) == 1
    assert browser.kinds()[-1] == "beat"


def test_nobody_acknowledges_what_was_not_sent_or_less_than_before(room: Stage) -> None:
    browser = Browser(room)
    browser.keep_up()
    sent = len(browser.heard)
    assert not browser.viewer.got(sent + 1)
    assert not browser.viewer.got(sent - 1)
    assert browser.viewer.got(sent)
