"""The wheel, built once and unpacked into a folder, as an installer would."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def built(folder: Path) -> Path:
    """The wheel of this checkout, built into a folder."""
    options = ("--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder), str(ROOT)], check=True, timeout=300
    )
    (wheel,) = folder.glob("gancore-*.whl")
    return wheel


def unpacked(wheel: Path, folder: Path) -> Path:
    """A folder for PYTHONPATH that holds what the wheel brings."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder
