"""How a configuration is spoken of: in a panel's heading, in a list of changes."""

from collections.abc import Sequence
from typing import NamedTuple

from gancore.config import FIELDS, RunConfig
from gancore.experiments.presets import Preset

LOSS_NAMES = {
    "minimax": "minimax",
    "non_saturating": "non-saturating",
    "wasserstein": "Wasserstein",
    "hinge": "hinge",
    "least_squares": "least squares",
}
_CHOICES = {
    **LOSS_NAMES,
    "gradient_penalty": "gradient penalty",
    "r1": "R1",
    "r2": "R2",
    "roth": "Roth",
    "extragradient": "extra-gradient",
    "optimistic_adam": "optimistic Adam",
    "linear": "linear to 0",
    "cosine": "cosine to 0",
    "exponential": "100-fold",
    "clip": "weight clipping",
    "spectral_norm": "spectral norm",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "leaky_relu": "leaky ReLU",
    "relu": "ReLU",
    "two_rings": "two rings",
    "points": "own points",
    "mnist": "MNIST",
    "fashion_mnist": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
    "folder": "own images",
    "dcgan": "DCGAN",
    "residual": "residual blocks",
    "reals_only": "T on reals only",
    "d_only": "T on D only",
    "diffaugment": "DiffAugment",
    "gan": "one generator",
    "mad_gan": "MAD-GAN",
    "adagan": "AdaGAN",
}

# Where the label alone would say too little beside a value, or too much.
_SHORT = {
    "unroll_steps": "unrolled K",
    "pack": "PacGAN m",
    "penalty_weight": "weight",
    "noise": "noise σ",
    "d_lr": "D rate",
    "g_lr": "G rate",
    "average": "average of G, β",
    "lr_schedule": "learning rates",
    "images": "n",
    "image_side": "side",
    "policy": "T",
    **dict.fromkeys(("constraint", "loss", "penalty", "model", "updates", "noise_schedule", "penalty_schedule"), ""),
    **dict.fromkeys(("data", "architecture", "augment"), ""),
}

# Changes that have two fields, and are spoken of as one.
_RECIPES = {
    ("wasserstein", "penalty", "gradient_penalty"): "WGAN-GP",
    ("wasserstein", "constraint", "clip"): "WGAN, clipped",
}

_DESCRIBED = {"model", "generators", "loss", "d_steps", "penalty", "constraint", "unroll_steps", "pack", "noise"}
_DESCRIBED_OF_IMAGES = {"data", "images", "conditional", "augment"}

# Fields that say how long or from which noise, not what is played.
_ASIDE = {"seed", "steps", "noise_steps", "penalty_steps", "lr_steps"}

# What a GAN has or has not, each with its name where it is gone: such a field is off at its default.
_EXTRAS = {
    "penalty": "penalty",
    "constraint": "constraint",
    "unroll_steps": "unrolling",
    "pack": "packing",
    "noise": "noise",
    "average": "averaging",
    "lr_schedule": "falling learning rates",
    "augment": "augmentation",
    "freeze_at": "freezing",
}
# Fields that say how much of an extra there is, or how it shrinks; they go with it.
_HOW = {
    "penalty_weight": "penalty",
    "penalty_schedule": "penalty",
    "clip": "constraint",
    "noise_schedule": "noise",
    "policy": "augment",
}

# Characters of a heading that are read beside its panel's letter, by the number of panels in a row.
_ROOM = {1: 100, 2: 44, 3: 28, 4: 19}


def value_text(name: str, value: object) -> str:
    """A field's value in words: "non-saturating", "0.001", "3 points"."""
    if isinstance(value, tuple):
        return f"{len(value)} points"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, int):
        return f"{value:,}"
    if name == "policy":
        return str(value).replace(",", " + ")
    return _CHOICES.get(str(value), str(value))


def field_text(name: str, value: object) -> str:
    """A field with its value: "K 5", "loss hinge", "penalty R1", "4 generators"."""
    label = FIELDS[name].label
    short = _SHORT.get(name, label)
    if value == "none":
        return f"no {label}"
    if name == "conditional":
        return "conditional" if value == "yes" else "unconditional"
    if name in ("generators", "steps"):
        return f"{value_text(name, value)} {name if value != 1 else name[:-1]}"
    return f"{short} {value_text(name, value)}".strip()


def describe(config: RunConfig) -> str:
    """The game in a few words: its loss, k, and every remedy in use."""
    parts = [LOSS_NAMES[config.loss]]
    if config.on_images:
        parts = [f"{value_text('data', config.data)}, n {config.images:,}", *parts]
    if config.conditional == "yes" and config.on_images:
        parts.append("conditional")
    if config.augment != "none" and config.on_images:
        parts.append(value_text("augment", config.augment))
    if config.model != "gan":
        parts.insert(0, f"{value_text('model', config.model)} of {config.generators}")
    if config.d_steps > 1:
        parts.append(f"k {config.d_steps}")
    if config.penalty != "none":
        parts.append(value_text("penalty", config.penalty))
    if config.constraint != "none":
        parts.append(value_text("constraint", config.constraint))
    for name in ("unroll_steps", "pack", "noise"):
        value = getattr(config, name)
        if value != FIELDS[name].default:
            parts.append(field_text(name, value))
    return ", ".join(parts)


