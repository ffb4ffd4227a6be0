"""A closed-loop HTTP/1.1 load generator: so many connections, each sending its next request on an answer."""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

RECEIVE_BYTES = 1024 * 1024
_buffer = bytearray(RECEIVE_BYTES)


@dataclass(slots=True)
class Load:
    """What came of a run: seconds each request took, and seconds and body bytes in all."""

    latencies: list[float] = field(default_factory=list)
    duration: float = 0.0
    body_bytes: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.duration

    @property
    def p95(self) -> float:
        return sorted(self.latencies)[int(len(self.latencies) * 0.95)]


class _Connection:
    """One keep-alive connection and where its current exchange stands."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.to_send = memoryview(b"")
        self.head = b""
        self.missing = -1
        self.started = 0.0

    def start(self, request: bytes) -> None:
        self.to_send = memoryview(request)
        self.head = b""
        self.missing = -1
        self.started = time.perf_counter()
        self.send()

    def send(self) -> None:
        try:
            while self.to_send:
                self.to_send = self.to_send[self.socket.send(self.to_send) :]
        except BlockingIOError:
            pass

    def receive(self) -> bool:
        """Take in what has arrived; return whether the answer is complete."""
        count = self.socket.recv_into(_buffer)
        if count == 0:
            raise ConnectionError("the server closed the connection")
        if self.missing >= 0:
            self.missing -= count
            return self.missing <= 0
        self.head += bytes(_buffer[:count])
        head, end, body = self.head.partition(b"\r\n\r\n")
        if not end:
            return False
        self.missing = _content_length(head) - len(body)
        return self.missing <= 0


def _content_length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    status = int(lines[0].split(b" ")[1])
    if status >= 400:
        raise RuntimeError(f"the server answered {head.decode('latin-1')}")
    return next((int(line[16:]) for line in lines if line.startswith(b"content-length: ")), 0)


def run_load(port: int, requests: Iterator[bytes], concurrency: int) -> Load:
    """Send every request, `concurrency` at a time. Raises `RuntimeError` on an error answer."""
    load = Load()
    selector = selectors.DefaultSelector()
    connections = [_Connection(port) for _ in range(concurrency)]
    active = 0
    started = time.perf_counter()
    for connection in connections:
        request = next(requests, None)
        if request is not None:
            active += 1
            connection.start(request)
            selector.register(connection.socket, _interest(connection), connection)
    while active:
        for key, _ in selector.select():
            connection = key.data
            if connection.to_send:
                connection.send()
                if not connection.to_send:
                    selector.modify(connection.socket, selectors.EVENT_READ, connection)
                continue
            if not connection.receive():
                continue
            load.latencies.append(time.perf_counter() - connection.started)
            request = next(requests, None)
            if request is None:
                active -= 1
                selector.unregister(connection.socket)
            else:
                connection.start(request)
                selector.modify(connection.socket, _interest(connection), connection)
    load.duration = time.perf_counter() - started
    for connection in connections:
        connection.socket.close()
    return load


def _interest(connection: _Connection) -> int:
    return selectors.EVENT_WRITE if connection.to_send else selectors.EVENT_READ


def get(path: str, **headers: str) -> bytes:
    """Return a GET request."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{n}: {v}" for n, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, body: bytes, content_type: str) -> bytes:
    """Return a POST request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


BOUNDARY = "benchmark-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart_head(filename: str) -> bytes:
    """Return what stands before a public file in an upload."""
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="is_public"\r\n\r\ntrue\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()


MULTIPART_TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


def upload(filename: str, content: bytes) -> bytes:
    """Return the request of a public upload."""
    return post("/media/upload", multipart_head(filename) + content + MULTIPART_TAIL, MULTIPART)
