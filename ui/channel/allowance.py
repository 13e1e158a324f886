"""An allowance that grows with time: so much a second, and so much at once."""


class Allowance:
    """It is spent while anything is left of it, and may then be below zero until time has made up for that."""

    def __init__(self, a_second: float, at_once: float) -> None:
        self._a_second = a_second
        self._at_once = at_once
        self._left = at_once
        self._then: float | None = None

    def spend(self, amount: float, now: float) -> bool:
        """Takes an amount at a time in seconds; False, and nothing is taken, where nothing is left."""
        if self._then is not None:
            self._left = min(self._at_once, self._left + self._a_second * max(0.0, now - self._then))
        self._then = now
        if self._left <= 0:
            return False
        self._left -= amount
        return True
