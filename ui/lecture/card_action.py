"""A card's action: a button that turns knobs as a hand would, so that nobody has to look for them.

On a card, once for every button:

    [[try]]
    say = "Noise 1 for A"
    panel = "a"                     # of the stage; all of them where it is not said
    set = {noise = 1.0}             # fields of RunConfig; beside another exhibit its setting instead: dirac = {h = 0.1}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from gancore.config import FIELDS, RunConfig
from ui.app.address import LABELS, PageState
from ui.exhibits import CODECS, USUAL, Settings
from ui.knobs.changes import HIDDEN

_KEYS = {"say", "panel", "set", *CODECS}


@dataclass(frozen=True)
class CardAction:
    """One button. Either `changes`, fields of `RunConfig` with values they allow, or `settings` holds something.

    `panel` is the index of the panel whose knobs are turned; None means all. `settings` are fields of an exhibit's
    setting, by the names of `ui.exhibits.settings.CODECS`.
    """

    say: str
    panel: int | None
    changes: Mapping[str, Any]
    settings: Mapping[str, Mapping[str, Any]]


class Turned(Protocol):
    """The target of an action: `ui.stage.comparison.Comparison`."""

    state: PageState
    notices: list[str]

    def adjust(self, **fields: Any) -> None: ...
    def note(self, notices: Sequence[str]) -> None: ...
    @property
    def training(self) -> list[bool]: ...
    def turn(self, panel: int | None, field: str, value: Any) -> None: ...
    def start(self) -> None: ...


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
    return CardAction(
        say=say,
        panel=None if panel is None else LABELS.index(panel),
        changes=_changes(say, table["set"]) if "set" in table else {},
        settings={kind: table[kind] for kind in kinds},
    )


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


def carry_out(action: CardAction, on: Turned) -> None:
    """Turns what the action says, as hands on the knobs would. Where nothing trains that would show it, all begin.

    What is wrong becomes a notice, and the rest is left as it is.
    """
    if action.panel is not None and action.panel >= len(on.state.configs):
        on.note([f"There is no panel {LABELS[action.panel].upper()} on the stage."])
        return
    settings = dict(on.state.settings)
    notices: list[str] = []
    for kind, fields in action.settings.items():
        settings[kind], wrong = CODECS[kind].read(fields, settings[kind])
        notices += wrong
    on.note(notices)
    if action.settings:
        on.adjust(settings=settings)
        return
    acting = on.training if action.panel is None else [on.training[action.panel]]
    for field, value in action.changes.items():
        on.turn(action.panel, field, value)
        if on.notices:
            return
    if not all(acting):
        on.start()
