"""Places leave pictures and films while these stream by; all else stays, byte by byte."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mediaweb.services import locations
from mediaweb.services.locations import MAX_RECORDS, REACH, strip_location
from tests import files
from tests.services import places

KINDS = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"]
XMP_TAG = 700
APPLE = "com.apple.quicktime.location."


def strip(content: bytes, size_bytes: int = 1024 * 1024) -> bytes:
    return b"".join(strip_location(cut(content, size_bytes)))


def cut(content: bytes, size_bytes: int) -> Iterator[bytes]:
    return (content[start : start + size_bytes] for start in range(0, len(content), size_bytes))


def traces(content: bytes) -> list[bytes]:
    return [trace for trace in places.TRACES if trace in content]


def open_picture(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def read_place(content: bytes) -> dict[int, object]:
    return dict(open_picture(content).getexif().get_ifd(places.GPS))


def exif_of(content: bytes) -> dict[int, object]:
    """Return what EXIF says beside the place, but where its directories are."""
    exif = open_picture(content).getexif()
    own = {tag: value for tag, value in exif.items() if tag not in (places.EXIF, places.GPS, XMP_TAG)}
    return own | dict(exif.get_ifd(places.EXIF))


# Pictures


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_loses_its_place_and_nothing_else(kind: str) -> None:
    content = places.make_picture(kind)
    assert len(traces(content)) >= 5
    assert read_place(content)[1] == "N"
    stripped = strip(content)
    assert traces(stripped) == []
    assert len(stripped) == len(content)
    assert read_place(stripped) == {}
    assert exif_of(stripped) == exif_of(content)
    assert exif_of(stripped)[places.TAKEN_AT] == "2020:01:02 03:04:05"
    assert open_picture(stripped).tobytes() == open_picture(content).tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_other_words_of_xmp_stay(kind: str) -> None:
    stripped = strip(places.make_picture(kind))
    assert b'photoshop:City="Oslo"' in stripped
    assert b":GPS" not in stripped
    assert b":Gps" not in stripped


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_without_place_stays_as_it_is(kind: str) -> None:
    content = places.make_picture(kind, has_place=False)
    assert strip(content) == content


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(order: str) -> None:
    exif = places.make_exif()
    exif.endian = order
    content = files.make_image("JPEG", exif=exif.tobytes())
    assert (b"MM\0*" if order == ">" else b"II*\0") in content
    assert traces(content)
    stripped = strip(content)
    assert traces(stripped) == []
    assert exif_of(stripped) == exif_of(content)


@pytest.mark.parametrize("head", [b"IIU\0", b"IIRO", b"IIRS", b"MMOR"])
def test_raw_files_with_numbers_of_their_own_are_read(head: bytes) -> None:
    content = places.make_large_tiff(*BEHIND, order=">" if head.startswith(b"MM") else "<")
    assert traces(strip(head + content[4:])) == []


#: Orders of a TIFF file's parts: as many programs write it, as it is easiest to change, and out of reach.
BEHIND, AHEAD, PAST = ("pixels", "gps", "main"), ("main", "pixels", "gps"), ("gps", "pixels", "main")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("parts", [BEHIND, AHEAD])
def test_directories_far_from_the_beginning_are_found(parts: tuple[str, ...], order: str) -> None:
    content = places.make_large_tiff(*parts, order=order)
    assert len(content) > 2 * REACH
    assert len(traces(content)) == 2
    stripped = strip(content)
    assert traces(stripped) == []
    assert read_place(stripped) == {}
    assert open_picture(stripped).tobytes() == open_picture(content).tobytes()


def test_of_a_place_that_has_gone_by_the_pointer_is_taken() -> None:
    content = places.make_large_tiff(*PAST)
    assert read_place(content)
    assert read_place(strip(content)) == {}


def test_the_place_in_a_box_of_canons_is_found() -> None:
    gps = struct.pack("<2sHLH", b"II", 42, 8, 1) + struct.pack("<HHLL", 2, 5, 3, 26) + bytes(4)
    gps += struct.pack("<6L", 59, 1, 54, 1, 250617, 5000)
    content = places.make_film("mp4") + struct.pack(">L", len(gps) + 8) + b"CMT4" + gps
    assert traces(content)
    assert traces(strip(content)) == []


def test_the_film_behind_a_moving_picture_is_stripped_too() -> None:
    content = places.make_picture("JPEG") + places.make_film("mp4", location=places.ISO_6709)
    assert traces(strip(content)) == []


# PNG


def write_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def insert_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG file with one more chunk behind its header."""
    png = files.make_png()
    return png[:33] + write_chunk(kind, content) + png[33:]


