"""Changes from the knobs: new values, each validated by `RunConfig` before anybody sees it.

They come from a browser: what has the shape of a change (`ui.channel.messages.Turn`) may still name no field, or a
value that the field does not allow; that comes back as a sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gancore.config import FIELDS, ConfigError, RunConfig

SHARED = frozenset({"seed"})  # all panels run from the same seed: that is what makes them comparable
HIDDEN = frozenset({"points"})  # drawn with the mouse on the stage; there is no knob for them


@dataclass(frozen=True)
class Change:
    """One field's new value, already validated, for one panel or (None) for all."""

    panel: int | None
    field: str
    value: Any


def settle(
    panel: int | None, field: str, value: object, configs: Sequence[RunConfig], labels: Sequence[str]
) -> Change | str:
    """The change that a request comes to, or the sentence with which it is refused.

    A request for all panels is refused as a whole if one panel cannot take it.

    Args:
        panel: index of the panel, None for all.
        field: name of the knob.
        value: whatever the browser sent.
        configs: one a panel, as they are.
        labels: the panels' names, such as "A" and "B".
    """
    if field not in FIELDS or field in HIDDEN:
        return f"There is no knob {field!r}."
    if field in SHARED:
        panel = None
    panels = range(len(configs)) if panel is None else (panel,)
    if not all(index < len(configs) for index in panels):
        return f"There is no panel {panel}; the panels are {', '.join(labels)}."
    after: dict[int, RunConfig] = {}
    refused: dict[str, str] = {}
    for index in panels:
        try:
            after[index] = configs[index].changed(**{field: value})
        except ConfigError as error:
            refused[labels[index]] = " ".join(error.sentences)
    if refused:
        sentences = set(refused.values())
        same = len(refused) == len(panels) and len(sentences) == 1
        return " ".join(sentences if same else [f"{label}: {sentence}" for label, sentence in refused.items()])
    return Change(panel, field, getattr(after[panels[0]], field))
