"""A step function captured in a CUDA graph: its kernels are launched by one call, instead of one by one from Python.

Written for CUDA and never run by those who wrote it, for want of a GPU: what was captured is tried on random numbers
before it is used, and where it cannot be captured, or computes something else, the step function stays plain.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

from gancore.compiling.plan import Plan, arguments
from gancore.compiling.pytree import as_close, leaves, rebuilt
from gancore.step.moves import StepSpec
from gancore.step.updates import StepFunctions

__all__ = ["captured"]

_WARM_UPS = 2  # libraries choose their algorithms, and take their memory, in the first few calls


@lru_cache(maxsize=16)
def captured(plan: Plan, device: torch.device) -> Callable[[list[Tensor]], list[Tensor]] | None:
    """The step function as a function of its arguments' leaves that gives its result's, new tensors each time; None
    where it cannot be captured. Once a process for each plan."""
    example = arguments(plan)
    function = getattr(StepFunctions.of(StepSpec.of(plan.config)), plan.function)
    given = [each.to(device) for each in leaves(example)]
    static = [each.clone() for each in given]

    def take() -> list[Tensor]:
        return list(leaves(function(*rebuilt(example, iter(static)))))

    try:
        beside = torch.cuda.Stream(device)
        beside.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(beside):
            expected = take()
            for _ in range(_WARM_UPS):
                take()
        torch.cuda.current_stream(device).wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            result = take()
    except RuntimeError as error:
        print(f"A step function could not be captured in a CUDA graph: {error}", file=sys.stderr)
        return None

    def run(new: list[Tensor]) -> list[Tensor]:
        # The graph reads and writes the same memory at every replay.
        torch._foreach_copy_(static, new)  # pyright: ignore
        graph.replay()
        return [each.clone() for each in result]

    if not as_close(expected, run(given)):
        print("A captured step function does not compute what the plain one does, and is not used.", file=sys.stderr)
        return None
    return run
