"""A bare broadcast: `websockets` sends the given messages to all who are connected, one after the other.

`python -m tests.benchmarks.bare_broadcast PORT FILE PAUSE`, where the file has a list of texts as JSON.
Begins on a line on standard input, and prints when (as `time.time`) each was sent.
"""

import asyncio
import json
import sys
from pathlib import Path
from time import time

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(port: int, messages: list[str], pause_seconds: float) -> None:
    """Serve until standard input ends."""
    connections: set[ServerConnection] = set()

    async def greet(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.send('{"type": "connection"}')
        await connection.wait_closed()
        connections.discard(connection)

    async with serve(greet, "127.0.0.1", port, compression=None):
        await asyncio.to_thread(sys.stdin.readline)
        sent = []
        for message in messages:
            await asyncio.sleep(pause_seconds)
            sent.append(time())
            broadcast(connections, message)
        print(json.dumps(sent), flush=True)
        await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), float(sys.argv[3])))
