"""GET and HEAD /media/<id>/download: ranges, conditions, names, and what a browser may do with the bytes."""

import email
import email.policy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import http_date, parse_options_header
from werkzeug.test import TestResponse

from tests.api.calls import assert_invalid, assert_problem, lose_stored_files, upload
from tests.files import make_html, make_javascript, make_jpeg, make_mp3, make_mp4, make_pdf, make_svg
from tests.storages import served_by_library

#: On S3 it is the library that is asked here, not the store.
pytestmark = served_by_library

TEXT = b"".join(b"line %04d\n" % number for number in range(1_000))
SIZE = len(TEXT)


@pytest.fixture
def address(client: FlaskClient) -> str:
    """Where a public text of 10,000 bytes is."""
    media: dict[str, Any] = upload(client, TEXT, "lines.txt")
    return f"/media/{media['id']}/download"


def get(client: FlaskClient, address: str, **headers: str) -> TestResponse:
    return client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_it_sends_the_whole_file(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.data) == (200, TEXT)
    assert response.headers["Content-Length"] == str(SIZE)
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_the_etag_is_the_checksum(client: FlaskClient, address: str) -> None:
    checksum = client.get("/media/1").get_json()["checksum"]
    assert client.get(address).headers["ETag"] == f'"{checksum.removeprefix("sha256:")}"'


def test_head_tells_the_same_without_the_bytes(client: FlaskClient, address: str) -> None:
    get_headers, head = client.get(address).headers, client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(get_headers)


@pytest.mark.parametrize(
    ("requested", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, SIZE),
        ("bytes=-100", SIZE - 100, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        (f"bytes=9990-{SIZE * 2}", 9990, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=0-9,10-19", 0, 20),
        (f"bytes=0-9,{SIZE}-", 0, 10),
    ],
)
def test_it_sends_one_range(client: FlaskClient, address: str, requested: str, start: int, end: int) -> None:
    response = get(client, address, Range=requested)
    assert (response.status_code, response.data) == (206, TEXT[start:end])
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert response.headers["Content-Length"] == str(end - start)


def read_parts(response: TestResponse) -> list[tuple[str, str, bytes]]:
    """Return the type, the range and the content of each part of a multipart/byteranges body."""
    head = f"Content-Type: {response.headers['Content-Type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + response.data, policy=email.policy.HTTP)
    parts = list(message.iter_parts())
    assert not message.defects
    return [(p["Content-Type"], p["Content-Range"], p.get_payload(decode=True)) for p in parts]  # type: ignore[misc]


def test_it_sends_several_ranges(client: FlaskClient, address: str) -> None:
    response = get(client, address, Range="bytes=0-9,100-199,-10")
    assert response.status_code == 206
    assert "Content-Range" not in response.headers
    assert response.headers["Content-Length"] == str(len(response.data))
    kind = 'text/plain; charset="utf-8"'  # as email writes it
    assert read_parts(response) == [
        (kind, f"bytes 0-9/{SIZE}", TEXT[:10]),
        (kind, f"bytes 100-199/{SIZE}", TEXT[100:200]),
        (kind, f"bytes {SIZE - 10}-{SIZE - 1}/{SIZE}", TEXT[-10:]),
    ]


@pytest.mark.parametrize("requested", [f"bytes={SIZE}-", "bytes=99999-100000", f"bytes={SIZE}-{SIZE},99999-"])
def test_a_range_beyond_the_end_is_refused(client: FlaskClient, address: str, requested: str) -> None:
    response = get(client, address, Range=requested)
    assert_problem(response, 416, "requested_range_not_satisfiable")
    assert response.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "requested",
    [
        "bytes=",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=--5",
        "lines=0-5",
        "bytes",
        "bytes=0-9,,x",
        "bytes=1-" + "9" * 5_000,
    ],
)
def test_a_range_it_does_not_understand_is_ignored(client: FlaskClient, address: str, requested: str) -> None:
    response = get(client, address, Range=requested)
    assert (response.status_code, response.data) == (200, TEXT)


