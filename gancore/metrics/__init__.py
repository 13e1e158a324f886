"""Measures of a generator, each tested on generators whose right answer is known."""

from gancore.metrics.coverage import Coverage, coverage, holdings
from gancore.metrics.frechet import Frechet, frechet_distance, frechet_from_features, frechet_from_moments
from gancore.metrics.inception_score import InceptionScore, inception_score
from gancore.metrics.kernel_distance import KernelDistance, kernel_distance, polynomial_mmd
from gancore.metrics.moments import Moments
from gancore.metrics.neighbours import Neighbours, nearest_neighbours
from gancore.metrics.oscillation import Oscillation
from gancore.metrics.precision_recall import PrecisionRecall, precision_recall
from gancore.metrics.transport import transport_distance

__all__ = [
    "Coverage",
    "Frechet",
    "InceptionScore",
    "KernelDistance",
    "Moments",
    "Neighbours",
    "Oscillation",
    "PrecisionRecall",
    "coverage",
    "frechet_distance",
    "frechet_from_features",
    "frechet_from_moments",
    "holdings",
    "inception_score",
    "kernel_distance",
    "nearest_neighbours",
    "polynomial_mmd",
    "precision_recall",
    "transport_distance",
]
