"""Non-convergence in a real browser: the laboratory while it is played with, and every scenario to its verdict."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.harness import SHORT, check_legible, exhibit, panel, play, play_to_verdict, stage, until

Open = Callable[[str], Page]

PATH = "non_convergence"
SCENARIOS = {
    "penalties": ("swing-segment", "swing-segment-noise", "swing-segment-roth", "swing-segment-r1"),
    "apart": ("apart-minimax", "apart-noise"),
    "training": ("swing-segment", "swing-segment-ttur", "swing-segment-average", "swing-segment-consensus"),
    "ring": ("swing-ring", "swing-ring-r1", "swing-ring-wasserstein", "swing-ring-spectral"),
}
SAID = {"apart": ("away from the data", "∥∇G∥", "D is right")}  # words of each panel's verdict
SWINGING = ("swings: W ±", "W", "D is right")
ON_STAGE = 5  # a card beside which the runs stand


def address(*presets: str, card: int = ON_STAGE, **fields: object) -> str:
    panels = list(zip("abcd", presets, strict=False))
    parts = [f"{label}={name}" for label, name in panels]
    parts += [f"{label}.{field}={value}" for label, _ in panels for field, value in fields.items()]
    return f"{PATH}?card={card}&" + "&".join(parts)


def lab(page: Page, name: str) -> str:
    return exhibit(page, "dirac", name) or ""


def root(page: Page) -> Locator:
    return page.locator('[data-testid="dirac"]')


def said(page: Page) -> dict[str, str]:
    """The laboratory's part of the address."""
    query = parse_qs(urlparse(page.evaluate("() => location.href")).query)
    return {key: values[0] for key, values in query.items() if key.startswith("dirac.")}


# ── The laboratory ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_opens_on_a_game_that_circles_and_settles_by_the_penalty_that_the_card_offers(open_page: Open) -> None:
    page = open_page(PATH)
    assert (lab(page, "a"), lab(page, "b")) == ("non_saturating", "non_saturating")
    assert (lab(page, "verdict-a"), lab(page, "verdict-b")) == ("circles", "circles")
    page.get_by_role("button", name="B: a penalty, R1").click()
    until(lambda: (lab(page, "verdict-a"), lab(page, "verdict-b")) == ("circles", "converges"), what="B settled")


def test_taking_turns_keeps_the_radius_of_a_game_that_leaves(open_page: Open) -> None:
    page = open_page(f"{PATH}?dirac.a=minimax")
    assert lab(page, "verdict-a") == "diverges"
    root(page).locator("label", has_text="alternating").click()
    until(lambda: lab(page, "verdict-a") == "circles", what="a game that keeps its radius")


def test_it_is_drawn_again_while_a_slider_is_dragged(open_page: Open) -> None:
    page = open_page(PATH)
    slider = page.get_by_role("slider", name="h")
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    seen: set[str] = set()
    for share in range(50, 90, 2):
        page.mouse.move(box["x"] + box["width"] * share / 100, y)
        page.wait_for_timeout(60)
        seen.add(lab(page, "h"))
    drawn_while_held = len(seen)
    page.mouse.up()
    assert drawn_while_held >= 4, seen
    until(lambda: said(page).get("dirac.h") == lab(page, "h"), what="the step in the address")


def test_a_click_starts_the_same_run_in_both_planes_and_undo_takes_it_back(open_page: Open) -> None:
    page = open_page(PATH)
    first = lab(page, "starts")
    plane = root(page).locator("canvas").first
    box = plane.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.6)
    until(lambda: lab(page, "starts") not in ("", first), what="a second start")
    until(lambda: "dirac.starts" in said(page), what="the starts in the address")
    page.keyboard.press("u")
    until(lambda: lab(page, "starts") == first, what="the start taken back")


def test_nothing_is_judged_where_nothing_starts(open_page: Open) -> None:
    page = open_page(PATH)
    assert lab(page, "verdict-a") == "circles"
    page.keyboard.press("x")
    until(lambda: lab(page, "starts") == "0", what="no start")
    until(lambda: (lab(page, "verdict-a"), lab(page, "verdict-b")) == ("none", "none"), what="no verdict")
    assert "here" not in root(page).inner_text()


