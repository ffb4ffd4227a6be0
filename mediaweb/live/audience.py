"""Who hears what: the events of the log as each kind of viewer may hear them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Row, select

from mediaweb.live.frames import encode_text
from mediaweb.models import EventType, Subject
from mediaweb.models.media import MEDIA, MEDIA_COLUMNS
from mediaweb.services.access import Actor, can_see
from mediaweb.services.representations import MediaRow, dump_json, represent_logged


@dataclass(frozen=True, slots=True)
class News:
    """Events in the order in which they were committed, and the media that they are about as they are now."""

    events: Sequence[Row[Any]]
    media: dict[int, MediaRow]
    #: Frames that were made already: for all who hear the same in the same words.
    frames: dict[tuple[int, EventType, str], bytes] = field(default_factory=dict)

    @property
    def last_id(self) -> int:
        """The last of the events."""
        last_id: int = self.events[-1].id
        return last_id

    @property
    def media_ids(self) -> set[int]:
        """The media that something happened to."""
        return {event.subject_id for event in self.events if event.model == Subject.MEDIA}

    @property
    def is_about_accounts(self) -> bool:
        """Whether anybody may see more or less than before, or nothing at all."""
        return any(event.model != Subject.MEDIA for event in self.events)

    def followed_by(self, later: "News") -> "News":
        """Return these and later news as one."""
        return News([*self.events, *later.events], self.media | later.media)


class Audience(Protocol):
    """Viewers who hear the same: a message is made once for all of them. Equal ones are the same audience.

    `channel` names what they listen to. With `pause_seconds` they hear at most that often, of many events at
    once. Who missed more events than `most_missed` (None: any number) is told to load anew instead.
    """

    @property
    def channel(self) -> str:
        """What they listen to."""

    @property
    def pause_seconds(self) -> float:
        """How long they are left in peace after each message; 0: they hear everything at once."""

    @property
    def most_missed(self) -> int | None:
        """How many events are told to who comes back."""

    def tell(self, news: News) -> bytes:
        """Return the frames for what these viewers may hear of the news; b"" for nothing."""


@dataclass(frozen=True)
class JsonAudience:
    """Programs that listen to `/ws/media`: everyone with the same rights, at the same address of ours."""

    actor: Actor
    base_url: str
    channel: str = "media"
    pause_seconds: float = 0.0
    most_missed: int | None = None

    def tell(self, news: News) -> bytes:
        """Return a frame for each event that the actor may hear of."""
        return b"".join(self._frames(news))

    def _frames(self, news: News) -> list[bytes]:
        frames = []
        for event in news.events:
            row = news.media.get(event.subject_id)
            kind = find_type(event, row, self.actor)
            if kind is not None:
                key = (event.id, kind, self.base_url)
                if key not in news.frames:
                    news.frames[key] = encode_text(dump_json(describe(event, kind, row, self.base_url)))
                frames.append(news.frames[key])
        return frames


def find_type(event: Row[Any], media: MediaRow | None, actor: Actor) -> EventType | None:
    """Return what an event is to an actor: to whom a media is shown, it is created; None: it is nothing.

    What is told holds the media's fields: not even a moment late to somebody who may see it no longer. They
    have heard, or will, that it is gone for them.
    """
    if event.model != Subject.MEDIA:
        return None
    saw = event.type != EventType.CREATED and _sees(actor, event.was_public, event.previous_owner_id)
    sees = event.type != EventType.DELETED and _sees(actor, event.is_public, event.owner_id)
    if not sees:
        return EventType.DELETED if saw else None
    if media is None or not can_see(actor, media):
        return None
    return EventType.UPDATED if saw else EventType.CREATED


def concerns(event: Row[Any], actor: Actor) -> bool:
    """Tell whether an event is about a media that the actor could see, before it or after."""
    if event.model != Subject.MEDIA:
        return False
    saw = _sees(actor, event.was_public, event.previous_owner_id)
    return saw or _sees(actor, event.is_public, event.owner_id)


def describe(event: Row[Any], kind: EventType, media: MediaRow | None, base_url: str) -> dict[str, Any]:
    """Return the message of an event; for what is no deletion, the media's row is there."""
    data: dict[str, Any] = {"id": event.subject_id}
    if kind is not EventType.DELETED:
        assert media is not None
        data = represent_logged(event.data, media, base_url)
    return {
        "type": kind,
        "model": "media",
        "channel": "media",
        "event_id": event.id,
        "timestamp": event.created_at,
        "data": data,
    }


def gather(connection: Connection, events: Sequence[Row[Any]]) -> News:
    """Look up what the events are about."""
    ids = {event.subject_id for event in events if event.data is not None and event.model == Subject.MEDIA}
    rows = connection.execute(select(*MEDIA_COLUMNS).where(MEDIA.c.id.in_(ids))).all() if ids else ()
    return News(events, {row.id: row for row in rows})


def _sees(actor: Actor, is_public: bool | None, owner_id: int | None) -> bool:
    is_owner = actor.user_id is not None and actor.user_id == owner_id
    return bool(is_public) or actor.is_admin or is_owner
