"""Types come from content; names refine what the content leaves open, and may not contradict it."""

import gzip
import subprocess
import sys
from random import Random

import pytest

from mediaweb.application import ROOT
from mediaweb.errors import FileTypeRefused
from mediaweb.models import FileType
from mediaweb.services.media_types import EXTENSIONS, SNIFF_BYTES, detect_type, family_of, is_allowed
from tests import files

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EPUB = "application/epub+zip"
EXE = "application/vnd.microsoft.portable-executable"
RANDOM_BYTES = b"\x93\x01\x8f" + Random(1).randbytes(5000)
MAIL = b"From: bob@example.org\nTo: eve@example.org\nSubject: Hi\nDate: 1 Jan 2024 10:00:00 +0000\n\nHi\n"
SUBTITLES = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n\n"

ACCEPTED: list[tuple[bytes, str, str, str]] = [
    (files.make_jpeg(), "a.jpg", "image/jpeg", "image"),
    (files.make_jpeg(), "a.JPEG", "image/jpeg", "image"),
    (files.make_jpeg(), "a.png", "image/jpeg", "image"),
    (files.make_jpeg(), "a", "image/jpeg", "image"),
    (files.make_jpeg(), "a.bin", "image/jpeg", "image"),
    (files.make_png(), "a.png", "image/png", "image"),
    (files.make_gif(), "a.gif", "image/gif", "image"),
    (files.make_webp(), "a.webp", "image/webp", "image"),
    (files.make_tiff(), "a.tif", "image/tiff", "image"),
    (files.make_avif(), "a.avif", "image/avif", "image"),
    (files.make_bmp(), "a.bmp", "image/bmp", "image"),
    (files.make_image("ICO"), "a.ico", "image/vnd.microsoft.icon", "image"),
    (files.make_svg(), "a.svg", "image/svg+xml", "image"),
    (files.make_svg(), "a", "image/svg+xml", "image"),
    (files.make_svg(has_xml_header=False), "a.svg", "image/svg+xml", "image"),
    (b"<!-- Inkscape -->\n" + files.make_svg(has_xml_header=False), "a.svg", "image/svg+xml", "image"),
    (files.make_tiff(), "a.dng", "image/x-adobe-dng", "image"),
    (files.make_tiff(), "a.NEF", "image/x-nikon-nef", "image"),
    (b"IIU\0\x18\0\0\0" + bytes(200), "a.rw2", "image/x-panasonic-rw2", "image"),
    (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(200), "a.cr3", "image/x-canon-cr3", "image"),
    (b"FUJIFILMCCD-RAW 0201FF129502X-T3" + bytes(200), "a.raf", "image/x-fuji-raf", "image"),
    (files.make_jpeg(), "a.nef", "image/jpeg", "image"),
    (files.make_mp4(), "a.mp4", "video/mp4", "video"),
    (files.make_mp4(), "a", "video/mp4", "video"),
    (files.make_mp4(), "a.mov", "video/quicktime", "video"),
    (files.make_webm(), "a.webm", "video/webm", "video"),
    (files.make_mp3(), "a.mp3", "audio/mpeg", "audio"),
    (files.make_wav(), "a.wav", "audio/wav", "audio"),
    (files.make_ogg(), "a.ogg", "audio/ogg", "audio"),
    (files.make_ogg(), "a.opus", "audio/ogg", "audio"),
    (files.make_flac(), "a.flac", "audio/flac", "audio"),
    (files.make_m4a(), "a.m4a", "audio/mp4", "audio"),
    (files.make_m4a(), "a", "audio/mp4", "audio"),
    (files.make_pdf(), "a.pdf", "application/pdf", "document"),
    (files.make_pdf(), "drawing.ai", "application/pdf", "document"),
    (files.make_docx(), "a.docx", DOCX, "document"),
    (files.make_xlsx(), "a.xlsx", XLSX, "document"),
    (files.make_zip(), "a.xlsx", XLSX, "document"),
    (files.make_zip(), "a.epub", EPUB, "document"),
    (files.make_zip(), "a.zip", "application/zip", "other"),
    (files.make_zip(), "a", "application/zip", "other"),
    (gzip.compress(b"abc"), "a.tar.gz", "application/gzip", "other"),
    (files.make_csv(), "a.csv", "text/csv", "document"),
    (b"one;two\n1;2\n", "a.csv", "text/csv", "document"),
    (b"just a line\n", "a.csv", "text/csv", "document"),
    (b"just a line\n", "a.txt", "text/plain", "document"),
    (b"just a line\n", "a", "text/plain", "document"),
    (b"x", "a.txt", "text/plain", "document"),
    ("Grüße aus München\n".encode(), "a.txt", "text/plain", "document"),
    ("Grüße aus München\n".encode("latin-1"), "a.txt", "text/plain", "document"),
    ("Grüße aus München\n".encode("utf-16"), "a.txt", "text/plain", "document"),
    (b"# Title\n\nText\n", "a.md", "text/markdown", "document"),
    (b"<p align='center'><img src='x.png'></p>\n\n# Title\n", "README.md", "text/markdown", "document"),
    (files.make_html(), "README.md", "text/html", "other"),
    (files.make_json(), "a.json", "application/json", "other"),
    (files.make_json(), "a.txt", "application/json", "other"),
    (files.make_html(), "a.html", "text/html", "other"),
    (files.make_html(), "a.txt", "text/html", "other"),
    (b"<?xml version='1.0'?><a/>", "a.xml", "text/xml", "other"),
    (MAIL, "a.eml", "message/rfc822", "other"),
    (MAIL, "a.txt", "message/rfc822", "other"),
    (b"#!/bin/sh\necho hello\n", "a.sh", "text/x-shellscript", "document"),
    (b"\\documentclass{article}\n\\begin{document}\n", "a.tex", "text/x-tex", "document"),
    (b"BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", "a.ics", "text/calendar", "document"),
    (files.make_exe(), "setup.exe", EXE, "other"),
    (RANDOM_BYTES, "a.bin", "application/octet-stream", "other"),
    (RANDOM_BYTES, "a", "application/octet-stream", "other"),
]
#: What these are called depends on the version of libmagic; none is refused.
ACCEPTED_UNDER_SOME_NAME: list[tuple[bytes, str]] = [
    (files.make_docx(), "a.zip"),
    (files.make_javascript(), "a.js"),
    (files.make_javascript(), "a.txt"),
    (b'{"a": 1}\n{"a": 2}\n', "a.jsonl"),
    (b"#EXTM3U\n#EXTINF:1,a\na.mp3\n", "a.m3u8"),
    (SUBTITLES, "a.srt"),
    (SUBTITLES, "a.txt"),
    (SUBTITLES, "a.vtt"),
]
REFUSED: list[tuple[bytes, str]] = [
    (files.make_html(), "a.jpg"),
    (files.make_html(), "a.svg"),
    (files.make_html(), "a.pdf"),
    (files.make_html(), "a.docx"),
    (files.make_javascript(), "a.png"),
    (files.make_exe(), "a.jpg"),
    (files.make_exe(), "a.pdf"),
    (files.make_exe(), "a.txt"),
    (files.make_zip(), "a.mp4"),
    (files.make_zip(), "a.pdf"),
    (files.make_pdf(), "a.jpg"),
    (files.make_png(), "a.txt"),
    (files.make_png(), "a.mp4"),
    (files.make_png(), "a.zip"),
    (files.make_mp3(), "a.pdf"),
    (files.make_mp4(), "a.jpg"),
    (files.make_docx(), "a.gif"),
    (b"just a line\n", "a.jpg"),
    (b"x", "a.png"),
    (RANDOM_BYTES, "a.jpg"),
    (RANDOM_BYTES, "a.cr3"),
    (RANDOM_BYTES, "a.mp4"),
    (RANDOM_BYTES, "a.pdf"),
    (RANDOM_BYTES, "a.txt"),
    (b"some text\x00with NUL", "a.txt"),
]


