"""The remedies against mode collapse as one table: what each captured, how well, how long it took, what papers say."""

from ui.remedies.board import TABLE, remedies, shown

__all__ = ["TABLE", "remedies", "shown"]
