"""A worker whose GAN is a toy: it needs no torch, starts at once, and breaks when it is told to.

Run as a script it is a worker process; its class is used inside the tests too.
"""

import json
import sys
import time
from types import SimpleNamespace

import numpy as np

from gancore.config import LIVE_FIELDS, ConfigError, RunConfig
from gancore.runtime.game import do_nothing, no_limit
from gancore.runtime.put_away import PutAway
from gancore.runtime.worker import main
from gancore.training.snapshot import Scene, Snapshot

DIVERGES = 1e5  # a d_lr from which the toy diverges ...
BREAKS_AT = 5  # ... at this step
OUT_OF_MEMORY, BROKEN, KILLED = 1e6, 5e5, 4e5  # values of g_lr
BAD_SEED = 13
COMPILED = 0.5  # the g_lr with which its steps count as compiled
BROKEN_STORE = 0.25  # the g_lr with which looking for compiled steps fails


class ToyGame:
    step_seconds = 0.0005

    def __init__(self, config, seeds, device="auto", progress=None):
        if BAD_SEED in seeds:
            raise ValueError(f"seeds holds {BAD_SEED}; that is unlucky.")
        print("this goes to the log", flush=True)
        self.config, self.step, self.d_steps, self.diverged = config, 0, 0, None
        self.points = np.random.default_rng(seeds[0]).normal(size=(len(seeds), 8, 2))

    def spend(self, seconds):
        time.sleep(seconds)

    def advance(self, steps=1):
        for _ in range(steps):
            if self.diverged is not None:
                return
            for _ in range(self.config.d_steps):
                self.discriminator_step()
            self.generator_step()
            if self.step >= BREAKS_AT:
                self._break()

    def _break(self):
        config = self.config
        if config.d_lr >= DIVERGES:
            self.points[:] = np.nan
            self.diverged = SimpleNamespace(step=BREAKS_AT, quantity="the discriminator's loss")
        if config.g_lr == OUT_OF_MEMORY:
            raise MemoryError
        if config.g_lr == BROKEN:
            raise RuntimeError("something gave way\nwith many details")
        if config.g_lr == KILLED:
            sys.stderr.flush()
            import os

            os._exit(7)

    def discriminator_step(self):
        self.d_steps += 1

    def generator_step(self):
        self.spend(self.step_seconds)
        self.points = np.sin(self.points * 3.7 + self.config.g_lr * (1 + self.d_steps % 7))
        self.step += 1

    def set(self, **changes):
        if not set(changes) <= LIVE_FIELDS:
            raise ConfigError(["That needs a restart."])
        self.config = self.config.changed(**changes)

    def put_away(self):
        if len(self.points) > 2:  # as one that goes on in several processes
            return None
        return PutAway(self.step, b"weights", json.dumps([self.step, self.d_steps, self.points.tolist()]).encode())

    def take_up(self, state):
        self.step, self.d_steps, points = json.loads(state)
        self.points = np.array(points)

    def use_compiled(self):
        """As if its steps were compiled where one learning rate has one value, and nowhere else."""
        if self.config.g_lr == BROKEN_STORE:
            raise OSError(28, "No space left on device")
        compiled = self.config.g_lr == COMPILED
        missing = () if compiled else ((RunConfig(steps=self.config.steps, seed=self.config.seed), len(self.points)),)
        return SimpleNamespace(compiled=compiled, missing=missing)

    def snapshot(self, *, field=True, arrows=True, layers=True, manifold=False, judge=True, measure=False):
        scalars = {"d_loss": np.full(len(self.points), self.step, np.float32)}
        if judge:
            scalars["captured"] = np.ones(len(self.points), np.float32)
        if measure:
            scalars["transport"] = np.ones(len(self.points), np.float32)
        return Snapshot(
            step=self.step,
            d_steps=self.d_steps,
            fake=self.points.astype(np.float32),
            scalars=scalars,
            field=np.zeros((4, 4), np.float32),
            manifold=np.zeros((3, 3, 2), np.float32) if manifold else None,
            layers=np.ones(2, np.float32) if layers else None,
        )

    def scene(self):
        return Scene(
            centres=np.zeros((1, 2), np.float32),
            weights=np.ones(1, np.float32),
            sigma=0.1,
            real=np.zeros((4, 2), np.float32),
            view=(-1.0, 1.0, -1.0, 1.0),
        )


if __name__ == "__main__":
    main(ToyGame, do_nothing, do_nothing, no_limit)
