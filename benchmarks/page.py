"""The app as a class sees it: cold start, Play to the first moving picture, pictures a second, the laboratory dragged.

`python -m benchmarks.page`. One real server and one real Chromium. Medians where a thing is measured more than once.
"""

from __future__ import annotations

import time
from statistics import median

from playwright.sync_api import Page, sync_playwright

from tests.browser.harness import (
    FLAGS,
    exhibit,
    find_browser,
    number,
    stage,
    start_server,
    stop_server,
    until,
    wait_ready,
)

ADDRESS = "?a=ring-chase&b=ring-chase-pac&a.steps=1000000&b.steps=1000000"
PLAYS = 5
COUNTED = 20.0  # seconds over which pictures are counted ...
APART = 20.0  # ... twice, with as much between, so that what grows with the history is seen
DRAGGED = 120  # moves of the mouse


def first_moving_picture(page: Page) -> float:
    """Seconds from the key to the first picture in which the GAN has moved. Polled inside the page, every frame."""
    page.evaluate(
        """() => {
            const root = document.querySelector('*');
            const find = (node) => {
                for (const each of node.querySelectorAll('*')) {
                    if (each.dataset?.testid === 'stage') return each;
                    const inner = each.shadowRoot && find(each.shadowRoot);
                    if (inner) return inner;
                }
                return null;
            };
            const stage = find(document);
            const before = stage.dataset.compare;
            window.moved = new Promise((resolve) => {
                const began = performance.now();
                const look = () => {
                    if (stage.dataset.compare !== before && Number(stage.dataset.step) > 0) {
                        resolve((performance.now() - began) / 1000);
                    } else requestAnimationFrame(look);
                };
                look();
            });
        }"""
    )
    page.keyboard.press("r")
    return float(page.evaluate("() => window.moved"))


def pictures(page: Page, seconds: float) -> float:
    """Pictures painted a second, for as long as is said."""
    painted, began = number(stage(page, "painted")), time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    return (number(stage(page, "painted")) - painted) / (time.perf_counter() - began)


def dragged(page: Page) -> list[int]:
    """Milliseconds from a slider's request to its answer, while the step size of the laboratory is dragged."""
    box = page.get_by_role("slider", name="h").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    trips: dict[int, int] = {}  # number of the request -> its trip
    for i in range(DRAGGED):
        share = 0.3 + 0.5 * abs((i / 20) % 2 - 1)
        page.mouse.move(box["x"] + box["width"] * share, y)
        page.wait_for_timeout(25)
        trips[number(exhibit(page, "dirac", "requests"))] = number(exhibit(page, "dirac", "trip"))
    page.mouse.up()
    return [trip for trip in trips.values() if trip]


def main() -> None:
    browser_path = find_browser()
    if browser_path is None:
        print("The page is not measured: no browser is installed.")
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        began = time.perf_counter()
        server = start_server()
        try:
            page.goto(f"{server.url}/{ADDRESS}")
            wait_ready(page)
            cold = time.perf_counter() - began
            page.wait_for_timeout(6000)  # the spare workers import torch meanwhile
            page.keyboard.press("Space")
            until(lambda: number(stage(page, "live-step")) > 0, what="the first step")
            plays = [first_moving_picture(page) for _ in range(PLAYS)]
            page.wait_for_timeout(2000)
            first = pictures(page, COUNTED)
            page.wait_for_timeout(1000 * APART)
            last = pictures(page, COUNTED)
            page.goto(f"{server.url}/non_convergence")
            wait_ready(page)
            trips = dragged(page)
        finally:
            stop_server(server)
            browser.close()
    print(f"cold start to interactive          {cold:8.1f} s")
    print(f"Play to first moving picture       {1000 * median(plays):8.0f} ms  (median of {PLAYS}, warm)")
    print(f"pictures painted, first {COUNTED:.0f} s       {first:8.1f} a second, two panels")
    print(f"pictures painted, last {COUNTED:.0f} of {2 * COUNTED + APART:.0f} s  {last:8.1f} a second")
    print(f"laboratory, slider to new picture  {median(trips):8.0f} ms  (median of {len(trips)} while it is dragged)")


if __name__ == "__main__":
    main()
