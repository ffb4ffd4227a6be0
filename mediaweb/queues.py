"""The queue of background jobs: in a SQLite file, or in Redis where several machines share one library.

It says which job to do next, no more: what is to be done stands in the library's own database, and a queue
that is lost or lies is made up for from there.
"""

import signal
import sqlite3
from collections.abc import Callable
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any

import redis
from huey import Huey, PriorityRedisHuey, crontab
from huey.serializer import SignedSerializer
from huey.storage import SqliteStorage

from mediaweb.concurrency import GroupCommit
from mediaweb.errors import QueueUnavailable
from mediaweb.settings import Settings

QUEUE_NAME = "mediaweb"
#: Seconds between two looks of an idle worker: the longest that a new file waits for it.
MAX_POLL_SECONDS = 0.25
_FAILURES = (sqlite3.Error, redis.RedisError, OSError)


class Job(StrEnum):
    """What workers do."""

    MAKE_PREVIEWS = "make_previews"
    COPY_AS_JPEG = "copy_as_jpeg"
    VERIFY_UPLOAD = "verify_upload"
    LOOK_AFTER = "look_after"
    PRUNE_EVENTS = "prune_events"


class Every(StrEnum):
    """How often a job is done without being asked."""

    MINUTE = "minute"
    HOUR = "hour"


#: The hourly ones at half past: on the hour everything else of a machine runs.
_TIMES = {Every.MINUTE: crontab(), Every.HOUR: crontab(minute="30")}


class Priority(IntEnum):
    """What comes first: what somebody is waiting for, then new files, then what can wait."""

    LATER = 0
    SOON = 10
    NOW = 20


class GroupingStorage(SqliteStorage):  # type: ignore[misc] # huey has no types
    """Huey's queue in a SQLite file, with one transaction for all jobs that come at the same time."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._group = GroupCommit(self._insert)

    def enqueue(self, data: bytes, priority: int | None = None) -> None:
        """Add a job."""
        self._group.submit((self.name, data, priority or 0))

    def _insert(self, rows: list[tuple[str, bytes, int]]) -> list[None]:
        with self.db(commit=True) as cursor:
            cursor.executemany("INSERT INTO task (queue, data, priority) VALUES (?, ?, ?)", rows)
        return [None] * len(rows)


class JobQueue:
    """Takes jobs from the web's processes and gives them to the workers'."""

    def __init__(self, settings: Settings, secret: str) -> None:
        self._settings = settings
        self._secret = secret
        self._functions: dict[Job, Callable[..., None]] = {}
        self._rhythms: dict[Job, Every] = {}
        self._tasks: dict[Job, Any] = {}

    def register(self, job: Job, function: Callable[..., None], every: Every | None = None) -> None:
        """Say what does a job, and how often without being asked, if at all. Before the queue is used."""
        self._functions[job] = function
        if every is not None:
            self._rhythms[job] = every

    def add(self, job: Job, *arguments: Any, priority: Priority = Priority.SOON) -> None:
        """Have a job done by some worker. Raises `QueueUnavailable`."""
        try:
            huey = self.huey
            huey.enqueue(self._tasks[job].s(*arguments, priority=int(priority)))
        except _FAILURES as error:
            raise QueueUnavailable from error

    def count(self) -> int:
        """Return how many jobs wait. Raises `QueueUnavailable`."""
        try:
            waiting: int = self.huey.pending_count()
        except _FAILURES as error:
            raise QueueUnavailable from error
        return waiting

    def work(self, workers: int) -> None:
        """Do jobs in this process, in so many threads, until it is told to stop by SIGTERM or SIGINT."""
        consumer = self.huey.create_consumer(
            workers=workers, max_delay=MAX_POLL_SECONDS, scheduler_interval=10, graceful_signal="TERM"
        )
        consumer._signal_actions[signal.SIGINT] = (False, True)  # a second Ctrl-C does not wait
        consumer.run()

    def close(self) -> None:
        """Let go of the queue's file; a later use opens it again."""
        if "huey" in self.__dict__:
            close = getattr(self.huey.storage, "close", None)
            if close is not None:
                close()

    @cached_property
    def huey(self) -> Huey:
        """The queue itself, opened when it is first needed."""
        # Whoever can write to the queue shall not be able to have code run by the workers.
        common: dict[str, Any] = {
            "name": QUEUE_NAME,
            "results": False,
            "serializer": SignedSerializer(self._secret, "mediaweb.queue"),
        }
        if self._settings.redis_url is not None:
            huey = PriorityRedisHuey(url=self._settings.redis_url.get_secret_value(), **common)
        else:
            path = self._settings.instance_path / "queue.sqlite3"
            huey = Huey(storage_class=GroupingStorage, filename=str(path), fsync=False, **common)
        for job, function in self._functions.items():
            every = self._rhythms.get(job)
            as_task = huey.periodic_task(_TIMES[every], name=job) if every else huey.task(name=job)
            self._tasks[job] = as_task(function)
        return huey
