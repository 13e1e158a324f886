"""Runs and a registry that remember what they were told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gancore.config import RunConfig
from gancore.runtime import History


class FakeRun:
    """Remembers what it was told."""

    def __init__(self, config: RunConfig, seeds: Sequence[int], paused: bool) -> None:
        self.id = f"run{id(self)}"
        self.config = config
        self.seeds = tuple(seeds)
        self.state = "paused" if paused else "running"
        self.message, self.place, self.step, self.scene = "", None, 0, b"12345678"
        self.changes: list[Any] = []
        self.history = History()
        self.said: list[Any] = []
        self.speed: float | None = None  # steps a second
        self.held = False
        self.first: float | None = None  # steps a second, to begin with
        self.compiled_at, self.why_plain, self.recorded, self.silent = None, None, False, False
        self.parent: Any = None
        self.ahead = (0, 0)
        self.owners: set[str] = set()

    @property
    def ended(self) -> bool:
        return self.state in ("finished", "diverged", "failed", "stopped")

    def set(self, *, at: int = 0, **changes: Any) -> None:
        self.said.append((at, changes) if at else changes)

    def pace(self, steps_per_second: float | None, *, first: float | None = None) -> None:
        self.speed, self.first = steps_per_second, first

    def stop(self) -> None:
        self.state = "stopped"

    def is_shared(self, owner: str) -> bool:
        return bool(self.owners - {owner})

    def put_away(self) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        return lambda *values: self.said.append((name, *values))


class FakeRegistry:
    def __init__(self) -> None:
        self.runs: list[FakeRun] = []
        self.released: list[str] = []

    make = FakeRun

    def submit(
        self,
        config: RunConfig,
        *,
        seeds: Sequence[int],
        owner: str,
        paused: bool = False,
        pace: float | None = None,
        first_pace: float | None = None,
    ) -> FakeRun:
        self.runs.append(self.make(config, seeds, paused))
        self.runs[-1].speed, self.runs[-1].first = pace, first_pace
        self.runs[-1].owners = {owner}
        return self.runs[-1]

    def share(
        self,
        config: RunConfig,
        *,
        seeds: Sequence[int],
        owner: str,
        pace: float | None = None,
        first_pace: float | None = None,
    ) -> FakeRun:
        alike = [run for run in self.runs if run.config == config and not run.ended and owner not in run.owners]
        if not alike:
            return self.submit(config, seeds=seeds, owner=owner, pace=pace, first_pace=first_pace)
        alike[-1].owners.add(owner)
        return alike[-1]

    def split(self, run: FakeRun, owner: str) -> FakeRun:
        run.owners.discard(owner)
        return self.submit(run.config, seeds=run.seeds, owner=owner, paused=True, pace=run.speed)

    def drop(self, run: FakeRun, owner: str) -> None:
        run.owners.discard(owner)
        if not run.owners:
            run.stop()

    def release(self, owner: str) -> None:
        self.released.append(owner)