def read_chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Read the chunks of a PNG file, whose checksums fit."""
    start = 8
    while start < len(png):
        (size,) = struct.unpack(">L", png[start : start + 4])
        kind, content = png[start + 4 : start + 8], png[start + 8 : start + 8 + size]
        assert png[start : start + 12 + size] == write_chunk(kind, content)
        yield kind, content
        start += 12 + size


def write_profile(name: bytes, content: bytes) -> bytes:
    """Write a profile as ImageMagick does."""
    return b"\n%s\n%8d\n%s\n" % (name, len(content), content.hex().encode())


def test_the_checksums_of_png_fit() -> None:
    kinds = [kind for kind, _ in read_chunks(strip(places.make_picture("PNG")))]
    assert kinds == [kind for kind, _ in read_chunks(places.make_picture("PNG"))]
    assert {b"eXIf", b"iTXt"} <= set(kinds)


EXIF_PROFILE = write_profile(b"exif", b"Exif\0\0" + places.make_exif().tobytes().removeprefix(b"Exif\0\0"))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(EXIF_PROFILE)),
        (b"tEXt", b"Raw profile type APP1\0" + EXIF_PROFILE),
        (b"zTXt", b"Raw profile type xmp\0\0" + zlib.compress(write_profile(b"xmp", places.XMP))),
        (b"iTXt", b"Raw profile type xmp\0\0\0\0\0" + write_profile(b"xmp", places.XMP)),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(places.XMP)),
    ],
)
def test_what_can_only_go_as_a_whole_goes(kind: bytes, content: bytes) -> None:
    png = insert_chunk(kind, content)
    chunks = list(read_chunks(strip(png)))
    assert chunks[1] == (b"noNe", bytes(len(content)))
    assert open_picture(strip(png)).tobytes() == open_picture(png).tobytes()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(write_profile(b"exif", b"Exif\0\0II*\0"))),
        (b"zTXt", b"Raw profile type exif\0\0not compressed"),
        (b"tEXt", b"Raw profile type exif\0\nexif\n 2\nno hex"),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<x:xmpmeta/>")),
        (b"tEXt", b"Comment\0<exif:GPSLatitude>"),
    ],
)
def test_other_texts_of_png_stay(kind: bytes, content: bytes) -> None:
    assert strip(insert_chunk(kind, content)) == insert_chunk(kind, content)


def test_a_checksum_that_was_wrong_stays_wrong() -> None:
    content = bytearray(places.make_picture("PNG"))
    at = content.index(b"eXIf")
    end = at + 4 + struct.unpack_from(">L", content, at - 4)[0]
    content[end : end + 4] = b"\1\2\3\4"
    stripped = strip(bytes(content))
    assert stripped[end : end + 4] == b"\1\2\3\4"
    assert traces(stripped) == []


# XMP


@pytest.mark.parametrize(
    ("before", "gone", "behind"),
    [
        (b"<a ", b"exif:GPSLatitude = '1,2N'", b" b='3'/>"),
        (b"<a\n", b'exif:GPSLatitude="1,2N"', b"/>"),
        (b"<a>\n", b"<e:GPSX>1</e:GPSX >", b"2</a>"),
        (b"<a>", b"<e:GPSX b='1'/>", b"2</a>"),
        (b"<a>", b"<e:GPSX><e:GPSY>1</e:GPSY></e:GPSX>", b"2</a>"),
    ],
)
def test_properties_become_spaces(before: bytes, gone: bytes, behind: bytes) -> None:
    assert strip(before + gone + behind) == before + b" " * len(gone) + behind


@pytest.mark.parametrize(
    "text",
    [
        b"<a xmlns:GPS='http://example.org/'/>",
        b"<a>time:GPS off</a>",
        b"<a e:GPSLatitude='1",
        b"<e:GPSLatitude>1",
        b"<e:GPSLatitude",
        b":GPSLatitude='1'",
        b"e:GPS",
    ],
)
def test_what_is_no_whole_property_stays(text: bytes) -> None:
    assert strip(text) == text


# Films


@pytest.mark.parametrize("container", ["mp4", "mov", "3gp"])
def test_a_film_loses_its_place_and_nothing_else(container: str) -> None:
    content = places.make_film(container, location=places.ISO_6709, title="Harbour")
    stripped = strip(content)
    assert traces(stripped) == []
    assert len(stripped) == len(content)
    assert_same_film(content, stripped, {"location", "location-eng"})


def test_the_keys_of_apples_films_lose_their_values() -> None:
    content = places.make_film(
        "mov",
        **{"com.apple.quicktime.make": "Apple", f"{APPLE}ISO6709": places.ISO_6709, f"{APPLE}name": "Home"},
    )
    stripped = strip(content)
    assert traces(content)
    assert traces(stripped) == []
    assert b"Home" not in stripped
    assert_same_film(content, stripped, {f"{APPLE}ISO6709", f"{APPLE}name"})


def assert_same_film(content: bytes, stripped: bytes, lost: set[str]) -> None:
    with av.open(io.BytesIO(content), "r") as before, av.open(io.BytesIO(stripped), "r") as after:
        assert before.metadata.keys() & lost
        kept = {name: text for name, text in before.metadata.items() if name not in lost}
        assert after.metadata == kept
        frames = zip(before.decode(video=0), after.decode(video=0), strict=True)
        assert all(one.to_ndarray().tobytes() == other.to_ndarray().tobytes() for one, other in frames)


@pytest.mark.parametrize(
    "content",
    [
        places.make_film("mp4", title="Harbour"),
        files.make_webm(),
        b"\0\0\0\x20velocity and other words in loci",
        b"\0\0\0\x20\xa9xyz\0\x10\0\0nowhere at all  ",
        b"\xa9xyz",
        b"\0\0\0\x10keys\0\0\0\0\xff\xff\xff\xff",
        b"keys\0\0\0\0\0\0\0\1",
        bytes(64) + b"keys\0\0\0\0",
        bytes(64) + b"\xff\xff\xff\xffloci",
    ],
)
def test_what_only_looks_like_a_place_stays(content: bytes) -> None:
    assert strip(content) == content


# Streams

SAMPLES: dict[str, Callable[[], bytes]] = {
    **{kind: partial(places.make_picture, kind) for kind in KINDS},
    "mov": partial(places.make_film, "mov", location=places.ISO_6709),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_where_chunks_end_makes_no_difference(name: str) -> None:
    content = SAMPLES[name]()
    expected = strip(content, len(content))
    assert all(b"".join(strip_location([content[:at], content[at:]])) == expected for at in borders(content))
    random = Random(name)
    for _ in range(5):
        assert b"".join(strip_location(cut_at_random(content, random))) == expected
    assert strip(content[:4000], 1) == strip(content[:4000])


def borders(content: bytes) -> range:
    """Every position of a small file, every second or third of others."""
    return range(0, len(content), 1 + len(content) // 4000)


def cut_at_random(content: bytes, random: Random) -> Iterator[bytes]:
    start = 0
    while start < len(content):
        size = random.choice((1, 7, 100, 1000))
        yield content[start : start + size]
        start += size


@pytest.mark.parametrize("size_bytes", [4093, 1_000_003])
@pytest.mark.parametrize("parts", [BEHIND, AHEAD, PAST])
def test_nor_does_it_in_large_files(parts: tuple[str, ...], size_bytes: int) -> None:
    content = places.make_large_tiff(*parts)
    assert strip(content, size_bytes) == strip(content, len(content))


@pytest.mark.parametrize("name", SAMPLES)
def test_records_deep_in_a_file_are_found(name: str) -> None:
    content = SAMPLES[name]()
    if name in ("PNG", "TIFF"):  # these are what starts with their signature
        content = places.make_picture("JPEG")
    shifted = Random(1).randbytes(2 * REACH + 17) + content
    assert strip(shifted) == shifted[: -len(content)] + strip(content)


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (places.make_picture("JPEG") + Random(1).randbytes(4 * REACH), REACH),
        (places.make_large_tiff(*BEHIND), 2 * REACH),
        (places.make_large_tiff(*AHEAD), 2 * REACH),
        (bytes(4 * REACH), 0),
    ],
    ids=["a picture", "directories behind", "directories ahead", "nothing"],
)
def test_little_is_held_back(content: bytes, limit: int) -> None:
    held = 0

    def offer() -> Iterator[bytes]:
        nonlocal held
        for chunk in cut(content, 65536):
            held += len(chunk)
            yield chunk

    most = 0
    for chunk in strip_location(offer()):
        most = max(most, held)
        held -= len(chunk)
    assert held == 0
    assert most <= limit + 2 * 65536


@pytest.mark.parametrize(
    "unit",
    [
        b"II*\0\x08\0\0\0\xff\x01",
        b"MM\0*\0\0\0\x08\0\1\x88\x25\0\4\0\0\0\1\0\0\0\x08",
        b" e:GPS",
        b"\0\0\0\x10keys\0\0\0\0",
        b"\0\0\x01\0\xa9xyz+01",
    ],
)
@pytest.mark.parametrize("start", [b"", b"\x89PNG\r\n\x1a\n"])
def test_a_file_full_of_marks_ends(unit: bytes, start: bytes) -> None:
    content = start + unit * (2 * MAX_RECORDS)
    assert len(strip(content, 65536)) == len(content)


def test_a_structure_that_leads_in_circles_ends() -> None:
    first = struct.pack("<2sHL", b"II", 42, 8)
    circle = struct.pack("<HHHLLL", 1, places.EXIF, 4, 1, 8, 8)
    content = first + circle + bytes(100)
    assert strip(content) == content


def test_a_place_that_is_something_else_stays() -> None:
    """A pointer to the directory that it stands in is taken; what it points to is no place."""
    content = struct.pack("<2sHL", b"II", 42, 8) + struct.pack("<H", 2)
    content += (
        struct.pack("<HHLL", places.MAKE, 2, 4, 0) + struct.pack("<HHLL", places.GPS, 4, 1, 8) + bytes(4)
    )
    stripped = strip(content)
    assert stripped[:8] == content[:8]
    assert stripped[8:22] == b"\1\0" + content[10:22]
    assert stripped[22:] == bytes(16)


#: Bytes among which there are records, sound and broken.
PARTS = st.sampled_from(
    [
        *(mark.pattern.replace(b"\\", b"") for mark in locations._RECORDS),
        *(
            b"II*\0\x08\0\0\0",
            b"\x25\x88\4\0\1\0\0\0",
            b"\2\0",
            b"eXIf",
            b"\0\0\0\x20",
            b"<exif:GPSLatitude>",
        ),
        *(
            b" e:GPSX='1'",
            b"iTXtXML:com.adobe.xmp\0",
            b"zTXtRaw profile type ",
            b"ilst",
            b"location",
            b"CMT4",
        ),
        places.make_exif().tobytes(),
    ]
)


@given(
    st.sampled_from([b"", b"II*\0", b"MM\0*\0\0\0\x08", b"\x89PNG\r\n\x1a\n"]),
    st.lists(PARTS | st.binary(max_size=20), max_size=30),
    st.integers(1, 50),
)
def test_no_bytes_raise_or_change_their_length(start: bytes, parts: list[bytes], size_bytes: int) -> None:
    content = start + b"".join(parts)
    stripped = strip(content)
    assert len(stripped) == len(content)
    assert strip(content, size_bytes) == stripped


@pytest.mark.parametrize("kind", KINDS)
def test_no_damage_raises(kind: str) -> None:
    content, random = places.make_picture(kind), Random(kind)
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(random.randint(1, 40)):
            damaged[random.randrange(min(1500, len(damaged)))] = random.randrange(256)
        assert len(strip(bytes(damaged[: random.randint(1, len(damaged))]))) <= len(content)
