"""A cable between a browser and a server that can be pulled: a proxy for TCP, in threads."""

from __future__ import annotations

import contextlib
import socket
import threading


class Cable:
    """Leads to a port of this machine until it is cut, and again once it is mended."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._cut = threading.Event()
        self._accepting.start()

    def cut(self) -> None:
        """Every connection ends, and none is made."""
        self._cut.set()
        self._drop()

    def mend(self) -> None:
        """Connections can be made again."""
        self._cut.clear()

    def lead_to(self, port: int) -> None:
        """Another server is at the other end."""
        self._to = port

    def close(self) -> None:
        """Nothing is left of it."""
        self.cut()
        self._listener.close()

    def _drop(self) -> None:
        with self._lock:
            dropped, self._open = self._open, set()
        for each in dropped:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self._cut.is_set():
                    raise OSError("cut")
                there = socket.create_connection(("localhost", self._to))
            except OSError:
                here.close()
                continue
            with self._lock:
                self._open |= {here, there}
            for source, target in ((here, there), (there, here)):
                threading.Thread(target=self._lead, args=(source, target), daemon=True).start()

    def _lead(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with self._lock:
            self._open -= {source, target}
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
