"""Copies of this process that work beside it: they have what it has in memory, with nothing imported or handed over.

Linux only, like everything that says `fork` and means it: other systems' frameworks do not survive one.

A copy has one thread, whatever its parent has, and a lock that another thread held at that moment stays held for good.
So a copy does nothing that needs one: memory and the interpreter have their locks made anew in a copy; it computes on
one thread, so that OpenMP's team, whose threads it does not have, is never called; it writes to no stream of Python's
(its errors travel home), starts no thread, imports nothing that a thread of its parent could be importing, and leaves
by `os._exit`, so that nothing which waits in a buffer of its parent's is written twice.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import socket
import traceback
import warnings
import weakref
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType
from typing import Any, NoReturn

from gancore.runtime.process import how_it_died

LOOK_UP = 1.0  # seconds after which a waiting copy looks whether its parent lives

Work = Callable[..., Any]


class ElsewhereError(Exception):
    """The traceback of a copy's error, as text: the cause of the same error here."""


def _read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


# A snapshot holds one, and pickle does not know it.
ForkingPickler.register(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


class Fork:
    """A copy of this process, as it is now, that answers each request with `work(*request)`.

    It goes when this object or this process does. `name` says in errors what it is: "the process of …".
    """

    def __init__(self, work: Work, name: str) -> None:
        """Raises OSError where the system refuses another process."""
        self._name = name
        self._end, theirs = (Connection(each.detach()) for each in socket.socketpair())
        try:
            with warnings.catch_warnings():
                # That a process with threads forks: see above why that is sound here.
                warnings.simplefilter("ignore", DeprecationWarning)
                parent = os.getpid()
                self.pid = os.fork()
        except OSError:
            self._end.close()
            theirs.close()
            raise
        if not self.pid:
            _live(theirs, work, parent)
        theirs.close()
        self._bury = weakref.finalize(self, _bury, self.pid, self._end)

    def ask(self, *request: Any) -> None:
        """Hands a request over and returns at once; each has to be followed by its `answer`."""
        with contextlib.suppress(OSError):  # it has died: its answer will say so
            self._end.send(request)

    def answer(self) -> Any:
        """Waits for what `work` gave, or raises what it raised. ChildProcessError where the copy has died."""
        try:
            result, error, trace = self._end.recv()
        except (EOFError, OSError):
            raise ChildProcessError(f"the process of {self._name} has ended, {self._how()}") from None
        if error is not None:
            raise error from ElsewhereError(f"in the process of {self._name}\n{trace}")
        return result

    def close(self) -> None:
        """Ends the copy at once, whatever it is doing."""
        self._bury()

    def _how(self) -> str:
        if not self._bury.detach():
            return "closed"
        self._end.close()
        return how_it_died(os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]))


def _bury(pid: int, end: Connection) -> None:
    end.close()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


# ── In the copy ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _live(end: Connection, work: Work, parent: int) -> NoReturn:
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the parent, whose end is ours too
        gc.freeze()  # nothing of the parent's is finalised here, and its pages stay shared
        _let_go(end.fileno())
        while True:
            while not end.poll(LOOK_UP):
                # Should somebody else hold the other end of our pipe open, the parent's death still shows here.
                if os.getppid() != parent:
                    os._exit(0)
            reply = _reply(work, end.recv())
            end.send_bytes(reply)
    except (EOFError, OSError):  # the parent is gone, or has let go of us
        code = 0
    finally:
        os._exit(code)


def _let_go(kept: int) -> None:
    """Closes all that was inherited but one descriptor: the parent's readers and writers must see its end, not ours.
    0 becomes empty, and 1 the log."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208, of numbers
        if (descriptor := int(name)) > 2 and descriptor != kept:
            with contextlib.suppress(OSError):  # that of the list itself
                os.close(descriptor)


def _reply(work: Work, request: tuple[Any, ...]) -> Any:
    """(result, error, traceback) as they travel home."""
    try:
        return ForkingPickler.dumps((work(*request), None, ""))
    except Exception as error:
        trace = "".join(traceback.format_exception(error))
        try:
            reply = ForkingPickler.dumps((None, error, trace))
            pickle.loads(reply)
        except Exception:  # an error that does not survive the way
            reply = ForkingPickler.dumps((None, RuntimeError(f"{type(error).__name__}: {error}"), trace))
        return reply
