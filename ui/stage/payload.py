"""The stage's payload: a small JSON header, then the scenes and frames as the workers packed them.

The layout is the frame codec's, so that the browser needs one decoder for both:

    u32 header length | JSON padded with spaces to a multiple of 8 | blobs, each starting at a multiple of 8

Scenes and frames are passed on as they came: the web process never decodes them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, cast

from gancore.metrics.measures import MEASURES
from gancore.runtime.frames import encode
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
MOST_REPEATED = 40  # frames
_ALIGNMENT = 8


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
    word     what a seed that counts has done: "collapsed", "covered"
    counted  whether each seed counts; None for one that diverged
    failed   which seeds are crossed out
    """

    step: int
    earlier: str
    word: str
    counted: Sequence[bool | None]
    failed: Sequence[bool]


@dataclass(frozen=True, kw_only=True)
class Fix:
    """A button over a failed picture; pressing it sends the command `fix`."""

    label: str


@dataclass(frozen=True, kw_only=True)
class PresetKey:
    """A preset that a number key starts: the key and the name shown in the key help."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SeedsButton:
    """The button that runs all panels with many seeds at once."""

    label: str = "16 seeds"
    title: str = "Run all panels with 16 seeds at once"
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel of the stage.

    `frames` holds only what this browser session has not been sent yet: pairs (seq, packed bytes), seq increasing.
    `after` says where that batch begins: everything up to that seq was sent before (0: from the start). The viewer
    compares it with what it holds and asks for what it lacks with the command `need`; None switches that check off.
    `metric` is the measure that the many-seeds view writes under each seed, and `verdict` what all of them have come
    to; None while that cannot be said, and `pending` says why.
    `headline`, of `ui.stage.figures.HEADLINES`, stands largest beside the picture. `kind`, one of `KINDS`, holds
    until a scene says what the data are. `silent` says that its worker gives no sign, `recorded` that the run comes
    from a file. `compiled_at` is the step since which the run's steps are compiled ones, and `why_plain` says why they
    never will be.
    """

    label: str
    kind: str = "plane"
    title: str = ""
    state: str = "idle"
    run: str | None = None
    message: str = ""
    place: int | None = None
    step: int = 0
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
    compiled_at: int | None = None
    why_plain: str = ""
    scene: bytes | None = None
    frames: Sequence[tuple[int, bytes]] = ()
    after: int | None = None
    first: int = 0
    last: int = 0

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
            counted, failed, seeds = len(self.verdict.counted), len(self.verdict.failed), len(self.seeds)
            if not counted == failed == seeds:
                raise ValueError(f"verdict: came for {counted} and {failed} seeds, {seeds} are in the panel")
        if self.run is not None and not self.run:
            raise ValueError("run: came an empty string, allowed are a run's id or None")
        if self.run is None and self.frames:
            raise ValueError(f"frames: came {len(self.frames)} without a run, allowed only with a run's id")
        for name, least in (("step", 0), ("steps", 0), ("modes", 0), ("first", 0), ("last", 0)):
            _at_least(name, getattr(self, name), least)
        for name, least in (("place", 1), ("after", 0)):
            if getattr(self, name) is not None:
                _at_least(name, getattr(self, name), least)
        previous = 0
        given = cast("Sequence[tuple[object, object]]", self.frames)  # whatever the annotations promise
        for seq, data in given:
            if not isinstance(data, bytes | bytearray | memoryview):
                raise ValueError(f"frames: frame {seq} came as {type(data).__name__}, allowed are bytes")
            if isinstance(seq, bool) or not isinstance(seq, int) or seq <= previous:
                raise ValueError(
                    f"frames: seq {seq!r} came after {previous}, they must be integers that increase from 1"
                )
            previous = seq
        for line in self.reference:
            if not math.isfinite(line.value):
                raise ValueError(f"reference: came {line.value} for {line.label!r}, it must be finite")
        for step, _text in self.changes:
            _at_least("changes", step, 0)


