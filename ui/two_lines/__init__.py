"""Two densities on a line at a distance that is dragged: what each loss still tells a generated point."""

from ui.two_lines.board import packed, place_of, two_lines
from ui.two_lines.reach import SIGMA, SIGMAS, THETA, THETAS, Place

__all__ = ["SIGMA", "SIGMAS", "THETA", "THETAS", "Place", "packed", "place_of", "two_lines"]
