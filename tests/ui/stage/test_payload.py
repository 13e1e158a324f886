"""What stands on the stage as the browser is told it, and what it does not say."""

import json
import math
import re
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from gancore.config import RunConfig
from gancore.metrics.measures import MEASURES, Form
from gancore.runtime.frames import decode, encode, encode_scene, encode_snapshot, read_header
from gancore.training.snapshot import ImageScene, ImageSnapshot
from ui.stage import (
    CHARTS,
    USUAL_CURVES,
    Fix,
    Panel,
    Reference,
    SeedsButton,
    SeedsVerdict,
    stage_state,
)
from ui.stage.figures import HEADLINES
from ui.stage.payload import scene_key

FRONTEND = Path(__file__).parents[3] / "ui/stage/frontend"
SHARED = FRONTEND.parents[1] / "shared/frontend"
CHANNEL = FRONTEND.parents[1] / "channel/frontend"


# ── What is said ──────────────────────────────────────────────────────────────────────────────────────────────────────


def said(*panels: Panel, **values: Any) -> dict[str, Any]:
    return json.loads(json.dumps(stage_state(panels, **{"compare": "c", **values})))


def test_equal_scenes_have_one_name_and_others_another():
    scene = encode({"view": [-2, 2, -2, 2]}, {"centres": np.ones((3, 2), np.float32)})
    a, b, c = said(Panel(label="A", scene=scene), Panel(label="B", scene=bytes(scene)), Panel(label="C"))["panels"]
    assert a["scene"] == b["scene"] == scene_key(scene)
    assert c["scene"] is None
    assert scene_key(scene + b" ") != scene_key(scene)


def test_everything_that_the_browser_reads_is_in_the_header():
    panel = Panel(
        label="A",
        kind="images",
        title="the same + unrolled",
        state="diverged",
        run="a",
        message="The loss is no longer finite.",
        steps=3000,
        seed=3,
        seeds=[3, 4],
        modes=8,
        metric="transport",
        verdict=SeedsVerdict(
            step=400,
            earlier="Not yet.",
            good=1,
            words="arrived",
            well=(True, None),
            failed=[False, False],
        ),
        reference=[Reference(value=math.log(4), label="log 4", curve="d_loss")],
        fix=Fix(label="Rewind"),
        changes=[(100, "d_lr 0.001 → 0.01")],
    )
    header = said(
        panel,
        seeds_button=SeedsButton(enabled=False, stored=("A: Recorded.",)),
        card="2",
        pace=25.0,
        curves=("layers",),
        densities=True,
    )
    (told,) = header["panels"]
    assert (told["kind"], told["state"]) == ("images", "diverged")
    assert told["message"] == "The loss is no longer finite."
    assert told["seeds"] == [3, 4]
    assert told["metric"] == {"name": "transport", "symbol": "W", "form": "distance"}
    assert told["verdict"] == {
        "step": 400, "earlier": "Not yet.", "good": 1, "words": "arrived", "well": [True, None],
        "failed": [False, False],
    }  # fmt: skip
    assert told["reference"] == [{"value": math.log(4), "label": "log 4", "curve": "d_loss"}]
    assert told["fix"] == {"label": "Rewind"}
    assert told["changes"] == [[100, "d_lr 0.001 → 0.01"]]
    assert header["seeds_button"]["enabled"] is False
    assert header["seeds_button"]["stored"] == ["A: Recorded."]
    assert (header["compare"], header["card"], header["pace"], header["densities"]) == ("c", "2", 25.0, True)
    assert [chart["key"] for chart in header["charts"]] == ["layers"]


# ── Refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def verdict_of(well: list[bool], failed: list[bool], step: int = 1) -> SeedsVerdict:
    return SeedsVerdict(step=step, earlier="", good=0, words="near", well=well, failed=failed)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("label", {"label": ""}),
        ("state", {"state": "asleep"}),
        ("run", {"run": ""}),
        ("steps", {"steps": 1.5}),
        ("modes", {"modes": True}),
        ("place", {"place": 0}),
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
        said(*panels)


def test_a_panel_without_a_verdict_says_so():
    header = said(Panel(label="A", seeds=[1, 2], metric="fid"))
    assert (header["panels"][0]["metric"]["name"], header["panels"][0]["verdict"]) == ("fid", None)


def test_every_headline_is_taken_and_sent():
    for headline in HEADLINES:
        header = said(Panel(label="A", headline=headline))
        assert header["panels"][0]["headline"] == headline
        told = header["panels"][0]["said"]
        # Nothing but these places: the browser fills them, and leaves no brace.
        assert "{" not in told["sentence"].format(label="A", value="1", of="8")
        assert "{" not in told["median"].format(label="A", value="1", of="8", seeds="16")
        assert all("{" not in figure["line"].format(value="1", step="2") for figure in told["figures"])


def test_the_browser_is_told_what_a_headline_says():
    header = said(Panel(label="A", headline="fid"))
    told = header["panels"][0]["said"]
    assert told["sentence"].format(label="A", value="3.1") == "A is FD 3.1 away from real images."
    first, best, memorised = told["figures"]
    assert (first["scalar"], first["form"], first["sparse"]) == ("fid", "distance", True)
    assert first["title"].startswith("Fréchet distance")
    assert best["best"]
    assert best["line"].format(value="3.1", step="400") == "best FD 3.1, at step 400"
    assert memorised["form"] == "share"


def test_the_browser_is_told_what_the_plots_draw():
    header = said(Panel(label="A"), curves=["answers", "transport"])
    answers, transport = header["charts"]
    assert [series["name"] for series in answers["series"]] == ["accuracy_train", "accuracy_held_out", "accuracy_fake"]
    assert [series["complement"] for series in answers["series"]] == [False, False, True]
    assert all(series["share"] for series in answers["series"])
    assert (transport["key"], transport["title"], transport["zero"]) == (
        "transport",
        "transport distance W to the data",
        True,
    )


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_can_be_drawn(name: str):
    assert any(series.measure == name for chart in CHARTS.values() for series in chart.series)


def test_the_browser_knows_every_form_and_every_kind_of_bars():
    code = (FRONTEND / "forms.js").read_text()
    forms = set(re.findall(r"^  (\w+): ", code, re.MULTILINE))
    assert forms == {*get_args(Form), "fall", "many"}
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
    assert [chart["key"] for chart in said(Panel(label="A"), curves=curves)["charts"]] == list(curves)


@pytest.mark.parametrize("curves", [(), tuple(CHARTS), ("losses", "sales")])
def test_curves_that_there_are_not_are_refused(curves: Any):
    with pytest.raises(ValueError, match="curves"):
        said(Panel(label="A"), curves=curves)


# ── Images ────────────────────────────────────────────────────────────────────────────────────────────────────────────

ANSWERS = [f"{kind}_{of}" for kind in ("logit", "accuracy", "seen") for of in ("train", "held_out", "fake")]


def named(script: str, name: str, folder: Path = FRONTEND) -> bool:
    return re.search(rf"\b{name}\b", (folder / script).read_text()) is not None


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
        assert named("history.js", name, CHANNEL), name


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
