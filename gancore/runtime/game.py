"""The interface of a trainer to a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from gancore.compiling.speed import Speed
from gancore.config import RunConfig
from gancore.runtime.put_away import PutAway
from gancore.training.snapshot import ImageScene, ImageSnapshot, Scene, Snapshot

Command = Mapping[str, Any]


class Divergence(Protocol):
    @property
    def step(self) -> int: ...
    @property
    def quantity(self) -> str: ...


class Game(Protocol):
    """The interface of a trainer to a live run."""

    @property
    def step(self) -> int: ...
    @property
    def diverged(self) -> Divergence | None: ...
    def advance(self, steps: int = 1) -> None: ...
    def discriminator_step(self) -> None: ...
    def generator_step(self) -> None: ...
    def set(self, **changes: Any) -> None: ...
    def snapshot(
        self,
        *,
        field: bool = True,
        arrows: bool = True,
        layers: bool = True,
        manifold: bool = False,
        judge: bool = True,
        measure: bool = False,
    ) -> Snapshot | ImageSnapshot: ...
    def scene(self) -> Scene | ImageScene: ...
    def use_compiled(self) -> Speed: ...
    def put_away(self) -> PutAway | None: ...
    def take_up(self, state: bytes) -> None: ...


Progress = Callable[[str, float], None]  # what takes so long, and the share of it that is done

# Of a config, the seeds and the device, saying meanwhile what a run's beginning waits for.
MakeGame = Callable[[RunConfig, Sequence[int], str, Progress], Game]


def do_nothing() -> None:
    pass


def no_limit(most: int | None) -> None:
    """Lets the process take as many bytes as there are."""
