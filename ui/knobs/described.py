"""The knobs as the browser is told them: every field that can be turned, with its value in each panel."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gancore.config import FIELDS, FieldSpec, RunConfig, cautions
from ui.knobs.activity import Activity
from ui.knobs.changes import HIDDEN, SHARED
from ui.knobs.elsewhere import elsewhere
from ui.knobs.synonyms import words_of
from ui.shared.words import value_text

# The order of the groups in each of the two sections; a group that is new in FIELDS comes last.
_FOREMOST = "In this lecture"
_GROUPS = (_FOREMOST, "Loss", "Training", "Data", "Networks", "Discriminator", "Generator", "Run")


def described(
    configs: Sequence[RunConfig],
    labels: Sequence[str],
    *,
    activity: Sequence[Activity],
    foremost: Sequence[str] = (),
) -> dict[str, Any]:
    """The knobs as JSON values: every field once, with its value in each panel.

    Args:
        configs: one a panel, 1 to 4.
        labels: the panels' names, such as "A" and "B".
        activity: what each panel's run does at this moment.
        foremost: fields that the lecture is about, in their order; they stand above all others.

    Raises:
        ValueError: names the argument, what came and what is allowed.
    """
    if not 1 <= len(configs) <= 4:
        raise ValueError(f"configs: came {len(configs)}, allowed are 1 to 4")
    for name, values in (("labels", labels), ("activity", activity)):
        if len(values) != len(configs):
            raise ValueError(f"{name}: came {len(values)}, needed is one for each of the {len(configs)} configs")
    if len(set(labels)) != len(labels) or not all(labels):
        raise ValueError(f"labels: came {list(labels)}, they must be different and not empty")
    if unknown := [name for name in foremost if name not in FIELDS or name in HIDDEN]:
        raise ValueError(f"foremost: came {', '.join(unknown)}, allowed are fields that have a knob")
    specs = [FIELDS[name] for name in foremost]
    others = [spec for name, spec in FIELDS.items() if name not in HIDDEN and name not in foremost]
    specs = [replace(spec, group=_FOREMOST) for spec in specs] + sorted(others, key=lambda spec: _rank(spec.group))
    sentences = [{caution.field: caution.sentence for caution in cautions(config)} for config in configs]
    return {
        "panels": [{"label": label, "activity": does} for label, does in zip(labels, activity, strict=True)],
        "fields": [_field(spec, configs, [said.get(spec.name, "") for said in sentences]) for spec in specs],
    }


def _rank(group: str) -> int:
    return _GROUPS.index(group) if group in _GROUPS else len(_GROUPS)


def _field(spec: FieldSpec, configs: Sequence[RunConfig], sentences: Sequence[str]) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": spec.name,
        "label": spec.label,
        "help": spec.help,
        "group": spec.group,
        "words": words_of(spec.name),
        "kind": spec.kind,
        "live": spec.live,
        "default": spec.default,
        "values": [getattr(config, spec.name) for config in configs],
        "matters": [spec.matters(config) for config in configs],
    }
    if spec.kind == "choice":
        field["choices"] = [
            [choice, value_text(spec.name, choice)]
            for choice in spec.choices
            if choice not in HIDDEN or any(config.points for config in configs)
        ]
    else:
        field |= {"unit": spec.unit, "low": spec.low, "high": spec.high, "slider": spec.slider, "log": spec.log}
    if (hint := elsewhere(spec, configs)) is not None:
        field["elsewhere"] = hint
    if any(sentences):
        field["cautions"] = list(sentences)
    if spec.name in SHARED:
        field["shared"] = True
    if spec.name == "batch_size":
        field["multiple"] = [config.pack for config in configs]
    return field
