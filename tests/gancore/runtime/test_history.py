import itertools
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.runtime.history import History

MUCH = 10**9


def filled(capacity, count, failures=(), *, most_bytes=MUCH, weight=3, judged=(), measured=()):
    history = History(capacity, most_bytes)
    for index in range(1, count + 1):
        said = {"failure": index in failures, "judged": index in judged, "measured": index in measured}
        history.append(index, index / 20, bytes(weight), **said)
    return history


@given(st.integers(4, 40), st.integers(1, 500), st.integers(1, 500))
def test_thinning_keeps_the_first_the_last_and_the_failure(capacity, count, failure):
    history = filled(capacity, count, {failure})
    kept = [frame.seq for frame in history.since(0)]
    assert len(kept) <= capacity
    assert kept == sorted(set(kept))
    assert {1, count} <= set(kept)
    assert failure > count or failure in kept
    assert history.size == 3 * len(kept)
    assert (history.first.seq, history.last.seq) == (1, count)


@given(st.integers(1, 40))
def test_nothing_is_dropped_before_it_is_full(count):
    assert [frame.seq for frame in filled(40, count).since(0)] == list(range(1, count + 1))


@given(st.integers(8, 64), st.integers(1, 5000))
def test_what_is_left_is_even_and_not_sparser_than_needed(capacity, count):
    seqs = [frame.seq for frame in filled(capacity, count).since(0)]
    gaps = [after - before for before, after in itertools.pairwise(seqs)]
    # No hole is wider than a few times the spacing that an even selection of this size would have.
    assert max(gaps, default=1) <= max(1, 4 * count // capacity)
    assert len(seqs) >= min(count, capacity // 4)


@given(st.integers(4, 64), st.integers(1, 40), st.integers(1, 2000), st.integers(1, 2000))
def test_a_limit_in_bytes_thins_as_evenly_as_one_in_frames(room, weight, count, failure):
    history = filled(100_000, count, {failure}, most_bytes=room * weight, weight=weight)
    kept = [frame.seq for frame in history.since(0)]
    assert history.size == weight * len(kept) <= room * weight
    assert failure > count or failure in kept
    assert kept == [frame.seq for frame in filled(room, count, {failure}).since(0)]


@given(st.lists(st.integers(0, 300), min_size=1, max_size=300), st.integers(1, 1000))
def test_frames_of_any_weight_stay_below_the_limit_but_for_those_that_must_stay(weights, most_bytes):
    history = History(64, most_bytes)
    for index, weight in enumerate(weights):
        history.append(index, 0.0, bytes(weight), failure=index == 7)
        kept = history.since(0)
        assert history.size == sum(len(frame.data) for frame in kept)
        assert history.size <= most_bytes or all(frame.seq in (1, 8, index + 1) for frame in kept)


@given(st.integers(16, 64), st.integers(2, 40), st.integers(0, 39), st.integers(1, 4000))
def test_of_frames_that_lie_together_the_measured_one_stays(capacity, every, offset, count):
    measured = set(range(1 + offset % every, count + 1, every))
    history = filled(capacity, count, measured=measured)
    kept = history.since(0)
    left = [frame.seq for frame in kept if frame.measured]
    # While there is room for every measured one none is lost; later an even selection of them is what is left.
    if len(measured) <= capacity // 4:
        assert set(left) == measured
    else:
        assert len(left) >= capacity // 4 - 2
    gaps = [after - before for before, after in itertools.pairwise(frame.seq for frame in kept)]
    assert max(gaps, default=1) <= max(1, 8 * count // capacity)
    assert len(kept) <= capacity
    assert (kept[0].seq, kept[-1].seq) == (1, count)


@given(st.integers(8, 40), st.integers(2, 60), st.integers(2, 60), st.integers(1, 3000))
def test_a_frame_that_says_more_is_never_given_up_for_one_that_says_less(capacity, every, often, count):
    measured, judged = (set(range(1, count + 1, apart)) for apart in (every * often, every))
    history = filled(capacity, count, judged=judged, measured=measured)
    kept = [frame.seq for frame in history.since(0)]

    def worth(seq):
        return (seq in measured) + (seq in judged)

    # What was given up lies between two neighbours; one of them, at the least, says as much.
    for before, after in itertools.pairwise(kept):
        assert max((worth(seq) for seq in range(before + 1, after)), default=0) <= max(worth(before), worth(after))


HOUR = 72_000  # frames at 20 a second


@pytest.mark.parametrize("weight", [3, 60_000])  # of points; of images, where bytes are what is short
@pytest.mark.parametrize("failure", [HOUR // 3, HOUR])
def test_an_hour_stays_evenly_spaced_and_bounded(weight, failure):
    history = History()
    room = min(history.capacity, history.most_bytes // weight)
    data, widest = bytes(weight), 0
    for seq in range(1, HOUR + 1):
        kinds = {"judged": seq % 2 == 0, "measured": seq % 73 == 5}
        history.append(seq, seq / 20, data, failure=seq == failure, **kinds)
        assert len(history) <= room
        assert history.size == weight * len(history)
        if seq % 1000 == 0 or seq == HOUR:
            frames = history.since(0)
            times = [frame.time for frame in frames]
            widest = max(after - before for before, after in itertools.pairwise(times))
            assert widest <= max(1, 16 * seq / (3 * room)) / 20
    seqs = [frame.seq for frame in frames]
    assert {1, failure, HOUR} <= set(seqs)
    assert seqs == sorted(set(seqs))
    # In each of the sixty minutes there is as much to see as in any other, but for the newest ones.
    minutes = np.bincount([int(time // 60) for time in times], minlength=60)[:60]
    assert minutes.min() >= room / 60 / 4


@given(st.integers(4, 30), st.integers(1, 200), st.integers(0, 220))
def test_since_gives_what_came_later(capacity, count, seq):
    history = filled(capacity, count)
    assert history.since(seq) == [frame for frame in history.since(0) if frame.seq > seq]


def test_numbers_go_on_after_clearing():
    history = filled(10, 5)
    history.clear()
    assert len(history) == history.size == 0
    assert history.last is None
    assert history.append(6, 0.3, b"").seq == 6


def test_a_history_too_small_to_be_thinned_is_refused():
    with pytest.raises(ValueError, match="capacity is 3"):
        History(3)
    with pytest.raises(ValueError, match="most_bytes is 0"):
        History(4, 0)


def test_readers_see_whole_histories_while_frames_come_in():
    history = History(64)
    wrong = []

    def read():
        seen = 0
        while seen < 5000:
            frames = history.since(seen)
            if [frame.seq for frame in frames] != sorted({frame.seq for frame in frames}):
                wrong.append(frames)
            seen = max([seen, *(frame.seq for frame in frames)])

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for index in range(5000):
        history.append(index, 0.0, b"")
    for reader in readers:
        reader.join(30)
        assert not reader.is_alive()
    assert not wrong
