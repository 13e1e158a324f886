"""Data sets whose truth is known: centres, width and density."""

from gancore.data.toy import Mixture, mixture

__all__ = ["Mixture", "mixture"]
