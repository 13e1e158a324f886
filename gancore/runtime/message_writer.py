"""Outgoing messages of a worker, drained by a writer thread, so that training never waits for the pipe."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

from gancore.runtime.protocol import Message, pack_message

FRAMES_PENDING = 4


class MessageWriter:
    """Messages on their way out, in order. Of the frames that may be lost at most `pending` wait: the oldest goes."""

    def __init__(
        self,
        stream: BinaryIO,
        *,
        pending: int = FRAMES_PENDING,
        on_broken: Callable[[], None] | None = None,
        sign: float | None = None,
    ) -> None:
        """`on_broken` is called, on the writing thread, once nobody reads the stream any more; `sign`: seconds without
        a message after which "alive" is said, which is no more than that the process runs; None: never."""
        self._sign = sign
        self._stream = stream
        self._most = pending
        self._on_broken = on_broken
        self._waiting: deque[tuple[Message, bool]] = deque()  # message, may be lost
        self._droppable = 0
        self._closed = False
        self._changed = threading.Condition()
        self.dropped = 0
        self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
        self._thread.start()

    def send(self, message: Message) -> None:
        """Says something that must arrive."""
        with self._changed:
            self._waiting.append((message, False))
            self._changed.notify()

    def offer(self, message: Message) -> None:
        """Says something that a slow reader may miss."""
        with self._changed:
            if self._droppable >= self._most:
                oldest = next(index for index, (_, droppable) in enumerate(self._waiting) if droppable)
                del self._waiting[oldest]
                self._droppable -= 1
                self.dropped += 1
            self._waiting.append((message, True))
            self._droppable += 1
            self._changed.notify()

    def close(self, timeout: float = 2.0) -> None:
        """Writes what is left, for at most `timeout` seconds, and ends the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout)

    def _write(self) -> None:
        while True:
            with self._changed:
                heard = True
                while not self._waiting and not self._closed and heard:
                    heard = self._changed.wait(self._sign)
                if self._waiting:
                    message, droppable = self._waiting.popleft()
                    self._droppable -= droppable
                elif self._closed:
                    return
                else:
                    message = Message("alive", {})
            try:
                self._stream.write(pack_message(message))
                self._stream.flush()
            except (OSError, ValueError):  # ValueError: the stream was closed here
                if self._on_broken is not None:
                    self._on_broken()
                return
