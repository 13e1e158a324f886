"""The room: what a page looks like from a phone to a projector, in a presentation, and to those who do not see it.

Each test resizes one page instead of opening many.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import ROOT, Server, number, painted, panel, play, stage, until, wait_ready

Open = Callable[[str], Page]

SIZES = ((1024, 768), (1280, 720), (1920, 1080), (2560, 1440), (390, 844))
STACKED = 900  # pixels of width below which the columns stack
EXHIBITS = (
    "vanishing_gradients",
    "non_convergence",
    "diffaugment?card=2",
    "measuring",
    "?card=8",
    "diffaugment?card=8",
)
PAIR = "?a=ring-chase&b=ring-chase-unrolled&a.steps=1000000&b.steps=1000000"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# What is wrong with how a page lies, each thing in a few words. Shadow roots are looked into.
FAULTS = """
() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((node) =>
    node.shadowRoot ? [node, ...all(node.shadowRoot)] : [node]);
  const nodes = all(document.body);
  const seen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const is = (what) => nodes.filter((node) => node.matches(what) && seen(node));
  const name = (node) => `${node.tagName}.${node.className} "${node.textContent.trim().slice(0, 30)}"`;
  const box = (node) => node.getBoundingClientRect();
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const faults = [];
  const main = document.querySelector('[data-testid="stMain"]');
  if (document.documentElement.scrollWidth > window.innerWidth || main.scrollWidth > main.clientWidth)
    faults.push("the page is wider than the window");
  if (window.innerWidth >= STACKED && main.scrollHeight > main.clientHeight) faults.push("the page scrolls");

  const words = "button, .sentence, .figure, .step, .state, .clock, .key, .seed, .name, .way, .group, .says, th, td, " +
    ".st-key-buttons button p";
  for (const node of is(words))
    if (node.clientWidth && getComputedStyle(node).display !== "inline" && node.scrollWidth > node.clientWidth + 1)
      faults.push(`${name(node)} is cut`);
  for (const node of is("button, select, .sentence, .figure, canvas").filter((each) => !each.closest(".help-menu"))) {
    const { left, right } = box(node);
    const moved = node.closest(".remedies"); // sideways, on a phone
    if ((left < -1 || right > window.innerWidth + 1) && !moved) faults.push(`${name(node)} is outside`);
  }
  const apart = (group) => group.forEach((one, i) => group.slice(i + 1).forEach((other) => {
    if (!one.contains(other) && !other.contains(one) && over(box(one), box(other)))
      faults.push(`${name(one)} lies over ${name(other)}`);
  }));
  apart(is(".hall > .top, .hall > .transport, .hall > .curves"));
  apart(is(".head, .plot, .side, .verdict"));
  apart(is(".transport button, .transport select, .transport .clock, .transport .seed"));
  apart(is(".st-key-buttons button"));
  apart(is(".remedies table, .remedies .foot > *"));
  return faults;
}
""".replace("STACKED", str(STACKED))


def faults(page: Page) -> list[str]:
    return page.evaluate(FAULTS)


def check_sizes(page: Page, sizes: tuple[tuple[int, int], ...] = SIZES, what: str = "") -> None:
    """Nothing is cut, laid over another or out of sight at any of the sizes."""
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        # A new size is laid out and painted in a frame or two.
        until(lambda: not faults(page), 5, f"{what} {width}×{height}: {faults(page)}")


def measures(page: Page) -> dict[str, float]:
    """Sizes of the stage: of its root's type, of itself and of its first picture."""
    return page.locator('[data-testid="stage"]').evaluate(
        """(stage) => {
            const plot = stage.querySelector(".plot").getBoundingClientRect();
            const { height, top } = stage.getBoundingClientRect();
            const size = (node) => parseFloat(getComputedStyle(node).fontSize);
            const type = size(document.documentElement);
            return { type, height, top, plot: plot.height, wide: plot.width };
        }"""
    )


