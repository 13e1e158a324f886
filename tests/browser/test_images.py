"""DiffAugment and Measuring a GAN in a real browser: runs on images, T by hand, real images spoiled by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Literal
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.harness import (
    SHORT,
    Server,
    check_legible,
    exhibit,
    hurry,
    number,
    panel,
    play_to_verdict,
    until,
    wait_ready,
)

Open = Callable[[str], Page]

AUGMENT = "diffaugment?card=2"
CORRUPT = "measuring"
COPIES = "measuring?card=6"
TABLES = "diffaugment?card=8"

# Along the row that crosses most frames of generated images: how many images are framed there.
FRAMED = """(canvas) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    let most = 0;
    for (let y = 0; y < height; y++) {
        let edges = 0;
        for (let x = 0, on = false; x < width; x++) {
            const i = 4 * (y * width + x);
            const now = Math.abs(data[i] - 232) + Math.abs(data[i + 1] - 113) + Math.abs(data[i + 2] - 10) < 40;
            if (now && !on) edges++;
            on = now;
        }
        most = Math.max(most, edges);
    }
    return Math.floor(most / 2);
}"""

# Whether a picture has been painted for the size that it now has.
FILLED = "(canvas) => Math.abs(canvas.width - canvas.clientWidth * devicePixelRatio) < 2"


def runs(steps: int) -> str:
    return f"diffaugment?a=small-none&b=small-diffaugment&a.steps={steps}&b.steps={steps}"


def both(field: str, value: str) -> str:
    return f"a.{field}={value}&b.{field}={value}"


def picture(page: Page, index: int) -> Locator:
    return page.locator('[data-testid="stage"] [data-run]').nth(index).locator(".plot canvas").first


def pixels(page: Page, index: int) -> str:
    return picture(page, index).evaluate("(canvas) => canvas.toDataURL()")


def framed(page: Page, index: int) -> int:
    return picture(page, index).evaluate(FRAMED)


def figure(page: Page, which: str, name: str) -> float:
    return float(exhibit(page, which, name) or "nan")


def at_rest(page: Page, which: str) -> bool:
    """Whether all that was turned has been answered and painted."""
    return exhibit(page, which, "idle") == "true"


def said(page: Page, prefix: str) -> dict[str, str]:
    """An exhibit's part of the address."""
    query = parse_qs(urlparse(page.evaluate("() => location.href")).query)
    return {key: values[0] for key, values in query.items() if key.startswith(prefix)}


def drag(page: Page, slider: Locator, start: int, end: int, look: Callable[[], float]) -> list[float]:
    """Drags a slider from one per cent of its length to another; what `look` saw on the way."""
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start / 100, y)
    page.mouse.down()
    seen: list[float] = []
    for share in range(start, end + 1, 4):
        page.mouse.move(box["x"] + box["width"] * share / 100, y)
        page.wait_for_timeout(80)
        seen.append(look())
    page.mouse.up()
    return seen


# ── Runs on images ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_on_images_plays_to_its_end_and_scrubs(open_page: Open) -> None:
    page = open_page(runs(SHORT))
    every = (0, 1)
    assert [panel(page, i, "kind") for i in every] == ["images", "images"]
    assert [panel(page, i, "images-step") for i in every] == ["", ""]  # nothing is generated before the start
    play_to_verdict(page, 2, ("FD", "memorised"))
    assert [panel(page, i, "images-step") for i in every] == [str(SHORT)] * 2

    answers = page.locator('[data-testid="stage"] .answers')
    for i in every:
        shares = [int(share) for share in (answers.nth(i).get_attribute("data-real") or "").split(",")]
        assert len(shares) == 3  # of training, held-out and generated images
        assert all(0 <= share <= 100 for share in shares)
        # As they are, and through T where D is shown T(x): in the second panel.
        assert answers.nth(i).get_attribute("data-ways") == ("2" if i == 1 else "1")
        assert framed(page, i) >= 4  # the strip: generated images, each above its nearest training image

    last = [pixels(page, i) for i in every]
    assert last[0] != last[1]
    page.keyboard.press("Home")
    until(lambda: [panel(page, i, "images-step") for i in every] == ["0", "0"], what="the first images")
    assert all(pixels(page, i) != last[i] for i in every)
    page.keyboard.press("End")
    until(lambda: [pixels(page, i) for i in every] == last, what="the last images, as they were")
    page.keyboard.press("m")
    until(lambda: framed(page, 0) == 1, what="the generated images alone")
    page.keyboard.press("m")
    until(lambda: framed(page, 0) >= 4, what="the strip again")


