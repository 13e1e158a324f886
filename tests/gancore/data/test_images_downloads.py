import gzip
import hashlib
import io
import struct
import tarfile
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from gancore.data import downloads, images
from gancore.data.images import load_images
from gancore.data.torchvision_import import import_torchvision

import_torchvision()

from torchvision import datasets  # noqa: E402

RNG = np.random.default_rng(0)
TRAIN, TEST = 60, 25


class Server:
    """Serves bytes under names, counts who asks, and can break off, or send something else."""

    def __init__(self):
        self.files, self.asked, self.broken = {}, Counter(), {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.rpartition("/")[2]
                server.asked[name] += 1
                content = server.files.get(name)
                if content is None:
                    self.send_error(404)
                    return
                sent = server.broken.get(name, content)
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self):
        self._http.shutdown()
        self._http.server_close()

    def offer(self, name, content):
        self.files[name] = content
        return hashlib.md5(content).hexdigest()


@pytest.fixture
def server():
    made = Server()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GANCORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(images, "_loaded", {})
    return tmp_path / "cache"


def idx(array):
    """LeCun's format: two zero bytes, 8 for bytes, the number of axes, their lengths, the values; gzip."""
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return gzip.compress(head + array.tobytes())


@pytest.fixture(params=["mnist", "fashion_mnist"])
def idx_set(request, server, monkeypatch):
    """A small set in MNIST's format on the server: its name, and its training and test images with labels."""
    parts = [(RNG.integers(0, 256, (n, 28, 28), np.uint8), (np.arange(n) % 10).astype(np.uint8)) for n in (TRAIN, TEST)]
    source = {"mnist": datasets.MNIST, "fashion_mnist": datasets.FashionMNIST}[request.param]
    contents = [idx(each) for part in parts for each in part]
    names = [name for name, _ in source.resources]
    offered = [(name, server.offer(name, content)) for name, content in zip(names, contents, strict=True)]
    monkeypatch.setattr(source, "resources", offered)
    monkeypatch.setattr(source, "mirrors", [server.url])
    return request.param, parts


def cifar_archive(parts):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, (pixels, labels) in parts.items():
            content = np.column_stack([labels, pixels.reshape(len(labels), -1)]).astype(np.uint8).tobytes()
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        readme = tarfile.TarInfo("cifar-10-batches-bin/readme.html")
        readme.size = 5
        tar.addfile(readme, io.BytesIO(b"<html"))
    return packed.getvalue()


@pytest.fixture
def cifar(server, monkeypatch):
    names = [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]
    parts = {name: (RNG.integers(0, 256, (20, 3, 32, 32), np.uint8), RNG.permutation(20) % 10) for name in names}
    monkeypatch.setattr(downloads, "CIFAR10_MD5", server.offer("cifar-10-binary.tar.gz", cifar_archive(parts)))
    monkeypatch.setattr(downloads, "CIFAR10_URL", server.url + "kriz/cifar-10-binary.tar.gz")
    return parts


def as_set(pixels, labels):
    return Counter((row.tobytes(), int(label)) for row, label in zip(pixels, labels, strict=True))


def check_parts(loaded, train, test):
    """Training images are the published ones; a fifth of the test images is held out, the others are the reference."""
    assert as_set(loaded.train.pixels, loaded.train.labels) == as_set(*train)
    assert len(loaded.held_out) == len(test[1]) // 5
    held_out, reference = (as_set(part.pixels, part.labels) for part in (loaded.held_out, loaded.reference))
    assert held_out + reference == as_set(*test)
    assert sorted(loaded.train.labels[:10]) == list(range(10))


def test_mnist_s_format_is_read_and_padded(idx_set):
    name, parts = idx_set
    loaded = load_images(name)
    assert (loaded.name, loaded.channels, loaded.side, len(loaded.classes)) == (name, 1, 32, 10)
    assert loaded.classes[9] == {"mnist": "9", "fashion_mnist": "Ankle boot"}[name]
    check_parts(loaded, *((np.pad(x[:, None], ((0, 0), (0, 0), (2, 2), (2, 2))), y) for x, y in parts))
    assert load_images(name, 16).side == 16


