"""A big upload that is refused gets its answer, although the client is still sending."""

import socket

import pytest

from tests.api.calls import END, PNG, write_part
from tests.server.running import FORM, Server, read_answer, split_answers

LARGE = write_part("file", PNG + bytes(60_000_000), "a.png") + END


def chunks_of(body: bytes) -> list[bytes]:
    return [body[start : start + 65_536] for start in range(0, len(body), 65_536)]


def test_an_announced_size_gets_413(strict_server: Server) -> None:
    strict_server.call("POST", "/media/upload", LARGE, Content_Type=FORM).assert_problem(
        413, "file_too_large"
    )
    assert strict_server.files() == set()


def test_a_size_that_turns_out_gets_413(strict_server: Server) -> None:
    client = strict_server.client()
    try:
        client.request(
            "POST", "/media/upload", iter(chunks_of(LARGE)), {"Content-Type": FORM}, encode_chunked=True
        )
    except (BrokenPipeError, ConnectionResetError):
        pytest.fail("the connection was cut before the answer could be read")
    read_answer(client).assert_problem(413, "file_too_large")
    client.close()
    assert strict_server.files() == set()


def test_a_client_that_asks_to_close_gets_413_too(strict_server: Server) -> None:
    answer = strict_server.call("POST", "/media/upload", LARGE, Content_Type=FORM, Connection="close")
    answer.assert_problem(413, "file_too_large")


def test_http_1_0_gets_413_too(strict_server: Server) -> None:
    head = f"POST /media/upload HTTP/1.0\r\nContent-Type: {FORM}\r\nContent-Length: {len(LARGE)}\r\n\r\n"
    (answer,) = split_answers(strict_server.send_raw(head.encode() + LARGE))
    answer.assert_problem(413, "file_too_large")


def test_a_wrong_type_gets_its_answer_while_it_is_sent(strict_server: Server) -> None:
    body = write_part("file", b"<!DOCTYPE html><html>" + b" " * 900_000, "a.png") + END
    answer = strict_server.call("POST", "/media/upload", body, Content_Type=FORM)
    answer.assert_problem(415, "file_type_refused")


def test_the_connection_of_a_small_refused_body_is_used_again(strict_server: Server) -> None:
    client = strict_server.client()
    client.request("POST", "/media/upload", b"x" * 100_000, {"Content-Type": "text/plain"})
    read_answer(client).assert_problem(415, "unsupported_content_type")
    first = client.sock
    client.request("GET", "/media/")
    assert read_answer(client).status == 200
    assert client.sock is first is not None
    client.close()


def test_expect_100_continue_is_answered(strict_server: Server) -> None:
    body = write_part("file", PNG, "a.png") + END
    head = (
        f"POST /media/upload HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
    )
    with strict_server.connect() as connection:
        connection.sendall(head.encode() + b"Expect: 100-continue\r\nConnection: close\r\n\r\n")
        assert connection.recv(1_000).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(body)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1_000).startswith(b"HTTP/1.1 201 ")


def test_the_log_has_no_stack_trace(strict_server: Server) -> None:
    assert "Traceback" not in strict_server.log
