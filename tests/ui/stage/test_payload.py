"""What the stage is sent and what it sends back: layout, refusals, and commands read as strangers' data."""

import math
import re
import struct
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from gancore.config import RunConfig
from gancore.metrics.measures import MEASURES, Form
from gancore.runtime.frames import decode, encode, encode_scene, encode_snapshot, read_header
from gancore.training.snapshot import ImageScene, ImageSnapshot
from ui.shared.acknowledgements import Acknowledgements
from ui.stage import (
    CHARTS,
    USUAL_CURVES,
    Fix,
    Panel,
    PresetKey,
    Reference,
    SeedsButton,
    SeedsVerdict,
    pack,
    read_commands,
)
from ui.stage.commands import MAX_POINTS
from ui.stage.figures import HEADLINES
from ui.stage.payload import overlap

FRONTEND = Path(__file__).parents[3] / "ui/stage/frontend"
SHARED = FRONTEND.parents[1] / "shared/frontend"


def frame(step: int, points: int = 3) -> bytes:
    fake = np.full((1, points, 2), step, np.float16)
    return encode({"step": step, "time": 0.1 * step, "scalars": {"captured": [float(step)]}}, {"fake": fake})


def unpack(payload: bytes) -> tuple[dict[str, Any], bytes]:
    header, body = read_header(payload)
    return header, payload[body:]


def cut(blobs: bytes, place: list[int]) -> bytes:
    offset, length = place
    return blobs[offset : offset + length]


# ── The layout ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_scenes_and_frames_come_out_as_they_went_in():
    scene = encode({"view": [-2, 2, -2, 2]}, {"centres": np.ones((3, 2), np.float32)})
    frames = [(1, frame(10)), (2, frame(20, points=5)), (7, frame(70))]
    panels = [
        Panel(label="A", run="a", state="running", scene=scene, frames=frames, after=0, last=7),
        Panel(label="B", run="b", state="paused", frames=[(4, frame(40))], after=3, last=4),
    ]
    header, blobs = unpack(pack(panels, compare="c"))
    a, b = header["panels"]
    assert cut(blobs, a["scene"]) == scene
    assert [(seq, cut(blobs, place)) for seq, *place in a["frames"]] == frames
    assert [(seq, cut(blobs, place)) for seq, *place in b["frames"]] == [(4, frame(40))]
    assert b["scene"] is None
    meta, arrays = decode(cut(blobs, a["frames"][1][1:]))
    assert meta["step"] == 20
    np.testing.assert_array_equal(arrays["fake"], np.full((1, 5, 2), 20, np.float16))


@pytest.mark.parametrize("title", ["", "x", "σ 0.05, k 5", "a title of another length"])
def test_header_and_blobs_start_at_multiples_of_eight(title: str):
    odd = [(1, frame(1) + b"\0" * 3), (2, frame(2) + b"\0"), (3, frame(3))]
    payload = pack([Panel(label="A", title=title, run="a", state="running", frames=odd)], compare="c")
    (length,) = struct.unpack_from("<I", payload)
    assert (4 + length) % 8 == 0
    header, _ = unpack(payload)
    assert [offset % 8 for _, offset, _ in header["panels"][0]["frames"]] == [0, 0, 0]


