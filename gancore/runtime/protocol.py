"""The messages between a worker process and the web process, through the worker's standard streams.

To the worker: commands, one JSON object a line. From the worker: messages, a u32 length of the JSON, a u32 length of
the body, the JSON object, the body (a frame's bytes, or nothing). No pickle: neither side runs what it reads.

Commands, each with "run" (the id it is meant for) and, where an answer is wanted, "ask" (a number):
    start      config, seeds, device, lease, paused, pace, first_pace, manifold, layers, compile (whether compiled
               steps are taken), first (commands to obey before the first step), memory (bytes that it may take, or
               null); to take up what was put away, state (base 64) and began (seconds that the run has lasted)
    set        changes {field: value}, at (the step before which they act; now where it is past, or is not said)
    play, pause, stop, lease (somebody is looking), quit
    advance    steps, player ("both", "discriminator", "generator")
    pace       value (steps/s, or null for as fast as it goes), first (steps/s from which it grows to that, or null)
    manifold, layers  on: whether frames carry it
    put_away   says what there is to put away, and goes on
    park       puts the run away and ends it here; answered by the state "parked", or by "unparkable"

Messages:
    ready      device ("cpu", "cuda", …; may be missing): the worker is warm
    alive      nothing else, once a second where there is nothing to say
    scene      body: the encoded scene
    frame      step, time, failure, judged (its modes are counted), measured (what takes longer, too); body: the
               encoded frame
    changes    step, changes [[field, old, new], …]: live changes that have acted
    speed      step, compiled: from here on all steps are compiled, or not all of them
    compile    config, replicas: what should be compiled for the run
    answer     to (the number asked), step, error (a sentence, or null)
    put_away   step, weights (bytes of the body that are weights; the rest is the state): on demand, and at the end
    unparkable the run goes on: it is too large to be put away, or takes steps that somebody waits for
    state      state, step, message, readout (share of the time spent on frames), leaving (the process will exit), ahead
               (steps that the discriminator and the generator have taken alone since both have moved)
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, cast

Player = Literal["both", "discriminator", "generator"]
PLAYERS: tuple[Player, ...] = ("both", "discriminator", "generator")

MOST_BYTES = 64 * 2**20
ALIVE_EVERY = 1.0  # seconds between two signs of a worker that has nothing to say
_LENGTHS = struct.Struct("<II")


@dataclass(frozen=True, slots=True)
class Message:
    """A worker's message: `kind` and `fields` of the JSON object, and the bytes that follow it."""

    kind: str
    fields: Mapping[str, Any]
    body: bytes = b""


def pack_message(message: Message) -> bytes:
    text = json.dumps({**message.fields, "kind": message.kind}, separators=(",", ":")).encode()
    return b"".join([_LENGTHS.pack(len(text), len(message.body)), text, message.body])


def read_message(stream: BinaryIO) -> Message | None:
    """The next message, or None at the end of the stream, also when it ends in the middle of one.

    Blocks until it is complete. Raises ValueError where the bytes are no message.
    """
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    text_length, body_length = cast("tuple[int, int]", _LENGTHS.unpack(lengths))
    if text_length + body_length > MOST_BYTES:
        raise ValueError(f"a message of {text_length + body_length} bytes was announced; at most {MOST_BYTES} are read")
    text, body = stream.read(text_length), stream.read(body_length)
    if len(text) + len(body) < text_length + body_length:
        return None
    fields = _object(text)
    kind = fields.pop("kind", None)
    if not isinstance(kind, str):
        raise ValueError(f"a message has kind {kind!r}; a name is needed")
    return Message(kind, fields, body)


def pack_command(command: Mapping[str, Any]) -> bytes:
    """One command as a line. Raises ValueError for a number that is not finite, TypeError for what is not JSON."""
    return json.dumps(command, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def read_command(line: bytes) -> dict[str, Any]:
    """The command on a line. Raises ValueError where it is no JSON object."""
    return _object(line)


def _object(text: bytes) -> dict[str, Any]:
    try:
        value: Any = json.loads(text)
    except RecursionError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(f"a JSON {type(value).__name__} came; an object is needed")
    return cast("dict[str, Any]", value)
