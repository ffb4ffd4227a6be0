"""Large files come and go byte-exact, in little memory, and slow clients hold up nobody."""

import hashlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.calls import END, PNG, write_part
from tests.server.running import FORM, Server, read_answer, wait_for

MIB = 1024 * 1024
LARGE = PNG + hashlib.shake_256(b"noise").digest(24 * MIB)


@pytest.fixture(scope="module")
def large(server: Server) -> dict[str, Any]:
    """A public file of 24 MiB."""
    return server.upload(LARGE)


def test_a_large_download_is_byte_exact(server: Server, large: dict[str, Any]) -> None:
    assert server.call("GET", f"/media/{large['id']}/download").body == LARGE


@pytest.mark.parametrize("requested", [(5, 6), (1_000_000, 9_000_001), (len(LARGE) - 3, len(LARGE))])
def test_a_range_is_byte_exact(server: Server, large: dict[str, Any], requested: tuple[int, int]) -> None:
    start, end = requested
    answer = server.call("GET", f"/media/{large['id']}/download", Range=f"bytes={start}-{end - 1}")
    assert (answer.status, answer.body) == (206, LARGE[start:end])


def test_several_ranges_are_byte_exact(server: Server, large: dict[str, Any]) -> None:
    answer = server.call("GET", f"/media/{large['id']}/download", Range="bytes=0-999999,2000000-2999999")
    assert answer.status == 206
    assert LARGE[:1_000_000] in answer.body
    assert LARGE[2_000_000:3_000_000] in answer.body


def test_slow_readers_hold_up_nobody(server: Server, large: dict[str, Any]) -> None:
    request = f"GET /media/{large['id']}/download HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    readers = [server.connect() for _ in range(20)]
    for reader in readers:
        reader.sendall(request)
        assert reader.recv(100).startswith(b"HTTP/1.1 200")
    assert server.call("GET", "/media/").status == 200
    assert server.upload()["id"]
    for reader in readers:
        reader.close()


def test_slow_senders_hold_up_nobody(server: Server) -> None:
    before = server.files()
    senders = [server.connect() for _ in range(20)]
    head = (
        f"POST /media/upload HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 9000000\r\n\r\n"
    )
    for sender in senders:
        sender.sendall(head.encode() + write_part("file", PNG + bytes(100_000), "a.png")[:-2])
    assert server.call("GET", "/media/").status == 200
    for sender in senders:
        sender.close()
    wait_for(lambda: server.files() == before)


def test_a_connection_is_kept(server: Server) -> None:
    client = server.client()
    client.connect()
    first = client.sock
    for path in ("/media/", "/media/999999", "/media/?limit=0", "/media/stats/info"):
        client.request("GET", path)
        assert read_answer(client).status in (200, 404, 422)
        assert client.sock is first
    client.close()


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    one = b"GET /media/stats/info HTTP/1.1\r\nHost: x\r\n\r\n"
    two = b"GET /media/999999 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    data = server.send_raw(one + two)
    assert data.index(b"HTTP/1.1 200") < data.index(b"HTTP/1.1 404")


def test_an_upload_of_300_megabytes_takes_little_memory(server: Server) -> None:
    worker = server.worker()
    server.upload()  # what a first upload loads is not what an upload takes
    before, peak = worker.memory_info().rss, 0

    def send() -> Iterator[bytes]:
        nonlocal peak
        yield write_part("file", PNG, "a.png")[:-2]
        for _ in range(300):
            yield bytes(1_000_000)
            peak = max(peak, worker.memory_info().rss)
        yield b"\r\n" + END

    client = server.client()
    client.request("POST", "/media/upload", send(), {"Content-Type": FORM}, encode_chunked=True)
    answer = read_answer(client)
    client.close()
    assert (answer.status, answer.json["file_size"]) == (201, len(PNG) + 300_000_000)
    assert max(peak, worker.memory_info().rss) - before < 32 * MIB


def test_nothing_waits_for_a_client_that_never_speaks(server: Server) -> None:
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
    assert server.call("GET", "/media/").status == 200
    for connection in silent:
        connection.close()


def test_the_log_has_no_stack_trace(server: Server) -> None:
    assert "Traceback" not in server.log
