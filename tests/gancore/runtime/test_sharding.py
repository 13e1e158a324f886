"""A run in several processes is the run in one."""

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load

import gancore.runtime.sharding as sharding
from gancore.config import ConfigError, RunConfig
from gancore.processor import usable_cores
from gancore.runtime.failures import sentence_of
from gancore.runtime.sharding import ShardedTrainer, best_count, most_shards
from gancore.training.trainer import Trainer

pytestmark = [pytest.mark.processes, pytest.mark.skipif(sys.platform != "linux", reason="only Linux is forked")]

SMALL = {"batch_size": 32, "g_hidden": 16, "d_hidden": 16}
RUNS = {
    "plain": {},
    "extragradient with noise": {"updates": "extragradient", "noise": 0.2},
    "several steps of D, averaged": {"d_steps": 2, "average": 0.9, "constraint": "spectral_norm"},
    "frozen": {"freeze_at": 20},
    "MAD-GAN": {"model": "mad_gan", "generators": 2},
    "AdaGAN": {"model": "adagan", "generators": 2, "steps": 60, "classifier_steps": 10, "data_points": 256},
    "images": {"data": "digits", "augment": "diffaugment", "g_hidden": 8, "d_hidden": 8},
}


def trainer(seeds=range(5), **values):
    return Trainer(RunConfig(**{**SMALL, **values}), seeds, "cpu")


@pytest.fixture
def split():
    """`split(count, trainer)`: the trainer in so many processes, which go after the test."""
    made = []

    def make(count, trainer, **options):
        made.append(ShardedTrainer(trainer, **options))
        if count > 1:
            made[-1].split(count)
        return made[-1]

    yield make
    for each in made:
        each.close()


def arrays(snapshot):
    shown = {name: getattr(snapshot, name, None) for name in ("fake", "owner", "images")}
    return {name: values for name, values in shown.items() if values is not None} | dict(snapshot.scalars)


def assert_same_moment(one, other, bitwise=True, **shown):
    assert (one.step, one.seeds) == (other.step, other.seeds)
    of_one, of_other = one.snapshot(**shown), other.snapshot(**shown)
    assert type(of_one) is type(of_other)
    assert (of_one.step, of_one.d_steps) == (of_other.step, of_other.d_steps)
    of_one, of_other = arrays(of_one), arrays(of_other)
    assert of_one.keys() == of_other.keys()
    for name, values in of_one.items():
        assert values.shape == of_other[name].shape
        if bitwise:
            np.testing.assert_array_equal(values, of_other[name], err_msg=name)


# ── The same run ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("run", RUNS)
def test_it_is_the_whole_run(run, split, bitwise):
    whole, parts = trainer(**RUNS[run]), split(2, trainer(**RUNS[run]))
    assert parts.shards == 2
    for steps in (1, 3, 40):
        for each in (whole, parts):
            each.advance(steps)
        assert_same_moment(parts, whole, bitwise, measure=True)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_into_however_many_processes_it_goes_and_whenever(count, split, bitwise):
    whole, parts = trainer(), split(1, trainer())
    for each in (whole, parts):
        each.advance(7)
        each.snapshot(measure=True)
    parts.split(count)
    for each in (whole, parts):
        each.advance(70)
    assert_same_moment(parts, whole, bitwise, measure=True)


def test_a_whole_one_is_the_trainer_s_run(split, monkeypatch):
    monkeypatch.setattr(sharding, "usable_cores", lambda: 1)
    whole, wrapped = trainer(), split(1, trainer())
    for each in (whole, wrapped):
        each.advance(10)
        each.set(d_lr=0.003)
        each.discriminator_step()
        each.advance(10)
    assert_same_moment(wrapped, whole)
    assert wrapped.snapshot().fake.shape == whole.snapshot().fake.shape


def test_knobs_and_steps_of_one_player_act_in_all(split, bitwise):
    whole, parts = trainer(), split(2, trainer())
    for each in (whole, parts):
        each.advance(3)
        each.set(d_lr=0.01, noise=0.3)
        each.advance(2)
        each.discriminator_step()
        each.discriminator_step()
        each.generator_step()
    assert_same_moment(parts, whole, bitwise)


