"""Acknowledgements of a browser's messages: it repeats each until it is told that it came."""

from dataclasses import dataclass, field

_MAX_VIEWERS = 32


@dataclass
class Acknowledgements:
    """The number of the last message heard from each viewer (a viewer is one mount of the component in one page)."""

    last: dict[str, int] = field(default_factory=dict)

    def is_new(self, viewer: str, number: int) -> bool:
        """True the first time a message comes; remembers it."""
        if number <= self.last.get(viewer, 0):
            return False
        self.last.pop(viewer, None)
        self.last[viewer] = number
        while len(self.last) > _MAX_VIEWERS:
            del self.last[next(iter(self.last))]
        return True
