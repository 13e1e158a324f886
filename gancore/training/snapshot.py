"""Snapshots of a trainer: plain numpy arrays that never change. Importable without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def powers_of_ten(norms: Floats) -> Floats:
    """log₁₀ of norms. One that has underflowed counts as the smallest float32 that has all its digits, 10⁻³⁸."""
    return np.log10(np.maximum(norms, np.finfo(np.float32).tiny))


def _freeze(instance: object) -> None:
    for each in fields(instance):  # type: ignore[arg-type]
        value = getattr(instance, each.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)


@dataclass(frozen=True)
class Scene:
    """The scene of a run, which stays the same: the data, and the part of the plane to look at.

    centres (M, 2), weights (M,), real (N, 2) samples (of AdaGAN the first points of its training set); view is
    (xmin, xmax, ymin, ymax).
    """

    centres: Floats
    weights: Floats
    sigma: float
    real: Floats
    view: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        _freeze(self)


@dataclass(frozen=True)
class ImageScene:
    """The scene of a run on images, which stays the same.

    real      (S, H, W, C) uint8, the first training images
    side, channels, classes: H = W, C and the names of the classes; n: training images used
    features  what the measures see with ("digits-net"); judged, reference: on how many generated and real images
    fid_floor the Fréchet distance of held-out images, instead of generated ones, from the reference; None where unknown
    notice    sentences on how the images were read; "" where there is nothing to say
    """

    real: NDArray[np.uint8]
    side: int
    channels: int
    classes: tuple[str, ...]
    n: int
    features: str = ""
    judged: int = 0
    reference: int = 0
    fid_floor: float | None = None
    notice: str = ""

    def __post_init__(self) -> None:
        _freeze(self)


@dataclass(frozen=True)
class Snapshot:
    """One moment of a run of R replicas.

    step      generator steps taken; d_steps: discriminator steps taken
    fake      (R, N, 2) generated points, always of the same latent vectors, so that they move and do not flicker; of
              the averaged generator where there is one, like all that is measured of points
    field     (G, G) the discriminator's logits over the scene's view, row 0 at ymin; one replica only
    arrows    (M, 2) minus the gradient of each point's own generator loss, at fake[0, :M]; one replica only
    manifold  (K, K, 2) the image of a grid in the first two latent coordinates
    layers    (L,) norm of the gradient of the generator's loss in each of its weight matrices; one replica only
    owner     (R, N) uint8, from 0: which of several generators made each point of `fake`
    holds     (k, M) uint16 high-quality samples of each of several generators in each mode, of those that are judged:
              2,500, or for k generators at once the largest multiple of k below; one replica only, where judged
    mixture   (k,) weights of several generators in what is shown and judged; 0 for those that have not begun
    data_weights  (S,) of the points in the scene's `real`: N w_i, 1 on average over AdaGAN's training set; one replica
              only
    scalars   name -> (R,): d_loss, g_loss, d_grad, g_grad (norms of the parameter gradients), noise (σ now), d_accuracy
              (0 to 1); where judged captured, captured_weight (0 to 1), touched, high_quality (0 to 1), reverse_kl
              (nats), and own_modes with several generators: modes that one captures by itself, on average over those
              that have a weight; g_depth_fall with the layers: by how many powers of ten the gradient of G's first
              weight matrix is below that of its last; g_grad_fall in a run that freezes its generator: by how many
              g_grad is below the largest that it has been under the fresh discriminator; part, of AdaGAN: the component
              in training, from 1; transport, and its oscillation, where measured

    With several generators all that is shown and judged is their mixture; of AdaGAN it holds the component in training
    with the weight that it will have. What concerns the game that is played now is of this component alone: d_accuracy,
    layers, manifold, and arrows, which are 0 where a finished one made the point. Of several generators at once the
    layers are those of all together, and the manifold is the first one's.
    """

    step: int
    d_steps: int
    fake: Floats
    scalars: Mapping[str, Floats]
    field: Floats | None = None
    arrows: Floats | None = None
    manifold: Floats | None = None
    layers: Floats | None = None
    owner: NDArray[np.uint8] | None = None
    holds: NDArray[np.uint16] | None = None
    mixture: Floats | None = None
    data_weights: Floats | None = None

    def __post_init__(self) -> None:
        _freeze(self)
        for values in self.scalars.values():
            values.setflags(write=False)
        object.__setattr__(self, "scalars", MappingProxyType(dict(self.scalars)))


@dataclass(frozen=True)
class ImageSnapshot:
    """One moment of a run of R replicas on images.

    step, d_steps      generator and discriminator steps taken
    images             (S, H, W, C) uint8 of the first replica, always of the same latent vectors
    nearest            (M, H, W, C) uint8, the training image nearest in pixels to each of the first M; where measured
    nearest_distance   (M,) root mean squared difference to it, of values in [-1, 1]
    scalars            name -> (R,): d_loss, g_loss, d_grad, g_grad, noise as on points; of raw images logit_train,
                       logit_held_out, logit_fake (means) and accuracy_train, accuracy_held_out, accuracy_fake (share on
                       which D is right, 0 to 1); where D is shown T(x) the same of that: seen_train, seen_held_out,
                       seen_fake; d_accuracy, the mean of accuracy_held_out and accuracy_fake; where measured score,
                       fid, fid_rise (fid over the least so far), kid, precision, recall, variety,
                       memorised; those that need reference images or classes only where the set has them
    """

    step: int
    d_steps: int
    images: NDArray[np.uint8]
    scalars: Mapping[str, Floats]
    nearest: NDArray[np.uint8] | None = None
    nearest_distance: Floats | None = None

    def __post_init__(self) -> None:
        _freeze(self)
        for values in self.scalars.values():
            values.setflags(write=False)
        object.__setattr__(self, "scalars", MappingProxyType(dict(self.scalars)))