def test_a_change_that_is_refused_is_refused_by_all_and_the_run_goes_on(split, bitwise):
    whole, parts = trainer(), split(2, trainer())
    for each in (whole, parts):
        for changes in ({"d_lr": -1}, {"d_hidden": 8}):
            with pytest.raises(ConfigError):
                each.set(**changes)
        each.advance(5)
    assert_same_moment(parts, whole, bitwise)


def test_one_seed_of_several_is_shown_as_one_of_several(split):
    whole, parts = trainer(range(2)), split(2, trainer(range(2)))
    shown = parts.snapshot(manifold=True)
    assert shown.field is shown.arrows is shown.manifold is None
    assert shown.fake.shape == whole.snapshot().fake.shape


@pytest.mark.parametrize("blocks", [[300], [1] * 40 + [50, 300]], ids=str)
def test_it_diverges_when_the_last_replica_does(blocks, split, bitwise):
    def lost_one_by_one(seeds=range(6)):
        return trainer(seeds, d_lr=30.0, loss="wasserstein", d_optimizer="sgd", g_optimizer="sgd", g_lr=30.0)

    whole, parts = lost_one_by_one(), split(2, lost_one_by_one())
    for steps in blocks:
        for each in (whole, parts):
            each.advance(steps)
    assert len({each.step for each in whole.lost}) > 1  # not all at once, or this would say little
    assert whole.diverged is not None
    assert (parts.lost, parts.diverged) == (whole.lost, whole.diverged)
    assert_same_moment(parts, whole, bitwise)


def test_who_was_lost_before_is_known_at_once(split):
    whole = trainer(range(6), d_lr=1e6)
    whole.advance(100)
    lost = whole.lost
    parts = split(1, whole)
    parts.split(2)
    assert len(lost) == 6
    assert parts.lost == lost
    assert parts.diverged == max(lost, key=lambda each: each.step)


# ── Put away and taken up ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("run", RUNS)
def test_what_several_processes_put_away_is_what_one_does(run, split, bitwise):
    whole, parts = split(1, trainer(**RUNS[run])), split(2, trainer(**RUNS[run]))
    for each in (whole, parts):
        each.advance(5)
        each.discriminator_step()
        each.snapshot(measure=True)
    of_whole, of_parts = whole.put_away(), parts.put_away()
    assert of_whole.step == of_parts.step == 5
    for one, other in ((of_whole.weights, of_parts.weights), (of_whole.state, of_parts.state)):
        mine, theirs = load(one), load(other)
        assert {name: value.shape for name, value in mine.items()} == {k: v.shape for k, v in theirs.items()}
        if bitwise:
            different = [k for k in mine if not torch.equal(mine[k].nan_to_num(-1.5), theirs[k].nan_to_num(-1.5))]
            assert different == []


@pytest.mark.parametrize("run", RUNS)
def test_put_away_and_taken_up_it_is_the_run_that_never_stopped(run, split, bitwise):
    whole, parts = trainer(**RUNS[run]), split(2, trainer(**RUNS[run]))
    for each in (whole, parts):
        each.advance(7)
    again = split(1, trainer(**RUNS[run]))
    again.take_up(parts.put_away().state)
    again.split(3)  # in however many it goes on
    for each in (whole, again):
        each.advance(40)
    assert_same_moment(again, whole, bitwise, measure=True)


def test_where_replicas_were_lost_all_processes_stand_at_one_step(split):
    wild = {"d_lr": 30.0, "g_lr": 30.0, "loss": "wasserstein", "d_optimizer": "sgd", "g_optimizer": "sgd"}
    parts = split(2, trainer(range(6), **wild))
    while len(parts.lost) < 3:
        parts.advance(1)
    lost = parts.lost
    again = split(1, trainer(range(6), **wild))
    again.take_up(parts.put_away().state)
    assert again.lost == lost
    assert again.step == parts.step


# ── What goes wrong ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_process_that_is_killed_is_an_error_and_no_hang(split):
    parts = split(2, trainer())
    parts.advance(3)
    os.kill(parts._forks[0].pid, signal.SIGKILL)
    with pytest.raises(ChildProcessError) as caught:
        parts.advance(3)
    said = sentence_of(caught.value, 3, RunConfig(**SMALL), 5)
    assert said.startswith(
        "Failed at step 3 (ChildProcessError: the process of the seeds 2, 3, 4 has ended, signal 9, SIGKILL); "
        "its history is kept. Where memory runs out the system ends a process so. "
    )


