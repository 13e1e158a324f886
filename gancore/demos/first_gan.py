"""A small GAN that is stepped by hand: three clouds, two networks, and every move of either player by its own press.

What it shows is a pure function of its seed and its moves. The web process reads the settings from here, so nothing at
the top of this module imports torch.
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gancore.bounds import Bound
from gancore.config import RunConfig

if TYPE_CHECKING:
    from gancore.training.trainer import Trainer

# R1 keeps it calm: without a penalty this GAN loses clouds, which is what the lectures are about.
CONFIG = RunConfig(
    data="ring", modes=3, radius=1.5, sigma=0.15, latent_dim=2, g_hidden=32, d_hidden=32, batch_size=128,
    loss="non_saturating", penalty="r1", penalty_weight=0.3, d_lr=0.01, g_lr=0.005,
)  # fmt: skip

KINDS = {"d": (1, 0), "g": (0, 1), "r": (1, 1)}  # steps of D and of G in one move of each kind; a round is D, then G
MOST_STEPS = 800  # of both players together: a link is answered within a second or two
MOST_PARTS = 40  # of a list of moves
SEED = Bound(0, 999, whole=True)

SHOWN = 60  # generated points that are drawn
ARROWS = 15  # of them with an arrow
JUDGED = 256  # points of either kind that the losses are averaged over

_KEPT = 64  # GANs that wait for their next move


class Moves(NamedTuple):
    """So many moves of one kind, one after the other."""

    kind: str
    times: int


@dataclass(frozen=True)
class FirstGan:
    """A seed, and the moves since: all that decides what is shown.

    Raises ValueError that names the field, what came and what is allowed.
    """

    seed: int = 0
    moves: tuple[Moves, ...] = ()

    def __post_init__(self) -> None:
        if not SEED.allows(self.seed):
            raise ValueError(f"seed is {self.seed!r}; allowed is {SEED}")
        if any(kind not in KINDS or count < 1 for kind, count in self.moves):
            raise ValueError(f"moves is {moves_text(self.moves)!r}; allowed are {', '.join(KINDS)}, each with a number")
        if len(self.moves) > MOST_PARTS:
            raise ValueError(f"moves has {len(self.moves)} parts; allowed are at most {MOST_PARTS}")
        if (steps := sum(self.steps)) > MOST_STEPS:
            raise ValueError(f"moves takes {steps} steps of both players; allowed are at most {MOST_STEPS}")

    @property
    def steps(self) -> tuple[int, int]:
        """Steps that D and G have taken."""
        d, g = (sum(count * KINDS[kind][player] for kind, count in self.moves) for player in (0, 1))
        return d, g


def moves_text(moves: tuple[Moves, ...]) -> str:
    """Moves as text: ten steps of D, then 40 rounds of both, are "d10,r40"."""
    return ",".join(f"{kind}{count}" for kind, count in moves)


def moves_of(text: str) -> tuple[Moves, ...]:
    """The moves that a text names. Neighbours of one kind become one, so that equal histories are equal.

    Raises ValueError where it is no such text.
    """
    found: list[Moves] = []
    for part in text.split(",") if text else []:
        match = re.fullmatch(r"([dgr])([1-9]\d{0,3})", part, re.ASCII)
        if match is None:
            raise ValueError(f"moves is {text[:40]!r}; allowed are parts such as d10, g10 and r40 with commas between")
        kind, count = match[1], int(match[2])
        if found and found[-1].kind == kind:
            count += found.pop().times
        found.append(Moves(kind, count))
    return tuple(found)


def first_gan(settings: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The points, losses and arrows of a seed's GAN after some moves.

    Args:
        settings: `seed`, a whole number, and `moves`, a text as `moves_text` writes it.

    Meta data: d_steps, g_steps; d_loss, g_loss, in nats, over `JUDGED` points of either kind, of which D saw none;
    says_real, says_fake: D's mean probability that the data, and the generated points, are real; captured: clouds that
    G keeps, of `modes`; view, the square that is shown.
    Arrays: z and fake (N, 2) f4, what G is given and what it makes of it; arrows (A, 2) f4, -∂L_G/∂x at the first of
    these; field (40, 40) f4, D's probability; real (S, 2) f4 and centres (M, 2) f4.

    Raises ValueError for an unknown field and a wrong value.
    """
    if unknown := settings.keys() - {"seed", "moves"}:
        raise ValueError(f"unknown settings: {', '.join(sorted(unknown))}; allowed are seed and moves")
    chosen = FirstGan(settings.get("seed", 0), moves_of(settings.get("moves", "")))
    trainer = _played(chosen)
    snapshot: Any = trainer.snapshot(layers=False)
    scene: Any = trainer.scene()
    real, fake = _judged(trainer, chosen.seed, scene.real)
    d_steps, g_steps = chosen.steps
    meta: dict[str, Any] = {
        "d_steps": d_steps,
        "g_steps": g_steps,
        # L_D = E softplus(-s(x)) + E softplus(s(G(z))), with D = σ(s)
        "d_loss": float(np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean()),
        # L_G = E softplus(-s(G(z)))
        "g_loss": float(np.logaddexp(0, -fake).mean()),
        "says_real": float(_probability(real).mean()),
        "says_fake": float(_probability(fake).mean()),
        "captured": int(snapshot.scalars["captured"][0]),
        "modes": CONFIG.modes,
        "view": list(scene.view),
        "sigma": scene.sigma,
    }
    arrays: dict[str, NDArray[Any]] = {
        "z": _latent(chosen.seed)[:SHOWN],
        "fake": snapshot.fake[0, :SHOWN],
        "arrows": snapshot.arrows[:ARROWS],
        "field": _probability(snapshot.field).astype(np.float32),
        "real": scene.real[:SHOWN],
        "centres": scene.centres,
    }
    return meta, arrays


