"""Features for the measures: of small networks trained in this repository, or of Inception v3.

Every source of features has a name, and a figure made of its features carries it: the scores of `digits-net` and
`shapes-net` are no Inception Scores, nor are their Fréchet distances FIDs that compare with a paper's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn import functional as F

from gancore.data.torchvision_import import import_torchvision
from gancore.device import pick_device
from gancore.metrics.arrays import ArrayLike, numbers

__all__ = [
    "FEATURE_NETS",
    "ConvClassifier",
    "FeatureNet",
    "Features",
    "InceptionFeatures",
    "NetSpec",
    "PixelFeatures",
    "Seen",
    "feature_net",
    "features_for",
    "weights_file",
]

WEIGHTS = Path(__file__).parent / "feature_weights"

_CHUNK = 250  # images at once: the first layer of a net makes some 16 kB of each


class Seen(NamedTuple):
    """N images through a network: features (N, d), and the logits (N, K) of its classes, None where it has none."""

    features: NDArray[np.float32]
    logits: NDArray[np.float32] | None


class Features(Protocol):
    """A source of features: images (N, C, H, W), floats in [-1, 1], to what it sees in them.

    Takes arrays, tensors and nested lists (`gancore.metrics.arrays.numbers`). Raises ValueError for another shape and
    for images that are not finite.
    """

    @property
    def name(self) -> str: ...

    @property
    def dims(self) -> int: ...

    def __call__(self, images: ArrayLike) -> Seen: ...


@dataclass(frozen=True)
class NetSpec:
    """A feature network of this repository: which images it takes, and what it is asked of each.

    channels, side  of an image
    heads           questions and how many answers each has; the first one's logits are what the score is made of
    widths          channels of its convolutions
    strides         of its convolutions
    dims            d, its features
    """

    name: str
    data: str
    channels: int
    side: int
    heads: Mapping[str, int]
    widths: tuple[int, ...]
    strides: tuple[int, ...]
    dims: int = 64


# The kind of a shape can be told without its colour, size or place: a network that is asked for these too has features
# that answer to them.
FEATURE_NETS: dict[str, NetSpec] = {
    spec.data: spec
    for spec in (
        NetSpec("digits-net", "digits", 1, 8, {"class": 10}, (32, 64, 64), (1, 2, 1)),
        NetSpec("shapes-net", "shapes", 3, 32, {"kind": 5, "colour": 6, "cell": 9, "size": 2}, (16, 32, 64), (2, 2, 2)),
    )
}


class ConvClassifier(nn.Module):
    """3×3 convolutions, a linear layer to the d features, and one linear layer for all heads on their positive part.

    Features are taken before the rectifier: rectified ones are far from the Gaussians that a Fréchet distance takes
    them for. They are standardised by the `mean` and `std` (d,) of those of the training images, so that a distance
    means the same in every direction, and about the same for every network.
    """

    def __init__(self, spec: NetSpec) -> None:
        super().__init__()
        self.spec = spec
        side, layers = spec.side, []
        for (i, o), stride in zip(pairwise((spec.channels, *spec.widths)), spec.strides, strict=True):
            layers += [nn.Conv2d(i, o, 3, stride, padding=1), nn.ReLU()]
            side = -(-side // stride)
        self.convolutions = nn.Sequential(*layers)
        self.features = nn.Linear(spec.widths[-1] * side * side, spec.dims)
        self.heads = nn.Linear(spec.dims, sum(spec.heads.values()))
        self.mean, self.std = nn.Buffer(torch.zeros(spec.dims)), nn.Buffer(torch.ones(spec.dims))

    @classmethod
    def empty(cls, spec: NetSpec) -> ConvClassifier:
        """Without weights, of which PyTorch's own would be drawn from the global generator: to be filled."""
        with torch.device("meta"):
            return cls(spec)

    def forward(self, images: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Images (N, C, H, W) to features (N, d) and the logits of each head, (N, K)."""
        features = self.features(self.convolutions(images).flatten(1))
        logits = self.heads(F.relu(features))
        return (features - self.mean) / self.std, logits.split(list(self.spec.heads.values()), dim=1)


class FeatureNet:
    """A trained classifier as a source of features; its weights stay as they are."""

    def __init__(self, classifier: ConvClassifier, facts: Mapping[str, str]) -> None:
        self._classifier = classifier.eval().requires_grad_(False)
        self.spec = classifier.spec
        self.facts = facts

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def dims(self) -> int:
        return self.spec.dims

    def __call__(self, images: ArrayLike) -> Seen:
        given = image_tensor("images", images, self.name, (self.spec.channels, self.spec.side, self.spec.side))
        seen = (self._classifier(part) for part in given.split(_CHUNK))
        features, logits = zip(*((features, heads[0]) for features, heads in seen), strict=True)
        return Seen(torch.cat(features).numpy(), torch.cat(logits).numpy())


@dataclass(frozen=True)
class PixelFeatures:
    """The pixels themselves, averaged down to 8×8: features of a set that no network was trained on.

    They answer to colour, place and noise, and know nothing of what an image shows. No classes, so no score.
    """

    channels: int
    side: int

    @property
    def name(self) -> str:
        return "pixels"

    @property
    def dims(self) -> int:
        return self.channels * min(self.side, 8) ** 2

    def __call__(self, images: ArrayLike) -> Seen:
        given = image_tensor("images", images, self.name, (self.channels, self.side, self.side))
        parts = [F.adaptive_avg_pool2d(part, min(self.side, 8)).flatten(1) for part in given.split(_CHUNK)]
        return Seen(torch.cat(parts).numpy(), None)


class InceptionFeatures:
    """Inception v3 as torch-fidelity has it, d = 2048 and K = 1008: the features that published FIDs are made of.

    Takes images of any side and of 1 or 3 channels, in [-1, 1], rounded to bytes as files are; a grey image is all
    three colours. The first one made on a machine downloads the weights (91 MB), and an image takes tenths of a second
    of one core. Raises ValueError without torch-fidelity, and where the weights are neither here nor to be had.
    """

    name = "inception-v3"
    dims = 2048

    def __init__(self) -> None:
        try:
            import_torchvision()  # torch-fidelity needs it
            module = import_module("torch_fidelity.feature_extractor_inceptionv3")
        except ImportError:
            raise ValueError(
                "Inception features need torch-fidelity, which is not installed: pip install 'gancore[inception]'."
            ) from None
        try:
            self._net = module.FeatureExtractorInceptionV3(self.name, ["2048", "logits_unbiased"])
            self._device = pick_device("auto")
            self._net = self._net.to(self._device)
        except OSError as error:  # URLError and an unfinished download are
            raise ValueError(
                f"The weights of Inception v3 are not on this machine and could not be downloaded ({error}); "
                "the networks of digits and shapes need no download."
            ) from None

    def __call__(self, images: ArrayLike) -> Seen:
        array = numbers("images", images)
        if array.ndim != 4 or array.shape[1] not in (1, 3):
            raise ValueError(f"images has shape {array.shape}; {self.name} takes (N, 1 or 3, H, W)")
        parts = image_tensor("images", array, self.name, array.shape[1:]).split(_CHUNK)
        levels = [((part + 1) * 127.5).round().clamp(0, 255).byte().expand(-1, 3, -1, -1) for part in parts]
        features, logits = zip(*(self._net(part.to(self._device)) for part in levels), strict=True)
        return Seen(torch.cat(features).cpu().numpy(), torch.cat(logits).cpu().numpy())


def features_for(data: str, channels: int, side: int, kind: str = "own") -> Features:
    """The features of a data set's images: its own network's where it has one for this size, else their pixels.

    kind: "own", or "pixels" or "inception" to ask for these; another one, and Inception where it cannot be had, is a
    ValueError.
    """
    if kind == "inception":
        return InceptionFeatures()
    if kind not in ("own", "pixels"):
        raise ValueError(f"features is {kind!r}; own, pixels, inception are allowed")
    if kind == "pixels":
        return PixelFeatures(channels, side)
    spec = FEATURE_NETS.get(data)
    if spec is not None and (spec.channels, spec.side) == (channels, side):
        return feature_net(data)
    return PixelFeatures(channels, side)


@lru_cache
def feature_net(data: str, folder: Path = WEIGHTS) -> FeatureNet:
    """The trained network of a data set, from its file.

    Raises ValueError for a data set without one, and for a file that is missing or not what the network needs.
    """
    if data not in FEATURE_NETS:
        raise ValueError(f"There is no feature network for {data!r}; there are ones for {', '.join(FEATURE_NETS)}.")
    spec = FEATURE_NETS[data]
    tensors, facts = _read(weights_file(spec, folder))
    if facts.get("name") != spec.name:
        raise ValueError(f"{weights_file(spec, folder)} says it is {facts.get('name')!r}; {spec.name} is needed.")
    classifier = ConvClassifier.empty(spec)
    needed = classifier.state_dict()
    for name in sorted(needed.keys() | tensors.keys()):
        came, wanted = _described(tensors.get(name)), _described(needed.get(name))
        if came != wanted:
            raise ValueError(f"{weights_file(spec, folder)} has {came} for {name}; {spec.name} needs {wanted}.")
        if not tensors[name].isfinite().all():
            raise ValueError(f"{weights_file(spec, folder)}: {name} has values that are not finite.")
    classifier.load_state_dict(tensors, assign=True)
    return FeatureNet(classifier, facts)


def weights_file(spec: NetSpec, folder: Path = WEIGHTS) -> Path:
    return folder / f"{spec.name}.safetensors"


def image_tensor(name: str, images: ArrayLike, of: str, shape: Sequence[int]) -> Tensor:
    """Images (N, *shape) of any float dtype as a float32 tensor on the CPU; of: what takes them.

    Raises ValueError, which begins with `name`, for another shape, for N of 0, for whole numbers and for what is not
    finite.
    """
    array = numbers(name, images)
    if array.ndim != 4 or array.shape[1:] != tuple(shape) or not len(array):
        raise ValueError(f"{name} has shape {array.shape}; {of} takes (N, {', '.join(map(str, shape))})")
    if array.dtype.kind != "f":
        raise ValueError(f"{name} came with dtype {array.dtype}; floats in [-1, 1] are needed")
    bad = len(array) - int(np.isfinite(array).all((1, 2, 3)).sum())
    if bad:
        raise ValueError(f"{name} has {bad} of {len(array)} images that are not finite; finite numbers are needed")
    return torch.from_numpy(np.require(array, np.float32, ("C", "W")))


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"{path} is no safetensors file ({error}); `gancore features` makes it anew.") from None
    except OSError as error:
        reason = error.strerror or error
        raise ValueError(f"{path} cannot be read: {reason}; `gancore features` makes it anew.") from None


def _described(tensor: Tensor | None) -> str:
    return "nothing" if tensor is None else f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"
