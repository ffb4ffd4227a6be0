"""Clients of live connections for tests, which read messages one after the other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.server.running import Server

PATIENCE_SECONDS = 30


class Listener:
    """An open connection to `/ws/media`, greeted."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.greeting = self.read()

    def read(self) -> dict[str, Any]:
        """Return the next message."""
        message: dict[str, Any] = json.loads(self.socket.recv(PATIENCE_SECONDS))
        return message

    def ask(self, text: str | bytes) -> dict[str, Any]:
        """Send something and return the next message."""
        self.socket.send(text)
        return self.read()

    def hears_nothing(self) -> bool:
        """Tell whether nothing waits to be read: what was sent before the answer to a ping would be first."""
        return bool(self.ask('{"type": "ping"}')["type"] == "pong")


@contextmanager
def listen(server: Server, query: str = "", **headers: str) -> Iterator[Listener]:
    """Open `/ws/media` until the block ends."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    address = f"ws://127.0.0.1:{server.port}/ws/media{query}"
    with connect(address, additional_headers=names, open_timeout=PATIENCE_SECONDS) as socket:
        yield Listener(socket)
