"""What a worker does: wait for a run, train it, show it, listen; then wait for the next one.

Training is cut into blocks of a few milliseconds. Between two blocks the loop obeys what has come in and, when the
clock says so, publishes a frame. Neither changes a number of the run: a frame draws from no training generator, and
it makes no difference into which blocks the steps are cut.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from statistics import median
from typing import Any, Protocol

from gancore.compiling.speed import Speed
from gancore.config import RunConfig
from gancore.runtime.frames import FieldKind, encode_scene, encode_snapshot
from gancore.runtime.message_writer import MessageWriter
from gancore.runtime.protocol import PLAYERS, Message, Player
from gancore.runtime.time_budget import TimeBudget
from gancore.training.frozen_generator import game_at
from gancore.training.measure_steps import measure_steps
from gancore.training.snapshot import ImageScene, ImageSnapshot, Scene, Snapshot

BLOCK = 0.007  # seconds of training between two looks at the mailbox
MOST_STEPS = 256  # in one block
FRAME_PERIOD = 1 / 20  # seconds
MEASURE_PERIOD = 0.1  # seconds
FRAME_SHARE = 0.065  # of the time may go into frames ...
JUDGE_SHARE = 0.02  # ... this into counting their modes ...
MEASURE_SHARE = 0.01  # ... and this into what takes longer to measure, so that together they stay below a tenth;
# what a run is measured for whether somebody watches or not (`measure_steps`) comes besides
SLOW_PACE = 40.0  # steps/s up to which every single step is shown
LOOK_UP = 1.0  # seconds after which a waiting loop looks up

Command = Mapping[str, Any]


class Divergence(Protocol):
    @property
    def step(self) -> int: ...
    @property
    def quantity(self) -> str: ...


class Game(Protocol):
    """What the loop asks of a trainer."""

    @property
    def step(self) -> int: ...
    @property
    def diverged(self) -> Divergence | None: ...
    def advance(self, steps: int = 1) -> None: ...
    def discriminator_step(self) -> None: ...
    def generator_step(self) -> None: ...
    def set(self, **changes: Any) -> None: ...
    def snapshot(
        self,
        *,
        field: bool = True,
        arrows: bool = True,
        layers: bool = True,
        manifold: bool = False,
        judge: bool = True,
        measure: bool = False,
    ) -> Snapshot | ImageSnapshot: ...
    def scene(self) -> Scene | ImageScene: ...
    def use_compiled(self) -> Speed: ...


Progress = Callable[[str, float], None]  # what takes so long, and the share of it that is done

# Of a config, the seeds and the device, saying meanwhile what a run's beginning waits for.
MakeGame = Callable[[RunConfig, Sequence[int], str, Progress], Game]


def do_nothing() -> None:
    pass


class Loop:
    """The life of a worker, from its warm-up to `quit`."""

    def __init__(
        self,
        mailbox: SimpleQueue[dict[str, Any]],
        writer: MessageWriter,
        make_game: MakeGame,
        *,
        warm_up: Callable[[], None] = do_nothing,
        tidy: Callable[[], None] = do_nothing,
        look_up: Callable[[], None] = do_nothing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`warm_up` makes the first real step fast; `tidy` frees what a run has left; `look_up` is called now and
        then, about once a second, to see whether the world still exists."""
        self._mailbox = mailbox
        self._writer = writer
        self._make_game = make_game
        self._warm_up = warm_up
        self._tidy = tidy
        self._look_up = look_up
        self._clock = clock

    def serve(self) -> None:
        """Trains one run after the other until `quit`, or until a run has broken the process."""
        if self._mailbox.empty():
            self._warm_up()
        self._writer.send(Message("ready", {}))
        while True:
            try:
                command = self._mailbox.get(timeout=LOOK_UP)
            except Empty:
                self._look_up()
                continue
            match command.get("kind"):
                case "quit":
                    return
                case "start":
                    run = LiveRun(
                        command, self._mailbox, self._writer, self._make_game, look_up=self._look_up, clock=self._clock
                    )
                    again = run.go()
                    del run
                    if not again:
                        return
                    self._tidy()
                case _:
                    refuse(self._writer, command)


