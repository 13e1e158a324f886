"""The Dirac-GAN laboratory: two methods of the smallest game there is, side by side, with their eigenvalues."""

from ui.exhibits.dirac.answer import answer
from ui.exhibits.dirac.codec import Lab, read, write
from ui.exhibits.exhibit import Codec, Exhibit

EXHIBIT = Exhibit("dirac", Codec(Lab(), read, write), answer)