SIZES = {"of a laptop": (1280, 720), "of a hall": (1920, 1080)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("data", ["digits", "faces"])
def test_images_are_large_enough_to_be_read_from_the_back(open_page: Open, data: str) -> None:
    page = open_page(f"diffaugment?a=small-none&b=small-diffaugment&{both('data', data)}&{both('steps', '5')}")
    hurry(page)
    page.keyboard.press("Space")
    until(lambda: panel(page, 0, "state") == panel(page, 1, "state") == "finished", 120, "the end of both runs")
    until(lambda: panel(page, 0, "images-step") == panel(page, 1, "images-step") == "5", what="the last frame")
    for of, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300)
            until(lambda: picture(page, 0).evaluate(FILLED) and picture(page, 1).evaluate(FILLED), what="both pictures")
            # Training images, generated ones, and the strip of the nearest.
            for i in (0, 1):
                assert framed(page, i) >= 4, (of, scheme)
                assert float(panel(page, i, "image-size")) >= 40, (of, scheme)


def test_sixteen_seeds_learn_from_images(open_page: Open) -> None:
    page = open_page(runs(2))
    hurry(page)
    page.get_by_role("button", name="16 seeds").click()
    until(lambda: panel(page, 0, "state") == panel(page, 1, "state") == "finished", 120, "sixteen seeds")
    until(lambda: panel(page, 0, "step") == panel(page, 1, "step") == "2", what="the last frame")
    for i in (0, 1):
        assert panel(page, i, "many") == "true"
        shown = page.locator('[data-testid="stage"] [data-run]').nth(i)
        assert "of 16 so far: Fréchet distance" in shown.inner_text()
        assert shown.locator(".minis > *").count() == 16
    assert page.locator('[data-testid="stException"]').count() == 0


# ── T by hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_gradient_follows_the_contrast_and_the_address_too(open_page: Open) -> None:
    page = open_page(AUGMENT)
    before = figure(page, "augmentation", "largest")
    slider = page.get_by_role("slider", name="contrast")
    seen = drag(page, slider, 50, 90, lambda: figure(page, "augmentation", "largest"))
    assert len(set(seen)) >= 3, seen

    def has_arrived() -> bool:
        held = said(page, "augmentation.").get("augmentation.contrast")
        return at_rest(page, "augmentation") and held is not None and float(held) == float(slider.input_value())

    until(has_arrived, what="the contrast in the address")
    after, contrast = figure(page, "augmentation", "largest"), float(slider.input_value())
    assert contrast > 1.2
    assert after > 1.1 * before  # contrast scales what comes back, too
    page.reload()
    wait_ready(page)
    assert figure(page, "augmentation", "largest") == after
    assert float(slider.input_value()) == contrast


def test_nothing_comes_back_from_what_is_cut_out(open_page: Open) -> None:
    page = open_page(AUGMENT)  # the card opens it with a square cut out
    assert 0 < figure(page, "augmentation", "unseen") <= 0.25  # it has half the side
    page.get_by_role("checkbox", name="cutout").uncheck()
    until(lambda: figure(page, "augmentation", "unseen") == 0, what="all of the image")
    until(lambda: said(page, "augmentation.").get("augmentation.cutout") == "off", what="cutout in the address")
    page.reload()
    wait_ready(page)
    assert not page.get_by_role("checkbox", name="cutout").is_checked()
    page.get_by_role("checkbox", name="cutout").check()
    until(lambda: figure(page, "augmentation", "unseen") > 0, what="a square that D is not shown")
    page.keyboard.press("x")
    until(lambda: figure(page, "augmentation", "unseen") == 0, what="all of the image again")


