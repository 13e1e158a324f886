"""A run as the web process sees it: its state, its frames, and the commands that reach its worker."""

from __future__ import annotations

import base64
import itertools
import math
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from gancore.config import FIELDS, LIVE_FIELDS, ConfigError, RunConfig
from gancore.runtime import endings
from gancore.runtime.failures import KILLED, perhaps_of_memory
from gancore.runtime.frames import read_header
from gancore.runtime.history import FRAMES_KEPT, History
from gancore.runtime.process import WorkerProcess, how_it_died
from gancore.runtime.protocol import PLAYERS, Message, Player
from gancore.runtime.put_away import PutAway

RunState: TypeAlias = Literal["queued", "starting", "running", "paused", "finished", "diverged", "failed", "stopped"]
Change: TypeAlias = tuple[int, str, Any, Any]  # step, field, old value, new value

ENDED: frozenset[RunState] = frozenset(("finished", "diverged", "failed", "stopped"))
LEASE = 30.0  # seconds without a viewer after which a run stops by itself
PATIENCE = 2.0  # seconds to wait for a worker's answer; a block of training takes some milliseconds
MOST_STEPS = 1_000_000  # to ask for at once
SLOWEST, FASTEST = 1e-3, 1e6  # steps/s
PARKED = "Paused at step {step}. Its worker trains another run meanwhile; Play goes on."
SILENT = "Its worker process has given no sign for some seconds: it hangs, or was stopped. End it, or wait."


class PendingCommand:
    """A command whose answer somebody waits for."""

    def __init__(self) -> None:
        self._answered = threading.Event()
        self._step: int | None = None
        self._error: str | None = None

    def answer(self, step: int | None, error: str | None) -> None:
        self._step, self._error = step, error
        self._answered.set()

    def wait(self, seconds: float) -> int | None:
        """The step at which the command acted, None if that is not known yet; ValueError where it was refused."""
        self._answered.wait(seconds)
        if self._error is not None:
            raise ValueError(self._error)
        return self._step


class Parent(NamedTuple):
    """The run that one was split off from, and the number of the last frame that both have."""

    run: str
    seq: int


