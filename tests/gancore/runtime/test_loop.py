"""The worker's loop, in this process: a toy GAN and a clock that only moves when something costs time."""

from queue import Empty, SimpleQueue

import numpy as np
import pytest

from gancore.config import RunConfig
from gancore.runtime.failures import sentence_of
from gancore.runtime.frame_clock import FRAME_PERIOD
from gancore.runtime.frames import decode, kind_of_field
from gancore.runtime.live_run import LOOK_UP, LiveRun
from gancore.runtime.loop import Loop
from gancore.training.measure_steps import OF_POINTS, measure_steps

STEP, FRAME, JUDGE, MEASURE = 0.001, 0.002, 0.004, 0.03  # seconds


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Ear:
    """An writer that remembers."""

    def __init__(self):
        self.said = []
        self.offered = 0

    def send(self, message):
        self.said.append(message)

    def offer(self, message):
        self.offered += 1
        self.said.append(message)

    def of(self, kind):
        return [message for message in self.said if message.kind == kind]

    @property
    def frames(self):
        return self.of("frame")

    @property
    def steps(self):
        return [message.fields["step"] for message in self.frames]

    @property
    def states(self):
        return [message.fields["state"] for message in self.of("state")]

    @property
    def last_words(self):
        return self.of("state")[-1].fields["message"]

    @property
    def points(self):
        """Where the generated points ended, to the last bit."""
        return decode(self.frames[-1].body)[1]["fake"].tobytes()


class Mailbox:
    """Commands, each at the earliest when the GAN has taken so many steps. Waiting moves the clock."""

    def __init__(self, clock, commands):
        self.clock, self.queue, self.game, self.waited = clock, list(commands), None, 0.0

    def get_nowait(self):
        if not self.queue or (self.game.step if self.game else 0) < self.queue[0][0]:
            raise Empty
        return {"run": "r", **self.queue.pop(0)[1]}

    def get(self, timeout):
        try:
            return self.get_nowait()
        except Empty:
            self.clock.now += timeout
            self.waited += timeout
            raise


@pytest.fixture
def train(toy):
    """Trains a run to its end; `commands` are (step, command) pairs. Returns what was said.

    A frame, its judging and its measuring take `costs`, forty times as long between the steps `slow`.
    """

    def go(config, *commands, slow=(0, 0), costs=(FRAME, JUDGE, MEASURE), **start):
        clock, ear = Clock(), Ear()
        mailbox = Mailbox(clock, commands)

        class Game(toy.ToyGame):
            def spend(self, seconds):
                clock.now += STEP

            def snapshot(self, **asked):
                seconds = np.dot(costs, [1, asked["judge"], asked["measure"]])
                clock.now += seconds * (40 if slow[0] <= self.step < slow[1] else 1)
                return super().snapshot(**asked)

        def make(*arguments):
            mailbox.game = ear.game = Game(*arguments)
            return ear.game

        command = {"run": "r", "config": config.to_json(), "seeds": [config.seed], "lease": 1e9, **start}
        ear.fit = LiveRun(command, mailbox, ear, make, clock=clock).go()
        ear.seconds, ear.waited = clock.now - 100.0, mailbox.waited
        return ear

    return go


def test_a_run_begins_with_its_scene_and_ends_with_its_last_step(train):
    said = train(RunConfig(steps=700))
    assert [message.kind for message in said.said[:3]] == ["scene", "frame", "state"]
    assert said.steps[0] == 0
    assert said.steps[-1] == said.game.step == 700
    assert said.steps == sorted(said.steps)
    assert said.states == ["running", "finished"]
    assert said.fit


def test_what_a_beginning_waits_for_is_said_once_a_per_cent(toy):
    def make(config, seeds, device, progress):
        for i in range(1001):
            progress("mnist: downloading", i / 1000)
        return toy.ToyGame(config, seeds, device)

    clock, ear = Clock(), Ear()
    command = {"run": "r", "config": RunConfig(steps=5).to_json(), "seeds": [0], "lease": 1e9}
    LiveRun(command, Mailbox(clock, []), ear, make, clock=clock).go()
    starting = [each.fields["message"] for each in ear.of("state") if each.fields["state"] == "starting"]
    assert starting == [f"mnist: downloading, {i} %" for i in range(101)]


@pytest.mark.parametrize(("field", "scalar"), [("judged", "captured"), ("measured", "transport")])
def test_a_frame_says_whether_it_holds_what_takes_long(train, field, scalar):
    said = train(RunConfig(steps=3000))
    flags = [frame.fields[field] for frame in said.frames]
    assert flags == [scalar in decode(frame.body)[0]["scalars"] for frame in said.frames]
    assert 0 < sum(flags) < len(flags)
    assert all(frame.fields["judged"] for frame in said.frames if frame.fields["measured"])


