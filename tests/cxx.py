"""Tests that really compile."""

import os
import shutil

import pytest

_HERE = shutil.which(os.environ.get("CXX", "g++")) is not None


def needs_compiler(test):
    """Marks a test that really compiles; without a C++ compiler it is skipped."""
    return pytest.mark.compiler(pytest.mark.skipif(not _HERE, reason="needs a C++ compiler: CXX, or g++")(test))
