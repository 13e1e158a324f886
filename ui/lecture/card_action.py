"""A card's action: a button that changes the card's own experiment in one point, and takes that back again.

On a card, once for every button:

    [[try]]
    say = "Noise 1 for A"
    panel = "a"                     # of the stage; all of them where it is not said
    set = {noise = 1.0}             # fields of RunConfig; beside another exhibit its setting instead: dirac = {h = 0.1}
    at = 1500                       # optional: the step from which it acts, where it is not from the start
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from gancore.config import FIELDS, LIVE_FIELDS, RunConfig
from ui.app.address import LABELS
from ui.exhibits import CODECS, USUAL, Settings
from ui.knobs.changes import HIDDEN

_KEYS = {"say", "panel", "set", "at", *CODECS}


@dataclass(frozen=True)
class CardAction:
    """One button. Either `changes`, fields of `RunConfig` with values they allow, or `settings` holds something.

    `panel` is the index of the panel whose knobs are turned; None means all. `at` is the step before which they are
    turned; 0 means from the start. `settings` are fields of an exhibit's setting, by the names of
    `ui.exhibits.settings.CODECS`.
    """

    say: str
    panel: int | None
    changes: Mapping[str, Any]
    settings: Mapping[str, Mapping[str, Any]]
    at: int = 0


def read_card_action(fields: object, opened: Settings, exhibit: str) -> CardAction:
    """An action from a card's front matter.

    Args:
        fields: the table that stands there.
        opened: the settings in which the card opens exhibits; others are as usual.
        exhibit: what stands beside the card.

    Raises:
        ValueError: says what is wrong, what came and what is allowed.
    """
    if not isinstance(fields, dict):
        raise ValueError(f"try is {fields!r}; a table is needed, as in [[try]]")
    table = cast("dict[str, Any]", fields)
    if unknown := table.keys() - _KEYS:
        raise ValueError(f"try: there is no {', '.join(sorted(unknown))}; allowed are {', '.join(sorted(_KEYS))}")
    say = table.get("say")
    if not isinstance(say, str) or not say.strip():
        raise ValueError(f"try: say is {say!r}; a text for the button is needed")
    kinds = [kind for kind in CODECS if kind in table]
    if len(kinds) + ("set" in table) != 1:
        raise ValueError(f"try {say!r}: one of set, {', '.join(CODECS)} is needed")
    needed = kinds[0] if kinds else "stage"
    if exhibit != needed:
        raise ValueError(f"try {say!r}: {[*kinds, 'set'][0]} is for the exhibit {needed!r}, and this is {exhibit!r}")
    for kind in kinds:
        _, wrong = CODECS[kind].read(_table(say, kind, table[kind]), opened.get(kind, USUAL[kind]))
        if wrong:
            raise ValueError(f"try {say!r}: {kind}: {' '.join(wrong)}")
    if kinds and "panel" in table:
        raise ValueError(f"try {say!r}: panel is for set; {kinds[0]} has its own fields")
    panel = table.get("panel")
    if panel is not None and panel not in tuple(LABELS):
        raise ValueError(f"try {say!r}: panel is {panel!r}; allowed are {', '.join(LABELS)}, or none for all")
    changes = _changes(say, table["set"]) if "set" in table else {}
    return CardAction(
        say=say,
        panel=None if panel is None else LABELS.index(panel),
        changes=changes,
        settings={kind: table[kind] for kind in kinds},
        at=_step(say, table.get("at", 0), changes),
    )


def _step(say: str, at: object, changes: Mapping[str, Any]) -> int:
    if isinstance(at, bool) or not isinstance(at, int) or at < 0:
        raise ValueError(f"try {say!r}: at is {at!r}; a step is needed, 0 for from the start")
    if at and not changes:
        raise ValueError(f"try {say!r}: at is for set; an exhibit has no steps")
    if at and (fixed := [name for name in changes if name not in LIVE_FIELDS]):
        raise ValueError(f"try {say!r}: at: {', '.join(fixed)} cannot be changed at a step")
    return at


def _table(say: str, key: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise ValueError(f"try {say!r}: {key} is {value!r}; fields are needed, as in {{name = 1}}")
    return cast("dict[str, Any]", value)


def _changes(say: str, value: object) -> dict[str, Any]:
    changes = _table(say, "set", value)
    turned = [name for name in FIELDS if name not in HIDDEN]
    if unknown := [name for name in changes if name not in turned]:
        raise ValueError(f"try {say!r}: set: there is no knob {', '.join(unknown)}; knobs are {', '.join(turned)}")
    try:
        config = RunConfig(**changes)
    except ValueError as error:
        raise ValueError(f"try {say!r}: set: {error}") from None
    return {name: getattr(config, name) for name in changes}
