"""How a configuration is spoken of: in a panel's heading, in a list of changes."""

from gancore.config import FIELDS, RunConfig

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
    "images": "n",
    "image_side": "side",
    "policy": "T",
    **dict.fromkeys(("constraint", "loss", "penalty", "model", "updates", "noise_schedule", "penalty_schedule"), ""),
    **dict.fromkeys(("data", "architecture", "augment"), ""),
}

# What two changes together are called.
_RECIPES = {"Wasserstein, gradient penalty": "WGAN-GP", "Wasserstein, weight clipping": "WGAN, clipped"}

_DESCRIBED = {"model", "generators", "loss", "d_steps", "penalty", "constraint", "unroll_steps", "pack", "noise"}
_DESCRIBED_OF_IMAGES = {"data", "images", "conditional", "augment"}

# Fields that say how long or from which noise, not what is played.
_ASIDE = {"seed", "steps", "noise_steps", "penalty_steps"}


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
    """A field with its value: "K 5", "loss hinge", "penalty R1"."""
    label = FIELDS[name].label
    short = _SHORT.get(name, label)
    if value == "none":
        return f"no {label}"
    if name == "conditional":
        return "conditional" if value == "yes" else "unconditional"
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


def difference(config: RunConfig, base: RunConfig, most: int = 3) -> str:
    """What differs from `base`: "the same + unrolled K 5"."""
    names = [
        name
        for name, spec in FIELDS.items()
        if name not in _ASIDE and getattr(config, name) != getattr(base, name) and spec.matters(config)
    ]
    if not names:
        return "the same"
    parts = [field_text(name, getattr(config, name)) for name in names]
    more = f" and {len(parts) - most} more" if len(parts) > most else ""
    return "the same + " + ", ".join(parts[:most]) + more


def headings(configs: list[RunConfig]) -> list[str]:
    """One heading a panel: the first says what is played, the others what they change; with three or more, in brief."""
    base, others = configs[0], configs[1:]
    said = [difference(config, base) for config in others]
    # What the others change away from, where the first has set it and its description leaves it out
    away = [
        field_text(name, getattr(base, name))
        for name, spec in FIELDS.items()
        if name not in _ASIDE | _DESCRIBED | (_DESCRIBED_OF_IMAGES if base.on_images else set())
        and getattr(base, name) != spec.default
        and spec.matters(base)
        and any(getattr(config, name) != getattr(base, name) for config in others)
    ]
    return [", ".join([describe(base), *away]), *(said if len(said) < 2 else map(_brief, said))]


def _brief(said: str) -> str:
    said = said.removeprefix("the same + ")
    for long, short in _RECIPES.items():
        said = said.replace(long, short)
    return said
