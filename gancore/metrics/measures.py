"""Every figure that a run is judged or shown by, once: its name, its words, and how it is written.

The command line, the JSON of a run, the tables, the curves, the panels and the many-seeds view read this table. A new
measure of points is its function and its record here, with the function in `take`; it is then measured, printed and
offered as a curve.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gancore.data.toy import ToyData

__all__ = ["MEASURES", "Form", "Measure"]

# How a value is written: a whole number of modes, a share of 1 in per cent, a distance, the norm of a gradient, powers
# of ten by which something fell, any other number.
Form = Literal["count", "share", "distance", "gradient", "powers", "number"]


@dataclass(frozen=True)
class Measure:
    """One figure of a run.

    name      of the scalar in snapshots, frames and JSON
    label     of a table's column
    symbol    where there is little room: under a seed, in a plot
    about     what it is, in a sentence; where it stands alone under a plot, in lines of some 60 characters
    form      how its values are written
    better    which way is better; None where neither is a failure
    at_end    whether a trial reports it: some only make a curve
    sparse    whether it is measured in a few frames only, because that takes long
    needs_reference  whether generated images are held against real ones that neither player has seen
    take      of points: a value a replica, (R,), of samples (R, n, 2) and their data; None where several come at once
    """

    name: str
    label: str
    symbol: str
    about: str = ""
    form: Form = "number"
    better: Literal["more", "less"] | None = None
    at_end: bool = True
    sparse: bool = False
    needs_reference: bool = False
    take: Callable[[NDArray[Any], ToyData], NDArray[Any]] | None = None


def _table(*measures: Measure) -> dict[str, Measure]:
    return {each.name: each for each in measures}


_CALLS_REAL = "share of the {which} that the discriminator {says}"


def _answers(name: str, label: str, symbol: str, which: str, says: str) -> Measure:
    about = _CALLS_REAL.format(which=which, says=says)
    return Measure(name, label, symbol, about, "share", "more" if "held_out" in name or "fake" in name else None)


MEASURES: Mapping[str, Measure] = _table(
    # Of points
    Measure(
        "captured",
        "captured modes",
        "captured",
        "modes that hold a quarter of their fair share of the samples\nwithin 3σ, and half of the samples nearest to "
        "them so near",
        "count",
        "more",
    ),
    Measure("captured_weight", "captured data", "data", "share of the data in the captured modes", "share"),
    Measure("touched", "touched modes", "touched", "as papers count: one sample of 2,500 within 3σ is enough", "count"),
    Measure("own_modes", "modes a generator", "own", "modes that each of several generators holds"),
    Measure("high_quality", "high quality", "good share", "share of generated points within 3σ of a mode", "share"),
    Measure("reverse_kl", "reverse KL", "KL", "KL of the shares of the samples to those of the modes, in nats"),
    Measure(
        "transport",
        "transport",
        "W",
        "transport distance between 128 generated points and\n128 held-out real ones; two samples of the data are some "
        "way apart, too",
        "distance",
        "less",
    ),
    Measure(
        "oscillation",
        "oscillation of W",
        "±",
        "spread (standard deviation) of the transport\ndistance over the last third of the run so far",
        "distance",
        "less",
    ),
    # Of the discriminator's answers
    Measure("d_accuracy", "D's accuracy", "D right", "share that the discriminator puts on the right side", "share"),
    _answers("accuracy_train", "D right on training images", "train", "training images", "calls real"),
    _answers("accuracy_held_out", "D right on held-out images", "held-out", "held-out images", "calls real"),
    _answers("accuracy_fake", "D right on generated images", "fake", "generated images", "does not call real"),
    _answers("seen_train", "D right on T(training)", "T(train)", "training images under T", "calls real"),
    _answers("seen_held_out", "D right on T(held-out)", "T(held-out)", "held-out images under T", "calls real"),
    _answers("seen_fake", "D right on T(generated)", "T(fake)", "generated images under T", "does not call real"),
    # Of images
    Measure(
        "fid",
        "Fréchet distance",
        "FD",
        "Fréchet distance, FID’s formula, of this network’s features\nof generated and of real images (lower is "
        "better)",
        "distance",
        "less",
        sparse=True,
        needs_reference=True,
    ),
    Measure(
        "fid_rise",
        "Fréchet distance over its least",
        "best ×",
        "the Fréchet distance over the least so far",
        "distance",
        "less",
        sparse=True,
        needs_reference=True,
    ),
    Measure(
        "score",
        "score",
        "score",
        "the Inception Score’s formula with this network’s classes (higher is better)",
        sparse=True,
    ),
    Measure(
        "kid",
        "kernel distance",
        "KID",
        "kernel distance of the features of generated\nand of real images (lower is better)",
        "distance",
        sparse=True,
        needs_reference=True,
    ),
    Measure(
        "precision", "precision", "precision", "share of the generated images among the real ones", "share",
        sparse=True, needs_reference=True,
    ),
    Measure(
        "recall", "recall", "recall", "share of the real images among the generated ones", "share",
        sparse=True, needs_reference=True,
    ),
    Measure(
        "variety",
        "variety",
        "variety",
        "how far generated images differ from each other\nas training images do, by pixels (0 is one image, or noise)",
        "share",
        "more",
        sparse=True,
    ),
    Measure(
        "memorised",
        "memorised",
        "memorised",
        "share of generated images that lie near to one training\nimage, and much nearer to it than to the next, by "
        "pixels",
        "share",
        "less",
        sparse=True,
    ),
    # Of gradients
    Measure(
        "g_grad_fall",
        "fall of ‖∇G‖ (log₁₀)",
        "÷",
        "how many times smaller ∥∇G∥ is than the largest it has been against the fresh discriminator",
        "powers",
        "less",
    ),
    Measure(
        "g_depth_fall",
        "fall of ‖∇G‖ over the layers (log₁₀)",
        "÷",
        "how many times smaller the gradient is in the first weight matrix, next to the noise, than in the last",
        "powers",
        "less",
    ),
    # What only makes a curve
    Measure("d_loss", "D's loss", "D", "the discriminator’s loss", at_end=False),
    Measure("g_loss", "G's loss", "G", "the generator’s loss", at_end=False),
    Measure(
        "g_grad", "‖∇G‖", "∥∇G∥", "norm of the gradient of the generator’s loss in its weights", "gradient",
        at_end=False,
    ),
    Measure(
        "d_grad", "‖∇D‖", "∥∇D∥", "norm of the gradient of the discriminator’s loss in its weights", "gradient",
        at_end=False,
    ),
    Measure("noise", "instance noise", "σ", "width of the instance noise", at_end=False),
    Measure("logit_train", "logit on training images", "train", at_end=False),
    Measure("logit_held_out", "logit on held-out images", "held-out", at_end=False),
    Measure("logit_fake", "logit on generated images", "fake", at_end=False),
    Measure("part", "generator in training", "part", at_end=False),
)  # fmt: skip
