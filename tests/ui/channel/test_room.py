"""What a room does with what is said in it, and what it shows."""

from typing import Any

import pytest

from gancore.runtime.frames import decode, encode, read_header
from gancore.runtime.history import Frame
from tests.ui.stage.test_comparison import NAMES, SCENARIOS, FakeRegistry
from ui.app.address import state_of
from ui.channel import Room
from ui.channel.messages import Ask, Press, Turn
from ui.channel.packing import Stretch
from ui.channel.viewer import Refusal, Viewer
from ui.exhibits.dirac.codec import Lab
from ui.stage.comparison import Comparison


class Client:
    """Answers every job of an exhibit."""

    def ask(self, job: str, **settings: Any) -> Any:
        raise ValueError("No answer came.")


@pytest.fixture
def room() -> Room:
    registry: Any = FakeRegistry()
    client: Any = Client()
    return Room("page", Comparison(registry, state_of(NAMES, 7), SCENARIOS), lambda: client)


def turn(field: str, value: Any, panel: int | None = 0, number: int = 1) -> Turn:
    return Turn(kind="turn", number=number, panel=panel, field=field, value=value)


def told(room: Room) -> dict[str, Any]:
    room.describe()
    assert room.state is not None
    return read_header(room.state)[0]


def test_what_is_pressed_is_done(room: Room) -> None:
    room.obey(Viewer(drives=True), Press(kind="play"))
    assert [run is not None for run in room.comparison.runs] == [True, True]
    assert [panel["run"] for panel in told(room)["panels"]] == [run for run, *_ in room.runs()]


def test_a_turned_knob_is_heard_and_a_refused_one_is_a_sentence_to_who_turned_it(room: Room) -> None:
    viewer, other = Viewer(drives=True), Viewer(drives=True)
    room.obey(viewer, turn("d_lr", 0.25, number=3))
    assert room.comparison.state.configs[0].d_lr == 0.25
    room.obey(viewer, turn("d_lr", -1, number=4))
    assert viewer.heard == 4
    assert viewer.refused["d_lr"].number == 4
    assert viewer.refused["d_lr"].sentence.startswith("d_lr is -1")
    assert other.refused == {}
    room.obey(viewer, turn("d_lr", 0.5, panel=None, number=5))
    assert viewer.refused == {}
    assert [config.d_lr for config in room.comparison.state.configs] == [0.5, 0.5]


@pytest.mark.parametrize("field", ["points", "__class__", "model_config"])
def test_there_are_knobs_for_fields_alone(room: Room, field: str) -> None:
    viewer = Viewer(drives=True)
    before = room.comparison.state
    room.obey(viewer, turn(field, 1))
    assert isinstance(viewer.refused[field], Refusal)
    assert room.comparison.state == before


def test_it_is_described_anew_where_something_has_changed_and_only_then(room: Room) -> None:
    assert room.describe()
    state, stamp = room.state, room.stamp
    assert not room.describe()
    assert room.state is state  # the very same: viewers who have it are sent nothing
    assert room.stamp == stamp
    room.obey(Viewer(drives=True), turn("d_lr", 0.25))
    assert room.stamp != stamp
    assert room.describe()
    assert room.knobs is not None
    (rate,) = [field for field in room.knobs["fields"] if field["name"] == "d_lr"]
    assert rate["values"][0] == 0.25
    room.foremost = ["d_steps"]
    assert room.describe()
    assert room.knobs["fields"][0]["name"] == "d_steps"


def test_the_state_names_the_scenes_that_are_sent(room: Room) -> None:
    panels = told(room)["panels"]
    assert {panel["scene"] for panel in panels} == set(room.scenes)
    room.obey(Viewer(drives=True), Press(kind="play"))
    panels = told(room)["panels"]
    assert {panel["scene"] for panel in panels} == set(room.scenes)


def test_viewers_who_are_as_far_as_each_other_are_sent_the_same_bytes(room: Room) -> None:
    frames = [Frame(1, 0, 0.0, encode({"step": 0}, {}))]
    assert room.packed([Stretch("a", frames, True)]) is room.packed([Stretch("a", list(frames), True)])
    assert room.packed([Stretch("a", frames, True)]) != room.packed([Stretch("a", frames, False)])
    for seq in range(2, 500):
        room.packed([Stretch("a", [Frame(seq, 0, 0.0, frames[0].data)], True)])
    assert len(room._packed) <= 8
    viewer = Viewer(drives=True)
    room.viewers.add(viewer)
    room.part(viewer)
    assert room._packed == {}


def test_an_exhibit_is_answered_in_the_setting_that_was_asked_for_and_the_page_has_it_then(room: Room) -> None:
    mark = room.comparison.mark
    asked = Ask(kind="ask", number=4, exhibit="dirac", setting={"h": 0.5}, rests=False)
    packed = room.answer(asked)
    assert packed is not None
    meta, arrays = decode(packed)
    assert (meta["kind"], meta["exhibit"], meta["number"]) == ("answer", "dirac", 4)
    assert meta["setting"]["h"] == 0.5
    assert "path" in arrays
    assert room.comparison.state.settings["dirac"] == Lab(h=0.5)
    assert room.comparison.mark == mark  # while somebody turns something the page waits
    room.answer(Ask(kind="ask", number=5, exhibit="dirac", setting={"h": 0.5}))
    assert room.comparison.mark != mark
    packed = room.answer(Ask(kind="ask", number=6, exhibit="dirac"))
    assert packed is not None
    assert decode(packed)[0]["setting"]["h"] == 0.5  # as the page has it


def test_where_an_exhibit_has_no_answer_the_reason_comes(room: Room) -> None:
    packed = room.answer(Ask(kind="ask", number=1, exhibit="corruption"))
    assert packed is not None
    assert decode(packed)[0]["problem"] == "No answer came."


@pytest.mark.parametrize("exhibit", ["nothing", "remedies", "__init__"])
def test_there_is_no_answer_of_what_is_no_exhibit_or_has_nothing_to_set(room: Room, exhibit: str) -> None:
    assert room.answer(Ask(kind="ask", number=1, exhibit=exhibit)) is None


def test_the_knobs_say_that_a_run_is_paused_while_it_is(room: Room) -> None:
    def said() -> list[str]:
        room.describe()
        assert room.knobs is not None
        return [panel["activity"] for panel in room.knobs["panels"]]

    assert said() == ["nothing", "nothing"]
    room.obey(Viewer(drives=True), Press(kind="play"))
    assert said() == ["running", "running"]
    run: Any = room.comparison.runs[0]
    run.state = "paused"
    assert said() == ["paused", "running"]
    run.state = "finished"
    assert said() == ["nothing", "running"]