class _Changes(NamedTuple):
    """In which parts a config differs: what stands in the place of something, what is added, what is gone."""

    instead: list[str]
    added: list[str]
    gone: list[str]

    def said(self, most: int) -> str:
        """The change as a heading: "the same + unrolled K 5", "AdaGAN instead"."""
        if len(self.instead) == 1 and not self.added and not self.gone:
            return f"{self.instead[0]} instead"
        kept = self._first(most)
        said = "the same" + (" but " + ", ".join(kept.instead) if kept.instead else "")
        said += " + " + ", ".join(kept.added) if kept.added else ""
        return said + (", without " + " or ".join(kept.gone) if kept.gone else "") + self._rest(most)

    def brief(self, most: int) -> str:
        """The same, in fewer words."""
        kept = self._first(most)
        gone = ["without " + " or ".join(kept.gone)] if kept.gone else []
        return (", ".join([*kept.instead, *kept.added, *gone]) or "the same") + self._rest(most)

    def _first(self, most: int) -> "_Changes":
        instead, added = self.instead[:most], self.added[: max(most - len(self.instead), 0)]
        return _Changes(instead, added, self.gone[: max(most - len(self.instead) - len(self.added), 0)])

    def _rest(self, most: int) -> str:
        more = len(self.instead) + len(self.added) + len(self.gone) - most
        return f" and {more} more" if more > 0 else ""


def _changes(config: RunConfig, base: RunConfig) -> _Changes:
    names = [
        name
        for name, spec in FIELDS.items()
        if name not in _ASIDE and getattr(config, name) != getattr(base, name) and spec.matters(config)
    ]
    changes = _Changes([], [], [])
    for (loss, name, value), said in _RECIPES.items():
        if {"loss", name} <= {*names} and (config.loss, getattr(config, name)) == (loss, value):
            changes.instead.append(said)
            names = [each for each in names if each not in ("loss", name)]
    if {"d_optimizer", "g_optimizer"} <= {*names} and config.d_optimizer == config.g_optimizer:
        changes.instead.append(value_text("d_optimizer", config.d_optimizer))
        names = [name for name in names if name not in ("d_optimizer", "g_optimizer")]
    if "model" in names:
        said = value_text("model", config.model)
        of = config.model != "gan" and ("generators" in names or base.model == "gan")
        changes.instead.append(f"{said} of {config.generators}" if of else said)
        names = [name for name in names if name not in ("model", "generators")]
    for name in names:
        owner = _HOW.get(name)
        if owner is not None and _is_off(config, owner):
            continue
        if name in _EXTRAS and _is_off(config, name):
            changes.gone.append(_EXTRAS[name])
        elif _is_off(base, owner or name):
            changes.added.append(field_text(name, getattr(config, name)))
        else:
            changes.instead.append(_alone(name, getattr(config, name)))
    return changes


def _alone(name: str, value: object) -> str:
    """A field with its value, where nothing beside it says of what it is: "noise linear to 0", "penalty weight 5"."""
    if name.endswith("_schedule"):
        return f"{_EXTRAS[_HOW[name]]} {value_text(name, value)}"
    if name in _HOW and name != "policy":
        return f"{FIELDS[name].label} {value_text(name, value)}"
    return field_text(name, value)


def _is_off(config: RunConfig, name: str) -> bool:
    return name in _EXTRAS and getattr(config, name) == FIELDS[name].default


def difference(config: RunConfig, base: RunConfig, most: int = 3) -> str:
    """The difference from `base`, in at most so many parts: "the same + unrolled K 5", "AdaGAN instead"."""
    return _changes(config, base).said(most)


def headings(configs: Sequence[RunConfig], presets: Sequence[Preset] = ()) -> list[str]:
    """One heading a panel: the first says what is played, the others what they change; with three or more, in brief.

    Args:
        configs: one a panel.
        presets: those that the panels started from, where there are any. One that nobody has changed is called by its
            title, where what it changes is more than can be read; of one that is not as long as it was, it is said.
    """
    base, others = configs[0], configs[1:]
    changed = [_changes(config, base) for config in others]
    # What the others change away from, where the first has set it and its description leaves it out
    away = [
        field_text(name, getattr(base, name))
        for name, spec in FIELDS.items()
        if name not in _ASIDE | _DESCRIBED | (_DESCRIBED_OF_IMAGES if base.on_images else set())
        and getattr(base, name) != spec.default
        and spec.matters(base)
        and any(getattr(config, name) != getattr(base, name) for config in others)
    ]
    lengths = {config.steps for config in configs}
    for index, (config, preset) in enumerate(zip(configs, presets, strict=False)):
        if config.steps != preset.config.steps and len(lengths) > 1:
            (changed[index - 1].instead if index else away).append(field_text("steps", config.steps))
    said = [each.said(3) if len(others) < 2 else each.brief(3) for each in changed]
    long = [", ".join([describe(base), *away]), *said]
    room = _ROOM.get(len(configs), _ROOM[4])
    for index, (config, preset) in enumerate(zip(configs, presets, strict=False)):
        unchanged = config.changed(seed=preset.config.seed) == preset.config
        if unchanged and len(long[index]) > max(room, len(preset.title)):
            long[index] = preset.title
    return long
