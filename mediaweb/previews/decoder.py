"""Have files decoded in confined processes, from a program that may hold secrets."""

import logging
import os
import socket
import subprocess
import sys
import threading

from pydantic import ValidationError

from mediaweb.previews.confinement import find_landlock
from mediaweb.previews.made_files import SENSELESS
from mediaweb.previews.orders import Made, Order

log = logging.getLogger(__name__)

#: Names of the environment that programs need; everything else may be a secret.
HARMLESS = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "PYTHONPATH",
    "PYTHONWARNINGS",
    "LD_LIBRARY_PATH",
    "TMPDIR",
)
MAX_ANSWER_BYTES = 1024 * 1024
MAX_TRACE_BYTES = 4000


class DecoderLost(Exception):
    """The process that forks the decoding ones has ended; the next order starts another."""


class Decoder:
    """Takes orders from several threads at once; each waits for its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None

    def decode(self, order: Order) -> Made:
        """Make previews in a process of their own and wait for it. Whatever the file does, an answer comes.

        Raises `DecoderLost` if something other than the file ended the process.
        """
        reader, writer = os.pipe()
        try:
            self._send(order, writer)
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        with open(reader, "rb") as pipe:  # noqa: PTH123 - a descriptor
            answer = pipe.read(MAX_ANSWER_BYTES + 1)
        return _read_answer(answer)

    def close(self) -> None:
        """End the processes, with whatever they do."""
        with self._lock:
            self._end()

    def _send(self, order: Order, pipe: int) -> None:
        message = order.model_dump_json().encode() + b"\n"
        with self._lock:
            # What ended meanwhile, perhaps over another file, has not even begun with this one.
            if not self._is_taken(message, pipe) and not self._is_taken(message, pipe):
                raise DecoderLost

    def _is_taken(self, message: bytes, pipe: int) -> bool:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._start()
        assert self._orders is not None
        try:
            socket.send_fds(self._orders, [message], [pipe])
            is_taken = bool(self._orders.recv(1))
        except OSError:
            is_taken = False
        if not is_taken:
            self._end()
        return is_taken

    def _start(self) -> None:
        self._orders, theirs = socket.socketpair()
        environment = {name: value for name, value in os.environ.items() if name in HARMLESS}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mediaweb.previews.nursery"],
                stdin=theirs.fileno(),
                env=environment,
                cwd="/",
                start_new_session=True,  # out of reach of the terminal: Ctrl-C lets a file be finished
            )
        if sys.platform == "linux" and find_landlock() is None:
            log.warning("this kernel has no Landlock: see docs/security.md, Decoding")

    def _end(self) -> None:
        if self._orders is not None:
            self._orders.close()
            self._orders = None
        if self._process is not None:
            self._process.wait()
            self._process = None


def _read_answer(answer: bytes) -> Made:
    """Believe nothing: what wrote it may have been taken over by the file that it decoded."""
    made, _, ending = answer.rstrip(b"\n").rpartition(b"\n")
    if ending == b"late":
        return Made(failure="Decoding this file takes too long.")
    if not ending or (ending == b"done" and not made):
        raise DecoderLost
    if ending == b"killed":  # by the system, when it runs out of memory
        return Made(failure="Decoding this file takes too much memory.")
    if ending == b"stumbled":
        log.error("decoding stumbled:\n%s", _indent(made))
    if ending != b"done":
        return Made(failure="Decoding this file made the decoder crash: it may be damaged.")
    try:
        return Made.model_validate_json(made)
    except ValidationError:
        return Made(failure=SENSELESS)


def _indent(text: bytes) -> str:
    """Make a few lines of a text that may be anybody's, none of which can pass for one of the log's own."""
    lines = text[-MAX_TRACE_BYTES:].decode(errors="replace").splitlines()
    return "\n".join("    " + "".join(filter(str.isprintable, line)) for line in lines)
