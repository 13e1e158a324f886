"""Measuring a GAN: real images made worse by hand, and what every measure says of them."""

from ui.exhibits.corruption.codec import CorruptionSetting, read, write
from ui.exhibits.corruption.mount import ANSWERED
from ui.exhibits.exhibit import Codec, Exhibit

EXHIBIT = Exhibit("corruption", ANSWERED.mount, Codec(CorruptionSetting(), read, write), has_job=True)
