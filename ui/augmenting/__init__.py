"""One image under differentiable augmentation, T set by hand: what D sees, and the gradient that comes back."""

from ui.augmenting.board import augmenting, packed
from ui.augmenting.reach import read_augmenting, write_augmenting

__all__ = ["augmenting", "packed", "read_augmenting", "write_augmenting"]
