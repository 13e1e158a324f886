"""What a trainer notes, against a record that looks through every note at once."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gancore.training.step_record import LARGEST, D, G, Record

REPLICAS = 3
CPU = torch.device("cpu")

value = st.sampled_from([0.0, -1.0, 3.5, LARGEST, -LARGEST, 0.99 * LARGEST, math.inf, -math.inf, math.nan])
row = st.lists(value, min_size=REPLICAS, max_size=REPLICAS)
note = st.tuples(st.sampled_from([D, G]), row, row, st.booleans())


@given(st.lists(note, max_size=150), st.integers(0, 5))
def test_the_first_step_that_was_lost_is_kept_whenever_somebody_looks(notes, start):
    record = Record(REPLICAS, CPU)
    newest = [[math.nan] * REPLICAS for _ in range(4)]
    first = [[-1] * REPLICAS for _ in range(4)]
    for step, (player, loss, norm, looked_at) in enumerate(notes, start):
        record.note(player, step, torch.tensor(loss), torch.tensor(norm))
        for offset, values in enumerate((loss, norm)):
            newest[player + offset] = values
            for replica, each in enumerate(values):
                if not abs(each) < LARGEST and first[player + offset][replica] < 0:
                    first[player + offset][replica] = step
        if looked_at:
            assert record.lost_at.tolist() == first
    assert record.lost_at.tolist() == first
    torch.testing.assert_close(record.values, torch.tensor(newest), rtol=0, atol=0, equal_nan=True)


def test_of_players_that_have_just_begun_nothing_is_known():
    record = Record(REPLICAS, CPU)
    record.note(D, 7, torch.tensor([1.0, math.nan, 2.0]), torch.ones(REPLICAS))
    record.forget()
    assert record.values.isnan().all()
    assert record.lost_at[D].tolist() == [-1, 7, -1]


def test_some_replicas_can_be_kept():
    record = Record(REPLICAS, CPU)
    record.note(G, 2, torch.tensor([1.0, math.nan, 2.0]), torch.tensor([3.0, 4.0, 5.0]))
    record.keep(slice(1, 3))
    record.note(G, 3, torch.tensor([6.0, 7.0]), torch.tensor([8.0, math.inf]))
    assert record.values[G].tolist() == [6.0, 7.0]
    assert record.lost_at[G : G + 2].tolist() == [[2, -1], [-1, 3]]


@pytest.mark.parametrize("player", [D, G])
def test_a_player_s_notes_are_its_own(player):
    record = Record(REPLICAS, CPU)
    record.note(player, 0, torch.zeros(REPLICAS), torch.ones(REPLICAS))
    assert record.values[player : player + 2].tolist() == [[0.0] * REPLICAS, [1.0] * REPLICAS]
    assert record.values[D + G - player : D + G - player + 2].isnan().all()
