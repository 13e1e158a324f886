"""The loop of a worker: wait for a run, train it; then wait for the next one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Any

from gancore.runtime.game import MakeGame, do_nothing, no_limit
from gancore.runtime.live_run import LOOK_UP, LiveRun, refuse
from gancore.runtime.message_writer import MessageWriter
from gancore.runtime.protocol import Message


class Loop:
    """The life of a worker, from its warm-up to `quit`."""

    def __init__(
        self,
        mailbox: SimpleQueue[dict[str, Any]],
        writer: MessageWriter,
        make_game: MakeGame,
        *,
        warm_up: Callable[[], Mapping[str, Any] | None] = do_nothing,
        tidy: Callable[[], None] = do_nothing,
        look_up: Callable[[], None] = do_nothing,
        limit: Callable[[int | None], None] = no_limit,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`warm_up` makes the first real step fast, and gives what "ready" says; `tidy` frees what a run has left;
        `look_up` is called now and then, about once a second, to see whether the world still exists; `limit` lets the
        process take so many bytes beyond what it holds."""
        self._mailbox = mailbox
        self._writer = writer
        self._make_game = make_game
        self._warm_up = warm_up
        self._tidy = tidy
        self._look_up = look_up
        self._limit = limit
        self._clock = clock

    def serve(self) -> None:
        """Trains one run after the other until `quit`, or until a run has broken the process."""
        told = self._warm_up() if self._mailbox.empty() else None
        self._writer.send(Message("ready", told or {}))
        while True:
            try:
                command = self._mailbox.get(timeout=LOOK_UP)
            except Empty:
                self._look_up()
                continue
            match command.get("kind"):
                case "quit":
                    return
                case "start":
                    run = LiveRun(
                        command, self._mailbox, self._writer, self._make_game,
                        look_up=self._look_up, limit=self._limit, clock=self._clock,
                    )  # fmt: skip
                    again = run.go()
                    del run
                    if not again:
                        return
                    self._tidy()
                case _:
                    refuse(self._writer, command)
