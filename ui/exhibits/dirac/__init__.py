"""The Dirac-GAN laboratory: two methods of the smallest game there is, side by side, with their eigenvalues."""

from ui.exhibits.dirac.codec import Lab, read, write
from ui.exhibits.dirac.mount import mount
from ui.exhibits.exhibit import Codec, Exhibit

EXHIBIT = Exhibit("dirac", mount, Codec(Lab(), read, write))
