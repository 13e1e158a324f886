"""Converts what callers hold (NumPy arrays, torch tensors, nested lists) to NumPy arrays, and checks their shapes.

The only place in `gancore.metrics` that does either. Tensors are recognised without importing torch.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["ArrayLike", "Numbers", "feature_pair", "feature_rows", "numbers", "point_pair", "whole_numbers"]

# numpy.typing.ArrayLike does not know of tensors, nor of lists of them.
ArrayLike: TypeAlias = Any
Numbers: TypeAlias = NDArray[Any]  # real numbers of any dtype

_FEATURES = "features (n, d)"
_POINTS = "points (n, d) or images (n, C, H, W)"


def numbers(name: str, value: ArrayLike) -> Numbers:
    """An array of real numbers, of the shape that came; not copied where it need not be.

    Takes NumPy arrays and nested lists of real numbers, torch tensors on any device, of any dtype, with or without
    gradients, and whatever has `__array__`. bfloat16 becomes float32, booleans become 0 and 1. Raises ValueError,
    which begins with `name`, for anything else.
    """
    if np.ma.is_masked(value):
        raise ValueError(f"{name} came with masked values, of which nothing is known; fill them or leave them out")
    try:
        array = np.asarray(_detached(value))
    except (TypeError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise ValueError(f"{name} came as {_kind_of(value)} that no array can be made of: {reason}") from None
    if array.dtype.kind in "fiu":
        # The measures work in float64: what is finite in a wider type alone is not finite there.
        return array if array.dtype.itemsize <= 8 else array.astype(np.float64)
    if array.dtype == np.bool_:
        return array.astype(np.uint8)
    # Floats that NumPy does not know by itself, such as JAX's bfloat16, say that they can be cast.
    if np.can_cast(array.dtype, np.float64):
        return array.astype(np.float64)
    raise ValueError(f"{name} came as {_kind_of(value)} of dtype {array.dtype}; real numbers are needed")


def whole_numbers(name: str, value: ArrayLike) -> NDArray[np.integer]:
    """An array of whole numbers, as `numbers`. Raises ValueError also for floats, even where they are whole."""
    array = numbers(name, value)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} came with dtype {array.dtype}; whole numbers are needed")
    return array


def feature_rows(name: str, value: ArrayLike, least: int) -> Numbers:
    """Features (n, d) with n of at least `least`, d of at least 1, all finite. Raises ValueError for anything else."""
    return _checked(name, numbers(name, value), _FEATURES, least)


def feature_pair(a: tuple[str, ArrayLike], b: tuple[str, ArrayLike], least: int) -> tuple[Numbers, Numbers]:
    """Two sets of features of one dimension, each given as (name, value) and checked as `feature_rows` does.

    Raises ValueError also where the dimensions differ.
    """
    first, second = (feature_rows(name, value, least) for name, value in (a, b))
    _check_dimensions(a[0], first, b[0], second)
    return first, second


def point_pair(a: tuple[str, ArrayLike], b: tuple[str, ArrayLike], least: int) -> tuple[Numbers, Numbers]:
    """Two sets of points (n, d) or of images (n, C, H, W), each given as (name, value): both as rows (n, d).

    Raises ValueError for fewer than `least` rows, for what is not finite, for different dimensions, and for two sets of
    images of different shapes.
    """
    first, second = (numbers(name, value) for name, value in (a, b))
    if first.ndim == second.ndim == 4 and first.shape[1:] != second.shape[1:]:
        # Channels first and channels last have the same number of pixels, in another order.
        raise ValueError(
            f"{a[0]} has images of shape {first.shape[1:]} and {b[0]} of {second.shape[1:]}; they must be alike"
        )
    rows = [_checked(name, _flat(each), _POINTS, least, each.shape) for (name, _), each in ((a, first), (b, second))]
    _check_dimensions(a[0], rows[0], b[0], rows[1])
    return rows[0], rows[1]


def _detached(value: ArrayLike) -> ArrayLike:
    """The same with every tensor in it as a NumPy array."""
    if isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        return [_detached(each) for each in items]
    torch = sys.modules.get("torch")  # nobody holds a tensor where it is not loaded
    if torch is None or not isinstance(value, getattr(torch, "Tensor", ())):
        return value
    tensor: Any = value
    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    try:
        return tensor.numpy(force=True)
    except TypeError:  # bfloat16 and the 8-bit floats, which NumPy lacks
        return tensor.float().numpy(force=True)


def _kind_of(value: ArrayLike) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__.partition('.')[0]}.{kind.__name__}"


def _flat(array: Numbers) -> Numbers:
    return array.reshape(len(array), -1) if array.ndim == 4 and array.size else array


def _checked(name: str, rows: Numbers, needed: str, least: int, came: tuple[int, ...] | None = None) -> Numbers:
    if rows.ndim != 2 or len(rows) < least or not rows.shape[1]:
        raise ValueError(f"{name} has shape {came or rows.shape}; {needed} with n of at least {least} are needed")
    bad = len(rows) - int(np.isfinite(rows).all(1).sum())
    if bad:
        raise ValueError(f"{name} has {bad} of {len(rows)} rows that are not finite; finite numbers are needed")
    return rows


def _check_dimensions(a: str, first: Numbers, b: str, second: Numbers) -> None:
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"{a} has dimension {first.shape[1]} and {b} {second.shape[1]}; they must be the same")
