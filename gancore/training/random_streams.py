"""Random numbers that do not depend on who else draws: one generator a replica and purpose.

A replica of seed s draws for each purpose from its own generator, seeded by (s, purpose). So replica i of a batch
draws what seed i would draw alone, and a change that needs more numbers for one purpose (more discriminator steps,
instance noise switched on) leaves all the others as they were: the same data, the same noise, one change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from gancore.training.checkpoint import StateDict, load_into, whole_number

# Only ever add at the end: the place in this list decides the numbers.
PURPOSES = (
    "init_d",
    "init_g",
    "init_u",
    "real",
    "latent_d",
    "latent_g",
    "noise_real",
    "noise_fake",
    "noise_g",
    "mix",
    "real_ahead",
    "noise_ahead",
    "mix_ahead",
    "show_real",
    "show_latent",
    "fresh",
    "init_d_again",
    "real_look",
    "latent_d_look",
    "latent_g_look",
    "noise_real_look",
    "noise_fake_look",
    "noise_g_look",
    "mix_look",
    "data_set",
    "init_classifier",
    "classifier_real",
    "classifier_latent",
    "classifier_choice",
    "show_choice",
    "augment_real",
    "augment_fake",
    "augment_g",
    "augment_ahead",
    "augment_real_look",
    "augment_fake_look",
    "augment_g_look",
    "label_g",
    "label_g_look",
    "show_label",
    "show_augment",
    "measure_latent",
)

# Numbers a replica draws at once. Independent of the number of replicas: a block's size decides its values.
_BLOCK = 2**18
_MOST_DRAWS = 64  # of a block


def generator(seed: int, purpose: str, part: int = 0) -> torch.Generator:
    """The CPU generator of one seed, purpose and part of a run; unrelated for any two different ones."""
    # NumPy pads with zeros: part 0 of a run draws what a run of one part draws.
    key = np.random.SeedSequence([seed, PURPOSES.index(purpose), part]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(key[0]))


def stood(state: StateDict, replicas: int) -> tuple[Tensor, int]:
    """Where a stream of so many replicas stood: its generators before the present block, (R, ·), and the draws left.

    Raises ValueError for what is no such state.
    """
    like = torch.Generator().get_state()
    before = load_into({"generators": like.expand(replicas, -1)}, state)["generators"]
    left = whole_number("left", state)
    if left > _MOST_DRAWS:
        raise ValueError(f"left is {left}; a block has at most {_MOST_DRAWS} draws")
    for each in before:
        try:
            torch.Generator().set_state(each.clone())
        except RuntimeError:
            raise ValueError("generators holds no state of a random generator") from None
    return before, left


class Stream:
    """Draws for R replicas, made in blocks of many so that one draw costs next to nothing.

    `make(generator, n)` gives n draws of one replica, (n, …); `size` is how many numbers one draw takes; `next()`
    gives the next draw of all replicas, (R, …).
    """

    def __init__(
        self,
        seeds: Sequence[int],
        purpose: str,
        make: Callable[[torch.Generator, int], Tensor],
        size: int,
        device: torch.device,
    ) -> None:
        self._generators = [generator(seed, purpose) for seed in seeds]
        self._make = make
        self._device = device
        self._block = min(max(_BLOCK // size, 1), _MOST_DRAWS)
        self._drawn: list[Tensor] = []
        self._before = self._states()  # of the generators, before they made the present block

    def next(self) -> Tensor:
        if not self._drawn:
            self._before = self._states()
            self._make_block()
        return self._drawn.pop()

    def _make_block(self) -> None:
        replicas = [self._make(each, self._block) for each in self._generators]
        drawn = torch.stack(replicas, 1).to(self._device)  # (block, R, …)
        self._drawn = list(drawn.unbind(0))[::-1]

    def _states(self) -> Tensor:
        return torch.stack([each.get_state() for each in self._generators])

    def state_dict(self) -> dict[str, Tensor]:
        """Where every replica stands: its generator before the present block, (R, ·), and the draws left of that."""
        before = self._before if self._drawn else self._states()
        return {"generators": before, "left": torch.tensor(len(self._drawn))}

    def load_state_dict(self, state: StateDict) -> None:
        """Goes on where another stream of the same seeds stood. Raises ValueError for what is no such state."""
        before, left = stood(state, len(self._generators))
        for source, each in zip(self._generators, before, strict=True):
            source.set_state(each.clone())  # torch 2 crashes on a row that is not the first of its tensor
        self._before = before
        self._drawn = []
        if left:
            self._make_block()
            del self._drawn[left:]

    def keep(self, replicas: slice) -> None:
        """Lets all other replicas go; these draw on as they would have in company."""
        self._generators = self._generators[replicas]
        self._before = self._before[replicas].clone()
        if self._drawn:
            self._drawn = list(torch.stack([each[replicas] for each in self._drawn]).unbind(0))
