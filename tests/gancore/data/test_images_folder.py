import numpy as np
import pytest
from PIL import Image

from gancore.data import images
from gancore.data.images import load_images

RNG = np.random.default_rng(0)


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
    assert (loaded.channels, loaded.side, loaded.skipped) == (3, 32, 0)
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


def test_files_that_are_no_images_are_skipped_and_counted(folder):
    whole = (folder / "cats" / "3.png").read_bytes()
    (folder / "cats" / "3.png").write_bytes(whole[: len(whole) // 2])
    (folder / "broken.jpg").write_bytes(b"no image")
    (folder / "empty.png").touch()
    (folder / "notes.txt").write_text("not even called one")
    loaded = load_images("folder")
    assert loaded.skipped == 3
    assert len(everything(loaded)[0]) == 89
    assert loaded.classes == ("cats", "dogs", "eels")


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
    with pytest.raises(ValueError, match=r"holds 30 images that can be read, and 1 that cannot; at least 64"):
        load_images("folder")


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
