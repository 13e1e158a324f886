"""The web process's end of one worker process."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import gancore
from gancore.runtime.protocol import Message, pack_command, read_message

COMMAND = ("-m", "gancore.runtime.worker")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
GOING = 5.0  # seconds that a process may take to go


class WorkerProcess:
    """A running worker: commands go in with `send`, its messages come back through a callback.

    `on_message(worker, message)` and, once, `on_exit(worker, code)` are called on a thread of this worker.
    """

    def __init__(
        self,
        on_message: Callable[[WorkerProcess, Message], None],
        on_exit: Callable[[WorkerProcess, int], None],
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        """Starts the process, which takes milliseconds. Raises OSError."""
        self._on_message = on_message
        self._on_exit = on_exit
        self._writing = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            # Ctrl-C in the terminal is for the server; the workers notice its end by themselves.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._stdin, self._stdout = cast(BinaryIO, self.process.stdin), cast(BinaryIO, self.process.stdout)
        self._reader = threading.Thread(target=self._read, name=f"worker {self.process.pid}", daemon=True)

    def listen(self) -> None:
        """From now on the callbacks are called; the worker says "ready" after some seconds."""
        self._reader.start()

    @property
    def pid(self) -> int:
        return self.process.pid

    def send(self, command: Mapping[str, Any]) -> bool:
        """Writes a command; False where the process is gone."""
        line = pack_command(command)
        if self.process.poll() is not None:  # its end of the pipe may still take a line that nobody will read
            return False
        try:
            with self._writing:
                self._stdin.write(line)
                self._stdin.flush()
        except (OSError, ValueError):  # ValueError: closed by `kill`
            return False
        return True

    def kill(self) -> None:
        """Ends the process at once; `on_exit` follows."""
        self.process.kill()

    def join(self, timeout: float = GOING) -> None:
        """Waits until the process is gone and its last message was handled."""
        if self._reader.is_alive():
            self._reader.join(timeout)

    def _read(self) -> None:
        stdin, stdout = self._stdin, self._stdout
        try:
            while (message := read_message(stdout)) is not None:
                self._on_message(self, message)
        except (OSError, ValueError) as error:
            print(f"worker {self.pid}: its messages cannot be read: {error}", file=sys.stderr)
            self.process.kill()
        try:
            code = self.process.wait(GOING)
        except subprocess.TimeoutExpired:  # it has closed its output, but lives
            self.process.kill()
            code = self.process.wait()
        with self._writing:
            for stream in (stdout, stdin):
                with contextlib.suppress(OSError):  # what could not be written to a process that is gone
                    stream.close()
        self._on_exit(self, code)


def environment() -> dict[str, str]:
    """Environment of a worker: one thread for its arithmetic, and the same `gancore` as ours."""
    values = {**os.environ, **ONE_THREAD}
    home = str(Path(gancore.__file__).resolve().parents[1])
    if Path(home).name != "site-packages":
        values["PYTHONPATH"] = os.pathsep.join(filter(None, (home, values.get("PYTHONPATH"))))
    return values


def how_it_died(code: int) -> str:
    """An exit code in words: "signal 9" where a signal ended the process, else "exit code 1"."""
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
    return f"signal {-code}, {name}"
