"""A training put away: the weights of both players, and all that it takes to go on to the last bit."""

from typing import NamedTuple

MOST_BYTES = 24 * 2**20  # of one; a larger one is not kept


class PutAway(NamedTuple):
    """step: generator steps taken; weights, state: as safetensors, which execute nothing."""

    step: int
    weights: bytes
    state: bytes

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.weights) + len(self.state)
