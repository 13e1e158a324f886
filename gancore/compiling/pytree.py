"""The arguments and the result of a step function as lists of tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from torch import Tensor

__all__ = ["as_close", "leaves", "rebuilt"]

CLOSE = 1e-3  # ‖found - expected‖ over ‖expected‖, of every tensor


def leaves(tree: Any) -> Iterator[Tensor]:
    """The tensors of nested tuples, in order; None has none."""
    if isinstance(tree, Tensor):
        yield tree
    elif tree is not None:
        for part in tree:
            yield from leaves(part)


def rebuilt(tree: Any, tensors: Iterator[Tensor]) -> Any:
    """The same nested tuples with other tensors."""
    if isinstance(tree, Tensor):
        return next(tensors)
    if tree is None:
        return None
    parts = [rebuilt(part, tensors) for part in tree]
    return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)


def as_close(expected: Sequence[Tensor], found: Sequence[Tensor]) -> bool:
    """Whether two ways to compute the same agree but for rounding."""
    pairs = zip(expected, found, strict=True)
    return all(bool((one - other).norm() <= CLOSE * one.norm() + 1e-12) for one, other in pairs)
