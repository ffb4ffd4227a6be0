"""How fast files go out, beside nginx with sendfile."""

import random
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from tests.benchmarks.load import run_load, upload
from tests.benchmarks.report import Measurement
from tests.benchmarks.servers import run_mediaweb, run_nginx
from tests.benchmarks.uploads import JPEG_HEAD

FILE_BYTES = 10_000_000
RANGE_BYTES = 1_000_000
CONCURRENCY = 8
DOWNLOADS = 304
RANGES = 2000
ROUNDS = 11


def measure(folder: Path) -> Iterator[Measurement]:
    """Downloads of 10 MB and ranges of 1 MB, eight at a time."""
    content = JPEG_HEAD + random.Random(3).randbytes(FILE_BYTES - len(JPEG_HEAD))
    (folder / "public").mkdir()
    (folder / "public" / "file.jpg").write_bytes(content)
    with run_mediaweb(folder) as ours, run_nginx(folder, folder / "public") as nginx:
        run_load(ours, iter([upload("file.jpg", content)]), concurrency=1)
        path = f"/media/{_newest(ours)['id']}/download"
        yield _compare("10 MB downloads", DOWNLOADS, (ours, path), (nginx, "/file.jpg"), {})
        headers = {"Range": f"bytes=4000000-{4_000_000 + RANGE_BYTES - 1}"}
        yield _compare("1 MB ranges", RANGES, (ours, path), (nginx, "/file.jpg"), headers)


def _compare(
    work: str, count: int, ours: tuple[int, str], nginx: tuple[int, str], headers: dict[str, str]
) -> Measurement:
    """Take the median of alternating rounds, so that both meet the same machine."""
    rates: dict[int, list[float]] = {ours[0]: [], nginx[0]: []}
    for _ in range(ROUNDS):
        for port, path in (nginx, ours):
            rates[port].append(_download(port, path, headers, count))
    return Measurement(work, median(rates[ours[0]]), median(rates[nginx[0]]), "requests/s", at_least=0.6)


def _download(port: int, path: str, headers: dict[str, str], count: int) -> float:
    """Fetch a path by the standard library's client in eight threads; return how often a second."""

    def fetch_share(_: int) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        for _ in range(count // CONCURRENCY):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            if len(answer.read()) < RANGE_BYTES or answer.status >= 400:
                raise RuntimeError(f"the server answered {answer.status}")
        connection.close()

    started = time.perf_counter()
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        list(pool.map(fetch_share, range(CONCURRENCY)))
    return count / (time.perf_counter() - started)


def _newest(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/media/?limit=1") as response:
        newest: dict[str, Any] = orjson.loads(response.read())[0]
        return newest
