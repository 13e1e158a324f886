"""A lecture in a real browser: play, pause, step, scrub, keys, cards, many seeds."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import BrowserContext, Locator, Page

from gancore.experiments.presets import PRESETS
from tests.browser.harness import SHORT, Server, hurry, number, painted, panel, play, stage, until, wait_ready
from ui.lecture.cards import lecture

Open = Callable[[str], Page]

QUICK = "a.steps=400&b.steps=400&b.unroll_steps=1"


def test_play_moves_both_panels_and_pause_holds_them(open_page: Open) -> None:
    page = open_page("mode_collapse?a=ring-chase&b=ring-chase-unrolled")
    until(lambda: stage(page, "state") == "idle", what="a stage on which nothing runs")
    play(page)
    until(lambda: number(panel(page, 1, "step")) > 0, what="a step in panel B")
    painted = number(stage(page, "painted"))
    until(lambda: number(stage(page, "painted")) > painted + 10, what="ten more pictures")
    page.keyboard.press("Space")
    until(lambda: stage(page, "state") == "paused", what="the pause")
    held = stage(page, "live-step")
    page.wait_for_timeout(700)
    assert stage(page, "live-step") == held


def test_nothing_runs_before_somebody_plays(open_page: Open) -> None:
    page = open_page("mode_collapse")
    until(lambda: [panel(page, i, "state") for i in (0, 1)] == ["paused"] * 2, what="both GANs at their start")
    until(lambda: [panel(page, i, "step") for i in (0, 1)] == ["0"] * 2, what="their untrained generators")
    page.wait_for_timeout(500)
    assert stage(page, "live-step") == "0"
    page.keyboard.press("Space")
    until(lambda: number(panel(page, 0, "step")) > 100, what="a hundred steps")


def test_one_step_is_one_step_and_scrubbing_moves_everything(open_page: Open) -> None:
    page = open_page("mode_collapse?a=ring-chase&b=ring-chase")
    play(page)
    page.keyboard.press("Space")
    until(lambda: stage(page, "state") == "paused", what="the pause")
    page.get_by_role("button", name="live").first.click()
    before = number(stage(page, "live-step"))
    page.keyboard.press("ArrowRight")
    until(lambda: number(stage(page, "live-step")) == before + 1, what="exactly one step")
    page.keyboard.press("Home")
    until(
        lambda: panel(page, 0, "step") == "0" and panel(page, 1, "step") == "0", what="the first frame in both panels"
    )
    page.keyboard.press("End")
    until(lambda: number(panel(page, 0, "step")) == before + 1, what="the last frame")


def test_keys_for_seed_rewind_undo_and_a_run_that_is_kept(open_page: Open) -> None:
    page = open_page("mode_collapse?a=ring-chase&b=ring-chase&seed=3")
    play(page)
    first = panel(page, 0, "run")
    page.keyboard.press("r")
    until(lambda: panel(page, 0, "run") not in ("", first), what="another run")
    assert query(page)["seed"] == "3"
    page.keyboard.press("n")
    until(lambda: query(page)["seed"] == "4", what="the next seed")
    page.keyboard.press("u")
    until(lambda: query(page)["seed"] == "3", what="the seed before")
    until(lambda: number(panel(page, 0, "step")) > 5, what="something to keep")
    page.keyboard.press("c")
    until(lambda: stage(page, "count") == "3", what="a third panel")
    until(lambda: query(page).get("c") == "ring-chase", what="the third one in the address")
    assert panel(page, 2, "run") not in ("", panel(page, 0, "run"))


def title_of(page: Page, card: int) -> Locator:
    """The words of a card's heading; the margin around them lies under the text."""
    return page.locator(".st-key-card h3").locator("span").first


