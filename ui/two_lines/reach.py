"""Which distances and widths the sliders reach. In a module of its own: the page's address needs no more than this."""

THETAS: tuple[float, ...] = tuple((step - 80) / 20 for step in range(161))  # -4 to 4, in steps of 0.05
SIGMAS: tuple[float, ...] = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
THETA, SIGMA = 2.0, 0.5  # where they stand at first


def nearest(value: float, stops: tuple[float, ...]) -> float:
    """The stop next to a value, which may be infinite."""
    inside = min(max(value, stops[0]), stops[-1])
    return min(stops, key=lambda stop: abs(stop - inside))
