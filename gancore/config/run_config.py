"""`RunConfig`: everything that decides a run, seed included.

The metadata of its fields is the only source of bounds, units and help: the sliders, the command line and the
documentation are all drawn from `FIELDS`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from gancore.config.choices import (
    AUGMENTING,
    IMAGE_DATA,
    MAX_POINTS,
    PENALTIES,
    POINTS_DATA,
    SHRINKING,
    ActivationName,
    ArchitectureName,
    AugmentName,
    ConditionalName,
    ConstraintName,
    DataName,
    FeaturesName,
    InitName,
    LatentName,
    LossName,
    MixingName,
    ModelName,
    OptimizerName,
    PenaltyName,
    Point,
    PolicyName,
    ScheduleName,
    SideName,
    UpdatesName,
)
from gancore.config.clashes import clashes
from gancore.config.field_spec import FieldSpec, adapter_of, spec_of
from gancore.config.knob import knob
from gancore.config.player_knobs import (
    activation,
    beta1,
    beta2,
    depth,
    epsilon,
    learning_rate,
    momentum,
    optimizer,
    width,
)
from gancore.config.seeds import LAST
from gancore.config.text import from_text, sentences_of, shortened, to_text, unknown_field


class ConfigError(ValueError):
    """A configuration that cannot be run. `sentences` holds one readable sentence a problem."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences: tuple[str, ...] = tuple(sentences)
        super().__init__(" ".join(self.sentences))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys are all different: of two that are alike nobody can tell which is meant."""
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ConfigError([f"{twice} stands twice in the configuration; once is needed."])
    return values


class RunConfig(BaseModel):
    """One run of one GAN on two-dimensional points or on images. Immutable; `changed` gives a copy with other values.

    Raises `ConfigError`, a `ValueError`, that names the field, what came and what is allowed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seed: int = knob(0, "seed", "Decides every random number of the run.", "Run", ge=0, le=LAST, slider=(0, 99))
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
    g_hidden: int = width("g", "its widest picture")
    g_layers: int = depth("g")
    g_activation: ActivationName = activation("g")
    d_hidden: int = width("d", "its first")
    d_layers: int = depth("d")
    d_activation: ActivationName = activation("d")
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
        ge=0, le=1000, slider=(0.01, 100), log=True, when={"penalty": PENALTIES},
    )  # fmt: skip
    penalty_schedule: ScheduleName = knob(
        "constant", "penalty schedule", "How the penalty's weight shrinks: not, to 0 in a straight line or along a "
        "cosine, or 100-fold.",
        "Loss", live=True, when={"penalty": PENALTIES},
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
        when={"data": IMAGE_DATA, "augment": AUGMENTING},
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

    d_optimizer: OptimizerName = optimizer("d")
    d_lr: float = learning_rate("d")
    d_beta1: float = beta1("d")
    d_beta2: float = beta2("d")
    d_epsilon: float = epsilon("d")
    d_momentum: float = momentum("d")
    g_optimizer: OptimizerName = optimizer("g")
    g_lr: float = learning_rate("g")
    g_beta1: float = beta1("g")
    g_beta2: float = beta2("g")
    g_epsilon: float = epsilon("g")
    g_momentum: float = momentum("g")

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigError(sentences_of(error, FIELDS)) from None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for clash in clashes(self.model_dump()):
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
            values: Any = json.loads(text, object_pairs_hook=_once)
        except ConfigError:
            raise
        except (ValueError, RecursionError) as error:
            raise ConfigError([f"The configuration is not JSON: {error}."]) from None
        if not isinstance(values, dict):
            raise ConfigError([f"The configuration is a JSON {type(values).__name__}; an object is needed."])
        return cls(**values)

    def to_query(self, base: RunConfig | None = None) -> dict[str, str]:
        """The fields that differ from `base` (the defaults), as strings for a URL."""
        base = base or RunConfig()
        return {name: to_text(getattr(self, name)) for name in FIELDS if getattr(self, name) != getattr(base, name)}

    @classmethod
    def from_query(cls, query: Mapping[str, str], base: RunConfig | None = None) -> RunConfig:
        """`base` (the defaults) with the fields of a URL; raises `ConfigError` where one is wrong."""
        values = (base or RunConfig()).model_dump()
        return cls(**{**values, **{name: from_text(FIELDS.get(name), text) for name, text in query.items()}})

    @classmethod
    def nearest(cls, query: Mapping[str, str], base: RunConfig | None = None) -> tuple[RunConfig, list[str]]:
        """The nearest config that can be run, and a sentence for everything that had to be changed.

        A number out of range goes to its bound, everything else that is wrong to the value in `base`.
        """
        base = base or RunConfig()
        values = base.model_dump()
        sentences: list[str] = []
        for name, text in query.items():
            value = from_text(FIELDS.get(name), text)
            if name not in FIELDS:
                sentences.append(unknown_field(name, FIELDS))
                continue
            try:
                values[name] = ADAPTERS[name].validate_python(value)
            except ValidationError:
                values[name] = FIELDS[name].clamped(text, values[name])
                used = to_text(values[name]) or "None"
                sentences.append(f"{name} is {shortened(value)}; allowed are {FIELDS[name].allowed}. {used} is used.")
        for clash in clashes(values):
            values[clash.field] = clash.instead
            sentences.append(f"{clash.sentence}. {clash.field} {to_text(clash.instead)} is used.")
        return cls(**values), sentences


FIELDS: dict[str, FieldSpec] = {name: spec_of(name, info) for name, info in RunConfig.model_fields.items()}
ADAPTERS: dict[str, TypeAdapter[Any]] = {name: adapter_of(info) for name, info in RunConfig.model_fields.items()}
LIVE_FIELDS: frozenset[str] = frozenset(name for name, spec in FIELDS.items() if spec.live)
