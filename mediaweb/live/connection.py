"""One viewer's socket, read and written by the event loop itself: no greenlet waits for it.

A waiting greenlet costs 20 kB and more, so many viewers of a quiet library would cost more than all else.
"""

import socket
import time
from abc import ABC, abstractmethod
from collections import deque
from typing import Any

from gevent.hub import get_hub
from gevent.monkey import get_original
from wsproto.frame_protocol import Opcode

from mediaweb.live.frames import PING, Close, Incoming, ProtocolBroken, encode_close, encode_pong

READ, WRITE = 1, 2
READ_BYTES = 64 * 1024
#: What the kernel keeps of what we send to one viewer. It takes more than that is worth for one who is slow.
SEND_BUFFER_BYTES = 128 * 1024
#: Who has not taken so many bytes that we have for them has a connection no longer.
MAX_WAITING_BYTES = 1024 * 1024
#: A viewer who takes nothing for so long is dropped, in seconds.
STALL_SECONDS = 12.0
#: Who is silent for so long is asked whether they are there, and given so long to answer.
PING_SECONDS, PONG_SECONDS = 15.0, 10.0
#: How long we wait for the other side to close, too.
CLOSE_SECONDS = 3.0

_Socket: type[socket.socket] = get_original("socket", "socket")


class Connection(ABC):
    """A WebSocket of which the handshake is done.

    Its methods never wait and never raise: whoever can't be written to is gone, which `leave` is told once.
    """

    __slots__ = (
        "_closing_at",
        "_heard_at",
        "_incoming",
        "_is_deaf",
        "_pinged_at",
        "_reader",
        "_socket",
        "_stalled_at",
        "_waiting",
        "_writer",
        "waiting_bytes",
    )

    def __init__(self, descriptor: int) -> None:
        """Take over an open socket, which is closed by us from now on."""
        self._socket = _Socket(fileno=descriptor)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self._incoming: Incoming | None = None
        self._is_deaf = False
        self._waiting: deque[memoryview] = deque()
        self.waiting_bytes = 0
        self._heard_at = time.monotonic()
        self._pinged_at = self._stalled_at = self._closing_at = 0.0
        self._writer: Any = None
        self._reader: Any = get_hub().loop.io(descriptor, READ)
        self._reader.start(self._read)

    @abstractmethod
    def hear(self, text: str) -> None:
        """Take a message from the viewer, "" for a binary one; the event loop waits meanwhile."""

    @abstractmethod
    def leave(self) -> None:
        """Take note that the connection is gone."""

    @property
    def is_open(self) -> bool:
        """Whether there is still somebody to send to."""
        return self._reader is not None and not self._closing_at

    def send(self, data: bytes) -> None:
        """Send whole frames, now or as soon as the viewer takes them."""
        if not self.is_open or not data:
            return
        if self._waiting:
            self._keep(memoryview(data))
            return
        sent = self._write(data)
        if sent is not None and sent < len(data):
            self._keep(memoryview(data)[sent:])

    def close(self, code: int, reason: str) -> None:
        """Say that nothing more comes and why; who does not close in turn is dropped."""
        if self.is_open:
            self.send(encode_close(code, reason))
            self._closing_at = time.monotonic()

    def drop(self) -> None:
        """Let go of the socket at once, with all that waits for it."""
        if self._reader is None:
            return
        for watcher in (self._reader, self._writer):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        self._reader = self._writer = None
        self._waiting.clear()
        self.waiting_bytes = 0
        self._socket.close()
        self.leave()

    def look_after(self, now: float) -> None:
        """Ping who is silent; drop who does not answer, does not read, or does not close. Once a second."""
        if self._closing_at:
            if now - self._closing_at > CLOSE_SECONDS:
                self.drop()
        elif (self._waiting and now - self._stalled_at > STALL_SECONDS) or (
            self._pinged_at and now - self._pinged_at > PONG_SECONDS
        ):
            self.drop()
        elif not self._pinged_at and now - self._heard_at > PING_SECONDS:
            self._pinged_at = now
            self.send(PING)

    def _write(self, data: bytes | memoryview) -> int | None:
        """Return how many bytes the kernel took; None if the connection is gone."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self.drop()
            return None

    def _keep(self, data: memoryview) -> None:
        if self.waiting_bytes + len(data) > MAX_WAITING_BYTES:
            self.drop()
            return
        if not self._waiting:
            self._stalled_at = time.monotonic()
            self._writer = self._writer or get_hub().loop.io(self._socket.fileno(), WRITE)
            self._writer.start(self._write_on)
        self._waiting.append(data)
        self.waiting_bytes += len(data)

    def _write_on(self) -> None:
        """Go on with what waits; the loop calls this when the kernel takes more."""
        while self._waiting:
            data = self._waiting[0]
            sent = self._write(data)
            if not sent:
                return
            self._stalled_at = time.monotonic()
            self.waiting_bytes -= sent
            if sent < len(data):
                self._waiting[0] = data[sent:]
                return
            self._waiting.popleft()
        self._writer.stop()
        self._writer.close()
        self._writer = None

    def _read(self) -> None:
        """Take in what has arrived; the loop calls this when there is something."""
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.drop()
            return
        if self._is_deaf:
            return
        self._heard_at = time.monotonic()
        self._pinged_at = 0.0
        self._incoming = self._incoming or Incoming()
        try:
            for opcode, payload in self._incoming.read(data):
                self._take(opcode, payload)
        except ProtocolBroken as error:
            self._is_deaf = True  # where the next frame would begin is unknown
            self.close(error.code, error.reason)

    def _take(self, opcode: Opcode, payload: str | bytes) -> None:
        if opcode is Opcode.CLOSE:
            self.close(Close.NORMAL, "")
            self.drop()
        elif opcode is Opcode.PING:
            assert isinstance(payload, bytes)
            self.send(encode_pong(payload))
        elif opcode is not Opcode.PONG and self.is_open:
            assert isinstance(payload, str)
            self.hear(payload)
