"""Measures of a generator, each tested on generators whose right answer is known."""

from gancore.metrics.coverage import Coverage, coverage
from gancore.metrics.oscillation import Oscillation
from gancore.metrics.transport import transport_distance

__all__ = ["Coverage", "Oscillation", "coverage", "transport_distance"]
