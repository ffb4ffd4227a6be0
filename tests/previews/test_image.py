"""A picture of any format becomes upright, in sRGB, of 8 bits a channel, and as large as it is asked for."""

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw

from mediaweb.previews.facts import PreviewFailed
from mediaweb.previews.image import draft_image
from tests.previews.pictures import (
    BLUE,
    GREEN,
    RED,
    UPRIGHT,
    draw_corners,
    find_corners,
    is_close,
    make_exif,
    make_png_header,
    save,
    turn_away,
)
from tests.previews.profiles import (
    ADOBE_RGB,
    DISPLAY_P3,
    make_cmyk_profile,
    make_grey_profile,
    make_rgb_profile,
)

FORMATS = [
    "JPEG",
    "PNG",
    "GIF",
    "WEBP",
    "TIFF",
    "BMP",
    "DIB",
    "ICO",
    "AVIF",
    "JPEG2000",
    "PPM",
    "PCX",
    "DDS",
    "QOI",
    "SGI",
    "TGA",
    "HEIF",
]
TURNED = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"]
BROKEN = ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "JPEG2000", "PPM", "PCX", "HEIF"]


def draft(path: Path, edge: int = 2048) -> Image.Image:
    picture = draft_image(path, edge).picture
    assert picture is not None
    assert picture.mode in ("RGB", "RGBA")
    return picture


