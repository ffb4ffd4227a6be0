"""What a file says about itself is written as people say it."""

from datetime import UTC, datetime

import pytest

from mediaweb.previews.facts import Facts
from mediaweb.web import fact_words

TAKEN = datetime(2026, 11, 14, 14, 32, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.02, "0.1 s"), (0.34, "0.3 s"), (7.2, "0:07"), (83, "1:23"), (3599.6, "1:00:00"), (3723, "1:02:03")],
)
def test_a_length_is_minutes_and_seconds(seconds: float, words: str) -> None:
    assert fact_words.play_time(seconds) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts(width=4000, height=3000), "4000 × 3000 px, 12 MP"),
        (Facts(width=1600, height=1200), "1600 × 1200 px, 1.9 MP"),
        (Facts(width=320, height=200), "320 × 200 px"),
        (Facts(width=1920, height=1080, duration=8), "1920 × 1080 px"),
        (Facts(width=320), ""),
    ],
)
def test_large_pictures_have_megapixels(facts: Facts, words: str) -> None:
    assert fact_words.dimensions(facts) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            Facts(exposure_time=1 / 250, f_number=2.8, iso=100, focal_length=35),
            "1/250 s · f/2.8 · ISO 100 · 35 mm",
        ),
        (Facts(exposure_time=2.5, f_number=8), "2.5 s · f/8"),
        (Facts(exposure_time=1 / 3), "0.3 s"),
        (Facts(exposure_time=30, focal_length=4.25), "30 s · 4.2 mm"),
        (Facts(), ""),
    ],
)
def test_an_exposure_is_told_as_photographers_do(facts: Facts, words: str) -> None:
    assert fact_words.exposure(facts) == words


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (120, "14 November 2026, 16:32 UTC+2"),
        (-570, "14 November 2026, 05:02 UTC−9:30"),
        (0, "14 November 2026, 14:32 UTC"),
    ],
)
def test_a_time_is_that_of_the_camera(offset: int, words: str) -> None:
    assert fact_words.time_taken(Facts(taken_at=TAKEN, taken_offset_minutes=offset)) == words


def test_a_time_without_zone_is_told_without() -> None:
    local = TAKEN.astimezone()
    assert fact_words.time_taken(Facts(taken_at=TAKEN)) == f"14 November 2026, {local:%H:%M}"


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        ("h264", "H.264"),
        ("hevc", "H.265 (HEVC)"),
        ("opus", "Opus"),
        ("pcm_s16le", "Uncompressed"),
        ("cook_x", "COOK X"),
    ],
)
def test_codecs_have_the_names_that_people_know(codec: str, words: str) -> None:
    assert fact_words.codec_name(codec) == words


@pytest.mark.parametrize(("rate", "words"), [(25, "25 fps"), (30000 / 1001, "29.97 fps"), (10.0, "10 fps")])
def test_a_frame_rate_has_no_more_digits_than_it_needs(rate: float, words: str) -> None:
    assert fact_words.frame_rate(rate) == words


def test_a_place_is_degrees_and_an_address_of_a_map() -> None:
    facts = Facts(latitude=-33.86, longitude=151.2, altitude=-2.5)
    assert fact_words.coordinates(facts) == "33.86000° S, 151.20000° E, 2 m below the sea"
    expected = "https://www.openstreetmap.org/?mlat=-33.86000&mlon=151.20000#map=15/-33.86000/151.20000"
    assert fact_words.map_address(facts) == expected
