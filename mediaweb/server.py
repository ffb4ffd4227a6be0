"""How gunicorn serves us: cooperative workers that send files by the kernel and speak JSON when they refuse.

A configuration file, run as `gunicorn -c mediaweb/server.py wsgi:app`; `mediaweb serve` does just that.
It imports nothing of the application: each worker loads that itself, after gevent has made the standard
library cooperative.
"""

import gc
import json
import os
import resource
import socket
import time
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from typing import Any, BinaryIO

import gevent
import gevent.socket
import gunicorn.http.message
import gunicorn.http.parser
import gunicorn.http.wsgi
import gunicorn.util
from gunicorn.http.body import MAX_READ_STEP, Body
from gunicorn.http.errors import ParseException
from gunicorn.http.unreader import SocketUnreader
from gunicorn.http.wsgi import Response
from gunicorn.workers.base_async import AsyncWorker
from gunicorn.workers.ggevent import GeventWorker

#: A peer that neither sends nor takes a byte for so long is given up, in seconds.
STALL_SECONDS = 60
#: The collector looks for cycles after so many allocations; at Python's 700 it would at every request.
GC_ALLOCATIONS = 20_000
#: From here on a body is read past gunicorn's own buffers.
LARGE_READ_BYTES = 64 * 1024
#: After so many bytes of one file, other requests of the worker get their turn.
SENDFILE_BYTES = 1024 * 1024
#: How much of a refused body is read away so that the connection can be used again.
DRAIN_BYTES = 4 * 1024 * 1024
#: A client that is still sending is listened to for so long before it is cut off, in seconds; and if it falls
#: silent, only for so long.
LINGER_SECONDS = 30
SILENCE_SECONDS = 5


def send_file(sock: gevent.socket.socket, file: BinaryIO, offset: int = 0, count: int | None = None) -> int:
    """Send a part of a file by the kernel's `sendfile`, giving way to other greenlets.

    Takes the place of gevent's `socket.sendfile`, which reads and sends 8 KiB at a time.
    """
    remaining = os.fstat(file.fileno()).st_size - offset if count is None else count
    sent_total = 0
    while remaining:
        try:
            sent = os.sendfile(
                sock.fileno(), file.fileno(), offset + sent_total, min(remaining, SENDFILE_BYTES)
            )
        except BlockingIOError:
            gevent.socket.wait_write(sock.fileno(), timeout=STALL_SECONDS)
            continue
        if sent == 0:  # the file became shorter while it was sent
            raise ConnectionAbortedError
        sent_total += sent
        remaining -= sent
        if remaining and sent == SENDFILE_BYTES:
            gevent.sleep(0)
    return sent_total


class StraightBody(Body):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's request body, handing large pieces on as they come rather than through a buffer."""

    def read(self, size: int | None = None) -> bytes:
        if size is None or size < LARGE_READ_BYTES or self.buf.tell():
            return bytes(super().read(size))
        return bytes(self._read_reader(min(size, MAX_READ_STEP)))


class StraightUnreader(SocketUnreader):  # type: ignore[misc]
    """gunicorn's reader of a connection, likewise."""

    def read(self, size: int | None = None, read_ahead: int | None = None) -> bytes:
        buffered = self.buf.getbuffer().nbytes
        if size is None or size < LARGE_READ_BYTES or buffered >= size:
            return bytes(super().read(size, read_ahead))
        pieces = [self.take_buffered()] if buffered else []
        missing = size - buffered
        while missing and (piece := self.sock.recv(missing)):
            pieces.append(piece)
            missing -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def http_date() -> str:
    """Return the time for the header Date, written once a second rather than once a response."""
    return _written_date(int(time.time()))


@lru_cache(1)
def _written_date(timestamp: int) -> str:
    return formatdate(timestamp, usegmt=True)


class CorkedResponse(Response):  # type: ignore[misc]
    """gunicorn's response, a file's headers and first bytes in one packet: one waking of the client."""

    def write_file(self, respiter: Any) -> None:
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        try:
            super().write_file(respiter)
        finally:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)


class MediaWorker(GeventWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's gevent worker with a real `sendfile`, limits on patience and error bodies in JSON."""

    def patch(self) -> None:
        super().patch()
        gevent.socket.socket.sendfile = send_file
        gunicorn.http.message.Body = StraightBody
        gunicorn.http.parser.SocketUnreader = StraightUnreader
        gunicorn.http.wsgi.Response = CorkedResponse
        gunicorn.util.http_date = http_date

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        client.settimeout(STALL_SECONDS)
        AsyncWorker.handle(self, listener, client, addr)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        try:
            super().handle_request(listener_name, req, sock, addr)
        except StopIteration:  # gunicorn's word for closing the connection
            linger(sock)
            raise
        if sock.fileno() == -1:  # the application has taken it over: it is a WebSocket now
            raise StopIteration
        if req.body is not None and not drain(req.body, sock):
            linger(sock)
            raise StopIteration

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        self.close_live_connections()

    def handle_quit(self, sig: int, frame: Any) -> None:
        self.close_live_connections()
        super().handle_quit(sig, frame)

    def close_live_connections(self) -> None:
        """Tell live viewers to come back later. Requests that are being answered go on."""
        hub = getattr(self.wsgi, "extensions", {}).get("mediaweb_hub")
        if hub is not None:
            gevent.spawn(hub.close)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        super().handle_error(req, JsonErrorSocket(client), addr, exc)
        linger(client)


def drain(body: Any, sock: Any) -> bool:
    """Read away what an application left of a refused body; return whether the connection is usable again."""
    if getattr(body.reader, "length", None) == 0:  # all of it has been read, or there was none
        return True
    drained = 0
    sock.settimeout(SILENCE_SECONDS)
    deadline = time.monotonic() + LINGER_SECONDS
    try:
        while data := body.read(64 * 1024):
            drained += len(data)
            if drained > DRAIN_BYTES or time.monotonic() > deadline:
                return False
    except (OSError, ParseException):  # where the next request would begin is unknown
        return False
    sock.settimeout(STALL_SECONDS)
    return True


def linger(sock: Any) -> None:
    """Say that nothing more comes, then read on for a while.

    Closing with bytes unread resets the connection, and a client that is still sending would lose our answer.
    """
    deadline = time.monotonic() + LINGER_SECONDS
    with suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(SILENCE_SECONDS)
        while sock.recv(64 * 1024) and time.monotonic() < deadline:
            pass


class JsonErrorSocket:
    """Stands in for a client's socket while gunicorn writes its HTML error page, and sends JSON instead."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def sendall(self, page: bytes) -> None:
        status_line = page.partition(b"\r\n")[0].decode("latin-1")
        reason = status_line.split(" ", 2)[2]
        body = json.dumps({"detail": f"{reason}.", "code": reason.lower().replace(" ", "_")}).encode()
        head = (
            f"{status_line}\r\nConnection: close\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._sock.sendall(head.encode("latin-1") + body)


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 - gunicorn's hook
    """Allow as many connections as the system does, and keep the collector off what lives for ever."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_ALLOCATIONS, 20, 20)


worker_class = MediaWorker
#: Seconds. An idle connection holds up a graceful stop for so long.
keepalive = 5
#: A connection is cheap; what it costs is a file descriptor.
worker_connections = 10_000
graceful_timeout = 30
#: Standard error; one line a request is for the proxy in front to write.
accesslog = None
control_socket_disable = True
#: Nobody may tell us who they are by X-Forwarded-* headers.
forwarded_allow_ips = ""
