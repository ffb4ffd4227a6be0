"""2 GiB into a bucket of a real S3 server: through us, beside boto3, and straight there."""

import json
import os
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import s3_server as s3_servers
from tests.benchmarks.report import Measurement
from tests.benchmarks.servers import memory_of_servers, run_mediaweb
from tests.benchmarks.uploads import BLOCK, JPEG_HEAD, send_large
from tests.s3_server import S3Server

SIZE = 2 * 1024**3
#: The store is in memory, and takes its time to forget what was deleted.
STORE_BYTES = 16 * 1024**3
ROUNDS = 2
BUCKET = "bench"
#: After so many blocks it is looked how much memory is taken.
LOOK_BLOCKS = 64


def measure(folder: Path) -> Iterator[Measurement]:
    """Speed and memory of an upload through us, and what we handle of one that goes there by itself."""
    store = s3_servers.start(folder / "store", STORE_BYTES)
    file = folder / "film.jpg"
    _write_file(file)
    try:
        store.client.create_bucket(Bucket=BUCKET)
        options: dict[str, Any] = dict(store.environment(BUCKET, max_file_size=2 * SIZE))
        with run_mediaweb(folder / "library", workers=1, **options) as port:
            yield from _measure_through(store, port, file)
            handled = _bring(port, file)
        yield Measurement("2 GiB straight there, what we handle", handled / 1e3, 100, "kB", at_most=1)
    finally:
        s3_servers.stop(store)


def _write_file(file: Path) -> None:
    block = os.urandom(BLOCK)
    with file.open("wb") as target:
        target.write(JPEG_HEAD + block[len(JPEG_HEAD) :])
        for number in range(1, SIZE // BLOCK):
            target.write(number.to_bytes(8) + block[8:])


def _measure_through(store: S3Server, port: int, file: Path) -> Iterator[Measurement]:
    """Alternate, so that both meet the same machine; memory is looked at in a round of its own."""
    limits, durations = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        store.client.upload_file(str(file), BUCKET, "bare")
        limits.append(time.perf_counter() - started)
        store.client.delete_object(Bucket=BUCKET, Key="bare")
        durations.append(_upload(port, file, []))
    before, seen = memory_of_servers(), [0]
    _upload(port, file, seen)
    fastest, limit = SIZE / min(durations) / 1e6, SIZE / min(limits) / 1e6
    yield Measurement("2 GiB through us into a bucket", fastest, limit, "MB/s", at_least=0.7)
    yield Measurement("memory it takes", (max(seen) - before) / 2**20, 64, "MiB", at_most=1)


def _upload(port: int, file: Path, seen: list[int]) -> float:
    """Upload a file and delete it; return how many seconds the upload took."""
    duration, media = send_large(port, file.name, _read_and_look(file, seen), SIZE)
    _call(port, "DELETE", f"/media/{media['id']}")
    return duration


def _read_and_look(file: Path, seen: list[int]) -> Iterator[bytes]:
    """Yield a file's blocks; if something is `seen`, add now and then how much memory our processes have."""
    with file.open("rb") as source:
        for number in range(SIZE // BLOCK):
            yield source.read(BLOCK)
            if seen and number % LOOK_BLOCKS == 0:
                seen.append(memory_of_servers())


def _bring(port: int, file: Path) -> int:
    """Bring a file straight to the bucket; return how many bytes of that went from and to the library."""
    about = {"filename": file.name, "file_size": SIZE, "mime_type": "image/jpeg", "is_public": True}
    announced, handled = _call(port, "POST", "/media/uploads", about)
    with file.open("rb") as source:
        for part in announced["parts"]:
            content = source.read(announced["part_size"])
            urllib.request.urlopen(urllib.request.Request(part["url"], content, method="PUT")).close()
    seen, completing = _call(port, "POST", f"/media/uploads/{announced['id']}/complete")
    if seen["state"] != "verifying":
        raise RuntimeError(f"not all of it has arrived: {seen}")
    return handled + completing


def _call(port: int, method: str, path: str, body: Any = None) -> tuple[Any, int]:
    """Ask the library; return its answer, and about how many bytes that took, headers included."""
    data = b"" if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if body is not None else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        content = answer.read()
        passed = len(data) + len(str(request.header_items())) + len(str(answer.headers)) + len(content)
        return json.loads(content) if content else None, passed
