"""Jobs of the compute worker: short computations that need torch, for exhibits that follow a slider.

A job is a function of its settings, which come from strangers: it reads them with care and raises ValueError with a
sentence. Its answer is meta data and arrays as `gancore.runtime.frames` carries them. Called without settings it
answers for its usual ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from numpy.typing import NDArray

Answer: TypeAlias = tuple[dict[str, Any], dict[str, NDArray[Any]]]
Job: TypeAlias = Callable[[Mapping[str, Any]], Answer]


def augmentation(settings: Mapping[str, Any]) -> Answer:
    """One image under one T, and the gradient that comes back through T."""
    from gancore.demos.augmented_gradient import augmented_gradient

    return augmented_gradient(settings)


def corruption(settings: Mapping[str, Any]) -> Answer:
    """Real images made worse by hand, and what every measure says of them."""
    from gancore.demos.corruption import corrupt

    return corrupt(settings)


def first_gan(settings: Mapping[str, Any]) -> Answer:
    """A small GAN after some moves of its two players."""
    from gancore.demos.first_gan import first_gan

    return first_gan(settings)


JOBS: Mapping[str, Job] = {"augmentation": augmentation, "corruption": corruption, "first_gan": first_gan}
