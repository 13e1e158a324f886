"""A first GAN, stepped by hand: noise, generator, discriminator, their two losses, and the arrows between them."""

from ui.exhibits.exhibit import Codec, Exhibit
from ui.exhibits.first_gan.answer import answer
from ui.exhibits.first_gan.codec import Place, read, write

EXHIBIT = Exhibit("first_gan", Codec(Place(), read, write), answer, has_job=True)
