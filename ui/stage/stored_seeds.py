"""The button for many seeds, with what is stored of the panels that stand on the stage."""

from functools import cache
from pathlib import Path

from gancore.experiments.presets import PRESETS
from gancore.experiments.stored_seeds import SeedsTable
from ui.app.address import LABELS, PageState
from ui.stage.panels import rule_of
from ui.stage.payload import SeedsButton

TABLE = Path(__file__).parents[2] / "assets" / "seeds.json"

SHOW_STORED = "Show what 16 seeds came to that were trained beforehand"
OF_PANEL = "{label}: {sentence}"


def seeds_button(state: PageState, path: Path = TABLE) -> SeedsButton:
    """The button, with a sentence for each panel where every panel's preset, as it stands there, is stored."""
    stored = _stored(state, path)
    return SeedsButton(title=SHOW_STORED, stored=stored) if stored else SeedsButton()


def _stored(state: PageState, path: Path) -> list[str]:
    """A sentence for each panel; none at all where one of them shows other runs than the stored ones."""
    table = _table(path)
    if table is None:
        return []
    presets = [PRESETS[name] for name in state.presets]
    sentences: list[str] = []
    for index, (config, preset) in enumerate(zip(state.configs, presets, strict=True)):
        result = table.stored(preset.name, config, rule_of(preset, config, presets))
        if result is None or state.later_of(index) is not None:
            return []
        sentences.append(OF_PANEL.format(label=LABELS[index].upper(), sentence=result.sentence))
    return sentences


@cache
def _table(path: Path) -> SeedsTable | None:
    """The stored results; None where the file cannot be read: the seeds are then trained when they are asked for."""
    try:
        return SeedsTable.read(path)
    except ValueError:
        return None
