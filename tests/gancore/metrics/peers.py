"""torchmetrics and torch-fidelity, against which tests and a benchmark hold the measures, on any build of torch."""

from gancore.data.torchvision_import import import_torchvision

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
