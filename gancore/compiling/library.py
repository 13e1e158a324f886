"""The shared library of a compiled step function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor


def load(path: Path) -> Callable[[list[Tensor]], list[Tensor]]:
    """The function of a library that AOTInductor has made for a CPU; takes milliseconds, and the file may go then."""
    runner = torch._C._aoti.AOTIModelContainerRunnerCpu(str(path), 1)  # pyright: ignore
    return runner.run  # pyright: ignore