def test_a_range_may_end_anywhere(client: FlaskClient, address: str) -> None:
    response = get(client, address, Range="bytes=9990-" + "9" * 4_000)
    assert (response.status_code, response.data) == (206, TEXT[-10:])


def test_very_many_ranges_get_the_whole_file(client: FlaskClient, address: str) -> None:
    ranges = ",".join(f"{n * 10}-{n * 10 + 1}" for n in range(500))
    response = get(client, address, Range=f"bytes={ranges}")
    assert (response.status_code, response.data) == (200, TEXT)


def test_head_ignores_ranges(client: FlaskClient, address: str) -> None:
    response = client.head(address, headers={"Range": "bytes=0-9"})
    assert (response.status_code, response.headers["Content-Length"]) == (200, str(SIZE))


@pytest.mark.parametrize("condition", ["ETag", "Last-Modified"])
def test_if_range_holds_for_the_same_file(client: FlaskClient, address: str, condition: str) -> None:
    seen = client.get(address).headers[condition]
    response = get(client, address, Range="bytes=0-9", If_Range=seen)
    assert (response.status_code, response.data) == (206, TEXT[:10])


@pytest.mark.parametrize(
    "stale", ['"other"', "Mon, 01 Jan 2001 00:00:00 GMT", "Mon, 01 Jan 2035 00:00:00 GMT", "rubbish"]
)
def test_a_stale_if_range_gets_the_whole_file(client: FlaskClient, address: str, stale: str) -> None:
    response = get(client, address, Range="bytes=0-9", If_Range=stale)
    assert (response.status_code, response.data) == (200, TEXT)


def test_if_range_takes_no_weak_etag(client: FlaskClient, address: str) -> None:
    etag = client.get(address).headers["ETag"]
    assert get(client, address, Range="bytes=0-9", If_Range=f"W/{etag}").status_code == 200


@pytest.mark.parametrize("condition", ["{}", "W/{}", '"other", {}', "*"])
def test_if_none_match_saves_the_bytes(client: FlaskClient, address: str, condition: str) -> None:
    etag = client.get(address).headers["ETag"]
    response = get(client, address, If_None_Match=condition.format(etag))
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == etag


def test_another_etag_gets_the_bytes(client: FlaskClient, address: str) -> None:
    assert get(client, address, If_None_Match='"other"').data == TEXT


def test_if_modified_since_saves_the_bytes(client: FlaskClient, address: str) -> None:
    modified = client.get(address).headers["Last-Modified"]
    later = http_date(datetime.now(UTC) + timedelta(hours=1))
    assert get(client, address, If_Modified_Since=modified).status_code == 304
    assert get(client, address, If_Modified_Since=later).status_code == 304


@pytest.mark.parametrize("since", ["Mon, 01 Jan 2001 00:00:00 GMT", "rubbish"])
def test_an_older_copy_gets_the_bytes(client: FlaskClient, address: str, since: str) -> None:
    assert get(client, address, If_Modified_Since=since).data == TEXT


def test_if_none_match_counts_more_than_a_date(client: FlaskClient, address: str) -> None:
    modified = client.get(address).headers["Last-Modified"]
    assert get(client, address, If_None_Match='"other"', If_Modified_Since=modified).status_code == 200


@pytest.mark.parametrize("condition", ["{}", '"other", {}', "*"])
def test_if_match_holds(client: FlaskClient, address: str, condition: str) -> None:
    etag = client.get(address).headers["ETag"]
    assert get(client, address, If_Match=condition.format(etag)).data == TEXT


@pytest.mark.parametrize("condition", ['"other"', "W/{}", "rubbish"])
def test_if_match_fails(client: FlaskClient, address: str, condition: str) -> None:
    etag = client.get(address).headers["ETag"]
    assert_problem(get(client, address, If_Match=condition.format(etag)), 412, "precondition_failed")


