"""The seeds that a run may have: whole numbers from 0 to `LAST`."""

LAST = 2**31 - 1


def seeds_from(first: int, count: int) -> tuple[int, ...]:
    """So many seeds one after the other; after the last there is comes 0."""
    return tuple((first + i) % (LAST + 1) for i in range(count))
