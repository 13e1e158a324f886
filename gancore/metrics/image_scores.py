"""All measures of generated images at once, against a reference set whose part in them is worked out only once."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from gancore.data.images import Images, ImageSet, load_images, to_floats
from gancore.metrics.arrays import ArrayLike, feature_rows
from gancore.metrics.feature_nets import Features, Seen, features_for, image_tensor
from gancore.metrics.frechet import Frechet, frechet_from_features, frechet_from_moments
from gancore.metrics.image_space import ImageSpace
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
NEAR = 0.05  # share of held-out images that lie within either limit of what counts for memorised
# The ratio's limit is never above this: where all images are much alike, as faces are, new ones have ratios of 0.9.
MOST_RATIO = 2 / 3


@dataclass(frozen=True)
class Neighbour:
    """The training image nearest to each of n fakes, and how much nearer it is than the next.

    indices    (n,) its place among the training images; of equal images the first
    distances  (n,) root-mean-square difference of pixels, 0 to 2, or Euclidean distance of features
    seconds    (n,) the same to the nearest of all training images that differ from it; infinite where none does
    """

    indices: NDArray[np.int64]
    distances: NDArray[np.float64]
    seconds: NDArray[np.float64]

    @property
    def ratios(self) -> NDArray[np.float64]:
        """(n,) distances over seconds: 0 for a copy, 1 halfway between two images; 0 also where there is no second."""
        return np.divide(self.distances, self.seconds, out=np.zeros_like(self.distances), where=self.seconds > 0)


@dataclass(frozen=True)
class ImageScores:
    """Scores of n generated images. Compare only figures of the same features and the same n.

    features      name of what the images were seen through; without "inception-v3" in it none is an Inception Score
                  or an FID in the sense of the papers
    n             images judged
    n_reference   real images the Fréchet distance was taken to; neither the players nor the features have seen them
    n_train       training images
    score         exp E KL(p(y|x) ‖ p(y)), 1 to the number of classes; None where the features know no classes
    score_std     of it over the splits
    frechet       the distance, taken apart; this and what follows to `recall` is None of a set without a reference
    fid_floor     the same distance of n_floor held-out real images: what a perfect generator would be given for n_floor
    kid, kid_std  kernel distance over subsets; about 0 for a perfect generator, and it can be negative
    precision     share of fakes among the real images, and …
    recall        … of real images among the fakes, each of at most 500
    variety       how far the fakes differ from each other as real images do, 0 to 1 (`ImageSpace.variety`)
    memorised     share of fakes that lie near to one training image (`ImageScorer.memorised`)
    near, ratio   the limits of that: a distance, root-mean-square difference of pixels, and a ratio of distances
    nearest, nearest_in_features  the nearest training image of each fake
    """

    features: str
    n: int
    n_reference: int
    n_train: int
    score: float | None
    score_std: float | None
    frechet: Frechet | None
    fid_floor: float | None
    n_floor: int
    kid: float | None
    kid_std: float | None
    precision: float | None
    recall: float | None
    variety: float
    memorised: float
    near: float
    ratio: float
    nearest: Neighbour
    nearest_in_features: Neighbour

    @property
    def fid(self) -> float | None:
        return None if self.frechet is None else self.frechet.distance


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
        self._reference = self._seen(image_set.reference, REFERENCE) if len(image_set.reference) else None
        self.held_out = self._seen(image_set.held_out, REFERENCE)
        self.train = self._seen(image_set.train, self.n_train)
        # An image that is there twice would lie as near to its double as to itself.
        self._distinct = _first_of_equals(image_set.train.pixels[: self.n_train])
        self._train_pixels = _flat(image_set.train.pixels[self._distinct])
        self._floors: dict[int, float] = {}

    @cached_property
    def space(self) -> ImageSpace:
        """The directions in which training images differ, of at most 500 of them."""
        return ImageSpace(self._train_pixels[:MANIFOLD], _flat(self.image_set.held_out.pixels[:REFERENCE]))

    @property
    def n_reference(self) -> int:
        """Real images that a Fréchet distance is taken to; 0 of a set without a reference."""
        return 0 if self._reference is None else len(self._reference.features)

    @property
    def reference(self) -> Seen:
        """The reference images as the features see them. Raises ValueError where the set has none."""
        if self._reference is None:
            raise ValueError(f"{self.image_set.name} has no reference images; a distance to them needs some")
        return self._reference

    @cached_property
    def _moments(self) -> Moments:
        return Moments.of(self.reference.features)

    @property
    def near(self) -> float:
        """The distance to the nearest training image that 5 % of held-out images stay within, RMS of pixels, 0 to 2."""
        return self._limits[0]

    @property
    def ratio(self) -> float:
        """The ratio of the distances to the nearest and to the next training image that 5 % of held-out images stay
        within, but 2/3 at most; 0 where the training images are all alike."""
        return self._limits[1]

    @cached_property
    def _limits(self) -> tuple[float, float]:
        found = self.nearest(_flat(self.image_set.held_out.pixels[:REFERENCE]))
        near, ratio = (float(np.quantile(each, NEAR)) for each in (found.distances, found.ratios))
        ratio = min(ratio, MOST_RATIO)
        name = self.image_set.name
        if len(self._distinct) == 1 < self.n_train:
            warnings.warn(
                f"All {self.n_train} training images of {name} are the same image: what is memorised is judged by its "
                "distance alone, for there is no second image to compare that with.",
                stacklevel=2,
            )
        if near == 0:
            warnings.warn(
                f"At least one in {round(1 / NEAR)} held-out images of {name} is a copy of a training image: only "
                "exact copies count as memorised.",
                stacklevel=2,
            )
        return near, ratio

    def score(self, fakes: ArrayLike) -> ImageScores:
        """Scores of fakes (N, C, H, W), floats in [-1, 1], N of at least 10, in random order: an array, a tensor on any
        device, or nested lists.

        Raises ValueError for another shape, fewer, and fakes that are not finite. Warns once where the training images
        are all alike, and where held-out images are copies of training images.
        """
        shape = self.image_set.channels, self.image_set.side, self.image_set.side
        images = image_tensor("fakes", fakes, f"a scorer of {self.image_set.name}", shape)
        if len(images) < SPLITS:
            raise ValueError(f"there are {len(images)} fakes; at least {SPLITS} are needed")
        seen = self.see(images)
        score = None if seen.logits is None else inception_score(seen.logits, SPLITS)
        n_floor = min(len(images), len(self.held_out.features))
        kid = manifold = None
        if self.n_reference:
            few, few_real = seen.features[:MANIFOLD], self.reference.features[:MANIFOLD]
            kid = kernel_distance(
                few,
                few_real,
                np.random.default_rng(0),
                subsets=SUBSETS,
                subset_size=min(SUBSET, len(few), len(few_real)),
            )
            manifold = precision_recall(few, few_real, k=3)
        nearest = self.nearest(images)
        return ImageScores(
            features=self.see.name,
            n=len(images),
            n_reference=self.n_reference,
            n_train=self.n_train,
            score=None if score is None else score.mean,
            score_std=None if score is None else score.std,
            frechet=self.frechet(seen.features) if self.n_reference else None,
            fid_floor=self.floor(n_floor) if self.n_reference else None,
            n_floor=n_floor,
            kid=None if kid is None else kid.mean,
            kid_std=None if kid is None else kid.std,
            precision=None if manifold is None else manifold.precision,
            recall=None if manifold is None else manifold.recall,
            variety=self.space.variety(images.flatten(1).numpy()),
            memorised=float(self.memorised(nearest).mean()),
            near=self.near,
            ratio=self.ratio,
            nearest=nearest,
            nearest_in_features=self.nearest_in_features(seen.features),
        )

    def frechet(self, features: ArrayLike) -> Frechet:
        """The Fréchet distance of features (N, d), N of at least 2, to the reference set; ValueError without one."""
        rows = feature_rows("features", features, least=2)
        if len(rows) < self.see.dims:  # then the features themselves are smaller than their covariance
            return frechet_from_features(rows, self.reference.features)
        return frechet_from_moments(Moments.of(rows), self._moments)

    def floor(self, n: int) -> float:
        """The Fréchet distance of the first n held-out images to the reference set: two samples of the data."""
        if n not in self._floors:
            self._floors[n] = self.frechet(self.held_out.features[:n]).distance
        return self._floors[n]

    def memorised(self, nearest: Neighbour) -> NDArray[np.bool_]:
        """Which images (N,), by their `nearest` in pixels, lie near to one training image: nearer than `near`, and so
        much nearer than to the next that their ratio is at most `ratio`.

        d₁ ≤ near and d₁/d₂ ≤ ratio, each of which at most one in twenty held-out images fulfils; Yoon et al. 2023 take
        d₁/d₂ ≤ 1/3 for diffusion models. True of copies and of near-copies, of at most about 5 % of new images of the
        data, and not of noise. An average of training images lies near
        to several and is not memorised, however near. Distances of pixels do not see a shift: a copy that is moved by
        one pixel may lie farther from its original than a new image does, and then counts as new.
        """
        return (nearest.distances <= self.near) & (nearest.ratios <= self.ratio)

    def nearest(self, pixels: ArrayLike) -> Neighbour:
        """The training image nearest to each of pixels, (N, C·H·W) or (N, C, H, W), in [-1, 1]."""
        return self._nearest(pixels, self._train_pixels, float(np.sqrt(self._train_pixels.shape[1])))

    def nearest_in_features(self, features: ArrayLike) -> Neighbour:
        """The training image whose features are nearest to each of features (N, d)."""
        return self._nearest(features, self.train.features[self._distinct], 1.0)

    def _nearest(self, points: ArrayLike, bank: NDArray[np.float32], unit: float) -> Neighbour:
        """The neighbours among the rows of `bank`, those of the distinct training images; distances in `unit`."""
        found = nearest_neighbours(points, bank, min(2, len(bank)))
        distances = found.distances / unit
        seconds = distances[:, 1] if len(bank) > 1 else np.full(len(distances), np.inf)
        return Neighbour(self._distinct[found.indices[:, 0]], distances[:, 0], seconds)

    def _seen(self, part: Images, most: int) -> Seen:
        return self.see(torch.from_numpy(to_floats(part.pixels[:most])))


@lru_cache(maxsize=8)
def image_scorer(name: str, n_train: int, side: int | None = None, features: str = "own") -> ImageScorer:
    """The scorer of a data set by name, at its own side or another, through `features_for` it; made once a process.

    Raises ValueError as `load_images` and `features_for` do.
    """
    images = load_images(name, side)
    return ImageScorer(images, n_train, features_for(name, images.channels, images.side, features))


def _first_of_equals(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The places of the images that no earlier one is equal to, ascending."""
    first: dict[bytes, int] = {}
    for place, image in enumerate(images):
        first.setdefault(image.tobytes(), place)
    return np.fromiter(first.values(), np.int64)


def _flat(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return to_floats(pixels).reshape(len(pixels), -1)