def middle(picture: Image.Image) -> Any:
    return picture.getpixel((picture.width // 2, picture.height // 2))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_drafted(kind: str, tmp_path: Path) -> None:
    drawn = draw_corners(128, 128 if kind == "ICO" else 96)
    found = draft_image(save(tmp_path, kind, drawn), 64)
    assert found.picture is not None
    assert (found.facts.width, found.facts.height) == drawn.size
    assert max(found.picture.size) == 64
    assert found.picture.mode == "RGB"
    assert is_close(find_corners(found.picture), UPRIGHT)


def test_a_photoshop_file_is_drafted(tmp_path: Path) -> None:
    planes = b"".join(plane.tobytes() for plane in draw_corners().split())
    path = tmp_path / "picture.psd"
    path.write_bytes(struct.pack(">4sH6xHLLHH12xH", b"8BPS", 1, 3, 48, 64, 8, 3, 0) + planes)
    assert find_corners(draft(path)) == list(UPRIGHT)


def test_an_icon_of_many_sizes_is_its_largest(tmp_path: Path) -> None:
    found = draft_image(save(tmp_path, "ICNS", draw_corners(128, 128)), 64)
    assert found.picture is not None
    assert found.facts.width == 1024  # Pillow fills them all
    assert is_close(find_corners(found.picture), UPRIGHT)


@pytest.mark.parametrize("kind", TURNED)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(kind: str, orientation: int, tmp_path: Path) -> None:
    stored = turn_away(draw_corners(), orientation)
    path = save(tmp_path, kind, stored, exif=make_exif({0x0112: orientation}).tobytes(), quality=95)
    found = draft_image(path, 32)
    assert found.picture is not None
    assert is_close(find_corners(found.picture), UPRIGHT, 24)
    assert (found.facts.width, found.facts.height) == (64, 48)
    assert found.picture.size == (32, 24)


def test_exif_turns_no_heic_that_its_container_leaves_alone(tmp_path: Path) -> None:
    path = save(tmp_path, "HEIF", draw_corners(), exif=make_exif({0x0112: 6}))
    assert b"irot" not in path.read_bytes()
    assert is_close(find_corners(draft(path)), UPRIGHT)


def test_a_turned_compressed_tiff_stands_upright(tmp_path: Path) -> None:
    stored = turn_away(draw_corners(), 6)
    path = save(tmp_path, "TIFF", stored, exif=make_exif({0x0112: 6}), compression="tiff_lzw")
    assert is_close(find_corners(draft(path)), UPRIGHT)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_asks_for_nothing(
    kind: str, orientation: int, tmp_path: Path
) -> None:
    path = save(tmp_path, kind, draw_corners(), exif=make_exif({0x0112: orientation}))
    assert is_close(find_corners(draft(path)), UPRIGHT)


@pytest.mark.parametrize(
    ("edge", "size"), [(640, (300, 200)), (300, (300, 200)), (100, (100, 67)), (7, (7, 5))]
)
def test_a_picture_is_scaled_and_never_enlarged(edge: int, size: tuple[int, int], tmp_path: Path) -> None:
    assert draft(save(tmp_path, "JPEG", draw_corners(300, 200)), edge).size == size


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_line_keeps_at_least_one_pixel(kind: str, tmp_path: Path) -> None:
    assert draft(save(tmp_path, kind, Image.new("RGB", (4000, 2), RED)), 320).size == (320, 1)


@pytest.mark.parametrize(
    ("width", "edge", "is_complete"),
    [(3000, 640, False), (3000, 2048, True), (500, 640, True), (700, 640, False), (700, 700, True)],
)
def test_a_draft_tells_whether_the_largest_preview_can_be_made_of_it(
    width: int, edge: int, is_complete: bool, tmp_path: Path
) -> None:
    path = save(tmp_path, "JPEG", Image.new("RGB", (width, 40), RED))
    assert draft_image(path, edge).is_complete is is_complete


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_scaling_keeps_to_the_reference(kind: str, tmp_path: Path) -> None:
    drawn = Image.effect_mandelbrot((1600, 1200), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    found = draft(save(tmp_path, kind, drawn, quality=95), 320)
    reference = drawn.resize((320, 240), Image.Resampling.LANCZOS)
    pairs = zip(found.tobytes(), reference.tobytes(), strict=True)
    assert sum(abs(a - b) for a, b in pairs) / (320 * 240 * 3) < 4


@pytest.mark.parametrize("colours", [ADOBE_RGB, DISPLAY_P3], ids=["Adobe RGB", "Display P3"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_wide_colours_become_srgb(kind: str, colours: Any, tmp_path: Path) -> None:
    drawn, profile = draw_corners(), make_rgb_profile(colours)
    path = save(tmp_path, kind, drawn, icc_profile=profile, quality=95)
    (tmp_path / "profile.icc").write_bytes(profile)
    srgb = ImageCms.createProfile("sRGB")
    reference = ImageCms.profileToProfile(drawn, str(tmp_path / "profile.icc"), srgb)
    assert reference is not None
    assert not is_close(find_corners(reference), UPRIGHT)
    assert is_close(find_corners(draft(path, 32)), find_corners(reference))


def test_a_profile_leaves_transparency_alone(tmp_path: Path) -> None:
    drawn = Image.new("RGBA", (8, 8), (100, 200, 100, 99))
    found = draft(save(tmp_path, "PNG", drawn, icc_profile=make_rgb_profile(ADOBE_RGB)))
    assert middle(found)[3] == 99
    assert not is_close(middle(found)[:3], (100, 200, 100), 4)


def test_a_grey_profile_counts(tmp_path: Path) -> None:
    bright = save(tmp_path, "PNG", Image.new("L", (8, 8), 128), icc_profile=make_grey_profile(1.0))
    assert is_close(middle(draft(bright)), (188, 188, 188), 3)


def test_a_grey_picture_with_a_profile_of_colours_keeps_its_brightness(tmp_path: Path) -> None:
    grey = save(tmp_path, "JPEG", Image.new("L", (8, 8), 128), icc_profile=make_rgb_profile(ADOBE_RGB))
    assert is_close(middle(draft(grey)), (128, 128, 128), 4)


@pytest.mark.parametrize(
    "profile", [b"x", b"\0" * 200, make_rgb_profile(ADOBE_RGB)[:300], make_cmyk_profile()]
)
def test_a_profile_that_is_broken_or_does_not_fit_is_ignored(profile: bytes, tmp_path: Path) -> None:
    assert is_close(find_corners(draft(save(tmp_path, "PNG", draw_corners(), icc_profile=profile))), UPRIGHT)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_without_a_profile_look_as_expected(kind: str, tmp_path: Path) -> None:
    path = save(tmp_path, kind, draw_corners().convert("CMYK"), quality=95)
    assert is_close(find_corners(draft(path)), UPRIGHT)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_profile_of_inks_counts(kind: str, tmp_path: Path) -> None:
    drawn = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    path = save(tmp_path, kind, drawn, icc_profile=make_cmyk_profile(), quality=95)
    red, green, blue = middle(draft(path))
    assert red > green + 60  # pink, as the profile says, not cyan
    assert red > blue


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_of_grey_are_scaled_not_clipped(kind: str, tmp_path: Path) -> None:
    drawn = Image.new("I;16", (256, 4))
    for x in range(256):
        drawn.paste(x * 257, (x, 0, x + 1, 4))
    found = draft(save(tmp_path, kind, drawn))
    assert [found.getpixel((x, 2)) for x in (0, 64, 128, 255)] == [(v, v, v) for v in (0, 64, 128, 255)]


def test_sixteen_bits_of_colour_are_scaled_not_clipped(tmp_path: Path) -> None:
    row = struct.pack(">3H", 0x2000, 0x8000, 0xF000) * 4
    pixels = zlib.compress(b"".join(b"\0" + row for _ in range(4)))
    parts = [(b"IHDR", struct.pack(">LLBBBBB", 4, 4, 16, 2, 0, 0, 0)), (b"IDAT", pixels), (b"IEND", b"")]
    chunks = [
        struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))
        for name, data in parts
    ]
    path = tmp_path / "deep.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    assert is_close(middle(draft(path)), (0x20, 0x80, 0xF0), 1)


@pytest.mark.parametrize("brightest", [1.0, 255.0, 1e6])
def test_fractions_of_brightness_are_stretched(brightest: float, tmp_path: Path) -> None:
    drawn = Image.new("F", (8, 4), brightest)
    drawn.paste(0, (0, 0, 4, 4))
    found = draft(save(tmp_path, "TIFF", drawn))
    assert found.getpixel((1, 1)) == (0, 0, 0)
    assert found.getpixel((6, 1)) == (255, 255, 255)


def test_brightness_that_is_no_number_fails(tmp_path: Path) -> None:
    with pytest.raises(PreviewFailed, match="brightness"):
        draft_image(save(tmp_path, "TIFF", Image.new("F", (8, 4), float("inf"))), 64)


def test_one_bit_becomes_black_white_and_grey_between(tmp_path: Path) -> None:
    drawn = Image.new("1", (64, 64))
    ImageDraw.Draw(drawn).line([(x, 0) for x in range(64)], fill=1)
    for x in range(0, 64, 2):
        drawn.paste(1, (x, 0, x + 1, 64))
    found = draft(save(tmp_path, "PNG", drawn), 16)
    assert is_close(middle(found), (128, 128, 128), 20)


def draw_hole(mode: str) -> Image.Image:
    """Draw green, with a transparent black hole in the upper half."""
    drawn = Image.new("RGBA", (64, 64), (*GREEN, 255))
    drawn.paste((0, 0, 0, 0), (0, 0, 64, 32))
    return drawn.quantize(16) if mode == "P" else drawn.convert(mode)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("GIF", "RGBA"),
        ("WEBP", "RGBA"),
        ("TIFF", "RGBA"),
        ("AVIF", "RGBA"),
        ("HEIF", "RGBA"),
    ],
)
def test_transparency_is_kept(kind: str, mode: str, tmp_path: Path) -> None:
    found = draft(save(tmp_path, kind, draw_hole(mode)), 32)
    assert found.mode == "RGBA"
    assert is_close(found.getpixel((16, 5))[3], 0, 3)  # type: ignore[index]
    assert is_close(found.getpixel((16, 26))[3], 255, 3)  # type: ignore[index]


def test_a_colour_that_counts_as_transparent_is(tmp_path: Path) -> None:
    path = save(tmp_path, "PNG", draw_corners(), transparency=RED)
    found = draft(path, 32)
    assert found.getpixel((4, 4))[3] == 0  # type: ignore[index]
    assert is_close(found.getpixel((28, 4)), (*GREEN, 255))


@pytest.mark.parametrize("size", [(64, 64), (640, 640)])
def test_what_is_transparent_does_not_darken_its_edge(size: tuple[int, int], tmp_path: Path) -> None:
    drawn = draw_hole("RGBA").resize(size, Image.Resampling.NEAREST)
    found = draft(save(tmp_path, "PNG", drawn), 21)
    seen = [found.getpixel((10, y)) for y in range(21)]
    assert any(0 < pixel[3] < 255 for pixel in seen)  # type: ignore[index]
    assert all(pixel[1] >= GREEN[1] - 6 for pixel in seen if pixel[3])  # type: ignore[index]


def test_an_alpha_channel_without_transparency_is_dropped(tmp_path: Path) -> None:
    assert draft(save(tmp_path, "PNG", draw_corners().convert("RGBA"))).mode == "RGB"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_the_first_frame_that_shows_something_stands_for_an_animation(kind: str, tmp_path: Path) -> None:
    empty = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    frames = [
        empty.copy(),
        Image.new("RGBA", (32, 32), (*BLUE, 255)),
        Image.new("RGBA", (32, 32), (*RED, 255)),
    ]
    path = save(tmp_path, kind, empty, save_all=True, append_images=frames, duration=[40, 50, 60, 70])
    found = draft_image(path, 16)
    assert found.facts.is_animated is True
    assert found.picture is not None
    assert is_close(middle(found.picture)[:3], BLUE)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "JPEG"])
