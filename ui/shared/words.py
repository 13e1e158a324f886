"""How a configuration and its fields are spoken of."""

from typing import NamedTuple

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
    "image_side": "side",
    "policy": "T",
    **dict.fromkeys(("constraint", "loss", "penalty", "model", "updates", "noise_schedule", "penalty_schedule"), ""),
    **dict.fromkeys(("data", "architecture", "augment"), ""),
}


class Recipe(NamedTuple):
    """A loss that goes together with a choice of another field, and what the two are called."""

    loss: str
    field: str
    choice: str
    name: str


RECIPES = (
    Recipe("wasserstein", "penalty", "gradient_penalty", "WGAN-GP"),
    Recipe("wasserstein", "constraint", "clip", "WGAN, clipped"),
)

# Fields that a description says where they are not at their default.
_REMEDIES = ("d_steps", "penalty", "constraint", "updates", "unroll_steps", "pack", "noise", "average")


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
    if name in ("generators", "steps", "images"):
        return f"{value_text(name, value)} {name if value != 1 else name[:-1]}"
    return f"{short} {value_text(name, value)}".strip()


def described(config: RunConfig) -> dict[str, str]:
    """What a GAN is, in a few words: its loss, k, and every remedy in use, each under the field that it says."""
    said: dict[str, str] = {}
    if config.model != "gan":
        said["model"] = said["generators"] = f"{value_text('model', config.model)} of {config.generators}"
    if config.on_images:
        said["data"] = said["images"] = f"{value_text('data', config.data)}, {field_text('images', config.images)}"
    said["loss"] = LOSS_NAMES[config.loss]
    recipe = recipe_of(config)
    if recipe is not None:
        said["loss"] = said[recipe.field] = recipe.name
    names = ("conditional", "augment", *_REMEDIES) if config.on_images else _REMEDIES
    for name in names:
        value = getattr(config, name)
        if value != FIELDS[name].default and name not in said:
            said[name] = field_text(name, value)
    if config.d_optimizer == config.g_optimizer == "optimistic_adam":
        said["d_optimizer"] = said["g_optimizer"] = value_text("g_optimizer", config.g_optimizer)
    return said


def recipe_of(config: RunConfig) -> Recipe | None:
    """The recipe that a config follows, if it does."""
    for recipe in RECIPES:
        if (config.loss, getattr(config, recipe.field)) == (recipe.loss, recipe.choice):
            return recipe
    return None
