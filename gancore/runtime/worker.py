"""A worker process: `python -m gancore.runtime.worker`.

It speaks the language of `protocol` through its standard streams and never outlives its parent: at the end of its
standard input it exits at once. What the libraries below print goes to the log (stderr), never into the messages.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from gancore.config import RunConfig
from gancore.runtime.game import Game, MakeGame, Progress
from gancore.runtime.loop import Loop
from gancore.runtime.memory_room import card_refusal
from gancore.runtime.message_writer import MessageWriter
from gancore.runtime.protocol import ALIVE_EVERY, read_command

FIRST_TO_GO = "500"  # of 1,000, added to the share of memory that a process holds
SLACK = 64 * 2**20  # bytes that libraries may take beyond what the run was given: modules, threads, heaps of their own


def make_trainer(config: RunConfig, seeds: Sequence[int], device: str, progress: Progress | None = None) -> Game:
    import torch

    from gancore.data.image_split import image_set
    from gancore.device import pick_device
    from gancore.runtime.sharding import ShardedTrainer
    from gancore.training.trainer import Trainer

    place = pick_device(device)
    if place.type == "cuda":
        why = card_refusal(config, len(seeds), str(place), torch.cuda.mem_get_info(place)[0])
        if why is not None:
            raise ValueError(why)
    if config.on_images:
        image_set(config, progress)

    # Two threads on a busy two-core machine train small networks many times slower than one.
    torch.set_num_threads(1)
    return ShardedTrainer(Trainer(config, seeds, device))


def warm_up() -> Mapping[str, Any]:
    """Imports torch and takes a step of a small GAN, so that the first run does not pay for it; says on which kind of
    device runs are trained here."""
    from gancore.device import pick_device

    load_libraries()
    trainer = make_trainer(RunConfig(), (0,), "cpu")
    for _ in range(2):
        trainer.advance(2)
        trainer.snapshot(measure=True)
    # The thousands of objects that the imports have left need never be looked at by the collector again.
    gc.collect()
    gc.freeze()
    return {"device": pick_device().type}


def tidy() -> None:
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def give_way() -> None:
    """Where memory runs out, Linux ends this process before the server: a run is lost then, and not all of them."""
    with contextlib.suppress(OSError):  # another system, or one that does not allow it
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)


@cache
def load_libraries() -> None:
    """Loads what trains and measures, with what it takes once and keeps. The linear algebra of NumPy and that of SciPy
    end the process where they get no working memory: they have it before what a run may take is bounded."""
    import numpy as np
    import scipy.linalg
    import torch
    from scipy.optimize import linear_sum_assignment

    large = np.eye(512)
    np.matmul(large, large)
    scipy.linalg.inv(large)
    linear_sum_assignment(large[:2, :2])
    torch.matmul(torch.from_numpy(large), torch.from_numpy(large))


def limit_memory(most: int | None) -> None:
    """Lets this process take so many bytes beyond what it holds; None: as many as there are.

    So a run that takes more than it was given is told that there is no more, and no process is ended for it. Linux
    only, which counts a process's own data (RLIMIT_DATA), and not the libraries and reserved addresses; and not where
    there is a CUDA card, whose driver reserves more data than it ever uses.
    """
    if sys.platform != "linux":
        return
    import resource

    import torch

    if most is not None:
        load_libraries()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = hard
    if most is not None and not torch.cuda.is_available():
        status = Path("/proc/self/status").read_text(encoding="ascii")
        held = next((1024 * int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData:")), None)
        if held is not None:
            soft = held + most + SLACK
            soft = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def take_over_streams() -> tuple[BinaryIO, BinaryIO]:
    """(commands in, messages out): descriptors of our own; 0 becomes empty and 1 the log."""
    commands = os.fdopen(os.dup(0), "rb")
    messages = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return commands, messages


def read_commands(commands: BinaryIO, mailbox: SimpleQueue[dict[str, Any]]) -> None:
    for line in commands:
        try:
            mailbox.put(read_command(line))
        except ValueError as error:
            print(f"worker: a command was not understood: {error}", file=sys.stderr)
    # The parent is gone, or has let go of us: at once, whatever the main thread is doing.
    os._exit(0)


def main(
    make_game: MakeGame = make_trainer,
    warm_up: Callable[[], Mapping[str, Any] | None] = warm_up,
    tidy: Callable[[], None] = tidy,
    limit: Callable[[int | None], None] = limit_memory,
) -> None:
    give_way()
    commands, messages = take_over_streams()
    parent = os.getppid()
    mailbox: SimpleQueue[dict[str, Any]] = SimpleQueue()
    writer = MessageWriter(messages, on_broken=lambda: os._exit(0), sign=ALIVE_EVERY)
    threading.Thread(target=read_commands, args=(commands, mailbox), name="commands", daemon=True).start()

    def look_up() -> None:
        # Should somebody else hold the other end of our input open, the parent's death still shows here.
        if os.getppid() != parent:
            os._exit(0)

    Loop(mailbox, writer, make_game, warm_up=warm_up, tidy=tidy, look_up=look_up, limit=limit).serve()
    writer.close()
    os._exit(0)


if __name__ == "__main__":
    main()
