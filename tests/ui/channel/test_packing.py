"""The layout of what the server says; tests/frontend/source.test.js reads the same."""

from typing import Any

import numpy as np
import pytest

from gancore.runtime.frames import decode, encode, read_header
from gancore.runtime.history import Frame
from ui.channel.packing import Stretch, pack_answer, pack_beat, pack_frames, pack_knobs, pack_scene, pack_state
from ui.stage.payload import scene_key


def frame(seq: int, points: int = 3, odd: int = 0) -> Frame:
    fake = np.full((1, points, 2), seq, np.float16)
    data = encode({"step": 10 * seq, "time": 0.1 * seq, "scalars": {"captured": [float(seq)]}}, {"fake": fake})
    return Frame(seq, 10 * seq, 0.1 * seq, data + bytes(odd))


def cut(message: bytes, place: list[int]) -> bytes:
    _, body = read_header(message)
    offset, length = place
    return message[body + offset : body + offset + length]


@pytest.mark.parametrize("odd", [0, 1, 3, 7])
def test_frames_come_out_as_they_went_in(odd: int) -> None:
    first, second = [frame(1, odd=odd), frame(2, points=5, odd=odd)], [frame(4, odd=odd)]
    message = pack_frames([Stretch("a", first, True), Stretch("b", second, False)])
    header, body = read_header(message)
    assert body % 8 == 0
    assert header["kind"] == "frames"
    assert [(each["run"], each["complete"]) for each in header["runs"]] == [("a", True), ("b", False)]
    for frames, told in zip((first, second), header["runs"], strict=True):
        assert [seq for seq, *_ in told["frames"]] == [each.seq for each in frames]
        for each, (_, *place) in zip(frames, told["frames"], strict=True):
            assert place[0] % 8 == 0
            assert cut(message, place) == each.data
    meta, arrays = decode(cut(message, header["runs"][0]["frames"][1][1:]))
    assert meta["step"] == 20
    np.testing.assert_array_equal(arrays["fake"], np.full((1, 5, 2), 2, np.float16))


def test_a_scene_is_under_the_key_by_which_a_state_names_it() -> None:
    scene = encode({"view": [-2, 2, -2, 2]}, {"centres": np.ones((3, 2), np.float32)}) + b"odd"
    message = pack_scene(scene)
    header, _ = read_header(message)
    assert (header["kind"], header["key"]) == ("scene", scene_key(scene))
    assert cut(message, header["scene"]) == scene


def test_every_message_says_what_it_is() -> None:
    said: dict[str, bytes] = {
        "state": pack_state({"compare": "c"}),
        "knobs": pack_knobs({"panels": []}),
        "answer": pack_answer("dirac", 3, {"setting": {}}, {"path": np.zeros(3, np.float32)}),
        "beat": pack_beat(),
    }
    for kind, message in said.items():
        assert decode(message)[0]["kind"] == kind
    meta, arrays = decode(said["answer"])
    assert (meta["exhibit"], meta["number"], list(arrays)) == ("dirac", 3, ["path"])


def test_a_number_that_is_not_finite_never_reaches_the_browser() -> None:
    state: dict[str, Any] = {"pace": float("nan")}
    with pytest.raises(ValueError, match="JSON"):
        pack_state(state)
