"""Start the real server, speak to it over sockets, look at its processes."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.api.calls import END, PNG, write_part
from tests.servers import find_free_port

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "mediaweb")
START_SECONDS = 120
#: What an answer may take, in seconds, before a test fails rather than hangs.
PATIENCE_SECONDS = 60


@dataclass
class Answer:
    """One HTTP response."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def assert_problem(self, status: int, code: str) -> None:
        """Check that this is an error in the one shape."""
        assert (self.status, self.headers.get_content_type()) == (status, "application/json"), self.body
        assert set(self.json) == {"detail", "code"}
        assert self.json["code"] == code
        assert "Traceback" not in self.body.decode()


@dataclass
class Server:
    """A running server: its gunicorn master, its port, the folder it works in, its settings."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    options: dict[str, str]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def staging(self) -> Path:
        return self.folder / "media" / ".staging"

    def files(self) -> set[Path]:
        """Return every stored and staged file."""
        return {path for path in (self.folder / "media").rglob("*") if path.is_file()}

    def worker(self) -> psutil.Process:
        return psutil.Process(self.process.pid).children()[0]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)

    def client(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Make one request on a connection of its own."""
        client = self.client()
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            client.request(method, path, body, names)
            return read_answer(client)
        finally:
            client.close()

    def upload(self, content: bytes = PNG, filename: str = "a.png") -> dict[str, Any]:
        """Upload a public file and return the new media."""
        form = write_part("is_public", b"true") + write_part("file", content, filename) + END
        answer = self.call("POST", "/media/upload", form, Content_Type=FORM)
        assert answer.status == 201, answer.body
        media: dict[str, Any] = answer.json
        return media

    def send_raw(self, request: bytes) -> bytes:
        """Send bytes, say that no more will come, and return everything that comes back."""
        with self.connect() as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return read_all(connection)


FORM = "multipart/form-data; boundary=b"


def read_answer(client: http.client.HTTPConnection) -> Answer:
    response = client.getresponse()
    return Answer(response.status, response.headers, response.read())


def read_all(connection: socket.socket) -> bytes:
    """Read until the server closes the connection."""
    parts = []
    while True:
        try:
            part = connection.recv(65_536)
        except ConnectionResetError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def split_answers(data: bytes) -> list[Answer]:
    """Take raw bytes apart into the responses they hold."""
    answers = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        status_line, _, header_lines = head.partition(b"\r\n")
        match = re.fullmatch(rb"HTTP/1\.[01] (\d{3}) [^\r\n]*", status_line)
        assert match, data[:200]
        headers = http.client.parse_headers(_Lines(header_lines + b"\r\n\r\n"))
        length = int(headers.get("Content-Length", "0"))
        answers.append(Answer(int(match[1]), headers, rest[:length]))
        data = rest[length:]
    return answers


class _Lines:
    def __init__(self, data: bytes) -> None:
        self._lines = iter(data.splitlines(keepends=True))

    def readline(self, _limit: int = -1) -> bytes:
        return next(self._lines, b"")


def run_command(folder: Path, *arguments: str, **options: str) -> "subprocess.CompletedProcess[str]":
    """Run `mediaweb` to its end with the settings that a server has in this folder."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=make_environment(folder, options),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


def make_environment(folder: Path, options: dict[str, str]) -> dict[str, str]:
    """Return what a library in a folder is run with, that takes files from anyone."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "INSTANCE_PATH": str(folder),
        "MEDIA_FOLDER": str(folder / "media"),
        "ANONYMOUS_ACCESS": "write",
    } | options


@contextmanager
def start_server(
    folder: Path, workers: str = "1", has_worker: bool = False, /, **options: str
) -> Iterator[Server]:
    """Run `mediaweb serve` in a folder until the block ends; background work is done if it `has_worker`."""
    port = find_free_port()
    command = [
        *COMMAND,
        "serve",
        "--port",
        str(port),
        "--workers",
        workers,
        *([] if has_worker else ["--no-worker"]),
    ]
    with (folder / "log").open("ab") as log:
        environment = make_environment(folder, options)
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    server = Server(process, port, folder, options)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.log
        try:
            if server.call("GET", "/media/stats/info").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not start: {server.log}")


def wait_for(condition: Any, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until a condition holds. Raises `AssertionError` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
