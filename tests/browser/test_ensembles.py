"""Several generators in a real browser: who made which points, who took which mode, and AdaGAN's parts."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.harness import attributes, hurry, number, panel, stage, until

Open = Callable[[str], Page]

BOTH = "?a=ring-merge-mad&b=ring-merge-ada&a.steps=12&b.steps=24&b.classifier_steps=5"


def states(page: Page, index: int) -> list[str]:
    """What the legend of one panel says of each generator: pale, learning or done."""
    rows = page.locator('[data-testid="stage"] [data-run]').nth(index).locator(".generator")
    return [state or "" for state in attributes(rows.locator("visible=true"), "data-state")]


def play_to_the_end(page: Page) -> None:
    hurry(page)
    page.keyboard.press("Space")
    until(lambda: all(panel(page, i, "state") == "finished" for i in (0, 1)), 180, "the end of both runs")
    until(lambda: (panel(page, 0, "step"), panel(page, 1, "step")) == ("12", "24"), what="the last frames")


def test_each_generator_has_a_row_in_the_legend(open_page: Open) -> None:
    page = open_page(BOTH)
    play_to_the_end(page)
    assert (len(states(page, 0)), len(states(page, 1))) == (4, 8)
    said = page.locator('[data-testid="stage"] [data-run]').first.locator(".generators").inner_text()
    assert said.count("25") == 4  # per cent of the mixture
    assert page.locator('[data-testid="stException"]').count() == 0


def test_scrubbing_goes_across_the_parts_of_adagan(open_page: Open) -> None:
    page = open_page(BOTH)
    play_to_the_end(page)
    at_the_end = states(page, 1)
    page.keyboard.press("Home")
    until(lambda: number(panel(page, 1, "step")) == 0, what="the first frame")
    until(lambda: states(page, 1) != at_the_end, what="the generators that have not begun")
    assert len(set(states(page, 1))) == 2
    page.keyboard.press("End")
    until(lambda: states(page, 1) == at_the_end, what="the whole mixture again")


def test_the_mixture_s_weights_are_bars(open_page: Open) -> None:
    page = open_page("?a=ring-merge&b=ring-merge-ada&card=7&a.steps=12&b.steps=24&b.classifier_steps=5")
    play_to_the_end(page)
    assert page.locator(".curves").first.get_attribute("data-curves") == "captured,mixture,transport,losses"
    assert stage(page, "state") != "failed"


def test_sixteen_seeds_of_an_ensemble_are_counted(open_page: Open) -> None:
    page = open_page(BOTH)
    hurry(page)
    page.get_by_role("button", name="16 seeds").click()
    until(lambda: all(panel(page, i, "state") == "finished" for i in (0, 1)), 180, "sixteen seeds")
    said = ("of 16 so far: captured modes ≥ 7", "of 16 so far: captured modes ≥ 6")
    until(lambda: all(said[i] in panel(page, i, "message") for i in (0, 1)), what="the count")


def test_what_the_table_of_remedies_says_has_room(open_page: Open) -> None:
    page = open_page("?card=8")
    said = page.locator('[data-testid="remedies"] .said')
    fits = "(node) => node.scrollHeight <= node.clientHeight"
    assert said.evaluate(fits)
    pointed = page.locator('[data-testid="remedies"] [data-say]')
    for i in range(pointed.count()):
        pointed.nth(i).hover()
        until(lambda: "of-row" in (said.get_attribute("class") or ""), 10, "what is known of it")
        assert said.evaluate(fits)
