"""Record of every step: both losses, both gradients, and where one of them ceased to be finite."""

from __future__ import annotations

import torch
from torch import Tensor

from gancore.training.checkpoint import StateDict, load_into

# Beyond this a float32 loss has no digits left that a step could act on: it counts as no longer finite.
LARGEST = 1e10

# Notes that wait until they are looked through, all at once: looking costs more operations than a compiled step.
_WAITING = 64

D, G = 0, 2  # the players' first rows


class Record:
    """The newest loss and gradient norm of each player, and the generator step at which each was first lost.

    values, lost_at (4, R): the rows are D's loss, D's gradient, G's loss, G's gradient; NaN and -1 where there is none.
    """

    def __init__(self, replicas: int, device: torch.device) -> None:
        self._values = torch.full((4, replicas), torch.nan, device=device)
        self._lost_at = torch.full_like(self._values, -1, dtype=torch.int32)
        self._waiting: dict[int, list[tuple[int, Tensor, Tensor]]] = {D: [], G: []}

    def note(self, player: int, step: int, loss: Tensor, gradient_norm: Tensor) -> None:
        """Takes down a step of D or of G: loss and gradient norm, each (R,)."""
        waiting = self._waiting[player]
        waiting.append((step, loss, gradient_norm))
        if len(waiting) >= _WAITING:
            self._settle()

    @property
    def values(self) -> Tensor:
        self._settle()
        return self._values

    @property
    def lost_at(self) -> Tensor:
        self._settle()
        return self._lost_at

    def forget(self) -> None:
        """Forgets the figures of players that have just begun; where others were lost stays."""
        self._settle()
        self._values.fill_(torch.nan)

    def keep(self, replicas: slice) -> None:
        """Lets all replicas go but these."""
        self._values, self._lost_at = self.values[:, replicas].clone(), self.lost_at[:, replicas].clone()

    def state_dict(self) -> dict[str, Tensor]:
        """The record as tensors."""
        return {"values": self.values.clone(), "lost_at": self.lost_at.clone()}

    def load_state_dict(self, state: StateDict) -> None:
        """Takes over another record of as many replicas. Raises ValueError for what is none."""
        loaded = load_into(self.state_dict(), state)
        self._values, self._lost_at = loaded["values"], loaded["lost_at"]

    def _settle(self) -> None:
        for player, waiting in self._waiting.items():
            if not waiting:
                continue
            noted = torch.stack([torch.stack(each[1:]) for each in waiting])  # (n, 2, R)
            rows = slice(player, player + 2)
            self._values[rows] = noted[-1]
            lost = ~(noted.abs() < LARGEST)
            steps = torch.tensor([each[0] for each in waiting], dtype=torch.int32, device=noted.device)
            first = steps[lost.to(torch.uint8).argmax(0)]
            new = lost.any(0) & (self._lost_at[rows] < 0)
            self._lost_at[rows] = torch.where(new, first, self._lost_at[rows])
            waiting.clear()
