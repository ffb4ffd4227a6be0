"""Many clients of a WebSocket in one process: what each message takes until the last of them has it.

`python -m tests.benchmarks.viewers PORT COUNT OFFERED`, where OFFERED is `plain` or `deflate`. Prints "ready"
when all have been greeted; once its standard input ends, prints for each event how many have heard it, and
when (as `time.time`) the last one did.
"""

import json
import re
import resource
import selectors
import socket
import sys
import time

HANDSHAKE = (
    "GET /ws/media HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{offered}\r\n"
)
OFFERED = {
    "plain": "",
    "deflate": "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
}
EVENT_ID = re.compile(rb'"event_id":(\d+)')
PING, PONG = 0x89, b"\x8a\x80\x00\x00\x00\x00"


class Viewer:
    """One connection: what has arrived and is no whole frame yet."""

    def __init__(self, port: int, offered: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(HANDSHAKE.format(port=port, offered=OFFERED[offered]).encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.socket.recv(4096)
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        if b" 101 " not in head:
            raise RuntimeError(head.decode())
        self.socket.setblocking(False)

    def read(self) -> list[bytes]:
        """Take in what has arrived, answer pings, and return the other frames."""
        self.rest += self.socket.recv(1024 * 1024)
        return self.take_frames()

    def take_frames(self) -> list[bytes]:
        """Return the whole frames of what has arrived."""
        frames = []
        while (frame := self._take()) is not None:
            if frame[0] == PING:
                self.socket.send(PONG)
            else:
                frames.append(frame)
        return frames

    def _take(self) -> bytes | None:
        data = self.rest
        if len(data) < 2:
            return None
        size, start = data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(data[2:10]), 10
        if len(data) < start + size:
            return None
        self.rest = data[start + size :]
        return data[: start + size]


def main(port: int, count: int, offered: str) -> None:
    """Watch until standard input ends."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    selector = selectors.DefaultSelector()
    viewers = [Viewer(port, offered) for _ in range(count)]
    for viewer in viewers:
        selector.register(viewer.socket, selectors.EVENT_READ, viewer)
    selector.register(sys.stdin, selectors.EVENT_READ)
    waiting = {id(viewer) for viewer in viewers if not viewer.take_frames()}
    if not waiting:
        print("ready", flush=True)
    heard: dict[int, list[float]] = {}
    while True:
        for key, _ in selector.select():
            if key.data is None:
                print(json.dumps(heard))
                return
            for frame in key.data.read():
                found = EVENT_ID.search(frame[:4096])
                if found is not None:
                    counted = heard.setdefault(int(found[1]), [0, 0.0])
                    counted[0] += 1
                    counted[1] = time.time()
                elif id(key.data) in waiting:
                    waiting.discard(id(key.data))
                    if not waiting:
                        print("ready", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
