"""WebSocket frames (RFC 6455): what we send, encoded once for all who get it, and what comes in."""

from collections.abc import Iterator
from enum import IntEnum

from wsproto.frame_protocol import FrameProtocol, Opcode, ParseFailed

#: Of one message that comes in.
MAX_MESSAGE_BYTES = 64 * 1024


class Close(IntEnum):
    """Why we close a connection (RFC 6455, section 7.4.1)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    BROKEN = 1002
    NOT_ALLOWED = 1008
    TOO_LARGE = 1009
    RESTART = 1012
    TRY_LATER = 1013


class ProtocolBroken(Exception):
    """The client sent what no client may send; `code` says what in a close frame."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def encode_text(payload: bytes) -> bytes:
    """Return the frame of a message of UTF-8 text."""
    return bytes(_encoder._serialize_frame(Opcode.TEXT, payload))


def encode_close(code: int, reason: str) -> bytes:
    """Return the frame that closes a connection."""
    return bytes(_encoder.close(code, reason))


def encode_pong(payload: bytes) -> bytes:
    """Return the answer to a ping."""
    return bytes(_encoder.pong(payload))


class Incoming:
    """Takes a client's bytes apart into whole messages and control frames."""

    __slots__ = ("_decoder", "_parts", "_size")

    def __init__(self) -> None:
        self._decoder = FrameProtocol(client=False, extensions=[])
        self._parts: list[str] = []
        self._size = 0

    def read(self, data: bytes) -> Iterator[tuple[Opcode, str | bytes]]:
        """Yield what is complete: texts ("" for a binary message), pings and pongs, at last a close.

        Raises `ProtocolBroken`.
        """
        self._decoder.receive_bytes(data)
        try:
            for frame in self._decoder.received_frames():
                if frame.opcode is Opcode.CLOSE:
                    yield frame.opcode, b""
                elif frame.opcode in (Opcode.PING, Opcode.PONG):
                    assert isinstance(frame.payload, bytes)
                    yield frame.opcode, frame.payload
                else:
                    self._add(frame.payload)
                    if frame.message_finished:
                        yield frame.opcode, self._take()
        except ParseFailed as error:
            raise ProtocolBroken(int(error.code), "That is no WebSocket frame.") from None

    def _add(self, payload: object) -> None:
        assert isinstance(payload, str | bytes)
        self._size += len(payload)
        if self._size > MAX_MESSAGE_BYTES:
            raise ProtocolBroken(Close.TOO_LARGE, f"A message has at most {MAX_MESSAGE_BYTES:,} bytes.")
        if isinstance(payload, str):
            self._parts.append(payload)

    def _take(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        self._size = 0
        return text


_encoder = FrameProtocol(client=False, extensions=[])
PING = bytes(_encoder.ping())
