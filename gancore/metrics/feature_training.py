"""Trains the feature networks of the embedded image sets: `gancore features`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor
from torch.nn import functional as F

from gancore.data.images import Images, load_images, to_floats
from gancore.data.shapes import shape_factors
from gancore.metrics.feature_nets import FEATURE_NETS, WEIGHTS, ConvClassifier, NetSpec, weights_file

__all__ = ["train_feature_net"]

SEED = 0
BATCH = 50
LR = 2e-3
PASSES = 30  # over the training part


def train_feature_net(data: str, folder: Path = WEIGHTS) -> dict[str, str]:
    """Trains the network of a data set on its training part, writes its file, and returns what the file says of it.

    The same torch gives the same weights on the same processor and number of threads. A JSON file beside it holds the
    same facts, to read. Raises ValueError for a data set that has no network.
    """
    if data not in FEATURE_NETS:
        raise ValueError(f"There is no feature network for {data!r}; there are ones for {', '.join(FEATURE_NETS)}.")
    spec = FEATURE_NETS[data]
    images = load_images(data, spec.side)
    x, answers = _pixels(images.train), _answers(spec, images.train)
    classifier = _untrained(spec)
    optimizer = torch.optim.AdamW(classifier.parameters(), LR)
    order = torch.Generator().manual_seed(SEED)
    steps = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, PASSES * (len(x) // BATCH))
    for _ in range(PASSES):
        for batch in torch.randperm(len(x), generator=order)[: len(x) // BATCH * BATCH].view(-1, BATCH):
            _, heads = classifier(x[batch])
            losses = [F.cross_entropy(head, answer[batch]) for head, answer in zip(heads, answers, strict=True)]
            optimizer.zero_grad()
            torch.stack(losses).sum().backward()
            optimizer.step()
            steps.step()
    with torch.inference_mode():
        features, _ = classifier(x)
        classifier.mean.copy_(features.mean(0))
        classifier.std.copy_(features.std(0))
    facts = _facts(spec, len(x), _accuracies(classifier, images.held_out), len(images.held_out))
    folder.mkdir(parents=True, exist_ok=True)
    path = weights_file(spec, folder)
    path.write_bytes(save(classifier.state_dict(), facts))
    path.with_suffix(".json").write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return facts


def _untrained(spec: NetSpec) -> ConvClassifier:
    """He et al. 2015, eq. 10: weights N(0, 2/fan in), biases 0; features as they are."""
    classifier, generator = ConvClassifier.empty(spec).to_empty(device="cpu"), torch.Generator().manual_seed(SEED)
    for parameter in classifier.parameters():
        if parameter.ndim > 1:
            torch.nn.init.kaiming_normal_(parameter, nonlinearity="relu", generator=generator)
        else:
            torch.nn.init.zeros_(parameter)
    classifier.mean.zero_()
    classifier.std.fill_(1)
    return classifier


def _pixels(images: Images) -> Tensor:
    return torch.from_numpy(to_floats(images.pixels))


def _answers(spec: NetSpec, images: Images) -> list[Tensor]:
    """The right answers (N,) of each head."""
    if spec.data != "shapes":
        return [torch.from_numpy(images.labels.copy())]
    drawn = shape_factors(images.pixels)
    return [torch.from_numpy(getattr(drawn, head)) for head in spec.heads]


def _accuracies(classifier: ConvClassifier, images: Images) -> dict[str, float]:
    """The share of right answers of each head on images that it was not trained on."""
    with torch.inference_mode():
        _, heads = classifier(_pixels(images))
    right = [head.argmax(1) == answer for head, answer in zip(heads, _answers(classifier.spec, images), strict=True)]
    return {name: float(np.mean(each.numpy())) for name, each in zip(classifier.spec.heads, right, strict=True)}


def _facts(spec: NetSpec, trained_on: int, accuracies: dict[str, float], held_out: int) -> dict[str, str]:
    shape = f"{spec.channels}×{spec.side}×{spec.side}"
    return {
        "name": spec.name,
        "data": f"{spec.data}, {trained_on:,} training images, {shape}, values -1 to 1",
        "dims": str(spec.dims),
        **{f"accuracy of {head}": f"{100 * share:.1f} % of {held_out:,} held-out images"
           for head, share in accuracies.items()},
        "training": f"gancore features {spec.data}; AdamW, {LR:g} falling to 0, batch {BATCH}, {PASSES} passes, "
        f"seed {SEED}",
        "date": date.today().isoformat(),
        "torch": torch.__version__.partition("+")[0],
    }  # fmt: skip