def test_frames_come_by_the_clock_and_leave_the_time_to_training(train):
    said = train(RunConfig(steps=20_000))
    rate = len(said.frames) / said.seconds
    assert 0.75 < rate * FRAME_PERIOD <= 1 + 2 / said.seconds  # the first and the last come besides
    own = OF_POINTS * (FRAME + JUDGE + MEASURE) / said.seconds  # what the run is measured for, watched or not
    assert said.of("state")[-1].fields["readout"] < 0.1 + own
    assert said.game.step * STEP / said.seconds > 0.9 - own


def test_modes_are_counted_now_and_then_and_on_the_first_and_the_last_frame(train):
    said = train(RunConfig(steps=20_000))
    has = ["captured" in decode(frame.body)[0]["scalars"] for frame in said.frames]
    times = [frame.fields["time"] for frame, asked in zip(said.frames, has, strict=True) if asked]
    assert has[0]
    assert has[-1]
    assert len(times) > 5
    assert np.median(np.diff(times)) >= 0.1


def test_what_takes_long_is_rarely_measured_besides_at_the_run_s_own_moments(train):
    for steps in (20_000, 60_000):
        said = train(RunConfig(steps=steps))
        measured = {frame.fields["step"] for frame in said.frames if frame.fields["measured"]}
        assert {0, steps} <= measured
        besides = measured - set(measure_steps(RunConfig(steps=steps))) - {0}
        assert len(besides) <= 0.01 * said.seconds / MEASURE + 5


@pytest.mark.parametrize("steps", [7, 40, 3000])
def test_a_run_is_measured_at_its_own_moments_whatever_the_clock_says(train, steps):
    config = RunConfig(steps=steps)
    alone, hurried, held = (
        train(config),
        train(config, costs=(FRAME, JUDGE, 1000 * MEASURE)),
        train(config, (0, {"kind": "advance", "steps": steps - 2}), (steps - 2, {"kind": "play"}), paused=True),
    )
    for said in (alone, hurried, held):
        measured = [frame.fields["step"] for frame in said.frames if frame.fields["measured"]]
        assert set(measure_steps(config)) <= set(measured)
        assert len(set(measured)) == len(measured)
        assert said.states[-1] == "finished"


@pytest.mark.parametrize("costs", [(FRAME, JUDGE, MEASURE), (FRAME, JUDGE / 20, MEASURE / 100), (FRAME, 0, 0)])
def test_frames_whose_cost_falls_come_more_often_again(train, costs):
    """A machine that was busy for a while is no reason to show little from then on."""
    said = train(RunConfig(steps=20_000), slow=(2000, 6000), costs=costs)
    times = np.array([(frame.fields["step"], frame.fields["time"]) for frame in said.frames])
    steps, seconds = times.T
    busy, after = (1 / np.diff(seconds[(a < steps) & (steps < b)]).mean() for a, b in ((2500, 6000), (9000, 19_000)))
    assert busy < 5
    assert after > 15


def test_the_moment_at_which_a_run_stands_is_judged(train):
    pauses = [(step, {"kind": "pause"}) for step in range(300, 2000, 37)]
    plays = [(step, {"kind": "play"}) for step in range(300, 2000, 37)]
    said = train(RunConfig(steps=2000), *[each for pair in zip(pauses, plays, strict=True) for each in pair])
    held = [i for i, each in enumerate(said.said) if each.kind == "state" and each.fields["state"] == "paused"]
    before = [next(each for each in reversed(said.said[:i]) if each.kind == "frame") for i in held]
    assert len(held) == len(pauses)
    assert all(frame.fields["judged"] for frame in before)
    assert not all(frame.fields["judged"] for frame in said.frames)


def test_layers_are_read_out_where_somebody_asks_for_them(train):
    def carried(said):
        return ["layers" in decode(frame.body)[1] for frame in said.frames]

    assert not any(carried(train(RunConfig(steps=300))))
    said = train(RunConfig(steps=300), layers=True)
    assert carried(said) == [frame.fields["judged"] for frame in said.frames]
    said = train(RunConfig(), (0, {"kind": "layers", "on": True}), (0, {"kind": "stop"}), paused=True)
    assert carried(said) == [False, True]


@pytest.mark.parametrize("paused_at", [0, 1, 137])
def test_the_numbers_do_not_depend_on_being_watched(train, paused_at):
    config = RunConfig(steps=400, seed=3)
    plain = train(config)
    disturbed = train(
        config,
        (0, {"kind": "manifold", "on": True}),
        (paused_at, {"kind": "pause"}),
        (paused_at, {"kind": "advance", "steps": 1}),
        (paused_at, {"kind": "advance", "steps": 20}),
        (paused_at + 21, {"kind": "pace", "value": 90.0}),
        (paused_at + 21, {"kind": "play"}),
        (350, {"kind": "pace", "value": None}),
    )
    assert disturbed.states[-1] == "finished"
    assert disturbed.points == plain.points
    assert len(disturbed.frames) > len(plain.frames)


