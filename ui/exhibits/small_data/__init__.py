"""Fewer and fewer images: the table of the DiffAugment paper, and beside it the same measured here."""

from ui.exhibits.exhibit import Exhibit
from ui.exhibits.small_data.content import content

EXHIBIT = Exhibit("small_data", content=content)
