import pytest

from gancore.methods.schedules import SCHEDULES, schedule


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_starts_at_one_never_rises_and_stays_at_its_end(name):
    values = [schedule(name, progress / 10) for progress in range(-3, 25)]
    assert values[:4] == [1.0] * 4
    assert values == sorted(values, reverse=True)
    assert len(set(values[13:])) == 1


@pytest.mark.parametrize(
    ("name", "half", "end"), [("constant", 1, 1), ("linear", 0.5, 0), ("cosine", 0.5, 0), ("exponential", 0.1, 0.01)]
)
def test_known_values(name, half, end):
    assert schedule(name, 0.5) == pytest.approx(half)
    assert schedule(name, 1.0) == pytest.approx(end)


def test_an_unknown_schedule_says_what_there_is():
    with pytest.raises(ValueError, match="constant, linear, cosine, exponential"):
        schedule("step", 0.5)
