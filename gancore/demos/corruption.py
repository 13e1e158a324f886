"""Real images corrupted by hand, and what every measure says of them: which of them notice?

The web process reads the settings from here, so nothing at the top of this module imports torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import rel_entr, softmax

from gancore.bounds import Bound
from gancore.data.images import EMBEDDED_CLASSES, Images, ImageSet, channels_last, load_images, to_floats, to_pixels
from gancore.metrics import Frechet, Moments, frechet_from_moments

if TYPE_CHECKING:
    from gancore.metrics.image_scores import ImageScorer, Neighbour

__all__ = ["BOUNDS", "MEASURES", "MOST", "TRAINING", "Corruption", "answers", "corrupt", "corrupted_images"]

Floats = NDArray[np.float32]

# Of 1,797 digits 500 are the reference; with so many for training 797 are left to be corrupted.
TRAINING = 500
MOST = 750

SHOWN = 40  # images that are sent to be looked at
EXPLAINED = 8  # of them with p(y|x) and their nearest training images

_SEED = 0
_DRAWS = 8  # samples of each size behind the curve of the bias
_SIZES = (50, 75, 100, 150, 200, 300, 400, 500, 600, MOST)


BOUNDS = {
    "n": Bound(100, MOST, whole=True),
    "noise": Bound(0, 1),
    "blur": Bound(0, 4),
    "classes": Bound(1, 10, whole=True),
    "variety": Bound(1, MOST, whole=True, log=True),
    "copies": Bound(0, 1),
    "colour": Bound(0, 1),
}


@dataclass(frozen=True)
class Corruption:
    """How real images are corrupted. As it stands by default nothing is.

    data     "digits" or "shapes"
    n        images in the sample, as many of each class
    noise    σ of normal noise on every pixel; pixels run from -1 to 1
    blur     σ of a Gaussian blur, in pixels
    classes  classes that are left, the first ones; more than there are: all
    variety  different images of each class, the most typical ones, repeated to make up n; more than there are: all
    copies   share of the sample that is taken from the training set
    colour   shift of the colour: red up by so much and the others down by half of it; of grey images the brightness

    Raises ValueError that names the field, what came and what is allowed (`BOUNDS`).
    """

    data: str = "digits"
    n: int = 500
    noise: float = 0.0
    blur: float = 0.0
    classes: int = 10
    variety: int = MOST
    copies: float = 0.0
    colour: float = 0.0

    def __post_init__(self) -> None:
        if self.data not in EMBEDDED_CLASSES:
            raise ValueError(f"data is {self.data!r}; allowed are {', '.join(EMBEDDED_CLASSES)}")
        for name, bound in BOUNDS.items():
            value: object = getattr(self, name)
            if not bound.allows(value):
                raise ValueError(f"{name} is {value!r}; allowed is {bound}")

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> Corruption:
        """The corruption with these fields, the others as by default. Raises ValueError also for an unknown name."""
        names = [field.name for field in fields(cls)]
        if unknown := settings.keys() - set(names):
            raise ValueError(f"there is no setting {', '.join(sorted(unknown))}; settings are {', '.join(names)}")
        values: Any = settings
        return cls(**values)

    def undone(self) -> Corruption:
        """The same sample before it is corrupted: what every figure is compared with."""
        return Corruption(data=self.data, n=self.n)


# ── Images ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def corrupted_images(corruption: Corruption) -> Floats:
    """The sample (n, C, H, W), float32 in [-1, 1].

    Place i holds an image of class i modulo the number of classes. One knob turned further corrupts the same images
    more: noise is the same noise scaled, copies replace images one by one.
    """
    sets = _sets(corruption.data)
    images: Floats = to_floats(_chosen(corruption, sets))
    # The colour is wrong in the picture itself, the blur is the lens', the noise the sensor's.
    if corruption.colour:
        images += np.float32(corruption.colour) * _lean(images.shape[1])
    if corruption.blur:
        images = _blurred(images, corruption.blur)
    if corruption.noise:
        images += np.float32(corruption.noise) * _noise(images.shape[1:])[: corruption.n]
    return np.clip(images, -1, 1, out=images)


class _Sets(NamedTuple):
    """Images by class: those to corrupt, and those of the training set, which are all that `whole` has there."""

    whole: ImageSet
    pool: list[NDArray[np.uint8]]
    training: list[NDArray[np.uint8]]


@cache
def _sets(data: str) -> _Sets:
    whole = load_images(data)
    # Within a class a set's own order may be more balanced than chance, and a sample then nearer to the reference.
    held_out, train = _shuffled(whole.held_out), _shuffled(whole.train)
    pool = Images(
        np.concatenate([held_out.pixels, train.pixels[TRAINING:]]),
        np.concatenate([held_out.labels, train.labels[TRAINING:]]),
    )
    training = Images(train.pixels[:TRAINING], train.labels[:TRAINING])
    by_class = [[each.pixels[each.labels == k] for k in range(len(whole.classes))] for each in (pool, training)]
    return _Sets(replace(whole, train=training), *by_class)


def _shuffled(images: Images) -> Images:
    """The images of each class in random order at the places that were theirs."""
    rng = np.random.default_rng(_SEED)
    order = np.arange(len(images))
    for label in np.unique(images.labels):
        order[images.labels == label] = rng.permutation(order[images.labels == label])
    return Images(images.pixels[order], images.labels)


def _chosen(corruption: Corruption, sets: _Sets) -> NDArray[np.uint8]:
    """Shape of the images: (n, C, H, W)."""
    classes = min(corruption.classes, len(sets.pool))
    copied = np.zeros(corruption.n, dtype=np.bool_)
    copied[np.random.default_rng(_SEED).permutation(corruption.n)[: round(corruption.copies * corruption.n)]] = True
    chosen = np.empty((corruption.n, *sets.pool[0].shape[1:]), np.uint8)
    for label in range(classes):
        places = np.arange(label, corruption.n, classes)
        for source, wanted in ((sets.pool[label], ~copied), (sets.training[label], copied)):
            typical = _typical(source[: len(places)], corruption.variety)
            here = wanted[places]
            chosen[places[here]] = typical[np.arange(len(places)) % len(typical)][here]
    return chosen


def _typical(images: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """The images nearest to the mean of all, in the order they had: an outlier that is repeated would say more of
    itself than of repetition."""
    if count >= len(images):
        return images
    distances = np.square(images - images.mean(0)).sum((1, 2, 3))
    return images[np.sort(np.argsort(distances, kind="stable")[:count])]


def _lean(channels: int) -> Floats:
    """(C, 1, 1): where a shift of the colour goes."""
    lean = np.ones(1) if channels == 1 else np.array([1.0] + [-0.5] * (channels - 1))
    return lean.astype(np.float32)[:, None, None]


def _blurred(images: Floats, sigma: float) -> Floats:
    """(n, C, H, W) with Gaussian weights of sum 1 also at the edges."""
    pixels = np.arange(images.shape[-1])
    weights = np.exp(-0.5 * np.square((pixels[:, None] - pixels) / sigma))
    weights = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    weights[weights < 1e-9] = 0  # products of what float32 can hardly write take ten times as long
    # Along the rows, then along the columns: two large matrix products instead of one small one an image.
    for _ in range(2):
        images = (images.reshape(-1, len(pixels)) @ weights.T).reshape(images.shape).swapaxes(-1, -2)
    return images


@cache
def _noise(shape: tuple[int, ...]) -> Floats:
    return np.random.default_rng(_SEED + 1).standard_normal((MOST, *shape), np.float32)


# ── The report ────────────────────────────────────────────────────────────────────────────────────────────────────────

MEASURES = ("score", "fid", "kid", "precision", "recall", "memorised")


def corrupt(settings: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The corrupted sample and what every measure says of it, beside the same sample before it was corrupted.

    Meta data: classes, kept (how many are left), different (images that are not repeated), features (the network's
    name) and dims, n, reference and training (numbers of images), near and ratio (the limits of what counts for
    memorised, `ImageScorer.memorised`), scores and terms of both samples, answers (what each measure says to the
    corruption: "worse", "same", "better"), and bias: the Fréchet distance of clean samples by their size.

    Arrays, images as uint8 (·, H, W, C), of the corrupted sample's first S and E images:
    images (S), pixel_nearest and feature_nearest (E): the nearest training images
    pixel_distance and feature_distance (E,) f4: RMS of pixels, 0 to 2; Euclidean distance of features
    pixel_second (E,) f4: RMS to the nearest of the other training images
    memorised (E,) u1: whether it counts for memorised
    given (E, K), all (K,) f4: p(y|x), p(y); kl (E,) f4: KL(p(y|x) ‖ p(y))

    Args:
        settings: fields of `Corruption`. Raises ValueError as it does.
    """
    corruption = Corruption.of(settings)
    judged, (usual_figures, usual_terms) = _judge(corruption), _usual(corruption.undone())
    scorer, sets = _scorer(corruption.data), _sets(corruption.data)
    pictures = channels_last(to_pixels(judged.images[:SHOWN]))
    training = channels_last(sets.whole.train.pixels)
    given = softmax(judged.logits[:EXPLAINED].astype(np.float64), axis=1)
    every = softmax(judged.logits.astype(np.float64), axis=1).mean(0)
    meta: dict[str, Any] = {
        "setting": asdict(corruption),
        "classes": list(sets.whole.classes),
        "kept": min(corruption.classes, len(sets.whole.classes)),
        "different": _different(judged.images),
        "features": scorer.see.name,
        "dims": scorer.see.dims,
        "n": corruption.n,
        "reference": len(scorer.reference.features),
        "training": TRAINING,
        "near": scorer.near,
        "ratio": scorer.ratio,
        "scores": {"corrupted": judged.figures, "clean": usual_figures},
        "terms": {"corrupted": judged.terms, "clean": usual_terms},
        "answers": answers(judged.figures, usual_figures),
        "bias": _bias(corruption.data),
    }
    pixel, feature = judged.neighbours
    arrays: dict[str, NDArray[Any]] = {
        "images": pictures,
        "pixel_nearest": training[pixel.indices[:EXPLAINED]],
        "feature_nearest": training[feature.indices[:EXPLAINED]],
        "pixel_distance": pixel.distances[:EXPLAINED].astype(np.float32),
        "feature_distance": feature.distances[:EXPLAINED].astype(np.float32),
        "pixel_second": pixel.seconds[:EXPLAINED].astype(np.float32),
        "memorised": scorer.memorised(pixel)[:EXPLAINED].astype(np.uint8),
        "given": given.astype(np.float32),
        "all": every.astype(np.float32),
        "kl": _divergence(given, every).astype(np.float32),
    }
    return meta, arrays