def test_cifar_s_binary_format_is_read(cifar):
    loaded = load_images("cifar10")
    assert (loaded.channels, loaded.side, len(loaded.classes)) == (3, 32, 10)
    train = [cifar[f"data_batch_{i}.bin"] for i in range(1, 6)]
    train = np.concatenate([x for x, _ in train]), np.concatenate([y for _, y in train])
    check_parts(loaded, train, cifar["test_batch.bin"])


def test_the_classes_of_cifar_are_torchvision_s_order():
    assert list(downloads.CIFAR10_CLASSES) == sorted(downloads.CIFAR10_CLASSES)
    assert len(set(downloads.CIFAR10_CLASSES)) == 10


def test_a_download_is_kept_and_works_without_a_network(idx_set, server, monkeypatch):
    name, _ = idx_set
    first = load_images(name)
    server.stop()
    monkeypatch.setattr(images, "_loaded", {})
    again = load_images(name)
    np.testing.assert_array_equal(first.reference.pixels, again.reference.pixels)
    assert set(server.asked.values()) == {1}


def test_progress_goes_once_from_nothing_to_all(idx_set):
    said = []
    load_images(idx_set[0], progress=lambda text, share: said.append((text, share)))
    shares = [share for _, share in said]
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] == 1
    assert all(text.startswith(f"{idx_set[0]}: downloading ") for text, _ in said)


@pytest.mark.parametrize("sent", ["half", "nothing", "other"])
def test_a_bad_download_is_refused_and_does_no_harm(cifar, server, cache, sent):
    name = "cifar-10-binary.tar.gz"
    whole = server.files[name]
    server.broken[name] = {"half": whole[: len(whole) // 2], "nothing": b"", "other": whole[::-1]}[sent]
    if sent != "other":
        server.files[name] = server.broken[name]  # a length that agrees: only the md5 shows it
    with pytest.raises(ValueError, match="cifar10 is not on this machine and could not be downloaded"):
        load_images("cifar10")
    assert not [path for path in cache.rglob("*") if path.is_file()]
    server.files[name], server.broken = whole, {}
    assert len(load_images("cifar10").train) == 100


def test_a_connection_that_breaks_off_is_a_failed_download(cifar, server):
    name = "cifar-10-binary.tar.gz"
    server.broken[name] = server.files[name][:100]
    with pytest.raises(ValueError, match="could not be downloaded"):
        load_images("cifar10")
    server.broken = {}
    assert len(load_images("cifar10").train) == 100


def test_a_damaged_file_is_fetched_again(cifar, server, cache, monkeypatch):
    load_images("cifar10")
    (kept,) = cache.rglob("*.tar.gz")
    kept.write_bytes(kept.read_bytes()[:-1])
    monkeypatch.setattr(images, "_loaded", {})
    assert len(load_images("cifar10").train) == 100
    assert server.asked[kept.name] == 2


def test_a_second_mirror_is_asked_when_the_first_fails(idx_set, server, monkeypatch):
    name, _ = idx_set
    source = {"mnist": datasets.MNIST, "fashion_mnist": datasets.FashionMNIST}[name]
    monkeypatch.setattr(source, "mirrors", ["http://127.0.0.1:1/", server.url])
    assert len(load_images(name).train) == TRAIN


def test_without_a_network_the_embedded_sets_are_named(idx_set, cifar, server):
    server.stop()
    for name in (idx_set[0], "cifar10"):
        with pytest.raises(ValueError, match=f"^{name} is not on .* digits and shapes need no network[.]$"):
            load_images(name)


def test_a_file_that_is_gone_is_said(cifar, server):
    server.files.clear()
    with pytest.raises(ValueError, match="404"):
        load_images("cifar10")
