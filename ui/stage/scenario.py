"""The scenarios that a page offers for the stage."""

from dataclasses import dataclass

from ui.stage.charts import USUAL_CURVES


@dataclass(frozen=True)
class Scenario:
    """Presets to put side by side, and the name under which the number keys offer them.

    `curves` are the plots under them, from `ui.stage.CHARTS`, the large one first; `densities` opens it with the noised
    densities drawn; `headline`, from `ui.stage.figures.HEADLINES`, is the figure that stands largest in every panel,
    where it is not each preset's own.
    """

    name: str
    title: str
    presets: tuple[str, ...]
    curves: tuple[str, ...] = USUAL_CURVES
    densities: bool = False
    headline: str | None = None