def answers(corrupted: Mapping[str, float], clean: Mapping[str, float]) -> dict[str, str]:
    """Verdict of each measure on the corruption: "worse", "same" or "better".

    A change counts from 5 % of the score, half of the Fréchet distance, one standard deviation of the kernel
    distance's subsets, and 0.05 of a share: less than that two samples of real images may differ by. Fewer near-copies
    than real images have are not better.
    """
    change = {name: corrupted[name] - clean[name] for name in MEASURES}
    least = {
        "score": 0.05 * clean["score"],
        "fid": 0.5 * clean["fid"],
        "kid": clean["kid_std"],
        "precision": 0.05,
        "recall": 0.05,
        "memorised": 0.05,
    }
    more_is_better = {"score", "precision", "recall"}
    said: dict[str, str] = {}
    for name in MEASURES:
        better = change[name] if name in more_is_better else -change[name]
        said[name] = "same" if abs(better) <= least[name] else "better" if better > 0 else "worse"
    if said["memorised"] == "better":
        said["memorised"] = "same"
    return said


class _Judged(NamedTuple):
    """A sample with all that is said of it. neighbours: in pixels and in features."""

    images: Floats
    logits: Floats
    figures: dict[str, float]
    terms: dict[str, float]
    neighbours: tuple[Neighbour, Neighbour]