waiting: OrderedDict[FirstGan, Trainer] = OrderedDict()  # for their next move


def _played(chosen: FirstGan) -> Trainer:
    """The trainer after these moves; goes on from one that has made the first of them, where one is kept."""
    known = max((each for each in waiting if _begins(each, chosen)), key=lambda each: sum(each.steps), default=None)
    trainer = waiting.pop(known) if known is not None else _begun(chosen.seed)
    for kind, count in _left(known.moves if known is not None else (), chosen.moves):
        for _ in range(count):
            d, g = KINDS[kind]
            if d:
                trainer.discriminator_step()
            if g:
                trainer.generator_step()
    waiting[chosen] = trainer
    if len(waiting) > _KEPT:
        waiting.popitem(last=False)
    return trainer


def _begun(seed: int) -> Trainer:
    from gancore.training.trainer import Trainer

    return Trainer(CONFIG, seeds=[seed], device="cpu")


def _begins(first: FirstGan, whole: FirstGan) -> bool:
    """True where the moves of one GAN are the first of another's."""
    if first.seed != whole.seed or len(first.moves) > len(whole.moves):
        return False
    if not first.moves:
        return True
    last = len(first.moves) - 1
    same = first.moves[:last] == whole.moves[:last] and first.moves[last].kind == whole.moves[last].kind
    unfinished = first.moves[last].times <= whole.moves[last].times
    return same and unfinished


def _left(first: tuple[Moves, ...], whole: tuple[Moves, ...]) -> list[Moves]:
    """The moves that are still to be made."""
    if not first:
        return list(whole)
    kind, count = whole[len(first) - 1]
    return [Moves(kind, count - first[-1].times), *whole[len(first) :]]


def _judged(trainer: Trainer, seed: int, real: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """D's logits of points that it has not been trained on: of the data, and of generated ones."""
    import torch

    from gancore.step.moves import critic

    with torch.no_grad():
        judge, _ = critic(trainer.spec, trainer.d)
        made = trainer.spec.g(trainer.g.params, torch.from_numpy(_latent(seed)[None, :JUDGED]))
        seen = judge(torch.from_numpy(real[None, :JUDGED].copy()))
        return seen.double().numpy().ravel(), judge(made).double().numpy().ravel()


@cache
def _latent(seed: int) -> NDArray[np.float32]:
    """The latent vectors whose points a trainer of this seed shows."""
    from gancore.training.latent import draw_latent
    from gancore.training.points_readout import JUDGED as READ
    from gancore.training.random_streams import generator

    return draw_latent(CONFIG, generator(seed, "show_latent"), READ).numpy()


def _probability(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.exp(-np.logaddexp(0, -logits.astype(np.float64)))


EVEN = {"d_loss": 2 * math.log(2), "g_loss": math.log(2)}  # where D says ½ to everything
