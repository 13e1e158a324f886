"""One image file, as people have them: of every depth, with transparency, damaged, misnamed."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import AvifImagePlugin, Image, features

from gancore.data import image_file
from gancore.data.image_file import Unreadable, read_image_file

SIDE = 8
GREY = 32768  # half of the white of 16 bits: 127.5 of 255, and a little more


def constant(value, dtype):
    return Image.fromarray(np.full((SIDE, SIDE), value, dtype))


def tiff(values, *, bits, photometric=1, sample=1, order="<"):
    """An uncompressed grey TIFF, byte by byte. sample: 1 whole numbers, 2 with a sign, 3 floats."""
    if bits == 12:
        pairs = np.asarray(values, np.uint16).reshape(-1, 2)
        high, low = pairs[:, 0], pairs[:, 1]
        data = np.stack([high >> 4, (high & 15) << 4 | low >> 8, low & 255], 1).astype(np.uint8).tobytes()
    else:
        data = np.asarray(values).astype(f"{order}{'uif'[sample - 1]}{bits // 8}").tobytes()
    entries = [(256, 4, SIDE), (257, 4, SIDE), (258, 3, bits), (259, 3, 1), (262, 3, photometric)]
    entries += [(273, 4, 8), (277, 3, 1), (278, 4, SIDE), (279, 4, len(data)), (339, 3, sample)]
    table = struct.pack(order + "H", len(entries))
    for tag, kind, value in entries:
        table += struct.pack(order + ("HHIH2x" if kind == 3 else "HHII"), tag, kind, 1, value)
    magic = b"II*\0" if order == "<" else b"MM\0*"
    return magic + struct.pack(order + "I", 8 + len(data)) + data + table + bytes(4)


def encoded(image, form, **options):
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


def read(tmp_path, data, name="image.png"):
    path = tmp_path / name
    path.write_bytes(data)
    return read_image_file(path)


def colour(picture):
    """The one colour of a picture."""
    pixels = np.asarray(picture.image)
    assert picture.image.mode == "RGB"
    assert (pixels == pixels[:1, :1]).all()
    return tuple(int(value) for value in pixels[0, 0])


def refused(tmp_path, data, name="image.png"):
    with pytest.raises(Unreadable) as error:
        read(tmp_path, data, name)
    return error.value.kind, error.value.why


# ── Depth ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("PPM", {}),
        ("JPEG2000", {"irreversible": False}),
    ],
)
@pytest.mark.parametrize("value", [0, 128, 257, 8191, GREY, 65534, 65535])
def test_sixteen_bits_of_grey_keep_their_brightness(tmp_path, form, options, value):
    if form == "JPEG2000" and not features.check("jpg_2000"):
        pytest.skip("this build of Pillow has no JPEG 2000")
    picture = read(tmp_path, encoded(constant(value, np.uint16), form, **options))
    assert colour(picture) == (round(value / 257),) * 3
    assert picture.deep
    assert not picture.floats


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_of_either_byte_order(tmp_path, order):
    assert colour(read(tmp_path, tiff(np.full(64, GREY), bits=16, order=order))) == (128,) * 3


@pytest.mark.parametrize("value", [0, 2048, 4095])
def test_twelve_bits_have_their_own_white(tmp_path, value):
    assert colour(read(tmp_path, tiff(np.full(64, value), bits=12))) == (round(255 * value / 4095),) * 3


@pytest.mark.parametrize(("bits", "sample", "value"), [(8, 1, 51), (16, 1, 51 * 257), (32, 3, 0.2)])
def test_where_white_is_zero_dark_is_light(tmp_path, bits, sample, value):
    dark, light = (
        colour(read(tmp_path, tiff(np.full(64, value), bits=bits, sample=sample, photometric=photometric)))
        for photometric in (1, 0)
    )
    assert dark == (51,) * 3
    assert light == (204,) * 3


@pytest.mark.parametrize("value", [0, 0.25, 0.5, 1])
def test_floats_run_from_black_to_white(tmp_path, value):
    picture = read(tmp_path, encoded(constant(value, np.float32), "TIFF"))
    assert colour(picture) == (round(255 * value),) * 3
    assert picture.floats
    assert not picture.deep


@pytest.mark.parametrize(
    "data",
    [
        encoded(constant(1.5, np.float32), "TIFF"),
        encoded(constant(-0.1, np.float32), "TIFF"),
        encoded(constant(np.nan, np.float32), "TIFF"),
        encoded(constant(GREY, np.int32), "TIFF"),
        tiff(np.full(64, 77), bits=16, sample=2),
    ],
    ids=["beyond 1", "below 0", "not a number", "32 bits", "with a sign"],
)
def test_numbers_without_a_known_white_are_refused(tmp_path, data):
    assert refused(tmp_path, data) == ("TIFF", image_file.NO_WHITE)


def test_sixteen_bit_colours_are_known(tmp_path):
    # Pillow writes none: a PNG of 16-bit red, green and blue, byte by byte.
    rows = (b"\0" + struct.pack(">3H", 65535, GREY, 0) * SIDE) * SIDE
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        data += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    picture = read(tmp_path, data)
    assert colour(picture) == (255, 128, 0)
    assert picture.deep


# ── Colours ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("white", [0, 1])
def test_one_bit_is_black_or_white(tmp_path, white):
    image = Image.new("1", (SIDE, SIDE), white)
    for form in ("PNG", "TIFF", "PPM", "BMP"):
        assert colour(read(tmp_path, encoded(image, form))) == (255 * white,) * 3


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_is_converted(tmp_path, form):
    image = Image.new("CMYK", (SIDE, SIDE), (0, 255, 255, 0))
    assert np.abs(np.subtract(colour(read(tmp_path, encoded(image, form))), (255, 0, 0))).max() <= 2


def test_nothing_is_said_of_what_is_usual(tmp_path):
    for mode, colours in (("RGB", (9, 8, 7)), ("L", 9), ("P", 3), ("RGBA", (9, 8, 7, 255))):
        picture = read(tmp_path, encoded(Image.new(mode, (SIDE, SIDE), colours), "PNG"))
        assert not any((picture.deep, picture.floats, picture.transparent, picture.frames)), mode


# ── Transparency ──────────────────────────────────────────────────────────────────────────────────────────────────


def palette(index):
    image = Image.new("P", (SIDE, SIDE), index)
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    return image


TRANSPARENT = {
    "RGBA": encoded(Image.new("RGBA", (SIDE, SIDE), (200, 0, 0, 0)), "PNG"),
    "LA": encoded(Image.new("LA", (SIDE, SIDE), (10, 0)), "PNG"),
    "palette": encoded(palette(1), "PNG", transparency=1),
    "palette, an alpha each": encoded(palette(2), "PNG", transparency=bytes([255, 255, 0])),
    "RGB with one colour": encoded(Image.new("RGB", (SIDE, SIDE), (1, 2, 3)), "PNG", transparency=(1, 2, 3)),
    "grey with one value": encoded(Image.new("L", (SIDE, SIDE), 7), "PNG", transparency=7),
    "16-bit grey with one value": encoded(constant(300, np.uint16), "PNG", transparency=300),
    "GIF": encoded(palette(1), "GIF", transparency=1),
    "WebP": encoded(Image.new("RGBA", (SIDE, SIDE), (200, 0, 0, 0)), "WEBP", lossless=True, exact=True),
    "TIFF": encoded(Image.new("RGBA", (SIDE, SIDE), (200, 0, 0, 0)), "TIFF"),
}


@pytest.mark.parametrize("data", TRANSPARENT.values(), ids=TRANSPARENT)
def test_what_is_transparent_shows_white_and_not_the_colour_hidden_there(tmp_path, data):
    picture = read(tmp_path, data)
    assert colour(picture) == (255, 255, 255)
    assert picture.transparent


def test_another_value_than_the_transparent_one_stays(tmp_path):
    picture = read(tmp_path, encoded(constant(GREY, np.uint16), "PNG", transparency=300))
    assert colour(picture) == (128, 128, 128)
    assert not picture.transparent


@pytest.mark.parametrize("alpha", [1, 64, 128, 254])
def test_half_transparent_colours_are_mixed_with_white(tmp_path, alpha):
    picture = read(tmp_path, encoded(Image.new("RGBA", (SIDE, SIDE), (200, 100, 0, alpha)), "PNG"))
    expected = [255 + (value - 255) * alpha / 255 for value in (200, 100, 0)]
    assert np.abs(np.subtract(colour(picture), expected)).max() <= 1
    assert picture.transparent


# ── Frames and orientation ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "TIFF"])
def test_the_first_of_several_frames_is_taken(tmp_path, form):
    frames = [Image.new("RGB", (SIDE, SIDE), each) for each in ((255, 0, 0), (0, 0, 255), (0, 255, 0))]
    options = {"lossless": True} if form == "WEBP" else {}
    picture = read(tmp_path, encoded(frames[0], form, save_all=True, append_images=frames[1:], **options))
    assert colour(picture) == (255, 0, 0)
    assert picture.frames
    assert not read(tmp_path, encoded(frames[0], form, **options)).frames


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("deep", [False, True])
def test_a_photograph_is_set_upright_once(tmp_path, form, deep):
    if deep and form not in ("PNG", "TIFF"):
        pytest.skip("has no 16 bits")
    lying = np.zeros((16, 16), np.uint16 if deep else np.uint8)
    lying[:, :8] = 65535 if deep else 255  # its left is the top, says the tag
    tags = Image.Exif()
    tags[0x0112] = 6  # turn by 90° clockwise
    upright = np.asarray(read(tmp_path, encoded(Image.fromarray(lying), form, exif=tags)).image)
    assert upright[:7].min() > 240
    assert upright[9:].max() < 15


def test_damaged_tags_cost_no_image(tmp_path):
    data = encoded(
        Image.new("RGB", (SIDE, SIDE), (200, 200, 200)), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + 30 * b"\xff"
    )
    assert colour(read(tmp_path, data)) == (200, 200, 200)


# ── What gives no image ───────────────────────────────────────────────────────────────────────────────────────────

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + 80 * b"x"
AVIF = b"\0\0\0\x18ftypavif\0\0\0\0avifmif1" + 80 * b"x"
PNG = encoded(Image.effect_noise((64, 64), 99), "PNG")
DAMAGED, NO_DECODER, NO_IMAGE = image_file.DAMAGED, image_file.NO_DECODER, image_file.NO_IMAGE


@pytest.mark.parametrize(
    ("name", "data", "kind", "why"),
    [
        ("photo.heic", HEIC, "HEIC", NO_DECODER),
        ("photo.jpg", HEIC, "HEIC", NO_DECODER),  # as phones' files are often renamed
        ("photo.jxl", b"\xff\x0a" + 80 * b"x", "JXL", NO_DECODER),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", NO_DECODER),
        ("photo.CR2", tiff(np.full(64, 9), bits=8), "CR2", NO_DECODER),  # its preview is not the photograph
        ("half.png", PNG[: len(PNG) // 2], "PNG", DAMAGED),
        ("head.png", PNG[:20], "PNG", DAMAGED),
        ("page.jpeg", b"<html>404 not found</html>", "JPEG", DAMAGED),
        ("empty.png", b"", "PNG", image_file.EMPTY),
        ("labels.csv", b"a,b\n1,2\n", "CSV", NO_IMAGE),
        ("film.mp4", b"\0\0\0\x18ftypisom" + 80 * b"x", "MP4", NO_IMAGE),
        ("README", b"read me", "of unknown kind", NO_IMAGE),
        ("x." + 200 * "y", b"text", "of unknown kind", NO_IMAGE),
        ("a.b\nc", b"text", "of unknown kind", NO_IMAGE),
        ("cat.png", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "PNG", image_file.POINTER),
    ],
)
def test_a_file_that_gives_no_image_is_named_by_its_kind(tmp_path, name, data, kind, why):
    assert refused(tmp_path, data, name) == (kind, why)


def test_avif_where_its_decoder_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(AvifImagePlugin, "SUPPORTED", False)
    monkeypatch.setattr(features, "check", lambda feature: False)
    assert refused(tmp_path, AVIF, "photo.avif") == ("AVIF", NO_DECODER)


def test_avif_where_its_decoder_is_here(tmp_path):
    if not features.check("avif"):
        pytest.skip("this build of Pillow has no AVIF")
    data = encoded(Image.new("RGB", (SIDE, SIDE), (200, 100, 0)), "AVIF", quality=100)
    assert np.abs(np.subtract(colour(read(tmp_path, data, "photo.avif")), (200, 100, 0))).max() < 8
    assert refused(tmp_path, AVIF, "photo.avif") == ("AVIF", DAMAGED)


def test_a_format_that_pillow_has_not_yet_stops_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "OPEN", {name: how for name, how in Image.OPEN.items() if name != "AVIF"})
    image_file._formats.cache_clear()
    try:
        assert colour(read(tmp_path, encoded(Image.new("L", (SIDE, SIDE), 9), "PNG"))) == (9, 9, 9)
    finally:
        image_file._formats.cache_clear()


def test_an_image_of_too_many_pixels_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert refused(tmp_path, PNG) == ("PNG", image_file.TOO_LARGE)


def test_a_link_that_leads_nowhere_cannot_be_opened(tmp_path):
    link = tmp_path / "cat.png"
    link.symlink_to(tmp_path / "gone.png")
    with pytest.raises(Unreadable, match=f"PNG: {image_file.CLOSED}"):
        read_image_file(link)


def test_a_wrong_name_or_none_hides_no_image(tmp_path):
    data = encoded(Image.new("L", (SIDE, SIDE), 9), "PNG")
    for name in ("image", "image.jpg", "image.txt", "image.heic", "IMAGE.PNG", 240 * "y" + ".png"):
        assert colour(read(tmp_path, data, name)) == (9, 9, 9)