def test_everything_that_the_browser_reads_is_in_the_header():
    panel = Panel(
        label="A",
        kind="images",
        title="the same + unrolled",
        state="diverged",
        run="a",
        message="The loss is no longer finite.",
        step=412,
        steps=3000,
        seed=3,
        seeds=[3, 4],
        modes=8,
        metric="transport",
        verdict=SeedsVerdict(step=400, earlier="Not yet.", word="arrived", counted=(True, None), failed=[False, False]),
        reference=[Reference(value=math.log(4), label="log 4", curve="d_loss")],
        fix=Fix(label="Rewind"),
        changes=[(100, "d_lr 0.001 → 0.01")],
    )
    header, _ = unpack(
        pack(
            [panel],
            compare="c",
            presets=[PresetKey(key="1", name="Ring")],
            seeds_button=SeedsButton(enabled=False),
            card="2",
            options={"pace": 25},
            ack={"viewer": 4},
            height=600,
            key="stage",
        )
    )
    (said,) = header["panels"]
    assert (said["kind"], said["state"]) == ("images", "diverged")
    assert said["message"] == "The loss is no longer finite."
    assert said["seeds"] == [3, 4]
    assert said["metric"] == {"name": "transport", "symbol": "W", "form": "distance"}
    assert said["verdict"] == {
        "step": 400, "earlier": "Not yet.", "word": "arrived", "counted": [True, None], "failed": [False, False],
    }  # fmt: skip
    assert said["reference"] == [{"value": math.log(4), "label": "log 4", "curve": "d_loss"}]
    assert said["fix"] == {"label": "Rewind"}
    assert said["changes"] == [[100, "d_lr 0.001 → 0.01"]]
    assert header["presets"] == [{"key": "1", "name": "Ring"}]
    assert header["seeds_button"]["enabled"] is False
    assert (header["compare"], header["card"], header["height"], header["key"]) == ("c", "2", 600, "stage")
    assert header["options"] == {"pace": 25}
    assert header["ack"] == {"viewer": 4}


# ── Refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def verdict_of(counted: list[bool], failed: list[bool], step: int = 1) -> SeedsVerdict:
    return SeedsVerdict(step=step, earlier="", word="far", counted=counted, failed=failed)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("label", {"label": ""}),
        ("state", {"state": "asleep"}),
        ("run", {"run": ""}),
        ("frames", {"frames": [(1, b"x")]}),  # of no run
        ("frames", {"run": "a", "frames": [(2, b"x"), (2, b"y")]}),
        ("frames", {"run": "a", "frames": [(0, b"x")]}),
        ("frames", {"run": "a", "frames": [(1, "text")]}),
        ("step", {"step": -1}),
        ("steps", {"steps": 1.5}),
        ("modes", {"modes": True}),
        ("place", {"place": 0}),
        ("after", {"after": -1}),
        ("headline", {"headline": "losses"}),
        ("kind", {"kind": "sound"}),
        ("metric", {"metric": "sales"}),
        ("verdict", {"verdict": verdict_of([True], [True]), "seeds": [1, 2]}),
        ("verdict", {"verdict": verdict_of([True, False], [True]), "seeds": [1, 2]}),
        ("verdict", {"verdict": verdict_of([True], [True], step=-1), "seeds": [1]}),
        ("reference", {"reference": [Reference(value=math.inf, label="x", curve="d_loss")]}),
        ("changes", {"changes": [(-1, "x")]}),
    ],
)
def test_a_bad_panel_is_refused_by_its_field(field: str, values: dict[str, Any]):
    with pytest.raises(ValueError, match=field):
        Panel(**{"label": "A", **values})


@pytest.mark.parametrize(
    ("field", "panels"),
    [
        ("panels", []),
        ("panels", [Panel(label=label) for label in "ABCDE"]),
        ("label", [Panel(label="A"), Panel(label="A")]),
        ("run", [Panel(label="A", run="a"), Panel(label="B", run="a")]),
    ],
)
def test_panels_that_do_not_go_together_are_refused(field: str, panels: list[Panel]):
    with pytest.raises(ValueError, match=field):
        pack(panels, compare="c")


def test_a_panel_without_a_verdict_says_so():
    header, _ = unpack(pack([Panel(label="A", seeds=[1, 2], metric="fid")], compare="c"))
    assert (header["panels"][0]["metric"]["name"], header["panels"][0]["verdict"]) == ("fid", None)


def test_every_headline_is_taken_and_sent():
    for headline in HEADLINES:
        header, _ = unpack(pack([Panel(label="A", headline=headline)], compare="c"))
        assert header["panels"][0]["headline"] == headline


