"""Mounts the knobs: tells the browser every field and its value in each panel, hands back what was turned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st

from gancore.config import FIELDS, FieldSpec, RunConfig
from ui.knobs.changes import HIDDEN, SHARED, Change, Refusal, applied, read_requests, settle
from ui.shared.acknowledgements import Acknowledgements
from ui.shared.component import mount_command
from ui.shared.words import value_text

_PACKAGE = Path(__file__).parent

# The order of the groups in each of the two sections; a group that is new in FIELDS comes last.
_FOREMOST = "In this lecture"
_GROUPS = (_FOREMOST, "Loss", "Training", "Data", "Networks", "Discriminator", "Generator", "Run")


@dataclass
class _Memory:
    """State of one browser session's knobs, from run to run."""

    heard: Acknowledgements = field(default_factory=Acknowledgements)
    arrived: list[object] = field(default_factory=list)  # values of the trigger, not read yet
    accepted: list[Change] = field(default_factory=list)  # read, not handed to the caller yet
    refused: dict[str, Refusal] = field(default_factory=dict)  # by field, until it takes a value


def knobs(
    configs: Sequence[RunConfig],
    labels: Sequence[str],
    *,
    running: Sequence[bool],
    foremost: Sequence[str] = (),
    height: int | None = None,
    key: str = "knobs",
) -> list[Change]:
    """Draws the knobs and returns what was turned since the last call, oldest first.

    Call it in an `st.fragment` of its own, without `run_every`, with the configs as they are now. Live fields come
    while they are dragged, some eight times a second; fields that restart come once, when they are let go. Every value
    has passed `RunConfig`, and the changes together, in their order, fit the configs; what does not fit is dropped and
    comes back on the screen as a sentence. The panel of a shared field (the seed) is always None.
    The button "Draw your own data" comes as `Change(None, "data", "draw")`: ask `change.wants_drawing` first.

    Args:
        configs: one a panel, 1 to 4.
        labels: the panels' names, such as "A" and "B".
        running: which panels train at this moment.
        foremost: fields that the lecture is about, in their order; they stand above all others.
        height: of the whole component, in CSS pixels; it scrolls inside. None: as high as its content.
        key: the element's key; keep it the same so that it is never mounted anew.

    Raises:
        ValueError: names the argument, what came and what is allowed.
    """
    memory: _Memory = st.session_state.setdefault(f"{key}:memory", _Memory())
    shown = list(configs)
    for change in memory.accepted:  # the script was interrupted before it could return them
        shown = applied(change, shown)
    for value in memory.arrived:
        for request in read_requests(value, len(configs), memory.heard):
            settled = settle(request, shown, labels)
            if isinstance(settled, Refusal):
                memory.refused[request.field] = settled
            else:
                change, shown = settled
                memory.refused.pop(request.field, None)
                memory.accepted.append(change)
    memory.arrived.clear()

    def arrive() -> None:
        # Before the script runs, so that this run's payload already holds the new values and the acknowledgement.
        state: Any = st.session_state.get(key)
        if isinstance(state, Mapping):
            memory.arrived.append(state.get("changes"))

    data = payload(
        shown,
        labels,
        running=running,
        foremost=foremost,
        height=height,
        key=key,
        ack=memory.heard.last,
        refused=memory.refused,
    )
    mount = mount_command(_PACKAGE)
    mount(key=key, data=data, height="content" if height is None else height, on_changes_change=arrive)
    changes = list(memory.accepted)
    memory.accepted.clear()
    return changes


def payload(
    configs: Sequence[RunConfig],
    labels: Sequence[str],
    *,
    running: Sequence[bool],
    foremost: Sequence[str] = (),
    height: int | None = None,
    key: str = "knobs",
    ack: Mapping[str, int] | None = None,
    refused: Mapping[str, Refusal] | None = None,
) -> dict[str, Any]:
    """The message to the browser, as JSON values: every field once, with its value in each panel.

    Raises:
        ValueError: names the argument, what came and what is allowed.
    """
    if not 1 <= len(configs) <= 4:
        raise ValueError(f"configs: came {len(configs)}, allowed are 1 to 4")
    for name, values in (("labels", labels), ("running", running)):
        if len(values) != len(configs):
            raise ValueError(f"{name}: came {len(values)}, needed is one for each of the {len(configs)} configs")
    if len(set(labels)) != len(labels) or not all(labels):
        raise ValueError(f"labels: came {list(labels)}, they must be different and not empty")
    if height is not None and height < 1:
        raise ValueError(f"height: came {height}, allowed are pixels from 1, or None")
    if unknown := [name for name in foremost if name not in FIELDS or name in HIDDEN]:
        raise ValueError(f"foremost: came {', '.join(unknown)}, allowed are fields that have a knob")
    specs = [FIELDS[name] for name in foremost]
    others = [spec for name, spec in FIELDS.items() if name not in HIDDEN and name not in foremost]
    specs = [replace(spec, group=_FOREMOST) for spec in specs] + sorted(others, key=lambda spec: _rank(spec.group))
    return {
        "panels": [{"label": label, "running": bool(on)} for label, on in zip(labels, running, strict=True)],
        "fields": [_described(spec, configs) for spec in specs],
        "height": height,
        "key": key,
        "ack": dict(ack or {}),
        "refused": {
            name: {"viewer": each.viewer, "number": each.number, "sentence": each.sentence}
            for name, each in (refused or {}).items()
        },
    }


def _rank(group: str) -> int:
    return _GROUPS.index(group) if group in _GROUPS else len(_GROUPS)


def _described(spec: FieldSpec, configs: Sequence[RunConfig]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": spec.name,
        "label": spec.label,
        "help": spec.help,
        "group": spec.group,
        "kind": spec.kind,
        "live": spec.live,
        "default": spec.default,
        "values": [getattr(config, spec.name) for config in configs],
        "matters": [spec.matters(config) for config in configs],
    }
    if spec.kind == "choice":
        described["choices"] = [
            [choice, value_text(spec.name, choice)]
            for choice in spec.choices
            if choice not in HIDDEN or any(config.points for config in configs)
        ]
    else:
        described |= {"unit": spec.unit, "low": spec.low, "high": spec.high, "slider": spec.slider, "log": spec.log}
    if spec.name in SHARED:
        described["shared"] = True
    if spec.name == "batch_size":
        described["multiple"] = [config.pack for config in configs]
    return described