def in_sight(what: Locator) -> bool:
    """Whether all of all it finds can be seen: it lies in the window, and nothing lies over it or cuts it off.

    Its corners are asked, a few pixels inside; a margin at the edge of what scrolls is no loss. All are asked in one
    look: while a card is drawn, what belongs to the one before may go at any moment.
    """
    return what.evaluate_all(
        """(nodes) => nodes.length > 0 && nodes.every((node) => {
            const box = node.getBoundingClientRect();
            const inset = 8;
            return [box.top + inset, box.bottom - inset].every((y) => {
                const hit = document.elementFromPoint(box.left + box.width / 2, y);
                return hit !== null && (node.contains(hit) || hit.contains(node) && !hit.matches("body, html, main"));
            });
        })"""
    )


def address(page: Page) -> str:
    """The address bar; Playwright's own `url` lags behind what scripts write."""
    return page.evaluate("() => location.href")


def query(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlparse(address(page)).query).items()}


# Where each lecture is.
LECTURES = {
    "mode_collapse": "mode_collapse",
    "vanishing_gradients": "vanishing_gradients",
    "non_convergence": "non_convergence",
    "diffaugment": "diffaugment",
    "measuring": "measuring",
}


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_from_the_first_card_to_the_last(open_page: Open, name: str) -> None:
    page = open_page(LECTURES[name])
    cards = lecture(name)
    for i, card in enumerate(cards, 1):
        page.locator(".st-key-card h3", has_text=card.title).wait_for()
        exhibit = page.locator(f'[data-testid="{card.exhibit}"]')
        exhibit.wait_for()
        seen = [title_of(page, i), page.locator(".st-key-buttons button:visible")]
        if card.actions:
            seen.append(page.locator(".st-key-card").get_by_role("button", name=card.actions[0].say))
        if card.question:
            page.locator(".st-key-choices button", has_text=card.choices[card.answer - 1]).first.click()
            if card.reveal:
                page.get_by_role("button", name="Show the answer now").click()
            answer = page.locator('[data-testid="stAlert"]', has_text=card.because[:20])
            answer.wait_for()  # with it the choices are drawn anew
            seen += [page.locator(".st-key-choices button"), answer]
        for each in seen:
            each.last.scroll_into_view_if_needed()  # a long card scrolls, and nothing else does
            until(lambda each=each: in_sight(each), 20, f"card {i}: all of {each} in sight")
        assert page.locator('[data-testid="stException"]').count() == 0
        box = exhibit.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 720
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        if i < len(cards):
            page.get_by_role("button", name="▶").click()
    assert query(page)["card"] == str(len(cards))


def test_a_preset_plays_to_its_verdict_and_the_knobs_say_while_it_trains(open_page: Open) -> None:
    page = open_page(f"mode_collapse?a=ring-chase&b=ring-chase-pac&{QUICK.replace('&b.unroll_steps=1', '')}")
    training = page.locator('[data-testid="knobs"] [data-activity="running"]').locator("visible=true")
    page.keyboard.press("Space")
    until(lambda: training.count() > 0, what="the word that live knobs act on a running GAN")
    until(lambda: panel(page, 0, "state") == panel(page, 1, "state") == "finished", 120, "the end of both runs")
    until(lambda: panel(page, 0, "step") == panel(page, 1, "step") == "400", what="the last frame")
    until(lambda: training.count() == 0, 10, "no word of a running GAN")


def test_a_page_that_is_left_waits_and_lets_the_next_one_train(open_page: Open) -> None:
    long = "a.steps=1000000&b.steps=1000000"
    page = open_page(f"mode_collapse?a=ring-chase&b=ring-chase-pac&{long}")
    play(page)
    page.get_by_role("link", name="Vanishing gradients").first.click()
    page.get_by_role("button", name="▶").click()  # to the first card that has runs: four of them
    page.locator(".st-key-card h3", has_text=lecture("vanishing_gradients")[1].title).wait_for()
    page.locator(".st-key-choices").wait_for()
    page.keyboard.press("1")  # a guess starts them
    until(lambda: [panel(page, i, "state") for i in range(4)] == ["running"] * 4, what="four runs at once")
    page.get_by_role("link", name="Mode collapse").first.click()
    until(lambda: panel(page, 0, "state") == panel(page, 1, "state") == "paused", what="the runs as they were left")
    before = number(panel(page, 0, "step"))
    assert before > 0
    page.keyboard.press("Space")
    until(lambda: number(panel(page, 0, "step")) > before, what="more steps of them")