def label(value: object) -> str:
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize(("content", "filename", "mime_type", "file_type"), ACCEPTED, ids=label)
def test_a_file_gets_its_type(content: bytes, filename: str, mime_type: str, file_type: str) -> None:
    detected = detect_type(content[:SNIFF_BYTES], filename)
    assert (detected.mime_type, detected.file_type) == (mime_type, file_type)


@pytest.mark.parametrize(("content", "filename"), ACCEPTED_UNDER_SOME_NAME, ids=label)
def test_text_and_archives_of_less_known_formats_are_accepted(content: bytes, filename: str) -> None:
    assert detect_type(content, filename).file_type in (FileType.DOCUMENT, FileType.OTHER)


@pytest.mark.parametrize(("content", "filename"), REFUSED, ids=label)
def test_content_that_contradicts_its_name_is_refused(content: bytes, filename: str) -> None:
    with pytest.raises(FileTypeRefused, match=rf"^The name ends in \.{filename.partition('.')[2]}, but"):
        detect_type(content[:SNIFF_BYTES], filename)


@pytest.mark.parametrize(
    ("content", "declared", "expected"),
    [
        (b"a,b\n", "text/csv; charset=utf-8", "text/csv"),
        (b"# Title\n", "TEXT/Markdown", "text/markdown"),
        (b"alert(1)\n", "text/html", "text/plain"),
        (files.make_zip(), DOCX, DOCX),
        (files.make_jpeg(), "text/html", "image/jpeg"),
        (files.make_html(), "image/jpeg", "text/html"),
        (RANDOM_BYTES, "image/png", "application/octet-stream"),
        (b"plain\n", "nonsense", "text/plain"),
    ],
)
def test_a_declared_type_refines_where_the_name_says_nothing(
    content: bytes, declared: str, expected: str
) -> None:
    assert detect_type(content, "upload", declared).mime_type == expected


