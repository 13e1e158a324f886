import contextlib
import io
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.runtime.message_writer import MessageWriter
from gancore.runtime.protocol import Message, pack_command, pack_message, read_command, read_message

fields = st.dictionaries(st.text(max_size=8).filter(lambda name: name != "kind"), st.integers() | st.text(), max_size=4)
messages = st.builds(Message, st.text(max_size=8), fields, st.binary(max_size=50))


@given(st.lists(messages, max_size=5), st.integers(0, 400))
def test_messages_come_back_whole_up_to_where_the_stream_ends(said, length):
    data = b"".join(map(pack_message, said))
    stream, heard = io.BytesIO(data[:length]), []
    while (message := read_message(stream)) is not None:
        heard.append(message)
    assert heard == said[: len(heard)]
    assert len(heard) == len(said) or length < len(data)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_message_are_refused(data):
    with contextlib.suppress(ValueError):
        read_message(io.BytesIO(data))


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_a_command_is_one_line(command):
    line = pack_command(command)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert read_command(line) == command


@pytest.mark.parametrize("line", [b"[]", b"{", b"\xff", b"[" * 100_000])
def test_a_line_that_is_no_command_is_refused(line):
    with pytest.raises(ValueError):  # noqa: PT011
        read_command(line)


def test_a_slow_reader_loses_frames_but_nothing_that_must_arrive(until):
    """Nobody reads the pipe at first: what is said in the meantime must not wait for it."""
    read_end, write_end = os.pipe()
    writer = MessageWriter(os.fdopen(write_end, "wb"), pending=3)
    block = bytes(20_000)
    for index in range(100):
        writer.offer(Message("frame", {"index": index}, block))
        if index % 10 == 0:
            writer.send(Message("state", {"index": index}))
    writer.offer(Message("frame", {"index": 100}, block))
    assert writer.dropped > 50

    heard = []

    def listen():
        with os.fdopen(read_end, "rb") as stream:
            while (message := read_message(stream)) is not None:
                heard.append(message)

    listener = threading.Thread(target=listen)
    listener.start()
    writer.close(30)
    writer._stream.close()
    listener.join(30)
    assert [each.fields["index"] for each in heard if each.kind == "state"] == list(range(0, 100, 10))
    frames = [each.fields["index"] for each in heard if each.kind == "frame"]
    assert frames == sorted(frames)
    assert frames[-1] == 100
    assert len(frames) + writer.dropped == 101


def test_it_is_noticed_when_nobody_reads_any_more():
    read_end, write_end = os.pipe()
    broken = threading.Event()
    writer = MessageWriter(os.fdopen(write_end, "wb"), on_broken=broken.set)
    os.close(read_end)
    writer.send(Message("state", {}))
    assert broken.wait(30)
