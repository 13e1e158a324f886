"""How far a number of an exhibit's setting goes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bound"]


@dataclass(frozen=True)
class Bound:
    """The bounds of a number.

    low, high  the ends, both allowed, but for `low` where the bound is `open`
    whole      whether it counts something
    slider     the range worth dragging through, within the ends; the ends themselves where it is None
    log        whether its slider is logarithmic
    """

    low: float
    high: float
    whole: bool = False
    open: bool = False
    slider: tuple[float, float] | None = None
    log: bool = False

    def allows(self, value: object) -> bool:
        """Whether it is such a number: no truth value, no NaN, and no fraction where it counts something."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        return (self.low < value if self.open else self.low <= value) and value <= self.high

    @property
    def reach(self) -> tuple[float, float]:
        """The ends of its slider."""
        return self.slider or (self.low, self.high)

    def __str__(self) -> str:
        number = "whole numbers " if self.whole else ""
        return f"{number}{'above' if self.open else 'from'} {self.low:g} to {self.high:g}"
