"""Waiting for a disk without keeping others waiting: off the event loop, and together."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO, Generic, TypeVar

import gevent.monkey
from gevent.hub import get_hub

Item = TypeVar("Item")
Result = TypeVar("Result")


def start_blocking(function: Callable[..., Result], *args: Any) -> Callable[[], Result]:
    """Start a call that blocks on the disk and return a function that waits for its result.

    In a gevent worker the call runs in a real thread while other requests go on; elsewhere it runs at once.
    """
    if gevent.monkey.is_module_patched("threading"):
        finish: Callable[[], Result] = get_hub().threadpool.spawn(function, *args).get
        return finish
    result = function(*args)
    return lambda: result


def run_at_once(function: Callable[[Item], Result], items: Iterable[Item], at_once: int) -> Iterator[Result]:
    """Call a function that waits for a network with each item, a few at a time; yield the results in order.

    The calls run in threads, greenlets in a gevent worker: without the application's context.
    """
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(function, items)


def read_ahead(file: BinaryIO, block_bytes: int) -> Iterator[bytes]:
    """Yield a file's content in blocks; from a disk, each is read while the one before is used.

    What has no descriptor comes from a network, for which the event loop waits without blocking anybody,
    and whose sockets belong to the thread that opened them.
    """
    if not _has_descriptor(file):
        while block := file.read(block_bytes):
            yield block
        return
    wait_for_block = start_blocking(file.read, block_bytes)
    try:
        while block := wait_for_block():
            wait_for_block = start_blocking(file.read, block_bytes)
            yield block
    finally:
        wait_for_block()  # nobody may close the file while a thread reads it


def _has_descriptor(file: BinaryIO) -> bool:
    try:
        file.fileno()
    except OSError:  # io.UnsupportedOperation is one
        return False
    return True


class _Ticket(Generic[Item, Result]):
    """One caller's item and what became of it."""

    __slots__ = ("is_done", "item", "outcome", "wake")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.wake = threading.Event()
        self.is_done = False
        self.outcome: Result | BaseException | None = None

    def finish(self, outcome: Result | BaseException) -> None:
        self.outcome = outcome
        self.is_done = True
        self.wake.set()


class GroupCommit(Generic[Item, Result]):
    """Does in one go what several callers ask for at the same time.

    Making something durable costs much the same for one as for ten. While one caller does the work for
    its group, those who arrive form the next group, and the first of them does theirs.
    """

    def __init__(self, work: Callable[[list[Item]], Sequence[Result | BaseException]]) -> None:
        """Take the work: for a list of items, an outcome for each; an exception is raised to its caller."""
        self._work = work
        self._lock = threading.Lock()
        self._waiting: list[_Ticket[Item, Result]] = []
        self._is_busy = False

    def submit(self, item: Item) -> Result:
        """Have an item done, wait for it, and return or raise its outcome."""
        ticket: _Ticket[Item, Result] = _Ticket(item)
        with self._lock:
            self._waiting.append(ticket)
            must_wait = self._is_busy
            self._is_busy = True
        if must_wait:
            ticket.wake.wait()
        if not ticket.is_done:
            self._lead()
        if isinstance(ticket.outcome, BaseException):
            raise ticket.outcome
        return ticket.outcome  # type: ignore[return-value] # it is done

    def _lead(self) -> None:
        """Do the work of all who wait, then pass the lead on, whatever happens."""
        try:
            time.sleep(0)  # gives way once, so that callers who are as far come along
            with self._lock:
                group, self._waiting = self._waiting, []
            self._work_for(group)
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting[0].wake.set()
                else:
                    self._is_busy = False

    def _work_for(self, group: list[_Ticket[Item, Result]]) -> None:
        outcomes: Sequence[Result | BaseException]
        try:
            outcomes = self._work([ticket.item for ticket in group])
        except BaseException as error:  # noqa: BLE001 - raised to every caller
            outcomes = [error] * len(group)
        for ticket, outcome in zip(group, outcomes, strict=True):
            ticket.finish(outcome)
