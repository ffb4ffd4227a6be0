"""The process that decoding ones are born from: it has the decoders loaded, and no secret of the library.

`python -m mediaweb.previews.nursery`, with a socket as standard input. Each line on it is an `Order` in JSON,
sent with a pipe and acknowledged by a byte. For each a child is forked, confined and set to work; it writes
what it `Made` to the pipe, or where it stumbled. When it has ended, or its time is over, one more line on the
pipe tells how.
"""

import contextlib
import gc
import io
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from mediaweb.previews import limits
from mediaweb.previews.confinement import confine, end_with
from mediaweb.previews.formats import Kind
from mediaweb.previews.maker import make_previews
from mediaweb.previews.orders import FILE_NAMES, Order

MAX_ORDER_BYTES = 64 * 1024
#: Answering people comes before decoding files.
NICENESS = 19
ACKNOWLEDGED = b"\n"
#: Loaded before the first file, since each child would load them anew. FFmpeg and what others need is left
#: to the children: the more a process has loaded, the longer it takes to fork, and most files are pictures.
LOADED = ("mediaweb.previews.image", "mediaweb.previews.ladder")


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
        nursery_pid = os.getpid()
        pid = os.fork()
        if pid == 0:
            end_with(nursery_pid)
            work(message, pipes[0])
        self._children[pid] = Child(pipes[0], time.monotonic() + limits.MAX_WALL_SECONDS)
        self._orders.send(ACKNOWLEDGED)
        return True

    def _seconds_to_deadline(self) -> float | None:
        deadlines = [child.deadline for child in self._children.values() if not child.is_late]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _end_late_children(self) -> None:
        now = time.monotonic()
        for pid, child in self._children.items():
            if child.deadline <= now and not child.is_late:
                child.is_late = True
                os.kill(pid, signal.SIGKILL)

    def _bury_children(self) -> None:
        for pid, child in list(self._children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            del self._children[pid]
            ending = "late" if child.is_late else _describe_ending(status)
            os.set_blocking(child.pipe, True)  # the child may have seen to it that a full pipe is an error
            with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
                os.write(child.pipe, f"{ending}\n".encode())
            os.close(child.pipe)


def work(message: bytes, pipe: int) -> NoReturn:
    """Be the child: carry out an order, and end."""
    status = 1
    try:
        try:
            _let_go_of_all_but(pipe)
            answer = _carry_out(Order.model_validate_json(message))
            status = 0
        except Exception:  # noqa: BLE001 - a bug of ours, for the log
            answer = traceback.format_exc().encode(errors="replace")
        with open(pipe, "wb", closefd=False) as file:
            file.write(answer + b"\n")
    finally:
        os._exit(status)


def _carry_out(order: Order) -> bytes:
    for name in FILE_NAMES:  # confined, it can't make files: neither others, nor links, nor too many
        (order.folder / name).touch()
    is_drawn = order.kind in (Kind.SVG, Kind.PDF)
    confine(order.source, order.folder, limits.MAX_DRAWING_SECONDS if is_drawn else limits.MAX_CPU_SECONDS)
    return make_previews(order).model_dump_json().encode()


def _let_go_of_all_but(pipe: int) -> None:
    """Close what the nursery has open: its socket, and the pipes of other children; and be silent."""
    signal.set_wakeup_fd(-1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    os.closerange(3, pipe)
    os.closerange(pipe + 1, os.sysconf("SC_OPEN_MAX"))


def _describe_ending(status: int) -> str:
    words = {0: "done", 1: "stumbled", -signal.SIGXCPU: "late", -signal.SIGKILL: "killed"}
    return words.get(os.waitstatus_to_exitcode(status), "crashed")


def warm_up() -> None:
    """Load and look up once what each child would have to, or, confined, could not."""
    for module in LOADED:
        __import__(module)
    time.tzset()
    from PIL import Image

    from mediaweb.previews.image import draft_stream
    from mediaweb.previews.ladder import make_placeholder

    Image.init()
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG")
    draft = draft_stream(file, edge=8)
    assert draft.picture is not None
    make_placeholder(draft.picture)


def stand_back() -> None:
    """Let everybody else have the processor first. Linux weighs sessions; this one is ours (`sched(7)`)."""
    os.nice(NICENESS)
    session = Path("/proc/self/autogroup")
    if session.exists():
        session.write_text(str(NICENESS))


if __name__ == "__main__":
    warm_up()
    stand_back()
    gc.disable()  # children live shortly, and memory that they don't touch is not copied for them
    gc.freeze()
    Nursery(socket.socket(fileno=sys.stdin.fileno())).run()
