"""Vanishing gradients: a generator that stands still, one in training, one that is deep."""

from __future__ import annotations

from gancore.config import RunConfig
from gancore.experiments.presets.preset import WGAN_GP, Preset, Provided, Verdict, table
from gancore.training.frozen_generator import EPOCH

# Eight Gaussians far from a generator that learns slowly: after an epoch, and after 25, no generated point is anywhere
# near a real one. That is as near as Gaussians come to the supports without overlap that the theorems on vanishing
# gradients ask for. The latent noise is bounded, so that
# no rare point goes ahead of the others: one that lies among the data keeps the mean gradient alive.
FREEZE = RunConfig(
    steps=EPOCH + 1000, freeze_at=EPOCH, d_steps=4, radius=4.0, latent_dim=2, latent="uniform", g_lr=5e-6,
)  # fmt: skip

# One Gaussian, some way from where the generator starts, and a discriminator that is sure of itself before the
# generator has moved. The generator's steps are plain gradient steps: Adam divides a gradient by its own size, and
# would hide that it vanishes.
VANISH = RunConfig(
    steps=1000, modes=1, radius=2.0, sigma=0.2, d_steps=5, g_optimizer="sgd", g_lr=3e-3,
)  # fmt: skip

# The same data before a slow, unsure discriminator and a generator of six hidden layers and a linear one: what vanishes
# here, vanishes in the generator.
DEEP = VANISH.changed(d_steps=1, d_lr=2e-4, loss="non_saturating", g_layers=6, init="xavier")

