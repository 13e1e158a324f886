"""The stage's state as the browser is told it: JSON values, without the frames, which come on their own."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any

from gancore.metrics.measures import MEASURES
from ui.stage.charts import CHARTS, USUAL_CURVES
from ui.stage.figures import HEADLINES

STATES = (
    "idle",  # no run yet: the real data alone
    "queued",
    "starting",
    "running",
    "paused",
    "finished",
    "diverged",
    "failed",
    "stopped",
)

KINDS = ("plane", "images")  # points of the plane; a grid of images

MAX_CHARTS = 4
MAX_PANELS = 4


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A horizontal line in one curve, such as log 4 for the minimax loss at its optimum."""

    value: float
    label: str
    curve: str  # the scalar it belongs to: "d_loss", "g_grad", "transport", ...


@dataclass(frozen=True, kw_only=True)
class SeedsVerdict:
    """Verdicts on many seeds, once they can be given.

    step     generator steps after which it holds: an earlier frame shows figures alone …
    earlier  … and this sentence
    good     how many seeds have come out well, shown large …
    words    … and what those have done: "kept more than 4 clouds", "covered"
    well     whether each seed has; None for one that diverged
    failed   which seeds are crossed out
    """

    step: int
    earlier: str
    good: int
    words: str
    well: Sequence[bool | None]
    failed: Sequence[bool]


@dataclass(frozen=True, kw_only=True)
class Fix:
    """A button over a failed picture; pressing it sends the command `fix`."""

    label: str


