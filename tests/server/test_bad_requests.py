"""What is no proper HTTP gets a JSON refusal, exactly one, and the connection is closed."""

import pytest

from tests.api.calls import END, PNG, write_part
from tests.server.running import FORM, Server, split_answers

FILE = write_part("file", PNG, "a.png") + END
HOST = b"Host: localhost\r\n"
POST = b"POST /media/upload HTTP/1.1\r\n" + HOST + b"Content-Type: " + FORM.encode() + b"\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"rubbish\r\n\r\n", 400, "bad_request"),
        (b"GET\r\n\r\n", 400, "bad_request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, "bad_request"),
        (b"GET / HTTP/9.9\r\n\r\n", 400, "bad_request"),
        (b"G<T /media HTTP/1.1\r\n" + HOST + b"\r\n", 400, "bad_request"),
        (b"GET /media HTTP/1.1\r\nNo colon\r\n\r\n", 400, "bad_request"),
        (b"GET /media HTTP/1.1\r\nBad name: x\r\n\r\n", 400, "bad_request"),
        (b"GET /media HTTP/1.1\r\n" + HOST + b"Content-Length: -5\r\n\r\n", 400, "bad_request"),
        (b"GET /media HTTP/1.1\r\n" + HOST + b"Content-Length: x\r\n\r\n", 400, "bad_request"),
        (CHUNKED.replace(b"chunked", b"chunked\r\nContent-Length: 5"), 400, "bad_request"),
        (b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414, "uri_too_long"),
        (
            b"GET /media HTTP/1.1\r\n" + HOST + b"X-Big: " + b"x" * 100_000 + b"\r\n\r\n",
            431,
            "request_header_fields_too_large",
        ),
        (
            b"GET /media HTTP/1.1\r\n" + HOST + b"X-Many: x\r\n" * 1_000 + b"\r\n",
            431,
            "request_header_fields_too_large",
        ),
        (CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n", 400, "malformed_request"),
        (CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n", 400, "malformed_request"),
        (CHUNKED + b"5\r\nhello world\r\n0\r\n\r\n", 400, "malformed_request"),
        (CHUNKED + b"fffffffffffffff\r\nhello", 400, "malformed_request"),
        (CHUNKED + b"%x\r\n" % len(FILE) + FILE + b"\r\nzz\r\n", 400, "malformed_request"),
        (CHUNKED, 400, "malformed_request"),
        (POST + b"Content-Length: 500\r\n\r\n" + FILE[:60], 400, "malformed_request"),
        (POST + b"Content-Length: 99999999999999999999\r\n\r\n" + FILE[:-20], 413, "file_too_large"),
    ],
    ids=lambda value: value[:30].decode("latin-1") if isinstance(value, bytes) else str(value),
)
def test_it_refuses_in_json(server: Server, request_bytes: bytes, status: int, code: str) -> None:
    before = server.files()
    (answer,) = split_answers(server.send_raw(request_bytes))
    answer.assert_problem(status, code)
    assert server.files() == before


def test_a_content_length_that_is_too_short_ends_the_form(server: Server) -> None:
    before = server.files()
    head = POST + b"Content-Length: %d\r\n\r\n" % (len(FILE) - 30)
    first, *rest = split_answers(server.send_raw(head + FILE))
    first.assert_problem(400, "malformed_request")
    assert all(answer.status == 400 for answer in rest)
    assert server.files() == before


def test_a_content_length_of_zero_means_no_body(server: Server) -> None:
    first, *rest = split_answers(server.send_raw(POST + b"Content-Length: 0\r\n\r\n" + FILE))
    first.assert_problem(400, "malformed_request")
    assert all(answer.status == 400 for answer in rest)


def test_an_upload_cut_half_way_leaves_nothing(server: Server) -> None:
    before = server.files()
    body = write_part("file", PNG + bytes(3_000_000), "a.png") + END
    head = POST + b"Content-Length: %d\r\n\r\n" % len(body)
    (answer,) = split_answers(server.send_raw(head + body[: len(body) // 2]))
    answer.assert_problem(400, "malformed_request")
    assert server.files() == before


def test_a_forwarded_address_is_not_believed(server: Server) -> None:
    forwarded = {
        "X_Forwarded_Proto": "https",
        "X_Forwarded_Host": "evil.example",
        "Forwarded": "host=evil.example",
    }
    server.upload()
    media = server.call("GET", "/media/?limit=1", **forwarded).json[0]
    assert media["url"].startswith(f"http://127.0.0.1:{server.port}/")


def test_the_server_still_works(server: Server) -> None:
    assert server.call("GET", "/media/").status == 200
    assert "Traceback" not in server.log
