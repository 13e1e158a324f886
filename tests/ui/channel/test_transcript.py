"""What plays without a server: the browser's own reader, in node, makes of it what Python put in."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gancore.runtime.frames import encode
from tests.ui.stage.test_comparison import NAMES, SCENARIOS, FakeRegistry
from ui.app.address import state_of
from ui.channel.transcript import transcript
from ui.stage.comparison import Comparison

FRONTEND = Path(__file__).parents[3] / "ui" / "channel" / "frontend"
NODE = Path(sys.executable).with_name("node")
READ = """
import { readFileSync } from "node:fs";
import { RecordedSource } from "%s/recorded_source.js";
const source = new RecordedSource(new Uint8Array(readFileSync(process.argv[1])));
const panels = source.state.panels.map(({ label, run, scene }) => ({
  label,
  steps: source.runs.get(run).frames.map((frame) => frame.step),
  view: scene.view,
}));
console.log(JSON.stringify({ compare: source.state.compare, drives: source.drives, panels }));
"""


@pytest.mark.processes
def test_the_browser_reads_of_it_what_was_on_the_stage(tmp_path: Path) -> None:
    registry: Any = FakeRegistry()
    comparison = Comparison(registry, state_of(NAMES), SCENARIOS)
    comparison.start()
    for i, run in enumerate(comparison.runs):
        assert run is not None
        run.scene = encode({"view": [0, i, 0, 1]}, {})  # type: ignore[misc]
        for step in range(3):
            run.history.append(step, 0.1 * step, encode({"step": 10 * step + i, "time": 0.1}, {}))
    path = tmp_path / "run.bytes"
    path.write_bytes(transcript(comparison))
    said = subprocess.run(
        [NODE, "--input-type=module", "-e", READ % FRONTEND.as_posix(), path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(said.stdout) == {
        "compare": comparison.id,
        "drives": False,
        "panels": [
            {"label": "A", "steps": [0, 10, 20], "view": [0, 0, 0, 1]},
            {"label": "B", "steps": [1, 11, 21], "view": [0, 1, 0, 1]},
        ],
    }
