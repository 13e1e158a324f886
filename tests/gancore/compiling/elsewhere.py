"""What other processes make of it: a copy of this one, and the one that compiles."""

import json
import os
import subprocess
import sys
import time

import torch

PATIENCE = 280.0  # seconds: compiling steps back behind whatever else the machine does


def weights_in_a_fork(trainer, steps):
    """The generator's weights, (R, P), after so many more steps that a copy takes; the trainer itself takes none."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            trainer.advance(steps)
            os.write(writer, trainer.g.params.numpy().tobytes())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        found = torch.frombuffer(bytearray(pipe.read()), dtype=torch.float32)
    os.waitpid(pid, 0)
    return found.view_as(trainer.g.params)


def line(game, replicas=1):
    """A run, as the process that compiles is told of it."""
    return json.dumps({"config": game.to_json(), "replicas": replicas})


def answers(lines, tmp_path, **environment):
    """What the process that compiles says to the lines, and what it leaves in the folder for temporary files."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    own = {name: value for name, value in os.environ.items() if name != "TORCHINDUCTOR_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "gancore.compiling.build"],
        input="\n".join(lines) + "\n", text=True, capture_output=True, timeout=280,
        env={**own, "OMP_NUM_THREADS": "1", "TMPDIR": str(temporary), **environment},
    )  # fmt: skip
    assert done.returncode == 0
    said = [json.loads(each) for each in done.stdout.splitlines()]
    assert all(each.keys() == {"error"} for each in said)
    left = sorted(path.name for path in temporary.iterdir())
    # PyTorch makes a folder of its own there as soon as its compiler is imported.
    left = [name for name in left if not name.startswith("torchinductor_")]
    return [each["error"] for each in said], done.stderr, left


def wait_for(condition, what):
    """Waits until a worker, or what compiles for it, has come so far."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come in {PATIENCE:g} s"
        time.sleep(0.05)
