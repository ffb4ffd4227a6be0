"""POST /media/upload, when something is wrong: the status says what, and nothing is kept."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import (
    END,
    PNG,
    assert_invalid,
    assert_nothing_kept,
    assert_problem,
    send_file,
    send_raw,
    write_part,
)
from tests.files import make_html, make_pdf, make_zip

#: What is tested here asks the database for no more than a row.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FILE_PART = write_part("file", PNG, "a.png")


@pytest.fixture(autouse=True)
def _nothing_is_kept(app: Flask) -> Iterator[None]:
    yield
    assert_nothing_kept(app)


@pytest.mark.parametrize(
    "body",
    [
        write_part("description", b"no file") + END,
        END,
        write_part("file", b"only text") + END,
        write_part("file", b"", filename="") + END,
    ],
    ids=["other fields only", "empty form", "text in the part file", "no file chosen"],
)
def test_it_needs_a_file(client: FlaskClient, body: bytes) -> None:
    assert_invalid(send_raw(client, body), ["body", "file"])


def test_it_refuses_a_second_file(client: FlaskClient) -> None:
    assert_invalid(send_raw(client, FILE_PART + FILE_PART + END), ["body", "file"])


def test_it_refuses_a_file_in_another_part(client: FlaskClient) -> None:
    body = write_part("picture", PNG, "a.png") + FILE_PART + END
    assert_invalid(send_raw(client, body), ["body", "picture"])


def test_it_refuses_an_empty_file(client: FlaskClient) -> None:
    assert_invalid(send_file(client, b""), ["body", "file"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("is_public", "maybe"),
        ("user_id", "abc"),
        ("user_id", "0"),
        ("user_id", "-1"),
        ("user_id", str(2**63)),
        ("user_id", "1.5"),
        ("user_id", "99999"),
        ("description", "x" * 10_001),
        ("alt_text", "x" * 2_001),
        ("description", "nul \x00"),
        ("colour", "red"),
    ],
)
@pytest.mark.parametrize("is_before_file", [True, False], ids=["before the file", "after the file"])
def test_it_names_the_bad_field(client: FlaskClient, name: str, value: str, is_before_file: bool) -> None:
    field = write_part(name, value.encode())
    body = field + FILE_PART if is_before_file else FILE_PART + field
    assert_invalid(send_raw(client, body + END), ["body", name])


def test_it_names_every_bad_field(client: FlaskClient) -> None:
    response = send_file(client, is_public="maybe", user_id="abc")
    assert_invalid(response, ["body", "user_id"], ["body", "is_public"])


def test_it_refuses_text_that_is_not_utf_8(client: FlaskClient) -> None:
    assert_invalid(
        send_raw(client, write_part("description", b"\xff\xfe") + FILE_PART + END), ["body", "description"]
    )


def test_it_refuses_surrogates_in_utf_8(client: FlaskClient) -> None:
    assert_invalid(
        send_raw(client, write_part("alt_text", b"\xed\xa0\x80") + FILE_PART + END), ["body", "alt_text"]
    )


def test_it_refuses_a_field_sent_twice(client: FlaskClient) -> None:
    twice = write_part("alt_text", b"one") + write_part("alt_text", b"two")
    assert_invalid(send_raw(client, twice + FILE_PART + END), ["body", "alt_text"])


def test_it_refuses_a_text_field_that_does_not_end(client: FlaskClient) -> None:
    body = write_part("description", b"x" * 100_000) + FILE_PART + END
    assert_invalid(send_raw(client, body), ["body", "description"])


@pytest.mark.parametrize("is_before_file", [True, False], ids=["before the file", "after the file"])
def test_it_refuses_ten_thousand_parts(client: FlaskClient, is_before_file: bool) -> None:
    parts = b"".join(write_part(f"f{number}", b"x") for number in range(10_000))
    body = parts + FILE_PART if is_before_file else FILE_PART + parts
    assert_invalid(send_raw(client, body + END), ["body"])


def test_it_refuses_endless_part_headers(client: FlaskClient) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + b"x" * 200_000
    assert_invalid(send_raw(client, body + b'"\r\n\r\nx\r\n' + END), ["body"])


@pytest.mark.parametrize(
    "body",
    [
        b"not multipart at all",
        b"--other\r\n\r\n",
        FILE_PART,
        FILE_PART[:-40],
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a',
        b"--b\r\nContent-Disposition: inline\r\n\r\nx\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--b--\r\n',
        b'--b\nContent-Disposition: form-data; name="file"\n\nx\n--b--\n',
    ],
    ids=[
        "text",
        "another boundary",
        "no end",
        "cut in the file",
        "cut in a head",
        "not form-data",
        "name not UTF-8",
        "bare line feeds",
    ],
)
def test_it_refuses_a_broken_form(client: FlaskClient, body: bytes) -> None:
    assert_problem(send_raw(client, body), 400, "malformed_request")


def test_it_refuses_a_large_file_that_is_cut_off(client: FlaskClient) -> None:
    body = write_part("file", PNG + bytes(3_000_000), "a.png")
    assert_problem(send_raw(client, body), 400, "malformed_request")


def test_it_refuses_an_endless_boundary(client: FlaskClient) -> None:
    assert_problem(send_raw(client, FILE_PART + END, "b" * 2_000), 400, "malformed_request")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "multipart/form-data", "multipart/mixed; boundary=b", "text/plain", ""],
)
def test_it_reads_forms_only(client: FlaskClient, content_type: str) -> None:
    response = client.post("/media/upload", data=FILE_PART + END, content_type=content_type)
    assert_problem(response, 415, "unsupported_content_type")


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (make_html(), "cat.jpg"),
        (b"just words\n" * 20, "cat.png"),
        (make_html(), "cat.mp4"),
        (make_zip(), "cat.jpg"),
        (PNG, "letter.pdf"),
    ],
    ids=["HTML named jpg", "text named png", "HTML named mp4", "zip named jpg", "png named pdf"],
)
def test_it_refuses_content_that_contradicts_its_name(
    client: FlaskClient, content: bytes, filename: str
) -> None:
    assert_problem(send_file(client, content, filename), 415, "file_type_refused")


def test_a_pdf_that_is_a_zip_too_is_no_archive(client: FlaskClient) -> None:
    assert_problem(send_file(client, make_pdf() + make_zip(), "a.zip"), 415, "file_type_refused")


def test_it_refuses_a_file_announced_as_too_large(make_app: Callable[..., Flask]) -> None:
    client = make_app(max_file_size=1_000).test_client()
    assert_problem(send_file(client, PNG + bytes(3_000_000)), 413, "file_too_large")


def test_it_refuses_a_file_that_turns_out_too_large(make_app: Callable[..., Flask]) -> None:
    client = make_app(max_file_size=1_000).test_client()
    assert_problem(send_file(client, PNG + bytes(1_000)), 413, "file_too_large")


def test_it_refuses_a_chunked_file_that_is_too_large(make_app: Callable[..., Flask]) -> None:
    client = make_app(max_file_size=1_000_000).test_client()
    body = write_part("file", PNG + bytes(3_000_000), "a.png") + END
    response = send_raw(client, body, environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""})
    assert_problem(response, 413, "file_too_large")


def test_it_says_what_is_too_large_rather_than_too_long(make_app: Callable[..., Flask]) -> None:
    client = make_app(max_file_size=1_000).test_client()
    assert "1,000 bytes" in assert_problem(send_file(client, PNG + bytes(1_000)), 413, "file_too_large")