def refuse(writer: MessageWriter, command: Command) -> None:
    """Answers a command that came too late."""
    if "ask" in command:
        fields = {"run": command.get("run"), "to": command["ask"], "step": 0, "error": "This run has ended."}
        writer.send(Message("answer", fields))


@dataclass(slots=True)
class Jump:
    """Single steps that somebody has asked for."""

    player: Player
    left: int
    ask: Command


class LiveRun:
    """One run: from its `start` to its end."""

    def __init__(
        self,
        start: Command,
        mailbox: SimpleQueue[dict[str, Any]],
        writer: MessageWriter,
        make_game: MakeGame,
        *,
        look_up: Callable[[], None] = do_nothing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._start = start
        self._id = start.get("run")
        self._mailbox = mailbox
        self._writer = writer
        self._make_game = make_game
        self._look_up = look_up
        self._clock = clock

        self._game: Game | None = None
        self._config = RunConfig()
        self._playing = not start.get("paused", False)
        self._jumps: deque[Jump] = deque()
        self._pace: float | None = start.get("pace")
        self._manifold = bool(start.get("manifold", False))
        self._layers = bool(start.get("layers", False))
        self._lease = float(start.get("lease", 30.0))
        self._may_compile = bool(start.get("compile", False))
        self._speed: Speed | None = None
        self._compiled = False
        self._wanted: set[tuple[str, int]] = set()  # to be compiled: asked for once
        self._ended = False
        self._quit = False
        self._progress = ""

        now = clock()
        self._began = now
        self._looked_at = now  # by a viewer
        self._paced_from = now
        self._paced = 0  # steps since then
        self._block = 1
        self._step_cost = 0.0
        self._next_frame = now
        self._shown: tuple[int, int] | None = None  # step, single-player steps
        self._shown_judged = self._shown_measured = False
        self._measure_steps: deque[int] = deque()  # those to come
        self._single = 0  # steps of one player alone
        self._plain_costs: deque[float] = deque(maxlen=5)  # seconds for a frame
        self._judging = TimeBudget(JUDGE_SHARE, FRAME_PERIOD)
        self._measuring = TimeBudget(MEASURE_SHARE, MEASURE_PERIOD)
        self._training = 0.0  # seconds
        self._reading = 0.0  # seconds

    def go(self) -> bool:
        """Trains until the run ends in any way. Returns whether the process is fit for another one."""
        try:
            self._prepare()
        except ValueError as error:
            self._say_state("failed", f"The run could not start: {error}")
            return True
        except Exception as error:
            return self._fail(error)
        try:
            self._train()
        except Exception as error:
            return self._fail(error)
        finally:
            self._game = None
        return not self._quit

    # --- the run ---------------------------------------------------------------------------------------------------

    @property
    def _trainer(self) -> Game:
        assert self._game is not None
        return self._game

    @property
    def _step(self) -> int:
        return 0 if self._game is None else self._game.step

    def _prepare(self) -> None:
        self._config = RunConfig.from_json(self._start["config"])
        self._measure_steps = deque(measure_steps(self._config))
        device = self._start.get("device", "auto")
        self._game = self._make_game(self._config, self._start["seeds"], device, self._say_progress)
        self._say("scene", {}, encode_scene(self._game.scene()))

    def _train(self) -> None:
        now = self._clock()
        self._began = self._looked_at = now
        # What was asked for while the run waited in the queue acts before its first step.
        for command in self._start.get("first", ()):
            self._obey({**command, "run": self._id})
        self._publish(keep=True, measure=True)
        self._use_compiled()
        self._rebase()
        self._announce()
        looked_up = self._clock()
        while not self._ended:
            self._obey_waiting()
            now = self._clock()
            if now - looked_up > LOOK_UP:
                looked_up = now
                self._look_up()
                self._use_compiled()
                self._want_the_rest()
            if self._ended:
                return
            if now - self._looked_at > self._lease:
                since = f"{self._lease:g} second" + ("" if self._lease == 1 else "s")
                self._end("stopped", f"Stopped at step {self._step:,}: nobody has looked at it for {since}.")
            elif self._jumps:
                self._jump()
            elif not self._playing:
                self._wait(LOOK_UP)
            elif steps := self._steps_due(now):
                self._advance(steps)
                self._show_when_due()
            else:
                self._wait((self._paced + 1) / (self._pace or 1.0) - (now - self._paced_from))

    def _steps_due(self, now: float) -> int:
        if self._pace is None:
            return self._block
        due = int((now - self._paced_from) * self._pace + 1e-9) - self._paced
        if due > max(1.0, 0.25 * self._pace):  # this machine cannot keep the pace; what is lost is not made up for
            self._rebase()
            due = 1
        return min(due, self._block)

    def _rebase(self) -> None:
        """Starts to count the pace anew, with one step due at once."""
        self._paced = 0
        self._paced_from = self._clock() - (0.0 if self._pace is None else 1 / self._pace)

    def _advance(self, steps: int) -> int:
        """Trains for so many steps, but not beyond the next moment at which the run is measured; returns how many."""
        game = self._trainer
        while self._measure_steps and self._measure_steps[0] <= game.step:
            self._measure_steps.popleft()
        steps = min(steps, (self._measure_steps[0] if self._measure_steps else self._config.steps) - game.step)
        began = self._clock()
        game.advance(steps)
        self._after_training(steps, began)
        self._paced += steps
        if not self._ended and self._measure_steps and game.step == self._measure_steps[0]:
            due = self._next_frame
            self._publish(keep=True, measure=True)
            # However dear it was, it puts off those by the clock for no longer than one of them would.
            self._next_frame = max(due, self._clock() + min(self._period, FRAME_PERIOD))
        return steps

    def _after_training(self, steps: int, began: float) -> None:
        """Sees whether the run is over, and learns how many steps make a block."""
        game = self._trainer
        divergence = game.diverged  # on a GPU this is where the block is waited for
        spent = self._clock() - began
        self._training += spent
        cost = spent / max(steps, 1)
        self._step_cost = cost if self._step_cost == 0 else 0.7 * self._step_cost + 0.3 * cost
        wanted = int(BLOCK / self._step_cost) if self._step_cost > 0 else MOST_STEPS
        self._block = max(1, min(wanted, 2 * self._block, MOST_STEPS))
        if divergence is not None:
            reason = f"Diverged at step {divergence.step:,}: {divergence.quantity} is no longer finite."
            self._end("diverged", reason, failure=True)
        elif game.step >= self._config.steps:
            self._end("finished", f"Finished after {game.step:,} steps.")

    def _jump(self) -> None:
        """A block of the single steps that were asked for; shown at once when they are done."""
        jump = self._jumps[0]
        steps = min(jump.left, self._block)
        if jump.player == "both":
            steps = self._advance(steps)
        else:
            game = self._trainer
            one_step = game.discriminator_step if jump.player == "discriminator" else game.generator_step
            began = self._clock()
            for _ in range(steps):
                one_step()
            self._single += steps
            self._after_training(steps, began)
        jump.left -= steps
        if self._ended:
            return
        if jump.left:
            self._show_when_due()
        else:
            self._jumps.popleft()
            if not self._is_shown():
                self._publish()
            self._say_state("paused", self._paused_sentence())
            self._answer(jump.ask)

    def _end(self, state: str, message: str, *, failure: bool = False) -> None:
        self._ended = True
        # Points that are not finite have no distance; and for a run that somebody stops, nobody should wait.
        measure = state == "finished"
        if failure or not self._is_shown() or (measure and not self._shown_measured):
            self._publish(keep=True, measure=measure, failure=failure)
        self._answer_jumps(None)
        self._say_state(state, message)

    def _fail(self, error: Exception) -> bool:
        traceback.print_exception(error, file=sys.stderr)
        self._ended = True
        self._say_state("failed", sentence_of(error, self._step), leaving=True)
        return False

    # --- compiled steps --------------------------------------------------------------------------------------------

    def _use_compiled(self) -> None:
        """Takes the steps that are compiled, and says where that begins or ends."""
        if not self._may_compile:
            return
        self._speed = self._trainer.use_compiled()
        if self._speed.compiled != self._compiled:
            self._compiled = self._speed.compiled
            self._say("speed", {"step": self._step, "compiled": self._compiled})

    def _want_the_rest(self) -> None:
        """Asks for what is not compiled yet; not at the very start of a run, when it is still to be found out how many
        replicas a process trains."""
        missing = {(config.to_json(), replicas) for config, replicas in self._speed.missing} if self._speed else set()
        for config, replicas in sorted(missing - self._wanted):
            self._say("compile", {"config": config, "replicas": replicas})
        self._wanted |= missing

    # --- frames ----------------------------------------------------------------------------------------------------

    def _moment(self) -> tuple[int, int]:
        return self._step, self._single

    def _is_shown(self) -> bool:
        return self._shown == self._moment()

    def _show_when_due(self) -> None:
        now = self._clock()
        if not self._ended and not self._is_shown() and now >= self._next_frame:
            unhurried = self._is_unhurried()
            # In a hurry never twice in a row, so that what a frame costs without it stays known.
            room = unhurried or not self._shown_judged
            self._publish(
                judge=unhurried or (room and self._judging.is_due(now)),
                measure=room and self._measuring.is_due(now),
            )

    @property
    def _plain_cost(self) -> float:
        """Seconds for a frame, 0 before the first: the median of the last few, as one may have waited its turn."""
        return median(self._plain_costs) if self._plain_costs else 0.0

    @property
    def _period(self) -> float:
        """Seconds from one frame to the next."""
        return 0.0 if self._is_unhurried() else max(FRAME_PERIOD, self._plain_cost / FRAME_SHARE)

    def _is_unhurried(self) -> bool:
        """Whether there is time between two steps to show each, and to judge it."""
        pace = self._pace or float("inf")
        each = self._plain_cost + self._judging.cost + self._step_cost
        return pace <= SLOW_PACE and each * pace < 0.5

    def _publish(
        self, *, keep: bool = False, judge: bool = True, measure: bool | None = None, failure: bool = False
    ) -> None:
        """Shows this moment. `judge`: with what is counted of its modes, and the gradient of each layer where somebody
        wants it; `measure`: with what takes longer still (None: if it is time for it), and judged too."""
        began = self._clock()
        measure = self._measuring.is_due(began) if measure is None else measure
        judge = judge or measure
        snapshot = self._trainer.snapshot(
            layers=self._layers and judge, manifold=self._manifold, judge=judge, measure=measure
        )
        seconds = began - self._began
        data = encode_snapshot(snapshot, seconds, kind_of_field(game_at(self._config, snapshot.step)))
        fields = {
            "run": self._id,
            "step": snapshot.step,
            "time": seconds,
            "failure": failure,
            "judged": judge,
            "measured": measure,
        }
        say = self._writer.send if keep else self._writer.offer
        say(Message("frame", fields, data))
        self._shown = self._moment()
        self._shown_judged, self._shown_measured = judge, measure
        self._schedule(began, self._clock() - began, judge, measure)

    def _schedule(self, began: float, spent: float, judge: bool, measure: bool) -> None:
        """Says when the next frame is due: by the clock, and later where frames are dear."""
        self._reading += spent
        age = began - self._began
        if measure:
            self._measuring.taken(began, spent - self._plain_cost - self._judging.cost, age)
        elif judge:
            self._judging.taken(began, spent - self._plain_cost, age)
        else:
            self._plain_costs.append(spent)
        period = self._period
        # Counted from when this frame was due, so that the rate holds on average; but never to catch up.
        self._next_frame = max(self._next_frame, began - period) + period

    # --- commands --------------------------------------------------------------------------------------------------

    def _wait(self, seconds: float) -> None:
        """Sleeps until a command comes, which is obeyed, or for at most `seconds`."""
        try:
            command = self._mailbox.get(timeout=min(max(seconds, 0.0), LOOK_UP))
        except Empty:
            return
        self._obey(command)

    def _obey_waiting(self) -> None:
        while not self._ended:
            try:
                command = self._mailbox.get_nowait()
            except Empty:
                return
            self._obey(command)

    def _obey(self, command: Command) -> None:
        if command.get("kind") == "quit":
            self._quit = True
            self._end("stopped", f"Stopped at step {self._step:,}.")
            return
        if command.get("run") != self._id:
            refuse(self._writer, command)
            return
        try:
            done = self._do(command)
        except ValueError as error:
            self._answer(command, str(error))
        else:
            if done:
                self._answer(command)

    def _do(self, command: Command) -> bool:
        """Does what was asked; returns whether it is done already. Raises ValueError with a sentence."""
        match command.get("kind"):
            case "lease":
                self._looked_at = self._clock()
            case "set":
                self._change(command["changes"])
            case "play":
                self._answer_jumps(None)
                self._playing = True
                self._rebase()
                self._announce()
            case "pause":
                self._hold()
                self._announce()
            case "advance":
                steps, player = command.get("steps", 1), command.get("player", "both")
                if player not in PLAYERS or not isinstance(steps, int) or steps < 1:
                    raise ValueError(f"{steps!r} steps of {player!r} were asked for; at least 1 of {PLAYERS} is needed")
                self._playing = False
                self._jumps.append(Jump(player, steps, command))
                return False
            case "pace":
                self._pace = command.get("value")
                self._rebase()
                self._next_frame = min(self._next_frame, self._clock())
            case "manifold":
                self._manifold = bool(command.get("on"))
                self._show_again()
            case "layers":
                self._layers = bool(command.get("on"))
                self._show_again()
            case "stop":
                self._end("stopped", f"Stopped at step {self._step:,}.")
            case kind:
                raise ValueError(f"there is no command {kind!r}")
        return True

    def _show_again(self) -> None:
        """Shows the moment at which the run stands, since frames hold more or less from now on."""
        if not self._playing and self._shown is not None:
            self._publish()

    def _hold(self) -> None:
        self._playing = False
        self._answer_jumps(None)
        # Of the moment that stays on the stage all is said.
        if self._shown is not None and not (self._is_shown() and self._shown_judged):
            self._publish()

    def _change(self, changes: Mapping[str, Any]) -> None:
        before = self._config
        after = before.changed(**changes)
        self._trainer.set(**changes)
        self._config = after
        self._use_compiled()
        old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
        changed = [[name, old[name], new[name]] for name in changes if old[name] != new[name]]
        if changed:
            self._say("changes", {"step": self._step, "changes": changed})

    def _answer_jumps(self, error: str | None) -> None:
        while self._jumps:
            self._answer(self._jumps.popleft().ask, error)

    # --- what is said ----------------------------------------------------------------------------------------------

    def _say(self, kind: str, fields: Mapping[str, Any], body: bytes = b"") -> None:
        self._writer.send(Message(kind, {"run": self._id, **fields}, body))

    def _answer(self, command: Command, error: str | None = None) -> None:
        if "ask" in command:
            self._say("answer", {"to": command["ask"], "step": self._step, "error": error})

    def _say_state(self, state: str, message: str, *, leaving: bool = False) -> None:
        spent = self._training + self._reading
        readout = self._reading / spent if spent > 0 else 0.0
        fields = {"state": state, "step": self._step, "message": message, "readout": readout, "leaving": leaving}
        self._say("state", fields)

    def _say_progress(self, what: str, share: float) -> None:
        """Before the first step: data that have to be fetched. Said once for each per cent."""
        sentence = f"{what}, {100 * share:.0f} %"
        if sentence != self._progress:
            self._progress = sentence
            self._say_state("starting", sentence)

    def _paused_sentence(self) -> str:
        return f"Paused at step {self._step:,}."

    def _announce(self) -> None:
        if self._playing:
            self._say_state("running", "Training.")
        else:
            self._say_state("paused", self._paused_sentence())


def kind_of_field(config: RunConfig) -> FieldKind:
    """Where σ(logit) is a probability the field shows it; a critic's value has no scale of its own."""
    return "probability" if config.loss in ("minimax", "non_saturating") else "critic"


def sentence_of(error: Exception, step: int) -> str:
    """What a user is told of an error in the program. The traceback goes to the log."""
    text = str(error).strip().partition("\n")[0]
    out_of_memory = (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"  # torch's, for a GPU
        or any(words in text for words in ("can't allocate memory", "not enough memory"))  # torch's, for the CPU
    )
    if out_of_memory:
        return f"Out of memory at step {step:,}: smaller networks, a smaller batch or fewer seeds may fit."
    detail = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"Failed at step {step:,} ({detail.rstrip('.')}); its history is kept."
