"""Two densities on a line at a distance that is dragged: what each loss still tells a generated point."""

from ui.exhibits.exhibit import Codec, Exhibit
from ui.exhibits.optimal_discriminator.codec import Place, read, write
from ui.exhibits.optimal_discriminator.mount import mount

EXHIBIT = Exhibit("optimal_discriminator", mount, Codec(Place(), read, write))