def test_memory_that_runs_out_elsewhere_is_said_as_here(split, monkeypatch):
    draw = Trainer._d_draws

    def fail(self, *look):
        if 0 not in self.seeds:
            raise MemoryError
        return draw(self, *look)

    monkeypatch.setattr(Trainer, "_d_draws", fail)
    parts = split(2, trainer())
    with pytest.raises(MemoryError) as caught:
        parts.discriminator_step()
    assert sentence_of(caught.value, 0, RunConfig(**SMALL), 5).startswith("Out of memory")
    assert "in fail" in str(caught.value.__cause__)


def test_processes_that_the_system_refuses_leave_the_run_whole(split, monkeypatch, bitwise):
    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    whole, alone = trainer(), split(1, trainer())
    with monkeypatch.context() as patched:
        patched.setattr(os, "fork", refuse)
        with pytest.raises(OSError, match="unavailable"):
            alone.split(2)
    for each in (whole, alone):
        each.advance(4)
    assert alone.shards == 1
    assert_same_moment(alone, whole)


@pytest.mark.parametrize("count", [0, -1, 6])
def test_as_many_as_there_are_not_are_refused(count, split):
    with pytest.raises(ValueError, match=f"count is {count}"):
        split(1, trainer()).split(count)


# ── How many ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("seeds", "batch", "cores", "most"),
    [(16, 128, 2, 2), (16, 128, 64, 16), (1, 128, 8, 1), (16, 8, 8, 4), (16, 6, 8, 1), (16, 128, 1, 1), (6, 16, 8, 3)],
)
def test_replicas_part_where_their_bits_do_not_change(seeds, batch, cores, most):
    t = trainer(range(seeds), batch_size=batch)
    assert most_shards(t, cores) == most
    for count in range(1, most + 1):
        shares = sharding._shares(t, count)
        assert [i for share in shares for i in range(seeds)[share]] == list(range(seeds))
        assert all(len(range(seeds)[share]) * batch % 32 == 0 for share in shares[:-1])
        assert all(range(seeds)[share] for share in shares)


@pytest.mark.parametrize(
    ("seconds", "best"),
    [
        ({8: 1, 4: 0.9}, 1),  # no faster than one
        ({8: 0.9, 4: 0.1}, 1),  # where the most are no gain there is a busy machine, and fewer are not looked at
        ({8: 0.2, 4: 0.3}, 8),
        ({8: 0.5, 4: 0.3, 2: 0.6}, 4),
        ({8: 0.5, 4: 0.3, 2: 0.2}, 2),
    ],
)
def test_the_fastest_is_taken(seconds, best, monkeypatch):
    monkeypatch.setattr(sharding, "_rehearsal", lambda _, count, alone: (alone * seconds[count], [bytes([count])]))
    weights = [] if best == 1 else [bytes([best])]
    assert best_count(trainer(), 8, 0.01) == (best, weights)


@pytest.fixture
def rehearsed(monkeypatch, split):
    """`rehearsed(gain, …)`: a trainer on two cores whose rehearsals give this gain; its clock, and their number."""

    def make(gain, weights=None):
        calls = []

        def rehearsal(t, count, alone):
            calls.append(t.step)
            twin = trainer(t.seeds)
            twin.advance(t.step + 1)
            return alone / gain, sharding._weights(twin) if weights is None else weights

        now = [0.0]

        def clock():
            now[0] += 0.001
            return now[0]

        monkeypatch.setattr(sharding, "_rehearsal", rehearsal)
        monkeypatch.setattr(sharding, "usable_cores", lambda: 2)
        monkeypatch.setattr(sharding, "idle_seconds", lambda: now[0])  # of one core
        return split(1, trainer(), clock=clock), now, calls

    return make


def test_it_splits_where_that_is_faster(rehearsed, bitwise):
    parts, _, calls = rehearsed(1.8)
    for _ in range(20):
        parts.advance(1)
    assert (parts.shards, len(calls), parts.step) == (2, 1, 20)
    whole = trainer()
    whole.advance(20)
    assert_same_moment(parts, whole, bitwise)


def test_it_stays_whole_where_it_is_not_and_looks_again_ever_more_seldom(rehearsed):
    alone, now, calls = rehearsed(1.1)
    for _ in range(400):
        alone.advance(1)
        now[0] += 0.1
    assert alone.shards == 1
    assert alone.step == 400
    pauses = np.diff(calls)
    assert len(calls) > 3
    assert (pauses[1:] > 1.5 * pauses[:-1]).all()