class Run:
    """One run. Made by `Registry.submit`; every method may be called from any thread, in any state.

    It may have several owners, who see the same as long as none of them turns anything: see `Registry.split`. A run
    that is *parked* has no worker: its training was put away, and goes on where it was once it has one again.

    A command returns once the worker has obeyed it, or after two seconds if the worker is busy for longer; a run that
    is not training yet keeps the command for its start. `set`, `play` and `advance` on a run that has ended raise a
    ValueError; `pause`, `put_aside`, `pace`, `manifold`, `layers`, `touch` and `stop` then do nothing.
    """

    def __init__(
        self,
        config: RunConfig,
        *,
        seeds: Sequence[int],
        owner: str,
        paused: bool = False,
        device: str = "auto",
        lease: float = LEASE,
        compiling: bool = False,
        capacity: int = FRAMES_KEPT,
        on_touch: Callable[[str], object] | None = None,
        on_aside: Callable[[Run], object] | None = None,
        on_stop: Callable[[Run], object] | None = None,
        on_wake: Callable[[Run], object] | None = None,
        refuses: Callable[[Run, RunConfig], str | None] | None = None,
    ) -> None:
        self.id = secrets.token_urlsafe(16)
        self.first_config = config
        self.seeds: tuple[int, ...] = tuple(seeds)
        self.owners = {owner}
        self.parent: Parent | None = None
        self.history = History(capacity)
        self._silent = False
        self.recorded = False  # trained elsewhere, before: see `ended_before`
        self.looked_at = time.monotonic()
        self._device = device
        self._lease = lease
        self._compiling = compiling
        self._on_touch = on_touch
        self._on_aside = on_aside
        self._on_stop = on_stop
        self._on_wake = on_wake
        self._refuses = refuses

        self._lock = threading.RLock()
        self._config = config
        self._state: RunState = "queued"
        self._message = "Waiting for a free worker."
        self._place: int | None = None
        self._step = 0
        self._scene: bytes | None = None
        self._changes: list[Change] = []
        self._readout: float | None = None
        self._ahead = (0, 0)
        self._compiled_at: int | None = None
        self._why_plain: str | None = None
        self._put_away: PutAway | None = None
        self._worker: WorkerProcess | None = None
        self._paused = paused
        self._asides: set[str] = set()  # owners who do not see it just now
        self._bent = False  # somebody has done something to it, and it is no longer as any other of its config
        self._parked = self._parking = False
        self.parkable = True
        self._pace: float | None = None
        self._first_pace: float | None = None
        self._later: list[dict[str, Any]] = []  # changes that were asked for ahead of their steps
        self._manifold = self._layers = False
        self._first: list[dict[str, Any]] = []  # commands for the start
        self._questions: dict[int, PendingCommand] = {}
        self._numbers = itertools.count(1)
        self._renewed_at = -math.inf

    @classmethod
    def ended_before(
        cls,
        config: RunConfig,
        *,
        seeds: Sequence[int],
        owner: str,
        scene: bytes,
        frames: Sequence[bytes],
        state: RunState,
        message: str,
        changes: Sequence[Change] = (),
    ) -> Run:
        """A run that was trained elsewhere, as it ended: its history and its sentence, and no worker."""
        run = cls(config, seeds=seeds, owner=owner)
        for i, frame in enumerate(frames, 1):
            header, _ = read_header(frame)
            run._step = int(header["step"])
            broke = state == "diverged" and i == len(frames)
            run.history.append(run._step, float(header.get("time", 0.0)), frame, failure=broke)
        run.recorded, run._scene, run._changes = True, scene, list(changes)
        run._enter(state, message)
        return run

    # --- what can be seen ------------------------------------------------------------------------------------------

    @property
    def config(self) -> RunConfig:
        """The configuration as it is now, after the live changes."""
        with self._lock:
            return self._config

    @property
    def coming(self) -> RunConfig:
        """The configuration with what it was told and has not heard yet."""
        with self._lock:
            config = self._config
            for command in self._first:
                if command["kind"] == "set":
                    config = config.changed(**command["changes"])
            return config

    @property
    def configs_ahead(self) -> list[RunConfig]:
        """The coming configuration, then one for each change at a later step."""
        with self._lock:
            later = sorted((each for each in self._later if each["at"] > self._step), key=lambda each: each["at"])
            configs = [self.coming]
            for command in later:
                configs.append(configs[-1].changed(**command["changes"]))
            return configs

    @property
    def state(self) -> RunState:
        with self._lock:
            return self._state

    @property
    def ahead(self) -> tuple[int, int]:
        """Steps that the discriminator and the generator have taken alone since both have moved."""
        with self._lock:
            return self._ahead

    @property
    def held(self) -> bool:
        """Whether it has yet to start and will then wait for `play`."""
        with self._lock:
            return self._paused and self._state in ("queued", "starting")

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the run."""
        with self._lock:
            return self._state in ENDED

    @property
    def aside(self) -> bool:
        """Whether it gives way to a run that waits for a worker: since all have put it aside, until somebody looks."""
        with self._lock:
            return self.owners <= self._asides

    @property
    def parked(self) -> bool:
        """Whether it was put away, and waits without a worker."""
        with self._lock:
            return self._parked

    @property
    def wants_turn(self) -> bool:
        """Whether it was put away in the middle of its training, and is to go on."""
        with self._lock:
            return self._parked and not self._paused and self._state not in ENDED

    def is_shared(self, owner: str) -> bool:
        """Whether it has other owners too."""
        with self._lock:
            return bool(self.owners - {owner})

    def is_as(self, config: RunConfig, seeds: Sequence[int], pace: float | None, first_pace: float | None) -> bool:
        """Whether whoever starts such a run may as well see this one: nothing was done to it, and it goes on."""
        with self._lock:
            like = self.first_config == config and self.seeds == tuple(seeds)
            paced = (self._pace, self._first_pace) == (pace, first_pace)
            return like and paced and not self._bent and not self._paused and self._state not in ENDED

    def own(self, owner: str) -> None:
        """Has one owner more."""
        with self._lock:
            self.owners.add(owner)
            self._asides.discard(owner)

    def disown(self, owner: str) -> bool:
        """Has one owner fewer; True where it has none left."""
        with self._lock:
            self.owners.discard(owner)
            self._asides.discard(owner)
            return not self.owners

    @property
    def message(self) -> str:
        """The state in a sentence."""
        with self._lock:
            return SILENT if self._silent else self._message

    @property
    def silent(self) -> bool:
        """Whether its worker has given no sign for some seconds: it was stopped, or hangs."""
        with self._lock:
            return self._silent

    @property
    def place(self) -> int | None:
        """Position in the queue, 1 for the next; None for a run that does not wait for a slot."""
        with self._lock:
            return self._place

    @property
    def step(self) -> int:
        """The newest step known here: the worker is up to a frame ahead while it trains."""
        with self._lock:
            return self._step

    @property
    def scene(self) -> bytes | None:
        """The encoded scene, once the run has started."""
        with self._lock:
            return self._scene

    @property
    def changes(self) -> list[Change]:
        """The live changes so far: (step at which it acted, field, old value, new value)."""
        with self._lock:
            return list(self._changes)

    @property
    def pid(self) -> int | None:
        """The worker process, while the run has one."""
        with self._lock:
            return None if self._worker is None else self._worker.pid

    @property
    def readout(self) -> float | None:
        """Share of the worker's time that went into frames, 0 to 1; known when the run pauses or ends."""
        with self._lock:
            return self._readout

    @property
    def compiled_at(self) -> int | None:
        """The step from which on all steps have been compiled ones; None where not all are."""
        with self._lock:
            return self._compiled_at

    @property
    def why_plain(self) -> str | None:
        """Why the steps cannot be compiled, in a sentence; None where they are, or may yet be."""
        with self._lock:
            return self._why_plain

    @property
    def size(self) -> int:
        """Bytes that it holds: frames, and what was put away."""
        with self._lock:
            kept = self._put_away
        return self.history.size + (0 if kept is None else kept.size)

    def empty(self) -> None:
        """Lets go of what it holds."""
        self.history.clear()
        with self._lock:
            self._put_away = None

    @property
    def stamp(self) -> tuple[object, ...]:
        """Another one whenever anything but the frames and the step has changed."""
        with self._lock:
            scene = self._scene is not None
            changes, speed = len(self._changes), (self._compiled_at, self._why_plain)
            alive = (self._state, self._message, self._silent, self._place, self._ahead, self._paused)
            return (self.id, *alive, scene, changes, speed)

    # --- commands --------------------------------------------------------------------------------------------------

    def set(self, *, at: int = 0, **changes: Any) -> int | None:
        """Changes fields of the running GAN, before its step `at`, or now where that is past; returns the step at which
        they acted, None if they act later.

        Raises ValueError for a wrong value, a field that needs a restart, one that takes more memory than there is, or
        a run that has ended.
        """
        restarts = [name for name in changes if name in FIELDS and name not in LIVE_FIELDS]
        if restarts:
            verb = "needs" if len(restarts) == 1 else "need"
            raise ConfigError([f"{', '.join(restarts)} {verb} a restart: the new value acts in a new run."])
        config = self.coming.changed(**changes)
        why = None if self._refuses is None or self.ended else self._refuses(self, config)
        if why is not None:
            raise ConfigError([why])
        after = config.model_dump(mode="json")
        values = {name: after[name] for name in changes}
        return self._command("set", at=at, changes=values, refusal=f"change {', '.join(changes)}")

    def play(self) -> None:
        """Trains on, as fast as it goes or at the pace that was set."""
        self._command("play", refusal="go on")

    def pause(self) -> None:
        """Holds training; the frame of the very step at which it stands is published. The worker is kept."""
        self._command("pause")

    def put_aside(self, owner: str | None = None) -> None:
        """An owner (None: all of them) does not see it just now. Where nobody does it is paused, and its worker is for
        a run that waits for one."""
        with self._lock:
            self._asides |= self.owners if owner is None else {owner}
            if not self.owners <= self._asides:
                return
        self.pause()
        if self._on_aside is not None:
            self._on_aside(self)

    def give_way(self) -> None:
        """Ends it for a run that waits for a worker."""
        self._stop(" Another run needed its worker.")

    def advance(self, steps: int = 1, player: Player = "both") -> int | None:
        """Takes exactly `steps` steps of both players or of one alone, then stays paused.

        Returns the step reached, None if it is not reached yet. A run that was playing is paused first.
        """
        if player not in PLAYERS:
            raise ValueError(f"player is {player!r}; allowed are {', '.join(PLAYERS)}")
        if not 1 <= steps <= MOST_STEPS:
            raise ValueError(f"steps is {steps}; allowed are 1 to {MOST_STEPS:,}")
        return self._command("advance", steps=int(steps), player=player, refusal="take a step")

    def park(self) -> None:
        """Asks its worker to put it away, so that the worker is free."""
        with self._lock:
            if self._worker is None or self._state in ENDED or self._parking:
                return
            self._parking = True
            self._worker.send({"kind": "park", "run": self.id})

    def put_away(self) -> PutAway | None:
        """Weights and state as they are now, or as they were in the end; None before the first step, and of a run that
        is too large. Waits for the worker."""
        with self._lock:
            if self._worker is not None and not self._silent and not self._parking:
                self._put_away = None  # of an earlier step
        self._command("put_away")
        with self._lock:
            return self._put_away

    def split(self, owner: str, kept: PutAway | None) -> Run:
        """A run of `owner`'s own that is this one up to `kept`, paused and parked there; without it, one that has yet
        to begin."""
        with self._lock:
            run = Run(
                self.first_config if kept is None else self._config,
                seeds=self.seeds,
                owner=owner,
                paused=True,
                device=self._device,
                lease=self._lease,
                compiling=self._compiling,
                capacity=self.history.capacity,
                on_touch=self._on_touch,
                on_aside=self._on_aside,
                on_stop=self._on_stop,
                on_wake=self._on_wake,
                refuses=self._refuses,
            )
            run._pace, run._first_pace = self._pace, self._first_pace
            run._manifold, run._layers = self._manifold, self._layers
            run._later = list(self._later)
            run._bent, run._parked = True, True
            run._state, run._message = "paused", PARKED.format(step=0)
            if kept is None:
                run._first = [command for command in self._first if command["kind"] == "set"]
                return run
            run.history = self.history.copy(kept.step)
            last = run.history.last
            run.parent = None if last is None else Parent(self.id, last.seq)
            run._scene, run._step, run._put_away = self._scene, kept.step, kept
            run._changes = [change for change in self._changes if change[0] <= kept.step]
            run._message = PARKED.format(step=f"{kept.step:,}")
            return run

    def pace(self, steps_per_second: float | None, *, first: float | None = None) -> None:
        """At most so many steps a second, None for as fast as it goes; but `first` a second in the seconds after the
        start, and from then on twice as many again and again."""
        for name, value in (("pace", steps_per_second), ("first", first)):
            if value is not None and not SLOWEST <= value <= FASTEST:
                raise ValueError(f"{name} is {value}; None or {SLOWEST:g} to {FASTEST:g} steps a second are needed")
        with self._lock:
            self._pace = None if steps_per_second is None else float(steps_per_second)
            self._first_pace = None if first is None else float(first)
            value, first = self._pace, self._first_pace
        self._command("pace", value=value, first=first)

    def manifold(self, on: bool) -> None:
        """Whether frames carry the image of a grid in z."""
        with self._lock:
            self._manifold = on
        self._command("manifold", on=on)

    def layers(self, on: bool) -> None:
        """Whether frames carry the gradient of each of the generator's layers: those whose modes are counted do."""
        with self._lock:
            self._layers = on
        self._command("layers", on=on)

    def look(self, owner: str | None = None) -> None:
        """An owner (None: all of them) sees it: it gives way to nobody, and its lease is renewed."""
        with self._lock:
            self._asides -= set(self.owners) if owner is None else {owner}
        self.touch(owner)

    def touch(self, owner: str | None = None) -> None:
        """An owner (None: all of them) is there: renews the lease, and the owner is back if it was given up."""
        if self._on_touch is not None:
            for each in list(self.owners) if owner is None else [owner]:
                self._on_touch(each)
        self._renew()

    def stop(self) -> None:
        """Ends the run now; its history is kept. Never waits for the worker."""
        self._stop()

    def _stop(self, why: str = "") -> None:
        with self._lock:
            if self._state in ENDED:
                return
            step = endings.stopped(self._step) if self._scene is not None else "Stopped before its first step."
            silent = self._silent
            self._enter("stopped", step + why)
            if self._worker is not None and not silent:
                self._worker.send({"kind": "stop", "run": self.id})
        if self._on_stop is not None:
            self._on_stop(self)

    def _command(self, kind: str, *, refusal: str | None = None, **fields: Any) -> int | None:
        """Sends a command and waits for the answer. `refusal`: what an ended run says it cannot do."""
        with self._lock:
            if self._state in ENDED:
                if refusal is None:
                    return None
                raise ValueError(f"This run has {ENDINGS[self._state]} and cannot {refusal}: start it again.")
            if self._silent:  # what is written to a process that does not read may never return
                if refusal is None:
                    return None
                raise ValueError(SILENT)
            command: dict[str, Any] = {"kind": kind, "run": self.id, **fields}
            self._bent = self._bent or kind in ("set", "pause", "advance")
            if command.get("at", 0) > self._step:
                self._later.append(command)
            if kind in ("play", "pause", "advance"):
                self._paused = kind != "play"
            worker = None if self._parking else self._worker
            question: PendingCommand | None = None
            wakes = False
            if worker is None:
                self._remember(command)
                wakes = self._parked and kind in ("play", "advance")
            else:
                number = next(self._numbers)
                self._questions[number] = asked = PendingCommand()
                sent = worker.send({**command, "ask": number})
                # Else its end is about to be noticed, or it has not begun.
                question = asked if sent and self._state != "starting" else None
        if wakes and self._on_wake is not None:
            self._on_wake(self)
        return None if question is None else question.wait(PATIENCE)

    def _remember(self, command: dict[str, Any]) -> None:
        match command["kind"]:
            case "play" | "pause":
                self._first = [each for each in self._first if each["kind"] != "advance"]
            case "advance":
                self._first.append(command)
            case "set" if command not in self._later:
                self._first.append(command)
            case _:  # pace, manifold and layers are part of the start; there is nothing to put away
                pass

    def _renew(self) -> None:
        now = time.monotonic()
        with self._lock:
            self.looked_at = now
            if self._worker is not None and not self._silent and now - self._renewed_at > self._lease / 8:
                self._renewed_at = now
                self._worker.send({"kind": "lease", "run": self.id})

    # --- what the registry calls -----------------------------------------------------------------------------------

    def wait_in_queue(self, place: int | None) -> None:
        """The run's position has changed; None: a slot is free, and only the worker is not there yet."""
        with self._lock:
            if self._worker is not None or self._state in ENDED:
                return
            self._place = place
            if place is None:
                self._state, self._message = "starting", "Starting."
            else:
                self._state = "queued"
                what = "its turn" if self._parked else "a free worker"
                self._message = f"Waiting for {what}, place {place} in the queue."

    def begin(self, worker: WorkerProcess, memory: int | None = None) -> bool:
        """Starts the run on a worker that has nothing else to do, which may take so many bytes more (None: as many as
        there are); False where that process is gone."""
        with self._lock:
            config, taken_up = self.first_config, {}
            if self._parked and self._put_away is not None:
                config, last = self._config, self.history.last
                taken_up = {
                    "state": base64.b64encode(self._put_away.state).decode(),
                    "began": 0.0 if last is None else last.time,
                }
            sent = worker.send(
                {
                    "kind": "start",
                    "run": self.id,
                    **taken_up,
                    "config": config.to_json(),
                    "seeds": list(self.seeds),
                    "device": self._device,
                    "lease": self._lease,
                    "paused": self._paused,
                    "pace": self._pace,
                    "first_pace": None if self._step else self._first_pace,
                    "manifold": self._manifold,
                    "compile": self._compiling,
                    "layers": self._layers,
                    "memory": memory,
                    "first": [*(each for each in self._later if each["at"] > self._step), *self._first],
                }
            )
            if sent:
                self._worker = worker
                self._place = None
                self._first, self._parked = [], False
                self._state, self._message = "starting", "Starting."
            return sent

    def receive(self, message: Message) -> None:
        """Takes in what the worker says of this run."""
        fields = message.fields
        match message.kind:
            case "frame":
                with self._lock:
                    self._step = int(fields["step"])
                    self.history.append(
                        self._step,
                        float(fields["time"]),
                        message.body,
                        failure=bool(fields.get("failure")),
                        judged=bool(fields.get("judged")),
                        measured=bool(fields.get("measured")),
                    )
            case "scene":
                with self._lock:
                    self._scene = message.body
            case "put_away":
                weights = int(fields["weights"])
                kept = PutAway(int(fields["step"]), message.body[:weights], message.body[weights:])
                with self._lock:
                    self._put_away = kept
            case "unparkable":
                self._go_on()
            case "state" if fields["state"] == "parked":
                with self._lock:
                    self._parked, self._parking = True, False
                    self._step = int(fields["step"])
                    if self._state not in ENDED:
                        self._state, self._message = "paused", PARKED.format(step=f"{self._step:,}")
            case "speed":
                with self._lock:
                    self._compiled_at = int(fields["step"]) if fields["compiled"] else None
            case "plain":
                self.stay_plain(str(fields["why"]))
            case "changes":
                self._note_changes(int(fields["step"]), fields["changes"])
            case "answer":
                with self._lock:
                    question = self._questions.pop(int(fields["to"]), None)
                if question is not None:
                    question.answer(int(fields["step"]), fields.get("error"))
            case "state":
                with self._lock:
                    self._step = max(self._step, int(fields["step"]))
                    self._readout = fields.get("readout")
                    discriminator, generator = fields.get("ahead", (0, 0))
                    self._ahead = int(discriminator), int(generator)
                    self._enter(fields["state"], fields["message"])
            case _:  # a newer worker may say more than is understood here
                pass

    def _go_on(self) -> None:
        """It could not be put away: its worker hears what was said meanwhile."""
        with self._lock:
            self._parking, self.parkable = False, False
            said, self._first = self._first, []
            if self._paused != (self._state == "paused"):
                said.append({"kind": "pause" if self._paused else "play", "run": self.id})
            if self._worker is not None and self._state not in ENDED:
                for command in said:
                    self._worker.send(command)

    def be_silent(self, silent: bool) -> None:
        """Its worker gives no sign any more, or gives one again."""
        with self._lock:
            self._silent = silent and self._state not in ENDED

    def stay_plain(self, why: str) -> None:
        """Its steps cannot be compiled: the run goes on as it is."""
        with self._lock:
            self._why_plain = why

    def leave(self) -> None:
        """The run has ended and its worker is needed no more."""
        with self._lock:
            self._worker = None
            questions, self._questions = self._questions, {}
        for question in questions.values():
            question.answer(None, None)

    def die(self, code: int) -> None:
        """The worker process is gone."""
        with self._lock:
            when = (
                f"at step {self._step:,}; its history is kept" if self._scene is not None else "while it was starting"
            )
            said = f"The worker process died ({(how := how_it_died(code))}) {when}."
            self._enter("failed", perhaps_of_memory(said, self._config, len(self.seeds)) if how == KILLED else said)
        self.leave()

    def fail(self, message: str) -> None:
        """The run could not get a worker, or memory."""
        with self._lock:
            self._enter("failed", message)
        self.leave()

    def _enter(self, state: RunState, message: str) -> None:
        # The end is final: what a worker says of a run that was stopped here comes too late.
        if self._state in ENDED:
            return
        self._state, self._message = state, message
        self._silent = False
        self._place = None

    def _note_changes(self, step: int, changes: Sequence[Sequence[Any]]) -> None:
        with self._lock:
            self._changes += [(step, field, old, new) for field, old, new in changes]
            self._config = self._config.changed(**{field: new for field, _, new in changes})


ENDINGS: Mapping[RunState, str] = {
    "finished": "finished",
    "diverged": "diverged",
    "failed": "failed",
    "stopped": "been stopped",
}
