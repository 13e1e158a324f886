"""The trainer, its random streams, and what a run shows of itself."""
