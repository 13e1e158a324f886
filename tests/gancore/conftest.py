"""What all tests of the library share: quiet threads, repeatable examples, and what this machine can promise."""

import pytest
import torch
from hypothesis import HealthCheck, settings

# Examples are drawn from the test's own name, so that a run can be repeated; raise max_examples to look further.
settings.register_profile(
    "gancore", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
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

    That is the BLAS library's affair, not gancore's; where it does not, runs agree to rounding.
    """
    draw = torch.Generator().manual_seed(0)
    for batch, rows, columns in ((128, 2, 64), (128, 64, 64), (128, 64, 2), (128, 16, 64), (256, 64, 64), (64, 4, 64)):
        x = torch.randn(4, batch, rows, generator=draw)
        w = torch.randn(4, rows, columns, generator=draw)
        y = torch.randn(4, batch, columns, generator=draw)
        for a, b in ((x, w), (y, w.mT), (x.mT, y)):
            if not torch.equal(torch.bmm(a, b)[:1], torch.bmm(a[:1], b[:1])):
                return False
    return True
