"""Viewers who hear the same, at once or in a measured pace."""

import logging
from collections.abc import Callable, Iterable

import gevent
from sqlalchemy.exc import SQLAlchemyError

from mediaweb.errors import MediaWebError
from mediaweb.live.audience import Audience, News
from mediaweb.live.viewer import Viewer

log = logging.getLogger(__name__)

#: After writing to so many viewers, others of the process get their turn.
SENDS_AT_ONCE = 200
#: Who has so many bytes waiting reads the log at their own pace.
SLOW_BYTES = 256 * 1024


def broadcast(viewers: Iterable[Viewer], data: bytes, last_id: int) -> list[Viewer]:
    """Send frames to those who have not heard them; return who is too slow to be sent any more.

    Gives way now and then. Whoever joins meanwhile is up to date without this.
    """
    slow = []
    for number, viewer in enumerate(list(viewers), 1):
        if viewer.position < last_id:
            viewer.position = last_id
            viewer.send(data)
            if viewer.waiting_bytes > SLOW_BYTES:
                slow.append(viewer)
        if number % SENDS_AT_ONCE == 0:
            gevent.sleep(0)
    return slow


class Group:
    """The viewers of one audience. `tell` has it say the news; `on_slow` is given who lags behind."""

    def __init__(
        self,
        audience: Audience,
        tell: Callable[[Audience, News], bytes],
        on_slow: Callable[[Viewer], None],
    ) -> None:
        self.audience = audience
        self.viewers: set[Viewer] = set()
        self._tell = tell
        self._on_slow = on_slow
        self._news: News | None = None
        self._is_pausing = False

    def hear(self, news: News) -> None:
        """Tell them what they may hear. Waits until all have been written to."""
        self._send(self._tell(self.audience, news), news.last_id)

    def _send(self, data: bytes, last_id: int) -> None:
        for viewer in broadcast(self.viewers, data, last_id):
            self.viewers.discard(viewer)
            self._on_slow(viewer)


class PacedGroup(Group):
    """A group whose audience is left in peace for a while after each message: what comes meanwhile is one."""

    def hear(self, news: News) -> None:
        """Tell them now, or after the pause; does not wait."""
        self._news = news if self._news is None else self._news.followed_by(news)
        if not self._is_pausing:
            self._is_pausing = True
            gevent.spawn(self._tell_and_pause)

    def _tell_and_pause(self) -> None:
        try:
            while (news := self._news) is not None:
                self._news = None
                self._tell_or_reset(news)
                gevent.sleep(self.audience.pause_seconds)
        finally:
            self._is_pausing = False

    def _tell_or_reset(self, news: News) -> None:
        try:
            data = self._tell(self.audience, news)
        except (SQLAlchemyError, MediaWebError) as error:
            log.warning("what is new can't be drawn; its viewers load it anew: %s", error)
            for viewer in list(self.viewers):
                viewer.reset()
        else:
            self._send(data, news.last_id)
