"""The figures beside a picture: for each headline the one that stands largest, and two lines under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gancore.metrics.measures import MEASURES

__all__ = ["HEADLINES", "HEADLINE_OF", "Figure"]


@dataclass(frozen=True)
class Figure:
    """One figure.

    measure     the scalar, from `MEASURES`
    unit        under the number, where the figure stands largest
    line        the words of the figure where it is a line; `{value}` is the number, `{step}` when it was measured
    title       what is said when it is pointed at; the measure's own words where it is empty
    form        how the number is written; the measure's own form where it is empty, and "fall" for "fell 12×"
    best        the least value so far
    complement  1 less the scalar
    """

    measure: str
    unit: str = ""
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
            "unit": self.unit,
            "line": self.line,
            "title": self.title or capital(" ".join(measure.about.split())),
            "form": self.form or measure.form,
            "sparse": measure.sparse,
            "best": self.best,
            "complement": self.complement,
        }


def capital(text: str) -> str:
    """The text with a capital letter in front."""
    return text[:1].upper() + text[1:]


_MODES = Figure("captured", unit="modes", title="Captured modes")
_GOOD = Figure("high_quality", line="{value} good")
_TRANSPORT = Figure("transport", unit="transport W", line="W {value}")
_OSCILLATION = Figure("oscillation", unit="oscillation", line="W ± {value}")
_GRADIENT = Figure("g_grad", unit="∥∇G∥", line="∥∇G∥ {value}")
_FALL = Figure("g_grad_fall", form="fall")
_ACCURACY = Figure(
    "d_accuracy",
    line="D right {value}",
    title="Share of real points judged real and of generated ones judged generated (50 % is guessing)",
)
_DEPTH = Figure("g_depth_fall", unit="less at layer\u00a01", line="{value} less")
_FRECHET = Figure("fid", unit="FD", line="FD {value}")
_BEST_FRECHET = Figure(
    "fid",
    line="best {value} at {step}",
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
    unit="variety",
    title="How far generated images differ from each other as training images do, by pixels: 0 for one image again and "
    "again and for noise, about 100\u202f% for the training images",
)
_HELD_OUT = Figure(
    "accuracy_held_out",
    unit="held-out called real",
    line="held-out {value}",
    title="Share of real images outside the training set that the discriminator calls real",
)
_TRAINED = Figure(
    "accuracy_train", line="train {value}", title="Share of the training images that the discriminator calls real"
)
_GENERATED_ABOUT = "Share of the generated images that the discriminator calls real"
_GENERATED = Figure("accuracy_fake", line="fake {value}", title=_GENERATED_ABOUT, complement=True)
_FOOLED = Figure("accuracy_fake", unit="fakes called real", title=_GENERATED_ABOUT, complement=True)

HEADLINES: Mapping[str, tuple[Figure, Figure, Figure]] = {
    "captured": (_MODES, _GOOD, _TRANSPORT),
    "transport": (_TRANSPORT, _GRADIENT, _ACCURACY),
    "oscillation": (_OSCILLATION, _TRANSPORT, _ACCURACY),
    "gradient": (_GRADIENT, _FALL, _ACCURACY),
    "depth": (_DEPTH, _GRADIENT, _TRANSPORT),
    "fid": (_FRECHET, _BEST_FRECHET, _MEMORISED),
    "variety": (_VARIETY, _MEMORISED, _HELD_OUT),
    "answers": (_HELD_OUT, _TRAINED, _GENERATED),
    "fooled": (_FOOLED, _FRECHET, _MEMORISED),
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
