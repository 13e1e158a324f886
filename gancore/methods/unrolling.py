"""Unrolling: let the generator see the discriminator that its move will meet (Metz et al. 2017)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

State = TypeVar("State")  # a `NetworkState`, or whatever `step` takes and gives


def unroll(discriminator: State, step: Callable[[State], State], steps: int) -> State:
    """The discriminator after `steps` steps of its own optimiser, differentiable in all that `step` closes over.

    Metz et al. 2017, eq. 6–9: θ_D^0 = θ_D, θ_D^{k+1} = θ_D^k + η df(θ_G, θ_D^k)/dθ_D^k, with the optimiser that D
    really uses in place of plain ascent: Adam's moments start where D's stand and stay in the graph. The player that is
    given is not changed, so there is nothing to restore. Backpropagation must run *through* the updates; copying
    the weights ahead without it is another algorithm.
    """
    if steps < 0:
        raise ValueError(f"steps is {steps}; a whole number of at least 0 is needed")
    for _ in range(steps):
        discriminator = step(discriminator)
    return discriminator
