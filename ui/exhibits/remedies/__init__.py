"""The remedies against mode collapse as one table: what each captured, how well, how long it took, what papers say."""

from ui.exhibits.exhibit import Exhibit
from ui.exhibits.remedies.content import content

EXHIBIT = Exhibit("remedies", content=content)
