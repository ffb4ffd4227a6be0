"""Viewers who do not read, who are too many, and who are there when the server stops."""

import socket
import time
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.live.conftest import House
from tests.live.sockets import PATIENCE_SECONDS, listen
from tests.live.test_ws_media import open_raw
from tests.server.running import start_server

STOPPED = 200
#: What the issue allows, and a little for the machine.
DROPPED_SECONDS = 30 + 5


def test_viewers_who_stop_reading_delay_nobody_and_are_dropped(house: House) -> None:
    stopped = [open_raw(house) for _ in range(STOPPED)]
    started = time.monotonic()
    media_id = house.upload()
    slowest = 0.0
    with listen(house.server) as listener:
        # More than the kernel keeps for who does not read.
        for number in range(300):
            sent = time.monotonic()
            house.patch(media_id, f'{{"description": "{str(number) * 1000}"}}')
            assert listener.read()["data"]["description"].startswith(str(number))
            slowest = max(slowest, time.monotonic() - sent)
        assert slowest < 5
        while count(house) > 1:
            assert time.monotonic() - started < DROPPED_SECONDS, f"{count(house) - 1} are still there"
            time.sleep(0.2)
        assert listener.hears_nothing()
    for raw in stopped:
        raw.close()


def test_a_slow_reader_hears_everything_in_the_end(house: House) -> None:
    media_id = house.upload()
    with open_raw(house) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32_768)
        for number in range(300):
            house.patch(media_id, f'{{"description": "{number} {"x" * 4000}"}}')
        received = b""
        last = b'"description":"299 '
        deadline = time.monotonic() + PATIENCE_SECONDS
        while last not in received:
            assert time.monotonic() < deadline
            received += slow.recv(65_536)
    told = [received.find(f'"description":"{number} '.encode()) for number in range(300)]
    assert -1 not in told
    assert told == sorted(told)


def test_who_is_one_too_many_is_told_so(tmp_path: Path) -> None:
    proxy = {"X-Forwarded-For": "203.0.113.7"}
    limits = {"SOCKETS_PER_PROCESS": "3", "SOCKETS_PER_ADDRESS": "1", "TRUSTED_PROXIES": "127.0.0.1"}
    with start_server(tmp_path, **limits) as server:
        address = f"ws://127.0.0.1:{server.port}/ws/media"
        with connect(address, additional_headers=proxy) as first, connect(address) as local:
            assert "connection" in str(first.recv(PATIENCE_SECONDS))
            assert "connection" in str(local.recv(PATIENCE_SECONDS))
            assert refusal(address, proxy) == (1013, "Too many connections from this address.")
            with connect(address) as third:
                assert "connection" in str(third.recv(PATIENCE_SECONDS))
                assert refusal(address, {}) == (1013, "Too many connections.")


def test_a_server_that_stops_asks_its_viewers_to_come_back(tmp_path: Path) -> None:
    with start_server(tmp_path) as server:
        with connect(f"ws://127.0.0.1:{server.port}/ws/media") as viewer:
            viewer.recv(PATIENCE_SECONDS)
            server.process.terminate()
            assert closing(viewer) == (1012, "The server restarts.")
        assert server.process.wait(PATIENCE_SECONDS) == 0


def count(house: House) -> int:
    total: int = house.server.call("GET", "/ws/stats").json["total_connections"]
    return total


def refusal(address: str, headers: dict[str, str]) -> tuple[int, str] | None:
    with connect(address, additional_headers=headers) as viewer:
        return closing(viewer)


def closing(viewer: ClientConnection) -> tuple[int, str] | None:
    """Return the code and the words with which the server closes a connection."""
    try:
        viewer.recv(PATIENCE_SECONDS)
    except ConnectionClosed as closed:
        return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else None
    raise AssertionError("the server did not close the connection")
