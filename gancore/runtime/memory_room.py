"""The memory that runs may take, what those that train have yet to take of it, and the sentence of a refusal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from gancore.config import FIELDS, RunConfig
from gancore.runtime.memory_estimate import BASE, estimate, greatest_saving

__all__ = ["SHARE", "VARIABLE", "MemoryRoom", "advice", "available", "card_refusal", "named", "resident", "room"]

VARIABLE = "GANCORE_MEMORY"
SHARE = 0.8  # of the memory that is free: the estimate may be wrong, and others want some, too
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_NO_LIMIT = 2**60  # bytes; a control group without a limit names a number above

_REFUSAL = "This run needs about {needs} of memory, and there is room for {there}. {advice}"
_FIELD = "Turn down “{label}” ({field}, now {value:,}) first: with half of it, it needs about {halved}."
_SEEDS = "Train fewer seeds at once (now {value:,}): with half of them it needs about {halved}."
_NO_SIZE = "The environment variable {variable} is {text!r}; a number of bytes is needed, such as 500M or 3G."


# ── What is there ─────────────────────────────────────────────────────────────────────────────────────────────────────


def room() -> int | None:
    """Bytes that runs may still take: 80 % of what is free; None where that is not known."""
    free = available()
    return None if free is None else int(SHARE * free)


def named() -> int | None:
    """Bytes that all runs together may take, as GANCORE_MEMORY names them; None where it does not. Raises ValueError
    where that is no size."""
    text = os.environ.get(VARIABLE)
    return _size(text) if text else None


def available(root: Path = Path("/")) -> int | None:
    """Bytes that programs may still take without another one's being put out: of the machine, or of the control group
    (a container) with the least; None where the system does not say it."""
    return min(_free(root), default=None)


def resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where it is gone, or the system does not say it."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _size(text: str) -> int:
    number = text.strip().lower().removesuffix("b").removesuffix("i")
    unit = number[-1:] if number[-1:] in _UNITS else ""
    try:
        size = float(number.removesuffix(unit)) * _UNITS[unit]
        if not 0 <= size <= _NO_LIMIT:
            raise ValueError
    except ValueError:
        raise ValueError(_NO_SIZE.format(variable=VARIABLE, text=text)) from None
    return int(size)


def _free(root: Path) -> Iterator[int]:
    of_machine = _numbers(root / "proc/meminfo").get("MemAvailable:")
    if of_machine is not None:
        yield 1024 * of_machine
    elif root == Path("/") and "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        groups = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in groups:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            yield from _free_in(root / "sys/fs/cgroup", path, "memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            names = "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
            yield from _free_in(root / "sys/fs/cgroup/memory", path, *names)


def _free_in(top: Path, path: str, limit: str, usage: str, cached: str) -> Iterator[int]:
    """Bytes left in a control group and in those around it. In a container its own one stands at the top."""
    folder = top / path.strip("/")
    while folder.is_relative_to(top):
        try:
            most, used = (int((folder / name).read_text(encoding="ascii")) for name in (limit, usage))
        except (OSError, ValueError):  # no such group here, or "max"
            most, used = _NO_LIMIT, 0
        if most < _NO_LIMIT:
            yield max(0, most - used + _numbers(folder / "memory.stat").get(cached, 0))
        folder = folder.parent


def _numbers(path: Path) -> dict[str, int]:
    """The numbers of a file of lines such as "MemAvailable: 22057 kB"."""
    try:
        rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    except OSError:
        return {}
    return {row[0]: int(row[1]) for row in rows if len(row) > 1 and row[1].isdigit()}


# ── What runs take ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Claim(NamedTuple):
    """Bytes that a run takes at most, and those that its worker held before."""

    needs: int
    before: int

    def left(self, held: int) -> int:
        """Bytes that the worker, which holds so many, has yet to take; one that has just been started those of torch,
        too."""
        return max(0, self.needs + max(BASE, self.before) - max(held, self.before))


class MemoryRoom:
    """The memory that runs may take, and the claims of those that train: what they have not taken yet is not free.

    A claim is made by process id, and for as long as the worker has that run. Where GANCORE_MEMORY names an amount, it
    is for all of them together.
    """

    def __init__(self, room: Callable[[], int | None] = room, resident: Callable[[int], int] = resident) -> None:
        self._room = room
        self._resident = resident
        self._claims: dict[int, _Claim] = {}

    def claim(self, pid: int, needs: int) -> None:
        """A worker begins a run that takes so many bytes."""
        self._claims[pid] = _Claim(needs, self._resident(pid))

    def change(self, pid: int, needs: int) -> None:
        """The run that a worker has takes so many bytes from now on."""
        if pid in self._claims:
            self._claims[pid] = self._claims[pid]._replace(needs=needs)

    def release(self, pid: int) -> None:
        """A worker has no run any more."""
        self._claims.pop(pid, None)

    def left(self) -> int | None:
        """Bytes that one more run may take; None where that is not known. Raises ValueError as `named` does."""
        if (together := named()) is not None:
            return max(0, together - sum(each.needs for each in self._claims.values()))
        free = self._room()
        if free is None:
            return None
        return max(0, free - sum(each.left(self._resident(pid)) for pid, each in self._claims.items()))

    def refusal(
        self, config: RunConfig, seeds: int, device: str = "cpu", *, instead_of: RunConfig | None = None
    ) -> str | None:
        """Why such a run cannot begin, in a sentence; None where it can. `instead_of`: the config with which it goes on
        already, and whose memory it has.

        Raises ValueError as `named` does.
        """
        left = self.left()
        needs = estimate(config, seeds, device)
        has = 0 if instead_of is None else estimate(instead_of, seeds, device).host
        if left is None or needs.host <= has + left or needs.host <= has:
            return None
        return _refusal(needs.host, has + left, config, seeds, device)


def card_refusal(config: RunConfig, seeds: int, device: str, free: int) -> str | None:
    """Why a run cannot begin on a graphics card with so many free bytes, in a sentence; None where it can."""
    needs = estimate(config, seeds, device).card
    return None if needs <= SHARE * free else _refusal(needs, int(SHARE * free), config, seeds, device)


def advice(config: RunConfig, seeds: int, device: str = "cpu") -> str:
    """What to turn down where memory has run out, in a sentence."""
    field, value, halved = greatest_saving(config, seeds, device)
    size = said_bytes(halved.card or halved.host)
    if field is None:
        return _SEEDS.format(value=value, halved=size)
    return _FIELD.format(label=FIELDS[field].label, field=field, value=value, halved=size)


def said_bytes(size: int) -> str:
    """A number of bytes, such as "340 MB" or "1.2 GB"."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6)):,} MB"


def _refusal(needs: int, there: int, config: RunConfig, seeds: int, device: str) -> str:
    told = advice(config, seeds, device)
    return _REFUSAL.format(needs=said_bytes(needs), there=said_bytes(there), advice=told)
