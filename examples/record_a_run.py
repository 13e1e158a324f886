"""A run as one file: recorded as it goes, read by anything, and gone on with to the last bit.

On the command line: `gancore run ring-chase --save run.gan`, and later `gancore run --resume run.gan --steps 8000`.
The file is a zip: frames, figures as CSV, weights and the state of the training as safetensors. Nothing in it executes.
"""

import csv
import io
import tempfile
import zipfile
from pathlib import Path

import torch
from safetensors.torch import load

from gancore import PRESETS, Trainer
from gancore.recording import Recorder, read

torch.set_num_threads(1)  # small networks train many times slower on two


def main(name: str = "ring-chase", steps: int = 500) -> list[float]:
    """Trains half, puts the run away, goes on; gives the transport distance that the file holds of each measurement."""
    config = PRESETS[name].config.changed(steps=2 * steps)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.gan"

        trainer = Trainer(config)
        recorder = Recorder(trainer, path, preset=name)
        trainer.advance(steps)
        recorder.take(measure=True)
        recorder.write()

        # Another day, another program: the file alone is enough.
        (kept,) = read(path).runs
        assert kept.state is not None
        trainer = Trainer(kept.config, kept.seeds)
        trainer.load_state_dict(load(kept.state))
        recorder = Recorder(trainer, path, kept.preset, earlier=kept)
        trainer.advance(steps)
        recorder.take(measure=True)
        recorder.write("finished")

        # Any program that opens a zip reads the figures.
        with zipfile.ZipFile(path) as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read("A/measures.csv").decode())))
    return [float(row["transport"]) for row in rows]


if __name__ == "__main__":
    for distance in main():
        print(f"transport distance {distance:.3f}")
