import pytest
import torch

from benchmarks.fairness import STEPS, assert_fair, next_numbers, weights
from gancore.config import RunConfig
from gancore.training.trainer import Trainer

SMALL = RunConfig(batch_size=32, g_hidden=8, d_hidden=8)


class Follower:
    """Another trainer as a peer: of the same steps, on the numbers that it draws itself, which are the same."""

    def __init__(self, twin, replicas=None, lr=None):
        self.seeds = twin.seeds[:replicas]
        self.config = twin.config if lr is None else twin.config.changed(d_lr=lr)

    def follow(self, numbers):
        trainer = Trainer(self.config, self.seeds, "cpu")
        trainer.advance(len(numbers))
        return weights(trainer)


def test_the_same_steps_are_fair():
    assert_fair(SMALL, Follower, (0, 1))


def test_a_peer_may_hold_only_the_first_replicas():
    assert_fair(SMALL, lambda twin: Follower(twin, replicas=1), (3, 4))


@pytest.mark.parametrize("lr", [0.8e-3, 1.3e-3])
def test_another_learning_rate_is_not(lr):
    with pytest.raises(AssertionError, match=r"D's weights are .* apart"):
        assert_fair(SMALL, lambda twin: Follower(twin, lr=lr))


def test_a_kind_that_stands_still_is_not_fair():
    class Still(Trainer):
        def advance(self, steps=1):
            pass

    with pytest.raises(AssertionError, match="do not take the same steps"):
        assert_fair(SMALL, Follower, make=Still)


def test_weights_that_are_no_numbers_are_not_fair():
    class Lost(Trainer):
        def advance(self, steps=1):
            self.g = self.g._replace(params=self.g.params * torch.nan)

    with pytest.raises(AssertionError, match="G's weights are nan apart"):
        assert_fair(SMALL, Follower, make=Lost)


@pytest.mark.parametrize("unroll_steps", [0, 2])
def test_the_numbers_are_those_of_the_next_steps(unroll_steps):
    config = SMALL.changed(unroll_steps=unroll_steps)
    twin, other = Trainer(config, (5, 6), "cpu"), Trainer(config, (5, 6), "cpu")
    other.advance(STEPS)
    for _ in range(STEPS):
        next_numbers(twin)
    later, expected = next_numbers(twin), next_numbers(other)
    for one, same in zip(later, expected, strict=True):
        assert (one is None and same is None) or torch.equal(one, same)
    assert (later.ahead is None) == (unroll_steps == 0)
