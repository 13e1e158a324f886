"""Asks a compute worker, in a process of its own, what only torch can answer: the web process never imports it."""

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

COMMAND = ("-m", "gancore.runtime.compute_worker")
PATIENCE = 10.0  # seconds for which an answer is waited for

MakeWorker: TypeAlias = Callable[
    [Callable[[WorkerProcess, Message], None], Callable[[WorkerProcess, int], None]], WorkerProcess
]


def make_worker(
    on_message: Callable[[WorkerProcess, Message], None], on_exit: Callable[[WorkerProcess, int], None]
) -> WorkerProcess:
    return WorkerProcess(on_message, on_exit, COMMAND)


@dataclass
class Request:
    """A request that waits for its answer, and the compute worker that has it."""

    worker: WorkerProcess | None = None
    answer: Future[bytes] = field(default_factory=lambda: Future[bytes]())


class ComputeClient:
    """Asks the questions of many sessions of one compute worker, started when it is needed and again when it died.

    Safe to use from several threads. The compute worker ends with this process, or by `close`.
    """

    def __init__(self, *, patience: float = PATIENCE, make_worker: MakeWorker = make_worker) -> None:
        """`patience`: seconds for which an answer is waited for."""
        self._patience = patience
        self._make_worker = make_worker
        self._lock = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._warmed: set[str] = set()  # jobs that this worker has done, or is about to do
        self._questions: dict[int, Request] = {}
        self._numbers = itertools.count(1)
        self._closed = False
        atexit.register(self.close)

    def ask(self, job: str, **settings: Any) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The answer of a job of `gancore.demos.jobs`: its meta data and its arrays, which are read-only.

        Raises ValueError with a sentence where the settings are wrong, where the compute worker died over them, and
        where no answer came in time; TypeError for settings that are not JSON.
        """
        number, question = self._put(job, settings)
        try:
            return decode(question.answer.result(self._patience))
        except TimeoutError:
            with self._lock:
                self._questions.pop(number, None)
                if question.worker is not None:
                    question.worker.send({"kind": "withdraw", "number": number})
            raise ValueError(f"No answer came within {self._patience:g} s: the machine is busy. Try again.") from None

    def warm(self, job: str) -> None:
        """Has the compute worker started, and the job done once with its usual settings; returns at once."""
        with self._lock:
            warmed = self._worker is not None and job in self._warmed
        if not warmed:
            self._put(job, {})

    @property
    def pid(self) -> int | None:
        """The compute worker's process, None where there is none."""
        with self._lock:
            return None if self._worker is None else self._worker.pid

    def close(self) -> None:
        """Ends the compute worker; questions that wait, and later ones, are refused."""
        with self._lock:
            self._closed = True
            worker = self._worker
        atexit.unregister(self.close)
        if worker is not None:
            worker.kill()
            worker.join()

    def _put(self, job: str, settings: dict[str, Any]) -> tuple[int, Request]:
        number, question = next(self._numbers), Request()
        command = {"kind": "question", "number": number, "job": job, "settings": settings}
        with self._lock:
            for _ in range(2):  # the compute worker may have died a moment ago
                question.worker = self._worker or self._start()
                if question.worker.send(command):
                    # Its answer, or its death, is handled only after this.
                    self._questions[number] = question
                    self._warmed.add(job)
                    return number, question
                self._worker = None
        raise ValueError("The process that computes this died as it started. Try again; the server's log says more.")

    def _start(self) -> WorkerProcess:
        if self._closed:
            raise ValueError("The server is ending: nothing more is answered.")
        try:
            worker = self._make_worker(self._receive, self._die)
        except OSError as error:
            raise ValueError(f"The process that computes this could not be started: {error}") from None
        worker.listen()
        self._worker = worker
        self._warmed = set()
        return worker

    def _receive(self, worker: WorkerProcess, message: Message) -> None:
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

    def _die(self, worker: WorkerProcess, code: int) -> None:
        with self._lock:
            if self._worker is worker:
                self._worker = None
            lost = [number for number, question in self._questions.items() if question.worker is worker]
            questions = [self._questions.pop(number) for number in lost]
        for question in questions:
            question.answer.set_exception(
                ValueError(f"The process that computes this died ({how_it_died(code)}). Try again: it starts anew.")
            )
