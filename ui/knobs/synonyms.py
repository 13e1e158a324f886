"""Words by which students and papers call what a knob turns, beside its label: the search of the knobs finds them."""

from collections.abc import Mapping

# Of both players' optimisers, by the part of the field's name behind "d_" and "g_".
_OF_PLAYERS: Mapping[str, tuple[str, ...]] = {
    "optimizer": ("optimizer", "update rule", "Adam", "SGD", "gradient descent", "RMSprop", "optimistic Adam", "OMD"),
    "lr": ("lr", "step size", "TTUR", "two time-scale update rule", "alpha", "eta"),
    "beta1": ("beta1", "beta", "Adam", "momentum"),
    "beta2": ("beta2", "beta", "Adam", "RMSprop alpha"),
    "epsilon": ("eps", "epsilon", "Adam"),
    "momentum": ("heavy ball", "SGD"),
    "hidden": ("hidden units", "neurons", "channels", "capacity", "width"),
    "layers": ("hidden layers", "number of layers", "capacity", "depth"),
    "activation": ("nonlinearity", "activation function"),
}
_NAMES: Mapping[str, tuple[str, ...]] = {"d": ("discriminator", "critic"), "g": ("generator",)}

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "seed": ("random seed", "random numbers", "reproducible"),
    "steps": ("iterations", "training steps", "epochs", "duration"),
    "data": ("dataset", "distribution", "mixture of Gaussians", "8 Gaussians", "25 Gaussians", "toy data"),
    "modes": ("clusters", "clouds", "number of Gaussians", "mode collapse"),
    "side": ("5×5", "25 Gaussians"),
    "sigma": ("standard deviation", "spread", "cluster width"),
    "images": ("few images", "small data", "100-shot", "limited data", "number of training images"),
    "image_side": ("resolution", "pixels"),
    "conditional": ("cGAN", "class-conditional", "labels"),
    "features": ("FID features", "Inception", "Inception score"),
    "batch_size": ("batch", "minibatch", "mini-batch"),
    "latent_dim": ("z", "latent dimension", "noise vector", "code size"),
    "latent": ("z", "prior", "Gaussian", "noise vector"),
    "architecture": ("ResNet", "convolutional", "CNN", "network"),
    "init": ("initialisation", "initialization", "Glorot", "weight init"),
    "pack": ("PacGAN", "packing", "pacs", "mode collapse"),
    "model": ("MAD-GAN", "AdaGAN", "boosting", "ensemble", "several generators", "mode collapse"),
    "generators": ("MAD-GAN", "AdaGAN", "ensemble", "several generators"),
    "mixing": ("boosting", "mixture weights"),
    "beta": ("beta", "boosting", "mixture weights"),
    "classifier_steps": ("boosting", "reweighting"),
    "data_points": ("training set size", "finite sample"),
    "loss": (
        "WGAN", "WGAN-GP", "LSGAN", "hinge loss", "Goodfellow", "saturating", "objective", "cost", "cross-entropy",
        "vanishing gradient", "mode collapse",
    ),
    "penalty": (
        "WGAN-GP", "gradient penalty", "Lipschitz", "1-Lipschitz", "zero-centred", "zero-centered", "regulariser",
        "regularizer", "regularisation", "Gulrajani", "Mescheder", "Roth", "R1", "R2", "critic",
    ),
    "penalty_weight": ("lambda", "gamma", "gradient penalty", "WGAN-GP", "R1", "R2", "Roth"),
    "penalty_schedule": ("annealing", "decay"),
    "constraint": (
        "weight clipping", "WGAN", "spectral norm", "spectral normalization", "spectral normalisation", "SNGAN",
        "SN-GAN", "Lipschitz", "1-Lipschitz", "Miyato", "critic",
    ),
    "clip": ("weight clipping", "clipping", "WGAN", "critic", "Lipschitz"),
    "d_steps": ("k", "n_critic", "critic steps", "discriminator steps", "D steps", "steps of D for one of G"),
    "updates": (
        "extragradient", "extra-gradient", "consensus optimization", "consensus optimisation", "Mescheder",
        "alternating gradient descent", "simultaneous gradient descent", "order of play", "rotation", "oscillation",
    ),
    "consensus_weight": ("consensus optimization", "consensus optimisation", "gamma", "Mescheder"),
    "average": ("EMA", "exponential moving average", "averaged generator", "Polyak averaging"),
    "lr_schedule": ("learning rate decay", "lr decay", "annealing", "cosine decay", "lr"),
    "lr_steps": ("learning rate decay", "lr decay", "lr"),
    "freeze_at": ("frozen generator", "optimal discriminator", "vanishing gradient", "Arjovsky"),
    "augment": ("DiffAugment", "differentiable augmentation", "augment", "data augmentation", "overfitting"),
    "policy": ("DiffAugment", "translation", "cutout", "color", "colour", "brightness", "contrast", "saturation"),
    "unroll_steps": ("unrolled GAN", "unrolled", "Metz", "lookahead", "look ahead", "mode collapse"),
    "noise": ("instance noise", "sigma", "Gaussian noise", "overlap of supports", "vanishing gradient"),
    "noise_schedule": ("annealing", "instance noise", "decay"),
    "noise_steps": ("annealing", "instance noise"),
}  # fmt: skip


def words_of(name: str) -> list[str]:
    """The words for a field; of a player's own also those of the player: "critic lr"."""
    player, _, part = name.partition("_")
    words = [*SYNONYMS.get(name, ())]
    if player in _NAMES and part in _OF_PLAYERS:
        words += [*_OF_PLAYERS[part], *_NAMES[player]]
    return words
