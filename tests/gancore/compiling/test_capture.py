"""StepFunctions in a CUDA graph against plain ones."""

import pytest
import torch

from gancore.compiling.swap import FastStepFunction, use_compiled
from gancore.config import RunConfig
from gancore.training.trainer import Trainer

STEPS = 100


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"unroll_steps": 2},
        {"loss": "wasserstein", "penalty": "gradient_penalty", "d_steps": 3},
        {"constraint": "spectral_norm", "noise": 0.1, "noise_schedule": "linear"},
        {"updates": "consensus"},
        {"updates": "extragradient", "freeze_at": 50, "loss": "wasserstein", "constraint": "clip"},
        {"data": "digits", "augment": "diffaugment", "batch_size": 32},
    ],
    ids=str,
)
def test_a_captured_step_is_the_plain_one_but_for_rounding(values):
    config = RunConfig(**values)
    plain, captured = (Trainer(config, (0, 1), "cuda") for _ in range(2))
    use_compiled(captured)
    assert any(isinstance(function, FastStepFunction) for function in captured.step_functions)
    for _ in range(STEPS):
        # From the same state each time: a game is chaotic, and a hundred steps make much of a rounding.
        captured.g, captured.d = plain.g, plain.d
        plain.advance()
        captured.advance()
        for one, other in ((plain.g, captured.g), (plain.d, captured.d)):
            assert (one.params - other.params).norm() <= 1e-3 * (one.params.norm() + 1)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_what_a_captured_step_gave_stays_when_it_is_taken_again():
    trainer = Trainer(RunConfig(), (0,), "cuda")
    use_compiled(trainer)
    trainer.advance(3)
    before, copy = trainer.g.params, trainer.g.params.clone()
    trainer.advance()
    assert torch.equal(before, copy)
    assert not torch.equal(before, trainer.g.params)


def test_without_cuda_a_run_on_another_device_goes_on_as_it_is():
    trainer = Trainer(RunConfig(), (0,), "cpu")
    trainer.device = torch.device("mps")
    speed = use_compiled(trainer)
    assert not speed.compiled
    assert not speed.missing
    assert not any(isinstance(function, FastStepFunction) for function in trainer.step_functions)
