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


def generator(seed: int, purpose: str, part: int = 0) -> torch.Generator:
    """The CPU generator of one seed, purpose and part of a run; unrelated for any two different ones."""
    # NumPy pads with zeros: part 0 of a run draws what a run of one part draws.
    key = np.random.SeedSequence([seed, PURPOSES.index(purpose), part]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(key[0]))


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
        self._block = min(max(_BLOCK // size, 1), 64)
        self._drawn: list[Tensor] = []

    def next(self) -> Tensor:
        if not self._drawn:
            replicas = [self._make(each, self._block) for each in self._generators]
            drawn = torch.stack(replicas, 1).to(self._device)  # (block, R, …)
            self._drawn = list(drawn.unbind(0))[::-1]
        return self._drawn.pop()

    def keep(self, replicas: slice) -> None:
        """Lets all other replicas go; these draw on as they would have in company."""
        self._generators = self._generators[replicas]
        if self._drawn:
            self._drawn = list(torch.stack([each[replicas] for each in self._drawn]).unbind(0))
