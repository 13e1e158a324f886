"""A trainer in a copy of this process."""

import os

import torch


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
