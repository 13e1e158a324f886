"""Papers' experiments in their own settings: ours beside what they report.

Each experiment says where it departs from its paper. A line whose training would take a processor hours may be trained
for a share of its steps: its cell says for how many. "Papers disagree" is a result, too: what came is printed.
"""

from gancore.experiments.reproductions.experiment import FIGURE_NAMES, Experiment, Line, Reported
from gancore.experiments.reproductions.papers import EXPERIMENTS
from gancore.experiments.reproductions.table import LineCell, ReproducedTable, measure

__all__ = [
    "EXPERIMENTS",
    "FIGURE_NAMES",
    "Experiment",
    "Line",
    "LineCell",
    "Reported",
    "ReproducedTable",
    "measure",
]
