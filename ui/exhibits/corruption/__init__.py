"""Measuring a GAN: real images made worse by hand, and what every measure says of them."""

from ui.exhibits.corruption.answer import ANSWERED
from ui.exhibits.corruption.codec import CorruptionSetting, read, write
from ui.exhibits.exhibit import Codec, Exhibit

EXHIBIT = Exhibit("corruption", Codec(CorruptionSetting(), read, write), ANSWERED.answer, has_job=True)