def test_a_still_is_not_animated(kind: str, tmp_path: Path) -> None:
    assert draft_image(save(tmp_path, kind, draw_corners()), 16).facts.is_animated is False


def test_pages_do_not_move(tmp_path: Path) -> None:
    path = save(tmp_path, "TIFF", draw_corners(), save_all=True, append_images=[draw_corners()])
    assert draft_image(path, 16).facts.is_animated is False


def test_an_animation_that_never_shows_anything_is_an_empty_picture(tmp_path: Path) -> None:
    frames = [Image.new("RGBA", (16, 16), (index, 0, 0, 0)) for index in range(40)]
    path = save(
        tmp_path, "WEBP", frames[0], save_all=True, append_images=frames[1:], lossless=True, exact=True
    )
    found = draft(path)
    assert middle(found)[3] == 0


def test_a_gif_of_very_many_frames_costs_as_much_as_its_first(tmp_path: Path) -> None:
    still = save(tmp_path, "GIF", draw_corners(16, 16)).read_bytes()
    start = still.index(b",")  # the first frame: its descriptor and its pixels
    path = tmp_path / "many.gif"
    path.write_bytes(still[:start] + still[start:-1] * 100_000 + b";")
    found = draft_image(path, 64)
    assert found.facts.is_animated is True