# Of two presets side by side the same is counted large, whatever each claims: a gradient that fell less than a thousand
# times is not kept, and nearer than at first is not there. Noise, too, is nearer than that.
VANISHED = Verdict(
    "g_grad_fall", "at_least", 3.0, "vanished", of=15, otherwise="did not vanish",
    provided=Provided("g_grad_fall", 1.0, "kept its gradient"),
)  # fmt: skip
KEPT = Verdict("g_grad_fall", "at_most", 1.0, "kept its gradient", of=15, otherwise="lost nine tenths of it")
STALLED = Verdict(
    "transport", "at_least", 1.5, "stalled", of=15, otherwise="came nearer than 1.5",
    provided=Provided("transport", 0.5, "arrived"),
)  # fmt: skip
ARRIVED = Verdict("transport", "at_most", 0.5, "arrived", of=15, otherwise="did not arrive")
FADED = Verdict(
    "g_depth_fall", "at_least", 4.0, "faded", of=15, otherwise="did not fade",
    provided=Provided("g_depth_fall", 2.0, "reached the first layer"),
)  # fmt: skip
REACHED = Verdict("g_depth_fall", "at_most", 2.0, "reached the first layer", of=15, otherwise="faded a hundredfold")
_STANDING_STILL: dict[str, Preset] = table(
    Preset(
        "freeze-minimax",
        "minimax",
        "A fresh discriminator against a generator frozen after one epoch: within 4,000 of its steps the minimax "
        "gradient falls at least 1,000-fold below its peak in at least 15 of 16 seeds.",
        FREEZE.changed(loss="minimax"),
        VANISHED,
        "g_grad_fall",
    ),
    Preset(
        "freeze-non-saturating",
        "non-saturating",
        "freeze-minimax with -log D: after the same 4,000 steps the gradient is less than 10-fold below its peak in at "
        "least 15 of 16 seeds.",
        FREEZE.changed(loss="non_saturating"),
        KEPT,
        "g_grad_fall",
    ),
    Preset(
        "freeze-wasserstein",
        "WGAN-GP",
        "freeze-minimax with a Wasserstein critic and a gradient penalty: the gradient is less than 10-fold below its "
        "peak in at least 15 of 16 seeds.",
        FREEZE.changed(**WGAN_GP),
        KEPT,
        "g_grad_fall",
    ),
    Preset(
        "freeze-clip",
        "WGAN, clipped",
        "freeze-minimax with a Wasserstein critic and clipped weights: the gradient, though small, is less than "
        "10-fold below its peak in at least 15 of 16 seeds.",
        FREEZE.changed(loss="wasserstein", constraint="clip"),
        KEPT,
        "g_grad_fall",
    ),
    Preset(
        "freeze-minimax-10",
        "minimax, 10 epochs",
        "freeze-minimax with a generator frozen after ten epochs: at least 1,000-fold in at least 15 of 16 seeds.",
        FREEZE.changed(loss="minimax", freeze_at=10 * EPOCH, steps=10 * EPOCH + 1000),
        VANISHED,
        "g_grad_fall",
    ),
    Preset(
        "freeze-minimax-25",
        "minimax, 25 epochs",
        "freeze-minimax with a generator frozen after 25 epochs: at least 1,000-fold in at least 15 of 16 seeds.",
        FREEZE.changed(loss="minimax", freeze_at=25 * EPOCH, steps=25 * EPOCH + 1000),
        VANISHED,
        "g_grad_fall",
    ),
    Preset(
        "freeze-minimax-overlap",
        "minimax, among the data",
        "Where nothing vanishes: after ten epochs at a learning rate of 0.0001 some generated points lie among the "
        "data, where no discriminator can be sure, and the minimax gradient is less than 10-fold below its peak in at "
        "least 15 of 16 seeds.",
        FREEZE.changed(loss="minimax", freeze_at=10 * EPOCH, steps=10 * EPOCH + 1000, g_lr=1e-4),
        KEPT,
        "g_grad_fall",
    ),
)
_IN_TRAINING: dict[str, Preset] = table(
    Preset(
        "vanish-minimax",
        "minimax, strong D",
        "Against a discriminator that is sure of itself the minimax generator stalls: after 1,000 steps the data are "
        "still at least 1.5 away (they were 2) in at least 15 of 16 seeds.",
        VANISH.changed(loss="minimax"),
        STALLED,
        "transport",
    ),
    Preset(
        "vanish-non-saturating",
        "non-saturating, strong D",
        "vanish-minimax with -log D: the generator comes within 0.5 of the data in at least 15 of 16 seeds.",
        VANISH.changed(loss="non_saturating"),
        ARRIVED,
        "transport",
    ),
    Preset(
        "vanish-wasserstein",
        "WGAN-GP, strong critic",
        "vanish-minimax with a Wasserstein critic and a gradient penalty: the generator comes within 0.5 of the data "
        "in at least 15 of 16 seeds.",
        VANISH.changed(**WGAN_GP),
        ARRIVED,
        "transport",
    ),
    Preset(
        "vanish-minimax-weak",
        "minimax, weak D",
        "vanish-minimax with k 1 and a discriminator that learns five times more slowly: in 2,000 steps the same "
        "loss comes within 0.5 of the data in at least 15 of 16 seeds.",
        VANISH.changed(loss="minimax", d_steps=1, d_lr=2e-4, steps=2000),
        ARRIVED,
        "transport",
    ),
    Preset(
        "deep-sigmoid",
        "6 hidden layers, sigmoid",
        "The other vanishing gradient: in a generator of six sigmoid layers and a linear one the first weight matrix "
        "has at most a 10,000th of the gradient of the last in at least 15 of 16 seeds.",
        DEEP.changed(g_activation="sigmoid"),
        FADED,
        "g_depth_fall",
    ),
    Preset(
        "deep-relu",
        "6 hidden layers, ReLU",
        "deep-sigmoid with ReLU: the first weight matrix has more than a 100th of the gradient of the last in at least "
        "15 of 16 seeds.",
        DEEP.changed(g_activation="relu"),
        REACHED,
        "g_depth_fall",
    ),
)
VANISHING_GRADIENTS = _STANDING_STILL | _IN_TRAINING
