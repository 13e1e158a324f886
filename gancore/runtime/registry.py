"""All runs of a server: who owns them, which of them train, and the worker processes that do it."""

from __future__ import annotations

import atexit
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from gancore.config import RunConfig
from gancore.processor import usable_cores
from gancore.runtime.compiler import Compiler, Job
from gancore.runtime.history import FRAMES_KEPT
from gancore.runtime.memory_estimate import estimate
from gancore.runtime.memory_room import MemoryRoom, room
from gancore.runtime.process import WorkerProcess, how_it_died
from gancore.runtime.protocol import Message
from gancore.runtime.run import ENDED, LEASE, Run
from gancore.runtime.worker_slot import WorkerSlot

GRACE = 60.0  # seconds in which a viewer who lost the connection finds its runs again; others pass them meanwhile
MOST_QUEUED = 16  # runs of one owner that wait for a worker; a comparison has four
KEPT_RUNS = 24  # ended runs of one owner
MEMORY = 512 * 2**20  # bytes of frames of all ended runs together
PATIENCE = 5.0  # seconds in which a worker has to obey `stop`, and ...
STARTING = 60.0  # ... one that is still starting: it imports torch first, which takes long where the cores are taken
SETTLE = 2.0  # seconds after a start in which no spare is warmed up: importing torch would slow the run's beginning
IDLE = 60.0  # seconds after which a spare beyond the wanted number goes
SILENCE = 5.0  # seconds; a worker gives a sign once a second, whatever its training does
TICK = 1.0  # seconds between two looks at the clocks
SHORT_LIVED = 3  # spares that died before they were ready, one after the other, until it is given up for now

MakeCompiler = Callable[[Callable[[Job, str | None], None]], Compiler]
MakeWorker = Callable[[Callable[[WorkerProcess, Message], None], Callable[[WorkerProcess, int], None]], WorkerProcess]


