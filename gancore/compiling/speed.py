"""How a run takes its steps. Importable without torch."""

from __future__ import annotations

from typing import NamedTuple

from gancore.config import RunConfig


class Speed(NamedTuple):
    """Whether all step functions of the present game are compiled; and what would have to be compiled for the rest of
    the run, as configurations with the number of replicas that a process trains."""

    compiled: bool
    missing: tuple[tuple[RunConfig, int], ...] = ()
