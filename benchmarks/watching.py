"""What watching costs, and how soon after Play something moves. `python -m benchmarks.watching`

Training steps/s of one GAN, round by round: the plain loop of a trainer that shows nothing; a worker whose frames
nobody asks for; a worker whose frames are asked for four times a second. From Play to the frames in a warm worker. And
what a frame takes of one core: without its modes counted, with them, and with the transport distance too.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from statistics import median

from gancore.config import RunConfig
from gancore.runtime import Registry, Run
from gancore.runtime.frames import encode_snapshot

CONFIG = RunConfig(steps=1_000_000)
POLL = 0.25  # seconds between two looks of a page
KINDS = {"plain": {"judge": False}, "judged": {}, "measured": {"measure": True}}  # what a frame is asked for
COSTS = {
    "one seed, ring": (CONFIG, 1),
    "one seed, grid": (CONFIG.changed(data="grid"), 1),
    "MAD-GAN": (CONFIG.changed(model="mad_gan"), 1),
    "AdaGAN, its second part": (CONFIG.changed(model="adagan", steps=200), 1),
    "16 seeds, ring": (CONFIG, 16),
    "16 seeds, grid": (CONFIG.changed(data="grid"), 16),
}


@dataclass(frozen=True)
class Watching:
    """Medians. Speeds in steps/s, rates in frames/s, times in seconds, shares from 0 to 1."""

    plain: float
    unwatched: float
    watched: float
    readout: float
    frames: float
    judged: float
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

    from gancore.training.trainer import Trainer

    torch.set_num_threads(1)
    trainer = Trainer(CONFIG)
    trainer.advance(20)
    began, first = time.perf_counter(), trainer.step
    while (now := time.perf_counter()) - began < seconds:
        trainer.advance(8)
    return (trainer.step - first) / (now - began)


@dataclass(frozen=True)
class Speed:
    """Of a run in a worker, by its own clock: steps/s, frames/s, those whose modes were counted, and the share of the
    time that frames took."""

    steps: float
    frames: float
    judged: float
    readout: float


def worker_speed(server: Registry, seconds: float, *, watched: bool) -> Speed:
    run = server.submit(CONFIG, owner="benchmark")
    wait_for_steps(run, 20)
    end, seq = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        time.sleep(POLL)
        if watched:
            run.look()
            seq = max([seq, *(frame.seq for frame in run.history.since(seq))])
    run.pause()
    frames = [frame for frame in run.history.since(0) if frame.step >= 20]
    first, last = frames[0], frames[-1]
    length, judged = last.time - first.time, sum(frame.judged for frame in frames)
    readout = run.readout or 0.0
    run.stop()
    wait_until_free(run)
    return Speed((last.step - first.step) / length, (last.seq - first.seq) / length, judged / length, readout)


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
    unwatched: list[Speed] = []
    watched: list[Speed] = []
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
        unwatched=median(speed.steps for speed in unwatched),
        watched=median(speed.steps for speed in watched),
        readout=median(speed.readout for speed in watched),
        frames=median(speed.frames for speed in watched),
        judged=median(speed.judged for speed in watched),
        first_frame=median(first for first, _ in plays),
        first_moving_frame=median(moving for _, moving in plays),
    )


def frame_costs(config: RunConfig, seeds: int, frames: int = 15) -> dict[str, float]:
    """Processor seconds that each kind of frame takes, packed for the page; the median, between steps of training."""
    import torch

    from gancore.training.trainer import Trainer

    torch.set_num_threads(1)
    trainer = Trainer(config, range(seeds), "cpu")
    trainer.advance(60)
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(frames):
        for kind, asked in KINDS.items():
            trainer.advance(2)
            began = time.process_time()
            encode_snapshot(trainer.snapshot(layers=False, **asked), 0.0, "probability")
            took[kind].append(time.process_time() - began)
    return {kind: median(each) for kind, each in took.items()}


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
    print(f"frames                             {found.frames:8.1f} a second")
    print(f"of these with their modes counted  {found.judged:8.1f} a second")
    print(f"Play to first frame, warm          {1000 * found.first_frame:8.0f} ms")
    print(f"Play to first moving frame, warm   {1000 * found.first_moving_frame:8.0f} ms")
    for name, (config, seeds) in COSTS.items():
        costs = ", ".join(f"{1000 * cost:.1f} ms {kind}" for kind, cost in frame_costs(config, seeds).items())
        print(f"{f'a frame of {name}':34} {costs}")


if __name__ == "__main__":
    main()
