"""A proxy that resets connections at random, as bad networks do."""

import random
import socket
import struct
import threading
from contextlib import suppress
from urllib.parse import urlsplit

BLOCK_BYTES = 64 * 1024


class BreakingProxy:
    """Passes TCP connections on; each is reset after a random number of bytes, some never."""

    def __init__(
        self, target_url: str, seed: int = 0, mean_bytes: float = 20 * 1024**2, port: int = 0
    ) -> None:
        """Take where connections go, and what they carry on average before they break: `inf`, all there is.

        It listens on any free port unless one is given.
        """
        parts = urlsplit(target_url)
        self._target = (parts.hostname, parts.port)
        self._random = random.Random(seed)
        self._mean_bytes = mean_bytes
        self._listener = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        #: How many connections were reset.
        self.broken = 0

    def __enter__(self) -> "BreakingProxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            budget = [self._random.expovariate(1) * self._mean_bytes]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(source, sink, budget), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, budget: list[float]) -> None:
        with suppress(OSError):
            while data := source.recv(BLOCK_BYTES):
                budget[0] -= len(data)
                if budget[0] < 0:
                    self.broken += 1
                    for end in (source, sink):  # no polite end, but a reset
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
