"""How fast files come in, beside a bare loop that writes, syncs and records them."""

import hashlib
import json
import os
import random
import socket
import sqlite3
import time
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

from tests.benchmarks.load import MULTIPART, MULTIPART_TAIL, multipart_head, run_load, upload
from tests.benchmarks.report import Measurement
from tests.benchmarks.servers import memory_of_servers, run_mediaweb

SMALL_COUNT = 500
ROUNDS = 3
SMALL_BYTES = 100_000
LARGE_BYTES = 1024**3
BLOCK = 1024 * 1024
JPEG_HEAD = bytes.fromhex("ffd8ffe000104a46494600010101004800480000")


def measure_small(folder: Path) -> Iterator[Measurement]:
    """500 uploads of 100 KB, eight at a time."""
    contents = [
        JPEG_HEAD + random.Random(n).randbytes(SMALL_BYTES - len(JPEG_HEAD)) for n in range(SMALL_COUNT)
    ]
    rates, limits = [], []
    with run_mediaweb(folder) as port:
        run_load(port, (upload("warm.jpg", contents[0]) for _ in range(100)), concurrency=8)
        for _ in range(ROUNDS):  # alternating, so that both meet the same machine
            limits.append(_bare_rate(folder, contents))
            requests = (upload(f"{number}.jpg", content) for number, content in enumerate(contents))
            rates.append(run_load(port, requests, concurrency=8).rate)
    yield Measurement("500 uploads of 100 KB", max(rates), max(limits), "uploads/s", at_least=0.5)


def _bare_rate(folder: Path, contents: list[bytes]) -> float:
    """Write, fsync and insert a row for each, in one loop; return how many a second."""
    target = folder / f"bare-{time.monotonic_ns()}"
    target.mkdir()
    connection = sqlite3.connect(target / "bare.sqlite3")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE media (id INTEGER PRIMARY KEY, path TEXT, size INTEGER)")
    started = time.perf_counter()
    for number, content in enumerate(contents):
        _write_synced(target / str(number), [content])
        connection.execute("INSERT INTO media (path, size) VALUES (?, ?)", (str(number), len(content)))
        connection.commit()
    duration = time.perf_counter() - started
    connection.close()
    return len(contents) / duration


def _write_synced(path: Path, blocks: list[bytes]) -> None:
    with path.open("wb") as file:
        for block in blocks:
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


def measure_large(folder: Path) -> Iterator[Measurement]:
    """One upload of 1 GiB: time and memory."""
    block = JPEG_HEAD + random.Random(1).randbytes(BLOCK - len(JPEG_HEAD))
    limits, durations, growths = [], [], []
    with run_mediaweb(folder, MAX_FILE_SIZE=str(2 * LARGE_BYTES)) as port:
        for _ in range(ROUNDS):
            limits.append(_bare_large(folder / "bare-large", block))
            before = memory_of_servers()
            durations.append(
                send_large(port, "large.jpg", repeat(block, LARGE_BYTES // BLOCK), LARGE_BYTES)[0]
            )
            growths.append(memory_of_servers() - before)
    yield Measurement("one 1 GiB upload", 1024 / min(durations), 1024 / min(limits), "MiB/s", at_least=0.8)
    yield Measurement("memory it takes", max(growths) / 2**20, 32, "MiB", at_most=1.0)


def _bare_large(path: Path, block: bytes) -> float:
    started = time.perf_counter()
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(LARGE_BYTES // BLOCK):
            file.write(block)
            digest.update(block)
        file.flush()
        os.fsync(file.fileno())
    duration = time.perf_counter() - started
    path.unlink()
    return duration


def send_large(port: int, filename: str, blocks: Iterable[bytes], size_bytes: int) -> tuple[float, Any]:
    """Upload what the blocks hold; return how many seconds that took, and the media."""
    head = multipart_head(filename)
    length = len(head) + size_bytes + len(MULTIPART_TAIL)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        started = time.perf_counter()
        connection.sendall(
            f"POST /media/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {MULTIPART}\r\n"
            f"Content-Length: {length}\r\nConnection: close\r\n\r\n".encode()
        )
        connection.sendall(head)
        for block in blocks:
            connection.sendall(block)
        connection.sendall(MULTIPART_TAIL)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        duration = time.perf_counter() - started
    if b" 201 " not in answer[:20]:
        raise RuntimeError(answer.decode())
    return duration, json.loads(answer.partition(b"\r\n\r\n")[2])
