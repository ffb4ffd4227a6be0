"""Limits with several servers: counted together in Redis, each for itself while Redis is away."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import redis

from tests.conftest import skip_or_fail
from tests.server.running import PATIENCE_SECONDS, Server, start_server, wait_for
from tests.servers import find_free_port


@contextmanager
def redis_server(folder: Path, port: int) -> Iterator[None]:
    """Run a Redis that keeps nothing until the block ends."""
    path = shutil.which("redis-server")
    if path is None:
        skip_or_fail("no redis-server on this machine: apt install redis-server")
    command = [str(path), "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _answers(port))
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _answers(port: int) -> bool:
    with redis.Redis(port=port, socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False


@pytest.fixture
def redis_port() -> int:
    return find_free_port()


@pytest.fixture
def servers(tmp_path: Path, redis_port: int) -> Iterator[list[Server]]:
    """Two servers that share a Redis, which is not running yet, and take three calls from each caller."""
    options = {
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/1",
        "RATE_LIMIT_API": "3 per hour",
        "TRUSTED_PROXIES": "127.0.0.1",
    }
    with ExitStack() as stack:
        started = []
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            started.append(stack.enter_context(start_server(tmp_path / name, **options)))
        yield started


def statuses(server: Server, count: int, caller: str) -> list[int]:
    return [server.call("GET", "/media/", X_Forwarded_For=caller).status for _ in range(count)]


def test_servers_that_share_redis_share_their_counts(
    servers: list[Server], tmp_path: Path, redis_port: int
) -> None:
    first, second = servers
    with redis_server(tmp_path, redis_port):
        assert statuses(first, 2, "203.0.113.1") == [200, 200]
        assert statuses(second, 2, "203.0.113.1") == [200, 429]
        answer = first.call("GET", "/media/", X_Forwarded_For="203.0.113.1")
        answer.assert_problem(429, "too_many_requests")
        assert 0 < int(answer.headers["Retry-After"]) <= 3600
        assert statuses(second, 1, "203.0.113.2") == [200]


def test_while_redis_is_away_each_server_counts_for_itself(
    servers: list[Server], tmp_path: Path, redis_port: int
) -> None:
    first, second = servers
    with redis_server(tmp_path, redis_port):
        assert statuses(first, 4, "203.0.113.1") == [200, 200, 200, 429]
    for server in servers:
        assert statuses(server, 5, "203.0.113.2") == [200, 200, 200, 429, 429]
        assert "Limits are counted in memory until Redis can be reached" in server.log
        assert "Traceback" not in server.log
    with redis_server(tmp_path, redis_port):
        numbers = iter(range(1, 250))

        def is_shared_again() -> bool:
            caller = f"198.51.100.{next(numbers)}"
            return statuses(first, 3, caller) == [200] * 3 and statuses(second, 1, caller) == [429]

        wait_for(is_shared_again, seconds=60)
