"""From one decoded picture come all its previews, each as sharp as it needs to be and without metadata."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from mediaweb.previews.image import draft_image
from mediaweb.previews.ladder import make_placeholder, write_sizes
from mediaweb.previews.sizes import SIZES, scaled_dimensions
from tests.previews.pictures import GREEN, UPRIGHT, draw_corners, find_corners, is_close, make_exif, save
from tests.previews.profiles import ADOBE_RGB, make_rgb_profile


def read_names(folder: Path) -> list[str]:
    return sorted((path.name for path in folder.iterdir()), key=lambda name: int(name.split(".")[0]))


@pytest.mark.parametrize(
    ("longest", "sizes"),
    [
        (3000, {320: 320, 640: 640, 1280: 1280, 2048: 2048}),
        (2048, {320: 320, 640: 640, 1280: 1280, 2048: 2048}),
        (1500, {320: 320, 640: 640, 1280: 1280, 2048: 1500}),
        (1280, {320: 320, 640: 640, 1280: 1280}),
        (700, {320: 320, 640: 640, 1280: 700}),
        (320, {320: 320}),
        (5, {320: 5}),
    ],
)
def test_a_picture_gets_the_sizes_that_it_fills_and_one_of_its_own(
    longest: int, sizes: dict[int, int], tmp_path: Path
) -> None:
    written = write_sizes(Image.new("RGB", (longest, 4), GREEN), tmp_path, SIZES)
    assert {preview.size: preview.width for preview in written} == sizes
    assert read_names(tmp_path) == [f"{size}.webp" for size in sizes]
    for preview in written:
        with Image.open(preview.path) as picture:
            assert picture.format == "WEBP"
            assert picture.size == (preview.width, preview.height)
        assert preview.path.stat().st_size == preview.size_bytes


def test_previews_look_like_their_picture(tmp_path: Path) -> None:
    drawn = Image.effect_mandelbrot((1600, 1200), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    for preview in write_sizes(drawn, tmp_path, SIZES):
        reference = drawn.resize((preview.width, preview.height), Image.Resampling.LANCZOS)
        with Image.open(preview.path) as picture:
            pairs = zip(picture.convert("L").tobytes(), reference.convert("L").tobytes(), strict=True)
            assert sum(abs(a - b) for a, b in pairs) / (preview.width * preview.height) < 6


def test_previews_keep_transparency(tmp_path: Path) -> None:
    drawn = Image.new("RGBA", (800, 400), (*GREEN, 255))
    drawn.paste((0, 0, 0, 0), (0, 0, 400, 400))
    for preview in write_sizes(drawn, tmp_path, SIZES):
        with Image.open(preview.path) as picture:
            assert picture.mode == "RGBA"
            assert picture.getpixel((preview.width // 4, preview.height // 2))[3] == 0  # type: ignore[index]
            assert is_close(picture.getpixel((preview.width * 3 // 4, preview.height // 2)), (*GREEN, 255))


def test_no_preview_carries_metadata(tmp_path: Path) -> None:
    exif = make_exif({0x010F: "SecretMaker"}, gps={1: "N", 2: (48.0, 0.0, 0.0), 3: "E", 4: (11.0, 0.0, 0.0)})
    profile = make_rgb_profile(ADOBE_RGB)
    source = save(tmp_path, "JPEG", draw_corners(700, 500), exif=exif, icc_profile=profile, comment=b"Secret")
    folder = tmp_path / "previews"
    folder.mkdir()
    drawn = Image.open(source)  # with all that it brings along, as no draft does
    drafted = draft_image(source, 2048).picture
    assert drafted is not None
    for picture in (drafted, drawn):
        written = [preview.path.read_bytes() for preview in write_sizes(picture, folder, SIZES)]
        for content in (*written, make_placeholder(picture)):
            assert not re.search(rb"EXIF|XMP|ICCP|Secret", content)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_placeholder_is_tiny(mode: str) -> None:
    busy = Image.effect_noise((640, 480), 90).convert(mode)
    if mode == "RGBA":
        busy.putalpha(Image.effect_noise((640, 480), 200))
    content = make_placeholder(busy)
    assert len(content) <= 200
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (16, 12)


def test_a_placeholder_hints_at_its_picture() -> None:
    with Image.open(io.BytesIO(make_placeholder(draw_corners(640, 480)))) as picture:
        assert is_close(find_corners(picture), UPRIGHT, 60)


@pytest.mark.parametrize(
    ("full", "size", "scaled"),
    [
        ((4000, 3000), 640, (640, 480)),
        ((3000, 4000), 640, (480, 640)),
        ((600, 400), 640, (600, 400)),
        ((100_000, 1), 320, (320, 1)),
        ((1, 1), 320, (1, 1)),
    ],
)
def test_sizes_keep_proportions(full: tuple[int, int], size: int, scaled: tuple[int, int]) -> None:
    assert scaled_dimensions(*full, size) == scaled
