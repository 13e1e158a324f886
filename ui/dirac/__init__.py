"""The Dirac-GAN laboratory: two methods of the smallest game there is, side by side, with their eigenvalues."""

from ui.dirac.board import Wants, dirac, packed
from ui.dirac.reach import Lab, read_lab, write_lab

__all__ = ["Lab", "Wants", "dirac", "packed", "read_lab", "write_lab"]
