"""What a camera wrote is read as people say it; what is broken, absurd or hostile is left out."""

import io
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from mediaweb.previews.exif import name_camera, read_exif, read_orientation
from mediaweb.previews.facts import Facts
from mediaweb.previews.image import draft_image
from tests.previews.pictures import draw_corners, make_exif, save

TAKEN, SUBSECONDS, OFFSET = 0x9003, 0x9291, 0x9011
DIGITIZED = 0x9004
CAMERA = {0x010F: "Canon", 0x0110: "Canon EOS R5"}
PHOTO = {
    0x829A: IFDRational(1, 250),
    0x829D: IFDRational(28, 10),
    0x8827: 400,
    0x920A: IFDRational(50, 1),
    0xA434: "RF50mm F1.8 STM",
    TAKEN: "2024:05:06 07:08:09",
    SUBSECONDS: "25",
    OFFSET: "+02:00",
}
PLACE = {
    1: "S",
    2: (IFDRational(33), IFDRational(51), IFDRational(36)),
    3: "E",
    4: (IFDRational(151), IFDRational(12), IFDRational(0)),
    5: b"\1",
    6: IFDRational(5, 2),
}


def read(first: Any = None, photo: Any = None, gps: Any = None) -> Facts:
    facts = Facts()
    read_exif(make_exif(first, photo, gps).tobytes(), facts)
    return facts


def make_directory(
    entries: list[tuple[int, int, int, bytes]], *, order: str = "<", rest: bytes = b""
) -> bytes:
    """Make EXIF of one directory, of entries as tag, type, count and 4 bytes."""
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(f"{order}HLH", 42, 8, len(entries))
    return head + b"".join(struct.pack(f"{order}HHL4s", *entry) for entry in entries) + bytes(4) + rest


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_every_format_tells_what_the_camera_wrote(kind: str, tmp_path: Path) -> None:
    path = save(tmp_path, kind, draw_corners(), exif=make_exif(CAMERA, PHOTO, PLACE).tobytes())
    facts = draft_image(path, 32).facts
    assert facts.camera == "Canon EOS R5"
    assert facts.lens == "RF50mm F1.8 STM"
    assert facts.exposure_time == pytest.approx(1 / 250)
    assert facts.f_number == pytest.approx(2.8)
    assert facts.iso == 400
    assert facts.focal_length == 50
    assert facts.taken_at == datetime.fromisoformat("2024-05-06T07:08:09.250000+02:00")
    assert facts.taken_offset_minutes == 120
    assert facts.latitude == pytest.approx(-33.86)
    assert facts.longitude == pytest.approx(151.2)
    assert facts.altitude == -2.5


def test_a_time_without_an_offset_is_of_the_local_zone() -> None:
    facts = read(photo={TAKEN: "2024:05:06 07:08:09"})
    assert facts.taken_at == datetime(2024, 5, 6, 7, 8, 9).astimezone()
    assert facts.taken_offset_minutes is None


@pytest.mark.parametrize(("offset", "minutes"), [("Z", 0), ("-03:30", -210), ("+0200", 120), ("+14:00", 840)])
def test_an_offset_is_kept(offset: str, minutes: int) -> None:
    assert read(photo={TAKEN: "2024:05:06 07:08:09", OFFSET: offset}).taken_offset_minutes == minutes


@pytest.mark.parametrize("offset", ["", "   :  ", "+99:00", "summer", "+2"])
def test_an_offset_that_is_none_is_left_out(offset: str) -> None:
    facts = read(photo={TAKEN: "2024:05:06 07:08:09", OFFSET: offset})
    assert facts.taken_at is not None
    assert facts.taken_offset_minutes is None


def test_a_scan_was_taken_when_it_was_digitized() -> None:
    facts = read(photo={DIGITIZED: "2020:01:02 03:04:05", 0x9012: "Z"})
    assert facts.taken_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_when_a_file_was_changed_is_not_when_it_was_taken() -> None:
    assert read(first={0x0132: "2020:01:02 03:04:05"}).taken_at is None


@pytest.mark.parametrize(
    "time",
    [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "2024:02:31 10:00:00",
        "2024:05:06 25:00:00",
        "0001:01:01 00:00:00",
        "1700:01:01 00:00:00",
        "9999:12:31 23:59:59",
        "yesterday",
        "",
    ],
)
def test_an_absurd_time_is_left_out(time: str) -> None:
    assert read(photo={TAKEN: time}).taken_at is None


def test_a_time_to_come_is_left_out() -> None:
    later = datetime.now(UTC) + timedelta(days=3)
    assert read(photo={TAKEN: f"{later:%Y:%m:%d %H:%M:%S}"}).taken_at is None


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS R5", "Canon EOS R5"),
        ("Apple", "iPhone 15 Pro", "Apple iPhone 15 Pro"),
        ("NIKON CORPORATION", "NIKON Z 6", "NIKON Z 6"),
        ("OLYMPUS IMAGING CORP.  ", "E-M10", "OLYMPUS E-M10"),
        ("FUJIFILM\n", " X-T5 ", "FUJIFILM X-T5"),
        ("SONY", "", "SONY"),
        ("", "ILCE-7M4", "ILCE-7M4"),
        (" ", "\x07", None),
    ],
)
def test_a_camera_is_named_as_people_do(make: str, model: str, camera: str | None) -> None:
    assert name_camera(make, model) == camera