def test_a_core_that_another_uses_is_not_fought_for_and_taken_up_when_it_is_left(rehearsed, monkeypatch):
    parts, now, calls = rehearsed(1.8)
    idle = [0.0]
    monkeypatch.setattr(sharding, "idle_seconds", lambda: idle[0])
    parts._idle = 0.0, 0.0
    for _ in range(50):
        parts.advance(1)
        now[0] += 0.1
        idle[0] += 0.03
    assert (parts.shards, calls) == (1, [])
    for _ in range(50):
        parts.advance(1)
        now[0] += 0.1
        idle[0] += 0.1
    assert (parts.shards, len(calls)) == (2, 1)


def test_idle_time_passes_no_faster_than_the_cores_together():
    cores, began, before = usable_cores(), time.monotonic(), sharding.idle_seconds()
    time.sleep(0.3)
    idle = sharding.idle_seconds() - before
    assert 0 <= idle <= cores * (time.monotonic() - began + 0.02)  # counted in hundredths


@pytest.mark.parametrize("said", ["", "cpu 1 2 3 4\n", "cpu0 1\ncpu1 1\n"])
def test_where_idle_time_is_not_said_a_rehearsal_decides(said, rehearsed, monkeypatch, split):
    spoken = sharding.idle_seconds
    _, now, calls = rehearsed(1.8)
    monkeypatch.setattr(sharding, "idle_seconds", spoken)
    monkeypatch.setattr(sharding.Path, "read_text", lambda *_, **__: said)
    parts = split(1, trainer(), clock=lambda: now[0])
    for _ in range(20):
        parts.advance(1)
        now[0] += 1
    assert (parts.shards, len(calls)) == (2, 1)


def test_a_run_whose_bits_would_change_stays_whole_for_good(rehearsed):
    alone, now, calls = rehearsed(1.8, weights=[b"another"] * 5)
    for _ in range(100):
        alone.advance(1)
        now[0] += 1
    assert (alone.shards, len(calls)) == (1, 1)


@pytest.mark.parametrize("broken", [OSError("no more processes"), RuntimeError("cannot compute here")])
def test_a_rehearsal_that_fails_is_the_last(broken, rehearsed, monkeypatch):
    def rehearsal(*_):
        calls.append(0)
        raise broken

    alone, now, _ = rehearsed(1.8)
    calls = []
    monkeypatch.setattr(sharding, "_rehearsal", rehearsal)
    for _ in range(100):
        alone.advance(1)
        now[0] += 1
    assert (alone.shards, alone.step, len(calls)) == (1, 100, 1)


def test_on_one_core_nothing_is_rehearsed(rehearsed, monkeypatch, split):
    _, _, calls = rehearsed(1.8)
    monkeypatch.setattr(sharding, "usable_cores", lambda: 1)
    alone = split(1, trainer(), clock=lambda: 0.0)
    for _ in range(20):
        alone.advance(1)
    assert (alone.shards, calls) == (1, [])


def test_a_rehearsal_touches_nothing(bitwise):
    def own():
        """Descriptors and children of this process, the unburied too."""
        children = Path("/proc/thread-self/children").read_text().split()
        return sorted(os.listdir("/proc/self/fd")), sorted(children)  # noqa: PTH208

    before = own()
    t, twin = trainer(), trainer()
    t.advance(5)
    seconds, weights = sharding._rehearsal(t, 2, 0.001)
    assert seconds > 0
    assert own() == before
    twin.advance(5)
    assert_same_moment(t, twin)
    for each in (t, twin):
        each.advance(1)
    if bitwise:  # what it says of the next step is true
        assert weights == sharding._weights(t)
    t.advance(100)
    twin.advance(100)
    assert_same_moment(t, twin)


def test_the_cores_are_those_that_this_process_may_use():
    assert 1 <= usable_cores() <= os.cpu_count()


# ── Time ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_processor_time_is_that_of_all_processes(split):
    def others():
        return parts.processor_seconds - time.process_time()

    parts = split(2, trainer())
    parts.advance(1)
    first = others()
    parts.advance(50)
    child_s_clock = time.clock_gettime((~parts._forks[0].pid << 3) | 2)  # as clock_getcpuclockid(3) makes it
    assert 0 < first < others() <= child_s_clock
