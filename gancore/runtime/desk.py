"""The desk, where the web process asks what only torch can answer; a clerk in a process of its own does the work."""

from __future__ import annotations

import atexit
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from numpy.typing import NDArray

from gancore.runtime.frames import decode
from gancore.runtime.process import WorkerProcess, how_it_died
from gancore.runtime.protocol import Message

COMMAND = ("-m", "gancore.runtime.clerk")
PATIENCE = 10.0  # seconds for which an answer is waited for

MakeClerk: TypeAlias = Callable[
    [Callable[[WorkerProcess, Message], None], Callable[[WorkerProcess, int], None]], WorkerProcess
]


def make_clerk(
    on_message: Callable[[WorkerProcess, Message], None], on_exit: Callable[[WorkerProcess, int], None]
) -> WorkerProcess:
    return WorkerProcess(on_message, on_exit, COMMAND)


@dataclass
class Question:
    """A question that waits for its answer, and the clerk that has it."""

    clerk: WorkerProcess | None = None
    answer: Future[bytes] = field(default_factory=lambda: Future[bytes]())


class Desk:
    """Questions by many sessions at once to one clerk, which is started when it is needed and again when it has died.

    Safe to use from several threads. The clerk ends with this process, or by `close`.
    """

    def __init__(self, *, patience: float = PATIENCE, make_clerk: MakeClerk = make_clerk) -> None:
        """`patience`: seconds for which an answer is waited for."""
        self._patience = patience
        self._make_clerk = make_clerk
        self._lock = threading.Lock()
        self._clerk: WorkerProcess | None = None
        self._warmed: set[str] = set()  # jobs that this clerk has done, or is about to do
        self._questions: dict[int, Question] = {}
        self._numbers = itertools.count(1)
        self._closed = False
        atexit.register(self.close)

    def ask(self, job: str, **settings: Any) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The answer of a job of `gancore.demos.jobs`: its meta data and its arrays, which are read-only.

        Raises ValueError with a sentence where the settings are wrong, where the clerk died over them, and where no
        answer came in time; TypeError for settings that are not JSON.
        """
        number, question = self._put(job, settings)
        try:
            return decode(question.answer.result(self._patience))
        except TimeoutError:
            with self._lock:
                self._questions.pop(number, None)
                if question.clerk is not None:
                    question.clerk.send({"kind": "withdraw", "number": number})
            raise ValueError(f"No answer came within {self._patience:g} s: the machine is busy. Try again.") from None

    def warm(self, job: str) -> None:
        """Has the clerk started, and the job done once with its usual settings; returns at once."""
        with self._lock:
            warmed = self._clerk is not None and job in self._warmed
        if not warmed:
            self._put(job, {})

    @property
    def pid(self) -> int | None:
        """The clerk's process, None where there is none."""
        with self._lock:
            return None if self._clerk is None else self._clerk.pid

    def close(self) -> None:
        """Ends the clerk; questions that wait, and later ones, are refused."""
        with self._lock:
            self._closed = True
            clerk = self._clerk
        atexit.unregister(self.close)
        if clerk is not None:
            clerk.kill()
            clerk.join()

    def _put(self, job: str, settings: dict[str, Any]) -> tuple[int, Question]:
        number, question = next(self._numbers), Question()
        command = {"kind": "question", "number": number, "job": job, "settings": settings}
        with self._lock:
            for _ in range(2):  # the clerk may have died a moment ago
                question.clerk = self._clerk or self._start()
                if question.clerk.send(command):
                    # Its answer, or its death, is handled only after this.
                    self._questions[number] = question
                    self._warmed.add(job)
                    return number, question
                self._clerk = None
        raise ValueError("The process that computes this died as it started. Try again; the server's log says more.")

    def _start(self) -> WorkerProcess:
        if self._closed:
            raise ValueError("The server is ending: nothing more is answered.")
        try:
            clerk = self._make_clerk(self._receive, self._die)
        except OSError as error:
            raise ValueError(f"The process that computes this could not be started: {error}") from None
        clerk.listen()
        self._clerk = clerk
        self._warmed = set()
        return clerk

    def _receive(self, clerk: WorkerProcess, message: Message) -> None:
        if message.kind != "answer":
            return
        with self._lock:
            question = self._questions.pop(int(message.fields["to"]), None)
        if question is None:  # given up
            return
        error = message.fields.get("error")
        if error is None:
            question.answer.set_result(message.body)
        else:
            question.answer.set_exception(ValueError(error))

    def _die(self, clerk: WorkerProcess, code: int) -> None:
        with self._lock:
            if self._clerk is clerk:
                self._clerk = None
            lost = [number for number, question in self._questions.items() if question.clerk is clerk]
            questions = [self._questions.pop(number) for number in lost]
        for question in questions:
            question.answer.set_exception(
                ValueError(f"The process that computes this died ({how_it_died(code)}). Try again: it starts anew.")
            )
