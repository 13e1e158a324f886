"""The moments at which a run is measured for the figures that look back over it: the same ones, watched or not.

How much the transport distance of points swings, and how far the Fréchet distance of images has risen above its least,
depend on when they were measured. Were that left to a clock, one run would have another figure on every machine.
"""

from gancore.config import RunConfig

__all__ = ["OF_IMAGES", "OF_POINTS", "measure_steps"]

OF_POINTS = 96  # the last third of them decides how much a run swings
OF_IMAGES = 19


def measure_steps(config: RunConfig) -> tuple[int, ...]:
    """Generator steps, ascending and evenly spread over the run, the last one included; all steps of a short run."""
    count = OF_IMAGES if config.on_images else OF_POINTS
    return tuple(sorted({round(config.steps * i / count) for i in range(1, count + 1)} - {0}))
