"""Data sets whose truth is known: centres, width and density."""

from gancore.data.curves import Curve
from gancore.data.toy import Mixture, ToyData, toy_data

__all__ = ["Curve", "Mixture", "ToyData", "toy_data"]