@dataclass(frozen=True, kw_only=True)
class SeedsButton:
    """The button that runs all panels with many seeds at once.

    stored  a sentence for each panel on such seeds trained beforehand: it is shown first, and `live` is what runs them;
            empty where nothing is stored of what stands on the stage
    """

    label: str = "16 seeds"
    title: str = "Run all panels with 16 seeds at once"
    stored: Sequence[str] = ()
    live: str = "Run it live with 16 seeds"
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel of the stage.

    `title` says what its GAN is, `differs` what of it is not so in the first panel, `cautions` what in it is senseless.
    `run` is the id of the run whose frames it shows, None before there is one; it is `held` while it starts only to
    wait for Play. `scene` is the real data, packed.
    `metric` is the measure that the many-seeds view writes under each seed, and `verdict` what all of them have come
    to; None while that cannot be said, and `pending` says why.
    `headline`, of `ui.stage.figures.HEADLINES`, stands under the picture. `kind`, one of `KINDS`, holds
    until a scene says what the data are. `silent` says that its worker gives no sign, `recorded` that the run comes
    from a file. `parent` is the run that it was split off from, and the number of the last frame that both have.
    `compiled_at` is the step since which the run's steps are compiled ones, and `why_plain` says why they
    never will be. `ahead` are the steps that the discriminator and the generator have taken alone since both moved.
    """

    label: str
    kind: str = "plane"
    title: str = ""
    differs: str = ""
    cautions: Sequence[str] = ()
    state: str = "idle"
    held: bool = False
    run: str | None = None
    message: str = ""
    place: int | None = None
    ahead: tuple[int, int] = (0, 0)
    steps: int = 0
    seed: int = 0
    seeds: Sequence[int] = ()
    modes: int = 0
    metric: str = "captured"
    verdict: SeedsVerdict | None = None
    pending: str = ""
    headline: str = "captured"
    reference: Sequence[Reference] = ()
    fix: Fix | None = None
    changes: Sequence[tuple[int, str]] = ()
    silent: bool = False
    recorded: bool = False
    parent: tuple[str, int] | None = None
    compiled_at: int | None = None
    why_plain: str = ""
    scene: bytes | None = None

    def __post_init__(self) -> None:
        if not self.label:
            raise ValueError("label: came empty, a panel needs a short name such as 'A'")
        if self.state not in STATES:
            raise ValueError(f"state: came {self.state!r}, allowed are {', '.join(STATES)}")
        if self.kind not in KINDS:
            raise ValueError(f"kind: came {self.kind!r}, allowed are {', '.join(KINDS)}")
        if self.headline not in HEADLINES:
            raise ValueError(f"headline: came {self.headline!r}, allowed are {', '.join(HEADLINES)}")
        if self.metric not in MEASURES:
            raise ValueError(f"metric: came {self.metric!r}, allowed are {', '.join(MEASURES)}")
        if self.verdict is not None:
            _at_least("verdict", self.verdict.step, 0)
            _at_least("verdict", self.verdict.good, 0)
            well, failed, seeds = len(self.verdict.well), len(self.verdict.failed), len(self.seeds)
            if not well == failed == seeds:
                raise ValueError(f"verdict: came for {well} and {failed} seeds, {seeds} are in the panel")
        if self.run is not None and not self.run:
            raise ValueError("run: came an empty string, allowed are a run's id or None")
        for name in ("steps", "modes"):
            _at_least(name, getattr(self, name), 0)
        if self.place is not None:
            _at_least("place", self.place, 1)
        for line in self.reference:
            if not math.isfinite(line.value):
                raise ValueError(f"reference: came {line.value} for {line.label!r}, it must be finite")
        for step, _text in self.changes:
            _at_least("changes", step, 0)


@lru_cache(maxsize=16)
def scene_key(scene: bytes) -> str:
    """The name under which the browser keeps a scene; equal scenes have one."""
    return hashlib.blake2b(scene, digest_size=12).hexdigest()


def stage_state(
    panels: Sequence[Panel],
    *,
    compare: str,
    seeds_button: SeedsButton | None = None,
    card: str | None = None,
    pace: float | str | None = "eased",
    curves: Sequence[str] = USUAL_CURVES,
    densities: bool = False,
) -> dict[str, Any]:
    """What stands on the stage, as JSON values.

    Args:
        panels: 1 to 4 panels with different labels, and different runs where they have one.
        compare: id of this comparison; when it changes the viewer's clock goes back to the live edge.
        seeds_button: the many-seeds button; None leaves it out.
        card: name of the lecture card on show, for whoever styles or tests by it.
        pace: steps a second that the runs hold, "eased" for slowly, then faster, None for as fast as they can.
        curves: 1 to 4 of `CHARTS`.
        densities: True turns the noised densities on in place of the discriminator's field; acts when it changes.

    Raises:
        ValueError: names the field, what came and what is allowed.
    """
    if not 1 <= len(panels) <= MAX_PANELS:
        raise ValueError(f"panels: came {len(panels)}, allowed are 1 to {MAX_PANELS}")
    if not 1 <= len(curves) <= MAX_CHARTS or not set(curves) <= set(CHARTS):
        raise ValueError(f"curves: came {curves!r}, allowed are 1 to {MAX_CHARTS} of {', '.join(CHARTS)}")
    _all_different("label", [panel.label for panel in panels])
    _all_different("run", [panel.run for panel in panels if panel.run is not None])
    return {
        "compare": compare,
        "panels": [_described(panel) for panel in panels],
        "charts": [{"key": name, **CHARTS[name].described()} for name in curves],
        "seeds_button": None if seeds_button is None else asdict(seeds_button),
        "card": card,
        "pace": pace,
        "densities": densities,
    }


def _described(panel: Panel) -> dict[str, Any]:
    """A panel as JSON values; of its scene the key."""
    measure = MEASURES[panel.metric]
    return {field.name: getattr(panel, field.name) for field in fields(panel)} | {
        "cautions": list(panel.cautions),
        "seeds": list(panel.seeds),
        "reference": [asdict(line) for line in panel.reference],
        "metric": {"name": measure.name, "symbol": measure.symbol, "form": measure.form},
        "verdict": None if panel.verdict is None else asdict(panel.verdict),
        "said": HEADLINES[panel.headline].described(),
        "fix": None if panel.fix is None else asdict(panel.fix),
        "changes": [[step, text] for step, text in panel.changes],
        "scene": None if panel.scene is None else scene_key(panel.scene),
    }


def _at_least(name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name}: came {value!r}, allowed are integers from {least}")


def _all_different(name: str, values: Sequence[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{name}: {value!r} came {values.count(value)} times, each panel needs its own")