def overlap(panel: Panel, before: Panel | None) -> Panel:
    """The panel with the previous payload's frames in front, where the two batches join.

    The browser skips a payload that another overtakes before it was handled. With each batch sent twice it loses
    nothing by that; a longer gap it notices and asks for. Long batches (a whole history) are not repeated.
    """
    if before is None or before.run != panel.run or before.after is None or len(before.frames) > MOST_REPEATED:
        return panel
    end = before.frames[-1][0] if before.frames else before.after
    if panel.after != end:
        return panel
    return replace(panel, after=before.after, frames=[*before.frames, *panel.frames])


def pack(
    panels: Sequence[Panel],
    *,
    compare: str,
    presets: Sequence[PresetKey] = (),
    seeds_button: SeedsButton | None = None,
    card: str | None = None,
    options: Mapping[str, Any] | None = None,
    ack: Mapping[str, int] | None = None,
    height: int | None = None,
    key: str = "stage",
) -> bytes:
    """Packs panels for the browser.

    Args:
        panels: 1 to 4 panels with different labels, and different runs where they have one.
        compare: id of this comparison; when it changes the viewer's clock goes back to the live edge.
        presets: what the number keys start.
        seeds_button: the many-seeds button; None leaves it out.
        card: name of the lecture card on show, for whoever styles or tests by it.
        options: further JSON values, see `stage`.
        ack: for each viewer, the number of the last command heard.
        height: of the whole viewer, in CSS pixels.
        key: of the element; by it a viewer that Streamlit mounts anew goes on where it was.

    Raises:
        ValueError: names the field, what came and what is allowed.
    """
    if not 1 <= len(panels) <= MAX_PANELS:
        raise ValueError(f"panels: came {len(panels)}, allowed are 1 to {MAX_PANELS}")
    options = dict(options or {})
    curves = options.get("curves", USUAL_CURVES)
    if not 1 <= len(curves) <= MAX_CHARTS or not set(curves) <= set(CHARTS):
        raise ValueError(f"curves: came {curves!r}, allowed are 1 to {MAX_CHARTS} of {', '.join(CHARTS)}")
    densities = options.get("densities", False)
    if not isinstance(densities, bool):
        raise ValueError(f"densities: came {densities!r}, allowed are True and False")
    _all_different("label", [panel.label for panel in panels])
    _all_different("run", [panel.run for panel in panels if panel.run is not None])
    blobs = _Blobs()
    meta: dict[str, Any] = {
        "compare": compare,
        "panels": [_described(panel, blobs) for panel in panels],
        "charts": [{"key": name, **CHARTS[name].described()} for name in curves],
        "presets": [asdict(preset) for preset in presets],
        "seeds_button": None if seeds_button is None else asdict(seeds_button),
        "card": card,
        "options": options,
        "ack": dict(ack or {}),
        "height": height,
        "key": key,
    }
    return encode(meta, {}) + bytes(blobs.data)


class _Blobs:
    """Bytes one after the other, each at a multiple of 8."""

    def __init__(self) -> None:
        self.data = bytearray()

    def place(self, blob: bytes) -> tuple[int, int]:
        """Appends a blob; returns its offset and its length."""
        offset = len(self.data)
        self.data.extend(blob)
        self.data.extend(bytes(-len(self.data) % _ALIGNMENT))
        return offset, len(blob)


def _described(panel: Panel, blobs: _Blobs) -> dict[str, Any]:
    """A panel as JSON values; its scene and frames go to the blobs, and their places stand here."""
    measure = MEASURES[panel.metric]
    return {field.name: getattr(panel, field.name) for field in fields(panel)} | {
        "seeds": list(panel.seeds),
        "reference": [asdict(line) for line in panel.reference],
        "metric": {"name": measure.name, "symbol": measure.symbol, "form": measure.form},
        "verdict": None if panel.verdict is None else asdict(panel.verdict),
        "figures": [figure.described() for figure in HEADLINES[panel.headline]],
        "fix": None if panel.fix is None else asdict(panel.fix),
        "changes": [[step, text] for step, text in panel.changes],
        "scene": None if panel.scene is None else blobs.place(panel.scene),
        "frames": [[seq, *blobs.place(bytes(data))] for seq, data in panel.frames],
    }


def _at_least(name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name}: came {value!r}, allowed are integers from {least}")


def _all_different(name: str, values: Sequence[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{name}: {value!r} came {values.count(value)} times, each panel needs its own")
