"""The handshake of WebSockets (RFC 6455, section 4.2); what is said on them is the business of `live`."""

import base64
import binascii
import socket
from collections.abc import Callable

from flask import Response, request
from wsproto.utilities import generate_accept_token

from mediaweb.errors import MalformedRequest, UpgradeRequired

VERSION = "13"
KEY_BYTES = 16


def accept_socket(take_over: Callable[[int], None]) -> Response:
    """Answer a handshake; once the answer is sent, `take_over` gets the descriptor of the open socket.

    No extension is agreed on: compressing each message for each viewer anew costs more memory and time than
    it saves. Raises `UpgradeRequired` and `MalformedRequest`.
    """
    key = _check_handshake()
    # gunicorn's name for it; a server without it can't hand its sockets over.
    client: socket.socket | None = request.environ.get("gunicorn.socket")
    if client is None:
        raise UpgradeRequired("This server has no WebSockets. Run `mediaweb serve`.")
    response = Response(status=101)
    response.headers["Upgrade"] = "websocket"
    response.headers["Connection"] = "Upgrade"
    response.headers["Sec-WebSocket-Accept"] = generate_accept_token(key).decode()
    del response.headers["Content-Type"]
    response.call_on_close(lambda: take_over(client.detach()))
    return response


def _check_handshake() -> bytes:
    headers = request.headers
    wants_upgrade = "upgrade" in headers.get("Connection", "").lower()
    if not wants_upgrade or headers.get("Upgrade", "").lower() != "websocket":
        raise UpgradeRequired
    if headers.get("Sec-WebSocket-Version") != VERSION:
        raise UpgradeRequired(f"Only version {VERSION} of WebSocket is spoken here.")
    key = headers.get("Sec-WebSocket-Key", "").encode("latin-1", "replace")
    try:
        is_key = len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except binascii.Error:
        is_key = False
    if not is_key:
        raise MalformedRequest("Sec-WebSocket-Key is not 16 bytes in base64.")
    return key
