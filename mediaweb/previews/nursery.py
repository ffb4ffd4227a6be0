"""The process that decoding ones are born from: it has the decoders loaded, and no secret of the library.

`python -m mediaweb.previews.nursery`, with a socket as standard input. Each line on it is an `Order` in JSON,
sent with a pipe and acknowledged by a byte. For each a child is forked, confined and set to work; it writes
what it `Made` to the pipe. When it has ended, or its time is over, one more line on the pipe tells how.
"""

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass

from mediaweb.previews import limits
from mediaweb.previews.confinement import confine
from mediaweb.previews.maker import make_previews
from mediaweb.previews.orders import Order

MAX_ORDER_BYTES = 64 * 1024
#: Answering people comes before decoding files.
NICENESS = 10
ACKNOWLEDGED = b"\n"
#: Loaded before the first file, since each child would load them anew; what is rare is left to the children.
LOADED = (
    *("mediaweb.previews.image", "mediaweb.previews.ladder", "pillow_heif"),
    *("mediaweb.previews.video", "mediaweb.previews.audio", "mediaweb.previews.document"),
)


@dataclass(slots=True)
class Child:
    """A process at work, where its answer goes, and until when it may work (monotonic seconds)."""

    pipe: int
    deadline: float
    is_late: bool = False


class Nursery:
    """Forks a child for each order and tells how it ended."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._children: dict[int, Child] = {}
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Work until the other end of the socket is closed."""
        wake, woken = os.pipe()
        for descriptor in (wake, woken):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        self._selector.register(wake, selectors.EVENT_READ)
        self._selector.register(self._orders, selectors.EVENT_READ)
        is_open = True
        while is_open:
            for key, _ in self._selector.select(self._seconds_to_deadline()):
                if key.fileobj is self._orders:
                    is_open = self._take_order()
                else:
                    os.read(wake, 1024)
            self._end_late_children()
            self._bury_children()
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)

    def _take_order(self) -> bool:
        message, pipes, _, _ = socket.recv_fds(self._orders, MAX_ORDER_BYTES, 1)
        if not message:
            return False
        while not message.endswith(b"\n"):
            message += self._orders.recv(MAX_ORDER_BYTES)
        pid = os.fork()
        if pid == 0:
            self._work(message, pipes[0])
        self._children[pid] = Child(pipes[0], time.monotonic() + limits.MAX_WALL_SECONDS)
        self._orders.send(ACKNOWLEDGED)
        return True

    def _work(self, message: bytes, pipe: int) -> None:
        """Be the child: never returns."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            os.nice(NICENESS)
            self._selector.close()
            self._orders.close()
            for other in self._children.values():  # or their readers would wait for this child, too
                os.close(other.pipe)
            order = Order.model_validate_json(message)
            confine(order.source, order.folder)
            answer = make_previews(order).model_dump_json().encode()
            with open(pipe, "wb", closefd=False) as file:
                file.write(answer + b"\n")
            status = 0
        finally:
            if status:
                sys.excepthook(*sys.exc_info())  # into the log: a bug of ours
            sys.stderr.flush()
            os._exit(status)

    def _seconds_to_deadline(self) -> float | None:
        if not self._children:
            return None
        return max(0.0, min(child.deadline for child in self._children.values()) - time.monotonic())

    def _end_late_children(self) -> None:
        now = time.monotonic()
        for pid, child in self._children.items():
            if child.deadline <= now and not child.is_late:
                child.is_late, child.deadline = True, float("inf")
                os.kill(pid, signal.SIGKILL)

    def _bury_children(self) -> None:
        for pid, child in list(self._children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            del self._children[pid]
            ending = "late" if child.is_late else _describe_ending(status)
            with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
                os.write(child.pipe, f"{ending}\n".encode())
            os.close(child.pipe)


def _describe_ending(status: int) -> str:
    words = {0: "done", -signal.SIGXCPU: "late", -signal.SIGKILL: "killed"}
    return words.get(os.waitstatus_to_exitcode(status), "crashed")


if __name__ == "__main__":
    for module in LOADED:
        __import__(module)
    time.tzset()  # a confined child can't look up the local zone
    gc.disable()  # children live shortly, and memory that they don't touch is not copied for them
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker, which lets a file be finished
    Nursery(socket.socket(fileno=sys.stdin.fileno())).run()
