"""One run in a worker: trains it, shows it, listens.

Training is cut into blocks of a few milliseconds. Between two blocks the run obeys what has come in and, when the clock
says so, publishes a frame. Neither changes a number of the run: a frame draws from no training generator, and it makes
no difference into which blocks the steps are cut.
"""

from __future__ import annotations

import base64
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from gancore.compiling.speed import Speed
from gancore.config import RunConfig
from gancore.runtime import endings
from gancore.runtime.failures import sentence_of
from gancore.runtime.frame_clock import FrameClock
from gancore.runtime.frames import encode_scene, encode_snapshot, kind_of_field
from gancore.runtime.game import Command, Game, MakeGame, do_nothing, no_limit
from gancore.runtime.message_writer import MessageWriter
from gancore.runtime.pacing import Pacing
from gancore.runtime.protocol import PLAYERS, Message, Player
from gancore.runtime.put_away import MOST_BYTES
from gancore.training.frozen_generator import game_at
from gancore.training.measure_steps import measure_steps

LOOK_UP = 1.0  # seconds after which a waiting run looks up


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


@dataclass(slots=True)
class Later:
    """A change that somebody has asked for ahead of its step."""

    step: int
    changes: Mapping[str, Any]


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
        limit: Callable[[int | None], None] = no_limit,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._start = start
        self._id = start.get("run")
        self._mailbox = mailbox
        self._writer = writer
        self._make_game = make_game
        self._look_up = look_up
        self._limit = limit
        self._clock = clock

        self._game: Game | None = None
        self._config = RunConfig()
        self._playing = not start.get("paused", False)
        self._jumps: deque[Jump] = deque()
        self._later: list[Later] = []  # changes to come, by their steps
        self._pacing = Pacing(start.get("pace"), clock, first=start.get("first_pace"))
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

        self._looked_at = clock()  # by a viewer
        self._frames = FrameClock(self._pacing, clock())
        self._shown: tuple[int, int] | None = None  # step, single-player steps
        self._shown_judged = self._shown_measured = False
        self._measure_steps: deque[int] = deque()  # those to come
        self._single = 0  # steps of one player alone
        self._ahead: dict[str, int] = {}  # of these the ones since both have moved, by player
        self._training = 0.0  # seconds

    def go(self) -> bool:
        """Trains until the run ends in any way. Returns whether the process is fit for another one."""
        try:
            self._limit(self._start.get("memory"))
            self._prepare()
        except ValueError as error:
            self._say_state("failed", f"The run could not start: {error}")
            self._limit(None)
            return True
        except Exception as error:
            return self._fail(error)
        try:
            self._train()
        except Exception as error:
            return self._fail(error)
        finally:
            self._game = None
            self._limit(None)
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
        if (state := self._start.get("state")) is not None:
            self._game.take_up(base64.b64decode(state))
        self._say("scene", {}, encode_scene(self._game.scene()))

    def _train(self) -> None:
        self._looked_at = self._clock()
        self._frames.began = self._looked_at - self._start.get("began", 0.0)
        # What was asked for while the run waited in the queue acts before its first step.
        for command in self._start.get("first", ()):
            self._obey({**command, "run": self._id})
        self._publish(keep=True, measure="state" not in self._start)
        self._use_compiled()
        self._pacing.restart()
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
            elif steps := self._pacing.due(now):
                self._advance(steps)
                self._show_when_due()
            else:
                self._wait(self._pacing.wait(now))

    def _advance(self, steps: int) -> int:
        """Trains for so many steps, but not beyond the next moment at which the run is measured; returns how many."""
        game = self._trainer
        while self._measure_steps and self._measure_steps[0] <= game.step:
            self._measure_steps.popleft()
        steps = min(steps, (self._measure_steps[0] if self._measure_steps else self._config.steps) - game.step)
        if self._later:
            steps = min(steps, self._later[0].step - game.step)
        began = self._clock()
        game.advance(steps)
        self._ahead.clear()
        self._after_training(steps, began)
        self._pacing.took(steps)
        if not self._ended and self._measure_steps and game.step == self._measure_steps[0]:
            due = self._frames.next
            self._publish(keep=True, measure=True)
            self._frames.put_off_little(due, self._clock())
        return steps

    def _after_training(self, steps: int, began: float) -> None:
        """Sees whether the run is over, and learns how many steps make a block."""
        game = self._trainer
        divergence = game.diverged  # on a GPU this is where the block is waited for
        spent = self._clock() - began
        self._training += spent
        self._pacing.learn(steps, spent)
        if divergence is not None:
            self._end("diverged", endings.diverged(divergence), failure=True)
        elif game.step >= self._config.steps:
            self._end("finished", endings.finished(game.step))
        while not self._ended and self._later and self._later[0].step <= game.step:
            self._change(self._later.pop(0).changes)

    def _jump(self) -> None:
        """A block of the single steps that were asked for; shown at once when they are done."""
        jump = self._jumps[0]
        steps = min(jump.left, self._pacing.block)
        if jump.player == "both":
            steps = self._advance(steps)
        else:
            game = self._trainer
            one_step = game.discriminator_step if jump.player == "discriminator" else game.generator_step
            began = self._clock()
            for _ in range(steps):
                one_step()
            self._single += steps
            self._ahead[jump.player] = self._ahead.get(jump.player, 0) + steps
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
        if not self._quit:
            self._say_put_away()
        self._say_state(state, message)

    def _fail(self, error: Exception) -> bool:
        traceback.print_exception(error, file=sys.stderr)
        self._ended = True
        self._limit(None)  # what is said next needs some, too
        device = str(getattr(self._game, "device", "cpu"))
        sentence = sentence_of(error, self._step, self._config, len(self._start["seeds"]), device)
        self._say_state("failed", sentence, leaving=True)
        return False

    # --- compiled steps --------------------------------------------------------------------------------------------

    def _use_compiled(self) -> None:
        """Takes the steps that are compiled, and says where that begins or ends."""
        if not self._may_compile:
            return
        try:
            self._speed = self._trainer.use_compiled()
        except Exception as error:  # an extra: no failure of it ends a run
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            self._may_compile = False
            self._say("plain", {"why": f"The compiled steps could not be used ({type(error).__name__})."})
            return
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
        if not self._ended and not self._is_shown() and now >= self._frames.next:
            judge, measure = self._frames.extent(now, self._shown_judged)
            self._publish(judge=judge, measure=measure)

    def _publish(
        self, *, keep: bool = False, judge: bool = True, measure: bool | None = None, failure: bool = False
    ) -> None:
        """Shows this moment. `judge`: with what is counted of its modes, and the gradient of each layer where somebody
        wants it; `measure`: with what takes longer still (None: if it is time for it), and judged too."""
        began = self._clock()
        measure = self._frames.is_measuring_due(began) if measure is None else measure
        judge = judge or measure
        snapshot = self._trainer.snapshot(
            layers=self._layers and judge, manifold=self._manifold, judge=judge, measure=measure
        )
        seconds = began - self._frames.began
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
        self._frames.taken(began, self._clock() - began, judged=judge, measured=measure)

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
            self._end("stopped", endings.stopped(self._step))
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
            case "set" if command.get("at", 0) > self._step:
                self._config.changed(**command["changes"])
                self._later.append(Later(command["at"], command["changes"]))
                self._later.sort(key=lambda later: later.step)
            case "set":
                self._change(command["changes"])
            case "play":
                self._answer_jumps(None)
                self._playing = True
                self._pacing.restart()
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
                self._pacing.hold(command.get("value"), first=command.get("first"))
                self._frames.next = min(self._frames.next, self._clock())
            case "manifold":
                self._manifold = bool(command.get("on"))
                self._show_again()
            case "layers":
                self._layers = bool(command.get("on"))
                self._show_again()
            case "put_away":
                self._say_put_away()
            case "park":
                self._park()
            case "stop":
                self._end("stopped", endings.stopped(self._step))
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

    def _say_put_away(self) -> bool:
        """Says weights and state; False where there are none, or too many bytes of them."""
        kept = self._trainer.put_away() if self._game is not None else None
        if kept is None or kept.size > MOST_BYTES:
            return False
        self._say("put_away", {"step": kept.step, "weights": len(kept.weights)}, kept.weights + kept.state)
        return True

    def _park(self) -> None:
        """Leaves the worker to another run; this one can be taken up anywhere."""
        if self._jumps or not self._say_put_away():
            self._say("unparkable", {})
            return
        self._ended = True
        self._say_state("parked", f"Put away at step {self._step:,}.")

    def _answer(self, command: Command, error: str | None = None) -> None:
        if "ask" in command:
            self._say("answer", {"to": command["ask"], "step": self._step, "error": error})

    def _say_state(self, state: str, message: str, *, leaving: bool = False) -> None:
        spent = self._training + self._frames.spent
        readout = self._frames.spent / spent if spent > 0 else 0.0
        fields = {"state": state, "step": self._step, "message": message, "readout": readout, "leaving": leaving}
        self._say("state", {**fields, "ahead": [self._ahead.get(name, 0) for name in ("discriminator", "generator")]})

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