def test_sixteen_seeds_of_both_sides(open_page: Open) -> None:
    page = open_page("mode_collapse?a=ring-chase&b=ring-chase-pac&a.steps=12&b.steps=12")
    hurry(page)
    page.get_by_role("button", name="16 seeds").click()
    until(lambda: panel(page, 0, "state") == panel(page, 1, "state") == "finished", 120, "sixteen seeds")
    until(lambda: panel(page, 0, "step") == panel(page, 1, "step") == "12", what="the last frame")
    sides = (("captured modes ≤ 4", "ring-chase"), ("captured modes ≥ 7, high quality ≥ 60%", "ring-chase-pac"))
    for i, (figure, preset) in enumerate(sides):
        # The runs end before the length of their claims: figures, and no verdict.
        assert panel(page, i, "message").endswith(f"of 16 so far: {figure}")
        sentence = page.locator('[data-testid="stage"] [data-run]').nth(i).locator(".sentence")
        length = PRESETS[preset].config.steps
        assert f"No verdict before step {length:,}." in (sentence.get_attribute("data-about") or "")
        assert sentence.evaluate("(node) => node.scrollWidth <= node.clientWidth")
        assert "of 8 clouds, in the median of 16 seeds." in verdict_of(page, i)
        assert "/16" not in verdict_of(page, i)
        assert not set(labels(page, i)) & {"✕"}
    assert query(page)["many"] == "16"


def test_sixteen_seeds_that_are_stored_are_told_at_once_and_nothing_runs(open_page: Open) -> None:
    page = open_page("mode_collapse?a=ring-chase&b=ring-chase-pac")
    button, menu = page.locator('[data-do="seeds"]'), page.locator(".menu.stored")
    runs = [panel(page, i, "run") for i in (0, 1)]
    button.click()
    until(menu.is_visible, what="the stored results")
    said = menu.locator(".result").all_inner_texts()
    assert [text[0] for text in said] == ["A", "B"]
    assert all("Recorded: " in text and "of 16" in text for text in said)
    assert menu.get_by_role("button", name="Run it live with 16 seeds").is_visible()
    page.keyboard.press("Escape")
    until(menu.is_hidden, what="the menu closed by a key")
    # By the keyboard: it opens with the focus in it, and gives that back.
    button.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(lambda: menu.locator(":focus").count() == 1, what="the focus in the menu")
    page.keyboard.press("Escape")
    until(lambda: button.evaluate("(node) => node.matches(':focus')"), what="the focus back at the button")
    button.click()
    page.locator('[data-testid="stage"] [data-run]').first.locator(".title").click()
    until(menu.is_hidden, what="the menu closed by a press elsewhere")
    assert [panel(page, i, "run") for i in (0, 1)] == runs
    assert "many" not in query(page)
    assert stage(page, "playing") == "false"


def test_a_claim_is_judged_at_its_length_and_not_before(open_page: Open) -> None:
    page = open_page("non_convergence?card=5&a=swing-segment-ttur&many=16&a.batch_size=16&a.g_hidden=16&a.d_hidden=16")
    seen: list[tuple[int, str, str]] = []

    def over() -> bool:
        before = number(panel(page, 0, "step"))
        said = sentence_of(page, 0), verdict_of(page, 0)
        if before == number(panel(page, 0, "step")):
            seen.append((before, *said))
        return panel(page, 0, "state") == "finished" and panel(page, 0, "step") == "1500"

    page.keyboard.press("Space")
    until(over, 180, "the claim's length")
    until(lambda: "interval" in verdict_of(page, 0), what="the verdict")
    early = [(sentence, said) for step, sentence, said in seen if 0 < step < 1500]
    assert any("so far: oscillation of W ≤" in sentence for sentence, _ in early)
    assert all("settled" not in sentence for sentence, _ in early)
    assert all("settled" not in said and "interval" not in said for _, said in early)
    assert " of 16 seeds settled" in sentence_of(page, 0)
    assert " of 16 settled (95 % interval" in verdict_of(page, 0)
    # Back in time there are figures alone again.
    page.keyboard.press("Home")
    until(lambda: panel(page, 0, "step") == "0", what="the first frame")
    assert sentence_of(page, 0) == "The verdict is of step 1,500."
    assert "settled" not in verdict_of(page, 0)


