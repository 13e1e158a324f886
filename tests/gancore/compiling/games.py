"""Games small enough to be traced by the dozen: every loss, penalty, constraint, optimiser, update and remedy."""

from gancore.config import FIELDS, RunConfig

SMALL = {"batch_size": 16, "g_hidden": 8, "d_hidden": 8, "latent_dim": 4}
FEW = {**SMALL, "g_layers": 1, "d_layers": 1}  # few layers compile soonest
ON_IMAGES = {**SMALL, "data": "digits", "g_hidden": 4, "d_hidden": 4}


def _each(name, **values):
    """One game for each choice of a field but its default, which the other games have."""
    spec = FIELDS[name]
    return {f"{name} {choice}": {name: choice, **values} for choice in spec.choices if choice != spec.default}


def _consensus(changes):
    return {**changes, "updates": "consensus", "consensus_weight": 0.5}


# A penalty beside a loss whose gradient it changes, heavy enough to be seen.
PENALISED = {"penalty": "gradient_penalty", "penalty_weight": 1.0}

_ON_POINTS = {
    "plain": {},
    **_each("loss"),
    **_each("penalty", penalty_weight=1.0),
    **_each("constraint", clip=0.1),
    **_each("d_optimizer", d_momentum=0.5),
    **_each("g_optimizer", g_momentum=0.5),
    **_each("updates", consensus_weight=0.5),
    **_each("d_activation"),
    **_each("noise_schedule", noise=0.3, noise_steps=15),
    **_each("lr_schedule", lr_steps=15),
    **_each("penalty_schedule", penalty="r1", penalty_weight=10.0, penalty_steps=15),
    "k 3": {"d_steps": 3},
    "k 2 with consensus": _consensus({"d_steps": 2}),
    "clipped extragradient": {"updates": "extragradient", "constraint": "clip", "clip": 0.05},
    "average": {"average": 0.99},
    "packing": {"pack": 4},
    "no hidden layer": {"d_layers": 0, "g_layers": 0},
    "unrolled": {"unroll_steps": 2},
    "unrolled, penalised, noisy": {"unroll_steps": 2, "noise": 0.2, **PENALISED},
    "unrolled, consensus": _consensus({"unroll_steps": 1}),
    "unrolled, rmsprop, clipped": {"unroll_steps": 2, "d_optimizer": "rmsprop", "constraint": "clip", "clip": 0.1},
    "unrolled, spectral norm": {"unroll_steps": 2, "constraint": "spectral_norm"},
    "MAD-GAN": {"model": "mad_gan", "generators": 3},
    "MAD-GAN, penalised, noisy": {"model": "mad_gan", "generators": 2, "noise": 0.2, **PENALISED},
    "MAD-GAN, unrolled, penalised": {"model": "mad_gan", "generators": 2, "unroll_steps": 2, **PENALISED},
    "AdaGAN": {"model": "adagan", "generators": 2, "steps": 20, "classifier_steps": 5, "data_points": 64},
    "freeze": {"freeze_at": 12, "loss": "minimax", "noise": 0.2, **PENALISED},
    "freeze, unrolled": {"freeze_at": 12, "unroll_steps": 2, "updates": "simultaneous"},
}

_IMAGES = {
    "plain on images": {"data": "digits"},
    **_each("augment", data="digits"),
    **_each("policy", data="digits", augment="diffaugment"),
    "conditional": {"data": "digits", "conditional": "yes", "augment": "diffaugment"},
    "conditional, penalised, noisy": {"data": "digits", "conditional": "yes", "noise": 0.2, **PENALISED},
    "residual": {"data": "digits", "architecture": "residual"},
    "residual, conditional, spectral norm": {
        "data": "digits", "architecture": "residual", "conditional": "yes", "constraint": "spectral_norm",
    },
    "packed images": {"data": "digits", "pack": 2, "augment": "d_only"},
    "colours": {"data": "shapes", "image_side": "16", "augment": "diffaugment"},
    "unrolled on images": {"data": "digits", "unroll_steps": 1, "augment": "diffaugment"},
}  # fmt: skip

GAMES: dict[str, RunConfig] = {
    name: RunConfig(**{**(ON_IMAGES if "data" in changes else SMALL), **changes})
    for name, changes in {**_ON_POINTS, **_IMAGES}.items()
}
