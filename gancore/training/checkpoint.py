"""State of a training as named tensors, flat: what has to be kept so that it goes on as if it had never stopped.

Names are those of the parts, joined by points ("g.params", "streams.real.generators"). The tensors fit into a
safetensors file, which executes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import torch
from torch import Tensor

__all__ = ["StateDict", "joined", "load_into", "part", "prefixed", "whole_number"]

StateDict: TypeAlias = Mapping[str, Tensor]

# The axis of a state's tensors along which the replicas lie is the first, but for these; None: the same for all.
_AXES: Mapping[str, int | None] = {
    "record.values": 1,
    "record.lost_at": 1,
    "readout.measured": 1,
    "readout.measured_at": None,
}


def prefixed(name: str, state: StateDict) -> dict[str, Tensor]:
    """The state of a part under its name."""
    return {f"{name}.{key}": value for key, value in state.items()}


def part(name: str, state: StateDict) -> dict[str, Tensor]:
    """The state of the part of that name, without it."""
    return {key.removeprefix(f"{name}."): value for key, value in state.items() if key.startswith(f"{name}.")}


def joined(parts: Sequence[StateDict]) -> dict[str, Tensor]:
    """The tensors of a whole run, given those of its parts in the order of the seeds.

    Raises ValueError where the parts are not of one run at one step.
    """
    first = parts[0]
    whole: dict[str, Tensor] = {}
    for name, value in first.items():
        values = [each[name] for each in parts if name in each]
        axis = _AXES.get(name, 0) if value.ndim else None
        if len(values) < len(parts) or (axis is None and not all(torch.equal(each, value) for each in values)):
            raise ValueError(f"{name} is not the same in all parts; parts of one run at one step are needed")
        whole[name] = value if axis is None else torch.cat(values, axis)
    return whole


def load_into(expected: StateDict, state: StateDict) -> dict[str, Tensor]:
    """The tensors of `state` for the names of `expected`, of their shapes and types, on their devices.

    Raises ValueError that says which tensor is missing or does not fit.
    """
    loaded: dict[str, Tensor] = {}
    for name, like in expected.items():
        value = state.get(name)
        if value is None:
            raise ValueError(f"the state has no tensor {name!r}")
        if value.shape != like.shape or value.dtype != like.dtype:
            raise ValueError(
                f"{name} is {_described(value)}; a run of this configuration and these seeds has {_described(like)}"
            )
        loaded[name] = value.to(like.device, copy=True)
    return loaded


def _described(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} of shape {tuple(tensor.shape)}"


def whole_number(name: str, state: StateDict, least: int = 0) -> int:
    """A count of a state. Raises ValueError where it is none, or below `least`."""
    value = load_into({name: torch.zeros((), dtype=torch.int64)}, state)[name]
    if int(value) < least:
        raise ValueError(f"{name} is {int(value)}; at least {least} is needed")
    return int(value)