def test_the_browser_is_told_what_a_headline_says():
    header, _ = unpack(pack([Panel(label="A", headline="fid")], compare="c"))
    first, best, memorised = header["panels"][0]["figures"]
    assert (first["scalar"], first["unit"], first["form"], first["sparse"]) == ("fid", "FD", "distance", True)
    assert first["title"].startswith("Fréchet distance")
    assert best["best"]
    assert best["line"].format(value="3.1", step="400") == "best 3.1 at 400"
    assert memorised["form"] == "share"


def test_the_browser_is_told_what_the_plots_draw():
    header, _ = unpack(pack([Panel(label="A")], compare="c", options={"curves": ["answers", "transport"]}))
    answers, transport = header["charts"]
    assert [series["name"] for series in answers["series"]] == ["accuracy_train", "accuracy_held_out", "accuracy_fake"]
    assert [series["complement"] for series in answers["series"]] == [False, False, True]
    assert all(series["share"] for series in answers["series"])
    assert (transport["key"], transport["title"], transport["zero"]) == ("transport", "transport W", True)


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_can_be_drawn(name: str):
    assert any(series.measure == name for chart in CHARTS.values() for series in chart.series)


def test_the_browser_knows_every_form_and_every_kind_of_bars():
    code = (FRONTEND / "forms.js").read_text()
    forms = set(re.findall(r"^  (\w+): ", code, re.MULTILINE))
    assert forms == {*get_args(Form), "fall"}
    (bars,) = re.findall(r"const BARS = \{(.+)\};", (FRONTEND / "curves.js").read_text())
    assert {*re.findall(r"(\w+): ", bars)} == {chart.bars for chart in CHARTS.values() if chart.bars}


# ── What the two sides have to agree on ───────────────────────────────────────────────────────────────────────────────


def test_the_browser_reads_every_type_of_array_that_a_frame_may_hold():
    table = re.search(r"const BYTES_PER = \{(.+)\};", (SHARED / "codec.js").read_text())
    assert table
    sizes = {name: int(size) for name, size in re.findall(r"(\w+): (\d)", table[1])}
    for name in ("float16", "float32", "uint8", "uint16", "int32"):
        dtype = np.dtype(name)
        meta, _ = read_header(encode({}, {"each": np.zeros(2, dtype)}))
        assert sizes[meta["arrays"]["each"][0]] == dtype.itemsize


def test_there_is_a_mark_and_a_shade_for_every_generator_that_a_run_can_have():
    code = (SHARED / "generator_marks.js").read_text()
    block = code[code.index("const SHAPES = [") :].split("\n];")[0]
    shapes = re.findall(r'^  "(.+)",', block, re.MULTILINE)
    (most,) = (limit.le for limit in RunConfig.model_fields["generators"].metadata if hasattr(limit, "le"))
    assert len(set(shapes)) == len(shapes) == most
    for shades in shades_of("light"), shades_of("dark"):
        assert len(set(shades)) == len(shades) == most


@pytest.mark.parametrize(("theme", "paper", "least"), [("light", "#FFFFFF", 1.8), ("dark", "#1A1A1A", 2.5)])
def test_every_shade_stands_off_from_the_discriminator_s_field(theme: str, paper: str, least: float):
    covered = 0.42  # by the field where D is sure
    assert f"255 * {covered} *" in (FRONTEND / "picture.js").read_text()
    for of in constant("REAL"), constant("FAKE"):
        field = tuple(covered * a + (1 - covered) * b for a, b in zip(channels(of), channels(paper), strict=True))
        for shade in shades_of(theme):
            assert contrast(channels(shade), field) >= least, (shade, of)


def shades_of(theme: str) -> list[str]:
    """The colours of the generators' marks, the first one's by its name replaced."""
    found = re.search(rf"^  {theme}: \[(.+)\],$", (SHARED / "generator_marks.js").read_text(), re.MULTILINE)
    assert found
    return [constant("FAKE") if shade == "FAKE" else shade for shade in re.findall(r"FAKE|#\w{6}", found[1])]


def constant(name: str) -> str:
    found = re.search(rf'export const {name} = "(#\w{{6}})"', (SHARED / "theme.js").read_text())
    assert found
    return found[1]


