"""What a killed server leaves behind is swept at the next start; what a living one writes is not."""

import os
import signal
import socket
from pathlib import Path

import psutil

from tests.api.calls import PNG, write_part
from tests.server.running import FORM, PATIENCE_SECONDS, Server, start_server, wait_for


def begin_upload(server: Server) -> socket.socket:
    """Start an upload that does not end; return its connection once bytes are staged."""
    before = len(list(server.staging.iterdir()))
    connection = server.connect()
    head = (
        f"POST /media/upload HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 9000000\r\n\r\n"
    )
    connection.sendall(head.encode() + write_part("file", PNG + bytes(3_000_000), "a.png")[:-2])
    wait_for(lambda: len(list(server.staging.iterdir())) > before)
    return connection


def kill(server: Server) -> None:
    """Kill a server and its workers without a word of warning."""
    processes = [psutil.Process(server.process.pid), server.worker()]
    for process in processes:
        os.kill(process.pid, signal.SIGKILL)
    server.process.wait()
    psutil.wait_procs(processes, timeout=PATIENCE_SECONDS)


def test_a_killed_servers_upload_is_swept_at_the_next_start(tmp_path: Path) -> None:
    with start_server(tmp_path) as server, begin_upload(server):
        kill(server)
    assert len(list((tmp_path / "media" / ".staging").iterdir())) == 1
    with start_server(tmp_path) as server:
        assert server.files() == set()
        assert server.call("GET", "/media/").json == []


def test_a_living_servers_upload_is_kept(tmp_path: Path) -> None:
    with start_server(tmp_path) as server, begin_upload(server) as connection:
        (staged,) = server.staging.iterdir()
        with start_server(tmp_path):
            assert staged.exists()
        connection.close()
        wait_for(lambda: not staged.exists())


def test_a_server_that_is_told_to_stop_finishes_what_it_does(tmp_path: Path) -> None:
    with start_server(tmp_path, MAX_FILE_SIZE="30000000") as server:
        media = server.upload(PNG + bytes(20_000_000))
        connection = server.connect()
        connection.sendall(f"GET /media/{media['id']}/download HTTP/1.0\r\n\r\n".encode())
        received = len(connection.recv(65_536))
        server.process.terminate()
        while part := connection.recv(1_000_000):
            received += len(part)
        assert received > media["file_size"]
        connection.close()
