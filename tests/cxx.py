"""Tests that really compile."""

import os
import shutil

import pytest

# Marks of a test that really compiles; without a C++ compiler it is skipped.
NEEDS_COMPILER = [
    pytest.mark.compiler,
    pytest.mark.skipif(shutil.which(os.environ.get("CXX", "g++")) is None, reason="needs a C++ compiler: CXX, or g++"),
]
