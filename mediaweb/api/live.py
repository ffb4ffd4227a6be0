"""`/ws`: what happens in the library, as it happens, for programs; tickets and counts."""

import secrets
from datetime import timedelta
from typing import Any

import orjson
from flask import Response, request
from flask_openapi import APIBlueprint, Tag

from mediaweb.api.document import answer, operation_id, problems
from mediaweb.api.schemas import LiveStats, SocketTicketRead
from mediaweb.api.validation import validated
from mediaweb.errors import AuthenticationRequired
from mediaweb.extensions import db
from mediaweb.http.callers import base_url, current_actor, current_credential
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import json_response
from mediaweb.http.sockets import accept_socket
from mediaweb.live.audience import JsonAudience
from mediaweb.live.callers import describe_caller, read_since
from mediaweb.live.frames import encode_text
from mediaweb.live.hub import Hub, current_hub
from mediaweb.live.viewer import Caller, Viewer
from mediaweb.models.types import utc_now
from mediaweb.services import tickets
from mediaweb.services.representations import dump_json

MAX_CLIENT_ID_LENGTH = 100

blueprint = APIBlueprint(
    "live",
    __name__,
    url_prefix="/ws",
    abp_tags=[Tag(name="live", description="Live connections: see docs/live.md.")],
    operation_id_callback=operation_id,
)


@blueprint.route("/media")  # says that it takes a WebSocket
@blueprint.route("/media", websocket=True)
@open_to(Callers.VIEWERS_BY_SOCKET)
def media() -> Response:
    """Open a WebSocket that tells of every change that the caller may see, as JSON."""
    since = read_since()
    client_id = request.args.get("client_id", "")[:MAX_CLIENT_ID_LENGTH] or secrets.token_hex(8)
    audience = JsonAudience(current_actor(), base_url())
    caller = describe_caller()
    hub = current_hub()

    def take_over(descriptor: int) -> None:
        hub.admit(Program(descriptor, hub, audience, caller, client_id), since)

    return accept_socket(take_over)


@blueprint.get("/stats", responses={"200": answer(LiveStats, "The live connections."), **problems()})
@open_to(Callers.VIEWERS)
@validated
def stats() -> Response:
    """Count the live connections of the web process that answers."""
    return json_response(describe_channels(current_hub().count_channels()))


@blueprint.post(
    "/ticket",
    responses={"201": answer(SocketTicketRead, "A ticket for one connection."), **problems(403)},
)
@open_to(Callers.EDITORS)
@validated
def create_ticket() -> Response:
    """Get a ticket with which one WebSocket can be opened, by ?ticket=, with the caller's rights.

    For programs in a browser, which can't send an access token when they open one. It works once, and only
    for some seconds.
    """
    credential = current_credential()
    if credential is None:
        raise AuthenticationRequired
    ticket = tickets.make_ticket(db.session(), credential)
    seconds = int(tickets.LIFETIME / timedelta(seconds=1))
    return json_response({"ticket": ticket, "expires_in_seconds": seconds}, 201)


def describe_channels(channels: dict[str, int]) -> dict[str, Any]:
    """Return the counts of connections as programs see them."""
    return {
        "total_channels": len(channels),
        "channels": channels,
        "total_connections": sum(channels.values()),
    }


class Program(Viewer):
    """A program that listens to `/ws/media`."""

    __slots__ = ("_client_id",)

    def __init__(
        self, descriptor: int, hub: Hub, audience: JsonAudience, caller: Caller, client_id: str
    ) -> None:
        super().__init__(descriptor, hub, audience, caller)
        self._client_id = client_id

    def greet(self, last_event_id: int) -> None:
        """Say where it is connected to, and the newest event there is."""
        channel = self.audience.channel
        self._say(
            type="connection",
            message=f"Connected to channel: {channel}",
            channel=channel,
            client_id=self._client_id,
            timestamp=utc_now(),
            last_event_id=last_event_id,
        )

    def reset(self) -> None:
        """Say that the log does not tell any more what was missed."""
        self._say(type="reset")

    def hear(self, text: str) -> None:
        """Answer `ping` and `get_stats`."""
        match _read_type(text):
            case "ping":
                self._say(type="pong", message="pong")
            case "get_stats":
                self._say(type="stats", data=describe_channels(self.hub.count_channels()))
            case _:
                self._say(type="error", message='Send {"type": "ping"} or {"type": "get_stats"}.')

    def _say(self, **message: Any) -> None:
        self.send(encode_text(dump_json(message)))


def _read_type(text: str) -> Any:
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return message.get("type") if isinstance(message, dict) else None
