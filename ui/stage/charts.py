"""The plots under the panels: what each draws, and its words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gancore.metrics.measures import MEASURES

__all__ = ["CHARTS", "USUAL_CURVES", "Chart", "Series"]


@dataclass(frozen=True)
class Series:
    """One line a panel in a plot, in the generated points' colour unless it has `ink` or `real`.

    measure     the scalar it draws, from `MEASURES`
    label       its name under the pointer, and in the key, unless that has a shorter `key`
    mark        sets it apart where one colour has two: a disc, a ring, a triangle
    steady      of one batch alone, and so it jumps: where frames crowd, their mean is drawn, in its band
    complement  draws 1 less the scalar
    """

    measure: str
    label: str
    key: str = ""
    ink: bool = False
    real: bool = False
    thin: bool = False
    mark: Literal["", "disc", "ring", "triangle"] = ""
    steady: bool = False
    complement: bool = False


@dataclass(frozen=True)
class Chart:
    """One plot.

    short   its title where there is little room
    note    beside the title of a plot with one line
    about   what it shows, in lines of some 60 characters
    log     powers of ten upwards; `zero` begins at 0; `part` goes from 0 to 1; `modes` to the number of modes
    reach   how many times the middle half of its values it extends beyond that
    judged  by features, of which the title speaks
    bars    the kind of bars it is made of, in place of lines
    """

    title: str
    series: tuple[Series, ...] = ()
    short: str = ""
    note: str = ""
    about: str = ""
    log: bool = False
    zero: bool = False
    part: bool = False
    modes: bool = False
    reach: float | None = None
    judged: bool = False
    bars: Literal["", "layers", "mixture", "own"] = ""

    def described(self) -> dict[str, Any]:
        """The chart as the browser is sent it."""
        return {**asdict(self), "series": [_described(each) for each in self.series]}


def _described(series: Series) -> dict[str, Any]:
    measure = MEASURES[series.measure]
    return {**asdict(series), "name": measure.name, "share": measure.form == "share", "sparse": measure.sparse}


def _of_answers(kind: str, *, complement: bool = False) -> tuple[Series, Series, Series]:
    """Lines of the training images, the held-out ones and the generated ones."""
    return (
        Series(f"{kind}_train", "train", real=True, mark="disc", steady=True),
        Series(f"{kind}_held_out", "held-out", "held", real=True, mark="ring", steady=True),
        Series(f"{kind}_fake", "fake", mark="triangle", steady=True, complement=complement),
    )


_HELD_OUT = "held-out: real images that neither player has seen"
_COMPOSED: dict[str, Chart] = {
    "losses": Chart("losses", (Series("d_loss", "D", ink=True), Series("g_loss", "G"))),
    "gradient": Chart("∥∇G∥", (Series("g_grad", "∥∇G∥"),), note="log", log=True),
    "captured": Chart(
        "captured modes",
        (
            Series("captured", "captured"),
            Series("touched", "touched", thin=True),
            Series("high_quality", "good share", "good", ink=True, thin=True),
        ),
        short="modes",
        about=f"captured: {MEASURES['captured'].about};\ntouched, {MEASURES['touched'].about}",
        modes=True,
    ),
    "transport": Chart("transport W", (Series("transport", "W"),), zero=True, reach=40),
    "oscillation": Chart(
        "oscillation of W",
        (Series("oscillation", "oscillation"),),
        about=MEASURES["oscillation"].about,
        zero=True,
        reach=40,
    ),
    "accuracy": Chart("D is right", (Series("d_accuracy", "D right", ink=True),), part=True),
    "layers": Chart("∥∇∥ of G’s layers", note="log", log=True, bars="layers"),
    "mixture": Chart("mixture", bars="mixture"),
    "own": Chart("modes of each", bars="own"),
    "logits": Chart(
        "D’s logit",
        _of_answers("logit"),
        about=f"mean logit of the discriminator on images as they are;\n{_HELD_OUT}",
    ),
    "answers": Chart(
        "D says real",
        _of_answers("accuracy", complement=True),
        about=f"share of the images that the discriminator calls real;\n{_HELD_OUT}",
        part=True,
    ),
    "fid": Chart("FD", (Series("fid", "FD"),), about=MEASURES["fid"].about, zero=True, judged=True),
    "kid": Chart("KID", (Series("kid", "KID"),), about=MEASURES["kid"].about, zero=True, judged=True),
    "score": Chart("exp-KL score", (Series("score", "score"),), about=MEASURES["score"].about, judged=True),
    "precision_recall": Chart(
        "precision, recall",
        (
            Series("precision", "precision", mark="triangle"),
            Series("recall", "recall", real=True, mark="disc"),
        ),
        short="P, R",
        part=True,
        judged=True,
    ),
    "variety": Chart(
        "variety", (Series("variety", "variety"),), about=MEASURES["variety"].about, part=True, judged=True
    ),
    "memorised": Chart(
        "memorised", (Series("memorised", "memorised"),), about=MEASURES["memorised"].about, part=True, judged=True
    ),
}
_DRAWN = {series.measure for chart in _COMPOSED.values() for series in chart.series}

# Every plot there is: those that were composed, and one for each other measure.
CHARTS: Mapping[str, Chart] = {
    **_COMPOSED,
    **{
        name: Chart(each.label, (Series(name, each.symbol),), about=each.about, part=each.form == "share")
        for name, each in MEASURES.items()
        if name not in _DRAWN
    },
}
USUAL_CURVES = ("losses", "gradient", "captured", "transport")
