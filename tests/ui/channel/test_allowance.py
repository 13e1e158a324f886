"""An allowance is no more than its rate in the long run, and no more than its purse at once."""

from hypothesis import given
from hypothesis import strategies as st

from ui.channel.allowance import Allowance


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0.1, 5)), min_size=1, max_size=50))
def test_what_is_spent_stays_within_rate_and_purse(spending: list[tuple[float, float]]) -> None:
    allowance, now, spent = Allowance(10.0, 20.0), 0.0, 0.0
    for pause, amount in spending:
        now += pause
        if allowance.spend(amount, now):
            spent += amount
    assert spent <= 20.0 + 10.0 * now + 5.0 + 1e-9  # the last one may have gone below zero


def test_who_has_spent_it_waits() -> None:
    allowance = Allowance(10.0, 20.0)
    assert allowance.spend(25.0, 0.0)
    assert not allowance.spend(1.0, 0.4)
    assert allowance.spend(1.0, 0.6)


def test_a_clock_that_goes_back_gives_nothing() -> None:
    allowance = Allowance(10.0, 20.0)
    assert allowance.spend(25.0, 5.0)
    assert not allowance.spend(1.0, 1.0)
