"""Measuring a GAN: real images spoiled by hand, and what every measure says of them."""

from ui.measuring.board import measuring, packed
from ui.measuring.reach import Measure, read_measure, write_measure

__all__ = ["Measure", "measuring", "packed", "read_measure", "write_measure"]