@pytest.mark.parametrize("letters", [("N", "E"), ("S", "W"), ("n", " w ")])
def test_hemispheres_have_signs(letters: tuple[str, str]) -> None:
    facts = read(gps={1: letters[0], 2: (10.0, 30.0, 0.0), 3: letters[1], 4: (20.0, 0.0, 36.0)})
    assert facts.latitude == (-10.5 if letters[0] == "S" else 10.5)
    assert facts.longitude == pytest.approx(20.01 if letters[1] == "E" else -20.01)


@pytest.mark.parametrize(
    "place",
    [
        {1: "N", 2: (10.0, 0.0, 0.0)},
        {2: (10.0, 0.0, 0.0), 4: (10.0, 0.0, 0.0)},
        {1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)},
        {1: "N", 2: (9.0, 0.0, 0.0), 3: "E", 4: (181.0, 0.0, 0.0)},
        {1: "N", 2: (IFDRational(1, 0),) * 3, 3: "E", 4: (1.0, 0.0, 0.0)},
        {1: "X", 2: (9.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)},
    ],
)
def test_half_a_place_and_an_impossible_one_are_left_out(place: dict[int, Any]) -> None:
    facts = read(gps=place)
    assert (facts.latitude, facts.longitude, facts.altitude) == (None, None, None)


def test_what_is_no_number_is_left_out() -> None:
    facts = read(photo={0x829A: IFDRational(1, 0), 0x829D: IFDRational(0, 5), 0x920A: IFDRational(0, 0)})
    assert (facts.exposure_time, facts.f_number, facts.focal_length) == (None, None, None)


def test_what_is_of_another_type_than_it_should_be_is_left_out() -> None:
    word, number = (2, 4, b"high"), (3, 1, b"\5\0\0\0")
    entries = [(tag, *number) for tag in (0x010F, 0x0110)]
    entries += [(0x8769, 4, 1, struct.pack("<L", 62)), (0x8825, 4, 1, struct.pack("<L", 62))]
    swapped = [
        (1, *number),
        (2, *word),
        (3, *number),
        (4, *word),
        (6, *word),
        (0x829A, *word),
        (0x8827, *word),
    ]
    swapped += [(TAKEN, *number), (0xA434, *number)]
    facts = Facts()
    read_exif(make_directory(entries, rest=make_directory(swapped)[8:]), facts)
    assert facts == Facts()


def test_floats_that_are_no_numbers_are_left_out() -> None:
    entries = [(0x8769, 4, 1, struct.pack("<L", 26))]
    photo = struct.pack("<H", 2) + b"".join(
        struct.pack("<HHLf", tag, 11, 1, value)
        for tag, value in ((0x829A, float("nan")), (0x829D, float("inf")))
    )
    facts = Facts()
    read_exif(make_directory(entries, rest=photo), facts)
    assert facts == Facts()


def test_a_large_sensitivity_stands_in_its_own_tag() -> None:
    facts = Facts()
    entries = [(0x8769, 4, 1, struct.pack("<L", 26))]
    photo = struct.pack("<HHHLLHHLL", 2, 0x8827, 3, 1, 65535, 0x8832, 4, 1, 102_400)
    read_exif(make_directory(entries, rest=photo), facts)
    assert facts.iso == 102_400


def test_a_text_is_one_short_line() -> None:
    lens = read(photo={0xA434: "A\tlens\n" + "x" * 5000}).lens
    assert lens is not None
    assert lens.startswith("A lens x")
    assert len(lens) == 200


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(order: str) -> None:
    data = make_directory([(0x0112, 3, 1, struct.pack(f"{order}HH", 8, 0))], order=order)
    assert read_orientation(data) == 8
    assert read_orientation(b"Exif\0\0" + data) == 8


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II",
        b"hello world, this is no EXIF",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\0\0\0\0",
        b"MM\0*\0\0\0\x08\xff\xff",
        make_directory([(0x8769, 4, 1, struct.pack("<L", 8))]),  # a directory within itself
        make_directory([(0x8769, 4, 0xFFFFFFFF, struct.pack("<L", 8))]),
        make_directory([(0x010F, 2, 0xFFFFFFFF, struct.pack("<L", 0))] * 3),
        make_directory([(0x8825, 5, 1, struct.pack("<L", 20))]),
        make_directory([(0x0112, 99, 1, bytes(4))]),
    ],
)
def test_broken_exif_says_nothing(data: bytes) -> None:
    facts = Facts()
    read_exif(data, facts)
    assert facts.model_dump(exclude={"camera"}, exclude_none=True) == {}
    assert read_orientation(data) is None


def test_broken_exif_never_costs_the_preview(tmp_path: Path) -> None:
    good, random = make_exif(CAMERA, PHOTO, PLACE).tobytes(), Random(4)
    for _ in range(150):
        data = bytearray(good)
        for _ in range(random.randint(1, 20)):
            data[random.randrange(6, len(data))] = random.choice((0, 255, random.randrange(256)))
        path = save(tmp_path, "JPEG", Image.new("RGB", (16, 8)), exif=bytes(data))
        assert draft_image(path, 16).picture is not None


def test_a_directory_of_very_many_entries_is_read_at_once() -> None:
    entries = [(0x9999, 2, 60_000, struct.pack("<L", 8))] * 65_535
    assert read_orientation(make_directory(entries)) is None


def test_exif_is_read_from_a_file_too() -> None:
    assert read_orientation(io.BytesIO(make_directory([(0x0112, 3, 1, struct.pack("<HH", 3, 0))]))) == 3
