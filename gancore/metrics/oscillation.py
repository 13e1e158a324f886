"""Does a run settle? How much a measured figure still swings, as a number."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from gancore.metrics.arrays import ArrayLike, numbers

LEAST = 5  # values below which no spread is given
PART = 1 / 3  # of the run so far


class Oscillation:
    """The standard deviation of a figure over the last third of a run so far.

    A GAN that circles and one that has settled in the wrong place differ in this and not in their mean.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[int, NDArray[np.float32]]] = deque()

    def add(self, step: int, values: ArrayLike) -> None:
        """Takes the values (R,) at a step; a step that is no later than the last one is not taken again.

        values: an array, a tensor or a list (`gancore.metrics.arrays.numbers`), of which a copy is kept. Raises
        ValueError for another shape, and for another R than before.
        """
        taken = numbers("values", values).astype(np.float32)
        replicas = self._seen[-1][1].shape if self._seen else taken.shape
        if taken.ndim != 1 or taken.shape != replicas:
            raise ValueError(f"values has shape {taken.shape}; {replicas if self._seen else '(R,)'} is needed")
        if self._seen and step <= self._seen[-1][0]:
            return
        self._seen.append((step, taken))
        while self._seen[0][0] < (1 - PART) * step:
            self._seen.popleft()

    @property
    def spread(self) -> NDArray[np.float32] | None:
        """(R,) over the last third; not finite where a value is not. None while fewer than `LEAST` values lie in it."""
        if len(self._seen) < LEAST:
            return None
        with np.errstate(invalid="ignore"):
            return np.stack([values for _, values in self._seen]).std(0)

    @property
    def seen(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The values that count: their steps (n,), and themselves, (n, R); (0,) and (0, 0) before there are any."""
        steps = np.array([step for step, _ in self._seen], dtype=np.int64)
        values = [values for _, values in self._seen]
        return steps, np.stack(values) if values else np.empty((0, 0), dtype=np.float32)

    def keep(self, replicas: slice) -> None:
        """Lets the values of all other replicas go."""
        self._seen = deque((step, values[replicas]) for step, values in self._seen)
