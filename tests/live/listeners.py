"""Clients of `/ws/media` that come and go at random, in a process of their own, which can be stopped.

`python -m tests.live.listeners`, with the order as JSON on standard input. Each client resumes with `since`
after each break, until it hears of the media whose name ends it all; what it heard goes into a file.
"""

import asyncio
import json
import random
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

#: How long a client stays before it leaves, in seconds, at most.
LONGEST_STAY_SECONDS = 1.5
PATIENCE_SECONDS = 180


@dataclass
class Order:
    """What a process of clients is to do. `tokens` has an access token for each client; None: nobody."""

    address: str
    tokens: list[str | None]
    last_name: str
    seed: int
    output: str


@dataclass
class Listener:
    """One client, and all that it has heard."""

    order: Order
    token: str | None
    chance: random.Random
    since: int = 0
    heard: list[str] = field(default_factory=list)
    visits: int = 0
    resets: int = 0

    async def listen(self) -> None:
        """Come and go until the last media is heard of."""
        while True:
            try:
                if await self._visit():
                    return
            except (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError):
                await asyncio.sleep(self.chance.uniform(0.01, 0.2))

    async def _visit(self) -> bool:
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        address = f"{self.order.address}?since={self.since}"
        async with connect(address, additional_headers=headers, open_timeout=30, max_queue=None) as socket:
            self.visits += 1
            stay = self.chance.uniform(0.0, LONGEST_STAY_SECONDS)
            try:
                async with asyncio.timeout(stay):
                    async for text in socket:
                        if self._take(str(text)):
                            return True
            except TimeoutError:
                self._leave(socket)
        return False

    def _leave(self, socket: ClientConnection) -> None:
        """Half of the times without a word; otherwise the end of the block says it."""
        if self.chance.random() < 0.5:
            socket.transport.abort()

    def _take(self, text: str) -> bool:
        message: dict[str, Any] = json.loads(text)
        if message["type"] == "reset":
            self.resets += 1
        if "event_id" not in message:
            return False
        self.since = message["event_id"]
        self.heard.append(text)
        return bool(message["data"].get("filename") == self.order.last_name)


async def run(order: Order) -> None:
    """Run all clients and write what each has heard."""
    listeners = [
        Listener(order, token, random.Random(order.seed * 1000 + number))
        for number, token in enumerate(order.tokens)
    ]
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*(listener.listen() for listener in listeners))
    told = [{"heard": one.heard, "visits": one.visits, "resets": one.resets} for one in listeners]
    Path(order.output).write_text(json.dumps(told))


def write_order(order: Order) -> bytes:
    """Return an order as standard input takes it."""
    return json.dumps(asdict(order)).encode()


if __name__ == "__main__":
    asyncio.run(run(Order(**json.loads(sys.stdin.read()))))