def channels(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Of two colours, 1 to 21 (WCAG 2.1)."""

    def luminance(colour: tuple[float, ...]) -> float:
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    "curves",
    [
        USUAL_CURVES,
        ("layers",),
        ("mixture", "captured"),
        ("transport", "oscillation"),
        ["accuracy", "gradient", "losses"],
    ],
)
def test_a_page_says_which_curves_it_wants(curves: Any):
    header, _ = unpack(pack([Panel(label="A")], compare="c", options={"curves": curves}))
    assert header["options"]["curves"] == list(curves)


@pytest.mark.parametrize("curves", [(), tuple(CHARTS), ("losses", "sales")])
def test_curves_that_there_are_not_are_refused(curves: Any):
    with pytest.raises(ValueError, match="curves"):
        pack([Panel(label="A")], compare="c", options={"curves": curves})


@pytest.mark.parametrize("densities", [True, False])
def test_a_page_says_whether_the_densities_are_drawn(densities: bool):
    header, _ = unpack(pack([Panel(label="A")], compare="c", options={"densities": densities}))
    assert header["options"]["densities"] is densities


@pytest.mark.parametrize("densities", [None, 1, "yes"])
def test_densities_are_drawn_or_not(densities: object):
    with pytest.raises(ValueError, match=r"densities: came .*, allowed are True and False"):
        pack([Panel(label="A")], compare="c", options={"densities": densities})


def test_a_number_that_is_not_finite_never_reaches_the_browser():
    with pytest.raises(ValueError, match="JSON"):
        pack([Panel(label="A")], compare="c", options={"pace": math.nan})


# ── Images ────────────────────────────────────────────────────────────────────────────────────────────────────────────

ANSWERS = [f"{kind}_{of}" for kind in ("logit", "accuracy", "seen") for of in ("train", "held_out", "fake")]


def named(script: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", (FRONTEND / script).read_text()) is not None


def test_the_browser_reads_what_a_scene_of_images_says():
    real = np.arange(2 * 8 * 8 * 3, dtype=np.uint8).reshape(2, 8, 8, 3)
    about: dict[str, Any] = {
        "features": "digits-net",
        "judged": 500,
        "reference": 400,
        "fid_floor": 2.5,
        "notice": "Of 2",
    }
    meta, arrays = decode(encode_scene(ImageScene(real, side=8, channels=3, classes=("0",), n=100, **about)))
    np.testing.assert_array_equal(arrays["real"], real)
    assert meta["kind"] == "images"
    for name in ("n", *about):
        assert name in meta
        assert named("history.js", name), name


def test_the_browser_reads_every_array_of_a_frame_of_images():
    images = np.zeros((4, 8, 8, 1), np.uint8)
    distance = np.zeros(4, np.float32)
    snapshot = ImageSnapshot(1, 1, images, {}, nearest=images, nearest_distance=distance)
    _, arrays = decode(encode_snapshot(snapshot, 0.5, "probability"))
    assert len(arrays) == 3
    for name in arrays:
        assert named("images.js", name), name


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_a_curve_or_a_place_in_the_table(name: str):
    kind, _, of = name.partition("_")
    in_table = f'name: "{kind}"' in (FRONTEND / "answers.js").read_text() and named("answers.js", of)
    assert in_table or any(series.measure == name for chart in CHARTS.values() for series in chart.series)


# ── A payload that is skipped costs nothing ───────────────────────────────────────────────────────────────────────────


def batch(after: int, *seqs: int, run: str = "a") -> Panel:
    return Panel(label="A", run=run, state="running", frames=[(seq, frame(seq)) for seq in seqs], after=after)


def seqs(panel: Panel) -> list[int]:
    return [seq for seq, _ in panel.frames]


def test_each_batch_is_sent_again_with_the_next():
    both = overlap(batch(2, 3, 4), batch(0, 1, 2))
    assert (both.after, seqs(both)) == (0, [1, 2, 3, 4])


def test_an_empty_batch_joins_too():
    both = overlap(batch(2, 3), batch(2))
    assert (both.after, seqs(both)) == (2, [3])


@pytest.mark.parametrize(
    "before",
    [
        None,
        batch(0, 1, run="b"),  # another run
        batch(3, 4),  # the browser asked for an earlier part
        batch(0, *range(1, 1000)),  # a whole history
    ],
)
def test_batches_that_do_not_join_stay_alone(before: Panel | None):
    panel = batch(2, 3)
    assert overlap(panel, before) is panel


# ── Commands ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "command",
    [
        {"kind": "play"},
        {"kind": "preset", "index": 2},
        {"kind": "pace", "value": None},
        {"kind": "pace", "value": 25.0},
        {"kind": "open_seed", "seed": 11},
        {"kind": "points", "points": [[0.0, 1.5], [-1.0, 2.0]]},
        {"kind": "fix", "panel": 1},
        {"kind": "need", "run": "a", "after": 0},
        {"kind": "manifold", "on": True},
        {"kind": "hello", "token": "0123456789abcdef"},
    ],
)
def test_commands_are_read(command: dict[str, Any]):
    assert read_commands([command]) == [command]


def test_what_does_not_belong_to_a_command_is_left_out():
    assert read_commands([{"kind": "pause", "viewer": "v", "number": 1, "more": "x"}]) == [{"kind": "pause"}]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "play",
        {"kind": "play"},
        [None, 3, "play", []],
        [{"kind": "erase"}],
        [{"kind": ["play"]}],
        [{"kind": "preset"}],
        [{"kind": "preset", "index": -1}],
        [{"kind": "preset", "index": True}],
        [{"kind": "pace", "value": 0}],
        [{"kind": "pace", "value": math.inf}],
        [{"kind": "pace", "value": "fast"}],
        [{"kind": "pace", "value": 10**400}],
        [{"kind": "open_seed", "seed": 1.5}],
        [{"kind": "points", "points": []}],
        [{"kind": "points", "points": [[0, 0]] * (MAX_POINTS + 1)}],
        [{"kind": "points", "points": [[0, math.nan]]}],
        [{"kind": "points", "points": [[0, 1e300]]}],
        [{"kind": "points", "points": [[0, 0, 0]]}],
        [{"kind": "points", "points": [["0", "0"]]}],
        [{"kind": "points", "points": [[0, 10**400]]}],
        [{"kind": "need", "run": "", "after": 0}],
        [{"kind": "need", "run": "a", "after": 2**60}],
        [{"kind": "manifold", "on": "yes"}],
        [{"kind": "hello", "token": "../../etc"}],
    ],
)
def test_what_is_not_a_command_is_dropped(value: object):
    assert read_commands(value) == []


def numbered(*numbers: int, viewer: str = "v") -> list[dict[str, Any]]:
    return [{"kind": "step", "viewer": viewer, "number": number} for number in numbers]


def test_a_repeated_command_is_carried_out_once():
    heard = Acknowledgements()
    assert len(read_commands(numbered(1, 2), heard)) == 2
    assert len(read_commands(numbered(1, 2, 3), heard)) == 1
    assert heard.last == {"v": 3}


def test_two_viewers_count_for_themselves():
    heard = Acknowledgements()
    assert len(read_commands([*numbered(1), *numbered(1, viewer="w")], heard)) == 2


def test_many_viewers_do_not_fill_the_memory():
    heard = Acknowledgements()
    for i in range(1000):
        read_commands(numbered(1, viewer=f"v{i}"), heard)
    assert len(heard.last) < 100


@pytest.mark.parametrize("number", [None, "1", 1.5, True, -1])
def test_a_command_without_a_number_is_not_trusted(number: object):
    assert read_commands([{"kind": "play", "viewer": "v", "number": number}], Acknowledgements()) == []


def test_a_refused_command_is_heard_all_the_same():
    # or the browser would repeat it for ever
    heard = Acknowledgements()
    read_commands([{"kind": "erase", "viewer": "v", "number": 1}], heard)
    assert heard.last == {"v": 1}
