"""The page Start in a real browser: a newcomer steps D and G, looks up a term, and opens a lecture."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from gancore.demos.first_gan import MOST_STEPS
from tests.browser.harness import check_legible, exhibit, until

Open = Callable[[str], Page]


def moves(page: Page) -> str | None:
    """The moves of the GAN that is drawn."""
    return exhibit(page, "first_gan", "moves")


def search(page: Page) -> str:
    """The address's parameters, as the browser has them."""
    return page.evaluate("() => location.search")


def test_a_newcomer_walks_from_the_first_step_to_a_lecture(open_page: Open) -> None:
    page = open_page("")
    page.get_by_role("button", name="Send noise through G").click()
    for step, button, after in (
        (2, "10 steps of D", "d10"),
        (3, "Show the arrows", "d10"),
        (4, "10 steps of G", "d10,g10"),
    ):
        page.get_by_role("button", name="Next").click()
        until(lambda step=step: f"step={step}" in search(page), what=f"step {step} in the address")
        page.get_by_role("button", name=button).click()
        until(lambda after=after: moves(page) == after, what=f"{button}: the moves {after}")
    said = page.locator(".seen").inner_text()

    # The way back through the browser's history, and forward again to what was seen
    until(lambda: "d10%2Cg10" in search(page), what="the moves in the address")
    page.wait_for_timeout(1100)  # a way back sooner than this is taken for an address that is late
    page.go_back()
    until(lambda: moves(page) == "d10" and exhibit(page, "first_gan", "step") == "4", what="the GAN before G's steps")
    page.go_forward()
    until(lambda: moves(page) == "d10,g10", what="the GAN after them")
    assert page.locator(".seen").inner_text() == said
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Play 200 rounds").click()
    until(lambda: "r" in (moves(page) or ""), what="the first round")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Back").click()
    until(lambda: exhibit(page, "first_gan", "step") == "4", what="the step before")

    # A term by keyboard and by mouse; what explains it lies within the window
    for name, reach in (("noise", "hover"), ("D’s loss", "focus")):
        term = page.locator(".term", has_text=name).first
        getattr(term, reach)()
        told = term.get_by_role("tooltip")
        until(told.is_visible, what=f"what explains {name}")
        box = told.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 720
    page.keyboard.press("Escape")
    until(lambda: not told.is_visible(), what="what explains it being put away")

    check_legible(page, "first_gan")
    page.get_by_test_id("stMain").get_by_role("link", name="Mode collapse").first.click()
    page.get_by_role("heading", name="Eight places to be").wait_for()
    term = page.locator(".st-key-card .term", has_text="generator").first
    term.click()
    until(term.get_by_role("tooltip").is_visible, what="the term on the card")


def test_at_the_end_of_its_steps_it_says_so(open_page: Open) -> None:
    page = open_page(f"?first_gan.step=5&first_gan.done=yes&first_gan.moves=r{MOST_STEPS // 2}")
    until(lambda: "all the steps" in page.locator(".seen").inner_text(), what="the end being said")
    assert page.get_by_role("button", name="D’s step").is_disabled()
    page.get_by_role("button", name="Start again").click()
    until(lambda: moves(page) == "", what="a fresh GAN")
