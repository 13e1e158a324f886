"""One image under differentiable augmentation, T set by hand: what D sees, and the gradient that comes back."""

from gancore.demos.augmented_gradient import Augmenting
from ui.exhibits.augmentation.answer import ANSWERED
from ui.exhibits.augmentation.codec import read, write
from ui.exhibits.exhibit import Codec, Exhibit

EXHIBIT = Exhibit("augmentation", Codec(Augmenting(), read, write), ANSWERED.answer, has_job=True)
