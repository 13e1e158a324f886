"""Measures of a generator, each tested on generators whose right answer is known."""

from gancore.metrics.coverage import Coverage, coverage, holdings
from gancore.metrics.oscillation import Oscillation
from gancore.metrics.transport import transport_distance

__all__ = ["Coverage", "Oscillation", "coverage", "holdings", "transport_distance"]
