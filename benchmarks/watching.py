"""What watching costs, and how soon after Play something moves. `python -m benchmarks.watching`

Training steps/s of one GAN, round by round: the plain loop of a trainer that shows nothing; a worker whose frames
nobody asks for; a worker whose frames are asked for four times a second. And from Play to the frames in a warm worker.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from statistics import median

from gancore.config import RunConfig
from gancore.runtime import Registry, Run

CONFIG = RunConfig(steps=1_000_000)
POLL = 0.25  # seconds between two looks of a page


@dataclass(frozen=True)
class Watching:
    """Medians. Speeds in steps/s, times in seconds, shares from 0 to 1."""

    plain: float
    unwatched: float
    watched: float
    readout: float
    first_frame: float
    first_moving_frame: float

    @property
    def slowed_by_watching(self) -> float:
        return 1 - self.watched / self.unwatched

    @property
    def slowed_by_frames(self) -> float:
        return 1 - self.watched / self.plain


def plain_speed(seconds: float) -> float:
    """Steps/s of a trainer in this process, one thread, that is never looked at."""
    import torch

    from gancore.train import Trainer

    torch.set_num_threads(1)
    trainer = Trainer(CONFIG)
    trainer.advance(20)
    began, first = time.perf_counter(), trainer.step
    while (now := time.perf_counter()) - began < seconds:
        trainer.advance(8)
    return (trainer.step - first) / (now - began)


def worker_speed(server: Registry, seconds: float, *, watched: bool) -> tuple[float, float]:
    """Steps/s of a run in a worker, by the worker's own clock, and the share of its time that frames took."""
    run = server.submit(CONFIG, owner="benchmark")
    wait_for_steps(run, 20)
    end, seq = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        time.sleep(POLL)
        if watched:
            seq = max([seq, *(frame.seq for frame in run.frames_since(seq))])
    run.pause()
    first, last = next(frame for frame in run.history.since(0) if frame.step >= 20), run.history.last
    assert last is not None
    readout = run.readout or 0.0
    run.stop()
    wait_until_free(run)
    return (last.step - first.step) / (last.time - first.time), readout


def play_to_frames(server: Registry) -> tuple[float, float]:
    """Seconds from Play to the first frame and to the first one in which the GAN has moved; the worker is warm."""
    began = time.perf_counter()
    run = server.submit(CONFIG, owner="benchmark")
    while run.history.last is None:
        time.sleep(0.001)
    first = time.perf_counter() - began
    wait_for_steps(run, 1)
    moving = time.perf_counter() - began
    run.stop()
    wait_until_free(run)
    return first, moving


def wait_for_steps(run: Run, steps: int) -> None:
    while run.step < steps:
        time.sleep(0.001)


def wait_until_free(run: Run) -> None:
    while run.pid is not None:
        time.sleep(0.001)


def measure(rounds: int = 5, seconds: float = 4.0) -> Watching:
    plain: list[float] = []
    unwatched: list[tuple[float, float]] = []
    watched: list[tuple[float, float]] = []
    plays: list[tuple[float, float]] = []
    with Registry(cap=1, warm=1) as server:
        while not server.ready:
            time.sleep(0.05)
        for _ in range(rounds):
            plays.append(play_to_frames(server))
            plain.append(plain_speed(seconds))
            unwatched.append(worker_speed(server, seconds, watched=False))
            watched.append(worker_speed(server, seconds, watched=True))
    return Watching(
        plain=median(plain),
        unwatched=median(speed for speed, _ in unwatched),
        watched=median(speed for speed, _ in watched),
        readout=median(share for _, share in watched),
        first_frame=median(first for first, _ in plays),
        first_moving_frame=median(moving for _, moving in plays),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="What watching costs, and how soon after Play something moves.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of each measurement")
    options = parser.parse_args()
    found = measure(options.rounds, options.seconds)
    print(f"trainer alone, shows nothing       {found.plain:8,.0f} steps/s")
    print(f"worker, nobody looks               {found.unwatched:8,.0f} steps/s")
    print(f"worker, polled at {1 / POLL:g} Hz             {found.watched:8,.0f} steps/s")
    print(f"training slowed by being polled    {found.slowed_by_watching:8.1%}")
    print(f"training slowed by all frames      {found.slowed_by_frames:8.1%}")
    print(f"share of the worker spent on them  {found.readout:8.1%}")
    print(f"Play to first frame, warm          {1000 * found.first_frame:8.0f} ms")
    print(f"Play to first moving frame, warm   {1000 * found.first_moving_frame:8.0f} ms")


if __name__ == "__main__":
    main()