def test_two_panels_fill_every_screen(open_page: Open) -> None:
    page = open_page(PAIR)
    play(page)
    page.keyboard.press("Space")
    until(lambda: stage(page, "playing") == "false", what="the pause")
    type_before = 0.0
    for width, height in sorted(SIZES):
        check_sizes(page, ((width, height),), "two panels")
        found = measures(page)
        assert found["type"] >= max(16, type_before)
        type_before = found["type"]
        if width >= STACKED:
            # From under the navigation to the foot of the window, but for a narrow edge.
            assert found["top"] + found["height"] == pytest.approx(height, abs=found["type"])
            assert number(page.locator(".curves").first.get_attribute("data-curves")) == 0
        if width >= 1280:
            # The words beside a picture and the card leave it no more at 1280×720; larger screens give it 0.58.
            assert found["plot"] / found["height"] >= 0.52
        if width < STACKED:
            assert found["wide"] >= 300
            assert found["plot"] >= 300
            picture, card = (page.locator(each).first.bounding_box() for each in (".plot", ".st-key-card"))
            assert picture is not None
            assert card is not None
            assert picture["y"] < card["y"]
            assert "," not in (page.locator(".curves").first.get_attribute("data-curves") or ",")  # one plot
    assert type_before >= 30
    # A canvas names what was found.
    assert "A captures" in (page.locator(".panel canvas").first.get_attribute("aria-label") or "")


def test_other_numbers_of_panels_and_images_fit_as_well(open_page: Open) -> None:
    page = open_page("vanishing_gradients?card=2")
    for what, path in (
        ("four panels", "vanishing_gradients?card=2"),
        ("many seeds", f"{PAIR}&many=16"),
        ("images", "diffaugment?card=3"),
        ("one panel of images", "diffaugment?card=1"),
        ("several generators", "?card=6"),
    ):
        page.goto(f"{page.url.partition('?')[0].rsplit('/', 1)[0]}/{path}")
        wait_ready(page)
        page.set_viewport_size({"width": 1280, "height": 720})
        play(page, steps=2)
        page.keyboard.press("Space")
        check_sizes(page, what=what)
        if "image" in what:
            page.set_viewport_size({"width": 1280, "height": 720})
            until(lambda: float(panel(page, 0, "image-size") or 0) >= 40, what="images of 40 pixels or more")


@pytest.mark.parametrize(
    "path",
    ["vanishing_gradients", "non_convergence", "diffaugment?card=2", "measuring", "?card=8", "diffaugment?card=8"],
)
def test_every_exhibit_fills_the_same_room(open_page: Open, path: str) -> None:
    page = open_page(path)
    check_sizes(page, what=path)


def test_a_canvas_that_was_drawn_too_early_is_drawn_again(open_page: Open) -> None:
    """By way of ▶ the exhibit's scripts are there before its style sheet."""
    page = open_page("diffaugment")
    page.get_by_role("button", name="▶").click()
    page.locator('[data-testid="augmentation"]').wait_for()
    until(lambda: painted(page) > 0, what="the exhibit")
    sizes = "(nodes) => nodes.map((node) => [node.width, node.clientWidth * devicePixelRatio])"
    canvases = page.locator(".pictures canvas")
    until(lambda: all(abs(w - c) <= 1 for w, c in canvases.evaluate_all(sizes)), 5, "canvases as large as their boxes")
    assert canvases.count() == 4
    # A style that comes as late as it can: every canvas follows it.
    page.evaluate("() => document.documentElement.style.setProperty('font-size', '20px', 'important')")
    until(lambda: all(abs(w - c) <= 1 for w, c in canvases.evaluate_all(sizes)), 5, "canvases that follow a new style")


