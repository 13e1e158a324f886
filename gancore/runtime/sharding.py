"""The replicas of one run in several processes, so that many seeds use all cores."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from safetensors.torch import load, save

from gancore.compiling.speed import Speed
from gancore.compiling.swap import use_compiled
from gancore.config import RunConfig
from gancore.processor import usable_cores
from gancore.runtime.forks import Fork
from gancore.runtime.put_away import PutAway
from gancore.training.checkpoint import joined as joined_states
from gancore.training.snapshot import ImageScene, ImageSnapshot, Scene, Snapshot
from gancore.training.trainer import LOOK_EVERY, Divergence, Trainer

# A block of elements that torch's kernels take at once; what is left over at the end is rounded another way.
_VECTOR = 32

WORTH = 1.2  # how many times as fast several processes have to be
_ROUNDS, _ROUND = 5, 0.005  # of a rehearsal, and about how long each is: seconds
_LONG = 0.05  # a step that takes so long needs no further round
_PACES = 4  # blocks of steps that tell how long one takes as it is
_SHARE = 0.04  # of the time may go into rehearsals
_SETTLED = 1.0  # seconds of a run in which it may go on in several processes, before its steps are compiled
_IDLE, _AGAIN = 0.5, 0.5  # cores that must have been idle before one is worth its time, and seconds until another look


class ShardedTrainer:
    """A trainer whose replicas go on in several processes, one thread each, as soon as that is faster.

    It is the trainer's own run, however many processes there are and whenever that changes: each keeps some of the
    replicas (`Trainer.keep`), which are the same to the last bit wherever a replica is its seed's run (`Trainer`).
    Rehearsals of milliseconds find out whether it is faster: where a core has been idle, after the first few steps and,
    as long as the run is whole, 1, 2, 4, … seconds later. So a core that another run has left is taken up, and one that
    it uses is not fought for. Only on the CPU of a Linux machine with several cores, and with several replicas;
    elsewhere the trainer stays whole.

    Takes the trainer over. Its processes go when this object does.
    """

    def __init__(self, trainer: Trainer, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._trainer = trainer  # with the first of the replicas
        self._forks: list[Fork] = []  # with the others
        self.seeds = trainer.seeds
        self.device = trainer.device
        self._states = [_State.of(trainer)]
        self._clock = clock
        self._began = clock()
        self._paces: deque[float] = deque(maxlen=_PACES)  # seconds of processor time a step
        self._idle = clock(), idle_seconds()  # when that was looked at, and what it said
        self._rehearse_at = clock()
        self._pause = 1.0
        self._most = most_shards(trainer, usable_cores())

    # ── As a trainer ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def step(self) -> int:
        """Generator steps taken."""
        return self._trainer.step

    @property
    def lost(self) -> list[Divergence]:
        """Every replica that has ceased to be finite so far, in the order of the seeds."""
        return [each for state in self._states for each in state.lost]

    @property
    def diverged(self) -> Divergence | None:
        """Where the last of the replicas ceased to be finite; None while at least one goes on."""
        lost = self.lost
        return max(lost, key=lambda each: each.step) if len(lost) == len(self.seeds) else None

    def advance(self, steps: int = 1) -> None:
        """Takes `steps` generator steps; stops early where every replica diverged, at the step where it would whole."""
        end = self.step + steps
        while self.step < end and self.diverged is None:
            if self._is_time():
                self._rehearse()
            else:
                # Some of the replicas cannot say whether the run is over: all are asked where a whole one looks.
                most = LOOK_EVERY - self.step % LOOK_EVERY if self._forks else steps
                self._take(min(end - self.step, most))

    def discriminator_step(self) -> None:
        """One step of the discriminators alone."""
        self._all(Trainer.discriminator_step)

    def generator_step(self) -> None:
        """One step of the generators alone."""
        self._all(Trainer.generator_step)

    def set(self, **changes: Any) -> None:
        """Changes live fields, as `Trainer.set` does."""
        self._all(Trainer.set, **changes)

    def scene(self) -> Scene | ImageScene:
        """The part of the run that stays the same."""
        return self._trainer.scene()

    def use_compiled(self) -> Speed:
        """Takes compiled steps where there are any, in every process: not before it is seen in how many, and a run that
        is whole then stays so, because compiled for fewer replicas a step is rounded another way."""
        if self._most > 1 and self._clock() < self._began + _SETTLED:
            return Speed(False)
        self._most = 1
        speeds: list[Speed] = self._all(use_compiled)
        return Speed(all(each.compiled for each in speeds), tuple(game for each in speeds for game in each.missing))

    def snapshot(self, **shown: bool) -> Snapshot | ImageSnapshot:
        """The present moment of all replicas; `shown` as of `Trainer.snapshot`."""
        return joined(self._all(Trainer.snapshot, **shown))

    def put_away(self) -> PutAway:
        """Weights and state of the whole run, in however many processes it is: all have taken the same steps, since
        each has obeyed one command before the next is given."""
        parts: list[PutAway] = self._all(_put_away)
        if len(parts) == 1:
            return parts[0]
        weights, states = ([load(getattr(part, name)) for part in parts] for name in ("weights", "state"))
        return PutAway(self.step, save(joined_states(weights)), save(joined_states(states)))

    def take_up(self, state: bytes) -> None:
        """Goes on from a state that a trainer of the same config and seeds has given. Before the first step, and in one
        process.

        Raises ValueError where it does not fit, and where the run goes on in several processes already.
        """
        if self._forks:
            raise ValueError(f"the run goes on in {self.shards} processes; only in one it can take up a state")
        self._trainer.load_state_dict(load(state))
        self._states = [_State.of(self._trainer)]

    # ── In several processes ──────────────────────────────────────────────────────────────────────────────────────

    @property
    def shards(self) -> int:
        """How many processes train the run, this one counted."""
        return 1 + len(self._forks)

    @property
    def processor_seconds(self) -> float:
        """Processor time of this process and, since they were made, of the others that train the run."""
        return time.process_time() + sum(state.spent for state in self._states[1:])

    def split(self, count: int) -> None:
        """Goes on in so many processes, this one counted. Raises ValueError where there are not so many to be had, and
        OSError where the system refuses them: the run stays whole then."""
        most = most_shards(self._trainer, count)
        if self._forks or not 1 <= count <= most:
            raise ValueError(f"count is {count}; a run in {self.shards} goes on in 1 to {most}, and splits once")
        mine, *others = _shares(self._trainer, count)
        self._forks = _forks(self._trainer, others)
        self._trainer.keep(mine)
        self._states = [_State.of(self._trainer)] * count
        self._all(_state)

    def close(self) -> None:
        """Ends the other processes: nothing can be asked of the run any more."""
        for fork in self._forks:
            fork.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _all(self, act: Callable[..., Any], *values: Any, **named: Any) -> list[Any]:
        """`act(trainer, …)` in all processes at once; what each gave, in the order of the seeds. Raises the first
        error, after all have answered: a change that one refuses all have refused."""
        for fork in self._forks:
            fork.ask(act, values, named)
        given: list[Any] = []
        errors: list[Exception] = []
        answers = [partial(_act, self._trainer, act, values, named), *(fork.answer for fork in self._forks)]
        for place, answer in enumerate(answers):
            try:
                value, self._states[place] = answer()
            except Exception as error:
                errors.append(error)
            else:
                given.append(value)
        if errors:
            raise errors[0]
        return given

    def _take(self, steps: int) -> None:
        # A core of its own is what several processes have to beat: where this one has to wait for its turn, more would
        # only take from the others.
        began = time.process_time()
        self._all(Trainer.advance, steps)
        self._paces.append((time.process_time() - began) / steps)

    def _is_time(self) -> bool:
        """Whether a rehearsal is due, and a core was idle since that was asked before."""
        if self._most == 1 or len(self._paces) < _PACES or (now := self._clock()) < self._rehearse_at:
            return False
        (began, before), idle = self._idle, idle_seconds()
        self._idle = now, idle
        if idle - before < _IDLE * (now - began):
            self._rehearse_at = now + _AGAIN
            return False
        return True

    def _rehearse(self) -> None:
        """Takes one step, and splits the run where that makes it faster and changes no bit of this step."""
        began = self._clock()
        try:
            count, weights = best_count(self._trainer, self._most, statistics.median(self._paces))
        except (OSError, RuntimeError):  # no more processes, or none that can compute: a GPU's library forbids it
            count, weights, self._most = 1, [], 1
        pause = max(self._pause, (self._clock() - began) / _SHARE)
        self._pause *= 2
        self._take(1)
        if count > 1:
            self._most = 1
            if weights == _weights(self._trainer):
                with contextlib.suppress(OSError):
                    self.split(count)
        self._rehearse_at = self._clock() + pause


class _State(NamedTuple):
    """The state of a process in each of its answers: replicas lost there, and its seconds of processor time."""

    lost: list[Divergence]
    spent: float

    @classmethod
    def of(cls, trainer: Trainer) -> _State:
        return cls(trainer.lost, time.process_time())


def _state(_: Trainer) -> None:
    """Asks for nothing but the state that comes with every answer."""


def _put_away(trainer: Trainer) -> PutAway:
    return PutAway(trainer.step, save(trainer.weights()), save(trainer.kept_state_dict()))


def _act(trainer: Trainer, act: Callable[..., Any], values: Sequence[Any], named: dict[str, Any]) -> tuple[Any, _State]:
    return act(trainer, *values, **named), _State.of(trainer)


def _forks(trainer: Trainer, shares: Sequence[slice]) -> list[Fork]:
    """Copies of this process, each with its share of the replicas. Raises OSError where one is refused."""
    forks: list[Fork] = []
    try:
        for share in shares:
            seeds = ", ".join(map(str, trainer.seeds[share]))
            forks.append(Fork(partial(_act, trainer), f"the seeds {seeds}"))
            forks[-1].ask(_keep, (share,), {})
        for fork in forks:
            fork.answer()
    except BaseException:
        for fork in forks:
            fork.close()
        raise
    return forks


def _keep(trainer: Trainer, share: slice) -> None:
    torch.set_num_threads(1)
    trainer.keep(share)


def joined(parts: Sequence[Snapshot | ImageSnapshot]) -> Snapshot | ImageSnapshot:
    """The moment of a run from those of its parts, in the order of the seeds: what is of one replica, or the same for
    all, is the first part's."""
    first = parts[0]
    if len(parts) == 1:
        return first
    scalars = {name: np.concatenate([part.scalars[name] for part in parts]) for name in first.scalars}
    if isinstance(first, ImageSnapshot):
        return replace(first, scalars=scalars)
    of_points = [part for part in parts if isinstance(part, Snapshot)]
    fake = np.concatenate([part.fake for part in of_points])
    owners = [part.owner for part in of_points if part.owner is not None]
    return replace(first, scalars=scalars, fake=fake, owner=np.concatenate(owners) if owners else None)