def test_the_table_is_one_key_away_and_is_sorted_by_its_heads(open_page: Open) -> None:
    page = open_page(PATH)
    page.keyboard.press("t")
    until(lambda: lab(page, "view") == "table", what="the table")
    rows = root(page).locator("tr[data-method]")
    until(lambda: rows.count() == 11, what="a row a method")
    heads = root(page).locator("th[data-column]")
    halving = heads.filter(has_text="halves")
    halving.get_by_role("button").click()
    until(lambda: halving.get_attribute("aria-sort") in ("ascending", "descending"), what="the order")
    if halving.get_attribute("aria-sort") == "descending":
        halving.get_by_role("button").click()
    until(lambda: halving.get_attribute("aria-sort") == "ascending", what="the quickest first")
    assert rows.first.get_attribute("data-verdict") == "converges"
    assert rows.first.get_attribute("data-method") in ("r1", "r2")
    rows.filter(has_text="consensus").get_by_role("button").first.click()
    until(lambda: lab(page, "b") == "consensus", what="the method of that row in B")
    until(lambda: said(page).get("dirac.b") == "consensus", what="B in the address")


def test_the_pair_of_r1_meets_at_a_penalty_of_one(open_page: Open) -> None:
    for gamma, turns in ((0.9, True), (1.1, False)):
        page = open_page(f"{PATH}?dirac.b=r1&dirac.gamma={gamma}")
        spectrum = root(page).locator("[data-values]").first
        until(lambda at=spectrum: "B" in (at.get_attribute("data-values") or ""), what="the eigenvalues")
        of_b = (spectrum.get_attribute("data-values") or "").split("; ")[1]
        assert ("i" in of_b) == turns, of_b


def test_each_card_opens_the_laboratory_as_it_says(open_page: Open) -> None:
    page = open_page(PATH)
    for a, b in (("r1", "instance_noise"), ("plain", "optimistic")):
        page.get_by_role("button", name="▶").click()
        until(lambda a=a, b=b: (lab(page, "a"), lab(page, "b")) == (a, b), what=f"{a} beside {b}")
    assert said(page) == {}
    assert lab(page, "game") == "bilinear"
    page.get_by_role("button", name="◀").click()
    until(lambda: lab(page, "game") == "dirac", what="the card before")


def test_it_is_legible_light_and_dark(open_page: Open) -> None:
    check_legible(open_page(PATH), "dirac")


# ── The runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_preset_plays_to_its_verdict(open_page: Open, name: str) -> None:
    presets = SCENARIOS[name]
    page = open_page(address(*presets, steps=SHORT))
    play_to_verdict(page, len(presets), SAID.get(name, SWINGING))
    curves = "gradient,accuracy,transport,losses" if name == "apart" else "transport,oscillation,gradient,losses"
    assert page.locator(".curves").first.get_attribute("data-curves") == curves


def test_the_noised_densities_are_drawn_where_there_is_noise(open_page: Open) -> None:
    page = open_page(address(*SCENARIOS["apart"], steps=1_000_000))
    assert stage(page, "densities") == "true"
    play(page)
    legends = page.locator('[data-testid="stage"] .legend')
    until(lambda: float(legends.nth(1).get_attribute("data-sigma") or 0) > 0.9, what="the noise of B")
    assert float(legends.nth(0).get_attribute("data-sigma") or 0) == 0
    page.keyboard.press("b")
    until(lambda: stage(page, "densities") == "false", what="the densities hidden")


def test_instance_noise_is_a_live_knob(open_page: Open) -> None:
    page = open_page(address(*SCENARIOS["apart"], steps=1_000_000))
    play(page)
    run = panel(page, 0, "run")
    knob = page.get_by_role("textbox", name="instance noise σ").first
    knob.fill("1")
    knob.press("Enter")
    legend = page.locator('[data-testid="stage"] .legend').first
    until(lambda: float(legend.get_attribute("data-sigma") or 0) == 1, what="noise in the run that goes on")
    assert panel(page, 0, "run") == run