def test_a_presentation_hides_all_but_picture_verdict_clock_and_card(open_page: Open) -> None:
    page = open_page(PAIR)
    hidden = ['[data-testid="stHeader"]', ".st-key-knobs", ".st-key-secondary", ".transport .see", ".transport .seeds"]
    left = [".panel canvas", ".verdict", ".transport .play", ".scrubber", ".st-key-card", ".st-key-buttons", ".curves"]
    visible: Callable[[str], bool] = lambda what: page.locator(what).first.is_visible()  # noqa: E731
    assert all(visible(each) for each in hidden)
    before = measures(page)
    page.keyboard.press("p")
    until(lambda: not any(visible(each) for each in hidden), 5, "a page without what is no picture")
    assert all(page.locator(each).first.bounding_box() for each in left)
    until(lambda: measures(page)["height"] > before["height"], 5, "a higher stage")
    assert "present=1" in page.evaluate("() => location.search")
    assert not faults(page)
    # It is kept while a card is turned, and told how to be left.
    page.get_by_role("button", name="▶").click()
    until(lambda: "(2/9)" in page.title(), what="the next card's title")
    assert "Mode collapse" in page.title()
    until(lambda: "card=2" in page.evaluate("() => location.search"), what="the next card's address")
    assert "present=1" in page.evaluate("() => location.search")
    assert page.get_by_role("button", name="Leave the presentation").is_visible()
    page.keyboard.press("Escape")
    until(lambda: all(visible(each) for each in hidden), 5, "the whole page")
    assert "present" not in page.evaluate("() => location.search")

    # The menus hide no picture.
    for key, menu in (("?", ".help-menu"), (None, '.menu[aria-label="What the pictures show"]')):
        if key is None:
            page.locator(".transport .see").click()
        else:
            page.keyboard.press(key)
        box = page.locator(menu).bounding_box()
        picture = page.locator(".plot").first.bounding_box()
        assert box is not None
        assert picture is not None
        assert box["x"] + box["width"] <= picture["x"]
        page.keyboard.press("Escape")
        until(lambda menu=menu: not page.locator(menu).is_visible(), 5, "the menu closed")


def test_an_address_hides_what_it_names_and_says_what_it_cannot(open_page: Open) -> None:
    page = open_page(f"{PAIR}&hide=knobs,curves,teapot&present=yes")
    until(lambda: page.locator('[data-testid="stAlert"]').count() == 2, what="two sentences")
    said = " ".join(page.locator('[data-testid="stAlert"]').all_inner_texts())
    assert "teapot" in said
    assert "present is 'yes'" in said
    assert not page.locator(".st-key-knobs").is_visible()
    assert not page.locator(".curves").is_visible()
    until(lambda: "hide=knobs%2Ccurves" in page.evaluate("() => location.search"), what="the address as it holds")
    assert "teapot" not in page.evaluate("() => location.search")


def test_an_explanation_comes_by_pointer_and_by_keyboard(open_page: Open) -> None:
    page = open_page(PAIR)
    play(page)
    page.keyboard.press("Space")
    bubble = page.locator('[data-testid="stage"] .bubble')
    page.locator(".panel .figure").first.hover()
    until(bubble.is_visible, 5, "what is said of a figure")
    assert "3σ" in bubble.inner_text()
    page.mouse.move(5, 5)
    until(lambda: not bubble.is_visible(), 5, "no word of it")
    page.locator(".transport .seeds").focus()
    page.keyboard.press("Tab")
    until(bubble.is_visible, 5, "what is said of a button that was reached with the keyboard")
    assert page.locator('[data-testid="stage"] [title]').count() == 0


def test_less_motion_starts_nothing_by_itself(browser: Browser, server: Server) -> None:
    context = browser.new_context(reduced_motion="reduce")
    try:
        page = context.new_page()
        page.goto(f"{server.url}/mode_collapse")
        wait_ready(page)
        until(lambda: panel(page, 0, "state") in ("paused", "idle"), what="a stage that stands still")
        assert stage(page, "playing") == "false"
    finally:
        context.close()


def test_a_new_card_begins_at_its_top(open_page: Open) -> None:
    page = open_page(PAIR)
    reading = page.locator(".st-key-reading")
    reading.evaluate("(node) => node.scrollTo(0, 400)")
    assert reading.evaluate("(node) => node.scrollTop") > 100
    page.get_by_role("button", name="▶").click()
    page.get_by_text("Card 2 of 9").wait_for()
    until(lambda: reading.evaluate("(node) => node.scrollTop") == 0, 5, "the top of the card")


def violations(page: Page) -> list[Any]:
    """What axe-core finds serious or critical: the rule, and where."""
    return page.evaluate(
        """async () => {
            const found = await axe.run(document, { resultTypes: ["violations"] });
            return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
                .map((one) => [one.id, one.nodes.slice(0, 4).map((node) => `${node.target} ${node.failureSummary}`)]);
        }"""
    )


@pytest.mark.parametrize("path", [PAIR, *EXHIBITS])
def test_nobody_is_shut_out(open_page: Open, path: str) -> None:
    if not AXE.exists():
        reason = "axe-core is not installed; `make test` installs it"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    page = open_page(path)
    page.evaluate(AXE.read_text())  # not as a tag of the page, whose policy lets no script in
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_timeout(400)
        assert violations(page) == [], scheme
