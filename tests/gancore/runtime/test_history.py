import itertools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.runtime.history import History


def filled(capacity, count, failures=()):
    history = History(capacity)
    for index in range(1, count + 1):
        history.append(index, index / 20, bytes(3), failure=index in failures)
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