def test_if_unmodified_since_fails_for_a_newer_file(client: FlaskClient, address: str) -> None:
    long_ago = "Mon, 01 Jan 2001 00:00:00 GMT"
    assert_problem(get(client, address, If_Unmodified_Since=long_ago), 412, "precondition_failed")
    modified = client.get(address).headers["Last-Modified"]
    assert get(client, address, If_Unmodified_Since=modified).data == TEXT


@pytest.mark.parametrize(
    "filename",
    [
        "a.png",
        "with space.png",
        'quo"te.png',
        "back\\slash",
        "Übung.png",
        "海滩 🏖️.png",
        "semi;colon.png",
        "100%.png",
        "%41.png",
        "a,b.png",
        "it's.png",
        "=?utf-8?q?x?=.png",
    ],
)
def test_the_name_survives_the_header(client: FlaskClient, filename: str) -> None:
    media = upload(client)
    shown = client.patch(f"/media/{media['id']}", json={"filename": filename}).get_json()["filename"]
    header = client.get(f"/media/{media['id']}/download").headers["Content-Disposition"]
    kind, options = parse_options_header(header)
    assert (kind, options["filename"]) == ("attachment", shown)
    assert header.isascii()


INLINE = [
    (make_jpeg(), "a.jpg"),
    (make_mp4(), "a.mp4"),
    (make_mp3(), "a.mp3"),
    (make_pdf(), "a.pdf"),
    (b"just some words\n", "a.txt"),
]
EXECUTABLE = [
    (make_svg(), "a.svg"),
    (make_svg(has_xml_header=False, script="<script>alert(1)</script>"), "b.svg"),
    (make_html(), "a.html"),
    (make_html(), "a.txt"),
    (
        b'<?xml version="1.0"?>\n<x xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></x>',
        "a.xml",
    ),
    (make_javascript(), "a.js"),
]


def name_of(value: object) -> str:
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("content", "filename"), INLINE, ids=name_of)
def test_safe_types_may_be_shown_in_place(client: FlaskClient, content: bytes, filename: str) -> None:
    address = f"/media/{upload(client, content, filename)['id']}/download"
    assert client.get(address).headers["Content-Disposition"].startswith("attachment;")
    shown = client.get(f"{address}?disposition=inline")
    assert shown.headers["Content-Disposition"].startswith("inline;")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("content", "filename"), EXECUTABLE, ids=name_of)
@pytest.mark.parametrize("disposition", ["inline", "attachment"])
def test_what_a_browser_could_run_is_downloaded(
    client: FlaskClient, content: bytes, filename: str, disposition: str
) -> None:
    media = upload(client, content, filename)
    headers = client.get(f"/media/{media['id']}/download?disposition={disposition}").headers
    assert headers["Content-Disposition"].startswith("attachment;"), media["mime_type"]
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert "allow-scripts" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("disposition", ["foo", "", "INLINE", "inline%0d%0aX-Evil:%201"])
def test_an_unknown_disposition_is_invalid(client: FlaskClient, address: str, disposition: str) -> None:
    assert_invalid(client.get(f"{address}?disposition={disposition}"), ["query", "disposition"])


@pytest.mark.parametrize(("content", "filename"), INLINE, ids=name_of)
def test_304_changes_no_header_of_what_a_browser_keeps(
    client: FlaskClient, content: bytes, filename: str
) -> None:
    address = f"/media/{upload(client, content, filename)['id']}/download?disposition=inline"
    full = client.get(address).headers
    kept = get(client, address, If_None_Match=full["ETag"]).headers
    assert set(kept.items()) <= set(full.items())


def test_a_browser_asks_again_before_it_shows_a_copy(client: FlaskClient, address: str) -> None:
    assert "no-cache" in client.get(address).headers["Cache-Control"]


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}, {"Range": "bytes=0-9,20-29"}], ids=str)
def test_a_missing_file_is_told(
    app: Flask, client: FlaskClient, address: str, headers: dict[str, str]
) -> None:
    lose_stored_files(app)
    assert_problem(client.get(address, headers=headers), 404, "stored_file_not_found")
