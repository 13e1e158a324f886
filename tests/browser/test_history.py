"""The browser's copy of a run's history, in a real browser: an hour of frames, thinned as the server thins its own."""

from __future__ import annotations

import itertools
import mimetypes
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

UI = Path(__file__).parents[2] / "ui"
HOUR = 72_000  # frames at 20 a second
MOST = 2500  # frames that are kept

# Every second frame has its modes counted, every 73rd is measured; the batches are as long as a page's.
RECEIVE = """async ([count, weight, step]) => {
    const { runOf } = await import("/stage/frontend/history.js");
    const frame = (seq) => {
        const scalars = { d_loss: [1] };
        if (seq % 2 === 0) scalars.captured = [seq];
        if (seq % 73 === 5) scalars.transport = [seq];
        let header = JSON.stringify({ step: step * seq, time: seq / 20, scalars, arrays: {} });
        header += " ".repeat((8 - ((4 + header.length) % 8)) % 8);
        const bytes = new Uint8Array(4 + header.length + weight);
        new DataView(bytes.buffer).setUint32(0, header.length, true);
        bytes.set(new TextEncoder().encode(header), 4);
        return bytes;
    };
    const run = runOf("hour");
    let most = 0;
    let right = true;
    for (let seq = 1; seq <= count; seq += 5) {
        const batch = [0, 1, 2, 3, 4].map((i) => [seq + i, frame(seq + i)]);
        run.take(batch, seq - 1, seq + 4);
        most = Math.max(most, run.frames.length);
        const named = run.having("captured").length;
        right &&= named === run.frames.filter((one) => "captured" in one.scalars).length;
    }
    const found = Array.from({ length: 61 }, (_, minute) => run.atStep(step * 1200 * minute)?.seq);
    const modes = run.latest("captured", run.newest)?.value;
    const size = run.frames.reduce((sum, one) => sum + one.bytes.length, 0);
    return { seqs: run.frames.map((one) => one.seq), most, right, found, modes, size, counted: run.size };
}"""


@pytest.fixture
def page(context: BrowserContext) -> Page:
    def serve(route: Route) -> None:
        name = route.request.url.removeprefix("http://stage.test/")
        if name == "empty.html":
            route.fulfill(body="<!doctype html>", content_type="text/html")
        else:
            kind = mimetypes.guess_type(name)[0] or "text/javascript"
            route.fulfill(body=(UI / name).read_text(), content_type=kind)

    made = context.new_page()
    made.route("http://stage.test/**", serve)
    made.goto("http://stage.test/empty.html")
    return made


def receive(page: Page, count: int, weight: int, step: int = 10) -> dict[str, Any]:
    return page.evaluate(RECEIVE, [count, weight, step])


@pytest.mark.parametrize("step", [10, 0])  # 0: one player alone is stepped, the generator stands still
def test_an_hour_is_kept_evenly_and_can_be_scrubbed(page: Page, step: int) -> None:
    kept = receive(page, HOUR, 500, step)
    seqs = kept["seqs"]
    assert kept["most"] <= MOST + 5
    assert (seqs[0], seqs[-1]) == (1, HOUR)
    gaps = [after - before for before, after in itertools.pairwise(seqs)]
    widest = 16 * HOUR / (3 * MOST)
    assert max(gaps) <= widest
    assert kept["right"]
    assert kept["modes"] == HOUR
    assert kept["size"] == kept["counted"]
    if step:
        assert all(0 <= 1200 * minute - seq <= widest for minute, seq in enumerate(kept["found"]) if minute)


def test_heavy_frames_stay_below_the_limit_in_bytes(page: Page) -> None:
    kept = receive(page, 4000, 60_000)
    assert kept["size"] == kept["counted"] <= 48e6
    assert (kept["seqs"][0], kept["seqs"][-1]) == (1, 4000)
    assert len(kept["seqs"]) >= 48e6 / 60_100 / 4