def _judge(corruption: Corruption) -> _Judged:
    import torch

    images = corrupted_images(corruption)
    scorer = _scorer(corruption.data)
    tensor = torch.from_numpy(images)
    scores = scorer.score(tensor)
    seen = scorer.see(tensor)
    if seen.logits is None:
        raise ValueError(f"{scorer.see.name} of {corruption.data} knows no classes: there is no p(y|x)")
    figures = {name: float(getattr(scores, name)) for name in (*MEASURES, "score_std", "kid_std")}
    return _Judged(
        images,
        seen.logits,
        figures,
        _terms(seen.features, scorer.frechet(seen.features), scorer.reference.features),
        (scores.nearest, scores.nearest_in_features),
    )


@lru_cache(maxsize=64)
def _usual(clean: Corruption) -> tuple[dict[str, float], dict[str, float]]:
    """Figures and terms of a sample that most knobs leave as it is: it is not judged again."""
    judged = _judge(clean)
    return judged.figures, judged.terms


@cache
def _scorer(data: str) -> ImageScorer:
    from gancore.metrics.image_scores import ImageScorer

    return ImageScorer(_sets(data).whole, TRAINING)


def _terms(features: Floats, frechet: Frechet, reference: Floats) -> dict[str, float]:
    """‖μ₁-μ₂‖² + tr Σ₁ + tr Σ₂ - 2 tr (Σ₁Σ₂)^½: four terms that add up to the distance."""
    own, others = (float(np.trace(Moments.of(each).covariance)) for each in (features, reference))
    return {
        "mean": frechet.mean_term,
        "own": own,
        "others": others,
        "shared": frechet.trace_term - own - others,
        "distance": frechet.distance,
    }


def _divergence(given: NDArray[np.float64], every: NDArray[np.float64]) -> NDArray[np.float64]:
    """KL(p(y|x) ‖ p(y)) of each row, natural logarithm, with 0 log 0 = 0."""
    return rel_entr(given, every).sum(1)


def _different(images: Floats) -> int:
    """How many images are not a repetition of another."""
    return len({image.tobytes() for image in images})


@cache
def _bias(data: str) -> dict[str, Any]:
    """The Fréchet distance of clean samples by their size n: its mean over several samples, and the standard
    deviation. Samples of one size overlap the more the larger they are; of the largest there is but one."""
    import torch

    scorer = _scorer(data)
    features = scorer.see(torch.from_numpy(corrupted_images(Corruption(data, n=MOST)))).features
    reference = Moments.of(scorer.reference.features)
    classes = len(_sets(data).pool)
    rng = np.random.default_rng(_SEED)

    def distance(n: int) -> float:
        # Place i is of class i modulo the classes: shuffled within them, a sample still has as many of each.
        places = np.column_stack([rng.permutation(np.arange(label, MOST, classes)) for label in range(classes)])
        return frechet_from_moments(Moments.of(features[places.ravel()[:n]]), reference).distance

    found = [[distance(n) for _ in range(_DRAWS if n < MOST else 1)] for n in _SIZES]
    return {
        "n": list(_SIZES),
        "mean": [float(np.mean(each)) for each in found],
        "std": [float(np.std(each)) for each in found],
    }
