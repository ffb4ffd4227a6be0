"""`/ws/gallery`: keeps the tiles of an open gallery as they are in the library, by the page's own drawing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request

from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.sockets import accept_socket
from mediaweb.live.audience import News, concerns
from mediaweb.live.callers import describe_caller, read_since
from mediaweb.live.frames import encode_text
from mediaweb.live.hub import current_hub
from mediaweb.live.viewer import Viewer
from mediaweb.models.media import TILE_COLUMNS
from mediaweb.services import event_log
from mediaweb.services.access import Actor
from mediaweb.services.representations import MediaRow
from mediaweb.services.windows import select_among
from mediaweb.web.grid import find_place, group_rows
from mediaweb.web.media_conditions import to_filter
from mediaweb.web.media_page import list_suffix
from mediaweb.web.media_query import MediaQuery

#: A page changes at most five times a second.
PAUSE_SECONDS = 0.2
#: Who comes back after so many events loads the list anew.
MOST_MISSED = 500
#: Of more at once, pages are told where they stand, and ask for what they show. A tile has 3 kB.
MOST_DRAWN = 40
#: More than so many at once are not even looked up.
MOST_LOOKED_UP = 5000

blueprint = Blueprint("live_pages", __name__, url_prefix="/ws")


@blueprint.route("/gallery")  # says that it takes a WebSocket
@blueprint.route("/gallery", websocket=True)
@open_to(Callers.VIEWERS_BY_SOCKET)
def gallery() -> Response:
    """Open a WebSocket that tells a page of what changes in its list, as HTML to be swapped in."""
    since = read_since()
    actor = current_actor()
    audience = GalleryAudience(actor, replace(MediaQuery.read(request.args), page=1), request.script_root)
    is_drawn_for_another = request.args.get("viewer", _name(actor)) != _name(actor)
    caller = describe_caller()
    hub = current_hub()

    def take_over(descriptor: int) -> None:
        page = Page(descriptor, hub, audience, caller)
        hub.admit(page, since)
        if is_drawn_for_another:
            page.reset()

    return accept_socket(take_over)


def describe_connection(query: MediaQuery) -> str:
    """Return the address by which a page that is drawn after this keeps itself up to date.

    It tells the newest event so far, so that nothing falls between the page and its connection, and for whom
    the page is drawn.
    """
    newest = event_log.newest_id(db.session().connection())
    arguments = query.arguments(page=1) | {"viewer": _name(current_actor()), "since": newest}
    # Of a WebSocket, `url_for` would write the host as well; the browser knows it better.
    return f"{request.script_root}/ws/gallery?{urlencode(arguments, doseq=True)}"


@dataclass(frozen=True)
class GalleryAudience:
    """Pages that show the same list to people with the same rights, below the same path of ours.

    They are told how things are now, not what happened: whatever is told twice, or late, is true.
    """

    actor: Actor
    query: MediaQuery
    script_root: str
    channel: str = "gallery"
    pause_seconds: float = PAUSE_SECONDS
    most_missed: int | None = MOST_MISSED

    def tell(self, news: News) -> bytes:
        """Return one frame that draws what is in the list now, and names what is not.

        Nobody hears of what they could see neither before nor after.
        """
        ids = {event.subject_id for event in news.events if concerns(event, self.actor)}
        if not ids:
            return b""
        if len(ids) > MOST_LOOKED_UP:
            return RESET
        wanted = to_filter(self.query, len(ids))
        rows = select_among(db.session(), wanted, self.actor, ids, TILE_COLUMNS)
        return encode_text(self._draw(news.last_id, rows, ids.difference(row.id for row in rows)).encode())

    def _draw(self, event_id: int, rows: Sequence[MediaRow], gone: Iterable[int]) -> str:
        are_many = len(rows) > MOST_DRAWN
        template = current_app.jinja_env.get_template("gallery/_news.html")
        # Links are written as in a page, which nobody in particular asks for.
        with current_app.test_request_context("/", base_url=f"http://localhost{self.script_root}"):
            return template.render(
                event_id=event_id,
                gone=sorted(gone),
                places=[(row.id, find_place(row, self.query)) for row in rows] if are_many else (),
                groups=() if are_many else group_rows(rows, self.query),
                query=self.query,
                suffix=list_suffix(self.query),
            )


class Page(Viewer):
    """An open gallery."""

    __slots__ = ()

    def greet(self, last_event_id: int) -> None:
        """Say nothing: the page is as it was drawn."""

    def reset(self) -> None:
        """Ask the page to load its list anew."""
        self.send(RESET)

    def hear(self, text: str) -> None:  # noqa: ARG002 - it asks always the same
        """Answer whatever is said: a page asks so whether the connection still holds."""
        self.send(HERE)


def _name(actor: Actor) -> str:
    """Return who sees a page, as far as that decides what is on it."""
    role: Any = actor.role or "visitor"
    return role if actor.user_id is None else f"{role}-{actor.user_id}"


RESET = encode_text(b'<hx-upsert hx-target="#gallery"><div data-role="news" data-reset></div></hx-upsert>')
HERE = encode_text(b"")
