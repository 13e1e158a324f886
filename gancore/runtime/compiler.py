"""Compiling the steps of a server's runs: one after another, in a process of its own that steps back behind training.

A run is trained as it is until its steps are compiled (`gancore.compiling`); its worker finds them in the store by
itself. What no run waits for, such as the presets of an open page, is compiled ahead while nothing trains.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from gancore.runtime.process import environment, how_it_died

QUIET = 10.0  # seconds without anything new before something is compiled ahead
COMMAND = ("-W", "ignore", "-m", "gancore.compiling.build")


class Job(NamedTuple):
    """All steps of one run: its configuration as JSON, and how many replicas one process trains."""

    config: str
    replicas: int


class Compiler:
    """Takes jobs at any time, from any thread, and never waits for one.

    `on_answer(job, error)` is called on the compiler's thread for what was wanted: None where it is compiled, or a
    sentence that says why it is not.
    """

    def __init__(
        self, on_answer: Callable[[Job, str | None], None], command: Sequence[str] = COMMAND, quiet: float = QUIET
    ) -> None:
        """Starts nothing yet. `quiet`: seconds without anything new before something is compiled ahead."""
        self._on_answer = on_answer
        self._command = command
        self._quiet = quiet
        self._quiet_since = time.monotonic()
        self._changed = threading.Condition()
        self._wanted: list[Job] = []
        self._ahead: list[Job] = []
        self._failed: dict[Job, str] = {}
        self._tried_again: set[Job] = set()  # whose process ended under them: that need not be their fault
        self._resting = False
        self._closed = False
        self._at: Job | None = None  # in the process just now
        self._is_wanted = False  # by a run, and not only ahead
        self._gave_way = False  # and is about to be gone
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._work, name="compiler", daemon=True)
        self._thread.start()

    def want(self, job: Job) -> None:
        """A run waits for it: it comes before everything that is compiled ahead."""
        with self._changed:
            if self._at == job and not self._gave_way:
                self._is_wanted = True
            elif job not in self._wanted:
                self._wanted.append(job)
                self._give_way()
                self._changed.notify()

    def ahead(self, jobs: Iterable[Job]) -> None:
        """Sets what to compile while nothing trains, in this order; replaces what was set before."""
        with self._changed:
            self._ahead = list(dict.fromkeys(jobs))
            self._quiet_since = time.monotonic()
            self._changed.notify()

    def rest(self, on: bool) -> None:
        """Whether something trains, so that only what a run waits for is compiled."""
        with self._changed:
            if on == self._resting:
                return
            self._resting = on
            self._quiet_since = time.monotonic()
            if on:
                self._give_way()
            self._changed.notify()

    def close(self) -> None:
        """Ends the process and the thread."""
        with self._changed:
            self._closed = True
            self._kill()
            self._changed.notify()
        self._thread.join()

    def _give_way(self) -> None:
        """Cancels speculative compilation; it is retried later."""
        if self._at is not None and not self._is_wanted and not self._gave_way:
            self._gave_way = True
            self._ahead.insert(0, self._at)
            self._kill()

    def _kill(self) -> None:
        """Ends the process, and the compilers that it may have called."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            died, error = (False, self._failed[job]) if job in self._failed else self._compiled(job)
            with self._changed:
                done, wanted = not (self._gave_way or self._closed), self._is_wanted
                self._at, self._gave_way = None, False
                if died and done and job not in self._tried_again:
                    self._tried_again.add(job)
                    (self._wanted if wanted else self._ahead).append(job)
                    continue
            if error is not None and done and not died:
                self._failed[job] = error
            if wanted and done:
                self._on_answer(job, error)
        self._end()

    def _next(self) -> Job | None:
        """The next job, when there is one; None at the end."""
        with self._changed:
            while not self._closed:
                if self._wanted:
                    self._at, self._is_wanted = self._wanted.pop(0), True
                    return self._at
                silence = self._quiet_since + self._quiet - time.monotonic()
                if self._ahead and not self._resting and silence <= 0:
                    self._at, self._is_wanted = self._ahead.pop(0), False
                    return self._at
                if self._process is not None:
                    self._end()
                self._changed.wait(silence if self._ahead and not self._resting else None)
            return None

    def _compiled(self, job: Job) -> tuple[bool, str | None]:
        """Whether the process ended under it, which may be another time's luck; and why it is not compiled, or None."""
        try:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(job._asdict()).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if line:
                return False, json.loads(line)["error"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"compiler: {error}", file=sys.stderr)
        return True, f"The compiler's process ended ({self._end()})."

    def _running(self) -> subprocess.Popen[bytes]:
        with self._changed:
            if self._process is None and not self._closed:
                self._process = subprocess.Popen(
                    [sys.executable, *self._command],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=environment(),
                    start_new_session=os.name == "posix",
                )
            if self._process is None:
                raise OSError("closed")
            return self._process

    def _end(self) -> str:
        """Lets the process go; says how it went."""
        self._kill()
        process, self._process = self._process, None
        if process is None:
            return "it was not there"
        process.communicate()
        return how_it_died(process.returncode)