def test_single_steps_are_exact_and_shown_at_once(train):
    said = train(
        RunConfig(d_steps=3),
        (0, {"kind": "advance", "steps": 1, "ask": 1}),
        (1, {"kind": "advance", "steps": 2, "player": "discriminator", "ask": 2}),
        (1, {"kind": "advance", "steps": 1, "player": "generator", "ask": 3}),
        (2, {"kind": "stop"}),
        paused=True,
    )
    shown = [decode(frame.body)[0] for frame in said.frames]
    assert [(each["step"], each["d_steps"]) for each in shown] == [(0, 0), (1, 3), (1, 5), (2, 5)]
    assert [(each.fields["to"], each.fields["step"]) for each in said.of("answer")] == [(1, 1), (2, 1), (3, 2)]
    # Each answer comes after the frame that shows what was asked for.
    kinds = [message.kind for message in said.said if message.kind in ("frame", "answer")]
    assert kinds == ["frame"] + 3 * ["frame", "answer"]


def test_many_steps_can_be_asked_for_and_called_off(train):
    said = train(
        RunConfig(),
        (0, {"kind": "advance", "steps": 500, "ask": 1}),
        (100, {"kind": "pause", "ask": 2}),
        (100, {"kind": "stop"}),
        paused=True,
    )
    assert 100 <= said.game.step < 500
    assert [each.fields["to"] for each in said.of("answer")] == [1, 2]
    assert said.steps[-1] == said.game.step


def test_a_pace_is_kept_and_every_step_of_it_shown(train):
    said = train(RunConfig(steps=200), pace=25.0)
    assert said.seconds == pytest.approx(200 / 25, rel=0.05)
    assert said.steps == list(range(201))
    assert all(frame.fields["judged"] for frame in said.frames)


def test_what_a_pace_cannot_reach_is_not_made_up_for(train):
    """Half of the time goes by in a pause; afterwards the run goes on at its pace and does not rush."""
    said = train(RunConfig(steps=100), (50, {"kind": "pause"}), (50, {"kind": "play"}), pace=10.0)
    gaps = np.diff([frame.fields["time"] for frame in said.frames])
    assert sum(gaps < 0.08) <= 2  # the first step of each play comes at once


def test_a_change_acts_on_the_running_gan_and_says_when(train):
    said = train(
        RunConfig(steps=400),
        (100, {"kind": "set", "changes": {"d_lr": 0.5, "g_lr": 0.001}, "ask": 1}),
        (200, {"kind": "set", "changes": {"modes": 3}, "ask": 2}),
        (200, {"kind": "set", "changes": {"d_lr": -1}, "ask": 3}),
    )
    (change,) = said.of("changes")
    assert change.fields["step"] >= 100
    assert change.fields["changes"] == [["d_lr", 0.001, 0.5]]  # the other value was the same before
    assert said.game.config.d_lr == 0.5
    answers = {each.fields["to"]: each.fields["error"] for each in said.of("answer")}
    assert answers[1] is None
    assert "restart" in answers[2]
    assert "d_lr is -1" in answers[3]


def test_what_was_asked_for_before_the_start_acts_before_the_first_step(train):
    first = [{"kind": "set", "changes": {"d_lr": 0.5}}, {"kind": "advance", "steps": 4}]
    said = train(RunConfig(), (4, {"kind": "stop"}), first=first, paused=True)
    assert said.of("changes")[0].fields["step"] == 0
    assert (said.steps[0], said.steps[-1]) == (0, 4)


def test_divergence_is_an_end_with_a_reason_and_a_marked_frame(train, toy):
    said = train(RunConfig(d_lr=toy.DIVERGES))
    assert said.states[-1] == "diverged"
    assert said.last_words == "Diverged at step 5: the discriminator's loss is no longer finite."
    assert [frame.fields["failure"] for frame in said.frames] == [False] * (len(said.frames) - 1) + [True]
    assert said.fit


def test_a_run_that_nobody_looks_at_stops_by_itself(train):
    said = train(RunConfig(steps=100_000), lease=2.0)
    assert said.states[-1] == "stopped"
    assert said.last_words.endswith("nobody has looked at it for 2 seconds.")
    assert said.seconds == pytest.approx(2, abs=0.2)
    assert said.steps[-1] == said.game.step


@pytest.mark.parametrize("paused", [False, True])
def test_a_lease_can_be_renewed(train, paused):
    """A paused run, too, waits only for somebody who looks."""
    renewals = [(0, {"kind": "lease"})] + [(step, {"kind": "lease"}) for step in range(1000, 6000, 1000)]
    said = train(RunConfig(steps=5000), *renewals, lease=2.0, paused=paused)
    assert said.states[-1] == ("stopped" if paused else "finished")


