"""What is said under a picture: for each headline a sentence with the figure that matters, and two figures after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gancore.metrics.measures import MEASURES

__all__ = ["HEADLINES", "HEADLINE_OF", "Figure", "Headline"]


@dataclass(frozen=True)
class Figure:
    """One figure.

    measure     the scalar, from `MEASURES`
    line        the words of the figure where it follows the sentence; `{value}` is the number, `{step}` when it was
                measured
    title       what explains it; the measure's own words where it is empty
    form        how the number is written; the measure's own form where it is empty, "fall" for "fell 12×", and "many"
                for a count of which the sentence says of how many
    best        the least value so far
    complement  1 less the scalar
    """

    measure: str
    line: str = "{value}"
    title: str = ""
    form: str = ""
    best: bool = False
    complement: bool = False

    def described(self) -> dict[str, Any]:
        """The figure as the browser is sent it."""
        measure = MEASURES[self.measure]
        return {
            "scalar": self.measure,
            "line": self.line,
            "title": self.title or capital(" ".join(measure.about.split())),
            "form": self.form or measure.form,
            "sparse": measure.sparse,
            "best": self.best,
            "complement": self.complement,
        }


@dataclass(frozen=True)
class Headline:
    """What is said of a panel.

    sentence   with the places `{label}` of the panel, `{value}` of the first figure and, for a count, `{of}`
    median     the same of many seeds, whose median it is; with `{seeds}`, how many they are
    figures    the one in the sentence, and two that follow it as lines
    """

    sentence: str
    median: str
    figures: tuple[Figure, Figure, Figure]

    def described(self) -> dict[str, Any]:
        """The headline as the browser is sent it."""
        return {
            "sentence": self.sentence,
            "median": self.median,
            "figures": [figure.described() for figure in self.figures],
        }


def capital(text: str) -> str:
    """The text with a capital letter in front."""
    return text[:1].upper() + text[1:]


_MODES = Figure("captured", form="many")
_GOOD = Figure("high_quality", line="{value} of its points are good")
_TRANSPORT = Figure("transport", line="W {value}")
_OSCILLATION = Figure("oscillation", line="W swings by ± {value}")
_GRADIENT = Figure("g_grad", line="∥∇G∥ {value}")
_FALL = Figure("g_grad_fall", line="∥∇G∥ {value}", form="fall")
_ACCURACY = Figure(
    "d_accuracy",
    line="D is right {value} of the time",
    title="Share of real points judged real and of generated ones judged generated (50 % is guessing)",
)
_DEPTH = Figure("g_depth_fall", line="{value} less at layer 1")
_FRECHET = Figure("fid", line="FD {value}")
_BEST_FRECHET = Figure(
    "fid",
    line="best FD {value}, at step {step}",
    title="The lowest Fréchet distance so far, and the step at which it was measured",
    best=True,
)
_MEMORISED = Figure(
    "memorised",
    line="{value} memorised",
    title="Share of generated images that lie near to one training image, and much nearer to it than to the next, "
    "compared with held-out images. Pixels do not see a copy that is shifted",
)
_VARIETY = Figure(
    "variety",
    title="How far generated images differ from each other as training images do, by pixels: 0 for one image again and "
    "again and for noise, about 100\u202f% for the training images",
)
_HELD_OUT = Figure(
    "accuracy_held_out",
    line="D calls {value} of held-out images real",
    title="Share of real images outside the training set that the discriminator calls real",
)
_TRAINED = Figure(
    "accuracy_train",
    line="{value} of training images",
    title="Share of the training images that the discriminator calls real",
)
_GENERATED_ABOUT = "Share of the generated images that the discriminator calls real"
_GENERATED = Figure("accuracy_fake", line="{value} of fakes", title=_GENERATED_ABOUT, complement=True)

HEADLINES: Mapping[str, Headline] = {
    "captured": Headline(
        "{label} captures {value} of {of} clouds.",
        "{label} captures {value} of {of} clouds, in the median of {seeds} seeds.",
        (_MODES, _GOOD, _TRANSPORT),
    ),
    "transport": Headline(
        "{label} is W {value} away from the data.",
        "{label} is W {value} away from the data, in the median of {seeds} seeds.",
        (_TRANSPORT, _GRADIENT, _ACCURACY),
    ),
    "oscillation": Headline(
        "{label} swings: W ± {value}.",
        "{label} swings: W ± {value}, in the median of {seeds} seeds.",
        (_OSCILLATION, _TRANSPORT, _ACCURACY),
    ),
    "gradient": Headline(
        "{label} gets a gradient of {value}.",
        "{label} gets a gradient of {value}, in the median of {seeds} seeds.",
        (_GRADIENT, _FALL, _ACCURACY),
    ),
    "depth": Headline(
        "{label} has {value} less gradient at layer 1.",
        "{label} has {value} less gradient at layer 1, in the median of {seeds} seeds.",
        (_DEPTH, _GRADIENT, _TRANSPORT),
    ),
    "fid": Headline(
        "{label} is FD {value} away from real images.",
        "{label} is FD {value} away from real images, in the median of {seeds} seeds.",
        (_FRECHET, _BEST_FRECHET, _MEMORISED),
    ),
    "variety": Headline(
        "{label} has {value} of the data's variety.",
        "{label} has {value} of the data's variety, in the median of {seeds} seeds.",
        (_VARIETY, _MEMORISED, _HELD_OUT),
    ),
    "answers": Headline(
        "{label}: D calls {value} of held-out images real.",
        "{label}: D calls {value} of held-out images real, in the median of {seeds} seeds.",
        (_HELD_OUT, _TRAINED, _GENERATED),
    ),
    "fooled": Headline(
        "{label}: D calls {value} of fakes real.",
        "{label}: D calls {value} of fakes real, in the median of {seeds} seeds.",
        (_GENERATED, _FRECHET, _MEMORISED),
    ),
}

# The headline of a panel by the measure that its preset speaks of; of others it is what is usual for the data.
HEADLINE_OF: Mapping[str, str] = {
    "transport": "transport",
    "oscillation": "oscillation",
    "g_grad_fall": "gradient",
    "g_grad": "gradient",
    "g_depth_fall": "depth",
    **dict.fromkeys(("accuracy_train", "accuracy_held_out", "seen_fake", "d_accuracy"), "answers"),
    "accuracy_fake": "fooled",
    "variety": "variety",
}
