"""`RunConfig`: everything that decides a run, seed included.

The metadata of its fields is the only source of bounds, units and help: the sliders, the command line and the
documentation are all drawn from `FIELDS`.
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, Self, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

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

SHRINKING: tuple[str, ...] = tuple(name for name in get_args(ScheduleName) if name != "constant")
POINTS_DATA: tuple[str, ...] = get_args(PointsName)
IMAGE_DATA: tuple[str, ...] = get_args(ImagesName)

MAX_POINTS = 64
POINT_LIMIT = 10.0


class ConfigError(ValueError):
    """A configuration that cannot be run. `sentences` holds one readable sentence a problem."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences: tuple[str, ...] = tuple(sentences)
        super().__init__(" ".join(self.sentences))


def knob(
    default: Any,
    label: str,
    help: str,
    group: str,
    *,
    live: bool = False,
    unit: str = "",
    slider: tuple[float, float] | None = None,
    log: bool = False,
    when: Mapping[str, tuple[str, ...]] | None = None,
    **bounds: float,
) -> Any:
    """A field of `RunConfig` with all that a control needs to know about it.

    `live` fields act on a running GAN; the others restart it. `slider` is the range worth dragging through, inside
    the hard `bounds` (`ge`, `le`, `max_length`). `when` names the choices of other fields for which this one matters.
    """
    extra: dict[str, Any] = {
        "label": label,
        "group": group,
        "live": live,
        "unit": unit,
        "slider": slider,
        "log": log,
        "when": dict(when or {}),
    }
    return Field(default, description=help, json_schema_extra=extra, **bounds)  # type: ignore[arg-type]


def _optimizer_when(player: str, *names: str) -> dict[str, tuple[str, ...]]:
    return {f"{player}_optimizer": names}


Point = tuple[
    Annotated[float, Field(ge=-POINT_LIMIT, le=POINT_LIMIT)],
    Annotated[float, Field(ge=-POINT_LIMIT, le=POINT_LIMIT)],
]


