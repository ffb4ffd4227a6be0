"""The hub of one process: reads the event log on, and passes what is new to every viewer that may hear it."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gevent
from flask import Flask, current_app
from gevent.lock import RLock
from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy.exc import SQLAlchemyError

from mediaweb.errors import MediaWebError
from mediaweb.extensions import db
from mediaweb.live.audience import Audience, News, gather
from mediaweb.live.bell import Bell
from mediaweb.live.frames import Close
from mediaweb.live.groups import SLOW_BYTES, Group, PacedGroup
from mediaweb.live.viewer import Viewer
from mediaweb.models.engine import data_version
from mediaweb.services import event_log
from mediaweb.services.credentials import find_actor
from mediaweb.settings import Settings

log = logging.getLogger(__name__)

#: Events that are read, and told, in one go.
EVENTS_AT_ONCE = 200
#: How often viewers are looked after, and how often it is asked whether they still may listen, in seconds.
LOOK_SECONDS, RIGHTS_SECONDS = 1.0, 60.0
#: How long to leave a database alone that failed, in seconds.
PAUSE_SECONDS = 1.0
#: How often to look whether somebody slow can take more, in seconds.
TAKE_SECONDS = 0.05
_FAILURES = (SQLAlchemyError, MediaWebError)


def current_hub() -> "Hub":
    """Return the hub of the running application."""
    hub: Hub = current_app.extensions["mediaweb_hub"]
    return hub


class Hub:
    """Everybody who listens to one process, and one reader of the log for all of them.

    While nobody listens it does nothing. `_position` is the last event that all groups have been told of, or
    are being told: who has heard everything up to it may join one.
    """

    def __init__(self, app: Flask, settings: Settings, bell: Bell) -> None:
        self._app = app
        self._settings = settings
        self._bell = bell
        self._viewers: set[Viewer] = set()
        self._networks: Counter[str] = Counter()
        self._groups: dict[Audience, Group] = {}
        self._position = 0
        self._version: int | None = None
        self._is_reading = False
        self._starting = RLock()
        self._is_closing = False

    def admit(self, viewer: Viewer, since: int | None) -> None:
        """Greet a viewer and tell it what follows; first what it has missed `since` an event, if it says so.

        Does not wait. Who is one too many is told so and sent away.
        """
        self._viewers.add(viewer)
        network = viewer.caller.network
        if network is not None:
            self._networks[network] += 1
        if self._is_closing:
            viewer.close(Close.RESTART, "The server restarts.")
        elif len(self._viewers) > self._settings.sockets_per_process:
            viewer.close(Close.TRY_LATER, "Too many connections.")
        elif network is not None and self._networks[network] > self._settings.sockets_per_address:
            viewer.close(Close.TRY_LATER, "Too many connections from this address.")
        else:
            gevent.spawn(self._guarded, viewer, lambda: self._welcome(viewer, since))

    def forget(self, viewer: Viewer) -> None:
        """Take note that a viewer is gone."""
        self._viewers.discard(viewer)
        network = viewer.caller.network
        if network is not None:
            self._networks[network] -= 1
            if not self._networks[network]:
                del self._networks[network]
        group = self._groups.get(viewer.audience)
        if group is not None:
            group.viewers.discard(viewer)
            if not group.viewers:
                del self._groups[viewer.audience]

    def count_channels(self) -> Counter[str]:
        """Return how many viewers each channel has in this process."""
        return Counter(viewer.audience.channel for viewer in self._viewers)

    def close(self) -> None:
        """Send everybody away: they come back to whoever serves them next. Does not wait."""
        self._is_closing = True
        for viewer in list(self._viewers):
            viewer.close(Close.RESTART, "The server restarts.")

    # --- One viewer ---------------------------------------------------------------------------------------

    def _guarded(self, viewer: Viewer, work: Callable[[], None]) -> None:
        """Do something for a viewer; where the database fails it is asked to come back."""
        try:
            work()
        except _FAILURES as error:
            log.warning("a live viewer is sent away: %s", error)
            viewer.close(Close.TRY_LATER, "The database can't be reached right now.")

    def _welcome(self, viewer: Viewer, since: int | None) -> None:
        self._start_reading()
        viewer.greet(self._position)
        viewer.position = self._position
        if since is not None and since != self._position:
            with self._connect() as connection:
                is_complete = event_log.is_complete_since(connection, since)
            missed = self._position - since
            most_missed = viewer.audience.most_missed
            if is_complete and (most_missed is None or missed <= most_missed):
                viewer.position = since
            else:
                viewer.reset()
                viewer.position = self._position
        self._catch_up(viewer)

    def _catch_up(self, viewer: Viewer) -> None:
        """Tell a viewer what is new to it, no faster than it takes it, then let it join the others."""
        while viewer.is_open:
            if viewer.position == self._position:
                self._join(viewer)
                return
            if viewer.position > self._position:  # it comes from another process, which was faster
                self._bell.ring()
                gevent.sleep(TAKE_SECONDS)
                continue
            news = self._read(viewer.position, self._position)
            if news is None:
                viewer.position = self._position
                continue
            viewer.send(self._tell(viewer.audience, news))
            viewer.position = news.last_id
            gevent.sleep(0)
            while viewer.is_open and viewer.waiting_bytes > SLOW_BYTES:
                gevent.sleep(TAKE_SECONDS)

    def _join(self, viewer: Viewer) -> None:
        group = self._groups.get(viewer.audience)
        if group is None:
            make = PacedGroup if viewer.audience.pause_seconds else Group
            group = self._groups[viewer.audience] = make(viewer.audience, self._tell, self._fall_behind)
        group.viewers.add(viewer)

    def _fall_behind(self, viewer: Viewer) -> None:
        """Let a viewer that is too slow for its group read the log at its own pace."""
        gevent.spawn(self._guarded, viewer, lambda: self._wait_and_catch_up(viewer))

    def _wait_and_catch_up(self, viewer: Viewer) -> None:
        while viewer.is_open and viewer.waiting_bytes > SLOW_BYTES:
            gevent.sleep(TAKE_SECONDS)
        self._catch_up(viewer)

    # --- The log ------------------------------------------------------------------------------------------

    @contextmanager
    def _connect(self) -> Iterator[DatabaseConnection]:
        with self._app.app_context(), db.engine.connect() as connection:
            yield connection

    def _start_reading(self) -> None:
        """Begin to read the log where it ends now, unless somebody reads already."""
        with self._starting:
            if self._is_reading:
                return
            self._bell.listen(gevent.spawn)
            with self._connect() as connection:
                self._position = event_log.newest_id(connection)
            self._version = None
            self._is_reading = True
            reader = gevent.spawn(self._read_on)
            carer = gevent.spawn(self._look_after_viewers)
            reader.link(lambda _: carer.kill(block=False))

    def _read_on(self) -> None:
        """Tell what is new as it comes, while anybody listens."""
        try:
            while self._viewers:
                self._bell.wait(self._bell.poll_seconds)
                try:
                    self._tell_news()
                except _FAILURES as error:
                    log.warning("the event log can't be read: %s", error)
                    gevent.sleep(PAUSE_SECONDS)
        finally:
            self._is_reading = False

    def _tell_news(self) -> None:
        with self._app.app_context():
            version = data_version(db.engine)
        if version is not None and version == self._version:
            return
        while (news := self._read(self._position)) is not None:
            # Nobody else runs between these two lines: who joins a group from now on has heard the news.
            self._position = news.last_id
            groups = list(self._groups.values())
            for group in groups:
                group.hear(news)
            if news.is_about_accounts:
                self._check_rights()
        self._version = version

    def _read(self, position: int, until: int | None = None) -> News | None:
        """Return what follows a position in the log; None if nothing does."""
        with self._connect() as connection:
            events = event_log.read_after(connection, position, EVENTS_AT_ONCE)
            if until is not None:
                events = [event for event in events if event.id <= until]
            return gather(connection, events) if events else None

    def _tell(self, audience: Audience, news: News) -> bytes:
        with self._app.app_context():
            return audience.tell(news)

    # --- All viewers --------------------------------------------------------------------------------------

    def _look_after_viewers(self) -> None:
        """Drop who is gone or takes nothing, and send away who may not listen any more."""
        asked_at = time.monotonic()
        while True:
            gevent.sleep(LOOK_SECONDS)
            now = time.monotonic()
            for viewer in list(self._viewers):
                viewer.look_after(now)
            if now - asked_at > RIGHTS_SECONDS:
                asked_at = now
                gevent.spawn(self._check_rights)

    def _check_rights(self) -> None:
        """Send away who is signed out, and who has other rights by now: they come back with those."""
        for viewer in list(self._viewers):
            if viewer.caller.credential is not None and viewer.is_open:
                self._guarded(viewer, lambda viewer=viewer: self._check_right(viewer))  # type: ignore[misc]

    def _check_right(self, viewer: Viewer) -> None:
        assert viewer.caller.credential is not None
        with self._app.app_context():
            actor = find_actor(viewer.caller.credential)
        if actor is None:
            viewer.close(Close.NOT_ALLOWED, "You are signed out.")
        elif actor != viewer.caller.actor:
            viewer.close(Close.RESTART, "Your rights have changed.")
