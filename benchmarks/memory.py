"""Memory of the server and of a browser while a comparison plays without end. `python -m benchmarks.memory`

One real server and one real Chromium. The web process's resident memory, its threads and its open files; the browser's
heap of JavaScript after a collection. What grows from the second row on would be a leak: until a run's history is full,
both sides fill it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.soak import resident
from tests.browser.harness import FLAGS, find_browser, number, stage, start_server, stop_server, until, wait_ready

ADDRESS = "?a=ring-chase&b=ring-chase-pac&a.steps=1000000&b.steps=1000000"


def main() -> None:
    parser = argparse.ArgumentParser(description="Memory while a comparison plays.")
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--every", type=float, default=2.0, help="minutes between two rows")
    options = parser.parse_args()
    path = find_browser()
    if path is None:
        print("Memory is not measured: no browser is installed.")
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable")
        server = start_server()
        try:
            page.goto(f"{server.url}/{ADDRESS}")
            wait_ready(page)
            page.keyboard.press("Space")
            until(lambda: number(stage(page, "live-step")) > 0, what="the first step")
            pid = server.process.pid
            print("minutes    server   threads   files   browser's heap   frames kept", flush=True)
            for row in range(int(options.minutes / options.every) + 1):
                tools.send("HeapProfiler.collectGarbage")
                metrics = {each["name"]: each["value"] for each in tools.send("Performance.getMetrics")["metrics"]}
                threads, files = (len(list(Path(f"/proc/{pid}/{name}").iterdir())) for name in ("task", "fd"))
                heap, frames = metrics["JSHeapUsedSize"] / 1e6, stage(page, "frames")
                held = f"{1.048576 * resident(pid):6.0f} MB {threads:9} {files:7} {heap:13.1f} MB {frames:>13}"
                print(f"{row * options.every:7.0f} {held}", flush=True)
                page.wait_for_timeout(60_000 * options.every)
        finally:
            stop_server(server)
            browser.close()


if __name__ == "__main__":
    main()