class Registry:
    """Runs and their worker processes; safe to use from several threads.

    `warm` spare workers wait with torch imported, so that Play does not pay for it. At most `cap` runs train at once;
    the next ones wait in a queue, and the training of one that has had its turn is put away for them (`Run.park`): the
    slots are shared out by owner. A run that nobody sees goes first, then one that has been paused for some seconds. A
    worker whose run has ended takes the next one.
    """

    def __init__(
        self,
        *,
        cap: int | None = None,
        warm: int = 2,
        grace: float = GRACE,
        lease: float = LEASE,
        history: int = FRAMES_KEPT,
        kept_runs: int = KEPT_RUNS,
        memory: int = MEMORY,
        silence: float = SILENCE,
        device: str = "auto",
        room: Callable[[], int | None] = room,
        make_worker: MakeWorker = WorkerProcess,
        make_compiler: MakeCompiler | None = None,
    ) -> None:
        """Returns at once; the spares are started in the background.

        Args:
            cap: runs that train at once; None: one a core, but at least the four panels of one comparison.
            warm: spare workers that wait for the next Play.
            grace: seconds after `release` in which the owner may come back.
            lease: seconds without a viewer after which a run stops by itself.
            history: frames kept of a run.
            kept_runs: ended runs kept of an owner; the oldest go first.
            memory: bytes of frames kept of all ended runs; the ones that nobody looked at for longest go first.
            silence: seconds without a sign from a worker after which its run is called silent, and its slot is free.
            device: "auto" takes CUDA, then MPS, then the CPU.
            room: bytes of memory that runs may take just now, where GANCORE_MEMORY names no amount; None where that is
                not known, and no run is refused.
            make_compiler: `Compiler`, for runs whose steps get compiled beside them; None: they stay as they are.
        """
        self.cap = max(4, usable_cores()) if cap is None else cap
        if self.cap < 1:
            raise ValueError(f"cap is {cap}; at least one run must be able to train")
        self._warm = warm
        self._grace = grace
        self._lease = lease
        self._history = history
        self._kept_runs = kept_runs
        self._memory = memory
        self._silence = silence
        self._device = device
        self._trains_on = "cpu" if device == "auto" else device  # the kind of device, as far as is known
        self._room = MemoryRoom(room)
        self._make_worker = make_worker
        self._compiler = None if make_compiler is None else make_compiler(self._hear_of)
        self._waiting: dict[Job, list[Run]] = {}  # for what is being compiled

        # The registry's lock may be held while a run's is taken, never the other way round.
        self._changed = threading.Condition(threading.RLock())
        self._runs: dict[str, Run] = {}  # in order of submission
        self._queue: deque[Run] = deque()
        self._seats: dict[WorkerProcess, WorkerSlot] = {}
        self._given_up: dict[str, float] = {}  # owner -> when it is freed
        self._started_at = -SETTLE
        self._deaths = 0
        self._no_spares_until = 0.0
        self._closed = False
        self._keeper = threading.Thread(target=self._keep, name="registry", daemon=True)
        self._keeper.start()
        atexit.register(self.close)

    # --- runs ------------------------------------------------------------------------------------------------------

    def submit(
        self,
        config: RunConfig,
        *,
        seeds: Sequence[int] | None = None,
        owner: str,
        paused: bool = False,
        pace: float | None = None,
        first_pace: float | None = None,
    ) -> Run:
        """Starts a run, or puts it into the queue.

        Args:
            config: what is trained.
            seeds: one replica each; None: the config's own seed.
            owner: who may ask for it, and sees it.
            paused: whether it waits for `play` before its first step.
            pace: steps a second that it takes at most.
            first_pace: steps a second from which it grows to that.

        Raises:
            ValueError: without a seed, and where too many runs of this owner wait already.
        """
        run = Run(
            config,
            seeds=(config.seed,) if seeds is None else [int(seed) for seed in seeds],
            owner=owner,
            paused=paused,
            device=self._device,
            lease=self._lease,
            compiling=self._compiler is not None,
            capacity=self._history,
            on_touch=self.adopt,
            on_aside=lambda _: self._dispatch(),
            on_stop=self._stopped,
            on_wake=self._wake,
            refuses=self._refusal,
        )
        run.pace(pace, first=first_pace)
        if not run.seeds:
            raise ValueError("seeds is empty; at least one is needed")
        with self._changed:
            if self._closed:
                raise ValueError("The registry is closed; no run can be started.")
            if sum(owner in each.owners for each in self._queue) >= MOST_QUEUED:
                raise ValueError(f"{MOST_QUEUED} runs of yours wait already; stop some of them, or wait.")
            self.adopt(owner)
            self._runs[run.id] = run
            self._queue.append(run)
            self._dispatch()
        return run

    def share(
        self,
        config: RunConfig,
        *,
        seeds: Sequence[int] | None = None,
        owner: str,
        pace: float | None = None,
        first_pace: float | None = None,
    ) -> Run:
        """As `submit`; but where another owner's equal run goes on, to which nobody has done anything, it is that one.

        Both see it then, until one of them turns something: `split` gives that one a run of its own.
        """
        wanted = (config.seed,) if seeds is None else tuple(int(seed) for seed in seeds)
        with self._changed:
            for run in self._runs.values():
                if owner in run.owners or self._yields(run):
                    continue
                if run.is_as(config, wanted, pace, first_pace):
                    self.adopt(owner)
                    run.own(owner)
                    return run
        return self.submit(config, seeds=wanted, owner=owner, pace=pace, first_pace=first_pace)

    def split(self, run: Run, owner: str) -> Run:
        """A run of the owner's own in the place of one that is shared: the same up to now, paused. Waits for a worker.

        A run that has not begun, or that is too large to be put away, begins anew.
        """
        kept = run.put_away()
        with self._changed:
            mine = run.split(owner, kept)
            self._runs[mine.id] = mine
            run.disown(owner)
        return mine

    def drop(self, run: Run, owner: str) -> None:
        """An owner wants a run no more: it ends, where nobody else has it."""
        with self._changed:
            if not run.is_shared(owner):
                run.stop()
                return
            run.disown(owner)
            self._dispatch()

    def get(self, run_id: str) -> Run | None:
        """The run of that id, None if there is none (any more)."""
        with self._changed:
            return self._runs.get(run_id)

    def owned_by(self, owner: str) -> list[Run]:
        """The runs of one owner, oldest first."""
        with self._changed:
            return [run for run in self._runs.values() if owner in run.owners]

    def release(self, owner: str) -> None:
        """The owner has gone: its runs are freed after the grace. Returns at once."""
        with self._changed:
            if not self._closed and any(owner in run.owners for run in self._runs.values()):
                self._given_up[owner] = time.monotonic() + self._grace
                self._dispatch()

    def adopt(self, owner: str) -> list[Run]:
        """The owner is there (again); returns its runs."""
        with self._changed:
            self._given_up.pop(owner, None)
            return self.owned_by(owner)

    @property
    def pids(self) -> list[int]:
        """Every worker process, the spares too."""
        with self._changed:
            return [seat.worker.pid for seat in self._seats.values()]

    @property
    def ready(self) -> int:
        """How many spares are warm."""
        with self._changed:
            return sum(seat.ready for seat in self._spares())

    def close(self) -> None:
        """Ends every worker process and stops every run."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            runs, seats = list(self._runs.values()), list(self._seats)
            self._queue.clear()
            self._changed.notify_all()
        atexit.unregister(self.close)
        for run in runs:
            run.stop()
        for worker in seats:
            worker.kill()
        if self._compiler is not None:
            self._compiler.close()
        self._keeper.join(PATIENCE)
        # The keeper may have started one more while this was going on.
        with self._changed:
            seats = list(self._seats)
        for worker in seats:
            worker.kill()
            worker.join()

    # --- who trains ------------------------------------------------------------------------------------------------

    def _spares(self) -> list[WorkerSlot]:
        """Workers without a run, warm ones first."""
        free = [seat for seat in self._seats.values() if seat.run is None and not seat.leaving]
        return sorted(free, key=lambda seat: not seat.ready)

    def _busy(self) -> int:
        return sum(seat.run is not None and not seat.run.silent for seat in self._seats.values())

    def _dispatch(self) -> None:
        """Gives runs to workers, and the others their places; those that nobody sees come last."""
        with self._changed:
            self._queue = deque(sorted(self._queue, key=self._yields))
            self._give_workers()
            waiting = sum(not self._yields(run) for run in self._queue)
            self._make_room(waiting - self._free_soon())
            self._say_places()
            if self._compiler is not None:
                self._compiler.rest(self._busy() > 0)
            self._changed.notify_all()

    def _yields(self, run: Run) -> bool:
        """Whether nobody sees it."""
        return run.aside or run.owners <= self._given_up.keys()

    def _give_workers(self) -> None:
        spares = self._spares()
        slots = self.cap - self._busy()
        while self._queue and slots > 0 and spares:
            run = self._next()
            # One that was put away has fitted before.
            if not run.parked and (why := self._refusal(run)) is not None:
                if any(seat.stop_by is not None or seat.parks for seat in self._seats.values()):
                    return  # their memory is about to be free
                self._queue.remove(run)
                run.fail(why)
                self._forget_ended(run)
                continue
            seat = spares.pop(0)
            needs, left = self._needs(run, self._most_of(run)), self._memory_left()
            if not run.begin(seat.worker, None if left is None else max(left, needs)):  # a spare that has just died
                seat.leaving = True
                continue
            self._room.claim(seat.worker.pid, needs)
            self._queue.remove(run)
            self._started_at = time.monotonic()
            seat.give(run, self._started_at)
            slots -= 1

    def _refusal(self, run: Run, config: RunConfig | None = None) -> str | None:
        """Why there is no memory for a run, or for another config of one that goes on; None where there is."""
        seeds, before = len(run.seeds), None if config is None else run.coming
        config = config or self._most_of(run)
        with self._changed:
            try:
                why = self._room.refusal(config, seeds, self._trains_on, instead_of=before)
            except ValueError as error:
                return str(error)
            if why is None and (pid := run.pid) is not None:
                self._room.change(pid, self._needs(run, config))
            return why

    def _most_of(self, run: Run) -> RunConfig:
        """The config that takes most memory among those that a run is to have."""
        return max(run.configs_ahead, key=lambda config: self._needs(run, config))

    def _needs(self, run: Run, config: RunConfig) -> int:
        """Bytes of this machine's memory that a run takes with a config."""
        return estimate(config, len(run.seeds), self._trains_on).host

    def _memory_left(self) -> int | None:
        try:
            return self._room.left()
        except ValueError:  # of the setting; whoever starts a run is told
            return None

    def _next(self) -> Run:
        """The run that gets the next worker: of those that somebody sees the one whose owner trains least, and of
        these the one that waits longest."""
        trains = Counter(owner for seat in self._seats.values() if seat.run is not None for owner in seat.run.owners)

        def rank(run: Run) -> tuple[bool, int]:
            return self._yields(run), min((trains[owner] for owner in run.owners), default=0)

        return min(self._queue, key=rank)

    def _make_room(self, needed: int) -> None:
        """Puts away runs that nobody sees, the ones that nobody looked at for longest first, until enough get free; one
        that cannot be put away is stopped."""
        unseen = [(seat, run) for seat, run in self._going() if self._yields(run)]
        unseen.sort(key=lambda each: each[1].looked_at)
        for seat, run in unseen[: max(0, needed)]:
            self._park(seat, run)

    def _going(self) -> list[tuple[WorkerSlot, Run]]:
        """Workers and their runs, but for runs that were told to end or to go."""
        seats = [seat for seat in self._seats.values() if seat.stop_by is None and not seat.parks]
        return [(seat, seat.run) for seat in seats if seat.run is not None]

    def _park(self, seat: WorkerSlot, run: Run) -> None:
        if not run.parkable or run.scene is None:
            if self._yields(run):
                run.give_way()
            return
        seat.parks = True
        run.park()

    def _wake(self, run: Run) -> None:
        """A run that was put away is to go on."""
        with self._changed:
            if run.parked and run not in self._queue and run.id in self._runs:
                self._queue.append(run)
                self._dispatch()

    def _take_turns(self, now: float) -> float:
        """Puts away runs that have had their turn, where others wait; seconds until it is to be looked at again."""
        waiting = sum(not self._yields(run) for run in self._queue) - self._free_soon()
        if waiting <= 0:
            return TICK
        going = [(seat, run) for seat, run in self._going() if run.parkable and not run.silent]
        turns = [(ends, seat, run) for seat, run in going if (ends := seat.turn_ends()) is not None]
        turns.sort(key=lambda each: each[0])
        for _, seat, run in [each for each in turns if each[0] <= now][:waiting]:
            self._park(seat, run)
        return min([TICK, *(ends - now for ends, _, _ in turns if ends > now)])

    def _free_soon(self) -> int:
        """Slots that are free, or will be in a moment, since their runs were stopped."""
        return self.cap - self._busy() + sum(seat.stop_by is not None or seat.parks for seat in self._seats.values())

    def _say_places(self) -> None:
        slots = self._free_soon()  # nobody needs to read of a queue for a moment
        for index, run in enumerate(self._queue):
            run.wait_in_queue(index - slots + 1 if index >= slots else None)

    def _stopped(self, run: Run) -> None:
        with self._changed:
            if run in self._queue:
                self._queue.remove(run)
                self._dispatch()
            for seat in self._seats.values():
                if seat.run is run:
                    now = time.monotonic()
                    hangs = seat.ready and now - seat.heard_at > self._silence
                    seat.stop_by = now if hangs else now + (PATIENCE if seat.ready else STARTING)
            self._forget_ended(run)

    def _hear(self, worker: WorkerProcess, message: Message) -> None:
        with self._changed:
            seat = self._seats.get(worker)
            if seat is None:
                return
            run = seat.run
            seat.heard_at = time.monotonic()
            if run is not None and run.silent:
                run.be_silent(False)
                self._dispatch()
            if message.kind == "alive":
                return
            if message.kind == "ready":
                seat.ready = True
                if self._device == "auto":
                    self._trains_on = str(message.fields.get("device", self._trains_on))
                self._deaths = 0
                self._changed.notify_all()
                return
        if run is None or message.fields.get("run") != run.id:
            return
        if message.kind == "compile":
            self._want(run, Job(message.fields["config"], message.fields["replicas"]))
            return
        run.receive(message)
        if message.kind == "unparkable":
            with self._changed:
                seat.parks = False
                self._dispatch()
        if message.kind != "state":
            return
        if message.fields["state"] in ("running", "paused"):
            with self._changed:
                seat.enter(message.fields["state"], time.monotonic())
        elif message.fields["state"] in (*ENDED, "parked"):
            with self._changed:
                seat.run = None
                self._room.release(worker.pid)
                seat.parks = False
                seat.stop_by = None
                seat.leaving = bool(message.fields.get("leaving"))
                seat.idle_since = time.monotonic()
                run.leave()
                if run.wants_turn:
                    self._queue.append(run)
                self._dispatch()
                if run.ended:
                    self._forget_ended(run)

    # --- compiled steps ----------------------------------------------------------------------------------------------

    def compile_ahead(self, runs: Sequence[tuple[RunConfig, int]]) -> None:
        """Compiles, while nothing trains, the steps of runs that may come, each with its number of seeds, in this
        order."""
        if self._compiler is not None:
            self._compiler.ahead(Job(config.to_json(), seeds) for config, seeds in runs)

    def _want(self, run: Run, job: Job) -> None:
        if self._compiler is not None:
            with self._changed:
                self._waiting.setdefault(job, []).append(run)
            self._compiler.want(job)

    def _hear_of(self, job: Job, error: str | None) -> None:
        with self._changed:
            runs = self._waiting.pop(job, [])
        if error is not None:
            for run in runs:
                run.stay_plain(error)

    def _lose(self, worker: WorkerProcess, code: int) -> None:
        with self._changed:
            seat = self._seats.pop(worker, None)
            if seat is None:
                return
            self._room.release(worker.pid)
            if not seat.ready and not self._closed and seat.stop_by is None:  # else it was ended here
                self._count_death(code)
            if seat.run is not None:
                seat.run.die(code)
                self._forget_ended(seat.run)
            self._dispatch()

    def _count_death(self, code: int) -> None:
        """A worker that cannot even start must not be started over and over again."""
        self._deaths += 1
        if self._deaths < SHORT_LIVED:
            return
        self._no_spares_until = time.monotonic() + min(60.0, 2.0**self._deaths)
        waiting, self._queue = self._queue, deque()
        for run in waiting:
            run.fail(f"No worker process can be started ({how_it_died(code)}); the server's log says why.")

    # --- memory ----------------------------------------------------------------------------------------------------

    def _forget(self, run: Run) -> None:
        self._runs.pop(run.id, None)
        run.empty()

    def _forget_ended(self, run: Run) -> None:
        """Drops ended runs, where there are too many of them now that one more has ended."""
        for owner in list(run.owners):
            ended = [each for each in self.owned_by(owner) if each.ended]
            for each in ended[: max(0, len(ended) - self._kept_runs)]:
                if each.disown(owner):
                    self._forget(each)
        by_interest = sorted((run for run in self._runs.values() if run.ended), key=lambda run: run.looked_at)
        size = sum(run.size for run in by_interest)
        for run in by_interest[:-1]:
            if size <= self._memory:
                return
            size -= run.size
            self._forget(run)

    # --- the keeper's thread ---------------------------------------------------------------------------------------

    def _keep(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                now = time.monotonic()
                self._free_owners(now)
                self._end_workers(now)
                self._look_for_signs(now)
                turn = self._take_turns(now)
                missing, pause = self._missing(now)
                if not missing:
                    due = [when - now for when in self._given_up.values()]
                    self._changed.wait(max(0.01, min([TICK, turn, pause, *due])))
                    continue
            for _ in range(missing):
                self._start_worker()

    def _free_owners(self, now: float) -> None:
        for owner in [owner for owner, when in self._given_up.items() if when <= now]:
            del self._given_up[owner]
            for run in self.owned_by(owner):
                if run.disown(owner):
                    run.stop()
                    self._forget(run)

    def _end_workers(self, now: float) -> None:
        spares = self._spares()
        for seat in self._seats.values():
            if seat.stop_by is not None and seat.stop_by <= now:
                seat.worker.kill()
        for seat in spares[self._wanted_spares() :]:
            if now - seat.idle_since > IDLE:
                seat.leaving = True
                seat.worker.send({"kind": "quit"})

    def _look_for_signs(self, now: float) -> None:
        """A run whose worker says nothing more is called silent, and others may train in its place; a spare goes."""
        mute = [seat for seat in self._seats.values() if seat.ready and now - seat.heard_at > self._silence]
        runs = [seat.run for seat in mute if seat.run is not None and not seat.run.silent]
        for run in runs:
            run.be_silent(True)
        for seat in mute:
            if seat.run is None:
                seat.leaving = True
                seat.worker.kill()
        if runs:
            self._dispatch()

    def _wanted_spares(self) -> int:
        return min(self._warm, self.cap - self._busy())

    def _missing(self, now: float) -> tuple[int, float]:
        """How many workers to start now, and after how many seconds to look again."""
        spares = len(self._spares())
        needed = min(len(self._queue), self.cap - self._busy()) - spares
        if needed > 0:
            return needed, TICK
        absent = self._wanted_spares() - spares
        if absent <= 0:
            return 0, TICK
        wait = max(self._started_at + SETTLE, self._no_spares_until) - now
        if wait > 0:
            return 0, wait
        return absent, TICK

    def _start_worker(self) -> None:
        try:
            worker = self._make_worker(self._hear, self._lose)
        except OSError as error:
            with self._changed:
                self._no_spares_until = time.monotonic() + 10
                waiting, self._queue = self._queue, deque()
            for run in waiting:
                run.fail(f"No worker process could be started: {error.strerror or error}.")
            return
        with self._changed:
            self._seats[worker] = WorkerSlot(worker, time.monotonic())
            worker.listen()
            if self._closed:
                worker.kill()
            self._dispatch()

    def __enter__(self) -> Registry:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
