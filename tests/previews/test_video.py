"""Posters and facts of videos."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageStat

from mediaweb.previews.facts import Draft, PreviewFailed
from mediaweb.previews.video import draft_video
from tests.files import RED, Colour, draw_corners, make_film, make_m4a, make_png

RED_CORNER, GREEN, BLUE, WHITE = (220, 0, 0), (0, 200, 0), (0, 0, 220), (255, 255, 255)
BLACK = Image.new("RGB", (160, 90))
FAST_VP9 = {"cpu-used": "8", "deadline": "realtime"}
#: Numbers of ITU-T H.273.
BT601, BT709, BT2020, LIMITED, FULL, PQ, HLG = 5, 1, 9, 1, 2, 16, 18


def draft(folder: Path, data: bytes, edge: int = 640) -> Draft:
    path = folder / "film"
    path.write_bytes(data)
    return draft_video(path, edge)


def show(draft: Draft) -> Image.Image:
    assert draft.picture is not None
    return draft.picture


def read_corners(picture: Image.Image) -> list[Colour]:
    """Read the middles of the quarters: above from left to right, then below."""
    width, height = picture.size
    places = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
    return [tuple(picture.getpixel(place)) for place in places]  # type: ignore[misc, arg-type]


def assert_close(seen: Colour, expected: Colour, tolerance: int = 6) -> None:
    assert all(abs(a - b) <= tolerance for a, b in zip(seen, expected, strict=True)), (seen, expected)


def assert_corners(picture: Image.Image, *expected: Colour) -> None:
    for seen, wanted in zip(read_corners(picture), expected, strict=True):
        assert_close(seen, wanted)


@pytest.mark.parametrize(
    ("container", "codec", "name", "options"),
    [
        ("mp4", "libx264", "h264", {}),
        ("mov", "mpeg4", "mpeg4", {}),
        ("webm", "libvpx-vp9", "vp9", FAST_VP9),
        ("matroska", "ffv1", "ffv1", {}),
        ("avi", "mpeg4", "mpeg4", {}),
        ("mpegts", "libx264", "h264", {"bf": "0"}),
    ],
)
def test_a_film_gets_a_poster_and_its_facts(
    tmp_path: Path, container: str, codec: str, name: str, options: dict[str, str]
) -> None:
    found = draft(tmp_path, make_film([draw_corners()] * 20, container, codec, options=options))
    assert_corners(show(found), RED_CORNER, GREEN, BLUE, WHITE)
    assert (found.facts.width, found.facts.height) == (160, 90)
    assert found.facts.video_codec == name
    assert found.facts.audio_codec is None
    assert found.facts.frame_rate == pytest.approx(10)
    assert found.facts.duration == pytest.approx(2, abs=0.11)
    assert found.is_complete


@pytest.mark.parametrize(
    ("rotation", "is_mirrored", "corners"),
    [
        (0, False, (RED_CORNER, GREEN, BLUE, WHITE)),
        (90, False, (GREEN, WHITE, RED_CORNER, BLUE)),
        (180, False, (WHITE, BLUE, GREEN, RED_CORNER)),
        (270, False, (BLUE, RED_CORNER, WHITE, GREEN)),
        (0, True, (GREEN, RED_CORNER, WHITE, BLUE)),
        (90, True, (WHITE, GREEN, BLUE, RED_CORNER)),
        (180, True, (BLUE, WHITE, RED_CORNER, GREEN)),
        (270, True, (RED_CORNER, BLUE, GREEN, WHITE)),
    ],
)
def test_a_poster_stands_upright(
    tmp_path: Path, rotation: int, is_mirrored: bool, corners: tuple[Colour, ...]
) -> None:
    film = make_film([draw_corners()] * 2, rotation=rotation, is_mirrored=is_mirrored)
    found = draft(tmp_path, film)
    assert_corners(show(found), *corners)
    size = (90, 160) if rotation in (90, 270) else (160, 90)
    assert (found.facts.width, found.facts.height) == show(found).size == size


@pytest.mark.parametrize(
    ("pixel_aspect", "rotation", "size"),
    [
        (Fraction(4, 3), 0, (213, 90)),
        (Fraction(1, 2), 0, (160, 180)),
        (Fraction(4, 3), 90, (90, 213)),
        (Fraction(1000), 0, (160, 90)),
    ],
)
def test_pixels_that_are_not_square_are_drawn_as_wide_as_they_are_meant(
    tmp_path: Path, pixel_aspect: Fraction, rotation: int, size: tuple[int, int]
) -> None:
    film = make_film([draw_corners()] * 2, "mov", pixel_aspect=pixel_aspect, rotation=rotation)
    found = draft(tmp_path, film)
    assert (found.facts.width, found.facts.height) == show(found).size == size


def test_a_poster_is_scaled_down_to_the_edge_and_says_that_there_is_more(tmp_path: Path) -> None:
    film = make_film([draw_corners(320, 180)] * 2)
    small = draft(tmp_path, film, edge=160)
    assert show(small).size == (160, 90)
    assert not small.is_complete
    assert (small.facts.width, small.facts.height) == (320, 180)
    assert draft(tmp_path, film, edge=320).is_complete


@pytest.mark.parametrize("size", [(161, 91), (2, 2), (1, 90), (500, 2)])
def test_odd_and_tiny_films_keep_their_size(tmp_path: Path, size: tuple[int, int]) -> None:
    found = draft(tmp_path, make_film([draw_corners(*size)] * 2, pixels="yuv444p"))
    assert show(found).size == size


@pytest.mark.parametrize(
    ("pixels", "colorspace", "color_range"),
    [
        ("yuv420p", BT601, LIMITED),
        ("yuv420p", BT709, LIMITED),
        ("yuv420p", BT709, FULL),
        ("yuv444p", BT601, FULL),
        ("yuv420p10le", BT709, LIMITED),
    ],
)
def test_colours_are_those_that_were_filmed(
    tmp_path: Path, pixels: str, colorspace: int, color_range: int
) -> None:
    colours = {"colorspace": colorspace, "color_range": color_range}
    film = make_film([Image.new("RGB", (64, 48), RED)] * 2, pixels=pixels, colours=colours)
    assert_close(read_corners(show(draft(tmp_path, film)))[0], RED, 3)


@pytest.mark.parametrize(("transfer", "white"), [(PQ, 148), (HLG, 191)])
def test_high_dynamic_range_is_not_washed_out(tmp_path: Path, transfer: int, white: int) -> None:
    """BT.2408: the white of paper is 58 % of PQ and 75 % of HLG."""
    colours = {"colorspace": BT2020, "color_range": LIMITED, "color_trc": transfer, "color_primaries": BT2020}
    paper = Image.new("RGB", (64, 48), (white, white, white))
    film = make_film([paper] * 2, pixels="yuv420p10le", colours=colours)
    assert_close(read_corners(show(draft(tmp_path, film)))[0], (242, 242, 242), 4)


@pytest.mark.parametrize("is_streamed", [False, True])
@pytest.mark.parametrize("black_part", [0.2, 0.4, 0.6])
def test_a_poster_is_not_black_if_anything_is_to_be_seen(
    tmp_path: Path, black_part: float, is_streamed: bool
) -> None:
    dark = round(40 * black_part)
    pictures = [BLACK] * dark + [draw_corners()] * (40 - dark)
    film = make_film(pictures, "matroska", options={"g": "15"}, is_streamed=is_streamed)
    assert_corners(show(draft(tmp_path, film)), RED_CORNER, GREEN, BLUE, WHITE)


def test_a_film_of_nothing_but_black_has_a_black_poster(tmp_path: Path) -> None:
    found = draft(tmp_path, make_film([BLACK] * 20))
    assert ImageStat.Stat(show(found)).mean == [0, 0, 0]


def test_the_length_of_what_a_browser_recorded_is_measured(tmp_path: Path) -> None:
    film = make_film([draw_corners()] * 25, "webm", "libvpx-vp9", options=FAST_VP9, is_streamed=True)
    found = draft(tmp_path, film)
    assert found.facts.duration == pytest.approx(2.5)
    assert_corners(show(found), RED_CORNER, GREEN, BLUE, WHITE)


def test_broken_frames_in_the_middle_are_skipped(tmp_path: Path) -> None:
    film = bytearray(make_film([draw_corners()] * 40, "mov", "mjpeg", options={"strict": "-1"}))
    begin = film.index(b"mdat") + 4
    middle = (film.index(b"moov") - begin) // 2
    film[begin : begin + middle] = bytes(middle)
    assert_corners(show(draft(tmp_path, bytes(film))), RED_CORNER, GREEN, BLUE, WHITE)


def test_what_is_there_of_a_truncated_film_is_shown(tmp_path: Path) -> None:
    pictures = [Image.effect_noise((160, 90), 50 + i).convert("RGB") for i in range(20)]
    film = make_film(pictures, "matroska", "mjpeg", options={"strict": "-1"})
    assert show(draft(tmp_path, film[: len(film) // 3])).size == (160, 90)


def test_a_film_tells_when_where_and_with_what_it_was_taken(tmp_path: Path) -> None:
    apple = "com.apple.quicktime."
    tags = {
        "creation_time": "2024-05-06T07:08:10Z",
        f"{apple}creationdate": "2024-05-06T09:08:09+0200",
        f"{apple}make": "Apple",
        f"{apple}model": "iPhone 15",
        f"{apple}location.ISO6709": "+48.8577-002.2950+035.123/",
        "title": "The\nriver",
        "artist": "Ann",
    }
    film = make_film([draw_corners()] * 2, "mov", tags=tags, muxing={"movflags": "use_metadata_tags"})
    facts = draft(tmp_path, film).facts
    assert facts.taken_at == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert facts.taken_at.utcoffset() == timedelta(hours=2)
    assert facts.taken_offset_minutes == 120
    assert facts.camera == "Apple iPhone 15"
    assert (facts.latitude, facts.longitude, facts.altitude) == (48.8577, -2.295, 35.123)
    assert (facts.title, facts.artist) == ("The river", "Ann")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"creation_time": "2024-05-06T07:08:09Z"}, {"taken_at": datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)}),
        ({"creation_time": "1970-01-01T00:00:00Z"}, {"taken_at": None}),
        ({"creation_time": "1904-01-01T00:00:00Z"}, {"taken_at": None}),
        ({"creation_time": "some day"}, {"taken_at": None}),
        ({"location": "+59.9139+010.7522/"}, {"latitude": 59.9139, "longitude": 10.7522, "altitude": None}),
        ({"location": "-3330-07015/"}, {"latitude": -33.5, "longitude": -70.25}),
        ({"location": "+00.0000+000.0000/"}, {"latitude": None, "longitude": None}),
        ({"location": "+95.0000+010.0000/"}, {"latitude": None, "longitude": 10.0}),
        ({"location": "here"}, {"latitude": None}),
        ({"make": "Canon", "model": "Canon EOS R5"}, {"camera": "Canon EOS R5"}),
    ],
)
def test_tags_are_read_with_doubt(tmp_path: Path, tags: dict[str, str], expected: dict[str, Any]) -> None:
    film = make_film([draw_corners()] * 2, "matroska", tags=tags)
    facts = draft(tmp_path, film).facts
    assert {name: getattr(facts, name) for name in expected} == expected


def test_an_mp4_without_pictures_is_shown_as_sound(tmp_path: Path) -> None:
    found = draft(tmp_path, make_m4a())
    assert found.facts.audio_codec == "aac"
    assert found.facts.width is None
    assert show(found).mode == "RGBA"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense " * 500,
        make_png(),
        make_film([BLACK] * 5)[:900],
        b"#EXTM3U\n#EXTINF:9,\n/etc/passwd\n",
    ],
    ids=["empty", "nonsense", "a picture", "truncated", "a playlist"],
)
def test_what_is_no_film_fails_with_a_reason(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(PreviewFailed, match=r"^The video can't be decoded: the file is damaged or incompl"):
        draft(tmp_path, data)


def test_a_film_of_giant_frames_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediaweb.previews.film.MAX_FRAME_PIXELS", 160 * 90 - 1)
    with pytest.raises(PreviewFailed, match="too large: 160 × 90 pixels"):
        draft(tmp_path, make_film([BLACK]))