def test_the_name_counts_more_than_the_declared_type() -> None:
    assert detect_type(b"a,b\n", "a.csv", "text/plain").mime_type == "text/csv"


def test_text_cut_inside_a_character_is_text() -> None:
    content = ("x" * (SNIFF_BYTES - 1) + "ä").encode()
    assert detect_type(content[:SNIFF_BYTES], "a.txt").mime_type == "text/plain"


@pytest.mark.parametrize("mime_type", sorted(set(EXTENSIONS.values())))
def test_every_known_type_has_a_family(mime_type: str) -> None:
    assert family_of(mime_type) in FileType


@pytest.mark.parametrize(
    ("patterns", "mime_type", "is_accepted"),
    [
        (("*/*",), "application/x-anything", True),
        (("image/*",), "image/png", True),
        (("image/*",), "video/mp4", False),
        (("image/*", "video/mp4"), "video/mp4", True),
        (("video/mp4",), "video/webm", False),
        (("image/*",), "imagery/png", False),
        (("audio/wav",), detect_type(files.make_wav(), "a.wav").mime_type, True),
    ],
)
def test_allowed_types_are_patterns(patterns: tuple[str, ...], mime_type: str, is_accepted: bool) -> None:
    assert is_allowed(mime_type, patterns) is is_accepted


WITHOUT_SYSTEM_LIBMAGIC = """
import ctypes, ctypes.util, sys
load = ctypes.CDLL.__init__
def load_none_of_the_system(self, name, *args, **kwargs):
    if name and "magic" in name and "pylibmagic" not in name:
        raise OSError("no such library")
    load(self, name, *args, **kwargs)
ctypes.CDLL.__init__ = load_none_of_the_system
ctypes.util.find_library = lambda name: None
if sys.argv[1] == "blocked":
    sys.modules["pylibmagic"] = None
from mediaweb.services.media_types import check_libmagic, detect_type
check_libmagic()
from tests import files
for make, name in ((files.make_jpeg, "a.jpg"), (files.make_docx, "a.docx"), (files.make_csv, "a.csv")):
    print(detect_type(make()[:8192], name).mime_type)
"""


def run_without_system_libmagic(pylibmagic: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_SYSTEM_LIBMAGIC, pylibmagic],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_library_in_pylibmagic_stands_in_for_the_systems() -> None:
    run = run_without_system_libmagic("there")
    assert run.stdout.split() == ["image/jpeg", DOCX, "text/csv"], run.stderr


def test_without_any_libmagic_the_start_says_what_to_install() -> None:
    run = run_without_system_libmagic("blocked")
    assert run.returncode == 1
    assert "StartupError: libmagic is missing" in run.stderr
    assert "Install the package libmagic1" in run.stderr
