"""All measures of generated images at once, against a reference set whose part in them is worked out only once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gancore.data.images import Images, ImageSet, load_images, to_floats
from gancore.metrics.feature_nets import Features, Seen, check_images, features_for
from gancore.metrics.frechet import Frechet, frechet_from_features, frechet_from_moments
from gancore.metrics.inception_score import inception_score
from gancore.metrics.kernel_distance import kernel_distance
from gancore.metrics.moments import Moments
from gancore.metrics.neighbours import nearest_neighbours
from gancore.metrics.precision_recall import precision_recall

__all__ = ["ImageScorer", "ImageScores", "Neighbour", "image_scorer"]

REFERENCE = 2000  # real images that a Fréchet distance is taken to, where there are as many
MANIFOLD = 500  # images a side, at most, that precision, recall and the kernel distance are made of
SUBSETS, SUBSET = 20, 100  # of the kernel distance
SPLITS = 10  # of the score
NEAR = 0.05  # of held-out images are as near to a training image as counts for memorised


@dataclass(frozen=True)
class Neighbour:
    """The training image nearest to each of n fakes.

    indices    (n,) its place among the training images
    distances  (n,) root-mean-square difference of pixels, 0 to 2, or Euclidean distance of features
    """

    indices: NDArray[np.int64]
    distances: NDArray[np.float64]


@dataclass(frozen=True)
class ImageScores:
    """What n generated images are worth. Compare only figures of the same features and the same n.

    features      name of what the images were seen through; without "inception-v3" in it none is an Inception Score
                  or an FID in the sense of the papers
    n             images judged
    n_reference   real images the Fréchet distance was taken to; neither the players nor the features have seen them
    n_train       training images
    score         exp E KL(p(y|x) ‖ p(y)), 1 to the number of classes; None where the features know no classes
    score_std     of it over the splits
    frechet       the distance, taken apart
    fid_floor     the same distance of n_floor held-out real images: what a perfect generator would be given for n_floor
    kid, kid_std  kernel distance over subsets; about 0 for a perfect generator, also below
    precision     share of fakes among the real images, and …
    recall        … of real images among the fakes, each of at most 500
    memorised     share of fakes that lie as near to a training image as only one in twenty held-out images does
    near          that distance, root-mean-square difference of pixels
    nearest, nearest_in_features  the nearest training image of each fake
    """

    features: str
    n: int
    n_reference: int
    n_train: int
    score: float | None
    score_std: float | None
    frechet: Frechet
    fid_floor: float
    n_floor: int
    kid: float
    kid_std: float
    precision: float
    recall: float
    memorised: float
    near: float
    nearest: Neighbour
    nearest_in_features: Neighbour

    @property
    def fid(self) -> float:
        return self.frechet.distance


class ImageScorer:
    """Measures of generated images against one image set, of which a GAN was trained on the first n_train images.

    features: `features_for` the set unless given. What does not depend on the fakes is worked out here, once. The same
    fakes are given the same scores: the kernel distance's subsets are always drawn from the same seed.

    Raises ValueError for n_train below 1.
    """

    def __init__(self, image_set: ImageSet, n_train: int, features: Features | None = None) -> None:
        if n_train < 1:
            raise ValueError(f"n_train is {n_train}; at least 1 training image is needed")
        self.image_set = image_set
        self.n_train = min(n_train, len(image_set.train))
        self.see: Features = features or features_for(image_set.name, image_set.channels, image_set.side)
        self.reference = self._seen(image_set.reference, REFERENCE)
        self.held_out = self._seen(image_set.held_out, REFERENCE)
        self.train = self._seen(image_set.train, self.n_train)
        self.train_pixels = _flat(image_set.train.pixels[: self.n_train])
        self._moments = Moments.of(self.reference.features)
        self._floors: dict[int, float] = {}

    @cached_property
    def near(self) -> float:
        """The distance to the nearest training image that 5 % of held-out images stay within, RMS of pixels, 0 to 2."""
        held_out = _flat(self.image_set.held_out.pixels[:REFERENCE])
        return float(np.quantile(self.nearest(held_out).distances, NEAR))

    def score(self, fakes: Tensor) -> ImageScores:
        """Scores of fakes (N, C, H, W), float in [-1, 1], N of at least 10, in random order, on any device.

        Raises ValueError for another shape, fewer, and fakes that are not finite.
        """
        shape = self.image_set.channels, self.image_set.side, self.image_set.side
        check_images(fakes, f"a scorer of {self.image_set.name}", shape)
        if len(fakes) < SPLITS:
            raise ValueError(f"there are {len(fakes)} fakes; at least {SPLITS} are needed")
        fakes = fakes.detach().to("cpu", torch.float32)
        seen = self.see(fakes)
        score = None if seen.logits is None else inception_score(seen.logits, SPLITS)
        n_floor = min(len(fakes), len(self.held_out.features))
        few, few_real = seen.features[:MANIFOLD], self.reference.features[:MANIFOLD]
        kid = kernel_distance(
            few,
            few_real,
            np.random.default_rng(0),
            subsets=SUBSETS,
            subset_size=min(SUBSET, len(few), len(few_real)),
        )
        manifold = precision_recall(few, few_real, k=3)
        nearest = self.nearest(fakes.flatten(1).numpy())
        return ImageScores(
            features=self.see.name,
            n=len(fakes),
            n_reference=len(self.reference.features),
            n_train=self.n_train,
            score=None if score is None else score.mean,
            score_std=None if score is None else score.std,
            frechet=self.frechet(seen.features),
            fid_floor=self.floor(n_floor),
            n_floor=n_floor,
            kid=kid.mean,
            kid_std=kid.std,
            precision=manifold.precision,
            recall=manifold.recall,
            memorised=self.memorised(nearest.distances),
            near=self.near,
            nearest=nearest,
            nearest_in_features=self.nearest_in_features(seen.features),
        )

    def frechet(self, features: NDArray[np.floating]) -> Frechet:
        """Of features (N, d), N of at least 2, to the reference set."""
        if len(features) < self.see.dims:  # then the features themselves are smaller than their covariance
            return frechet_from_features(features, self.reference.features)
        return frechet_from_moments(Moments.of(features), self._moments)

    def floor(self, n: int) -> float:
        """The Fréchet distance of the first n held-out images to the reference set: two samples of the data."""
        if n not in self._floors:
            self._floors[n] = self.frechet(self.held_out.features[:n]).distance
        return self._floors[n]

    def memorised(self, distances: NDArray[np.float64]) -> float:
        """The share of images at these distances (N,) from their nearest training images that is not farther than
        `near`: 1 for copies, about 0.05 for new images of the data, 0 for noise."""
        return float((distances <= self.near).mean())

    def nearest(self, pixels: NDArray[np.floating]) -> Neighbour:
        """The training image nearest to each of pixels (N, C·H·W), in [-1, 1]."""
        found = nearest_neighbours(pixels, self.train_pixels, 1)
        return Neighbour(found.indices[:, 0], found.distances[:, 0] / np.sqrt(pixels.shape[1]))

    def nearest_in_features(self, features: NDArray[np.floating]) -> Neighbour:
        """The training image whose features are nearest to each of features (N, d)."""
        found = nearest_neighbours(features, self.train.features, 1)
        return Neighbour(found.indices[:, 0], found.distances[:, 0])

    def _seen(self, part: Images, most: int) -> Seen:
        return self.see(torch.from_numpy(to_floats(part.pixels[:most])))


@lru_cache(maxsize=8)
def image_scorer(name: str, n_train: int, side: int | None = None, features: str = "own") -> ImageScorer:
    """The scorer of a data set by name, at its own side or another, through `features_for` it; made once a process.

    Raises ValueError as `load_images` and `features_for` do.
    """
    images = load_images(name, side)
    return ImageScorer(images, n_train, features_for(name, images.channels, images.side, features))


def _flat(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return to_floats(pixels).reshape(len(pixels), -1)