def test_a_picture_of_far_too_many_pixels_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(make_png_header(50_000, 50_000))
    with pytest.raises(PreviewFailed, match=r"50,000 × 50,000 pixels; .* up to 120 megapixels"):
        draft_image(path, 640)


def test_a_jpeg_may_be_larger_since_it_is_scaled_while_it_is_decoded(tmp_path: Path) -> None:
    path = save(tmp_path, "JPEG", Image.new("L", (16_000, 8_000), 200), quality=10)
    found = draft_image(path, 640)
    assert (found.facts.width, found.facts.height) == (16_000, 8_000)
    assert found.picture is not None
    assert found.picture.size == (640, 320)


def test_an_icon_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    bomb = make_png_header(20_000, 20_000)
    path = tmp_path / "bomb.ico"
    path.write_bytes(struct.pack("<HHHBBBBHHLL", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(bomb), 22) + bomb)
    with pytest.raises(PreviewFailed, match="megapixels"):
        draft_image(path, 64)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_was_cut_off_fails_with_a_reason(kind: str, tmp_path: Path) -> None:
    path = save(tmp_path, kind, Image.effect_noise((200, 150), 80).convert("RGB"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(PreviewFailed, match="damaged"):
        draft_image(path, 64)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff", b"GIF89a", b"hello", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\0\0\0\x18ftypheic" * 9],
)
def test_what_is_no_picture_fails_with_a_reason(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(PreviewFailed, match="damaged"):
        draft_image(path, 64)


def test_a_name_does_not_matter(tmp_path: Path) -> None:
    path = save(tmp_path, "PNG", draw_corners())
    assert is_close(find_corners(draft(path.rename(tmp_path / "a.jpg"))), UPRIGHT)


@pytest.mark.parametrize("kind", TURNED)
def test_a_draft_brings_no_metadata_along(kind: str, tmp_path: Path) -> None:
    exif = make_exif({0x010F: "Maker"}, gps={1: "N", 2: (1.0, 2.0, 3.0)})
    path = save(tmp_path, kind, draw_corners(), exif=exif, icc_profile=make_rgb_profile(ADOBE_RGB))
    found = draft(path)
    assert found.info == {}
    assert not found.getexif()
