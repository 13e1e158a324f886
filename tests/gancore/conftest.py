"""What all tests of the library share: quiet threads, repeatable examples, and what this machine can promise."""

import os

import pytest
import torch
from hypothesis import HealthCheck, settings

from gancore.config import RunConfig
from gancore.training.trainer import Trainer
from tests.gancore.products import alike_alone, products

# Examples are drawn from the test's own name, so that a run can be repeated; more of GANCORE_EXAMPLES look further.
settings.register_profile(
    "gancore",
    max_examples=int(os.environ.get("GANCORE_EXAMPLES", "100")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("gancore")


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Small networks train many times slower on two busy threads than on one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def bitwise(_one_thread) -> bool:
    """Whether this machine's matrix products give one replica the same bits alone as in company.

    Asked of every product that is met in these games, with operands that lie as theirs do. That they lie well is
    gancore's affair (`test_products`); what comes of it is the BLAS library's, and where it is not this, runs agree to
    rounding.
    """
    games = (
        {"updates": "consensus"},
        {"unroll_steps": 1, "penalty": "gradient_penalty", "pack": 2},
        {"unroll_steps": 1, "model": "mad_gan", "g_hidden": 16, "d_hidden": 16},
    )
    met = {each for game in games for each in products(Trainer(RunConfig(**game), range(2), "cpu"))}
    return all(map(alike_alone, met))
