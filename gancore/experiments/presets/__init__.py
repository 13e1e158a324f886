"""Named runs, each with the claim it makes, the figure that shows it and the rule by which seeds are counted."""

from gancore.experiments.presets.few_images import FEW_IMAGES
from gancore.experiments.presets.mode_collapse import MODE_COLLAPSE
from gancore.experiments.presets.non_convergence import NON_CONVERGENCE
from gancore.experiments.presets.preset import Preset, Verdict
from gancore.experiments.presets.vanishing_gradients import VANISHING_GRADIENTS

__all__ = ["PRESETS", "Preset", "Verdict"]

PRESETS: dict[str, Preset] = MODE_COLLAPSE | VANISHING_GRADIENTS | NON_CONVERGENCE | FEW_IMAGES
