"""The one place that imports torchvision, on any build of torch."""

from __future__ import annotations

import contextlib
import importlib
import sys

_declared: list[object] = []


def import_torchvision() -> None:
    """Imports torchvision, also beside a build of torch that it was not made for; to be called before its own import.

    The registry's wheel for Linux is compiled against CUDA. Beside a CPU-only torch its compiled operators do not load,
    and its Python part then stops at the two whose names it looks up. Their declarations alone make it go on; neither
    the data sets nor the networks use them.
    """
    with contextlib.suppress(RuntimeError):
        importlib.import_module("torchvision")
        return
    import torch

    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.append(library)  # they last as long as this does
    importlib.import_module("torchvision")