# ── How many ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def idle_seconds() -> float:
    """Seconds that the processors which this process may use have been idle so far, together; NaN where the system does
    not say it."""
    try:
        lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
        rows = {name: values for name, *values in map(str.split, lines)}
        cores = [rows[f"cpu{core}"] for core in os.sched_getaffinity(0)]
        return sum(int(values[3]) for values in cores) / os.sysconf("SC_CLK_TCK")
    except (OSError, KeyError, IndexError, AttributeError):
        return math.nan


def most_shards(trainer: Trainer, cores: int) -> int:
    """Into how many processes the replicas can go, at most `cores`, with the bits of every one unchanged."""
    if trainer.device.type != "cpu" or sys.platform != "linux":
        return 1
    return max(1, min(cores, math.ceil(len(trainer.seeds) / _inseparable(trainer.config))))


def _inseparable(config: RunConfig) -> int:
    """Replicas that stay together: as many as fill whole vectors, so that none is rounded otherwise than in company."""
    return _VECTOR // math.gcd(_VECTOR, config.batch_size // config.pack)


def _shares(trainer: Trainer, count: int) -> list[slice]:
    """The replicas of each of `count` processes: about as many, each but the last with whole vectors."""
    together, seeds = _inseparable(trainer.config), len(trainer.seeds)
    groups = math.ceil(seeds / together)
    ends = [min(seeds, together * (groups * i // count)) for i in range(count + 1)]
    return [slice(begin, end) for begin, end in pairwise(ends)]


def best_count(trainer: Trainer, most: int, alone: float) -> tuple[int, list[bytes]]:
    """In how many processes, up to `most`, the run goes on fastest just now, where a step takes `alone` seconds in one
    that has a core to itself: 1 where several are not worth it; and what `_weights` says of those after one step.

    Found out by copies of this process that take a few steps and are thrown away; the run itself is not touched. Raises
    OSError where the system refuses processes, and what a copy raises.
    """
    best, best_gain, weights = 1, WORTH, list[bytes]()
    while most > 1:
        seconds, after = _rehearsal(trainer, most, alone)
        if alone / seconds < best_gain:
            break
        best, best_gain, weights = most, alone / seconds, after
        most //= 2
    return best, weights


def _rehearsal(trainer: Trainer, count: int, alone: float) -> tuple[float, list[bytes]]:
    """Seconds that a step takes in so many processes, joining included, and `_weights` after the first step.

    Of several rounds the slowest but one counts: a core that something else works on may be free for a moment, and one
    that is free may be taken away for one.
    """
    forks = _forks(trainer, _shares(trainer, count))
    try:
        _asked(forks, Trainer.advance, 1)
        weights = _asked(forks, _weights)
        if alone < _LONG:
            _asked(forks, Trainer.advance, 2)  # by now each copy has pages of its own where it writes
        steps = max(1, min(LOOK_EVERY, round(count * _ROUND / alone)))
        rounds: list[float] = []
        for _ in range(_ROUNDS if alone < _LONG else 1):
            began = time.perf_counter()
            _asked(forks, Trainer.advance, steps)
            rounds.append((time.perf_counter() - began) / steps)
            if len(rounds) > 1 and sorted(rounds)[-2] > alone:
                break  # that will not change any more
        return sorted(rounds)[-2:][0], weights
    finally:
        for fork in forks:
            fork.close()


def _asked(forks: Sequence[Fork], act: Callable[..., Any], *values: Any) -> list[Any]:
    """`act(trainer, …)` in all of them at once; lists, one value a replica, become one."""
    for fork in forks:
        fork.ask(act, values, {})
    given = [fork.answer()[0] for fork in forks]
    return [each for of_fork in given if of_fork is not None for each in of_fork]


def _weights(trainer: Trainer) -> list[bytes]:
    """Digests of the players, one a replica: equal only if they are the same to the last bit."""
    players = torch.cat([trainer.g.params, trainer.d.params], 1).cpu().numpy()
    return [hashlib.blake2b(of_seed.tobytes(), digest_size=16).digest() for of_seed in players]
