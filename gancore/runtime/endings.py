"""The sentences with which a run ends."""

from gancore.runtime.game import Divergence


def finished(step: int) -> str:
    return f"Finished after {step:,} steps."


def diverged(divergence: Divergence) -> str:
    return f"Diverged at step {divergence.step:,}: {divergence.quantity} is no longer finite."


def stopped(step: int) -> str:
    return f"Stopped at step {step:,}."


def recorded(step: int) -> str:
    return f"Recorded up to step {step:,}."
