"""Changes from the knobs: new values, each validated by `RunConfig` before anybody sees it.

They come from a browser, so they are read as strangers' data. What has not the shape of a change is dropped; a value
that the field does not allow is dropped too, and comes back as the sentence with which `RunConfig` refused it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

from gancore.config import FIELDS, ConfigError, RunConfig
from ui.shared.acknowledgements import Acknowledgements

DRAW = "draw"
SHARED = frozenset({"seed"})  # all panels run from the same seed: that is what makes them comparable
HIDDEN = frozenset({"points"})  # drawn with the mouse on the stage; there is no knob for them

_MOST = 256
_LONGEST = 80


@dataclass(frozen=True)
class Change:
    """One field's new value, already validated, for one panel or (None) for all.

    The one change whose value is no value of its field is Change(None, "data", "draw"): see `wants_drawing`.
    """

    panel: int | None
    field: str
    value: Any

    @property
    def wants_drawing(self) -> bool:
        """Whether this is the button "Draw your own data": nothing to set, the stage should let points be drawn."""
        return self.field == "data" and self.value == DRAW


@dataclass(frozen=True)
class Request:
    """A browser's request: of the right shape, the value not validated yet. `number` counts each viewer's requests."""

    viewer: str
    number: int
    panel: int | None
    field: str
    value: str | int | float


@dataclass(frozen=True)
class Refusal:
    """Why a request was dropped, for the viewer who made it."""

    viewer: str
    number: int
    sentence: str


def read_requests(value: object, panels: int, heard: Acknowledgements) -> list[Request]:
    """Requests out of a trigger's value, oldest first, each at most once.

    Args:
        value: whatever the browser sent: a list of {"viewer", "number", "panel", "field", "value"}, or None.
        panels: how many panels there are.
        heard: what was heard before, updated here.
    """
    if not isinstance(value, list):
        return []
    requests: list[Request] = []
    for item in cast("list[object]", value)[:_MOST]:
        if not isinstance(item, dict):
            continue
        read = _request(cast("dict[object, object]", item), panels)
        if read is not None and heard.is_new(read.viewer, read.number):
            requests.append(read)
    return requests


def _request(item: dict[object, object], panels: int) -> Request | None:
    viewer, number, panel = item.get("viewer"), item.get("number"), item.get("panel")
    field, value = item.get("field"), item.get("value")
    if not isinstance(viewer, str) or not 1 <= len(viewer) <= 40:
        return None
    if not _is_integer(number) or not 1 <= number < 2**53:
        return None
    if panel is not None and (not _is_integer(panel) or not 0 <= panel < panels):
        return None
    if not isinstance(field, str) or field not in FIELDS or field in HIDDEN:
        return None
    if isinstance(value, str):
        value = value[:_LONGEST]
    elif not _is_integer(value) and not (isinstance(value, float) and math.isfinite(value)):
        return None
    if field in SHARED or (field == "data" and value == DRAW):
        panel = None
    return Request(viewer, number, panel, field, value)


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def settle(
    request: Request, configs: Sequence[RunConfig], labels: Sequence[str]
) -> tuple[Change, list[RunConfig]] | Refusal:
    """The change that a request comes to and the configs after it, or why it is refused.

    A request for all panels is refused as a whole if one panel cannot take it.
    """
    after = list(configs)
    if request.field == "data" and request.value == DRAW:
        return Change(None, "data", DRAW), after
    panels = range(len(configs)) if request.panel is None else (request.panel,)
    refused: dict[str, str] = {}
    for index in panels:
        try:
            after[index] = configs[index].changed(**{request.field: request.value})
        except ConfigError as error:
            refused[labels[index]] = " ".join(error.sentences)
    if refused:
        sentences = set(refused.values())
        same = len(refused) == len(panels) and len(sentences) == 1
        said = sentences if same else [f"{label}: {sentence}" for label, sentence in refused.items()]
        return Refusal(request.viewer, request.number, " ".join(said))
    return Change(request.panel, request.field, getattr(after[panels[0]], request.field)), after


def applied(change: Change, configs: Sequence[RunConfig]) -> list[RunConfig]:
    """The configs after a change; a panel that cannot take it (it has changed since) stays as it is."""
    after = list(configs)
    if change.wants_drawing:
        return after
    for index in range(len(after)) if change.panel is None else (change.panel,):
        if index < len(after):
            try:
                after[index] = after[index].changed(**{change.field: change.value})
            except ConfigError:
                continue
    return after
