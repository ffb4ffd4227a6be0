"""The bell that rings when events were committed: here at once, elsewhere by Redis where there is one."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Engine, event

from mediaweb.services.events import HAS_NEWS
from mediaweb.settings import Settings

log = logging.getLogger(__name__)

CHANNEL = "mediaweb:events"
#: Redis is near; who waits for it longer than this, in seconds, does without.
REDIS_PATIENCE = 0.5
#: How often a connection to Redis that failed is tried again, in seconds.
RETRY_SECONDS = 1.0
#: Without Redis, this often somebody who listens looks for what other processes committed, in seconds; with
#: it, only in case that a message was lost.
POLL_SECONDS, CAREFUL_POLL_SECONDS = 0.1, 1.0


class Bell:
    """Rings after each commit of events, in every process and on every machine that shares the library."""

    def __init__(self, settings: Settings) -> None:
        self._rung = threading.Event()
        self._is_listening = False
        self._redis: redis.Redis | None = None
        if settings.redis_url is not None:
            self._redis = redis.Redis.from_url(
                settings.redis_url.get_secret_value(),
                socket_connect_timeout=REDIS_PATIENCE,
                socket_timeout=REDIS_PATIENCE,
                retry=Retry(NoBackoff(), 0),
            )

    @property
    def poll_seconds(self) -> float:
        """How long the bell may stay silent although something was committed elsewhere."""
        return POLL_SECONDS if self._redis is None else CAREFUL_POLL_SECONDS

    def hang(self, engine: Engine) -> None:
        """Ring whenever a connection comes back with events committed, or rolled back: who cares looks."""
        event.listen(engine, "checkin", self._on_checkin)

    def ring(self) -> None:
        """Wake who waits in this process."""
        self._rung.set()

    def wait(self, seconds: float | None) -> bool:
        """Wait until the bell rings, or for so long; return whether it rang."""
        rang = self._rung.wait(seconds)
        self._rung.clear()
        return rang

    def listen(self, start: Callable[[Callable[[], None]], Any]) -> None:
        """Hear other processes' bells, too; `start` runs a function beside all others."""
        if self._redis is not None and not self._is_listening:
            self._is_listening = True
            start(self._follow_redis)

    def _on_checkin(self, _connection: Any, record: Any) -> None:
        if record.info.pop(HAS_NEWS, False):
            self.ring()
            if self._redis is not None:
                # Nobody who has committed waits for Redis, least of all while it is down.
                threading.Thread(target=self._publish, daemon=True).start()

    def _publish(self) -> None:
        assert self._redis is not None
        try:
            self._redis.publish(CHANNEL, b"")
        except redis.RedisError as error:
            log.warning("Redis can't be told of a change; other processes find it themselves: %s", error)

    def _follow_redis(self) -> None:
        assert self._redis is not None
        while True:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as messages:  # type: ignore[no-untyped-call]
                    messages.subscribe(CHANNEL)
                    while True:
                        if messages.get_message(timeout=REDIS_PATIENCE) is not None:
                            self.ring()
            except (redis.RedisError, OSError) as error:
                log.warning("Redis can't be heard; changes elsewhere take longer to be seen: %s", error)
                time.sleep(RETRY_SECONDS)
