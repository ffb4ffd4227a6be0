"""How pages write sizes, days and times."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from mediaweb.web import formats

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("size_bytes", "expected"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (245_678, "246 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (10_485_760, "10.5 MB"),
        (123_456_789, "123 MB"),
        (5_000_000_000_000_000, "5000 TB"),
    ],
)
def test_sizes_are_decimal_and_short(size_bytes: int, expected: str) -> None:
    assert formats.file_size(size_bytes) == expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "a minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "an hour ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=29), "29 days ago"),
    ],
)
def test_recent_times_are_relative(age: timedelta, expected: str) -> None:
    assert formats.relative_time(NOW - age, NOW) == expected


def test_after_a_month_a_time_is_a_day() -> None:
    assert "2026" in formats.relative_time(NOW - timedelta(days=40), NOW)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 22), "Today"),
        (date(2026, 11, 21), "Yesterday"),
        (date(2026, 11, 14), "Saturday, 14 November"),
        (date(2025, 11, 14), "Friday, 14 November 2025"),
    ],
)
def test_days_are_headings(day: date, expected: str) -> None:
    assert formats.day_heading(day, today=date(2026, 11, 22)) == expected


@pytest.mark.parametrize(
    ("filename", "expected"),
    [("a.pdf", "PDF"), ("archive.tar.gz", "GZ"), ("README", "Other"), ("a.extension", "Other")],
)
def test_a_kind_is_the_extension_or_the_family(filename: str, expected: str) -> None:
    media = SimpleNamespace(filename=filename, file_type="other", mime_type="application/x-thing")
    assert formats.type_label(media) == expected
    assert formats.file_icon(media) == "file"
