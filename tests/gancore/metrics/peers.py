"""torchmetrics and torch-fidelity, against which tests and a benchmark hold the measures, on any build of torch."""

import contextlib
import sys

import torch

_operators: list[torch.library.Library] = []


def import_torchvision() -> None:
    """Imports torchvision, which both peers need, also beside a build of torch that it was not made for.

    The registry's wheel for Linux is compiled against CUDA. Beside a CPU-only torch its compiled operators do not load,
    and its Python part then stops at the two whose names it looks up. Their declarations alone make it go on.
    """
    with contextlib.suppress(RuntimeError):
        import torchvision

        return
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    declared = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        declared.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _operators.append(declared)  # they last as long as this does
    import torchvision  # noqa: F401


import_torchvision()

# ruff: noqa: E402
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric
from torch_fidelity.metric_prc import prc_features_to_metric
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import poly_mmd

__all__ = [
    "FrechetInceptionDistance",
    "fid_features_to_statistics",
    "fid_statistics_to_metric",
    "isc_features_to_metric",
    "kid_features_to_metric",
    "poly_mmd",
    "prc_features_to_metric",
]