@pytest.mark.skipif(sys.platform != "linux", reason="the compute worker is looked up with pgrep")
@pytest.mark.parametrize(
    ("path", "which", "knob"),
    [(AUGMENT, "augmentation", "contrast"), (CORRUPT, "corruption", "noise")],
)
def test_a_killed_worker_is_a_sentence_or_another_worker(
    open_page: Open, server: Server, path: str, which: str, knob: str
) -> None:
    page = open_page(path)
    (worker,) = compute_workers(server)
    os.kill(worker, signal.SIGKILL)
    slider = page.locator(f'[data-testid="{which}"]').get_by_role("slider", name=knob)
    problem = page.locator(f'[data-testid="{which}"] .problem')
    painted = number(exhibit(page, which, "painted"))
    slider.press("ArrowRight")
    until(lambda: problem.is_visible() or (number(exhibit(page, which, "painted")) > painted and at_rest(page, which)))
    if problem.is_visible():
        assert "again" in problem.inner_text()
        slider.press("ArrowRight")
    until(lambda: at_rest(page, which) and not problem.is_visible(), what="an answer")
    assert len(compute_workers(server) - {worker}) == 1
    assert page.locator('[data-testid="stException"]').count() == 0


def compute_workers(server: Server) -> set[int]:
    """Process ids of the compute workers that this server has started."""
    command = ["pgrep", "--parent", str(server.process.pid), "--full", "gancore.runtime.compute_worker"]
    return {int(line) for line in subprocess.run(command, capture_output=True, check=False).stdout.split()}


# ── Real images spoiled by hand ───────────────────────────────────────────────────────────────────────────────────────


def test_one_image_a_class_fools_the_score_and_not_the_distance(open_page: Open) -> None:
    page = open_page(CORRUPT)
    unspoiled = figure(page, "corruption", "fid")
    page.get_by_role("button", name="one image a class").click()
    until(lambda: exhibit(page, "corruption", "variety") == "1" and at_rest(page, "corruption"), what="ten images")
    assert figure(page, "corruption", "score") > 9.9  # of ten classes it is ten at most
    assert figure(page, "corruption", "fid") > 5 * unspoiled
    noticed = (exhibit(page, "corruption", "worse") or "").split(",")
    assert "fid" in noticed
    assert "score" not in noticed


def test_the_distance_rises_while_noise_is_dragged_and_the_address_follows(open_page: Open) -> None:
    page = open_page(CORRUPT)
    slider = page.get_by_role("slider", name="noise")
    seen = drag(page, slider, 2, 60, lambda: figure(page, "corruption", "fid"))
    assert len(set(seen)) >= 3, seen
    assert seen == sorted(seen), seen
    until(
        lambda: at_rest(page, "corruption") and "corruption.noise" in said(page, "corruption."),
        what="noise in the address",
    )
    after, written = figure(page, "corruption", "fid"), said(page, "corruption.")
    assert after > 2 * seen[0]
    page.reload()
    wait_ready(page)
    assert figure(page, "corruption", "fid") == after
    assert said(page, "corruption.") == written
    page.keyboard.press("r")
    until(lambda: exhibit(page, "corruption", "noise") == "0", what="the real images again")


def test_tabs_by_keyboard(open_page: Open) -> None:
    page = open_page(CORRUPT)
    assert exhibit(page, "corruption", "tab") == "scores"
    page.get_by_role("tab", selected=True).focus()
    for tab in ("formula", "classes", "bias", "neighbours", "scores"):
        page.keyboard.press("ArrowRight")
        until(lambda tab=tab: exhibit(page, "corruption", "tab") == tab, what=f"the tab {tab}")
    page.keyboard.press("ArrowLeft")
    until(lambda: said(page, "corruption.").get("corruption.tab") == "neighbours", what="the tab in the address")
    assert page.locator('[data-testid="corruption"] .panel canvas').locator("visible=true").count() == 1


def test_copies_are_given_away_by_their_neighbours_alone(open_page: Open) -> None:
    page = open_page(COPIES)
    assert exhibit(page, "corruption", "tab") == "neighbours"
    assert figure(page, "corruption", "memorised") == 1
    assert exhibit(page, "corruption", "worse") == "memorised"
    assert "100 %" in page.locator('[data-testid="corruption"] .wall').inner_text()


# ── What a hall can read ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "which"), [(AUGMENT, "augmentation"), (CORRUPT, "corruption"), (TABLES, "small_data")]
)
def test_it_is_legible_light_and_dark_and_fits(open_page: Open, path: str, which: str) -> None:
    page = open_page(path)
    check_legible(page, which)
    root = page.locator(f'[data-testid="{which}"]')
    box = root.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720
    assert root.evaluate("(node) => node.scrollHeight <= node.clientHeight && node.scrollWidth <= node.clientWidth")
