"""Plain and compiled turns on the same numbers, at every turn of a run.

A game is chaotic: two runs that differ by rounding are two runs after some hundred steps. So the run goes on from what
the plain turn made of it, and the other turn begins from there again each time.
"""

from functools import partial
from itertools import zip_longest

from gancore.compiling.leaves import leaves
from gancore.compiling.swap import FastTurn, compiled_turns
from gancore.training.trainer import Trainer, plain_turns

STEPS = 30  # what changes in mid-run, a schedule or a part, does so by the twentieth
FEW_STEPS = 8  # of a game in which nothing does


def gaps(config, steps=STEPS, seeds=(0, 1)):
    """‖compiled - plain‖ / ‖plain‖ of every tensor that a turn gives, over all turns of so many steps: how often each
    turn was taken, and the largest gap."""
    found, taken = [0.0], {}

    def beside(name, plain, compiled, *args):
        expected, given = plain(*args), compiled(*args)
        assert isinstance(compiled, FastTurn), f"{name} is not compiled"
        assert type(given) is type(expected)
        taken[name] = taken.get(name, 0) + 1
        for one, other in zip_longest(leaves(expected), leaves(given)):
            assert (other.shape, other.dtype) == (one.shape, one.dtype)
            assert not other.requires_grad
            difference, size = (other - one).norm().item(), one.norm().item()
            assert one.isfinite().all()
            assert difference == 0 or size > 0, f"{name} makes {difference} of nothing"
            found.append(difference / size if size else 0.0)
        return expected

    def both(trainer):
        pairs = zip(plain_turns(trainer)._asdict().items(), compiled_turns(trainer), strict=True)
        turns = {name: partial(beside, name, plain, other) for (name, plain), other in pairs if name != "held"}
        return plain_turns(trainer)._replace(**turns)

    trainer = Trainer(config, seeds, "cpu")
    trainer.turns_of = both
    trainer.turns = both(trainer)
    trainer.advance(steps)
    assert trainer.step == steps
    return taken, max(found)