def sentence_of(page: Page, index: int) -> str:
    """The sentence over many seeds."""
    return page.locator('[data-testid="stage"] [data-run]').nth(index).locator(".sentence").inner_text()


def verdict_of(page: Page, index: int) -> str:
    return page.locator('[data-testid="stage"] [data-run]').nth(index).locator(".verdict").inner_text()


def labels(page: Page, index: int) -> list[str]:
    """What marks each of many seeds: a cross or nothing."""
    return page.locator('[data-testid="stage"] [data-run]').nth(index).locator(".mini .cross").all_inner_texts()


def test_nothing_is_asked_of_another_host(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.url)
    wait_ready(page)
    page.goto(f"{server.url}/mode_collapse")
    wait_ready(page)
    play(page)
    elsewhere = [
        url for url in asked if urlparse(url).scheme in ("http", "https") and urlparse(url).hostname != "localhost"
    ]
    assert asked
    assert elsewhere == []


def test_everything_fits_at_1280_by_720_light_and_dark(open_page: Open) -> None:
    page = open_page("mode_collapse")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_timeout(300)
        box = page.locator('[data-testid="stage"]').bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 720
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_the_link_opened_elsewhere_gives_the_same_run(open_page: Open, context: BrowserContext) -> None:
    page = open_page("mode_collapse?a=ring-chase&b=ring-chase-pac&a.d_lr=0.002&a.steps=30&b.steps=30&seed=11")
    pictures = []
    for each in (page, context.new_page()):
        if each is not page:
            each.goto(address(page))
            wait_ready(each)
        hurry(each)
        each.keyboard.press("Space")
        until(lambda each=each: panel(each, 0, "step") == panel(each, 1, "step") == "30", what="the last frame")
        panels = each.locator('[data-testid="stage"] [data-run]')
        pictures.append([panels.nth(index).inner_text() for index in (0, 1)])
    assert pictures[0] == pictures[1]


def test_own_data_are_drawn_with_the_mouse(open_page: Open) -> None:
    page = open_page("mode_collapse?a=ring-chase&b=ring-chase&a.steps=200&b.steps=200")
    page.locator('[data-do="see"]').click()
    page.locator("button.own").click()
    sheet = page.locator("canvas.sheet")
    box = sheet.bounding_box()
    assert box is not None
    for x, y in ((0.3, 0.3), (0.7, 0.3), (0.5, 0.6)):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.get_by_role("button", name="Done").click()
    until(lambda: query(page).get("a.data") == "points", what="the drawn data in the address")
    assert len(query(page)["b.points"].split(";")) == 3
    until(lambda: panel(page, 1, "state") in ("running", "finished"), what="a run on the drawn data")


def test_a_knob_acts_on_the_running_gan_and_is_noted(open_page: Open) -> None:
    page = open_page("mode_collapse?a=ring-chase&b=ring-chase&a.steps=1000000&b.steps=1000000")
    play(page)
    run = panel(page, 0, "run")
    page.get_by_role("combobox", name="loss").first.select_option("hinge")
    until(lambda: query(page).get("a.loss") == "hinge", what="the new loss in the address")
    assert panel(page, 0, "run") == run
    assert panel(page, 0, "state") == "running"


# Cards whose text and answer leave no room for a knob.
LONG = [("", 7), ("non_convergence", 5)]


