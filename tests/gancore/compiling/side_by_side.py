"""Plain and compiled step functions on the same numbers, at every step function of a run.

A game is chaotic: two runs that differ by rounding are two runs after some hundred steps. So the run goes on from what
the plain step function made of it, and the other function begins from there again each time.
"""

from functools import partial
from itertools import zip_longest

from gancore.compiling.pytree import leaves
from gancore.compiling.swap import FastStepFunction, compiled_step_functions
from gancore.training.trainer import Trainer, plain_step_functions

STEPS = 30  # what changes in mid-run, a schedule or a part, does so by the twentieth
FEW_STEPS = 8  # of a game in which nothing does


def gaps(config, steps=STEPS, seeds=(0, 1)):
    """‖compiled - plain‖ / ‖plain‖ of every tensor that a step function gives, over all step functions of so many
    steps: how often each function was taken, and the largest gap."""
    found, taken = [0.0], {}

    def beside(name, plain, compiled, *args):
        expected, given = plain(*args), compiled(*args)
        assert isinstance(compiled, FastStepFunction), f"{name} is not compiled"
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
        pairs = zip(plain_step_functions(trainer)._asdict().items(), compiled_step_functions(trainer), strict=True)
        functions = {name: partial(beside, name, plain, other) for (name, plain), other in pairs if name != "held"}
        return plain_step_functions(trainer)._replace(**functions)

    trainer = Trainer(config, seeds, "cpu")
    trainer.step_functions_of = both
    trainer.step_functions = both(trainer)
    trainer.advance(steps)
    assert trainer.step == steps
    return taken, max(found)
