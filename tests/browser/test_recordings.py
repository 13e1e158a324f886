"""What the stage has shown becomes a file, and a file is shown on the stage."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from gancore.config import RunConfig
from gancore.recording import LABELS, Recorder, Recording, read, write
from gancore.recording.recorder import moments
from gancore.training.trainer import Trainer
from tests.browser.harness import Server, number, panel, stage, start_server, stop_server, until, wait_ready

Open = Callable[[str], Page]

STEPS = 40


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of two runs side by side, made without a browser."""
    folder = tmp_path_factory.mktemp("recording")
    runs = []
    for label, loss in zip(LABELS, ("non_saturating", "wasserstein"), strict=False):
        trainer = Trainer(RunConfig(steps=STEPS, loss=loss, d_lr=0.0003), (5,), "cpu")
        recorder = Recorder(trainer, folder / f"{label}.gan")
        for moment in moments(trainer.config):
            trainer.advance(moment - trainer.step)
            recorder.take(measure=False)
        recorder.write("finished", "Finished after 40 steps.")
        runs += read(folder / f"{label}.gan").runs
    path = folder / "run.gan"
    write(Recording(tuple(runs), {"gancore": "0"}), path)
    return path


@pytest.fixture(scope="module")
def started_with(made: Path) -> Iterator[Server]:
    """The app as `gancore app run.gan` starts it."""
    server = start_server(GANCORE_RECORDING=str(made))
    yield server
    stop_server(server)


def open_recordings(page: Page) -> None:
    page.locator('.st-key-secondary [data-testid="stPopover"] button').first.click()
    page.get_by_role("tab", name="Recording").click()


def assert_plays(page: Page) -> None:
    """Two panels that have come to their end and are scrubbed like any others, with nothing that trains."""
    until(lambda: number(stage(page, "live-step")) == STEPS, what="the recorded runs on the stage")
    assert stage(page, "count") == "2"
    assert [panel(page, i, "state") for i in (0, 1)] == ["finished", "finished"]
    assert number(stage(page, "frames")) == len(moments(RunConfig(steps=STEPS)))
    assert "recorded" in page.locator('[data-testid="stage"]').inner_text()
    page.keyboard.press("Home")
    until(lambda: number(stage(page, "step")) == 0, what="the first frame")
    page.keyboard.press("ArrowRight")
    until(lambda: number(stage(page, "step")) == 1, what="the second frame")
    page.keyboard.press("End")
    until(lambda: number(stage(page, "step")) == STEPS, what="the last frame")


def test_a_file_is_opened_on_the_stage(open_page: Open, made: Path) -> None:
    page = open_page("?card=2")
    open_recordings(page)
    page.locator("input[type=file]").set_input_files(made)
    page.wait_for_url("**a.d_lr=0.0003**&seed=5&**")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Recording").wait_for(state="hidden")
    assert_plays(page)


def test_the_app_begins_with_the_file_that_it_is_started_with(context: BrowserContext, started_with: Server) -> None:
    page = context.new_page()
    page.goto(started_with.url)
    wait_ready(page)
    assert_plays(page)


def test_what_the_stage_has_shown_is_saved_and_opened_again(open_page: Open, tmp_path: Path) -> None:
    page = open_page("?a=ring-chase&b=ring-merge&a.steps=60&b.steps=60&card=2")
    page.keyboard.press("Space")
    until(lambda: [panel(page, i, "state") for i in (0, 1)] == ["finished", "finished"], what="the end of both runs")
    open_recordings(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save what has been seen").click()
    download.value.save_as(tmp_path / "saved.gan")
    saved = read(tmp_path / "saved.gan")
    assert [run.step for run in saved.runs] == [60, 60]
    assert [run.preset for run in saved.runs] == ["ring-chase", "ring-merge"]
    assert [run.message for run in saved.runs] == ["Finished after 60 steps."] * 2
    page.locator("input[type=file]").set_input_files(tmp_path / "saved.gan")
    until(lambda: number(stage(page, "live-step")) == 60, what="the saved runs on the stage")


def test_the_recording_of_a_paper_s_experiment_is_one_click_away(open_page: Open) -> None:
    page = open_page("?card=2")
    open_recordings(page)
    page.get_by_role("button", name="Unrolled GANs on a ring of eight Gaussians").click()
    until(lambda: stage(page, "count") == "4", what="its four lines")
    until(lambda: number(stage(page, "live-step")) == 5000, what="its last step")
    page.reload()  # what comes twice comes whole
    wait_ready(page)
    until(lambda: number(stage(page, "live-step")) == 5000, what="the same after a reload")
    open_recordings(page)
    page.get_by_role("button", name="PacGAN on a ring of eight Gaussians").click()
    until(lambda: stage(page, "count") == "2", what="its two lines")


def test_a_stranger_s_file_is_a_sentence_and_leaves_the_stage_as_it_was(
    open_page: Open, made: Path, tmp_path: Path
) -> None:
    page = open_page("?card=2")
    shown = stage(page, "compare")
    (tmp_path / "torn.gan").write_bytes(made.read_bytes()[:-2000])
    open_recordings(page)
    page.locator("input[type=file]").set_input_files(tmp_path / "torn.gan")
    page.get_by_text("is no recording, or not a whole one").wait_for()
    assert stage(page, "compare") == shown


def test_a_recording_of_four_runs_has_four_panels(open_page: Open, made: Path, tmp_path: Path) -> None:
    (first, second) = read(made).runs
    config = first.config.changed(d_lr=0.1)
    runs = (first, second, dataclasses.replace(first, config=config), second)
    write(Recording(runs, {}), tmp_path / "four.gan")
    page = open_page("?card=2")
    open_recordings(page)
    page.locator("input[type=file]").set_input_files(tmp_path / "four.gan")
    until(lambda: stage(page, "count") == "4", what="four panels")
