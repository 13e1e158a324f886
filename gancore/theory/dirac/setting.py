"""`Setting`: everything that decides a run of the laboratory."""

from __future__ import annotations

from dataclasses import dataclass

from gancore.bounds import Bound
from gancore.theory.dirac.methods import GAMES

__all__ = ["BOUNDS", "UPDATES", "Setting"]

UPDATES = ("simultaneous", "alternating")


BOUNDS = {
    "h": Bound(0, 2, open=True, slider=(0.01, 2.0), log=True),
    "d_steps": Bound(1, 20, whole=True, log=True),
    "sigma": Bound(0, 5, slider=(0.0, 3.0)),
    "gamma": Bound(0, 10, slider=(0.0, 3.0)),
    "penalty": Bound(0, 10, slider=(0.0, 3.0)),
    "clip": Bound(0, 10, open=True, slider=(0.05, 3.0)),
    "consensus": Bound(0, 10, slider=(0.0, 3.0)),
}


@dataclass(frozen=True)
class Setting:
    """One method of one game, and the steps in which it is played.

    game       "dirac" or "bilinear"
    method     a key of `METHODS`, or of `BILINEAR` in the bilinear game
    updates    "simultaneous": both players step from the same point; "alternating": D first, then G against the new D
    h          step size of both players
    d_steps    k, discriminator steps before each generator step (simultaneous: the first k-1 alone, the last with G's)
    sigma      σ of the instance noise, in the units of x
    gamma      γ of R1, R2 and Roth et al.
    penalty    λ of WGAN-GP
    clip       the largest |ψ| of the clipped WGAN
    consensus  γ of consensus optimisation

    Raises ValueError that names the field, what came and what is allowed (`BOUNDS`).
    """

    game: str = "dirac"
    method: str = "non_saturating"
    updates: str = "simultaneous"
    h: float = 0.2
    d_steps: int = 1
    sigma: float = 0.7
    gamma: float = 0.3
    penalty: float = 0.3
    clip: float = 1.0
    consensus: float = 0.5

    @property
    def logistic(self) -> bool:
        """Whether the losses are made of logistic functions: a Wasserstein critic and the bilinear game have none."""
        return self.game != "bilinear" and not self.method.startswith("wasserstein")

    def __post_init__(self) -> None:
        if self.game not in GAMES:
            raise ValueError(f"game is {self.game!r}; allowed are {', '.join(GAMES)}")
        if self.method not in GAMES[self.game]:
            raise ValueError(
                f"method is {self.method!r}; allowed in the {self.game} game are {', '.join(GAMES[self.game])}"
            )
        if self.updates not in UPDATES:
            raise ValueError(f"updates is {self.updates!r}; allowed are {', '.join(UPDATES)}")
        for name, bound in BOUNDS.items():
            if not bound.allows(getattr(self, name)):
                raise ValueError(f"{name} is {getattr(self, name)}; allowed is {bound}")