@pytest.mark.parametrize(("path", "card"), LONG)
def test_knobs_are_reached_beside_a_long_card(open_page: Open, path: str, card: int) -> None:
    page = open_page(f"{path}?card={card}")
    page.locator(".st-key-choices button").last.click()
    page.locator('[data-testid="stAlert"]').wait_for()
    row = page.locator('[data-field="d_lr"] .value')
    page.get_by_role("searchbox", name="Find a knob").press_sequentially("D learning")
    until(lambda: reachable(row), what="the knob that is searched for, in sight")
    page.get_by_role("searchbox", name="Find a knob").fill("")
    page.locator(".st-key-buttons").get_by_role("button", name="tune").click()
    page.locator(".st-key-card").wait_for(state="detached")
    until(lambda: reachable(row), what="the knob, in the card's place")
    page.get_by_role("searchbox", name="Find a knob").press_sequentially("k")  # here it is a letter
    page.locator('[data-field="d_steps"]').wait_for()
    assert page.locator(".st-key-card").count() == 0
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("k")
    until(lambda: in_sight(title_of(page, card)), what="the card, back in its place")


def reachable(row: Locator) -> bool:
    """Whether a knob lies within the window and where a pointer finds it."""
    if not row.is_visible():
        return False
    return row.evaluate(
        """(node) => {
            const box = node.getBoundingClientRect();
            const hit = node.getRootNode().elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return hit === node;
        }"""
    )


def test_a_guess_is_kept_and_answered_when_the_run_has_come_so_far(open_page: Open) -> None:
    page = open_page(f"mode_collapse?a=ring-chase&b=ring-chase-unrolled&a.steps={SHORT}&b.steps={SHORT}&card=2")
    hurry(page)
    guess = page.locator(".st-key-choices button")
    answer = page.locator('[data-testid="stAlert"]')
    guess.nth(2).click()
    answer.wait_for()
    assert lecture("mode_collapse")[1].choices[2] in answer.inner_text()
    assert guess.count() == 1
    page.keyboard.press("ArrowLeft")  # the clock's: it changes no guess
    for key, card in (("PageDown", 3), ("PageUp", 2)):
        page.keyboard.press(key)
        page.locator(".st-key-card h3", has_text=lecture("mode_collapse")[card - 1].title).wait_for()
        until(lambda card=card: query(page)["card"] == str(card), what=f"card {card} in the address")
    answer.wait_for()
    page.reload()
    wait_ready(page)
    answer.wait_for()
    assert lecture("mode_collapse")[1].choices[2] in answer.inner_text()
    assert guess.count() == 1


def test_what_a_card_offers_to_try_begins_anew_and_is_taken_back(open_page: Open) -> None:
    page = open_page("mode_collapse?card=4")
    first = panel(page, 1, "run")
    one, three = (page.get_by_role("button", name=f"B: K {k}") for k in (1, 3))
    one.click()
    until(lambda: query(page).get("b.unroll_steps") == "1", what="the new K in the address")
    until(lambda: panel(page, 1, "run") not in ("", first), what="another run")
    three.click()
    until(lambda: query(page).get("b.unroll_steps") == "3", what="the other K")
    three.click()
    until(lambda: "b.unroll_steps" not in query(page), what="the card's own experiment")


def test_keys_pressed_while_another_page_comes_leave_it_whole(open_page: Open) -> None:
    page = open_page("mode_collapse?a=ring-chase&b=ring-chase-pac")
    play(page)
    for name, first in (("Non-convergence", "non_convergence"), ("Mode collapse", "mode_collapse")) * 3:
        page.get_by_role("link", name=name).first.evaluate(
            """async (link) => {
                link.click();
                for (let i = 0; i < 40; i += 1) {
                    const key = i % 2 ? { key: "ArrowRight", code: "ArrowRight" } : { key: " ", code: "Space" };
                    document.body.dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true }));
                    await new Promise((rest) => setTimeout(rest, 25));
                }
            }"""
        )
        page.get_by_role("heading", name=lecture(first)[0].title).wait_for()
        until(lambda: painted(page) > 0, what=f"a picture on the page {name}")