class RunConfig(BaseModel):
    """One run of one GAN on two-dimensional points or on images. Immutable; `changed` gives a copy with other values.

    Raises `ConfigError`, a `ValueError`, that names the field, what came and what is allowed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seed: int = knob(0, "seed", "Decides every random number of the run.", "Run", ge=0, le=2**31 - 1, slider=(0, 99))
    steps: int = knob(
        3000, "length", "Generator steps until the run ends.", "Run", unit="steps", ge=1, le=1_000_000,
        slider=(500, 20_000), log=True,
    )  # fmt: skip

    data: DataName = knob("ring", "data", "The distribution that the generator has to learn.", "Data")
    modes: int = knob(
        8, "modes", "How many Gaussians the mixture has.", "Data", ge=1, le=64, slider=(1, 16),
        when={"data": ("ring", "two_rings", "line", "unbalanced")},
    )  # fmt: skip
    side: int = knob(
        5, "grid side", "Gaussians along one side of the grid.", "Data", ge=1, le=8, slider=(2, 6),
        when={"data": ("grid",)},
    )  # fmt: skip
    radius: float = knob(
        2.0, "radius", "Radius of the ring; half the width of the other shapes.", "Data", ge=0.1, le=10,
        slider=(0.5, 5),
        when={"data": ("ring", "grid", "two_rings", "line", "unbalanced", "spiral", "moons", "segment", "circle")},
    )  # fmt: skip
    sigma: float = knob(
        0.02, "mode width σ", "Standard deviation of each Gaussian.", "Data", ge=1e-4, le=1, slider=(0.005, 0.3),
        log=True,
        when={"data": ("ring", "grid", "two_rings", "line", "unbalanced", "spiral", "moons", "points")},
    )  # fmt: skip
    points: tuple[Point, ...] = knob(
        (), "own points", "Centres drawn by hand.", "Data", max_length=MAX_POINTS, when={"data": ("points",)}
    )
    images: int = knob(
        100, "training images n", "How many images there are to learn from; all, where there are fewer.", "Data", ge=16,
        le=60_000, slider=(50, 60_000), log=True, when={"data": IMAGE_DATA},
    )  # fmt: skip
    image_side: SideName = knob(
        "own", "image side", "Pixels along one side of an image; its own, or resized to so many.", "Data",
        when={"data": IMAGE_DATA},
    )  # fmt: skip
    conditional: ConditionalName = knob(
        "no", "conditional", "Whether both players are told the class of an image.", "Data", when={"data": IMAGE_DATA}
    )  # fmt: skip
    features: FeaturesName = knob(
        "own", "measured through", "What the measures see in an image: a small network's features where the set has "
        "one, its pixels, or Inception v3 (pip install 'gancore[inception]'; its weights are downloaded; slow without "
        "a GPU).", "Data", when={"data": IMAGE_DATA},
    )  # fmt: skip
    batch_size: int = knob(
        128, "batch size", "Real samples, and generated ones, in one step.", "Data", ge=4, le=4096,
        slider=(16, 512), log=True,
    )  # fmt: skip

    latent_dim: int = knob(
        16,
        "latent size",
        "Numbers in the noise vector z.",
        "Networks",
        ge=1,
        le=512,
        slider=(1, 256),
        log=True,
    )
    latent: LatentName = knob("normal", "latent noise", "Distribution of z.", "Networks")
    architecture: ArchitectureName = knob(
        "dcgan", "architecture", "Convolutional networks for images: plain ones, or with residual blocks.", "Networks",
        when={"data": IMAGE_DATA},
    )  # fmt: skip
    g_hidden: int = knob(
        64, "generator width", "Units in each hidden layer of the generator; on images the channels of its widest "
        "picture.", "Networks", ge=1, le=1024, slider=(8, 256), log=True,
    )  # fmt: skip
    g_layers: int = knob(
        2, "generator depth", "Hidden layers of the generator.", "Networks", ge=0, le=6, slider=(1, 4),
        when={"data": POINTS_DATA},
    )  # fmt: skip
    g_activation: ActivationName = knob(
        "relu", "generator activation", "What each hidden unit of the generator computes.", "Networks"
    )
    d_hidden: int = knob(
        64, "discriminator width", "Units in each hidden layer of the discriminator; on images the channels of its "
        "first.", "Networks", ge=1, le=1024, slider=(8, 256), log=True,
    )  # fmt: skip
    d_layers: int = knob(
        2, "discriminator depth", "Hidden layers of the discriminator.", "Networks", ge=0, le=6, slider=(1, 4),
        when={"data": POINTS_DATA},
    )  # fmt: skip
    d_activation: ActivationName = knob(
        "relu", "discriminator activation", "What each hidden unit of the discriminator computes.", "Networks"
    )
    init: InitName = knob("uniform", "initial weights", "How the weights are drawn at the start.", "Networks")
    pack: int = knob(
        1, "packing m", "Samples that the discriminator judges together (PacGAN); 1 is the usual GAN.", "Networks",
        ge=1, le=8, slider=(1, 4),
    )  # fmt: skip

    model: ModelName = knob(
        "gan", "model", "One generator; several at once, which D tells apart (MAD-GAN); or a mixture grown by one at a "
        "time, on data that are weighed anew for each (AdaGAN).", "Ensemble", when={"data": POINTS_DATA},
    )  # fmt: skip
    generators: int = knob(
        4, "generators k", "How many generators there are.", "Ensemble", ge=1, le=8, slider=(1, 8),
        when={"model": ("mad_gan", "adagan")},
    )  # fmt: skip
    mixing: MixingName = knob(
        "uniform", "mixing", "Weight of the t-th generator as it joins the mixture: 1/t, so that all come to weigh the "
        "same, or always β.", "Ensemble", when={"model": ("adagan",)},
    )  # fmt: skip
    beta: float = knob(
        0.3, "mixing β", "Weight with which each generator after the first joins the mixture.", "Ensemble", ge=0.05,
        le=0.95, slider=(0.05, 0.95), when={"model": ("adagan",), "mixing": ("constant",)},
    )  # fmt: skip
    classifier_steps: int = knob(
        300, "classifier steps", "Steps of the classifier that tells data from the mixture, before each new generator.",
        "Ensemble", unit="steps", ge=1, le=10_000, slider=(50, 2000), log=True, when={"model": ("adagan",)},
    )  # fmt: skip
    data_points: int = knob(
        2048, "training points N", "Points of the finite training set that is weighed.", "Ensemble", ge=16, le=65_536,
        slider=(256, 8192), log=True, when={"model": ("adagan",)},
    )  # fmt: skip

    loss: LossName = knob("non_saturating", "loss", "The game that the two players play.", "Loss", live=True)
    penalty: PenaltyName = knob(
        "none",
        "penalty",
        "What is added to the discriminator's loss to hold its gradient: near a norm of 1 (the gradient penalty), or "
        "near 0 (R1, R2 and Roth's regulariser).",
        "Loss",
        live=True,
    )
    penalty_weight: float = knob(
        0.1, "penalty weight", "λ of the gradient penalty, γ of R1, R2 and Roth's regulariser.", "Loss", live=True,
        ge=0, le=1000, slider=(0.01, 100), log=True, when={"penalty": ("gradient_penalty", "r1", "r2", "roth")},
    )  # fmt: skip
    penalty_schedule: ScheduleName = knob(
        "constant", "penalty schedule", "How the penalty's weight shrinks: not, to 0 in a straight line or along a "
        "cosine, or 100-fold.",
        "Loss", live=True, when={"penalty": ("gradient_penalty", "r1", "r2", "roth")},
    )  # fmt: skip
    penalty_steps: int = knob(
        3000, "penalty ends at", "Step at which the penalty's schedule has reached its end.", "Loss", live=True,
        unit="steps", ge=1, le=1_000_000, slider=(100, 20_000), log=True,
        when={"penalty_schedule": SHRINKING},
    )  # fmt: skip
    constraint: ConstraintName = knob(
        "none", "constraint", "What is done to the discriminator's weights themselves.", "Loss", live=True
    )
    clip: float = knob(
        0.01, "clip bound", "Every weight of the critic is held in ± this.", "Loss", live=True, ge=1e-6, le=10,
        slider=(0.001, 1), log=True, when={"constraint": ("clip",)},
    )  # fmt: skip

    d_steps: int = knob(
        1, "k", "Discriminator steps before each generator step.", "Training", live=True, ge=1, le=100,
        slider=(1, 20),
    )  # fmt: skip
    updates: UpdatesName = knob(
        "alternating", "updates", "How the two take their turns: D then G, both from the same point, both after a look "
        "ahead (extra-gradient), or both with the consensus regulariser.", "Training", live=True,
    )  # fmt: skip
    consensus_weight: float = knob(
        1.0, "consensus γ", "Weight of ½‖v‖², the squared norm of both gradients, in both losses.", "Training",
        live=True, ge=0, le=1000, slider=(0.01, 100), log=True, when={"updates": ("consensus",)},
    )  # fmt: skip
    average: float = knob(
        0.0, "average of G", "Share of the old average of the generator's weights that a step keeps; the averaged "
        "generator is shown and judged, the other one trains. 0: no average.", "Training", live=True, ge=0,
        le=0.9999, slider=(0, 0.9999),
    )  # fmt: skip
    lr_schedule: ScheduleName = knob(
        "constant", "learning-rate schedule", "How both learning rates shrink: not, to 0 in a straight line or along a "
        "cosine, or 100-fold. A GAN whose steps shrink can settle at its end; of several generators grown in turn "
        "each begins anew.", "Training", live=True,
    )  # fmt: skip
    lr_steps: int = knob(
        3000, "learning rates end at", "Step at which the learning rates' schedule has reached its end.", "Training",
        live=True, unit="steps", ge=1, le=1_000_000, slider=(100, 20_000), log=True,
        when={"lr_schedule": SHRINKING},
    )  # fmt: skip
    freeze_at: int = knob(
        0, "freeze G at", "The generator learns this many steps by the non-saturating game, then stands still while a "
        "fresh discriminator learns against it; 0: never.", "Training", unit="steps", ge=0, le=1_000_000,
        slider=(0, 5000),
    )  # fmt: skip
    augment: AugmentName = knob(
        "none", "augmentation", "Who is shown transformed images T(x): nobody; D its reals; D its reals and its "
        "generated ones; or D them all, and G's own too, through T (DiffAugment).", "Training", live=True,
        when={"data": IMAGE_DATA},
    )  # fmt: skip
    policy: PolicyName = knob(
        "color,translation,cutout", "transformations T", "What T does to an image, at random.", "Training", live=True,
        when={"data": IMAGE_DATA, "augment": ("reals_only", "d_only", "diffaugment")},
    )  # fmt: skip
    unroll_steps: int = knob(
        0, "unrolling K", "Discriminator steps that the generator looks ahead; 0 is the usual GAN.", "Training",
        live=True, ge=0, le=20, slider=(0, 10),
    )  # fmt: skip
    noise: float = knob(
        0.0, "instance noise σ", "Standard deviation of the noise added to real and generated points alike.",
        "Training", live=True, ge=0, le=10, slider=(0, 2),
    )  # fmt: skip
    noise_schedule: ScheduleName = knob(
        "constant", "noise schedule", "How the instance noise shrinks: not, to 0 in a straight line or along a cosine, "
        "or 100-fold.",
        "Training", live=True,
    )  # fmt: skip
    noise_steps: int = knob(
        3000, "noise ends at", "Step at which the schedule has reached its end.", "Training", live=True,
        unit="steps", ge=1, le=1_000_000, slider=(100, 20_000), log=True,
        when={"noise_schedule": SHRINKING},
    )  # fmt: skip

    d_optimizer: OptimizerName = knob("adam", "D optimiser", "Rule that moves the discriminator.", "Discriminator")
    d_lr: float = knob(
        1e-3, "D learning rate", "Step size of the discriminator.", "Discriminator", live=True, ge=0, le=1e6,
        slider=(1e-5, 1), log=True,
    )  # fmt: skip
    d_beta1: float = knob(
        0.5, "D β₁", "Adam: decay of the mean gradient.", "Discriminator", live=True, ge=0, le=0.9999,
        slider=(0, 0.99), when=_optimizer_when("d", "adam", "optimistic_adam"),
    )  # fmt: skip
    d_beta2: float = knob(
        0.999, "D β₂", "Adam: decay of the mean squared gradient (α of RMSprop).", "Discriminator", live=True,
        ge=0, le=0.9999, slider=(0.5, 0.9999), when=_optimizer_when("d", "adam", "optimistic_adam", "rmsprop"),
    )  # fmt: skip
    d_epsilon: float = knob(
        1e-8, "D ε", "Added to the root of the squared gradient.", "Discriminator", live=True, ge=1e-12, le=1,
        slider=(1e-10, 1e-2), log=True, when=_optimizer_when("d", "adam", "optimistic_adam", "rmsprop"),
    )  # fmt: skip
    d_momentum: float = knob(
        0.0, "D momentum", "SGD and RMSprop: share of the last move that is kept.", "Discriminator", live=True,
        ge=0, le=0.9999, slider=(0, 0.99), when=_optimizer_when("d", "sgd", "rmsprop"),
    )  # fmt: skip
    g_optimizer: OptimizerName = knob("adam", "G optimiser", "Rule that moves the generator.", "Generator")
    g_lr: float = knob(
        1e-3, "G learning rate", "Step size of the generator.", "Generator", live=True, ge=0, le=1e6,
        slider=(1e-5, 1), log=True,
    )  # fmt: skip
    g_beta1: float = knob(
        0.5, "G β₁", "Adam: decay of the mean gradient.", "Generator", live=True, ge=0, le=0.9999,
        slider=(0, 0.99), when=_optimizer_when("g", "adam", "optimistic_adam"),
    )  # fmt: skip
    g_beta2: float = knob(
        0.999, "G β₂", "Adam: decay of the mean squared gradient (α of RMSprop).", "Generator", live=True,
        ge=0, le=0.9999, slider=(0.5, 0.9999), when=_optimizer_when("g", "adam", "optimistic_adam", "rmsprop"),
    )  # fmt: skip
    g_epsilon: float = knob(
        1e-8, "G ε", "Added to the root of the squared gradient.", "Generator", live=True, ge=1e-12, le=1,
        slider=(1e-10, 1e-2), log=True, when=_optimizer_when("g", "adam", "optimistic_adam", "rmsprop"),
    )  # fmt: skip
    g_momentum: float = knob(
        0.0, "G momentum", "SGD and RMSprop: share of the last move that is kept.", "Generator", live=True,
        ge=0, le=0.9999, slider=(0, 0.99), when=_optimizer_when("g", "sgd", "rmsprop"),
    )  # fmt: skip

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigError(_sentences(error)) from None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for clash in _clashes(self.model_dump()):
            raise ValueError(clash.sentence)
        return self

    @property
    def pixels_a_side(self) -> int | None:
        """Pixels along one side of an image, where another than the set's own is asked for."""
        return None if self.image_side == "own" else int(self.image_side)

    @property
    def on_images(self) -> bool:
        """Whether the data are images, and not points of the plane."""
        return self.data in IMAGE_DATA

    def changed(self, **values: Any) -> RunConfig:
        """A copy with other values, validated as a whole."""
        return RunConfig(**{**self.model_dump(), **values})

    def to_json(self) -> str:
        """Every field, as JSON; `from_json` gives the equal config."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> RunConfig:
        try:
            values: Any = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ConfigError([f"The configuration is not JSON: {error}."]) from None
        if not isinstance(values, dict):
            raise ConfigError([f"The configuration is a JSON {type(values).__name__}; an object is needed."])
        return cls(**values)

    def to_query(self, base: RunConfig | None = None) -> dict[str, str]:
        """The fields that differ from `base` (the defaults), as strings for a URL."""
        base = base or RunConfig()
        return {name: _to_text(getattr(self, name)) for name in FIELDS if getattr(self, name) != getattr(base, name)}

    @classmethod
    def from_query(cls, query: Mapping[str, str], base: RunConfig | None = None) -> RunConfig:
        """`base` (the defaults) with the fields of a URL; raises `ConfigError` where one is wrong."""
        values = (base or RunConfig()).model_dump()
        return cls(**{**values, **{name: _from_text(name, text) for name, text in query.items()}})

    @classmethod
    def nearest(cls, query: Mapping[str, str], base: RunConfig | None = None) -> tuple[RunConfig, list[str]]:
        """The nearest config that can be run, and a sentence for everything that had to be changed.

        A number out of range goes to its bound, everything else that is wrong to the value in `base`.
        """
        base = base or RunConfig()
        values = base.model_dump()
        sentences: list[str] = []
        for name, text in query.items():
            value = _from_text(name, text)
            if name not in FIELDS:
                sentences.append(_unknown(name))
                continue
            try:
                values[name] = _ADAPTERS[name].validate_python(value)
            except ValidationError:
                values[name] = FIELDS[name].clamped(text, values[name])
                sentences.append(
                    f"{name} is {_shortened(value)}; {_allowed(name)}. {_to_text(values[name]) or 'None'} is used."
                )
        for clash in _clashes(values):
            values[clash.field] = clash.instead
            sentences.append(f"{clash.sentence}. {clash.field} {_to_text(clash.instead)} is used.")
        return cls(**values), sentences


class Clash(NamedTuple):
    """Fields that cannot go together: why, which one gives way in the nearest config, and to what."""

    sentence: str
    field: str
    instead: Any


def _clashes(values: Mapping[str, Any]) -> Iterator[Clash]:
    """What keeps values that are right one by one from being run; each is looked for in `values` as they then are."""
    if values["batch_size"] % values["pack"]:
        yield Clash(
            f"batch_size is {values['batch_size']} and pack is {values['pack']}; the batch must be a multiple of the "
            "packing",
            "pack", 1,
        )  # fmt: skip
    if values["data"] == "points" and not values["points"]:
        yield Clash("data is 'points' but points is empty; at least one centre is needed", "data", "ring")
    model = values["model"]
    if values["data"] == "shapes" and values["image_side"] in ("8", "24"):
        yield Clash(
            f"data is 'shapes' and image_side is {values['image_side']}; shapes are drawn at 16 or 32 pixels",
            "image_side", "16",
        )  # fmt: skip
    if values["data"] == "faces" and values["image_side"] == "32":
        yield Clash(
            "data is 'faces' and image_side is 32; the faces have 24 pixels a side, and may be made smaller",
            "image_side", "24",
        )  # fmt: skip
    if values["data"] == "faces" and values["conditional"] == "yes":
        yield Clash("data is 'faces' and conditional is 'yes'; the faces have one class", "conditional", "no")
    if values["data"] in IMAGE_DATA and values["conditional"] == "yes" and values["pack"] > 1:
        yield Clash(
            f"conditional is 'yes' and pack is {values['pack']}; images that are packed can have no class", "pack", 1
        )
    if values["data"] in IMAGE_DATA and model != "gan":
        yield Clash(
            f"data is {values['data']!r} and model is {model!r}; on images there is one generator", "model", "gan"
        )
        return
    if model == "gan":
        return
    if values["pack"] > 1:
        yield Clash(f"model is {model!r} and pack is {values['pack']}; only one generator alone can pack", "pack", 1)
    if values["freeze_at"]:
        yield Clash(
            f"model is {model!r} and freeze_at is {values['freeze_at']}; only one generator alone can be frozen",
            "freeze_at", 0,
        )  # fmt: skip
    if model == "mad_gan" and values["loss"] not in ("minimax", "non_saturating"):
        yield Clash(
            f"model is 'mad_gan' and loss is {values['loss']!r}; a discriminator of k+1 classes needs minimax or "
            "non_saturating",
            "loss", "non_saturating",
        )  # fmt: skip
    if model == "adagan" and values["steps"] < values["generators"]:
        yield Clash(
            f"model is 'adagan', steps is {values['steps']} and generators is {values['generators']}; each generator "
            "needs a step",
            "generators", values["steps"],
        )  # fmt: skip


@dataclass(frozen=True)
class FieldSpec:
    """What a control, a table or the command line needs to know about one field."""

    name: str
    label: str
    help: str
    group: str
    kind: Literal["int", "float", "choice", "points"]
    default: Any
    live: bool
    unit: str
    low: float | None
    high: float | None
    slider: tuple[float, float] | None
    log: bool
    choices: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]]

    def matters(self, config: RunConfig) -> bool:
        """Whether the field has an effect in this config."""
        return all(getattr(config, other) in names for other, names in self.when.items())

    @property
    def allowed(self) -> str:
        """What the field may be, in words: "whole numbers from 1 to 64"."""
        if self.kind == "choice":
            return ", ".join(self.choices)
        if self.kind == "points":
            return f"at most {MAX_POINTS} pairs of numbers within ±{POINT_LIMIT:g}"
        number = "whole numbers" if self.kind == "int" else "numbers"
        return f"{number} from {self.low:,.15g} to {self.high:,.15g}"

    def clamped(self, text: str, fallback: Any) -> Any:
        """The value nearest to `text` that the field allows."""
        if self.kind not in ("int", "float"):
            return fallback
        try:
            value = float(text)
        except (ValueError, OverflowError):
            return fallback
        if math.isnan(value):
            return fallback
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        value = min(max(value, low), high)
        return int(value) if self.kind == "int" else value


def _spec(name: str) -> FieldSpec:
    info = RunConfig.model_fields[name]
    extra: Any = info.json_schema_extra
    bounds: dict[str, float] = {}
    for constraint in info.metadata:
        for key in ("ge", "le"):
            if (value := getattr(constraint, key, None)) is not None:
                bounds[key] = value
    annotation: Any = info.annotation
    kind: Any = "points" if name == "points" else {int: "int", float: "float"}.get(annotation, "choice")
    return FieldSpec(
        name=name,
        help=info.description or "",
        kind=kind,
        default=info.default,
        low=bounds.get("ge"),
        high=bounds.get("le"),
        choices=get_args(annotation) if kind == "choice" else (),
        **extra,
    )


def _adapter(name: str) -> TypeAdapter[Any]:
    info = RunConfig.model_fields[name]
    annotation: Any = info.annotation
    if annotation is float:
        return TypeAdapter(Annotated[(float, Field(allow_inf_nan=False), *info.metadata)])  # pyright: ignore
    return TypeAdapter(Annotated[(annotation, *info.metadata)] if info.metadata else annotation)  # pyright: ignore


FIELDS: dict[str, FieldSpec] = {name: _spec(name) for name in RunConfig.model_fields}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {name: _adapter(name) for name in RunConfig.model_fields}
LIVE_FIELDS: frozenset[str] = frozenset(name for name, spec in FIELDS.items() if spec.live)


def _allowed(name: str) -> str:
    return f"allowed are {FIELDS[name].allowed}"


def _sentences(error: ValidationError) -> list[str]:
    sentences: list[str] = []
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        shown = _shortened(problem["input"])
        if problem["type"] == "value_error":
            sentences.append(str(problem["ctx"]["error"]).rstrip(".") + ".")  # type: ignore[index]
        elif name in FIELDS:
            sentences.append(f"{name} is {shown}; {_allowed(name)}.")
        else:
            sentences.append(_unknown(name))
    return sentences


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, FIELDS, n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else f"; the fields are {', '.join(FIELDS)}."
    return f"There is no field {_shortened(name)}{hint}"


def _shortened(value: Any, most: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _to_text(value: Any) -> str:
    if isinstance(value, tuple):
        pairs = cast("tuple[Point, ...]", value)
        return ";".join(f"{x!r},{y!r}" for x, y in pairs)
    return repr(value) if isinstance(value, float) else str(value)


def _from_text(name: str, text: str) -> Any:
    """The value that a URL's text stands for; left as it is where it does not parse, for the validator to judge."""
    spec = FIELDS.get(name)
    try:
        if spec is None:
            return text
        if spec.kind == "int":
            return int(text)
        if spec.kind == "float":
            return float(text)
        if spec.kind == "points":
            return tuple(tuple(float(part) for part in pair.split(",")) for pair in text.split(";") if pair)
    except (ValueError, OverflowError):
        return text
    return text
