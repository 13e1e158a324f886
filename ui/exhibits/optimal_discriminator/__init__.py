"""Two densities on a line at a distance that is dragged: what each loss still tells a generated point."""

from ui.exhibits.exhibit import Codec, Exhibit
from ui.exhibits.optimal_discriminator.answer import answer
from ui.exhibits.optimal_discriminator.codec import Place, read, write

EXHIBIT = Exhibit("optimal_discriminator", Codec(Place(), read, write), answer)
