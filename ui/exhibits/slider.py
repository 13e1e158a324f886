"""The description of an exhibit's slider for the browser."""

from typing import Any

from gancore.bounds import Bound


def dragged(bound: Bound) -> dict[str, Any]:
    """Its ends, whether it counts something, and whether it is logarithmic."""
    low, high = bound.reach
    return {"low": low, "high": high, "whole": bound.whole, "log": bound.log}
