"""Public data sets, downloaded once and checked every time."""

from __future__ import annotations

import hashlib
import http.client
import re
import shutil
import socket
import tarfile
import tempfile
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gancore.data.cache import cache_directory
from gancore.data.torchvision_import import import_torchvision

# Pixels uint8 (N, C, H, W) and labels int64 (N,) of the training and of the test part, and the classes' names.
Labelled = tuple[NDArray[np.uint8], NDArray[np.int64]]
Downloaded = tuple[Labelled, Labelled, tuple[str, ...]]

CIFAR10_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
CIFAR10_MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

_SILENCE_S = 15  # after which a server that sends nothing is given up
_CHUNK = 2**18


def fetch(name: str, urls: Sequence[str], md5: str, progress: Callable[[str, float], None]) -> Path:
    """The file of one of several addresses with the same content, in `name`'s part of the cache; downloaded if needed.

    Only a whole file whose md5 is right ever gets its name, so that a download cut short leaves nothing to stumble
    over, and a damaged file is fetched again. ValueError: no address gave it.
    """
    path = cache_directory() / name / urls[0].rpartition("/")[2]
    if path.is_file() and _md5(path) == md5:
        return path
    failures: list[str] = []
    for url in urls:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix="part-") as directory:
                part = Path(directory) / path.name
                _download(url, part, lambda share: progress(f"{name}: downloading {path.name}", share))
                if _md5(part) == md5:
                    part.replace(path)
                    return path
            failures.append("what came is not the file that was asked for")
        except (OSError, http.client.HTTPException) as failure:
            reason = getattr(failure, "reason", None)
            unknown = isinstance(reason, socket.gaierror)
            failures.append("there is no network" if unknown else str(failure) or type(failure).__name__)
    why = "; ".join(dict.fromkeys(failures))
    raise ValueError(
        f"{name} is not on this machine and could not be downloaded ({why}); digits and shapes need no network."
    )


def _download(url: str, path: Path, progress: Callable[[float], None]) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "gancore"})
    with urllib.request.urlopen(request, timeout=_SILENCE_S) as answer, path.open("wb") as file:
        length, done = int(answer.headers.get("Content-Length") or 0), 0
        while chunk := answer.read(_CHUNK):
            file.write(chunk)
            done += len(chunk)
            progress(min(done / length, 1.0) if length else 0.0)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def mnist_like(name: str, dataset: str, progress: Callable[[str, float], None]) -> Downloaded:
    """A data set in MNIST's format: grey images of 28 × 28 pixels, here with a black border of two pixels.

    dataset: the name of torchvision's class, "MNIST" or "FashionMNIST".
    """
    import_torchvision()
    from torchvision import datasets

    source = getattr(datasets, dataset)
    files: list[Path] = []
    for i, (file, md5) in enumerate(source.resources):
        # The four files as one way from 0 to 1.
        def along(said: str, share: float, i: int = i) -> None:
            progress(said, (i + share) / len(source.resources))

        files.append(fetch(name, [mirror + file for mirror in source.mirrors], md5, along))
    # torchvision checks what is packed but trusts whatever it finds unpacked: it unpacks afresh.
    with tempfile.TemporaryDirectory() as root:
        raw = Path(root) / dataset / "raw"
        raw.mkdir(parents=True)
        for file in files:
            shutil.copy(file, raw)
        train, test = (_padded(source(root, train=part, download=True)) for part in (True, False))
    return train, test, tuple(each.partition(" - ")[0] for each in source.classes)


def _padded(part: object) -> Labelled:
    pixels = np.asarray(getattr(part, "data"))[:, None]  # noqa: B009
    labels = np.asarray(getattr(part, "targets"), dtype=np.int64)  # noqa: B009
    return np.pad(pixels, ((0, 0), (0, 0), (2, 2), (2, 2))), labels


def cifar10(progress: Callable[[str, float], None]) -> Downloaded:
    """CIFAR-10's binary version: colour images of 32 × 32 pixels.

    torchvision reads the version for Python, which is made of pickles, and a pickle can run anything.
    """
    archive = fetch("cifar10", [CIFAR10_URL], CIFAR10_MD5, progress)
    batches: dict[str, Labelled] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file and re.fullmatch(r"(data_batch_\d|test_batch)\.bin", Path(member.name).name):
                # A record is a label and 3 × 32 × 32 bytes: channel by channel, row by row.
                records = np.frombuffer(file.read(), np.uint8).reshape(-1, 1 + 3 * 32 * 32)
                batches[Path(member.name).stem] = records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].astype(np.int64)
    test = batches.pop("test_batch")
    pixels, labels = zip(*(batches[name] for name in sorted(batches)), strict=True)
    return (np.concatenate(pixels), np.concatenate(labels)), test, CIFAR10_CLASSES
