"""Vanishing gradients in a real browser: the two lines while they are dragged, and every preset to its verdict."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import (
    SHORT,
    attributes,
    check_legible,
    exhibit,
    hurry,
    number,
    panel,
    play,
    play_to_verdict,
    stage,
    start_server,
    stop_server,
    until,
)
from ui.exhibits.optimal_discriminator.codec import THETAS

Open = Callable[[str], Page]

PATH = "vanishing_gradients"
SCENARIOS = {
    "training": ("vanish-minimax", "vanish-non-saturating", "vanish-wasserstein"),
    "frozen": ("freeze-minimax", "freeze-non-saturating", "freeze-wasserstein", "freeze-clip"),
    "deep": ("deep-sigmoid", "deep-relu"),
    "epochs": ("freeze-minimax", "freeze-minimax-10", "freeze-minimax-25"),
}
FIELDS = {"frozen": {"freeze_at": SHORT // 2}, "epochs": {"freeze_at": SHORT // 2}}
SAID = {  # words of each panel's verdict
    "training": ("away from the data", "∥∇G∥", "D is right"),
    "frozen": ("gets a gradient of", "fell", "D is right"),
    "deep": ("less gradient at layer 1", "∥∇G∥", "W"),
    "epochs": ("gets a gradient of", "fell", "D is right"),
}
ON_STAGE = 2  # a card beside which the runs stand


def address(*presets: str, card: int = ON_STAGE, **fields: object) -> str:
    panels = list(zip("abcd", presets, strict=False))
    parts = [f"{label}={name}" for label, name in panels]
    parts += [f"{label}.{field}={value}" for label, _ in panels for field, value in fields.items()]
    return f"{PATH}?card={card}&" + "&".join(parts)


def theta(page: Page) -> float:
    return float(exhibit(page, "optimal_discriminator", "theta") or "nan")


# ── The two lines ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_dragging_asks_nothing_of_the_server_and_answers_at_once(open_page: Open) -> None:
    page = open_page(PATH)
    slider = page.get_by_role("slider", name="θ")
    said = page.locator('[data-testid="optimal_discriminator"]').get_by_role("status")
    before = said.inner_text()
    page.wait_for_timeout(1500)  # what the page still had to say to the server is said
    asked: list[object] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameSent", lambda event: asked.append(event))
    # Each move of the slider, from the event to the picture, in the browser's own time
    times = slider.evaluate(
        """async (input) => {
            const root = input.closest('[data-testid="optimal_discriminator"]');
            const times = [];
            for (let i = 0; i < 20; i++) {
                const [painted, began] = [root.dataset.painted, performance.now()];
                input.stepUp();
                input.dispatchEvent(new Event("input", { bubbles: true }));
                while (root.dataset.painted === painted) await new Promise((done) => setTimeout(done, 1));
                times.push(performance.now() - began);
            }
            return times;
        }"""
    )
    assert asked == []
    assert sorted(times)[len(times) // 2] < 100, times
    assert theta(page) == 3.0
    assert said.inner_text() != before
    slider.focus()
    page.keyboard.press("ArrowLeft")
    until(lambda: theta(page) == 2.95, what="a step by the keyboard")
    until(lambda: "theta=2.95" in page.evaluate("() => location.href"), what="the address")


def test_arrow_keys_move_the_line_from_anywhere_and_the_read_out_follows(open_page: Open) -> None:
    page = open_page(f"{PATH}?theta=0.1&sigma=0.3")
    assert theta(page) == 0.1
    rows = page.locator('[data-testid="optimal_discriminator"] [data-loss]')
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    until(lambda: theta(page) == 0, what="the two on top of each other")
    said = page.locator('[data-testid="optimal_discriminator"]').get_by_role("status")
    assert "nothing is left to learn" in said.inner_text()
    for _ in range(8):
        page.keyboard.press("Shift+ArrowRight")
    until(lambda: theta(page) == THETAS[-1], what="the far end")
    gone = dict(zip(attributes(rows, "data-loss"), attributes(rows, "data-vanished"), strict=True))
    assert gone == {
        "minimax": "true",
        "non_saturating": "false",
        "least_squares": "true",
        "hinge": "true",
        "wasserstein": "false",
    }
    assert "100" in said.inner_text()  # per cent: D errs no more


def test_the_generated_density_can_be_dragged(open_page: Open) -> None:
    page = open_page(PATH)
    box = page.locator('[data-testid="optimal_discriminator"] .line').bounding_box()
    assert box is not None
    middle, y = box["x"] + box["width"] / 2, box["y"] + 100
    page.mouse.move(middle + 40, y)
    page.mouse.down()
    page.mouse.move(middle - box["width"] / 6, y, steps=5)
    page.mouse.up()
    until(lambda: abs(theta(page) + 2) <= 0.1, what="θ under the pointer")


def test_it_is_legible_light_and_dark(open_page: Open) -> None:
    check_legible(open_page(PATH), "optimal_discriminator")


# ── The runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_preset_plays_to_its_verdict(open_page: Open, name: str) -> None:
    presets = SCENARIOS[name]
    page = open_page(address(*presets, steps=SHORT, **FIELDS.get(name, {})))
    play_to_verdict(page, len(presets), SAID[name])


@pytest.mark.parametrize(
    ("name", "curves"),
    [
        ("training", "gradient,accuracy,transport,losses"),
        ("frozen", "gradient,accuracy,losses"),
        ("deep", "layers,gradient,transport,losses"),
        ("epochs", "gradient,accuracy,losses"),
    ],
)
def test_each_scenario_has_its_own_curves(open_page: Open, name: str, curves: str) -> None:
    page = open_page(address(*SCENARIOS[name]))
    until(lambda: page.locator(".curves").first.get_attribute("data-curves") == curves, what="the curves")


def test_what_is_pointed_at_says_its_numbers_and_a_press_makes_a_curve_large(open_page: Open) -> None:
    page = open_page(address(*SCENARIOS["deep"], steps=20))
    hurry(page)
    page.keyboard.press("Space")
    until(lambda: all(panel(page, i, "step") == "20" for i in (0, 1)), 120, "the end of both runs")
    box = page.locator(".curves").first.bounding_box()
    assert box is not None
    tip = page.locator(".curves .tip").first

    page.wait_for_timeout(3000)  # until all is at rest, and nothing but the pointer can bring it about
    page.mouse.move(box["x"] + 70, box["y"] + 80)
    page.mouse.move(box["x"] + 70, box["y"] + 90)
    until(lambda: "layer 1, next to the noise" in tip.inner_text(), 10, "the first layer's figures")
    assert "A: " in tip.inner_text()
    assert "B: " in tip.inner_text()

    page.get_by_role("button", name="losses of D and G").click()
    large = page.locator('.curves .enlarge[aria-pressed="true"]')
    until(lambda: large.get_attribute("data-curve") == "losses", 10, "the losses large")
    page.mouse.move(box["x"] + 110, box["y"] + 80)
    page.mouse.move(box["x"] + 110, box["y"] + 90)
    until(lambda: re.search(r"step \d+\s+A: D [\d.]+, G [\d.]+\s+B: D", tip.inner_text()) is not None, 10, "the losses")
    page.locator(".plot canvas").first.hover()
    field = page.locator(".plot .tip").first
    until(lambda: re.search(r"x = \(.+, .+\)\s+D\(x\) = [01]\.\d\d", field.inner_text()) is not None, 10, "D(x)")


def test_runs_wait_while_another_exhibit_is_shown(open_page: Open) -> None:
    page = open_page("vanishing_gradients?card=4")
    page.locator(".st-key-choices button").first.click()  # a card that was answered keeps its runs
    page.locator('[data-testid="stAlert"]').wait_for()
    until(lambda: panel(page, 0, "state") == "paused", what="the GANs at their start")
    play(page, 0)
    run = panel(page, 0, "run")
    page.get_by_role("button", name="▶").click()
    page.locator('[data-testid="optimal_discriminator"]').wait_for()
    assert page.locator('[data-testid="stage"]').count() == 0
    page.get_by_role("button", name="◀").click()
    page.locator('[data-testid="stage"]').wait_for()
    until(lambda: panel(page, 0, "state") == "paused", what="the same run, paused")
    assert panel(page, 0, "run") == run
    assert number(stage(page, "frames")) > 0
    page.keyboard.press("Space")
    until(lambda: panel(page, 0, "state") == "running", what="the run going on")


def test_sixteen_seeds_are_counted_by_the_verdict_of_their_preset(open_page: Open) -> None:
    page = open_page(address(*SCENARIOS["training"][:2], steps=10))
    hurry(page)
    page.get_by_role("button", name="16 seeds").click()
    until(lambda: all(panel(page, i, "state") == "finished" for i in (0, 1)), 180, "sixteen seeds")
    until(lambda: "of 16 so far: transport ≥ 1.5" in panel(page, 0, "message"), what="the count")
    assert "of 16 so far: transport ≤ 0.5" in panel(page, 1, "message")
    said = page.locator('[data-testid="stage"] [data-run]').first.locator(".verdict").inner_text()
    assert "away from the data, in the median of 16 seeds." in said
    assert "stalled" not in said  # the runs end before the length of their claims
    assert "collapsed" not in panel(page, 0, "message")


def test_the_first_visitor_of_a_server_may_come_by_a_deep_link(browser: Browser) -> None:
    own = start_server()
    try:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{own.url}/{PATH}")
        page.locator('[data-testid="optimal_discriminator"]').wait_for()
        page.get_by_role("link", name="Mode collapse").first.wait_for()
        assert page.locator('[data-testid="stSidebar"]').count() == 0
        page.close()
    finally:
        stop_server(own)