def test_errors_are_sentences_and_their_end_is_final(train, toy, capsys):
    for value, sentence in ((toy.OUT_OF_MEMORY, "Out of memory at step 5"), (toy.BROKEN, "something gave way")):
        said = train(RunConfig(g_lr=value))
        assert said.states[-1] == "failed"
        assert sentence in said.last_words
        assert "\n" not in said.last_words
        assert said.of("state")[-1].fields["leaving"]
        assert not said.fit
    assert "Traceback" in capsys.readouterr().err


def test_a_config_that_cannot_be_run_fails_with_its_own_sentence(train, toy):
    said = train(RunConfig(seed=toy.BAD_SEED))
    assert said.states == ["failed"]
    assert "unlucky" in said.last_words
    assert said.fit


def test_out_of_memory_is_recognised_in_torchs_words():
    class OutOfMemoryError(RuntimeError):
        pass

    words = "not enough memory: you tried to allocate 9 bytes.", "DefaultCPUAllocator: can't allocate memory: 9 bytes"
    for error in (OutOfMemoryError("CUDA"), MemoryError(), *map(RuntimeError, (*words, "std::bad_alloc"))):
        said = sentence_of(error, 1234, RunConfig(batch_size=4096), 1)
        assert said.startswith("Out of memory at step 1,234; its history is kept.")
        assert "“batch size” (batch_size, now 4,096)" in said
    assert "memory" not in sentence_of(RuntimeError("something gave way"), 1234, RunConfig(), 1)


def test_only_probabilities_are_shown_as_probabilities():
    kinds = {
        name: kind_of_field(RunConfig(loss=name)) for name in ("minimax", "non_saturating", "wasserstein", "hinge")
    }
    assert list(kinds.values()) == ["probability", "probability", "critic", "critic"]


def test_commands_for_another_run_are_refused_and_change_nothing(train):
    said = train(RunConfig(steps=300), (100, {"kind": "stop", "run": "another", "ask": 9}))
    assert said.states[-1] == "finished"
    assert said.of("answer")[0].fields["error"] == "This run has ended."


def test_one_loop_serves_one_run_after_the_other(toy):
    mailbox, ear = SimpleQueue(), Ear()

    def start(name):
        mailbox.put({"kind": "start", "run": name, "config": RunConfig(steps=20).to_json(), "seeds": [0]})

    runs = iter("ab")

    def tidy():
        if name := next(runs, None):
            start(name)
        else:
            mailbox.put({"kind": "set", "run": "b", "changes": {}, "ask": 1})
            mailbox.put({"kind": "quit"})

    start(next(runs))
    Loop(mailbox, ear, toy.ToyGame, tidy=tidy).serve()
    assert ear.said[0].kind == "ready"
    assert [(each.fields["run"], each.fields["state"]) for each in ear.of("state")] == [
        ("a", "running"), ("a", "finished"), ("b", "running"), ("b", "finished"),
    ]  # fmt: skip
    assert ear.of("answer")[0].fields["error"] == "This run has ended."


def test_a_waiting_loop_looks_up_now_and_then(toy):
    mailbox, ear = SimpleQueue(), Ear()
    Loop(mailbox, ear, toy.ToyGame, look_up=lambda: mailbox.put({"kind": "quit"})).serve()
    assert ear.said[0].kind == "ready"
    assert LOOK_UP > 0


def test_compiled_steps_are_taken_where_they_may_be_and_asked_for_once(train, toy):
    there = {"kind": "set", "changes": {"g_lr": toy.COMPILED}}
    away = {"kind": "set", "changes": {"g_lr": 0.1}}
    said = train(RunConfig(steps=20_000, seed=3), (9000, there), (15_000, away), compile=True)
    assert [each.fields["compiled"] for each in said.of("speed")] == [True, False]
    took, left = (each.fields["step"] for each in said.of("speed"))
    assert 9000 <= took <= 15_000 <= left
    (wanted,) = said.of("compile")
    assert RunConfig.from_json(wanted.fields["config"]) == RunConfig(steps=20_000, seed=3)
    assert wanted.fields["replicas"] == 1


def test_no_failure_of_compiling_ends_a_run(train, toy, capsys):
    said = train(RunConfig(steps=20_000, g_lr=toy.BROKEN_STORE), compile=True)
    assert said.of("state")[-1].fields["state"] == "finished"
    (why,) = said.of("plain")
    assert why.fields["why"] == "The compiled steps could not be used (OSError)."
    assert "No space left" in capsys.readouterr().err


def test_nothing_is_compiled_where_that_is_not_wished(train, toy):
    said = train(RunConfig(steps=20_000, g_lr=toy.COMPILED))
    assert not said.of("speed")
    assert not said.of("compile")
