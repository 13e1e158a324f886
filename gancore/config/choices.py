"""The names that a field of `RunConfig` may choose from."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

PointsName = Literal[
    "ring", "grid", "two_rings", "line", "unbalanced", "spiral", "moons", "segment", "circle", "points"
]
ImagesName = Literal["digits", "shapes", "faces", "mnist", "fashion_mnist", "cifar10", "folder"]
DataName = Literal[PointsName, ImagesName]
SideName = Literal["own", "8", "16", "24", "32"]
ArchitectureName = Literal["dcgan", "residual"]
FeaturesName = Literal["own", "pixels", "inception"]
ConditionalName = Literal["no", "yes"]
AugmentName = Literal["none", "reals_only", "d_only", "diffaugment"]
PolicyName = Literal[
    "color,translation,cutout",
    "color,translation",
    "color,cutout",
    "translation,cutout",
    "color",
    "translation",
    "cutout",
]
LossName = Literal["minimax", "non_saturating", "wasserstein", "hinge", "least_squares"]
PenaltyName = Literal["none", "gradient_penalty", "r1", "r2", "roth"]
ConstraintName = Literal["none", "clip", "spectral_norm"]
UpdatesName = Literal["alternating", "simultaneous", "extragradient", "consensus"]
OptimizerName = Literal["sgd", "rmsprop", "adam", "optimistic_adam"]
ActivationName = Literal["relu", "leaky_relu", "tanh", "sigmoid"]
InitName = Literal["uniform", "xavier", "orthogonal"]
LatentName = Literal["normal", "uniform"]
ScheduleName = Literal["constant", "linear", "cosine", "exponential"]
ModelName = Literal["gan", "mad_gan", "adagan"]
MixingName = Literal["uniform", "constant"]

# The choices that do something.
SHRINKING: tuple[str, ...] = tuple(name for name in get_args(ScheduleName) if name != "constant")
PENALTIES: tuple[str, ...] = tuple(name for name in get_args(PenaltyName) if name != "none")
AUGMENTING: tuple[str, ...] = tuple(name for name in get_args(AugmentName) if name != "none")

POINTS_DATA: tuple[str, ...] = get_args(PointsName)
IMAGE_DATA: tuple[str, ...] = get_args(ImagesName)

MAX_POINTS = 64
POINT_LIMIT = 10.0

Point = tuple[
    Annotated[float, Field(ge=-POINT_LIMIT, le=POINT_LIMIT)],
    Annotated[float, Field(ge=-POINT_LIMIT, le=POINT_LIMIT)],
]
