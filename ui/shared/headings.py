"""Headings of panels: what each GAN is, by itself; and, apart from that, what differs from the first."""

from collections.abc import Sequence

from gancore.config import FIELDS, RunConfig
from gancore.experiments.presets import Preset
from ui.shared.words import described, field_text, recipe_of, value_text

SAME = "the same as {label}"
INSTEAD = "{now} instead of {before}"
WITH = "with {what}"
WITHOUT = "without {what}"
MORE = "{said} and {count} more"

MOST = 3  # parts of a difference that are said

# Fields that say how long or from which noise, not what is played.
_ASIDE = {"seed", "steps", "noise_steps", "penalty_steps", "lr_steps"}

# What a GAN has or has not, by a choice, each with its name where it is gone.
_EXTRAS = {
    "penalty": "penalty",
    "constraint": "constraint",
    "lr_schedule": "falling learning rates",
    "augment": "augmentation",
}
# Fields that say how much of something there is, or how it shrinks; they go with it.
_HOW = {
    "penalty_weight": "penalty",
    "penalty_schedule": "penalty",
    "clip": "constraint",
    "noise_schedule": "noise",
    "policy": "augment",
}


def heading(config: RunConfig, preset: Preset) -> str:
    """What a GAN is, whatever stands beside it: its preset's title, or, once it is another one, its description."""
    if config.changed(seed=preset.config.seed) == preset.config:
        return preset.title
    said = described(config)
    names = [
        name
        for name, spec in FIELDS.items()
        if name not in _ASIDE - {"steps"} and getattr(config, name) != getattr(preset.config, name)
        if spec.matters(config) and name not in said
    ]
    own = (_alone(name, getattr(config, name)) for name in names)
    return ", ".join([*dict.fromkeys(said.values()), *own])


def differences(configs: Sequence[RunConfig], presets: Sequence[Preset], labels: Sequence[str]) -> list[str]:
    """What each GAN has that the first has not, in at most `MOST` parts; nothing for the first.

    A length is said where somebody has set it: presets of several generators are shorter than what they stand beside.

    Args:
        configs: one a panel.
        presets: those that the panels started from.
        labels: the panels' names, such as "A" and "B".
    """
    base = configs[0]
    set_here = {config.steps for config, preset in zip(configs, presets, strict=True) if config != preset.config}
    said = [""]
    for config in configs[1:]:
        parts = _parts(config, base)
        if config.steps != base.steps and {config.steps, base.steps} & set_here:
            parts.append(_instead("steps", config, base))
        text = ", ".join(parts[:MOST]) or SAME.format(label=labels[0])
        more = len(parts) - MOST
        said.append(MORE.format(said=text, count=more) if more > 0 else text)
    return said


def _parts(config: RunConfig, base: RunConfig) -> list[str]:
    names = [
        name
        for name, spec in FIELDS.items()
        if name not in _ASIDE and getattr(config, name) != getattr(base, name) and spec.matters(config)
    ]
    parts: list[str] = []
    recipe = recipe_of(config)
    if recipe is not None and {"loss", recipe.field} <= {*names}:
        parts.append(INSTEAD.format(now=recipe.name, before=value_text("loss", base.loss)))
        names = [each for each in names if each not in ("loss", recipe.field)]
    both = ("d_optimizer", "g_optimizer")
    if {*both} <= {*names} and config.d_optimizer == config.g_optimizer and base.d_optimizer == base.g_optimizer:
        parts.append(_instead("g_optimizer", config, base, named=False))
        names = [name for name in names if name not in both]
    if "model" in names:
        before, now = (
            value_text("model", each.model)
            if each.model == "gan"
            else f"{value_text('model', each.model)} of {each.generators}"
            for each in (base, config)
        )
        parts.append(INSTEAD.format(now=now, before=before))
        names = [name for name in names if name not in ("model", "generators")]
    for name in names:
        owner = _HOW.get(name)
        if owner is not None and _is_off(config, owner):
            continue
        if name in _EXTRAS and _is_off(config, name):
            parts.append(WITHOUT.format(what=_EXTRAS[name]))
        elif name in _EXTRAS and _is_off(base, name):
            parts.append(WITH.format(what=field_text(name, getattr(config, name))))
        elif owner is not None and _is_off(base, owner):
            parts.append(field_text(name, getattr(config, name)))
        else:
            parts.append(_instead(name, config, base))
    return parts


def _instead(name: str, config: RunConfig, base: RunConfig, *, named: bool = True) -> str:
    now, before = getattr(config, name), getattr(base, name)
    return INSTEAD.format(now=_alone(name, now) if named else value_text(name, now), before=value_text(name, before))


def _alone(name: str, value: object) -> str:
    """A field with its value, where nothing beside it says of what it is: "noise linear to 0", "penalty weight 5"."""
    if name == "lr_schedule":
        return field_text(name, value)
    if name.endswith("_schedule"):
        return f"{_HOW[name]} {value_text(name, value)}"
    if name in _HOW and name != "policy":
        return f"{FIELDS[name].label} {value_text(name, value)}"
    return field_text(name, value)


def _is_off(config: RunConfig, name: str) -> bool:
    return getattr(config, name) == FIELDS[name].default
