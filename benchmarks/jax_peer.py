"""The peer in JAX, where a Python has that: `benchmarks.jax_step` in a process of its own, asked through a pipe."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.fairness import Numbers, Weights, weights
from benchmarks.races import Way
from gancore.data.toy import Mixture
from gancore.training.trainer import Trainer

# A user's own settings of XLA would make another comparison.
_ENVIRONMENT = {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "OMP_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
}


def has_jax(python: str) -> bool:
    """Whether that Python can import JAX."""
    return not subprocess.run([python, "-c", "import jax"], capture_output=True, check=False).returncode


class JaxPeer:
    """A process with JAX, for one setting at a time: `begin` replaces the one before."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.version = str(connection.recv())
        self.compiling = 0.0  # seconds that compiling the present setting took, from nothing
        self._at_once = 1

    def begin(self, trainer: Trainer) -> JaxPeer:
        """Replicas like the trainer's, from its present weights."""
        config = trainer.config
        assert isinstance(trainer.data, Mixture)
        rates = [
            tuple(getattr(config, f"{player}_{each}") for each in ("lr", "beta1", "beta2", "epsilon"))
            for player in "gd"
        ]
        setting = (
            *(config.batch_size, config.latent_dim),
            *(trainer.data.centres.astype("float32"), trainer.data.sigma),
            *(config.unroll_steps, *rates),
        )
        g, d = ([_numpy(each) for each in layers] for layers in weights(trainer))
        self._at_once, self.compiling = self._ask("begin", setting, g, d)
        return self

    def follow(self, numbers: Sequence[Numbers]) -> Weights:
        """The weights after one step on each of the numbers."""
        given = [tuple(None if each is None else _numpy(each) for each in step) for step in numbers]
        found = self._ask("follow", given)
        g, d = ([torch.from_numpy(each) for each in layers] for layers in found)
        return Weights(g, d)

    def way(self) -> Way:
        """The present setting as an entrant of a race; timed in the CPU seconds of its own process."""
        return Way("JAX", lambda steps: float(self._ask("seconds", steps)), self._at_once)

    def _ask(self, what: str, *given: Any) -> Any:
        self._connection.send((what, *given))
        return self._connection.recv()


@contextmanager
def jax_peer(python: str) -> Iterator[JaxPeer]:
    """A peer in that Python, which must have JAX; EOFError if its process ends before it should."""
    ours, theirs = Pipe()
    with theirs:
        command = [python, "-m", "benchmarks.jax_step", str(theirs.fileno())]
        process = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[1],
            env=os.environ | _ENVIRONMENT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
    with process, ours:  # once its pipe is closed it ends, and is waited for
        yield JaxPeer(ours)


def _numpy(values: Tensor) -> Any:
    return values.detach().cpu().numpy().copy()  # a copy: a view would send all of the memory that it looks at
