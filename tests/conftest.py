"""How the tests are shared out where pytest-xdist runs them in several processes, each with one thread; and what is
looked up once for all of them."""

import gc
import os
import sys
from functools import cache

import pytest

from gancore.processor import usable_cores

# Before anything imports a library that counts cores: two processes whose small products take two threads each wait for
# one another most of the time.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

BROWSER = "tests/browser/"


def pytest_sessionstart():
    gc.disable()


def pytest_collection_finish():
    """Thousands of tests and all that they import stay until the end; to look through them for garbage at every turn
    takes longer than most tests."""
    gc.enable()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Two, or one on a machine of one core: two there would double each wait of a browser."""
    return min(2, usable_cores())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """The browser's tests go one after the other to one process, from the start on, and file by file all the rest to
    the others: two browsers at once would only wait for each other. (`xdist_group` would say the same, but pytest-xdist
    3.8 does not hear it from pytest 9.2.)"""
    from xdist.scheduler import LoadScopeScheduling

    class BrowserApart(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return BROWSER if nodeid.startswith(BROWSER) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return BrowserApart(config, log)


@pytest.fixture(scope="session", autouse=True)
def _packages_are_searched_once():
    """Streamlit's AppTest searches all installed packages for components at each first visit, which takes longer than
    the visit; none is installed meanwhile."""
    if "streamlit" not in sys.modules:
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield
