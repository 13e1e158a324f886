"""The store of compiled step functions: what is put there is found, whole or not at all, if nobody else can have
written it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gancore.compiling import store
from gancore.compiling.store import find, publish, scratch
from gancore.data.cache import cache_directory

posix = pytest.mark.skipif(os.name != "posix", reason="only POSIX has modes")


def library(tmp_path, content=b"machine code"):
    path = tmp_path / "step.so"
    path.write_bytes(content)
    return path


def described(made, key):
    return made.library.parent / f"{key}.json"


def test_what_is_published_is_found(tmp_path):
    assert find("a") is None
    made = publish("a", library(tmp_path), [3, 1], [0, 5])
    assert find("a") == made
    assert (made.takes, made.gives) == ((3, 1), (0, 5))
    assert made.library.read_bytes() == b"machine code"
    assert cache_directory() in made.library.parents
    assert find("b") is None


def test_the_newest_of_a_key_is_found(tmp_path):
    publish("a", library(tmp_path, b"old"), [1], [2])
    publish("a", library(tmp_path, b"new"), [3], [4])
    found = find("a")
    assert (found.library.read_bytes(), found.takes, found.gives) == (b"new", (3,), (4,))


@posix
@pytest.mark.parametrize("mode", [0o660, 0o606])
@pytest.mark.parametrize("which", ["library", "folder"])
def test_what_others_may_write_is_not_loaded(tmp_path, which, mode):
    made = publish("a", library(tmp_path), [1], [2])
    path, before = (made.library, 0o600) if which == "library" else (made.library.parent, 0o700)
    path.chmod(mode | before)
    assert find("a") is None
    path.chmod(before)
    assert find("a") == made


@posix
def test_a_store_is_its_owner_s_alone(tmp_path):
    before = os.umask(0)
    try:
        made = publish("a", library(tmp_path), [1], [2])
    finally:
        os.umask(before)
    assert made.library.parent.stat().st_mode & 0o777 == 0o700
    assert made.library.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", '{"takes": [1', "[]", '{"takes": [1]}', '{"takes": ["x"], "gives": [1]}'])
def test_what_is_written_by_halves_is_as_if_it_were_not_there(tmp_path, text):
    made = publish("a", library(tmp_path), [1], [2])
    described(made, "a").write_text(text)
    assert find("a") is None
    described(made, "a").unlink()
    assert find("a") is None
    assert publish("a", library(tmp_path), [1], [2]) == find("a") == made


def random_bytes(content):
    return os.urandom(len(content))


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[:5], lambda content: content + b"x", random_bytes],
    ids=["cut to nothing", "cut short", "too long", "random"],
)
def test_a_damaged_library_is_taken_away_and_can_be_made_anew(tmp_path, damage):
    made = publish("a", library(tmp_path, b"machine code" * 100), [1], [2])
    assert find("a") == made
    made.library.write_bytes(damage(made.library.read_bytes()))
    assert find("a") is None
    assert list(made.library.parent.iterdir()) == []
    assert publish("a", library(tmp_path, b"machine code" * 100), [1], [2]) == find("a")


@pytest.mark.parametrize("change", [{"takes": [2]}, {"gives": []}, {"digest": "0" * 64}, {"digest": "../../x"}])
def test_what_is_told_wrong_of_a_library_is_taken_away(tmp_path, change):
    made = publish("a", library(tmp_path), [1], [2])
    told = json.loads(described(made, "a").read_text())
    described(made, "a").write_text(json.dumps({**told, **change}))
    assert find("a") is None


@posix
@pytest.mark.parametrize("which", ["library", "description"])
def test_a_link_is_not_followed(tmp_path, which):
    made = publish("a", library(tmp_path), [1], [2])
    path = made.library if which == "library" else described(made, "a")
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert find("a") is None


@pytest.mark.parametrize("where", ["a file", "under a file", "/dev/null/x"])
def test_where_no_folder_can_be_had_nothing_is_found_and_keeping_is_an_error(tmp_path, monkeypatch, where):
    (tmp_path / "file").write_text("")
    place = {"a file": tmp_path / "file", "under a file": tmp_path / "file" / "deeper"}.get(where, Path(where))
    monkeypatch.setenv("GANCORE_CACHE", str(place))
    assert find("a") is None
    store.discard("a")
    with pytest.raises(OSError, match=r"."):
        publish("a", library(tmp_path), [1], [2])


def test_what_cannot_be_written_to_its_end_leaves_nothing(tmp_path, monkeypatch):
    home = publish("a", library(tmp_path), [1], [2]).library.parent
    before = sorted(home.iterdir())

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        publish("b", library(tmp_path, b"other"), [1], [2])
    assert sorted(home.iterdir()) == before
    assert find("b") is None
    assert find("a") is not None


def test_the_steps_that_nobody_used_for_longest_go(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "MOST", 3)
    for age, key in enumerate("dcb"):
        made = publish(key, library(tmp_path), [1], [2])
        moment = time.time() - 1000 * (3 - age)  # d is the oldest, b the newest
        os.utime(described(made, key), (moment, moment))
        os.utime(made.library, (moment, moment))
    assert find("d") is not None  # used just now
    publish("e", library(tmp_path), [1], [2])
    left = sorted(path.name.partition(".")[0] + path.suffix for path in made.library.parent.iterdir())
    assert left == sorted(f"{key}.{end}" for key in "dbe" for end in ("so", "json"))


PUBLISH = """
import sys
from pathlib import Path
from gancore.compiling.store import publish
number = int(sys.argv[2])
for _ in range(200):
    publish("a", Path(sys.argv[1]), [number], [number])
"""


@pytest.mark.processes
def test_two_processes_may_publish_the_same_step_at_once(tmp_path):
    source = library(tmp_path, b"x" * 10_000)
    publish("a", source, [0], [0])
    writers = [subprocess.Popen([sys.executable, "-c", PUBLISH, str(source), str(n)]) for n in (1, 2)]
    looks = 0
    while any(writer.poll() is None for writer in writers) or not looks:
        found = find("a")
        assert found is not None
        assert found.takes == found.gives
        assert len(found.library.read_bytes()) == 10_000
        looks += 1
    assert [writer.returncode for writer in writers] == [0, 0]
    assert {path.suffix for path in find("a").library.parent.iterdir()} == {".json", ".so"}


def test_a_folder_to_compile_in_goes_and_so_does_one_that_was_left(tmp_path):
    with scratch() as place:
        home = Path(place).parent
    assert list(home.iterdir()) == []
    for name, age in (("compiling-old", 2 * store._ABANDONED), ("compiling-new", 0)):
        (home / name).mkdir()
        os.utime(home / name, (time.time() - age,) * 2)
    with scratch():
        pass
    assert [path.name for path in home.iterdir()] == ["compiling-new"]
