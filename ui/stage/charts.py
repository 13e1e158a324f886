"""The plots under the panels: what each draws, and its words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gancore.metrics.measures import MEASURES

__all__ = ["CHARTS", "USUAL_CURVES", "Chart", "Series"]


@dataclass(frozen=True)
class Series:
    """One line a panel in a plot, in the panel's hue.

    measure     the scalar it draws, from `MEASURES`
    label       its name under the pointer, and in the key, unless that has a shorter `key`
    title       its name over a part of the plot that has it alone
    real        of real images: in the data's colour where a plot has the lines of one panel alone, else in the
                generated ones'
    thin        told by its weight from the series that counts most
    mark        sets it apart where lines have the same colour: a disc, a ring, a triangle
    steady      of one batch alone, and so it jumps: where frames crowd, their mean is drawn, in its band
    complement  draws 1 less the scalar
    seen        whether it is drawn, or only said under the pointer
    """

    measure: str
    label: str
    key: str = ""
    title: str = ""
    real: bool = False
    thin: bool = False
    mark: Literal["", "disc", "ring", "triangle"] = ""
    steady: bool = False
    complement: bool = False
    seen: bool = True


@dataclass(frozen=True)
class Chart:
    """One plot.

    title   what its values are and in which unit, the name of its upright axis
    short   the same where there is little room
    tab     its name on a phone, where one plot is seen at a time
    about   what it shows
    log     powers of ten upwards; `zero` begins at 0; `part` goes from 0 to 1; `modes` to the number of modes
    reach   how many times the middle half of its values it extends beyond that
    judged  by features, of which the title speaks
    facets  how several series are told apart where there is room: a part of the plot for each, in which the panels are
            compared, or one for each panel, in which the series are
    bars    the kind of bars it is made of, in place of lines
    """

    title: str
    series: tuple[Series, ...] = ()
    short: str = ""
    tab: str = ""
    about: str = ""
    log: bool = False
    zero: bool = False
    part: bool = False
    modes: bool = False
    reach: float | None = None
    judged: bool = False
    facets: Literal["", "series", "panels"] = ""
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
    "losses": Chart(
        "losses of D and G",
        (Series("d_loss", "D", title="loss of D", thin=True), Series("g_loss", "G", title="loss of G")),
        short="losses",
        facets="series",
    ),
    "gradient": Chart(
        "gradient of G, ∥∇G∥, log scale",
        (Series("g_grad", "∥∇G∥"),),
        short="∥∇G∥, log scale",
        tab="∥∇G∥",
        log=True,
    ),
    "captured": Chart(
        "captured clouds",
        (
            Series("captured", "captured"),
            Series("touched", "touched", thin=True),
            Series("high_quality", "good share", seen=False),
        ),
        short="captured",
        about=f"captured: {MEASURES['captured'].about};\ntouched, {MEASURES['touched'].about}",
        modes=True,
    ),
    "transport": Chart(
        "transport distance W to the data",
        (Series("transport", "W"),),
        short="distance W",
        tab="W",
        zero=True,
        reach=40,
    ),
    "oscillation": Chart(
        "oscillation of the distance W",
        (Series("oscillation", "oscillation"),),
        short="oscillation of W",
        tab="swing",
        about=MEASURES["oscillation"].about,
        zero=True,
        reach=40,
    ),
    "accuracy": Chart(
        "share of points on which D is right",
        (Series("d_accuracy", "D right"),),
        short="D is right",
        part=True,
    ),
    "layers": Chart(
        "gradient in each layer of G, ∥∇∥, log scale",
        short="∥∇∥ of G’s layers, log",
        tab="layers",
        log=True,
        bars="layers",
    ),
    "mixture": Chart("share of each generator in the mixture", short="mixture", bars="mixture"),
    "own": Chart("clouds that each generator holds", short="clouds of each", tab="each", bars="own"),
    "logits": Chart(
        "D’s logit, mean over images",
        _of_answers("logit"),
        short="D’s logit",
        tab="logit",
        about=f"mean logit of the discriminator on images as they are;\n{_HELD_OUT}",
        facets="panels",
    ),
    "answers": Chart(
        "share of images that D calls real",
        _of_answers("accuracy", complement=True),
        short="D says real",
        about=f"share of the images that the discriminator calls real;\n{_HELD_OUT}",
        part=True,
        facets="panels",
    ),
    "fid": Chart(
        "Fréchet distance FD", (Series("fid", "FD"),), short="FD", about=MEASURES["fid"].about, zero=True, judged=True
    ),
    "kid": Chart(
        "kernel distance KID", (Series("kid", "KID"),), short="KID", about=MEASURES["kid"].about, zero=True, judged=True
    ),
    "score": Chart(
        "exp-KL score", (Series("score", "score"),), tab="score", about=MEASURES["score"].about, judged=True
    ),
    "precision_recall": Chart(
        "precision, recall",
        (
            Series("precision", "precision", title="precision", mark="triangle"),
            Series("recall", "recall", title="recall", mark="disc", thin=True),
        ),
        short="P, R",
        part=True,
        judged=True,
        facets="series",
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
USUAL_CURVES = ("captured", "transport", "gradient", "losses")  # the first is the large one
