import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from gancore.data import folder as reading
from gancore.data import images
from gancore.data.folder import Reading
from gancore.data.image_file import DAMAGED, EMPTY, MOST_BYTES, NO_DECODER, NO_IMAGE, TOO_LARGE, read_image_file
from gancore.data.images import load_images
from gancore.training.image_scene import image_scene

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """90 grey images in three folders of 60, 20 and 10, and one colour image; each image is one grey of its own."""
    monkeypatch.setenv("GANCORE_IMAGES", str(tmp_path))
    monkeypatch.setattr(images, "_loaded", {})
    for name, greys in (("cats", range(60)), ("dogs", range(100, 120)), ("eels", range(200, 210))):
        (tmp_path / name).mkdir()
        for grey in greys:
            Image.new("L", (40, 30), grey).save(tmp_path / name / f"{grey}.png")
    return tmp_path


def everything(loaded):
    parts = (loaded.train, loaded.held_out, loaded.reference)
    return np.concatenate([part.pixels for part in parts]), np.concatenate([part.labels for part in parts])


def test_each_folder_is_a_class_and_every_image_is_in_one_part(folder):
    loaded = load_images("folder")
    assert (loaded.channels, loaded.side, loaded.reading) == (3, 32, Reading(90))
    assert loaded.classes == ("cats", "dogs", "eels")
    assert [len(part) for part in (loaded.train, loaded.held_out, loaded.reference)] == [54, 14, 22]
    pixels, labels = everything(loaded)
    assert (pixels == pixels[:, :1, :1, :1]).all()
    np.testing.assert_array_equal(np.sort(pixels[:, 0, 0, 0]), [*range(60), *range(100, 120), *range(200, 210)])
    np.testing.assert_array_equal(labels, pixels[:, 0, 0, 0] // 100)
    assert sorted(loaded.train.labels[:3]) == [0, 1, 2]


def test_the_same_folder_gives_the_same_parts(folder, monkeypatch):
    first = load_images("folder")
    monkeypatch.setattr(images, "_loaded", {})
    np.testing.assert_array_equal(first.held_out.pixels, load_images("folder").held_out.pixels)


def test_another_side(folder):
    assert load_images("folder", 8).train.pixels.shape[1:] == (3, 8, 8)
    with pytest.raises(ValueError, match="side is -1"):
        load_images("folder", -1)


def test_files_that_are_no_images_are_skipped_counted_and_named(folder):
    whole = (folder / "cats" / "3.png").read_bytes()
    (folder / "cats" / "3.png").write_bytes(whole[: len(whole) // 2])
    (folder / "broken.jpg").write_bytes(b"no image")
    (folder / "empty.png").touch()
    (folder / "notes.txt").write_text("not even called one")
    for name in ("a.heic", "b.HEIC", "c.jpg"):
        (folder / "dogs" / name).write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    loaded = load_images("folder")
    assert len(everything(loaded)[0]) == 89
    assert loaded.classes == ("cats", "dogs", "eels")
    assert loaded.reading.skipped == {
        ("PNG", DAMAGED): 1,
        ("JPEG", DAMAGED): 1,
        ("PNG", EMPTY): 1,
        ("TXT", NO_IMAGE): 1,
        ("HEIC", NO_DECODER): 3,
    }
    said = str(loaded.reading)
    assert said.startswith("Of 96 files in the folder, 89 gave an image. 7 gave none: 3 HEIC (no decoder here), 1 ")
    for kind, why in loaded.reading.skipped:
        assert f"{kind} ({why})" in said


def test_what_was_converted_is_counted(folder):
    Image.fromarray(np.full((9, 9), 32768, np.uint16)).save(folder / "cats" / "deep.png")
    Image.fromarray(np.full((9, 9), 32768, np.uint16)).save(folder / "cats" / "deep.tif")
    Image.fromarray(np.full((9, 9), 0.5, np.float32)).save(folder / "cats" / "floats.tiff")
    Image.new("RGBA", (9, 9), (255, 0, 0, 0)).save(folder / "cats" / "clear.png")
    frames = [Image.new("RGB", (9, 9), each) for each in ("red", "blue")]
    frames[0].save(folder / "cats" / "moving.gif", save_all=True, append_images=frames[1:])
    loaded = load_images("folder")
    assert loaded.reading == Reading(95, deep=2, floats=1, transparent=1, frames=1)
    pixels, _ = everything(loaded)
    assert (pixels == 128).all((1, 2, 3)).sum() == 3  # two of 16 bits, one of floats
    assert (pixels == 255).all((1, 2, 3)).sum() == 1  # the transparent one, which hides red
    red = np.array([255, 0, 0])[:, None, None]
    assert (pixels == red).all((1, 2, 3)).sum() == 1  # the first frame
    said = str(loaded.reading)
    for sentence in (
        "2 of them had 16 bits a channel, now 8.",
        "1 of them had numbers from 0 to 1, now from 0 to 255.",
        "1 of them had transparent parts, which show white.",
        "1 of them had several frames, of which the first counts.",
    ):
        assert sentence in said


def test_a_run_shows_how_its_images_were_read(folder):
    (folder / "a.heic").write_bytes(b"\0\0\0\x18ftypheic")
    loaded = load_images("folder")
    assert image_scene(loaded, 20).notice == str(loaded.reading)
    assert "HEIC" in image_scene(loaded, 20).notice
    assert image_scene(load_images("digits"), 20).notice == ""


def test_of_many_kinds_the_most_frequent_are_named():
    skipped = {(f"K{i}", NO_IMAGE): i + 1 for i in range(9)}
    said = str(Reading(64, skipped=skipped))
    assert said.startswith("Of 109 files in the folder, 64 gave an image. 45 gave none: 9 K8 (no image), 8 K7 ")
    assert said.endswith("4 K3 (no image), 6 of other kinds.")


def test_no_more_than_the_most_are_read_and_the_rest_is_counted(folder, monkeypatch):
    monkeypatch.setattr(reading, "MOST", 70)
    (folder / "a.txt").touch()
    loaded = load_images("folder")
    assert loaded.reading == Reading(70, skipped={("TXT", EMPTY): 1}, left=20)
    assert "The reading stopped before 20 more files: it takes 70 images" in str(loaded.reading)


def test_no_more_bytes_are_read_than_is_said_and_always_the_same(folder, monkeypatch):
    sizes = sorted((path, path.stat().st_size) for path in folder.rglob("*.png"))
    monkeypatch.setattr(reading, "MOST_BYTES", sum(size for _, size in sizes[:80]))
    loaded = load_images("folder")
    assert loaded.reading == Reading(80, left=len(sizes) - 80)
    images._loaded.clear()
    assert np.array_equal(everything(loaded)[0], everything(load_images("folder"))[0])


def test_no_more_files_are_looked_at_than_is_said(folder, monkeypatch):
    monkeypatch.setattr(reading, "MOST_FILES", 75)
    loaded = load_images("folder")
    assert loaded.reading == Reading(75, cut=True)
    assert "the first 75 files that were found count" in str(loaded.reading)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_waited_for(folder):
    os.mkfifo(folder / "cats" / "pipe.png")
    assert load_images("folder").reading == Reading(90)


def test_what_would_fill_the_memory_is_passed_over_and_named(folder):
    with (folder / "cats" / "huge.png").open("wb") as file:
        file.write((folder / "cats" / "0.png").read_bytes())
        file.truncate(MOST_BYTES + 1)  # of a file that takes no room on the disk
    wide = {b"IHDR": struct.pack(">IIBBBBB", 11_000, 11_000, 8, 2, 0, 0, 0), b"IDAT": zlib.compress(b"")}
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in wide.items()
    ]
    (folder / "cats" / "wide.png").write_bytes(PNG_HEAD + b"".join(chunks))
    assert load_images("folder").reading == Reading(90, skipped={("PNG", TOO_LARGE): 2})


def test_a_large_photograph_is_the_same_but_for_rounding(tmp_path):
    y, x = np.mgrid[:600, :800] / 800
    photograph = np.stack([255 * x, 255 * y, 127 * (1 + np.sin(9 * x))], -1).astype(np.uint8)
    Image.fromarray(photograph).save(tmp_path / "a.jpg", quality=95)
    whole, smaller = read_image_file(tmp_path / "a.jpg"), read_image_file(tmp_path / "a.jpg", 16)
    assert smaller.image.width < whole.image.width == 800
    pair = [np.asarray(ImageOps.fit(each.image, (16, 16), Image.Resampling.BOX), int) for each in (whole, smaller)]
    assert np.abs(pair[0] - pair[1]).max() <= 8  # of 255


def test_links_to_directories_are_followed_once_and_hidden_files_left_out(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    Image.new("L", (9, 9), 77).save(elsewhere / "far.png")
    (folder / "foxes").symlink_to(elsewhere)
    (folder / "foxes" / "back").symlink_to(folder)
    (folder / ".thumbnails").mkdir()
    Image.new("L", (9, 9), 78).save(folder / ".thumbnails" / "small.png")
    (folder / "cats" / "._7.png").write_bytes(b"of another system")
    loaded = load_images("folder")
    assert loaded.reading == Reading(91)
    assert loaded.classes == ("cats", "dogs", "eels", "foxes")


def test_a_directory_that_cannot_be_opened_is_counted(folder, monkeypatch):
    scan = reading.os.scandir

    def guarded(path):
        if str(path).endswith("eels"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(reading.os, "scandir", guarded)
    loaded = load_images("folder")
    assert loaded.reading == Reading(80, closed=1)
    assert "1 of its folders cannot be opened." in str(loaded.reading)


@pytest.mark.parametrize("name", [b"caf\xe9", "\u732b".encode(), b"a\nb", 255 * b"c"])
def test_any_name_of_a_directory_is_a_class_that_can_be_written(folder, name):
    directory = folder / os.fsdecode(name)
    try:
        directory.mkdir()
    except OSError:
        pytest.skip("this file system has no such name")
    Image.new("L", (9, 9), 77).save(directory / "one.png")
    classes = load_images("folder").classes
    assert len(classes) == 4
    assert all(each.encode() for each in classes)


def test_the_middle_of_an_image_is_taken_in_its_colours(folder):
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = (250, 120, 10)
    wide[:, 40:] = 255
    Image.fromarray(wide).save(folder / "wide.png")
    loaded = load_images("folder", 8)
    assert loaded.classes == tuple(sorted(["cats", "dogs", "eels", folder.name]))
    pixels, labels = everything(loaded)
    found = pixels[labels == loaded.classes.index(folder.name)]
    np.testing.assert_array_equal(found, np.broadcast_to(np.array([250, 120, 10])[:, None, None], (1, 3, 8, 8)))


def test_a_photograph_lying_on_its_side_is_set_upright(folder):
    lying = np.zeros((16, 16, 3), np.uint8)
    lying[:, :8] = 255  # its left is the top, says the tag
    tags = Image.Exif()
    tags[0x0112] = 6  # turn by 90° clockwise
    Image.fromarray(lying).save(folder / "photograph.png", exif=tags)
    loaded = load_images("folder", 8)
    pixels, labels = everything(loaded)
    (found,) = pixels[labels == loaded.classes.index(folder.name)]
    assert found[:, :4].min() > 250
    assert found[:, 4:].max() < 5


def test_too_few_are_a_sentence(folder):
    for path in (folder / "cats").iterdir():
        path.unlink()
    (folder / "broken.jpg").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"holds 30 images that can be read; at least 64 are needed") as refused:
        load_images("folder")
    assert "1 gave none: 1 JPEG (damaged" in str(refused.value)


def test_no_folder_is_a_sentence(folder, monkeypatch):
    monkeypatch.setenv("GANCORE_IMAGES", str(folder / "cats" / "1.png"))
    with pytest.raises(ValueError, match="GANCORE_IMAGES names no directory"):
        load_images("folder")
    monkeypatch.delenv("GANCORE_IMAGES")
    with pytest.raises(ValueError, match="set the environment variable GANCORE_IMAGES"):
        load_images("folder")


def test_progress_is_said(folder):
    said = []
    load_images("folder", progress=lambda text, share: said.append((text, share)))
    assert said
    assert all("90 files" in text and 0 <= share <= 1 for text, share in said)
