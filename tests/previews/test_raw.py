"""A camera RAW file shows the picture that its camera put into it, or one that is developed quickly."""

from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mediaweb.previews.facts import Draft, PreviewFailed
from mediaweb.previews.raw import draft_raw
from tests.previews.pictures import UPRIGHT, draw_corners, find_corners, is_close, make_exif, save
from tests.previews.raw_files import make_dng, make_embedded


def draft(tmp_path: Path, edge: int = 2048, **options: Any) -> Draft:
    path = tmp_path / "picture.dng"
    path.write_bytes(make_dng(**options))
    found = draft_raw(path, edge)
    assert found.picture is not None
    assert found.picture.mode == "RGB"
    return found


def test_the_embedded_picture_is_shown(tmp_path: Path) -> None:
    found = draft(tmp_path, 320, embedded=make_embedded())
    assert found.picture is not None
    assert found.picture.size == (320, 240)
    assert is_close(find_corners(found.picture), UPRIGHT)
    assert not found.is_complete


def test_a_camera_file_tells_what_the_camera_wrote(tmp_path: Path) -> None:
    facts = draft(tmp_path, embedded=make_embedded()).facts
    assert (facts.width, facts.height) == (320, 240)  # of the sensor
    assert facts.camera == "Canon EOS R5"
    assert facts.exposure_time == pytest.approx(1 / 250)
    assert facts.iso == 400
    assert facts.taken_at is not None
    assert facts.taken_at.year == 2024


def test_the_embedded_picture_turns_as_the_camera_was_held(tmp_path: Path) -> None:
    found = draft(tmp_path, orientation=6, embedded=make_embedded())
    assert found.picture is not None
    assert found.picture.size == (480, 640)
    assert is_close(find_corners(found.picture), [UPRIGHT[3], *UPRIGHT[:3]])
    assert (found.facts.width, found.facts.height) == (240, 320)


def test_what_the_embedded_picture_says_of_itself_comes_first(tmp_path: Path) -> None:
    embedded = make_embedded(exif=make_exif({0x0112: 3}))
    found = draft(tmp_path, orientation=6, embedded=embedded)
    assert found.picture is not None
    assert is_close(find_corners(found.picture), [*UPRIGHT[2:], *UPRIGHT[:2]])


def test_an_embedded_picture_that_stands_already_is_not_turned_again(tmp_path: Path) -> None:
    found = draft(tmp_path, orientation=6, embedded=make_embedded(480, 640))
    assert found.picture is not None
    assert is_close(find_corners(found.picture), UPRIGHT)


@pytest.mark.parametrize(("orientation", "size"), [(1, (160, 120)), (6, (120, 160))])
def test_without_an_embedded_picture_it_is_developed(
    orientation: int, size: tuple[int, int], tmp_path: Path
) -> None:
    found = draft(tmp_path, orientation=orientation)
    assert found.picture is not None
    assert found.picture.size == size
    bright, dark = ((40, 60), (120, 60)) if orientation == 1 else ((60, 40), (60, 120))
    assert min(found.picture.getpixel(bright)) > max(found.picture.getpixel(dark))  # type: ignore[arg-type]
    assert found.facts.width == (320 if orientation == 1 else 240)


def test_a_thumbnail_is_not_enough_where_more_can_be_developed(tmp_path: Path) -> None:
    found = draft(tmp_path, embedded=make_embedded(64, 48))
    assert found.picture is not None
    assert found.picture.size == (160, 120)


def test_a_broken_embedded_picture_is_developed_too(tmp_path: Path) -> None:
    found = draft(tmp_path, embedded=make_embedded()[:900])
    assert found.picture is not None
    assert found.picture.size == (160, 120)


def test_a_tiff_with_a_cameras_extension_is_drafted_as_what_it_is(tmp_path: Path) -> None:
    found = draft_raw(save(tmp_path, "TIFF", draw_corners()), 64)
    assert found.picture is not None
    assert is_close(find_corners(found.picture), UPRIGHT)


@pytest.mark.parametrize("content", [b"", b"hello", b"FUJIFILMCCD-RAW " + bytes(300), b"II*\0" + bytes(200)])
def test_what_is_no_camera_file_fails_with_a_reason(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "picture.raf"
    path.write_bytes(content)
    with pytest.raises(PreviewFailed, match="can't be decoded"):
        draft_raw(path, 64)


def test_damage_is_drafted_or_fails_with_a_reason(tmp_path: Path) -> None:
    good, random = make_dng(96, 64, embedded=make_embedded(96, 64)), Random(5)
    path = tmp_path / "picture.dng"
    for _ in range(40):
        data = bytearray(good)
        for _ in range(random.randint(1, 8)):
            data[-random.randint(1, 900)] = random.choice((0, 255, random.randrange(256)))
        path.write_bytes(data)
        with suppress(PreviewFailed):
            assert draft_raw(path, 64).picture is not None
